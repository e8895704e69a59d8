"""Words of the facts, as an editor shows them beside the cursor: parameters and models, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import naming_members
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import listed, shown
from qianfan_api.words import say, tell, told
from qianfan_typed.facts.explanations import Explanation, Standing, explain
from qianfan_typed.facts.facts_file import Scalar, facts
from qianfan_typed.facts.models import explain_model
from qianfan_typed.facts.schemas import UnknownName

Step = str | int
_FEW = 6


def place_of(path: Sequence[Step]) -> str:
    """A path of names and indexes, as the facts write it: `messages[].role`."""
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def parameter_words(api: str, place: str, model: str | None) -> str | None:
    """What is known of a parameter or of a member within one. None: it is none."""
    if place not in facts().operations[api].members and place not in naming_members(api):
        return None
    try:
        found = explain(f"{api}.{place.replace('[]', '')}")
    except UnknownName:
        return None
    if not isinstance(found, Explanation) or found.about is not None:
        return None
    standing = _standing(found, model)
    name = place.rpartition(".")[2].replace("[]", "")
    if standing is None:
        takers = listed(found.takers(), _FEW)
        no = tell("not a parameter of {model}", model=model)
        return f"**{name}** — {no}\n\n{tell('Taken by {models}.', models=takers) if takers else ''}".rstrip()
    whose = f" — {model}" if model is not None else f" — {api}"
    return "\n\n".join([f"**{name}**: {told(standing.type or say('any'))}{whose}", *_said(standing)])


def _standing(found: Explanation, model: str | None) -> Standing | None:
    """What is known for a model, or for the first that takes it."""
    for row in found.rows:
        if model in row.models:
            return row.standing if row.standing.taken else None
    return next((row.standing for row in found.taken), None)


def _said(standing: Standing) -> Iterator[str]:
    if standing.description:
        yield standing.description
    lines = [] if standing.default is None else [f"- {tell('default {value}', value=shown(standing.default))}"]
    for rule in standing.rules:
        words = say("{limit} (only warns)", limit=rule.phrase) if rule.level == "warning" else rule.phrase
        lines.append(f"- {told(words)} `{rule.id}`")
    lines += [
        f"- `{inner.name}`: {'; '.join(told(word) for word in inner.words if word)}" for inner in standing.members
    ]
    if lines:
        yield "\n".join(lines)
    if standing.source is not None:
        yield _page(told(standing.source), standing.url)


def _page(words: str, url: str | None) -> str:
    return words if url is None else f"[{words}]({url})"


def model_words(name: str, api: str | None) -> str | None:
    """What is known of a model: limits, rates, price, retirement. None: nothing is."""
    try:
        every = explain_model(name, api)
    except UnknownName:
        return None
    parts: list[str] = []
    for one in every:
        lines = [
            f"- {told(fact.about)}: {told(fact.said)}{f' ({told(fact.source)})' if fact.source else ''}"
            for fact in one.facts
        ]
        page = CATALOGUES[one.api][one.name].source
        source = "" if page is None else f"\n\n{_page(told(str(page)), page.url)}"
        parts.append(f"**{one.name}** — {one.api}\n\n" + "\n".join(lines) + source)
    return "\n\n---\n\n".join(parts)


# --- what may be written ---------------------------------------------------------------------------------------------


def models_of(api: str | None) -> list[tuple[str, str]]:
    """Names of models and a word on each: those in service first. None: those of every operation that is told one."""
    found: dict[str, str] = {}
    for name, catalogue in CATALOGUES.items():
        if (api is None and naming_members(name)) or name == api:
            for model in (catalogue[own] for own in catalogue):
                found.setdefault(model.name, say("{api}, retired", api=name) if model.retired else name)
    return [(name, told(words)) for name, words in sorted(found.items(), key=lambda one: one[1].endswith("retired"))]


@cache
def members_of(api: str, place: str, model: str | None) -> tuple[tuple[str, str], ...]:
    """Names of the members that an object takes, and the type of each. `place`: the object; empty: the request."""
    of = facts().operations[api]
    known = None if model is None else of.models.get(model)
    takes = None if known is None else of.groups[known.group].takes
    begins = f"{place}." if place else ""
    found: dict[str, str] = {}
    for inner, member in of.members.items():
        name = inner.removeprefix(begins)
        of_it = inner.startswith(begins) and re.fullmatch(r"\w+", name) is not None and member.sent
        if of_it and (begins or takes is None or name in takes):
            found[name] = member.type
    if not begins:
        found = {**{name: "str" for name in naming_members(api) if name == "model"}, **found}
    return tuple(found.items())


@cache
def values_of(api: str, place: str, model: str | None) -> tuple[Scalar, ...]:
    """Values that may stand at a place, where they can be counted: of an enum, true and false, the default."""
    of = facts().operations[api]
    known = None if model is None else of.models.get(model)
    group = ANY_MODEL if known is None else known.group
    found: list[Scalar] = []
    for one in of.constraints:
        holds = (group in one.groups or known is None) and (not one.only or model in one.only)
        if one.kind == "enum" and one.at == place and holds:
            found += [value for value in one.values if value not in found]
    member = of.members.get(place)
    if not found and member is not None and member.type == "bool":
        return True, False
    default = None if member is None else of.groups[group].defaults.get(place) if group in of.groups else None
    if not found and default is not None:
        return (default,)
    return tuple(found)
