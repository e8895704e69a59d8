"""Walk: one name, followed through the statements of the scope that binds it, in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import attrs

from qianfan_typed.python_source.names.conditions import Conditions, always, is_flag, never
from qianfan_typed.python_source.names.premises import related
from qianfan_typed.python_source.names.scopes import Binding, Module, Scope

_DEEPEST = 60
"""Levels of statements within statements that are followed."""


@attrs.frozen
class Reaching:
    """What a name may stand for at a place."""

    bindings: tuple[Binding, ...]
    """Empty: nothing leads there, or it cannot be seen."""
    doubt: int = 0
    """Of the values that the bindings leave open, see `doubted`: a condition stands between them and the place."""
    each: bool = True
    """Whether each of the bindings comes by."""

    def under(self, doubt: int) -> Reaching:
        """The same under a condition."""
        if doubt == 0:
            return self
        return Reaching(self.bindings, max(doubt, self.doubt), each=self.each and len(self.bindings) < 2)


class Walk:
    """Follows a name."""

    def __init__(
        self, module: Module, conditions: Conditions, owner: Scope, name: str, found: Sequence[Binding]
    ) -> None:
        self.module = module
        self.conditions = conditions
        self.owner = owner
        self.start: Reaching = Reaching(tuple(binding for binding in found if binding.kind == "parameter"))
        self.bound: dict[ast.AST, Binding] = {one.node: one for one in found if one.kind != "parameter"}
        self.possible: bool = all(map(self._is_here, self.bound))
        """Whether all that binds the name stands among the statements of its scope."""
        self.events: dict[ast.AST, list[ast.AST]] = {}
        """Node → what reads or binds the name in it, in the order of the source."""
        self.seen: dict[ast.AST, Reaching] = {}
        """Where the name is read → what it stands for there."""
        self.leaving: list[list[Reaching]] = []
        """Of each loop around: what the name stands for where `break` leaves it."""
        self.asked: set[str] = set()
        """What conditions asked for that brought the name more values: those that ask for it again go with them."""
        self.related: frozenset[str] = frozenset({name}).union(
            *(conditions.names(one.expression) for one in self.bound.values() if one.expression is not None)
        )
        """The name, and those that its value is made of."""
        self._place([*filter(self._is_here, module.uses(name, owner)), *self.bound])

    def followed(self, body: list[ast.stmt]) -> dict[ast.AST, Reaching]:
        """Where the name is read → what it stands for there."""
        self._block(body, self.start, 0)
        return self.seen

    def _is_here(self, node: ast.AST) -> bool:
        """Whether a node stands among the scope's own statements, and not in a function within."""
        for parent in self.module.ancestors(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return parent is self.owner.node
        return isinstance(self.owner.node, ast.Module)

    def _place(self, events: list[ast.AST]) -> None:
        for event in sorted(events, key=lambda one: (getattr(one, "lineno", 0), getattr(one, "col_offset", 0))):
            self.events.setdefault(event, []).append(event)
            for parent in self.module.ancestors(event):
                if parent is self.owner.node:
                    break
                self.events.setdefault(parent, []).append(event)

    def _block(self, statements: list[ast.stmt], state: Reaching | None, depth: int) -> Reaching | None:
        """What the name stands for after some statements. None: nothing runs there."""
        for statement in statements:
            if state is None:
                return None
            if statement in self.events or self.conditions.jumps(statement):
                state = self._statement(statement, state, depth + 1)
        return state

    def _statement(self, node: ast.stmt, state: Reaching, depth: int) -> Reaching | None:
        if depth > _DEEPEST:
            return self._anything(node, state)
        match node:
            case ast.If():
                return self._if(node, state, depth)
            case ast.While():
                state = self._run(node.test, self._head(node, state))
                inside = state.under(self._doubt(node.test))
                return self._loop(node, inside, state, depth, endless=always(node.test))
            case ast.For() | ast.AsyncFor():
                state = self._head(node, self._run(node.iter, state))
                return self._loop(node, self._run(node.target, state), state, depth)
            case ast.Try():
                return self._try(node, state, depth)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    state = self._run(item, state)
                return self._block(node.body, state, depth)
            case ast.Match():
                return self._match(node, state, depth)
            case ast.ClassDef():
                for part in (*node.decorator_list, *node.bases, *node.keywords):
                    state = self._run(part, state)
                return self._after(node, self._block(node.body, state, depth))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._after(node, self._run(node, state, (node,)))
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                return self._assign(node, state)
            case _:
                return self._simple(node, state)

    def _simple(self, node: ast.stmt, state: Reaching) -> Reaching | None:
        state = self._run(node, state)
        if isinstance(node, ast.Break) and self.leaving:
            self.leaving[-1].append(state)
        return None if isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue) else state

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, state: Reaching) -> Reaching:
        if isinstance(node, ast.AugAssign):
            self.seen[node.target] = state
        if node.value is not None:
            state = self._run(node.value, state)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            state = self._run(target, state)
        return state

    def _run(self, node: ast.AST, state: Reaching, without: Iterable[ast.AST] = ()) -> Reaching:
        """Reads and binds what an expression does."""
        for event in self.events.get(node, ()):
            if event in without:
                continue
            if event in self.bound:
                state = Reaching((self.bound[event],))
            else:
                self.seen[event] = state.under(self._within(event, node))
        return state

    def _after(self, node: ast.AST, state: Reaching | None) -> Reaching | None:
        """Binds the name of a function or class."""
        return state if state is None or node not in self.bound else Reaching((self.bound[node],))

    def _within(self, event: ast.AST, end: ast.AST) -> int:
        """How much is in doubt because of conditions within an expression."""
        doubt, inner = 0, event
        for parent in self.module.ancestors(event) if event is not end else ():
            match parent:
                case ast.IfExp(test=test) if inner is not test:
                    doubt = max(doubt, self._doubt(test))
                case ast.BoolOp(values=values) if isinstance(inner, ast.expr) and inner is not values[0]:
                    doubt = max([doubt, *map(self._doubt, values[: values.index(inner)])])
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    tests = [test for generator in parent.generators for test in generator.ifs]
                    doubt = max([doubt, *map(self._doubt, tests)])
                case _:
                    pass
            if parent is end:
                break
            inner = parent
        return doubt

    def _doubt(self, test: ast.expr) -> int:
        """How much a condition brings into doubt."""
        if always(test):
            return 0
        asked = self.conditions.names(test)
        if asked & self.related:
            return 2
        others = self.owner.bindings if self.start.bindings else {}
        of_callers = any(binding.kind == "parameter" for name in asked for binding in others.get(name, ()))
        return 2 if of_callers and not is_flag(test) else 1

    def _if(self, node: ast.If, state: Reaching, depth: int) -> Reaching | None:
        state = self._run(node.test, state)
        if never(node.test):
            return self._block(node.orelse, state, depth)
        if always(node.test):
            return self._block(node.body, state, depth)
        outcome = self.conditions.premises.outcome(node.test, node)
        if outcome in ("holds", "fails"):
            return self._block(node.body if outcome == "holds" else node.orelse, state, depth)
        asked = self.conditions.premises.paths(node.test)
        doubt = 2 if outcome == "unclear" or related(asked, self.asked) else self._doubt(node.test)
        inside = state.under(doubt)
        ends = [self._block(branch, inside, depth) for branch in (node.body, node.orelse)]
        after = self._joined(node, state, inside, ends, doubt)
        if after is not None and after.bindings != state.bindings:
            self.asked |= asked
        return after

    def _joined(
        self, node: ast.AST, before: Reaching, inside: Reaching, ends: Sequence[Reaching | None], doubt: int
    ) -> Reaching | None:
        """What the name stands for where branches come together."""
        alive = [end for end in ends if end is not None]
        if len(alive) < 2:
            return alive[0] if alive else None
        if not self.conditions.jumps(node):
            # A branch that leaves the name alone leaves nothing in doubt behind it.
            alive = [before if end == inside else end for end in alive]
            if all(end == before for end in alive):
                return before
        return _union(alive, each=doubt < 2, doubt=2 if doubt == 2 else 0)

    def _head(self, loop: ast.AST, state: Reaching) -> Reaching:
        """What the name stands for where a loop begins again: what the loop binds, too."""
        inner = self._bound_in(loop)
        return _union([state, Reaching(inner)], each=False, doubt=1) if inner else state

    def _bound_in(self, node: ast.AST) -> tuple[Binding, ...]:
        return tuple(self.bound[event] for event in self.events.get(node, ()) if event in self.bound)

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        inside: Reaching,
        head: Reaching,
        depth: int,
        *,
        endless: bool = False,
    ) -> Reaching | None:
        self.leaving.append([])
        self._block(node.body, inside, depth)
        left = self.leaving.pop()
        after = None if endless else self._block(node.orelse, head, depth)
        ends = left if after is None else [after, *left]
        if not ends:
            return None
        return _union(ends, each=False, doubt=1) if self.conditions.jumps(node) or len(ends) > 1 else ends[0]

    def _try(self, node: ast.Try, state: Reaching, depth: int) -> Reaching | None:
        inner = tuple(one for statement in node.body for one in self._bound_in(statement))
        broken = _union([state, Reaching(inner)], each=False, doubt=1) if inner else state.under(1)
        end = self._block(node.orelse, self._block(node.body, state, depth), depth)
        handled: list[Reaching | None] = []
        for handler in node.handlers:
            at_start = self._run(handler.type, broken) if handler.type is not None else broken
            handled.append(self._block(handler.body, self._after(handler, at_start), depth))
        alive = [one for one in (end, *handled) if one is not None]
        if end is not None and all(one in (end, end.under(1)) for one in alive):
            joined: Reaching | None = end
        else:
            joined = _union(alive, each=False, doubt=1) if alive else None
        last = self._block(node.finalbody, joined or broken, depth)
        return None if joined is None else last

    def _match(self, node: ast.Match, state: Reaching, depth: int) -> Reaching | None:
        state = self._run(node.subject, state)
        # A pattern asks for more than whether something is there.
        doubt = max(1, self._doubt(node.subject))
        inside = state.under(doubt)
        ends: list[Reaching | None] = []
        for case in node.cases:
            here = self._run(case.pattern, inside)
            if case.guard is not None:
                here = self._run(case.guard, here)
            ends.append(self._block(case.body, here, depth))
        last = node.cases[-1]
        every = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        return self._joined(node, state, inside, ends if every else [*ends, inside], doubt)

    def _anything(self, node: ast.AST, state: Reaching) -> Reaching:
        """What the name may stand for in and after a statement that is nested too deeply."""
        every = _union([state, Reaching(self._bound_in(node))], each=False, doubt=2)
        for event in self.events.get(node, ()):
            self.seen[event] = every
        return every


def _union(states: Iterable[Reaching], *, each: bool, doubt: int) -> Reaching:
    every = list(states)
    bindings = tuple(dict.fromkeys(binding for state in every for binding in state.bindings))
    alike = all(state.bindings == bindings for state in every)
    return Reaching(
        bindings,
        max([doubt, *(state.doubt for state in every)]),
        each=all(state.each for state in every) and (each or len(bindings) < 2 or alike),
    )
