"""Service of `qianfan-typed openai`: the server as the options say; as a program of its own, in the background."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

import attrs
import cattrs
from rich.console import Console

from qianfan_typed.cli.listening import print_variables, until_told, wait_for, why_not
from qianfan_typed.cli.terminal import give_up, say

if TYPE_CHECKING:
    from qianfan_typed.openai_server import OpenAIServer, Served

_LONGEST_LINE = 500


@attrs.frozen(kw_only=True)
class Order:
    """What to serve."""

    host: str
    port: int
    api_key: str | None = attrs.field(repr=False)
    aliases: dict[str, str]
    lenient: bool
    origins: list[str]
    max_body: int
    """Bytes."""
    given: dict[str, str] = attrs.field(repr=False)
    """Arguments of a client's."""

    def server(self) -> OpenAIServer:
        """The server, not yet started. Raises ConfigurationError."""
        from qianfan_typed.config import Secret, load
        from qianfan_typed.openai_server import OpenAIServer, Terms

        arguments: Mapping[str, object] = self.given
        terms = Terms(
            api_key=Secret(self.api_key) if self.api_key else None,
            lenient=self.lenient,
            origins=tuple(self.origins),
            max_body=self.max_body,
        )
        return OpenAIServer(load(None, **arguments), self.host, self.port, aliases=self.aliases, terms=terms)


def serve(order: Order, *, in_background: bool = False) -> None:
    """Serves until a signal comes.

    Args:
        order: What to serve.
        in_background: Whether to note, where `--stop` finds it, which process it is.
    """
    from qianfan_typed.cli.background import noted
    from qianfan_typed.openai_server import is_loopback

    told = until_told()
    server = order.server()
    try:
        server.start()
    except OSError as error:
        give_up(why_not(order.host, order.port, error))
    with server, noted(server.url, server.port, server.adapter.instance) if in_background else nullcontext():
        server.log.hooks.append(_tell)
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"listening on {server.url}; the requests are shown there", markup=False)
        key = "the-key-it-was-started-with" if order.api_key else "any"
        variables = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": key}
        print_variables(console, "programs made for OpenAI", variables)
        sys.stdout.flush()
        if not order.api_key and not is_loopback(order.host):
            say(f"warning: {order.host} is reached from other machines, and there is no key: --api-key sets one")
        wait_for(told)


def _tell(served: Served) -> None:
    """A line of the log for a request. No content, no key."""
    from qianfan_typed.reports.printable import printable

    at = time.strftime("%H:%M:%S", time.localtime(served.at))
    tokens = "" if served.tokens is None else f" {served.tokens} tokens"
    about = " ".join(part for part in (served.model, served.verdict) if part)
    line = f"{at} {served.method} {served.path} {served.status} {served.ms:.0f} ms{tokens} {about}".rstrip()
    print(printable(line[:_LONGEST_LINE]), file=sys.stderr, flush=True)


def main() -> None:
    """Serves what standard input orders: keys have no place in a list of processes."""
    serve(cattrs.structure(json.load(sys.stdin), Order), in_background=True)


if __name__ == "__main__":
    main()
