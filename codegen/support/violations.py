"""What a check finds, and the words for it.

Finding is generated (`…/validators.py`); wording stands here, once. A violation is a value: nothing is raised.
"""

from __future__ import annotations

import difflib
import json
import re
import reprlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import attrs

from qianfan_api.tables import table
from qianfan_api.words import Phrase, phrase, say, told

if TYPE_CHECKING:
    from qianfan_api.catalogue import Model

Level = Literal["error", "warning"]
Place = tuple[str | int, ...]
"""Where in a payload: the keys and indexes that lead to a member."""


@attrs.frozen
class Source:
    """Where a fact comes from."""

    page: str
    """The page's title."""
    read: str
    """The day to which its facts go back, as YYYY-MM-DD; of a page with several editions, of this one."""
    url: str | None = None
    """Its address, if it has one."""

    def __str__(self) -> str:
        return say("{page}, read {read}", page=self.page, read=self.read)


@attrs.frozen
class Rule:
    """A documented rule that a request can break."""

    id: str
    """Operation, place and kind: `v1.chat.temperature.range`."""
    source: Source
    level: Level = "error"
    """For the models that the source names. For others it warns."""
    dropped: str | None = None
    """The day of the page's edition that no longer says it, as YYYY-MM-DD. None: it is still said."""
    everyone: bool = False
    """Whether it holds for every model although its source does not name them all: each has a page that says so."""

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        if self.dropped is None:
            return str(self.source)
        source = self.source
        return say(
            "{page}: {read} said so; {dropped} no longer does", page=source.page, read=source.read, dropped=self.dropped
        )


@attrs.frozen
class ForeignNames:
    """Names that are none here: those that other APIs have, and those that something here has elsewhere."""

    instead: Mapping[str, tuple[str, Level]] = attrs.field(factory=dict[str, tuple[str, Level]])
    """Name → what it is called here, and what it is to send it."""
    elsewhere: frozenset[str] = frozenset()
    """Names that another API has and no page of the platform."""


NO_FOREIGN_NAMES = ForeignNames()


@attrs.frozen(kw_only=True)
class Violation:
    """A rule that a request breaks."""

    pointer: str
    """RFC 6901 JSON pointer to the field at fault; of a missing member, with the member's name."""
    code: str
    """What kind of fault: missing, type, range, enum, unsupported, unknown, empty, length, items, order, …"""
    message: str
    """The request's own value first, then what is allowed."""
    level: Level
    """`error`: the platform refuses or ignores it. `warning`: it is advice, or sources disagree."""
    rule: str
    """The rule's id, to switch it off by."""
    source: str
    """The page that states the rule, and the day it was read."""
    instead: str | None = None
    """What to write in the place of the name or the text that is at fault, where one is meant beyond doubt."""

    def __str__(self) -> str:
        source = f"  ({told(self.source)})" if self.source else ""
        return f"{self.pointer}  {told(self.message)}{source}"

    def to_dict(self) -> dict[str, str | None]:
        """The fields by their names: a row of a table of pandas or polars."""
        return {**attrs.asdict(self), "message": told(self.message), "source": told(self.source)}

    def _repr_html_(self) -> str:
        return violation_table([self])


def violation_table(violations: Iterable[Violation]) -> str:
    """What notebooks show of violations."""
    head = ("", "where", "what", "source", "rule")
    rows = ((one.level, one.pointer, told(one.message), told(one.source), one.rule) for one in violations)
    return table([told(word) for word in head], rows)


