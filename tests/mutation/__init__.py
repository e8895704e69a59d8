"""Mutation runs: `make mutate`."""
