"""Requests: what calls send, held against the rules of each model."""
