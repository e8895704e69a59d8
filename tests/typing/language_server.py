"""A small client of pyright's language server: what an editor asks, and nothing else."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs

from tests.typing.checking import SEARCH

CURSOR = "‸"
"""Marks the place in a text where the cursor stands."""
PATIENCE = 60.0
"""Seconds until an answer has to be there."""

Json = dict[str, Any]


@attrs.frozen
class Document:
    """A text that is open in the editor, with the cursor in it."""

    server: LanguageServer
    uri: str
    at: Json
    """The cursor's line and character."""

    def ask(self, method: str) -> Any:
        """The answer to a request about the place of the cursor."""
        return self.server.request(f"textDocument/{method}", {"textDocument": {"uri": self.uri}, "position": self.at})

    def completions(self) -> list[Json]:
        """What the editor offers at the cursor."""
        items: list[Json] = self.ask("completion")["items"]
        return items

    def hover(self) -> str:
        """What the editor shows over the word at the cursor."""
        return str(self.ask("hover")["contents"]["value"])

    def signature_help(self) -> tuple[str, str]:
        """The parameter that is being written, as `name: type = default`, and what the editor shows of it."""
        answer = self.ask("signatureHelp")
        signature = answer["signatures"][answer.get("activeSignature", 0)]
        parameter = signature["parameters"][signature.get("activeParameter", answer.get("activeParameter"))]
        start, end = parameter["label"]
        return signature["label"][start:end], parameter["documentation"]["value"]

    def diagnostics(self) -> list[Json]:
        """What the editor underlines, dims or strikes out."""
        return self.server.diagnostics(self.uri)


class LanguageServer:
    """The server, seen from the editor. Texts live in the editor only: no file is written."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path) -> None:
        self._process = process
        self._root = root
        self._last_id = 0
        self._arrived: queue.Queue[Json | None] = queue.Queue()
        self._answers: dict[int, Json] = {}
        self._published: dict[str, list[Json]] = {}
        self._opened = 0
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(self) -> None:
        """Shakes hands."""
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "completion": {"completionItem": {"tagSupport": {"valueSet": [1]}}},
                "signatureHelp": {
                    "signatureInformation": {
                        "documentationFormat": ["markdown"],
                        "parameterInformation": {"labelOffsetSupport": True},
                    }
                },
                "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}},
            },
        }
        folder = {"uri": self._root.as_uri(), "name": "user"}
        editor = {"processId": os.getpid(), "rootUri": folder["uri"], "workspaceFolders": [folder]}
        self.request("initialize", {**editor, "capabilities": capabilities})
        self._notify("initialized", {})

    def open(self, text: str) -> Document:
        """Opens a text. The cursor stands at the mark, or at the start."""
        self._opened += 1
        uri = (self._root / f"user_{self._opened}.py").as_uri()
        before, _, after = text.partition(CURSOR) if CURSOR in text else ("", "", text)
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self._notify("textDocument/didOpen", {"textDocument": document})
        lines = before.split("\n")
        return Document(self, uri, {"line": len(lines) - 1, "character": len(lines[-1])})

    def request(self, method: str, parameters: Json | None) -> Any:
        """The server's answer. Raises RuntimeError where it refuses, TimeoutError where none comes."""
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": parameters})
        while self._last_id not in self._answers:
            self._take_one(method)
        answer = self._answers.pop(self._last_id)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def diagnostics(self, uri: str) -> list[Json]:
        """The diagnostics that the server publishes about a document."""
        while uri not in self._published:
            self._take_one("diagnostics")
        return self._published[uri]

    def stop(self) -> None:
        """Says goodbye."""
        self.request("shutdown", None)
        self._notify("exit", None)
        self._process.wait(timeout=PATIENCE)

    def end(self) -> None:
        """Ends the server, whatever state it is in."""
        if self._process.poll() is None:
            # The server itself runs in node, a child of this process.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._listener.join(timeout=PATIENCE)

    def _take_one(self, waiting_for: str) -> None:
        try:
            message = self._arrived.get(timeout=PATIENCE)
        except queue.Empty:
            raise TimeoutError(f"{waiting_for}: no answer in {PATIENCE:g} s") from None
        if message is None:
            raise RuntimeError(f"{waiting_for}: the server has ended")
        if "method" not in message:
            self._answers[message["id"]] = message
        elif "id" in message:
            self._send({"id": message["id"], "result": self._reply_to(message)})
        elif message["method"] == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]

    def _reply_to(self, request: Json) -> Any:
        if request["method"] != "workspace/configuration":
            return None
        python = {"pythonPath": sys.executable, "analysis": {"extraPaths": SEARCH.split(os.pathsep)}}
        sections: Mapping[str, Any] = {"python": python, "python.analysis": python["analysis"]}
        return [sections.get(item.get("section")) for item in request["params"]["items"]]

    def _notify(self, method: str, parameters: Json | None) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while (message := read_message(self._process.stdout)) is not None:
            self._arrived.put(message)
        self._arrived.put(None)


def read_message(stream: IO[bytes]) -> Json | None:
    """The next message. None: the stream has ended."""
    length = 0
    while header := stream.readline().strip():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length)) if length else None


@contextmanager
def language_server(root: Path) -> Generator[LanguageServer, None, None]:
    """A server for the folder; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "pyright.langserver", "--stdio"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        server = LanguageServer(process, root)
        try:
            server.start()
            yield server
            server.stop()
        finally:
            server.end()
