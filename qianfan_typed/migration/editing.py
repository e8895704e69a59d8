"""Editing: edits carried out on a module's text with libcst, which keeps all that they do not name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from qianfan_typed.migration.edits import (
    AttributeEdit,
    AwaitEdit,
    CallEdit,
    Edit,
    Edits,
    FollowedEdit,
    ImportEdit,
    Key,
    NameEdit,
)


class NotEdited(Exception):
    """A module cannot be edited; the message says why."""


def edited(text: str, edits: Edits) -> str:
    """A module's text with edits carried out.

    Raises:
        NotEdited: libcst cannot read it, or reads it otherwise than Python.
    """
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise NotEdited(f"libcst cannot read it: {type(error).__name__}") from None
    if module.code != text:
        raise NotEdited("libcst would not keep its formatting")
    editor = _Editor(edits)
    made = MetadataWrapper(module, unsafe_skip_copy=True).visit(editor).code
    if editor.done != edits.keys():
        raise NotEdited("libcst sees the places of its calls otherwise")
    return made


class _Editor(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edits: Edits) -> None:
        super().__init__()
        self.edits = edits
        self.done: set[Key] = set()
        self._added: list[cst.ImportFrom] = []

    def _edit(self, node: cst.CSTNode, kind: Literal["expression", "import"]) -> Edit | None:
        place = self.get_metadata(PositionProvider, node)
        assert isinstance(place, CodeRange)
        key: Key = ((place.start.line, place.start.column, place.end.line, place.end.column), kind)
        edit = self.edits.get(key)
        if edit is not None:
            self.done.add(key)
        return edit

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        edit = self._edit(original_node, "expression")
        if isinstance(edit, FollowedEdit):
            return _followed(updated_node, (edit.code,))
        return _call(updated_node, edit) if isinstance(edit, CallEdit) else updated_node

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._named(original_node, updated_node)

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.BaseExpression:
        return self._named(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._named(original_node, updated_node)

    def _named(
        self, original: cst.BaseExpression, updated: cst.Attribute | cst.Subscript | cst.Name
    ) -> cst.BaseExpression:
        edit = self._edit(original, "expression")
        match edit:
            case NameEdit(code=code):
                return cst.parse_expression(code)
            case FollowedEdit(code=code):
                return _followed(updated, (code,))
            case AttributeEdit(code=code) if not isinstance(updated, cst.Name):
                made = cst.parse_expression(f"{_HOLE}.{code}")
                filled = _filled(made, updated.value)
                return filled.with_changes(lpar=updated.lpar, rpar=updated.rpar)
            case _:
                return updated

    def leave_Await(self, original_node: cst.Await, updated_node: cst.Await) -> cst.BaseExpression:
        if not isinstance(self._edit(original_node, "expression"), AwaitEdit):
            return updated_node
        inner = updated_node.expression
        around = {"lpar": [*updated_node.lpar, *inner.lpar], "rpar": [*inner.rpar, *updated_node.rpar]}
        return inner.with_changes(**around)

    def leave_Import(
        self, original_node: cst.Import, updated_node: cst.Import
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        return self._import(original_node, updated_node, updated_node.names)

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        names = updated_node.names
        return self._import(original_node, updated_node, () if isinstance(names, cst.ImportStar) else names)

    def _import(
        self, original: cst.CSTNode, updated: cst.Import | cst.ImportFrom, names: Sequence[cst.ImportAlias]
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        edit = self._edit(original, "import")
        if not isinstance(edit, ImportEdit):
            return updated
        kept = [one for one in names if _bound(one) not in edit.dropped]
        ours = _ours(edit.added)
        if not kept and ours is None:
            return cst.RemoveFromParent() if edit.at_top else cst.Pass(semicolon=updated.semicolon)
        if not kept and ours is not None:
            return ours.with_changes(semicolon=updated.semicolon)
        if len(kept) < len(names):
            last = kept[-1].with_changes(comma=names[-1].comma)
            updated = updated.with_changes(names=[*kept[:-1], last])
        if ours is not None:
            self._added.append(ours)
        return updated

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        added, self._added = self._added, []
        if not added:
            return updated_node
        lines = [cst.SimpleStatementLine([one]) for one in added]
        return cst.FlattenSentinel([updated_node, *lines])


def _call(node: cst.Call, edit: CallEdit) -> cst.BaseExpression:
    function = node.func
    if edit.called is not None:
        function = cst.Name(edit.called, lpar=function.lpar, rpar=function.rpar)
    else:
        dot = cst.Dot()
        for _ in range(edit.steps):
            assert isinstance(function, cst.Attribute)
            dot = function.dot
            function = function.value
        function = _followed(function, edit.callee, dot)
    made = node.with_changes(func=function, args=_arguments(node.args, edit), lpar=[], rpar=[])
    if not made.args and node.args:
        made = made.with_changes(whitespace_before_args=cst.SimpleWhitespace(""))
    followed = _followed(made, edit.after)
    return followed.with_changes(lpar=node.lpar, rpar=node.rpar)


def _arguments(given: Sequence[cst.Arg], edit: CallEdit) -> list[cst.Arg]:
    made: list[cst.Arg] = []
    for index, argument in enumerate(given):
        if index in edit.dropped:
            continue
        if index in edit.spread:
            made += _spread(argument)
            continue
        if index in edit.written:
            code = edit.written[index]
            before, found, after = code.partition("{}")
            if found:
                hole = cst.parse_expression(f"{before}{_HOLE}{after}")
                value = _filled(hole, argument.value)
            else:
                value = cst.parse_expression(code)
            argument = argument.with_changes(value=value)
        if index in edit.named:
            argument = argument.with_changes(keyword=cst.Name(edit.named[index]), equal=_EQUAL)
        made.append(argument)
    if made and len(made) < len(given) and given[-1] is not made[-1]:
        last = given[-1]
        made[-1] = made[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return made


_HOLE = "_what_stood_there_"
_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


class _Hole(cst.CSTTransformer):
    def __init__(self, value: cst.BaseExpression) -> None:
        super().__init__()
        self.value = value

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.value if original_node.value == _HOLE else updated_node


def _filled(hole: cst.BaseExpression, value: cst.BaseExpression) -> cst.BaseExpression:
    return cast("cst.BaseExpression", hole.visit(_Hole(value)))


def _spread(argument: cst.Arg) -> list[cst.Arg]:
    """The members of a dict as arguments."""
    body = cst.ensure_type(argument.value, cst.Dict)
    made: list[cst.Arg] = []
    for element in body.elements:
        member = cst.ensure_type(element, cst.DictElement)
        name = str(cst.ensure_type(member.key, cst.SimpleString).evaluated_value)
        made.append(cst.Arg(member.value, cst.Name(name), equal=_EQUAL, comma=_COMMA))
    if made:
        made[-1] = made[-1].with_changes(comma=argument.comma, whitespace_after_arg=argument.whitespace_after_arg)
    return made


def _followed(node: cst.BaseExpression, steps: Sequence[str], first: cst.Dot | None = None) -> cst.BaseExpression:
    """An expression with attributes behind it. `first` has the line break before the first of them."""
    for step in steps:
        node = cst.Attribute(node, cst.Name(step), first or cst.Dot())
        first = None
    return node


def _first(node: cst.CSTNode) -> cst.CSTNode:
    """The name that a dotted expression begins with."""
    while True:
        match node:
            case cst.Attribute(value=inner) | cst.Call(func=inner):
                node = inner
            case _:
                return node


def _bound(alias: cst.ImportAlias) -> str:
    if alias.asname is not None:
        return cst.ensure_type(alias.asname.name, cst.Name).value
    return cst.ensure_type(_first(alias.name), cst.Name).value


def _ours(names: Sequence[str]) -> cst.ImportFrom | None:
    if not names:
        return None
    aliases = [cst.ImportAlias(cst.Name(name), comma=_COMMA) for name in names]
    aliases[-1] = aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return cst.ImportFrom(cst.Name("qianfan_typed"), aliases)
