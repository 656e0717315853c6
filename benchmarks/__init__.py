"""Named cases of fixed size, medians of several runs, answers checked before time is read."""
