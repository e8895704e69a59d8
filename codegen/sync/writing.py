"""Writes stubs of new models into the spec's YAML, behind a model that they are like."""

from __future__ import annotations

from pathlib import Path

from codegen.new_model import NewModel, NewModelError, plan
from codegen.spec import Spec
from codegen.sync.compare import Change, Known, Rule, known

_LISTS = {"v1": "services", "v2": "models"}
"""The operation whose answer names the models: its page is the source of a stub."""


def write(folder: Path, spec: Spec, found: list[Change], rules: list[Rule]) -> dict[str, str]:
    """Adds a stub for each new model that a rule fits. Gives name → file. Raises NewModelError, SpecError.

    An error leaves the files as they were.
    """
    before = {file: file.read_bytes() for file in folder.glob("v*/*.yaml")}
    written: dict[str, str] = {}
    try:
        for change in found:
            rule = next((rule for rule in rules if rule.fits(change.name)), None)
            if change.kind == "new" and rule is not None:
                hunk = plan(folder, stub(spec, change, rule))
                hunk.file.write_bytes(hunk.content)
                written[change.name] = hunk.file.relative_to(folder).as_posix()
    except Exception:
        for file, content in before.items():
            file.write_bytes(content)
        raise
    return written


def stub(spec: Spec, change: Change, rule: Rule) -> NewModel:
    """A model as the platform lists it, unverified: its group's rules warn. Raises NewModelError."""
    like = _like(spec, change.version, rule)
    listing = next(one for one in spec.operations if (one.version, one.operation) == _listing(change.version))
    found = change.found
    limits = {"context": found.context, "max_output_tokens": found.output} if found else {}
    return NewModel(
        name=change.name,
        like=like.name,
        api=like.api,
        path=change.path,
        limits={name: value for name, value in limits.items() if value},
        source=listing.source,
        unverified=True,
    )


def _listing(version: str) -> tuple[str, str]:
    return version, _LISTS[version]


def _like(spec: Spec, version: str, rule: Rule) -> Known:
    """The model that a rule names, by a name or an alias in any case."""
    for one in known(spec, version):
        if rule.model.lower() in {name.lower() for name in (one.name, *one.model.aliases)}:
            return one
    raise NewModelError(f"--like {rule.pattern}={rule.model}: {version} has no model {rule.model}")
