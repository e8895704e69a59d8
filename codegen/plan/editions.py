"""Editions of pages: which of them a rule rests on, and which models each of them names.

A rule names its page. The newest edition that still says it is its basis. An edition that drops it ends that: the rule
is no longer promised, and warns. An edition that defers it to a page that is not at hand leaves it with the one before.
"""

from __future__ import annotations

import datetime
from fnmatch import fnmatchcase
from functools import cached_property

import attrs

from codegen.names import constant
from codegen.spec import Spec, language, service
from codegen.support.words import say


@attrs.frozen(order=True)
class Edition:
    """One edition of a page."""

    page: str
    """Its short name."""
    read: datetime.date = attrs.field(eq=False)
    title: str = attrs.field(eq=False)
    url: str | None = attrs.field(eq=False)

    @property
    def constant(self) -> str:
        """Its name in `sources.py`."""
        return constant(self.page)

    @property
    def words(self) -> str:
        """How messages name it."""
        return say("{page}, read {read}", page=self.title, read=self.read)


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
        page, read = self.edition.title, self.edition.read
        return say("{page}: {read} said so; {dropped} no longer does", page=page, read=read, dropped=self.dropped)


@attrs.define(slots=False)
class Editions:
    """The editions of every page."""

    spec: Spec
    _found: dict[tuple[str, str], Basis] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[str, str], Basis]
    )

    @cached_property
    def every(self) -> dict[str, Edition]:
        """Every edition of every page, by its short name."""
        return {name: Edition(name, page.read, page.title, page.url) for name, page in self.spec.pages.items()}

    def of(self, page: str) -> list[str]:
        """A page and its later editions, the oldest first."""
        later = [name for name, other in self.spec.pages.items() if other.edition_of == page]
        return [page, *sorted(later, key=lambda name: self.spec.pages[name].read)]

    def basis(self, page: str, rule: str) -> Basis:
        """What a rule of a page rests on. `rule`: its id without the operation, as `messages.order`."""
        if (page, rule) not in self._found:
            self._found[page, rule] = self._basis(page, rule)
        return self._found[page, rule]

    def _basis(self, page: str, rule: str) -> Basis:
        stands, *later = self.of(page)
        documented = self.spec.pages[page].standing == "documentation"
        for name in later:
            edition = self.spec.pages[name]
            if _any(rule, edition.drops):
                return Basis(self.every[stands], documented, edition.read)
            if not _any(rule, edition.defers):
                stands = name
        successor = next((other for other in self.spec.pages.values() if other.succeeds == page), None)
        return Basis(self.every[stands], documented, None if successor is None else successor.read)

    def named_by(self, sources: set[str], labels: set[str]) -> tuple[Edition, ...]:
        """Every edition of the documentation that names a model.

        Args:
            sources: The pages that the spec has facts of the model from.
            labels: What the model is called: its name, its aliases, its family.
        """
        speaking = sources.union(*(self.spec.pages[page].repeats for page in sources))
        return tuple(
            self.every[name]
            for name, page in self.spec.pages.items()
            if page.standing == "documentation" and self._names(name, page, speaking, labels)
        )

    def _names(self, name: str, page: service.Page, speaking: set[str], labels: set[str]) -> bool:
        """Whether an edition names a model: a page that the spec has it from does, in all its editions."""
        listed = not speaking.isdisjoint({name, page.edition_of})
        return listed or page.title in labels or any(_any(label, page.names) for label in labels)


def _any(word: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(word, pattern) for pattern in patterns)
