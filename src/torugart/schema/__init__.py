"""What a row means, and every fault of data that do not mean it."""
