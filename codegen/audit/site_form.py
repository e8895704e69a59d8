"""Blocks of parameters on a page of the platform's present site, saved as text: one parameter a block.

A block is a line with name and type, what is said of it, and whether it is required; what stands inside it follows.
The text has lost its indentation, so a type says how many blocks are inside: `object {5}`, `oneOf {2}`, `array`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import attrs

from codegen.audit.table_form import heading, outside_fences, tables

_HEADER = re.compile(r"^([A-Za-z_][\w.-]*) ([A-Za-z]\w*(?:<[^>]*>)?)(?: \{(\d+)\})?$", re.ASCII)
_REQUIRED = {"必选": True, "可选": False}
_INSIDE = "显示子属性 隐藏子属性"
_CHROME = re.compile(
    r"^(?:显示子属性 隐藏子属性|暂无参数|多选一且必需“只能”符合其中一个|复制|调试|请求结构|示例代码|curl"
    r"|(?:Shell|Python|JSON| )+|(?:请求|响应)示例.*)$"
)
"""Buttons, tabs and captions."""
_SECTION = re.compile(r"^(?:Headers?|Body|Query|Path|返回|响应|请求)参数$")
_DATE = re.compile(r"^更新时间[:：]\s*(\d{4}-\d{2}-\d{2})$")
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()]|\([^)]*\))*\)")
_ESCAPED = re.compile(r"\\([\[\]*_#~<>.`-])")
_BULLET = re.compile(r"^\s*(?:\\?-|·)\s+|^\s*\\-\s*")
_ONLY_VALUE = re.compile(r"^(· )`([\w.-]+)`\s*$", re.ASCII)


@attrs.define(kw_only=True)
class Block:
    """A parameter or member, with what stands inside it."""

    name: str
    type: str
    count: int
    """How many blocks its type says are inside."""
    line: int
    required: bool | None = None
    """None: it does not say."""
    text: str = ""
    opens: bool = False
    inner: list[Block] = attrs.field(factory=list["Block"])

    @property
    def members(self) -> list[Block]:
        """The members of the object that it is, or of the objects that it holds."""
        if self.type == "object":
            return self.inner
        return [member for block in self.inner for member in block.members]

    @property
    def full_type(self) -> str:
        """Its type in the words of the tables: `array<object>`, `string / object`."""
        if self.type == "array" and self.inner:
            return f"array<{self.inner[0].full_type}>"
        if self.type == "oneOf":
            return " / ".join(block.full_type for block in self.inner)
        return self.type

    @property
    def texts(self) -> list[str]:
        """What is said of it, of its items and of its alternatives."""
        inner = [text for block in self.inner for text in block.texts] if self.type in ("array", "oneOf") else []
        return [self.text, *inner]


@attrs.frozen(kw_only=True)
class Section:
    """The blocks under a heading."""

    title: str
    line: int
    blocks: list[Block]


@attrs.frozen
class Line:
    """A line outside all blocks."""

    number: int
    text: str


@attrs.frozen(kw_only=True)
class SitePage:
    """What a page in the site's form has."""

    http: Line | None
    """Method and path of the operation."""
    sections: list[Section]
    astray: list[Line]
    """Blocks that are not where the types say, with what is wrong."""
    prose: list[Line]
    """Every other line that is no button, caption, table or example."""


def is_site_form(text: str) -> bool:
    """Whether a page has blocks."""
    marks = [line.strip() for line in text.splitlines() if line.strip() in {*_REQUIRED, _INSIDE}]
    return len(marks) > 1


def date_of(text: str) -> str | None:
    """The day of a page, where it says one."""
    return next((match[1] for line in text.splitlines() if (match := _DATE.match(line.strip()))), None)


def cleaned(line: str) -> str:
    """A line without links, escapes, code marks and invisible characters."""
    text = _INVISIBLE.sub("", html.unescape(line)).strip()
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _BULLET.sub("· ", text)
    # A value with nothing after it is in the list of values too.
    text = _ONLY_VALUE.sub(r"\1\2:", text)
    return _ESCAPED.sub(r"\1", text.replace("`", "")).strip()


def plain_text(text: str) -> str:
    """A page with cleaned lines, as many as it had."""
    return "\n".join(cleaned(line) for line in text.splitlines())


