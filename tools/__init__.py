"""Tools for those who work on Torugart; not part of the installed package."""
