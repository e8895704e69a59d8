"""Answers: in types of one's own, by functions of one's own, and many at once."""
