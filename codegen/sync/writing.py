"""Writes what the platform lists into the spec's YAML: stubs of new models, and facts of those that it has."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from pathlib import Path

import attrs

from codegen.new_model import NewModel, NewModelError, plan
from codegen.new_model.hunk import file_of
from codegen.spec import Spec, load
from codegen.sync.asking import Answer
from codegen.sync.compare import Change, Known, Rule, changes, known
from codegen.sync.facts import Fact
from codegen.sync.filling import MODELS_LIST, Place, filled

_LISTS = {"v1": "services", "v2": "models"}
"""The operation whose answer names the models."""


@attrs.define
class Written:
    """What was written, in the order in which it was."""

    models: dict[str, tuple[str, str]] = attrs.field(factory=dict[str, tuple[str, str]])
    """New model → its file and the model that it stands beside."""
    facts: dict[str, list[Fact]] = attrs.field(factory=dict[str, list[Fact]])
    """Model → facts that the spec lacked, or had from an earlier page."""
    kept: dict[str, list[Fact]] = attrs.field(factory=dict[str, list[Fact]])
    """Model → facts that the spec has otherwise, from a page that is not earlier."""


def write(folder: Path, spec: Spec, answer: Answer, rules: list[Rule], day: datetime.date) -> Written:
    """Writes new models and facts, as of a day. Raises NewModelError, SpecError: then the files are as they were."""
    before = {file: file.read_bytes() for file in [*folder.glob("v*/*.yaml"), folder / "sources.yaml"]}
    written = Written()
    try:
        for change in changes(spec, answer):
            if change.kind == "new":
                _write_model(folder, spec, change, rules, day, written)
        _write_facts(folder, load(folder) if written.models else spec, answer, day, written)
    except Exception:
        for file, content in before.items():
            file.write_bytes(content)
        raise
    return written


def _write_model(
    folder: Path, spec: Spec, change: Change, rules: list[Rule], day: datetime.date, written: Written
) -> None:
    rule = next((rule for rule in rules if rule.fits(change.name)), None)
    like = nearest(spec, change) if rule is None else _named(spec, change.version, rule)
    if like is None:
        return
    if change.version == "v2":
        _write_page(folder, day)
    hunk = plan(folder, stub(spec, change, like))
    hunk.file.write_bytes(hunk.content)
    written.models[change.name] = (hunk.file.relative_to(folder).as_posix(), like.name)


def _write_facts(folder: Path, spec: Spec, answer: Answer, day: datetime.date, written: Written) -> None:
    files: defaultdict[Path, dict[Place, list[Fact]]] = defaultdict(dict)
    for change in changes(spec, answer):
        for fact in change.facts:
            assert change.known is not None
            one = change.known
            later = fact.outdated(day) or change.name in written.models
            (written.facts if later else written.kept).setdefault(one.name, []).append(fact)
            if later:
                place = ("groups", one.group, "models", one.name)
                files[file_of(folder, one.operation)].setdefault(place, []).append(fact)
    if files:
        _write_page(folder, day)
    for file, models in files.items():
        file.write_bytes(filled(folder, spec, file, models, MODELS_LIST.name))


def _write_page(folder: Path, day: datetime.date) -> None:
    sources = folder / "sources.yaml"
    sources.write_bytes(MODELS_LIST.dated(sources, day.isoformat()))


def stub(spec: Spec, change: Change, like: Known) -> NewModel:
    """A model as the platform lists it, unverified: its group's rules warn."""
    listing = next(one for one in spec.operations if (one.version, one.operation) == _listing(change.version))
    return NewModel(
        name=change.name,
        like=like.name,
        api=like.api,
        path=change.path,
        limits=change.found.limits if change.found else {},
        source=MODELS_LIST.name if change.version == "v2" else listing.source,
        unverified=True,
    )


def _listing(version: str) -> tuple[str, str]:
    return version, _LISTS[version]


def _named(spec: Spec, version: str, rule: Rule) -> Known:
    """The model that a rule names, by a name or an alias in any case."""
    for one in known(spec, version):
        if rule.model.lower() in {name.lower() for name in (one.name, *one.model.aliases)}:
            return one
    raise NewModelError(f"--like {rule.pattern}={rule.model}: {version} has no model {rule.model}")


_KINDS = {"chat": "chat", "multimodal": "chat", "embeddings": "embedding", "rerank": "rerank", "text2image": "images"}
"""What the list calls a kind of models → the operation that serves them."""


def nearest(spec: Spec, change: Change) -> Known | None:
    """The model of V2, in service and of the same kind, whose name begins most like a new one's. None: none does."""
    kind = _KINDS.get((change.found and change.found.kind) or "")
    sees = change.found is not None and change.found.sees
    able = [
        one
        for one in known(spec, change.version)
        if change.version == "v2" and one.operation.operation == kind and one.model.retired is None
    ]
    alike = [(_alike(one.name, change.name), ("vision" in one.model.abilities) == sees, one) for one in able]
    best = max(alike, key=lambda each: each[:2], default=None)
    return best[2] if best is not None and best[0] else None


def _alike(one: str, other: str) -> int:
    """How many of their first words two names share."""
    count = 0
    for word, match in zip(re.split("[-.]", one), re.split("[-.]", other), strict=False):
        if word != match:
            break
        count += 1
    return count
