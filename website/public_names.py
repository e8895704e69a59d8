"""The public names: a page of directives, of which mkdocstrings makes what signatures and docstrings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import griffe

ROOT = Path(__file__).parent.parent

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Clients": ("Qianfan", "AsyncQianfan", "Retry", "Limits"),
    "Messages": ("Message", "system", "user", "assistant", "tool", "function", "text", "image", "video"),
    "Answers": ("function_tool", "FunctionTool", "trim"),
    "Checks": ("validate", "Violation"),
}
"""Heading → names of `qianfan_typed`. Those that are in none are the documents' classes."""
_ELSEWHERE = "The documents' classes"
_MODULES = {
    "Errors": "qianfan_typed.errors",
    "Hooks": "qianfan_typed.hooks.events",
    "Transports": "qianfan_typed.transports.protocols",
    "The emulator": "qianfan_typed.emulator.server",
}
"""Heading → a module that is shown whole."""
_WHOLE = frozenset({"errors", "models", "types"})
"""Modules among the names of `qianfan_typed`."""


def public_names() -> dict[str, str]:
    """The page."""
    of = _homes()
    placed = {name for names in SECTIONS.values() for name in names}
    sections = {**SECTIONS, _ELSEWHERE: tuple(name for name in of if name not in placed)}
    parts = [
        "# The public names",
        "What `qianfan_typed` has, by what it is for. Handles of models are in the operations' pages.",
    ]
    for heading, names in sections.items():
        more = "\n      inherited_members: true" if heading == "Clients" else ""
        parts += [f"## {heading}", *(f"::: {of[name]}\n    options:\n      heading_level: 3{more}" for name in names)]
    for heading, module in _MODULES.items():
        parts += [
            f"## {heading}",
            f"::: {module}\n    options:\n      heading_level: 3\n      show_root_heading: false",
        ]
    return {"reference/api.md": "\n\n".join(parts) + "\n"}


def _homes() -> dict[str, str]:
    """Every public name but `__version__`: the path of what it stands for, as the type checkers see it."""
    loaded = griffe.load("qianfan_typed", search_paths=[str(ROOT), str(ROOT / "generated")], submodules=False)
    assert isinstance(loaded, griffe.Module)
    exported = [str(name) for name in loaded.exports or ()]
    return {name: _home(loaded.members[name]) for name in exported if not (name.startswith("_") or name in _WHOLE)}


def _home(member: griffe.Object | griffe.Alias) -> str:
    return member.target_path if isinstance(member, griffe.Alias) else member.path
