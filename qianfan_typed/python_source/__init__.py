"""Python source: the requests in it, found without running it, and held against the rules of `qianfan_api`."""
