"""Trade and places to tonnes and boxes by pair and class."""
