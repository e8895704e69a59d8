"""Connection: the options that say where the platform is and who calls, and the runner that they make."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

# The settings take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from qianfan_typed.config import Settings
    from qianfan_typed.runners.sync_runner import SyncRunner

OPTIONS: Mapping[str, str] = {
    "access_key": "The account's IAM access key, with --secret-key: serves V1 and V2. Or QIANFAN_ACCESS_KEY.",
    "secret_key": "Its secret. Or QIANFAN_SECRET_KEY.",
    "ak": "An application's API key, with --sk: serves V1. Or QIANFAN_AK.",
    "sk": "Its secret. Or QIANFAN_SK.",
    "bearer_token": "An API key or a bearer token: serves V2. Or QIANFAN_BEARER_TOKEN.",
    "base_url": "Where all calls go: a gateway, a plan, an emulator.",
    "env_file": "A file of variables. Left out: .env, if it is there.",
}
"""Option, an argument of `Qianfan` → its help."""
SWITCHES: Mapping[str, str] = {
    "verbose": "Say on standard error what is sent and what comes: no keys, no content.",
    "traceback": "Show where an error comes from.",
}


@attrs.frozen(kw_only=True)
class Connection:
    """What the options say. They may stand before the command and after it; what stands after counts."""

    given: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Arguments of `Qianfan`."""
    verbose: bool = False
    traceback: bool = False

    def with_options(self, options: Mapping[str, Any]) -> Connection:
        """The same, with what further options say."""
        given = {name: options[name] for name in OPTIONS if options.get(name)}
        return Connection(
            given={**self.given, **given},
            verbose=self.verbose or bool(options.get("verbose")),
            traceback=self.traceback or bool(options.get("traceback")),
        )

    def settings(self) -> Settings:
        """The settings of a client. Raises ConfigurationError."""
        from qianfan_typed.config import load

        arguments: dict[str, object] = {**self.given}
        return load(None, **arguments)

    def runner(self) -> SyncRunner:
        """What carries calls out. Raises ConfigurationError."""
        from qianfan_typed.runners.sync_runner import SyncRunner

        return SyncRunner(self.settings())


@contextmanager
def logged(*, verbose: bool) -> Generator[None]:
    """Has the package's log say all on standard error, if that is asked for."""
    if not verbose:
        yield
        return
    logger, handler = logging.getLogger("qianfan_typed"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def connection_parameters(*, hidden: bool) -> list[inspect.Parameter]:
    """The options as parameters of a function. `hidden`: they are not listed; the program's own help does."""
    panel = "Keys and addresses"
    texts = [
        _parameter(name, Annotated[str | None, typer.Option(help=text, hidden=hidden, rich_help_panel=panel)], None)
        for name, text in OPTIONS.items()
    ]
    switches = [
        _parameter(name, Annotated[bool, typer.Option(f"--{name}", help=text, hidden=hidden)], False)
        for name, text in SWITCHES.items()
    ]
    return [*texts, *switches]


def _parameter(name: str, annotation: object, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def connection_of(context: typer.Context) -> Connection:
    """What was said before the command."""
    found = context.find_root().obj
    return found if isinstance(found, Connection) else Connection()
