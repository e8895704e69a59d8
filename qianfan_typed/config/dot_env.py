"""`.env` files: lines of `NAME=value` that stand in for environment variables. The environment wins over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qianfan_typed.errors import ConfigurationError

VARIABLE = "QIANFAN_DOT_ENV_CONFIG_FILE"
"""Where the file is. Not set: `.env` in the working directory."""
_PREFIX = "QIANFAN_"
_LINE = re.compile(
    r"(?:export\s+)?(?P<name>\w+)\s*=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>.*?))"
    r"(?:\s+#.*)?"
)


def with_dot_env(environ: Mapping[str, str], path: str | None = None) -> Mapping[str, str]:
    """The environment, with the lines of a `.env` file beneath it.

    Args:
        environ: The environment.
        path: The file. None: the one that the environment names, else `.env` in the working directory.

    Raises:
        ConfigurationError: It is not UTF-8; or it was named by `path` and cannot be read.
    """
    try:
        found = _read(path or environ.get(VARIABLE) or ".env")
    except OSError as error:
        if path is not None:
            message = f"env_file: {path} cannot be read: {error.strerror}"
            raise ConfigurationError(message=message, setting="env_file") from None
        return environ
    return {**found, **environ} if found else environ


def _read(path: str) -> dict[str, str]:
    """The `QIANFAN_*` lines: with quotes, `export` and comments as shells have them."""
    data = Path(path).read_bytes()
    try:
        # Notepad writes a byte order mark, which would belong to the first name.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        message, data = f"{path} {_encoding(data)}: save it as UTF-8", b""
        raise ConfigurationError(message=message, setting=VARIABLE) from None
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is not None and match["name"].startswith(_PREFIX):
            found[match["name"]] = next(
                value for value in (match["single"], match["double"], match["bare"]) if value is not None
            )
    return found


def _encoding(data: bytes) -> str:
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "looks like GBK"
