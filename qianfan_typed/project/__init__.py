"""The project that is checked: its settings in pyproject.toml, and which files are meant."""
