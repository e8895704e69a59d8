"""Facts: what is known of parameters and models, as JSON Schemas and as explanations."""
