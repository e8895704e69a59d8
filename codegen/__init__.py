"""Reads `spec/`, writes `generated/`. Build time only: never imported by the runtime, never in the wheel."""
