"""Migration of files: each read, planned with the others in view, and edited."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from qianfan_typed.migration.editing import NotEdited, edited
from qianfan_typed.migration.makers import Surroundings
from qianfan_typed.migration.notebooks import edited_notebook
from qianfan_typed.migration.plans import Plan, Planner
from qianfan_typed.project.limits import MOST_SECONDS, TimeIsUp, internal_error, limited
from qianfan_typed.project.rewriting import NotWritten, RewrittenFile
from qianfan_typed.python_source.module_check import parsed
from qianfan_typed.python_source.names.scopes import read_module
from qianfan_typed.python_source.names.symbols import origins
from qianfan_typed.python_source.sources.notebooks import Cells, NotANotebook, read_notebook
from qianfan_typed.python_source.sources.python_files import LINE_END, TooLarge, source_of

_PACKAGE = re.compile(r"^[ \t]*(?:import|from)[ \t][^\n]*\b(?:qianfan|openai)\b", re.MULTILINE)
"""An import of an official package, perhaps."""
_SETTERS = ("AK", "SK", "AccessKey", "SecretKey", "AccessToken", "get_config", "config")


@attrs.frozen
class Staying:
    """A call that stays, or is to be looked at."""

    line: int
    why: str
    cell: int | None = None
    """Of a notebook."""


@attrs.frozen
class Migrated:
    """A file, and what became of it."""

    file: str
    before: str
    after: str
    rewritten: int = 0
    """How many calls."""
    left: tuple[Staying, ...] = ()
    notes: tuple[Staying, ...] = ()
    fault: str | None = None
    """Why it cannot be read or edited. None: it can."""

    @property
    def changed(self) -> bool:
        """Whether anything is rewritten."""
        return self.before != self.after


@attrs.frozen
class _Facts:
    """What other files need to know of a file."""

    imports: frozenset[tuple[str, str]]
    """Module, by its last name, and what is imported from it or read of it."""
    configures: int | None
    """The line that sets keys for all objects."""
    messages: bool
    """Whether it makes `Messages`."""


def migrate_files(files: Sequence[str], *, replace: bool = False) -> Iterator[Migrated]:
    """The files, rewritten as far as they can be. Nothing is written.

    Args:
        files: The files.
        replace: Whether retired models give way to their successors.
    """
    subjects = {file: _stem(file) for file in files if _names_a_package(file)}
    facts = _facts_of(files, frozenset(subjects.values()))
    where = next((f"{file}:{one.configures}" for file, one in facts.items() if one.configures), None)
    messages = any(one.messages for one in facts.values())
    for file, stem in subjects.items():
        others = (one for other, one in facts.items() if other != file)
        imported = frozenset(name for one in others for module, name in one.imports if module == stem)
        found = _migrated(file, Surroundings(imported, where, messages), replace)
        if found is not None:
            yield found


def _stem(file: str) -> str:
    path = Path(file)
    return path.parent.name if path.stem == "__init__" else path.stem


def _names_a_package(file: str) -> bool:
    """Whether a file may import an official package, or cannot be read, which is said later."""
    try:
        source = source_of(file)
    except (OSError, SyntaxError, NotANotebook, TooLarge):
        return True
    return source is not None and _PACKAGE.search(source.text) is not None


def _facts_of(files: Sequence[str], stems: frozenset[str]) -> dict[str, _Facts]:
    """What is to be known of the files that import one of some modules, or the official package."""
    if not stems:
        return {}
    names = "|".join(map(re.escape, sorted({*stems, "qianfan"})))
    importing = re.compile(
        rf"^[ \t]*(?:import|from)\b[^\n]*\b(?:{names})\b|\bimport \([^)]*\b(?:{names})\b", re.MULTILINE
    )
    return {file: found for file in files if (found := _facts(file, importing)) is not None}


def write(migrated: Migrated) -> None:
    """Writes a file as it was rewritten, in its encoding.

    Raises:
        NotWritten: It changed meanwhile, or cannot be written.
    """
    try:
        data = Path(migrated.file).read_bytes()
    except OSError as error:
        raise NotWritten(f"cannot be read: {error.strerror or error}") from error
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    if data != migrated.before.encode(encoding):
        raise NotWritten("it changed meanwhile: nothing was written")
    try:
        after = migrated.after.encode(encoding)
    except UnicodeEncodeError:
        raise NotWritten(f"its encoding, {encoding}, has not what is to be written") from None
    RewrittenFile(migrated.file, data, after, encoding).write()


def _facts(file: str, importing: re.Pattern[str]) -> _Facts | None:
    try:
        source = source_of(file, whatever=True)
        tree = None if source is None or not importing.search(source.text) else parsed(source.text, file)
    except (OSError, SyntaxError, NotANotebook, TooLarge):
        return None
    if tree is None:
        return None
    module = read_module(tree)
    imports: set[tuple[str, str]] = set()
    modules: set[str] = set()
    attributes: set[str] = set()
    configures: int | None = None
    messages = False
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=source_module, names=names):
                last = (source_module or "").rpartition(".")[2]
                imports |= {(last, alias.name) for alias in names}
                # A class or a module of it, whose attributes may be read.
                modules |= {last, *(alias.name for alias in names)}
            case ast.Import(names=names):
                modules |= {alias.name.rpartition(".")[2] for alias in names}
            case ast.Attribute(attr=name):
                attributes.add(name)
            case ast.Call(func=function):
                named = origins(module, function)
                last = named[0].rpartition(".")[2] if named and named[0].startswith("qianfan.") else ""
                configures = configures or (node.lineno if last in _SETTERS else None)
                messages = messages or last in ("Messages", "QfMessages")
            case _:
                pass
    imports |= {(one, name) for one in modules for name in attributes}
    return _Facts(frozenset(imports), configures, messages)


def _migrated(file: str, around: Surroundings, replace: bool) -> Migrated | None:
    """A file, rewritten. None: it does not mention the platform."""
    try:
        with limited(MOST_SECONDS):
            source = source_of(file)
            if source is None:
                return None
            text = source.text
            if source.cells is not None:
                around = attrs.evolve(around, hidden=source.cells.hidden)
            plan = Planner(parsed(text, file), LINE_END.split(text), around, replace=replace).plan()
            if source.cells is not None:
                return _edited_notebook(file, text, source.cells, plan)
            return _edited(file, text, plan)
    except OSError as error:
        return Migrated(file, "", "", fault=error.strerror or str(error))
    except SyntaxError as error:
        return Migrated(file, "", "", fault=f"not Python: {error.msg}")
    except NotANotebook as error:
        return Migrated(file, "", "", fault=f"not a notebook: {error}")
    except (TooLarge, NotEdited) as error:
        return Migrated(file, "", "", fault=str(error))
    except TimeIsUp:
        return Migrated(file, "", "", fault=f"it takes more than {MOST_SECONDS} seconds")
    except MemoryError:
        return Migrated(file, "", "", fault="it takes more memory than there is")
    except Exception as error:
        return Migrated(file, "", "", fault=internal_error(error))


def _edited_notebook(file: str, python: str, cells: Cells, plan: Plan) -> Migrated:
    text = Path(file).read_bytes().decode("utf-8-sig")
    after = edited_notebook(text, python, cells, plan.edits) if plan.edits else text
    found = read_notebook(after)
    if found is None or found[1].broken != cells.broken:
        raise NotEdited("what would be written is no Python")

    def placed(node: object, why: str) -> Staying:
        cell, line = cells.place(getattr(node, "lineno", 1))
        return Staying(line, why, cell)

    left = tuple(placed(one.node, one.why) for one in plan.left)
    notes = tuple(placed(one.node, one.why) for one in plan.notes)
    return Migrated(file, text, after, len(plan.rewritten), left, notes)


def _edited(file: str, text: str, plan: Plan) -> Migrated:
    after = edited(text, plan.edits) if plan.edits else text
    parsed(after, file)
    left = tuple(Staying(getattr(one.node, "lineno", 1), one.why) for one in plan.left)
    notes = tuple(Staying(getattr(one.node, "lineno", 1), one.why) for one in plan.notes)
    return Migrated(file, text, after, len(plan.rewritten), left, notes)
