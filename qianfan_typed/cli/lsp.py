"""`qianfan-typed lsp`: the language server, for editors. Needs the extra `lsp`."""

from __future__ import annotations

from qianfan_typed.cli.terminal import give_up


def lsp() -> None:
    """Serves an editor: findings while one types, what parameters and models are, and what may be written.

    It speaks the Language Server Protocol on standard input and output. The settings are those of
    [tool.qianfan-typed] in the pyproject.toml above each file.
    """
    try:
        from qianfan_typed.language_server.server import serve
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in ("pygls", "lsprotocol"):
            raise
        give_up(f'lsp needs {package}: pip install "qianfan-typed[lsp]"')
    serve()
