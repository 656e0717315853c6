"""Is it worth it, who gains and who loses, can it pay, and what if the forecast is wrong."""
