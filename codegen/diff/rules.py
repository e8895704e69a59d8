"""Rules: which constraints came, went or changed, in the words of their kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from codegen.diff.change import Part
from codegen.plan.constraints import Constraint, ObjectConstraint
from codegen.plan.resolve import Model

T = TypeVar("T")
Twins = list[tuple[T | None, T | None]]
"""What stands for the same in two specs. None: it is in one of them alone."""


def twins(old: Iterable[T], new: Iterable[T], *keys: Callable[[T], Hashable]) -> Twins[T]:
    """Pairs what has the same key: by the first key where it is alone with it."""
    left, right = ([*{keys[0](one): one for one in side}.values()] for side in (old, new))
    found: Twins[T] = []
    for key in keys:
        others = _alone(right, key)
        pairs = {name: (one, others[name]) for name, one in _alone(left, key).items() if name in others}
        found += pairs.values()
        left, right = ([one for one in side if key(one) not in pairs] for side in (left, right))
    return [*found, *((one, None) for one in left), *((None, one) for one in right)]


def _alone(side: list[T], key: Callable[[T], Hashable]) -> dict[Hashable, T]:
    count = Counter(map(key, side))
    return {key(one): one for one in side if count[key(one)] == 1}


def paired(old: Iterable[Constraint], new: Iterable[Constraint]) -> Twins[Constraint]:
    """Pairs the constraints of two specs: by kind and place; several at one place by what they are about."""
    return twins(
        old,
        new,
        lambda one: (one.kind, one.place, one.subject() if isinstance(one, ObjectConstraint) else ""),
        lambda one: (one.kind, one.place),
        lambda one: (one.kind, one.path),
    )


def rule_parts(old: Constraint | None, new: Constraint | None, models: list[Model]) -> Iterator[Part]:
    """What became of a rule. `models`: those it is for now. Where it rejects for none of them, nothing breaks."""
    if new is not None:
        soft = new.level == "warning" or (bool(models) and not any(model.rejects(new) for model in models))
        if old is None:
            yield Part(f"rule “{new.phrase()}” added{', as a warning' * soft}", "breaking").softened(soft)
        for turn in new.changed(old) if old is not None else ():
            yield Part(turn.words, "notable" if turn.way == "widened" else "breaking").softened(soft)
    elif old is not None:
        yield Part(f"rule “{old.phrase()}” removed", "notable")