def site_page(text: str) -> SitePage:
    """Reads a page in the site's form."""
    reader = _Reader([cleaned(line) for line in text.splitlines()])
    reader.read(_skipped(text))
    return SitePage(http=reader.http, sections=reader.sections, astray=reader.astray, prose=reader.prose)


def _skipped(text: str) -> set[int]:
    """Numbers of the lines of examples and tables."""
    lines = text.splitlines()
    examples = set(range(len(lines))) - set(outside_fences(lines))
    rows = {place for table in tables(plain_text(text)) for place in range(table.line - 1, table.end)}
    return examples | rows


@attrs.define
class _Reader:
    lines: list[str]
    http: Line | None = None
    sections: list[Section] = attrs.field(factory=list[Section])
    astray: list[Line] = attrs.field(factory=list[Line])
    prose: list[Line] = attrs.field(factory=list[Line])
    _title: Line | None = None
    """The heading of the section that is being read."""
    _flat: list[Block] = attrs.field(factory=list[Block])
    """Its blocks, one after another."""
    _said: bool = False
    """Whether the last block has said whether it is required: nothing more is said of it."""

    def read(self, skipped: set[int]) -> None:
        first = True
        for place, line in enumerate(self.lines):
            if not line or place in skipped:
                continue
            title = heading(line)
            placed = self._section(title.replace(" ", ""), place, marked=line.startswith("#"))
            placed = placed or (self._title is not None and self._block(line, place))
            known = first or line.startswith("#") or _CHROME.match(title) or _DATE.match(line)
            if not (placed or known):
                self._outside(line, place)
            first = False
        self._close()

    def _section(self, title: str, place: int, *, marked: bool) -> bool:
        """Whether a line ends the section before it; a heading of parameters also starts one."""
        starts = bool(_SECTION.match(title))
        if starts or marked or title == "请求结构" or title.startswith(("请求示例", "响应示例")):
            self._close()
            self._title = Line(place + 1, title) if starts else None
        return starts

    def _block(self, line: str, place: int) -> bool:
        """Whether a line is of a block."""
        header = _HEADER.match(line)
        last = self._flat[-1] if self._flat else None
        if header and not self.lines[place - 1]:
            name, kind, count = header.groups()
            self._flat.append(Block(name=name, type=kind, count=int(count or 0), line=place + 1))
            self._said = False
        elif last is None or _CHROME.match(line):
            if last is not None and line == _INSIDE:
                last.opens = self._said = True
            return last is not None
        elif line in _REQUIRED and last.required is None:
            last.required = _REQUIRED[line]
            self._said = True
        elif self._said:
            return False
        else:
            last.text = f"{last.text} {line}".strip()
        return True

    def _outside(self, line: str, place: int) -> None:
        before = self.prose[-1] if self.prose else None
        if self.http is None and before is not None and before.text in _METHODS and "://" in line:
            self.prose.pop()
            self.http = Line(before.number, f"{before.text} /{line.split('://', 1)[1].partition('/')[2]}")
        else:
            self.prose.append(Line(place + 1, line))

    def _close(self) -> None:
        if self._title is not None:
            queue = list(reversed(self._flat))
            blocks: list[Block] = []
            while queue:
                blocks.append(self._taken(queue))
            self.sections.append(Section(title=self._title.text, line=self._title.number, blocks=blocks))
        self._title, self._flat, self._said = None, [], False

    def _taken(self, queue: list[Block]) -> Block:
        """The next block, with as many blocks inside as its type says."""
        block = queue.pop()
        count = 1 if block.type == "array" else block.count
        while block.opens and queue and len(block.inner) < count:
            block.inner.append(self._taken(queue))
        self.astray += _misplaced(block, count if block.opens else 0)
        return block


def _misplaced(block: Block, count: int) -> Iterator[Line]:
    """What shows that a count is not right."""
    if block.count and not block.opens:
        yield Line(block.line, f"{block.name} {block.type} says {block.count} inside, but shows none")
    if len(block.inner) < count:
        yield Line(block.line, f"{block.name} {block.type} says {count} inside, but has {len(block.inner)}")
    for inner in block.inner:
        expected = {"array": "items", "oneOf": block.name}.get(block.type)
        if (expected is not None and inner.name != expected) or (expected is None and inner.name == "items"):
            yield Line(inner.line, f"{inner.name} {inner.type} stands inside {block.name} {block.type}")
