"""Plans: what is rewritten in a module, and what stays and why."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import attrs

from qianfan_api.documents.classes import DOCUMENT_CLASSES
from qianfan_api.models import CATALOGUES
from qianfan_typed.migration.caught import caught
from qianfan_typed.migration.clients import client_edit
from qianfan_typed.migration.edits import AwaitEdit, CallEdit, Edit, Edits, FollowedEdit, Key, NameEdit, Places
from qianfan_typed.migration.handled import (
    Choice,
    Dialect,
    Naming,
    Stays,
    arguments_of,
    default_of,
    edit_of,
    handle_of,
    named_by,
    path_of,
    streams,
)
from qianfan_typed.migration.imports import ImportPlan, roots
from qianfan_typed.migration.makers import Left, Maker, Makers, Package, Surroundings, every, steps_from
from qianfan_typed.migration.shapes import MODELS, Shape, reply_of
from qianfan_typed.migration.uses import NotFollowed, Uses, is_misplaced
from qianfan_typed.python_source.calls.call_finder import CallFinder
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.scopes import Module, read_module
from qianfan_typed.python_source.names.values import ScalarValue, SequenceValue

_PACKAGES: tuple[Package, ...] = ("qianfan", "openai")
_CHAT = (("chat", "completions", "create"), ("completions", "create"))
_OF_CLIENTS: Mapping[tuple[str, ...], str] = {
    _CHAT[0]: "v2.chat",
    ("embeddings", "create"): "v2.embedding",
    ("images", "generate"): "v2.images",
    ("models", "list"): "v2.models",
}
"""Method of a client of `openai` → the operation."""
_SENDING = ("do", "ado", "batch_do", "abatch_do")


@attrs.frozen
class Plan:
    """What is to be done with a module."""

    edits: Edits
    rewritten: tuple[ast.Call, ...]
    """The calls that are rewritten."""
    left: tuple[Left, ...]
    """The calls that stay, in the order of the source."""
    notes: tuple[Left, ...] = ()
    """What is to be known of calls that are rewritten."""


@attrs.frozen(eq=False)
class _Rewritten:
    """A call, and what becomes of it."""

    maker: Maker
    call: ast.Call
    given: ast.expr
    """The call, or `await` and the call."""
    api: str
    named: Naming | None
    choice: Choice | None
    edit: CallEdit
    streams: bool
    needs: frozenset[str]
    shape: Shape


class Planner:
    """Plans the rewriting of one module."""

    def __init__(self, tree: ast.Module, lines: list[str], around: Surroundings, *, replace: bool) -> None:
        self.module: Module = read_module(tree)
        self.finder: CallFinder = CallFinder(self.module)
        self.reader: LiteralReader = self.finder.reader
        self.places: Places = Places(lines)
        self.around = around
        self.replace = replace
        self.makers: Mapping[ast.Call, Maker] = {}
        self.calls: dict[Maker, list[_Rewritten]] = {}
        self.named: dict[Maker, Naming | None] = {}
        self.extra: dict[Maker, list[tuple[ast.expr, Edit]]] = {}
        self.seen: dict[ast.Call, Maker] = {}
        """Every call on what a maker makes."""
        self.wrong: dict[ast.Call, str] = {}

    def plan(self) -> Plan:
        """Finds what can be rewritten."""
        if not self.module.origins & set(_PACKAGES):
            return Plan({}, (), ())
        self.wrong = dict(self._surely_wrong())
        self.makers = Makers(self.module, self.finder.references, self.around).found()
        for maker in every(self.makers):
            self._look(maker)
        self._follow_replies()
        self._together()
        self._with_errors()
        return self._made()

    def _surely_wrong(self) -> Iterator[tuple[ast.Call, str]]:
        """Calls that the client refuses before it sends them, and the first reason."""
        for checked in self.finder.requests():
            for _, fault in checked.violations():
                if fault.violation.level == "error":
                    yield checked.call, f"{fault.violation.pointer.lstrip('/') or 'it'}: {fault.violation.message}"
                    break

    def _look(self, maker: Maker) -> None:
        """Looks at each use of what a maker makes."""
        self.calls[maker], self.extra[maker] = [], []
        if maker.package == "qianfan" and self.around.configured:
            maker.stays(maker.call, f"keys are set in {self.around.configured}; give them to Qianfan(…)")
        try:
            row = DOCUMENT_CLASSES.get(maker.name)
            self.named[maker] = None if row is None else named_by(arguments_of(maker.call, row.made_with), self.reader)
        except Stays as stays:
            maker.left.append(stays.left)
            self.named[maker] = None
        for use in maker.uses:
            steps, last = steps_from(self.module, use)
            call = self.module.parents[last]
            if not steps or not isinstance(call, ast.Call) or call.func is not last:
                maker.stays(use, "what becomes of it cannot be followed")
                continue
            self.seen[call] = maker
            try:
                made = self._call(maker, call, steps)
            except Stays as stays:
                maker.left.append(stays.left)
            else:
                self.calls[maker] += [] if made is None else [made]

    def _call(self, maker: Maker, call: ast.Call, steps: list[str]) -> _Rewritten | None:
        if maker.package == "openai" and steps == ["close"]:
            del self.seen[call]
            return None
        if call in self.wrong:
            raise Stays(call, f"it is refused before it is sent: {self.wrong[call]}")
        if is_misplaced(self.module, call):
            raise Stays(call, "it stands in an f-string; give its reply a name")
        row = DOCUMENT_CLASSES.get(maker.name)
        if row is not None:
            if steps not in (["do"], ["ado"]):
                raise Stays(call, f"{'.'.join(steps)}() has no counterpart; make the calls one by one")
            api = self._api(maker, call)
            # A question alone is no dialogue: what a class makes messages of has no name on a handle.
            renamed = {name: other for name, other in row.subjects.items() if other not in (name, "messages")}
            dialect = Dialect(row.positions, renamed, like_openai=False)
            waits = steps == ["ado"]
        else:
            if maker.name == "Qianfan" and tuple(steps) in _CHAT:
                api = "v2.chat"
            elif maker.package == "openai" and tuple(steps) in _OF_CLIENTS:
                api = _OF_CLIENTS[tuple(steps)]
            else:
                raise Stays(call, f"{'.'.join(steps)}() has no counterpart on the client")
            dialect = Dialect(("messages", "model") if maker.name == "Qianfan" else (), {}, like_openai=True)
            waits = maker.name.startswith("Async")
        return self._handled(maker, call, len(steps), api, dialect, waits=waits)

    def _api(self, maker: Maker, call: ast.Call) -> str:
        """The operation that an object of the documents' classes calls."""
        row = DOCUMENT_CLASSES[maker.name]
        version = arguments_of(maker.call, row.made_with).get("version")
        value = None if version is None else self.reader.value(version.value)
        if value is not None and not isinstance(value, ScalarValue):
            raise Stays(call, "its version is decided when it runs")
        number = "1" if value is None or value.value is None else str(value.value)
        served = row.operations.get(number)
        if served is None:
            raise Stays(call, f"{maker.name} has no version {number}")
        return served[0]

    def _handled(
        self, maker: Maker, call: ast.Call, steps: int, api: str, dialect: Dialect, *, waits: bool
    ) -> _Rewritten:
        given: ast.expr = call
        if waits and api != "v2.models":
            parent = self.module.parents[call]
            if not isinstance(parent, ast.Await):
                raise Stays(call, "it is awaited elsewhere")
            given = parent
        if api == "v2.models":
            if waits:
                raise Stays(call, "it is iterated asynchronously; write (await client.v2.models.list()).data")
            edit = CallEdit(steps=steps, callee=("v2", "models", "list"))
            if call.args or call.keywords:
                raise Stays(call, "models.list() takes nothing")
            return _Rewritten(maker, call, given, api, None, None, edit, False, frozenset(), MODELS)
        self._takes_messages(call, dialect)
        own = named_by(arguments_of(call, dialect.positions), self.reader)
        named = own or self.named[maker] or default_of(maker.name, api, call, replace=self.replace)
        if maker.name == "Completion" and self._is_of_chat(named):
            api = "v1.chat"
        choice = handle_of(api, named, replace=self.replace)
        stream = streams(call, dialect.positions)
        if stream and not hasattr(choice.handle, "stream"):
            raise Stays(call, f"{choice.handle.target.name} does not stream")
        edit, needs = edit_of(call, choice.handle, dialect, self.reader)
        edit = attrs.evolve(edit, steps=steps)
        shape = reply_of(api, stream=stream, like_a_dict=maker.name in DOCUMENT_CLASSES)
        return _Rewritten(maker, call, given, api, own, choice, edit, stream, needs, shape)

    def _takes_messages(self, call: ast.Call, dialect: Dialect) -> None:
        """Raises Stays where the messages may be `Messages` of `qianfan`."""
        given = arguments_of(call, dialect.positions)
        messages = given.get("messages") or given.get("query")
        if self.around.messages and messages is not None:
            value = self.reader.value(messages.value)
            if not isinstance(value, SequenceValue | ScalarValue):
                raise Stays(messages.value, "it may be given Messages; write a list of user(…) and assistant(…)")

    def _is_of_chat(self, named: Naming) -> bool:
        return named.name in CATALOGUES["v1.chat"] and named.name not in CATALOGUES["v1.completion"]

    def _follow_replies(self) -> None:
        every_call = [one for calls in self.calls.values() for one in calls]
        shapes = {one.given: one.shape for one in every_call}
        owners = {one.given: one.maker for one in every_call}
        uses = Uses(self.module, self.finder.references, self.around.imported, self.around.hidden)
        for one in every_call:
            try:
                followed = uses.follow(one.given, one.shape, shapes)
            except NotFollowed as error:
                one.maker.stays(error.node, str(error))
            else:
                self.extra[one.maker] += followed.edits
                one.maker.shared |= {owners[other].call for other in followed.shared}

    def _together(self) -> None:
        """Makers with the same uses are rewritten all, or none."""
        changed = True
        while changed:
            changed = False
            for maker in every(self.makers):
                for other in (self.makers[call] for call in maker.shared):
                    for one, its in ((maker, other), (other, maker)):
                        if one.left and not its.left:
                            its.stays(its.call, f"it goes with line {one.call.lineno}, which stays")
                            changed = True
            for maker in every(self.makers):
                changed = self._client(maker) or changed

    def _client(self, maker: Maker) -> bool:
        """Looks whether the client can be made. Gives whether something new is in its way."""
        if maker.left or not self.calls[maker]:
            return False
        waits = {isinstance(one.given, ast.Await) for one in self.calls[maker]}
        if maker.name in DOCUMENT_CLASSES and len({one.api for one in self.calls[maker]}) > 1:
            maker.stays(maker.call, "its calls go to several operations: make an object for each")
            return True
        if len(waits) > 1 and maker.name in DOCUMENT_CLASSES:
            maker.stays(maker.call, "it is called with and without await: make a Qianfan and an AsyncQianfan")
            return True
        try:
            self._client_edit(maker)
        except Stays as stays:
            maker.left.append(stays.left)
            return True
        return False

    def _client_edit(self, maker: Maker) -> CallEdit:
        waits = maker.name.startswith("Async") or any(isinstance(one.given, ast.Await) for one in self.calls[maker])
        return client_edit(maker, waits=waits, after=self._head(maker), reader=self.reader)

    def _head(self, maker: Maker) -> tuple[str, ...]:
        """What follows the client where it is made: of an object with one model, all up to its handle."""
        if maker.name not in DOCUMENT_CLASSES:
            return ()
        paths = {path_of(one.choice.handle, one.api) for one in self.calls[maker] if one.choice}
        alone = len(paths) == 1 and all(one.named is None for one in self.calls[maker])
        path = next(iter(paths))
        return path if alone else path[:-1]

    def _with_errors(self) -> None:
        """A module that names a package's errors is rewritten as a whole, or not at all."""
        for package in _PACKAGES:
            named = caught(self.module, package)
            makers = [one for one in every(self.makers) if one.package == package]
            if named.first is None or not makers:
                continue
            stays = [*named.left, *(left for one in makers for left in one.left)]
            for maker in makers:
                if stays and not maker.left:
                    where = getattr(stays[0].node, "lineno", 1)
                    maker.stays(maker.call, f"the errors it raises are caught by name, and line {where} stays")
                    if named.left:
                        maker.left[0] = named.left[0]
            if not stays:
                self.extra[makers[0]] += named.edits

    def _made(self) -> Plan:
        imports = self._imports()
        edits: Edits = {}
        rewritten: list[ast.Call] = []
        notes: list[Left] = []
        for maker in self._going():
            head = self._head(maker)
            edits[self.places.of(maker.call), "expression"] = self._client_edit(maker)
            for one in self.calls[maker]:
                rewritten.append(one.call)
                edits |= self._edits(one, head)
                if one.choice is not None and one.choice.retired:
                    notes.append(Left(one.call, one.choice.retired))
            for node, edit in self.extra[maker]:
                key: Key = (self.places.of(node), "expression")
                before = edits.get(key)
                if isinstance(before, CallEdit) and isinstance(edit, FollowedEdit):
                    edit = attrs.evolve(before, after=(edit.code,))
                edits[key] = edit
        edits |= imports.edits(self.places)
        return Plan(edits, tuple(rewritten), tuple(self._left(rewritten)), tuple(notes))

    def _going(self) -> list[Maker]:
        """The makers that are rewritten."""
        return [one for one in every(self.makers) if not one.left and self.calls[one]]

    def _imports(self) -> ImportPlan:
        """The imports that the rewritten calls need. Makers whose names are taken stay, and what goes with them."""
        while True:
            imports = ImportPlan(self.module, self.around.imported | self.around.hidden)
            going = self._going()
            gone = roots(going, self.extra)
            for maker in going:
                why = imports.why_not(maker, self._needs(maker), [one.call for one in self.calls[maker]], gone)
                if why is not None:
                    maker.stays(maker.call, why)
            if going == self._going():
                break
            self._together()
            self._with_errors()
        for maker in going:
            imports.add(maker, self._needs(maker))
            imports.add_errors(self.extra[maker])
        return imports

    def _needs(self, maker: Maker) -> frozenset[str]:
        """The names of `qianfan_typed` that are written where a maker is rewritten."""
        client = self._client_edit(maker).called or ""
        errors = {"errors"} if any(isinstance(edit, NameEdit) for _, edit in self.extra[maker]) else set[str]()
        return frozenset({client, *errors, *(name for one in self.calls[maker] for name in one.needs)})

    def _edits(self, one: _Rewritten, head: tuple[str, ...]) -> Edits:
        edit = one.edit
        if one.choice is not None:
            path = path_of(one.choice.handle, one.api)
            method = "stream" if one.streams else "create"
            edit = attrs.evolve(edit, callee=(*path[len(head) :], method))
        made: Edits = {(self.places.of(one.call), "expression"): edit}
        if one.streams and one.given is not one.call:
            made[self.places.of(one.given), "expression"] = AwaitEdit()
        return made

    def _left(self, rewritten: list[ast.Call]) -> Iterator[Left]:
        """Each call that stays, with its own reason or else its maker's."""
        done = set(rewritten)
        found: dict[ast.Call, Left] = {}
        for call, maker in self.seen.items():
            if call not in done:
                own = [left for left in maker.left if self._stands_in(left.node, call)]
                first = (own or maker.left or [Left(call, "it cannot be rewritten")])[0]
                found[call] = Left(call, self._at(first, call))
        for checked in self.finder.requests():
            call = checked.call
            if call not in done and call not in found and call not in self.makers and self._is_official(call):
                found[call] = Left(call, "what it is called on cannot be followed")
        for maker in every(self.makers):
            # One whose calls are not seen stands for them.
            if maker.left and maker not in self.seen.values():
                found[maker.call] = Left(maker.call, self._at(maker.left[0], maker.call))
        yield from sorted(found.values(), key=_by_place)

    def _is_official(self, call: ast.Call) -> bool:
        return "qianfan" in self.module.origins and getattr(call.func, "attr", "") in _SENDING

    def _stands_in(self, node: ast.AST, call: ast.Call) -> bool:
        return node is call or call in self.module.ancestors(node)

    def _at(self, left: Left, call: ast.Call) -> str:
        line = getattr(left.node, "lineno", call.lineno)
        within = call.lineno <= line <= (call.end_lineno or call.lineno)
        return left.why if within else f"line {line}: {left.why}"


def _by_place(left: Left) -> tuple[int, int]:
    return getattr(left.node, "lineno", 0), getattr(left.node, "col_offset", 0)
