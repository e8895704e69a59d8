"""Payloads: files of requests, read, and held against the rules of `qianfan_api`."""
