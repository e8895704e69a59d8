"""The site of the documentation: docs/ as it stands, pages made from the facts, and the public names.

python -m website build/site    # `make docs`
"""
