"""Asks the platform which models it has and says where the spec differs."""
