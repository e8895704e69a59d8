"""Batches: many requests of a file, answered into another, which no crash loses or repeats."""
