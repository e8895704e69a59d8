"""Migration: programs of the official packages, rewritten to handles."""
