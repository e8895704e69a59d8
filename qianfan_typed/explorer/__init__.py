"""The explorer: a page of models, parameters, rules and requests, with a playground, before a server of the platform.

`Explorer(served, …)` is an ASGI application: `/` and `/explorer/…` are the page's, all else goes to the server and into
the page's log. Everything it shows comes from the facts, the catalogue and the validators. Needs the extra `server`.
"""

from __future__ import annotations

from qianfan_typed.explorer.served import Sandbox, Served, Variables
from qianfan_typed.explorer.site import Explorer

__all__ = ["Explorer", "Sandbox", "Served", "Variables"]
