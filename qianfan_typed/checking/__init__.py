"""The rules of `qianfan_api` at work on files: `qianfan-typed validate` and `qianfan-typed check`."""
