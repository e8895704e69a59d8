"""The classes of the platform's documents (`ChatCompletion`, `Embedding`, …) as a thin face over the client.

They name a target and build a request; everything else (rules, credentials, retries, streams) is the client's.
"""
