"""Language server: what `validate` and `check` find and the facts say, in an editor while one types."""
