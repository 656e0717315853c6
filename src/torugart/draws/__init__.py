"""What we do not know, drawn from streams keyed by seed and quantity."""
