"""Sources: the files that are checked, their text, and the comments in it."""
