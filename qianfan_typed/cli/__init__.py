"""The command line: `qianfan-typed`. Needs the extra `cli`."""

from __future__ import annotations

from qianfan_typed.cli.terminal import accept_all_text, give_up

try:
    import typer

    from qianfan_typed.cli.check import check as _check
    from qianfan_typed.cli.emulator import emulator as _emulator
    from qianfan_typed.cli.explain import explain as _explain
    from qianfan_typed.cli.schema import schema as _schema
    from qianfan_typed.cli.validate import validate as _validate
except ModuleNotFoundError as _missing:
    _package = (_missing.name or "").partition(".")[0]
    if _package in ("qianfan_typed", "qianfan_api"):
        raise
    give_up(f'the command line needs {_package}: pip install "qianfan-typed[cli]"')

app: typer.Typer = typer.Typer(
    name="qianfan-typed", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command("validate")(_validate)
app.command("check")(_check)
app.command("emulator")(_emulator)
app.command("schema")(_schema)
app.command("explain")(_explain)


def main() -> None:
    """Runs the command line. The entry point `qianfan-typed`."""
    accept_all_text()
    app()


@app.callback()
def about() -> None:
    """A typed client for Baidu's Qianfan platform, and an emulator of it."""
