"""Fixes of Python source: literals and names after whose change a call no longer breaks a rule."""
