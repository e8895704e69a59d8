"""Pages as files: which page of sources.yaml a file is, in which form, and what the audit of it finds."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import attrs

from codegen.audit import catalogue, csv_form, site_form
from codegen.audit.findings import Audited, Decisions, Finding, contradiction
from codegen.audit.listing import listed_models
from codegen.audit.scope import Scope, scope_of
from codegen.audit.site_walk import SiteWalk
from codegen.audit.table_form import Table, tables
from codegen.audit.table_walk import TableWalk
from codegen.plan import resolve
from codegen.spec import Spec
from codegen.spec.load import api

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\.\w+$")
"""A file whose name ends with the day of its page: the tables of a csv file say none."""


class UnknownPageError(Exception):
    """A text that is no page of the spec; the message says how to name one."""


@attrs.frozen(kw_only=True)
class Report:
    """A page's audit."""

    file: str
    page: str
    audited: dict[str, list[Audited]]
    """Operations → the page's statements."""

    @property
    def open(self) -> list[Finding]:
        """The differences that nobody has decided."""
        return [finding for found in self.audited.values() for one in found for finding in one.open]

    @property
    def count(self) -> int:
        """How many statements the page has."""
        return max((sum(one.line > 0 for one in found) for found in self.audited.values()), default=0)


def audit(spec: Spec, path: Path, stated: str | None = None) -> Report:
    """A file held against the operations that its page describes. Raises UnknownPageError."""
    text = path.read_text("utf-8-sig")
    date = _date(path, text)
    key = _page(spec, text, date, stated)
    sheet = csv_form.sheet(text)
    named = spec.pages[key].audits or [api(one) for one in spec.operations if one.source == key]
    operations = [_resolved(spec, index) for index, one in enumerate(spec.operations) if api(one) in named]
    site = site_form.site_page(text) if site_form.is_site_form(text) else None
    found = tables(text if site is None else site_form.plain_text(text))
    if not (site or sheet or found):
        return Report(file=path.name, page=key, audited={})
    if not operations:
        raise UnknownPageError(f"{key} has statements, but no operation: name some in its `audits`")
    decided = [one for operation in operations for one in operation.operation.decisions]
    decisions = Decisions(decided, spec.pages[key].judged)
    if sheet is not None:
        held = {", ".join(one.api for one in operations): catalogue.audited(spec, operations, key, sheet, decisions)}
    else:
        scopes = [scope_of(one, key, spec.pages, None if site else listed_models(found)) for one in operations]
        held = {scope.operation.api: _held(scope, found, site, decisions) for scope in scopes}
    last = [*_edition(spec, key, date, decisions), *decisions.stale()]
    return Report(file=path.name, page=key, audited={name: [*held[name], *last] for name in held})


@lru_cache(maxsize=64)
def _resolved(spec: Spec, index: int) -> resolve.Operation:
    """An operation of a spec resolved, once however many pages are held against it."""
    return resolve.resolve(spec, spec.operations[index])


def _held(scope: Scope, found: list[Table], site: site_form.SitePage | None, decisions: Decisions) -> list[Audited]:
    """The statements of a page on one operation."""
    walk = TableWalk(scope, decisions)
    walk.walk(found)
    if site is not None:
        blocks = SiteWalk(scope, decisions, walk.audited, walk.seen)
        blocks.walk(site)
    walk.close()
    return sorted(walk.audited, key=lambda one: one.line or math.inf)


def _edition(spec: Spec, key: str, date: datetime.date | None, decisions: Decisions) -> Iterator[Audited]:
    """A finding where the file is of another day than the page: it is another edition."""
    read = spec.pages[key].read
    if date is not None and date != read:
        finding = contradiction("page", "date", str(date), f"{key} of {read}; a later edition succeeds it", 0)
        yield decisions.audited(0, "page", [finding])


def _date(path: Path, text: str) -> datetime.date | None:
    named = _DATED.search(path.name)
    said = site_form.date_of(text) or (named[1] if named else None)
    try:
        return None if said is None else datetime.date.fromisoformat(said)
    except ValueError:
        return None


def _page(spec: Spec, text: str, date: datetime.date | None, stated: str | None) -> str:
    """The page that a text is: as stated, or by its first line and its day. Raises UnknownPageError."""
    if stated is not None:
        if stated not in spec.pages:
            raise UnknownPageError(f"{stated}: not a page of sources.yaml, which has {', '.join(spec.pages)}")
        return stated
    first = next((line.strip().lstrip("# ").strip() for line in text.splitlines() if line.strip()), "")
    found = [key for key, page in spec.pages.items() if first in (page.title, page.opening)]
    if len(found) > 1:
        succeeded = {page.succeeds or page.edition_of for page in spec.pages.values()}
        dated = [key for key in found if spec.pages[key].read == date]
        found = dated or [key for key in found if key not in succeeded]
    if len(found) != 1:
        raise UnknownPageError(f"it starts with {first!r}, which is no page's title: say which one it is with --as")
    return found[0]
