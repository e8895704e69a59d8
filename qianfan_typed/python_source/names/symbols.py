"""Symbols: names of a module that stand for something of this package, of the official one, or of `openai`."""

from __future__ import annotations

import ast
import builtins
from typing import Literal

import attrs

from qianfan_typed.python_source.names.scopes import Binding, Module, Scope

PackageName = Literal["qianfan_typed", "qianfan", "openai"]
_PACKAGES: dict[str, PackageName] = {
    "qianfan_typed": "qianfan_typed",
    "qianfan_api": "qianfan_typed",
    "qianfan": "qianfan",
    "openai": "openai",
}
OURS: frozenset[str] = frozenset({"qianfan_typed", "qianfan_api", "qianfan"})
"""Packages whose clients are made for the platform."""
# The official package has namesakes elsewhere: in its extensions, evaluators and console resources.
_OFFICIAL = ("qianfan", "qianfan.client", "qianfan.resources", "qianfan.resources.llm", "qianfan.resources.images")


@attrs.frozen
class Symbol:
    """A class or function of one of the packages."""

    package: PackageName
    name: str


def symbol(module: Module, expression: ast.expr) -> Symbol | None:
    """What an expression names: `qianfan.ChatCompletion`, or `Chat` after `from qianfan import ChatCompletion as Chat`.

    A name with several imports counts if all of them mean the same: `try: import a as x` / `except: import b as x`.
    """
    meant = [_known(origin) for origin in origins(module, expression)]
    if not meant or meant[0] is None:
        return None
    first = meant[0]
    return first if all(one is not None and one.name == first.name for one in meant) else None


def origins(module: Module, expression: ast.expr) -> list[str]:
    """The dotted names that an expression stands for, as its imports say. Empty: it is something else."""
    steps: list[str] = []
    while isinstance(expression, ast.Attribute):
        steps.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return []
    # `qianfan = None` where the import fails: then nothing is called.
    found = [binding for binding in bindings(module, expression) if not _is_none(binding)]
    if not all(binding.kind == "import" and binding.origin for binding in found):
        return []
    return [".".join([binding.origin, *reversed(steps)]) for binding in found]


def bindings(module: Module, name: ast.Name) -> list[Binding]:
    """What may give a name its meaning where it is read. Empty: nothing of the module, or what cannot be seen."""
    scope = module.scopes[name]
    owner = scope.owner(name.id)
    if owner is None:
        sources = [source for source, _ in module.top.stars]
        if hasattr(builtins, name.id) or len(sources) != 1:
            return []
        return [Binding("import", module.top, name, origin=f"{sources[0]}.{name.id}" if sources[0] else "")]
    found = [binding for binding in owner.bindings[name.id] if binding.kind != "declared"]
    return [] if _hidden(owner, found) else found


def builtin(module: Module, expression: ast.expr) -> str | None:
    """The builtin that an expression names. None: it names another thing, or one that hides it."""
    if not isinstance(expression, ast.Name) or not hasattr(builtins, expression.id):
        return None
    hidden = module.scopes[expression].owner(expression.id) is not None or module.top.stars
    return None if hidden else expression.id


def _is_none(binding: Binding) -> bool:
    return isinstance(binding.expression, ast.Constant) and binding.expression.value is None and not binding.path


def _hidden(owner: Scope, found: list[Binding]) -> bool:
    """Whether a later `from … import *` may have given a name another meaning."""
    return any(line > binding.line for _, line in owner.stars for binding in found)


def _known(origin: str) -> Symbol | None:
    path, _, name = origin.rpartition(".")
    package = _PACKAGES.get(path.partition(".")[0])
    if package == "qianfan" and path not in _OFFICIAL and path.rpartition(".")[0] not in _OFFICIAL:
        return None
    return None if package is None else Symbol(package, name)
