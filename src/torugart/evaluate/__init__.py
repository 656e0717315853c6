"""Where the engines meet: a network with and without something, compared for every pair, class and draw."""
