"""Blocks of a page in the site's form, held against an operation, each with what stands inside it."""

from __future__ import annotations

import re

import attrs

from codegen.audit.findings import contradiction, missing, shown
from codegen.audit.members import Said
from codegen.audit.phrases import Reading, read
from codegen.audit.site_form import Block, Section, SitePage
from codegen.audit.walk import SECTIONS, Walk, inner


@attrs.define
class SiteWalk(Walk):
    """The blocks of one page held against one operation."""

    def walk(self, page: SitePage) -> None:
        """Holds every block, and shows every line that is in none."""
        self._http(page)
        for section in page.sections:
            place = SECTIONS.get(section.title)
            if place == "transport":
                self._transport(section)
            elif place in ("request", "reply"):
                for block in section.blocks:
                    self._block(block, place, None)
            elif section.blocks:
                title = section.title
                findings = [missing(title, "section", title, "nothing that it could describe", section.line)]
                self.add(section.line, title, findings)
        for line in page.astray:
            self.add(line.number, "page", [missing("page", "block", line.text, "unreadable", line.number)])
        for line in page.prose:
            self.add(line.number, "page", [shown("page", line.text, "a line outside all blocks", line.number)])

    def _http(self, page: SitePage) -> None:
        if page.http is not None:
            stated = self.operation.operation.http
            pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(stated))
            findings = [contradiction("page", "http", page.http.text, stated, page.http.number)]
            self.add(page.http.number, "page", [] if re.fullmatch(pattern, page.http.text) else findings)

    def _transport(self, section: Section) -> None:
        if section.blocks:
            blocks = section.blocks
            text = "; ".join(f"{one.name} {one.type} {one.required} {' '.join(one.texts)}" for one in blocks)
            findings = [shown(section.title, text, "the client's, no operation's", section.line)]
            self.add(section.line, section.title, findings)

    def _block(self, block: Block, section: str, shapes: list[str] | None) -> None:
        """Holds a block and those inside it. `shapes`: of the object that it is in; None: of the operation itself."""
        if section == "reply" and block.type == "oneOf":
            # Each alternative says which reply it is of.
            for alternative in block.inner:
                self._block(alternative, section, shapes)
            return
        said = _said(block)
        kind = self.parameter(said, section) if shapes is None else self.member(said, shapes, section=section)
        if section == "request" and said.required is None:
            findings = [missing(said.name, "required", "says neither 必选 nor 可选", "needs to know", block.line)]
            self.add(block.line, said.name, findings)
        for member in block.members:
            self._block(member, section, inner(kind))


def _said(block: Block) -> Said:
    """A block as what the page says."""
    readings = [read(text) for text in block.texts]
    return Said(
        name=block.name,
        type=block.full_type,
        required=block.required,
        reading=Reading(
            [fact for reading in readings for fact in reading.facts],
            [text for reading in readings for text in reading.unread],
        ),
        line=block.line,
        text=" ".join(block.texts),
    )
