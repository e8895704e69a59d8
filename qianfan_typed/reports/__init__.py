"""Reports: what a check of files finds, and the forms in which it is written."""
