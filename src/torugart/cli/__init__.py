"""The command line: parse what is asked, call one verb, show its answer."""
