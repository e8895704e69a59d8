"""Findings of an audit: a difference between a page and the spec, and whether somebody has decided it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

import attrs

from codegen.spec import language

Kind = Literal["contradiction", "missing", "shown"]
NOTHING = "says nothing of it"
"""What one side says where only the other states a fact."""


@attrs.frozen(kw_only=True)
class Finding:
    """A difference."""

    kind: Kind
    subject: str
    """`top_k`, or `Shape.member`."""
    fact: str
    page: str
    """What the page says."""
    spec: str
    """What the spec says."""
    models: tuple[str, ...] = ()
    """The models it is about. Empty: all of the page."""
    line: int = 0

    @property
    def name(self) -> str:
        """What `covers` and `judged` call it."""
        return f"{self.subject}:{self.fact}"


@attrs.frozen
class Decided:
    """A finding that is settled, and by what."""

    finding: Finding
    because: str


@attrs.frozen(kw_only=True)
class Audited:
    """A statement of a page and what is wrong with it."""

    line: int
    """0: it is not on the page."""
    subject: str
    open: list[Finding]
    decided: list[Decided]
    foreign: str | None = None
    """What it says, where it is on a model that the spec does not have and need not have."""


def missing(subject: str, fact: str, page: str, spec: str, line: int) -> Finding:
    """A finding on what one side does not have."""
    return Finding(kind="missing", subject=subject, fact=fact, page=page, spec=spec, line=line)


def contradiction(subject: str, fact: str, page: str, spec: str, line: int) -> Finding:
    """A finding on what both have, but not the same."""
    return Finding(kind="contradiction", subject=subject, fact=fact, page=page, spec=spec, line=line)


def shown(subject: str, text: str, spec: str, line: int) -> Finding:
    """A sentence for a person to judge. Its name changes with its words, so that a changed one shows again."""
    mark = hashlib.sha256("".join(text.split()).encode()).hexdigest()[:6]
    return Finding(kind="shown", subject=subject, fact=f"text-{mark}", page=text, spec=spec, line=line)


class Decisions:
    """The differences that the spec's decisions and a page's judgements settle."""

    def __init__(self, decisions: Iterable[language.Decision], judged: dict[str, str]) -> None:
        self._judged = judged
        self._used = set[str]()
        self._reasons = {word: decision.subject for decision in decisions for word in decision.covers} | judged

    def audited(self, line: int, subject: str, findings: Iterable[Finding]) -> Audited:
        """A statement with its findings, those apart that are settled."""
        reasons = [(finding, self.reason(finding)) for finding in findings]
        return Audited(
            line=line,
            subject=subject,
            open=[finding for finding, why in reasons if why is None],
            decided=[Decided(finding, why) for finding, why in reasons if why is not None],
        )

    def reason(self, finding: Finding) -> str | None:
        """Why a difference is settled. None: it is not."""
        general = self._reason(finding.name, finding.page)
        if general is not None or not finding.models:
            return general
        each = [self._reason(f"{finding.subject}@{model}:{finding.fact}", finding.page) for model in finding.models]
        return "; ".join(dict.fromkeys(one for one in each if one)) if None not in each else None

    def _reason(self, name: str, value: str) -> str | None:
        found = next((word for word in (name, f"{name}={value}") if word in self._reasons), None)
        if found is None:
            return None
        self._used.add(found)
        return self._reasons[found]

    def stale(self) -> Iterator[Audited]:
        """The judgements on what was not found: the page no longer says it, or the spec has it now."""
        for word in sorted(self._judged.keys() - self._used):
            spec = f"judged: {self._judged[word]}"
            finding = missing(word, "judged", "nothing to judge any more", spec, 0)
            yield Audited(line=0, subject=word, open=[finding], decided=[])
