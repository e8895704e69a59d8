"""The Qianfan platform's operations, models and rules: generated from `spec/`, stands alone on attrs.

`qianfan_typed` is the client that carries requests out; this package is what it carries.
"""
