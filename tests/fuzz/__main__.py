"""Fuzzing of what reads bytes from elsewhere: HTTP exchanges, events, replies, and payloads that `validate` is given.

    python -m tests.fuzz http --seconds 60

atheris chooses bytes by the branches that they reach. What it finds is an error that no reader raises, or a reply that
depends on where the network cut it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("fuzzing needs atheris, which is not there for every Python and system: pip install atheris")

with atheris.instrument_imports(include=["qianfan_typed", "qianfan_api"]):
    from qianfan_api.handles import Target
    from qianfan_api.operations import V1_CHAT, V2_CHAT
    from qianfan_api.validation import validate
    from qianfan_typed.core.decoding import read_reply
    from qianfan_typed.core.events import EventDecoder
    from qianfan_typed.core.steps import Answer
    from qianfan_typed.errors import QianfanError
    from qianfan_typed.transports.http1 import BrokenReply, ReplyReader

    # Here too: what they import is to be instrumented.
    from tests.runtime.conftest import STREAMS
    from tests.runtime.hostile import FRAMINGS, framed


def _used() -> ReplyReader:
    """A reader whose connection has carried a reply."""
    reader = ReplyReader()
    reader.feed(b"HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: a\r\n\r\n")
    following = reader.next()
    assert following is reader
    return following


def _exchange(*parts: bytes, reader: ReplyReader | None = None) -> tuple[int, bytes, bool] | None:
    """Status, body and whether it is whole. None: no reply."""
    reader = reader or ReplyReader()
    try:
        for part in parts:
            reader.feed(part)
        reader.end()
    except BrokenReply:
        return None
    return reader.status, reader.take(), reader.complete


def http(data: bytes) -> None:
    """A reply is the same however it is cut."""
    if not data:
        return
    place, data = data[0] % len(data), data[1:]
    whole = _exchange(data)
    assert whole == _exchange(data[:place], data[place:]), "it depends on the cut"
    # On a connection that has carried another reply.
    assert whole == _exchange(data, reader=_used()), "it depends on the reply before it"


def events(data: bytes) -> None:
    """Events are the same however they are cut."""
    if not data:
        return
    place, data = data[0] % len(data), data[1:]
    one, two = EventDecoder(), EventDecoder()
    whole = one.feed(data) + one.close()
    assert whole == two.feed(data[:place]) + two.feed(data[place:]) + two.close(), "it depends on the cut"


def replies(data: bytes) -> None:
    """Bytes are a reply or an error of ours."""
    for target in (Target(operation=V1_CHAT, name="m"), Target(operation=V2_CHAT, name="m")):
        try:
            read_reply(target, Answer(status=200, headers={}, body=data))
        except QianfanError as error:
            str(error)


def payloads(data: bytes) -> None:
    """An object of JSON has violations or none."""
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(payload, dict):
        for api in ("v1.chat", "v2.chat"):
            for violation in validate(payload, api=api):
                str(violation)


def seeds() -> dict[str, list[bytes]]:
    """What the bytes are made of at first."""
    streams = [path.read_bytes() for path in STREAMS.glob("*.txt")]
    body = [json.dumps({"id": "as-1", "result": "a"}).encode(), b"{}"]
    message = [{"role": "user", "content": "a"}]
    asked = {"model": "ERNIE-4.0-8K", "messages": message, "temperature": 0.5, "tools": [], "stop": ["a"]}
    return {
        "http": [b"\x30" + framed(body, framing, "none", "application/json") for framing in FRAMINGS],
        "events": [b"\x30" + one for one in streams],
        "replies": [*body, *(line.partition(b"data:")[2] for one in streams for line in one.splitlines())],
        "payloads": [json.dumps(asked).encode(), json.dumps({**asked, "model": "ernie-4.5-turbo-128k"}).encode()],
    }


TARGETS: dict[str, Callable[[bytes], None]] = {"http": http, "events": events, "replies": replies, "payloads": payloads}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60, help="how long, 60 by default")
    arguments = parser.parse_args()
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, seed in enumerate(seeds()[arguments.target]):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={arguments.seconds}", f"-artifact_prefix={corpus}/", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[arguments.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
