"""Names: what a module binds, and the values that its expressions have."""
