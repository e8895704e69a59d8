"""The command line: `qianfan-typed`. Needs the extra `cli`."""

from __future__ import annotations

import inspect
from typing import Any

from qianfan_typed.cli.terminal import accept_all_text, give_up

try:
    import typer

    from qianfan_typed.cli.check import check as _check
    from qianfan_typed.cli.commands import LazyGroup as _LazyGroup
    from qianfan_typed.cli.connection import Connection as _Connection
    from qianfan_typed.cli.connection import connection_parameters as _connection_parameters
    from qianfan_typed.cli.emulator import EmulatorCommand as _EmulatorCommand
    from qianfan_typed.cli.emulator import emulator as _emulator
    from qianfan_typed.cli.explain import explain as _explain
    from qianfan_typed.cli.explorer import explorer as _explorer
    from qianfan_typed.cli.language import heed_environment as _heed_environment
    from qianfan_typed.cli.language import heed_option as _heed_option
    from qianfan_typed.cli.language import language_names as _language_names
    from qianfan_typed.cli.lsp import lsp as _lsp
    from qianfan_typed.cli.migrate import migrate as _migrate
    from qianfan_typed.cli.outcome import EXIT_CODES as _EXIT_CODES
    from qianfan_typed.cli.schema import schema as _schema
    from qianfan_typed.cli.validate import validate as _validate
except ModuleNotFoundError as _missing:
    _package = (_missing.name or "").partition(".")[0]
    if _package in ("qianfan_typed", "qianfan_api"):
        raise
    give_up(f'the command line needs {_package}: pip install "qianfan-typed[cli]"')

app: typer.Typer = typer.Typer(
    name="qianfan-typed",
    cls=_LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
)
app.command("validate")(_validate)
app.command("check")(_check)
app.command("migrate")(_migrate)
app.command("lsp")(_lsp)
app.command("emulator", cls=_EmulatorCommand)(_emulator)
app.command("explorer")(_explorer)
app.command("schema")(_schema)
app.command("explain")(_explain)


def main() -> None:
    """Runs the command line. The entry point `qianfan-typed`."""
    accept_all_text()
    _heed_environment()
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from qianfan_typed._version import __version__

        print(f"qianfan-typed {__version__}")
        raise typer.Exit


def about(context: typer.Context, version: bool = False, lang: str | None = None, **given: Any) -> None:
    """Baidu's Qianfan models at the prompt, their rules in CI, and an emulator of the platform.

    Options of keys and addresses may stand before the command or after it.
    """
    context.obj = _Connection().with_options(given)


_OWN = [
    inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
    inspect.Parameter(
        "version",
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(False, "--version", help="Say the version, and end.", callback=_version, is_eager=True),
        annotation=bool,
    ),
    inspect.Parameter(
        "lang",
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(
            None,
            "--lang",
            metavar="LANGUAGE",
            help="The language of messages and of the help: en or zh. Or QIANFAN_TYPED_LANG.",
            callback=_heed_option,
            autocompletion=_language_names,
            is_eager=True,
        ),
        annotation=str | None,
    ),
    *_connection_parameters(hidden=False),
]
vars(about)["__signature__"] = inspect.Signature(_OWN)
about.__annotations__ = {one.name: one.annotation for one in _OWN}
app.callback()(about)
