"""An OpenAI-compatible server over the platform, for programs that were written for OpenAI's API.

    with OpenAIServer(settings) as server:
        openai.OpenAI(base_url=server.url + "/v1", api_key="any")

What a model takes comes from `qianfan_api`, as everywhere. Needs the extra `server`.
"""

from __future__ import annotations

try:
    from qianfan_typed.openai_server.adapter import Terms
    from qianfan_typed.openai_server.request_log import RequestLog, Served
    from qianfan_typed.openai_server.server import OpenAIServer, is_loopback
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] not in ("starlette", "uvicorn", "h11"):
        raise
    raise ModuleNotFoundError(
        f'the server needs {_error.name}: pip install "qianfan-typed[server]"', name=_error.name
    ) from None

__all__ = ["OpenAIServer", "RequestLog", "Served", "Terms", "is_loopback"]
