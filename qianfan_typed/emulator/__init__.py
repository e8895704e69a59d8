"""The platform on a port of this machine: for tests, demonstrations and work without a network.

    with Emulator() as emulator:
        os.environ.update(emulator.environment)
        print(Qianfan().v2.chat.ernie_4_5_turbo_128k.create([user("你好")]).text)

Everything it serves comes from `qianfan_api`: models, paths, rules and error codes. Needs the extra `server`.
"""

from __future__ import annotations

try:
    from qianfan_typed.emulator.auth import Keys
    from qianfan_typed.emulator.platform import Limits, Recorded
    from qianfan_typed.emulator.server import Emulator
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] not in ("starlette", "uvicorn", "h11", "rstr"):
        raise
    raise ModuleNotFoundError(
        f'the emulator needs {_error.name}: pip install "qianfan-typed[server]"', name=_error.name
    ) from None

__all__ = ["Emulator", "Keys", "Limits", "Recorded"]
