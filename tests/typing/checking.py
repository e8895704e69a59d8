"""Runs pyright and mypy over the user code of `right/` and `wrong/`, and reads what each line is expected to say.

An expectation stands beneath its line; lines that are set in pin details of the message as well:

    chat.create([{"role": "usr", "content": "你好"}])
    # ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" …
    #     Type "Literal['usr']" is not assignable to type "Literal['user', …]"
    # ^ mypy: Incompatible types (expression has type "Literal['usr']", …

`# R: str` at the end of a line pins what `reveal_type` says, for both.

`python -m tests.typing.checking` rewrites the expectations to what the checkers say now. Read the diff.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDERS = ("right", "wrong")
FILES = sorted(path.relative_to(HERE).as_posix() for folder in FOLDERS for path in (HERE / folder).glob("*.py"))
SEARCH = os.pathsep.join(str(path) for path in (ROOT, ROOT / "generated"))

_PIN = re.compile(r"\s*# \^ (pyright|mypy): (.*)")
_DETAIL = re.compile(r"\s*#     (.*)")
_REVEALED = re.compile(r"# R: (.*)$")
_MODULE = re.compile(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z])")
_TYPED_DICT = re.compile(r"TypedDict\((\w+), \{.*\}\)")


@attrs.frozen(order=True)
class Message:
    """What a checker says, or is expected to say, about a line."""

    line: int
    text: str
    """The first line of the message."""
    details: tuple[str, ...] = ()
    """Its further lines."""

    def __str__(self) -> str:
        return f"{self.line}: {self.text}"


Messages = dict[str, list[Message]]
"""By file, in the order of the lines."""


def pyright() -> Messages:
    """What pyright in strict mode says about the files."""
    report = json.loads(run("pyright", "--project", str(HERE), "--pythonpath", sys.executable, "--outputjson"))
    return _sorted(
        (found["file"], _message(found["range"]["start"]["line"] + 1, found["message"]))
        for found in report["generalDiagnostics"]
    )


def mypy() -> Messages:
    """What mypy in strict mode says about the files."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "mypy.ini")
        settings.write_text("[mypy]\nstrict = True\n")
        said = run(
            *("mypy", "--config-file", str(settings), "--cache-dir", str(ROOT / ".mypy_cache" / "user-code")),
            *("--python-version", "3.10", "--enable-error-code", "deprecated", "--output", "json"),
            # right/models.py and wrong/models.py would both be the module `models`.
            *("--explicit-package-bases", *FILES),
            MYPYPATH=os.pathsep.join((str(HERE), SEARCH)),
        )
    reports = [json.loads(line) for line in said.splitlines()]
    return _sorted(
        (str(HERE / found["file"]), _message(found["line"], f"{found['message']}\n{found['hint'] or ''}"))
        for found in reports
    )


CHECKERS: dict[str, Callable[[], Messages]] = {"pyright": pyright, "mypy": mypy}


def run(tool: str, *arguments: str, **environment: str) -> str:
    """What a tool prints when it runs in this folder. Raises where it did not get so far as to check."""
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=HERE,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{tool} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def expected(file: str, checker: str) -> list[Message]:
    """The expectations that a file holds for a checker."""
    messages: list[Message] = []
    number, whose = 0, ""
    for at, line in enumerate((HERE / file).read_text(encoding="utf-8").splitlines(), 1):
        if pin := _PIN.fullmatch(line):
            whose = pin[1]
            if whose == checker:
                messages.append(Message(number, pin[2]))
        elif whose and (detail := _DETAIL.fullmatch(line)):
            if whose == checker:
                messages[-1] = attrs.evolve(messages[-1], details=(*messages[-1].details, detail[1]))
        else:
            number, whose = at, ""
            if revealed := _REVEALED.search(line):
                messages.append(Message(at, f"R: {revealed[1]}"))
    return sorted(messages)


def _sorted(found: Iterable[tuple[str, Message]]) -> Messages:
    by_file: Messages = defaultdict(list)
    for path, message in found:
        by_file[Path(path).relative_to(HERE).as_posix()].append(message)
    return {file: sorted(messages) for file, messages in by_file.items()}


def _message(line: int, text: str) -> Message:
    first, *further = text.replace("\xa0", " ").splitlines()
    if revealed := re.fullmatch(r'(?:Type of ".*"|Revealed type) is "(.*)"', first):
        return Message(line, f"R: {short(revealed[1])}")
    return Message(line, first, tuple(detail.strip() for detail in further))


def short(revealed: str) -> str:
    """A type as one writes it: mypy gives the module of each name and the members of each TypedDict."""
    return _TYPED_DICT.sub(r"\1", _MODULE.sub("", revealed))


def _rewritten(file: str, said: dict[str, list[Message]]) -> str:
    lines: list[str] = []
    kept = {detail for checker in CHECKERS for message in expected(file, checker) for detail in message.details}
    for number, line in enumerate((HERE / file).read_text(encoding="utf-8").splitlines(), 1):
        if _PIN.fullmatch(line) or _DETAIL.fullmatch(line):
            continue
        lines.append(line)
        indent = line[: len(line) - len(line.lstrip())] + ("    " if line.endswith(":") else "")
        for checker, messages in said.items():
            for message in messages:
                if message.line == number and not message.text.startswith("R: "):
                    lines.append(f"{indent}# ^ {checker}: {message.text}")
                    lines += [f"{indent}#     {detail}" for detail in message.details if detail in kept]
    return "\n".join(lines) + "\n"


def _rewrite() -> None:
    found = {checker: check() for checker, check in CHECKERS.items()}
    for file in FILES:
        text = _rewritten(file, {checker: messages.get(file, []) for checker, messages in found.items()})
        (HERE / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
