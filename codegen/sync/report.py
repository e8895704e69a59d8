"""Says where the platform and the spec differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.sync.asking import Answer
from codegen.sync.compare import Change
from codegen.sync.writing import Written

_WORDS = {
    "new": "the spec lacks",
    "moved": "moved to another path",
    "changed": "changed",
    "lacking": "the spec does not say",
    "gone": "the platform no longer lists",
}


def lines(answer: Answer, found: Iterable[Change]) -> Iterator[str]:
    """The report, by dialect and kind."""
    changes = list(found)
    for version in ("v1", "v2"):
        if version in answer.errors:
            yield f"{version}: not asked: {answer.errors[version]}"
            continue
        own = [change for change in changes if change.version == version]
        count = len(answer.models.get(version, []))
        yield f"{version}: {count} models listed, {len(own) or 'no'} difference{'' if len(own) == 1 else 's'}"
        for kind, words in _WORDS.items():
            same = [change for change in own if change.kind == kind]
            if same:
                yield f"  {words}"
                yield from (f"    {change.name}  {change.text}" for change in same)


def told(written: Written, new: Iterable[str]) -> Iterator[str]:
    """What was written, and what was not and why."""
    for name, (file, like) in written.models.items():
        yield f"wrote {name} to {file}, beside {like}"
    for name, facts in written.facts.items():
        yield f"wrote of {name}: {'; '.join(map(str, facts))}"
    for name, facts in written.kept.items():
        yield f"left {name} as it is, for its page is no earlier: {'; '.join(map(str, facts))}"
    left = [name for name in new if name not in written.models]
    if left:
        yield f"not written, for no --like rule fits and no name begins alike: {', '.join(left)}"
    yield "now run `make generate`" if written.models or written.facts else "nothing to write"
