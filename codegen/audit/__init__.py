"""Audit of the spec: the pages of the platform's documentation held against it, statement by statement.

Three forms of pages are read: tables saved as text (`table_form`), blocks of the present site (`site_form`) and tables
of models saved as csv (`csv_form`). `phrases` makes facts of what a cell or a block says, for all of them. Then
`table_walk`, `site_walk` and `catalogue` hold the facts against the spec, and `silence` finds what is no longer said.
"""
