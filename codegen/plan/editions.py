"""Editions of pages: which of them a rule rests on, and which models each of them names.

A rule names its page. The newest edition that still says it is its basis. An edition that drops it ends that: the rule
is no longer promised, and warns. An edition that defers it to a page that is not at hand leaves it with the one before.
"""

from __future__ import annotations

import datetime
from fnmatch import fnmatchcase

import attrs

from codegen.names import constant
from codegen.spec import Spec, language, service


@attrs.frozen(order=True)
class Edition:
    """One edition of a page."""

    page: str
    read: datetime.date
    title: str = attrs.field(order=False)
    url: str | None = attrs.field(order=False)
    newest: bool = attrs.field(order=False)

    @property
    def constant(self) -> str:
        """Its name in `sources.py`: CHAT_V2, and CHAT_V2_2024_12_13 where there is a newer one."""
        return constant(self.page if self.newest else f"{self.page}_{self.read}")

    @property
    def words(self) -> str:
        """How messages name it."""
        return f"{self.title}, read {self.read}"


@attrs.frozen
class Basis:
    """What a rule rests on."""

    edition: Edition
    documented: bool
    """Whether the platform's own documentation says it. What only an SDK or a third party says warns."""
    dropped: datetime.date | None = None
    """The day of the edition that no longer says it. None: it is still said."""

    @property
    def level(self) -> language.Level:
        """error where the documentation still says it."""
        return "error" if self.documented and self.dropped is None else "warning"

    @property
    def words(self) -> str:
        """How messages name it, the same as `Rule.origin` at run time."""
        if self.dropped is None:
            return self.edition.words
        return f"{self.edition.title}: {self.edition.read} said so; {self.dropped} no longer does"


@attrs.frozen
class Editions:
    """The editions of every page."""

    spec: Spec

    def of(self, page: str) -> list[Edition]:
        """A page's editions, the oldest first."""
        first = self.spec.pages[page]
        titles = [(first.read, first.title, first.url)]
        for later in first.editions:
            titles.append((later.read, later.title or titles[-1][1], later.url or titles[-1][2]))
        return [
            Edition(page, read, title, url, newest=index == len(titles) - 1)
            for index, (read, title, url) in enumerate(titles)
        ]

    @property
    def every(self) -> list[Edition]:
        """Every edition of every page."""
        return [edition for page in self.spec.pages for edition in self.of(page)]

    def basis(self, page: str, rule: str) -> Basis:
        """What a rule of a page rests on. `rule`: its id without the operation, as `messages.order`."""
        first, *later = self.of(page)
        documented = self.spec.pages[page].standing == "documentation"
        stands = first
        for edition, says in zip(later, self.spec.pages[page].editions, strict=True):
            if _any(rule, says.drops):
                return Basis(stands, documented, edition.read)
            if not _any(rule, says.defers):
                stands = edition
        successor = next((other for other in self.spec.pages.values() if other.succeeds == page), None)
        return Basis(stands, documented, None if successor is None else successor.read)

    def naming(self, page: str, labels: set[str], *, listed: bool) -> list[Edition]:
        """The editions of a page that name a model. `listed`: whether it is the page that the spec has the model from.

        Args:
            page: The page.
            labels: What the model is called: its name, its aliases, its family.
            listed: Whether the page, or one that says the same of its own models, is the model's source.
        """
        stated = self.spec.pages[page]
        named = listed or stated.title in labels or _any_of(labels, stated.names)
        later = [named or _any_of(labels, edition.names) for edition in stated.editions]
        return [edition for edition, names in zip(self.of(page), [named, *later], strict=True) if names]

    def named_by(self, sources: set[str], labels: set[str]) -> tuple[Edition, ...]:
        """Every edition of the documentation that names a model.

        Args:
            sources: The pages that the spec has the model from.
            labels: What the model is called: its name, its aliases, its family.
        """
        found: list[Edition] = []
        for page, stated in self.spec.pages.items():
            if stated.standing != "documentation":
                continue
            found += self.naming(page, labels, listed=page in sources | self._repeated(sources))
        return tuple(found)

    def _repeated(self, sources: set[str]) -> set[str]:
        return {other for page in sources for other in self.spec.pages[page].repeats}


def _any(word: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(word, pattern) for pattern in patterns)


def _any_of(words: set[str], patterns: list[str]) -> bool:
    return any(_any(word, patterns) for word in words)


def newest(page: service.Page) -> datetime.date:
    """The day of a page's newest edition."""
    return page.editions[-1].read if page.editions else page.read
