"""Trade, prices and real income from changes of trade cost; arrays in, arrays out."""
