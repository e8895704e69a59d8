"""Calls: those of a module that send a request, and the arguments that they send."""
