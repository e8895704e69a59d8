"""Errors that a program names: in `except`, where ours stand instead; anywhere else they keep the program as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import attrs

from qianfan_typed.migration.edits import NameEdit
from qianfan_typed.migration.makers import Left, Package, root_of
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.names.symbols import origins

_OURS: Mapping[str, tuple[str, ...]] = {
    "qianfan.errors.QianfanError": ("QianfanError",),
    # What the client refuses, the platform refused.
    "qianfan.errors.APIError": ("ApiError", "InvalidRequest"),
    "openai.OpenAIError": ("QianfanError",),
    "openai.APIError": ("SentError", "InvalidRequest"),
    "openai.APIStatusError": ("ApiError", "InvalidRequest"),
    "openai.APIConnectionError": ("TransportError",),
    "openai.AuthenticationError": ("AuthenticationError",),
    "openai.PermissionDeniedError": ("PermissionDenied",),
    "openai.NotFoundError": ("NotFound",),
    "openai.RateLimitError": ("RateLimited", "QuotaExceeded"),
    "openai.BadRequestError": ("BadRequest", "UnsafeContent", "InvalidRequest"),
    "openai.APITimeoutError": ("ConnectTimeout", "ReadTimeout"),
}
"""Error → those of `qianfan_typed.errors` that are raised in its place."""


@attrs.define
class Caught:
    """The errors of one package that a module names."""

    edits: list[tuple[ast.expr, NameEdit]] = attrs.field(factory=list[tuple[ast.expr, NameEdit]])
    left: list[Left] = attrs.field(factory=list[Left])
    """Those that have no counterpart, or are used otherwise than in `except`."""
    first: ast.expr | None = None
    """Where the first is named. None: none is."""


def caught(module: Module, package: Package) -> Caught:
    """The errors of a package, as a module names them."""
    found = Caught()
    for node in _named(module):
        origin = _origin(module, node)
        if not origin.startswith(f"{package}."):
            continue
        found.first = found.first or node
        name = origin.rpartition(".")[2]
        ours = _OURS.get(origin)
        parent = module.parents[node]
        around = module.parents.get(parent) if isinstance(parent, ast.Tuple) else parent
        if not isinstance(around, ast.ExceptHandler) or around.type not in (node, parent):
            found.left.append(Left(node, f"{name} is named outside an except clause"))
        elif ours is None:
            found.left.append(Left(node, f"{name} has no counterpart; see qianfan_typed.errors"))
        elif _is_read(module, around):
            found.left.append(Left(around, f"{around.name} is read: ours has other words and fields"))
        else:
            inside = ", ".join(f"errors.{one}" for one in ours)
            code = inside if parent is not around or len(ours) == 1 else f"({inside})"
            found.edits.append((node, NameEdit(code)))
    return found


def _named(module: Module) -> Iterator[ast.expr]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            parent = module.parents.get(node)
            if not isinstance(parent, ast.Attribute) and root_of(node) in module.scopes and _origin(module, node):
                yield node


def _origin(module: Module, node: ast.expr) -> str:
    """The dotted name of an error of the packages. Empty: it is something else."""
    found = origins(module, node)
    origin = found[0] if len(found) == 1 else ""
    package, _, rest = origin.partition(".")
    name = rest.rpartition(".")[2]
    if package == "qianfan":
        return origin if rest.startswith("errors.") or name.endswith("Error") else ""
    return origin if package == "openai" and name.endswith("Error") else ""


def _is_read(module: Module, handler: ast.ExceptHandler) -> bool:
    name = handler.name
    if name is None:
        return False
    inside = {node for statement in handler.body for node in ast.walk(statement)}
    return any(node in inside for node in module.names.get(name, ()))
