"""What a comparison of the small spec with a changed one says."""

from __future__ import annotations

from codegen.diff import compare, report
from codegen.spec import Spec
from tests.codegen.conftest import SmallSpec

CHAT = "v1/chat.yaml"


def said(before: Spec, small: SmallSpec, *changes: tuple[str, str, str]) -> list[str]:
    """What a comparison says after some changes, a line each."""
    for file, old, new in changes:
        small.change(file, old, new)
    return report(compare(before, small.load()), "text").splitlines()


def in_chat(before: Spec, small: SmallSpec, *changes: tuple[str, str]) -> list[str]:
    """The same where only the chat file changes, without the operation's line."""
    lines = said(before, small, *((CHAT, old, new) for old, new in changes))
    assert lines[:1] in (["v1.chat"], [])
    return [line.strip() for line in lines[1:]]
