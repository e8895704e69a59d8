"""The site of the documentation: docs/ as it stands, pages made from the facts, and the public names.

python -m website build/site    # needs the dependency group docs; `make docs` has an environment with it
"""