def pointer(place: Place) -> str:
    """The RFC 6901 JSON pointer of a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


_ENCODER = json.JSONEncoder(ensure_ascii=False)
_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 80


def shown(value: object, limit: int = 60) -> str:
    """A value as it would stand in JSON, cut where it is long."""
    # Piece by piece: a list of a million items is not to be written out for its first ten.
    text = ""
    try:
        for piece in _ENCODER.iterencode(value[: limit + 1] if isinstance(value, str) else value):
            text += piece
            if len(text) > limit:
                break
    except (TypeError, ValueError, RecursionError):
        text = _REPR.repr(value)
    if not text.isascii():
        # Half of a character can be neither printed nor sent.
        text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(names: Iterable[object], most: int = 6) -> str:
    """Names in a row, cut where there are many."""
    words = [str(name) for name in names]
    if len(words) <= most:
        return ", ".join(words)
    return say("{names} and {more} more", names=", ".join(words[: most - 1]), more=len(words) - most + 1)


def either(names: Sequence[str]) -> str:
    """Names of which any will do."""
    first, *rest = names
    for name in rest:
        first = say("{name} or {other}", name=first, other=name)
    return first


def one_of(values: Iterable[object]) -> str:
    """The values allowed, as they would stand in JSON."""
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else say("one of {values}", values=", ".join(words))


def must_be(value: str, allowed: str) -> Phrase:
    """`1.7: must be at most 1.0`."""
    return say("{value}: must be {allowed}", value=value, allowed=allowed)


def with_hint(message: str, hint: str) -> Phrase:
    """What is wrong, then what to do."""
    return say("{message}; {hint}", message=message, hint=hint)


def did_you_mean(first: str, second: str | None = None) -> Phrase:
    """The nearest name, or two."""
    if second is None:
        return say("did you mean {name}?", name=first)
    return say("did you mean {name} or {other}?", name=first, other=second)


@attrs.frozen
class Near:
    """Names like one that is none."""

    names: tuple[str, ...] = ()
    meant: str | None = None
    """The one that is meant beyond doubt: a slip, or another way to write it, apart."""


_LIKE, _SLIP = 0.78, 0.85
"""How much of two names is the same: of `item` and `stream` it is 0.6, of `temprature` and `temperature` 0.95."""


def nearest(name: str, known: Iterable[str]) -> Near:
    """The names that one is like, the nearest first: with capitals, hyphens or underscores it is the same."""
    plain = _plain(name)
    ratios = {one: _likeness(plain, _plain(one)) for one in known}
    near = sorted((one for one in ratios if ratios[one] >= _LIKE), key=lambda one: -ratios[one])[:2]
    sure = bool(near) and ratios[near[0]] >= _SLIP and (len(near) == 1 or ratios[near[0]] - ratios[near[1]] > 1 - _SLIP)
    return Near(tuple(near), near[0] if sure else None)


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other)
    # The bound first: of a name without end, the rest takes time without end.
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE else 0.0


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


_KINDS: dict[type, str] = {
    dict: phrase("an object"),
    list: phrase("a list"),
    tuple: phrase("a list"),
    str: phrase("a string"),
    bool: phrase("true or false"),
    int: phrase("a whole number"),
    float: phrase("a decimal number"),
}


_TEXT = {
    "a number": re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?", re.ASCII),
    "a whole number": re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII),
    "true or false": re.compile(r"true|false"),
}
"""Texts that say a value of another kind."""


def _meant(value: object, expected: str) -> object:
    """What is meant by a value of the wrong kind. None: that is not beyond doubt."""
    if isinstance(value, float):
        whole = expected == "a whole number" and value.is_integer() and abs(value) < 1e15
        return int(value) if whole else None
    if not isinstance(value, str):
        return None
    if expected == "a list of strings":
        return [value]
    said = _TEXT.get(expected)
    return json.loads(value) if said is not None and said.fullmatch(value) else None


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    return next((words for kind, words in _KINDS.items() if isinstance(value, kind)), type(value).__name__)


_COUNTED: dict[str, str] = {
    "characters": phrase("{count} characters: must be {allowed}"),
    "items": phrase("{count} items: must be {allowed}"),
    "members": phrase("{count} members: must be {allowed}"),
}
"""What is counted → what is said of it. Other languages count each thing in its own way."""


class Findings:
    """Collects the violations of one request to one model. Every finding names the rule and the place."""

    __slots__ = ("lenient", "model", "name", "named_by", "stale_before", "violations")

    def __init__(
        self,
        name: str,
        model: Model | None = None,
        stale_before: str | None = None,
        named_by: Container[Source] | None = None,
    ) -> None:
        self.name: str = name
        self.model: Model | None = model
        self.lenient: bool = model is not None and model.unverified
        self.named_by: Container[Source] | None = named_by if model is None else model.named_by
        """The pages that name the model: rules of others warn. None: every page does."""
        self.stale_before: str | None = stale_before
        """Rules whose source was read before this day (YYYY-MM-DD) only warn. None: none do."""
        self.violations: list[Violation] = []

    def add(
        self,
        rule: Rule,
        code: str,
        place: Place,
        message: str,
        level: Level | None = None,
        source: Source | None = None,
        instead: str | None = None,
    ) -> None:
        """Notes a violation. A rule of a page that does not name the model warns only; so does one that is too old."""
        origin = source or rule.source
        lenient = (
            self.lenient
            or (self.stale_before is not None and origin.read < self.stale_before)
            or (self.named_by is not None and not rule.everyone and origin not in self.named_by)
        )
        self.violations.append(
            Violation(
                pointer=pointer(place),
                code=code,
                message=message,
                level="warning" if lenient else level or rule.level,
                rule=f"{rule.id}.{code}",
                source=rule.origin if source is None else str(source),
                instead=instead,
            )
        )

    def speaks(self, rule: Rule) -> bool:
        """Whether the page of a rule speaks of the model."""
        return self.named_by is None or rule.source in self.named_by

    def limit(self, name: str) -> int | None:
        """A limit of the model: characters or tokens. None: not known."""
        return None if self.model is None else getattr(self.model, name)

    def exceeds(self, value: float, limit: str) -> bool:
        """Whether a value goes over a limit that the model has."""
        most = self.limit(limit)
        return most is not None and value > most

    def _over_limit(self, rule: Rule, code: str, place: Place, message: str, limit: str) -> None:
        """A limit has a source of its own, and the level that goes with it."""
        model = self.model
        level = "warning" if model is not None and limit in model.soft_limits else rule.level
        source = None if model is None else model.limit_sources.get(limit, model.source)
        self.add(rule, code, place, message, level, source)

    def missing(self, rule: Rule, place: Place, why: str = "") -> None:
        self.add(
            rule, "missing", place, say("missing: required {why}", why=phrase(why)) if why else say("missing: required")
        )

    def wrong_type(
        self,
        rule: Rule,
        place: Place,
        value: object,
        expected: str,
        again: Callable[[object, Place, Findings], None] | None = None,
    ) -> None:
        """A value of another type. What is to be written instead is said if it passes the check of the value."""
        message = say(
            "{value}: must be {allowed}, not {kind}", value=shown(value), allowed=phrase(expected), kind=kind_of(value)
        )
        meant = _meant(value, expected)
        if meant is not None and (again is None or self._passes(again, meant, place)):
            words = shown(meant)
            # What is cut cannot be written.
            if not words.endswith("…"):
                message = say("{problem}; write {meant}", problem=message, meant=words)
        self.add(rule, "type", place, message)

    def _passes(self, check: Callable[[object, Place, Findings], None], value: object, place: Place) -> bool:
        """Whether a check finds nothing in another value."""
        found = Findings(self.name, self.model, self.stale_before, self.named_by)
        check(value, place, found)
        return not found.violations

    def out_of_range(self, rule: Rule, place: Place, value: object, allowed: str) -> None:
        self.add(rule, "range", place, say("{value}: must be {bounds}", value=shown(value), bounds=phrase(allowed)))

    def out_of_limit(self, rule: Rule, place: Place, value: float, least: str, limit: str) -> None:
        most = self.limit(limit)
        message = say("{value}: must be {bounds}", value=shown(value), bounds=phrase(least))
        if most is not None:
            message = say(
                "{value}: must be {least} and at most {most} for {model}",
                value=shown(value),
                least=phrase(least),
                most=most,
                model=self.name,
            )
        if self.exceeds(value, limit):
            self._over_limit(rule, "range", place, message, limit)
        else:
            self.add(rule, "range", place, message)

    def not_one_of(self, rule: Rule, place: Place, value: object, allowed: Sequence[object], hint: str = "") -> None:
        near = nearest(value, [one for one in allowed if isinstance(one, str)]) if isinstance(value, str) else Near()
        message = must_be(shown(value), one_of(allowed))
        if hint:
            message = with_hint(message, phrase(hint))
        elif near.names:
            message = with_hint(message, did_you_mean(shown(near.names[0])))
        self.add(rule, "enum", place, message, instead=near.meant)

    def empty(self, rule: Rule, place: Place, why: str = "", level: Level | None = None) -> None:
        message = say("must not be empty {why}", why=phrase(why)) if why else say("must not be empty")
        self.add(rule, "empty", place, message, level)

    def blank(self, rule: Rule, place: Place, value: str) -> None:
        self.add(rule, "blank", place, say("{value}: must have more than white space", value=shown(value)))

    def counted(self, rule: Rule, code: str, place: Place, count: int, things: str, allowed: str) -> None:
        self.add(rule, code, place, Phrase(_COUNTED[things], {"count": count, "allowed": phrase(allowed)}))

    def too_long_for(self, rule: Rule, place: Place, length: int, limit: str) -> None:
        most = self.limit(limit)
        message = say(
            "{length} characters: must be at most {most} for {model}", length=length, most=most, model=self.name
        )
        self._over_limit(rule, "length", place, message, limit)

    def too_long_together(self, rule: Rule, place: Place, length: int, limit: str, texts: str, each: int = 1) -> None:
        most: object = self.limit(limit)
        if each != 1:
            most = say("{each} characters for each of {tokens} tokens of input", each=each, tokens=most)
        message = say(
            "{length} characters in {texts}: must be at most {most} for {model}",
            length=length,
            texts=texts,
            most=most,
            model=self.name,
        )
        self._over_limit(rule, "length", place, message, limit)

    def unsupported(self, rule: Rule, key: str, takers: Sequence[str], level: Level | None = None) -> None:
        if not takers:
            message = say("not a parameter of {model}, nor of any model for sure", model=self.name)
        elif len(takers) == 1:
            message = say("not a parameter of {model}; {other} takes it", model=self.name, other=takers[0])
        else:
            message = say("not a parameter of {model}; {others} take it", model=self.name, others=listed(takers, 3))
        self.add(rule, "unsupported", (key,), message, level)

    def unknown(self, rule: Rule, place: Place, known: Iterable[str], foreign: ForeignNames = NO_FOREIGN_NAMES) -> None:
        """A name that is none here: another API's, nearly one of those there are, or any."""
        name, known = str(place[-1]), sorted(known)
        instead, level = foreign.instead.get(name, ("", rule.level))
        if instead in known:
            self.add(
                rule,
                "unknown",
                place,
                say("not a known name here; write {instead}", instead=instead),
                level,
                instead=instead,
            )
        elif name in foreign.elsewhere or instead:
            self.add(rule, "unknown", place, say("not on the platform's page; ignored or refused"), "warning")
        else:
            near = nearest(name, known)
            hint = did_you_mean(*near.names) if near.names else say("known: {names}", names=listed(known, 8))
            self.add(rule, "unknown", place, with_hint(say("not a known name"), hint), instead=near.meant)

    def disputed(self, rule: Rule, place: Place, why: str) -> None:
        self.add(
            rule,
            "disputed",
            place,
            say("sources disagree whether {model} takes it: {why}", model=self.name, why=phrase(why)),
        )

    def retired(self, rule: Rule, place: Place) -> None:
        """The model is retired, or will be."""
        if self.model is not None and self.model.retired is not None:
            self.add(
                rule,
                "retired",
                place,
                say("{model}: {retired}", model=self.name, retired=self.model.retired.words),
                "warning",
                self.model.retired.source,
            )

    def advise(self, rule: Rule, code: str, place: Place, advice: str) -> None:
        self.add(rule, code, place, phrase(advice), "warning")
