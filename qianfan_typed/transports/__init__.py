"""The network: certificates and proxies, and the two runners that carry calls out."""
