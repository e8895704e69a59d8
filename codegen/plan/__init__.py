"""What templates get: objects that already know their names, types, docstrings and checks."""
