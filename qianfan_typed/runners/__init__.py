"""Runners: the two loops over the steps of a call, blocking and awaited. They know transports by their protocols."""
