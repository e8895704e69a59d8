"""Code actions: the fixes under the cursor, and all of them, as editors offer them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from qianfan_api.words import tell
from qianfan_typed.language_server.diagnostics import SOURCE
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.language_server.payload_actions import all_payload_fixes, edits_between, payload_fixes, text_edits
from qianfan_typed.language_server.projects import DocumentSettings
from qianfan_typed.payloads.fix_texts import Edit
from qianfan_typed.python_source.fixes.source_fixes import source_fixes, with_fixes
from qianfan_typed.python_source.sources.python_files import mentions_platform


def code_actions(
    document: OpenDocument, settings: DocumentSettings, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """What may be done about the findings in a range, or in the whole document."""
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    text = document.text
    ours = [one for one in params.context.diagnostics if one.source == SOURCE]
    if _is_wanted(types.CodeActionKind.QuickFix.value, wanted) and (ours or not params.context.diagnostics):
        start, end = document.offset(params.range.start), document.offset(params.range.end)
        for title, edits in _fixes(text, settings, start, end):
            found = [one for one in ours if _touches(document, one, edits)]
            yield _action(document, title, edits, types.CodeActionKind.QuickFix, found)
    # The whole file is gone through where that is asked for, not with every move of the cursor.
    if wanted and _is_wanted(types.CodeActionKind.SourceFixAll.value, wanted):
        after = _all_fixed(text, settings)
        if after is not None and after != text:
            edits = edits_between(text, after)
            yield _action(
                document, tell("Fix all that is meant beyond doubt"), edits, types.CodeActionKind.SourceFixAll, []
            )


def _is_wanted(kind: str, wanted: list[str]) -> bool:
    """Whether a kind is asked for: `source` asks for `source.fixAll` too."""
    return not wanted or any(kind == one or kind.startswith(f"{one}.") for one in wanted)


def _fixes(text: str, settings: DocumentSettings, start: int, end: int) -> Iterator[tuple[str, list[Edit]]]:
    source, counts = settings.source, settings.counts
    if settings.kind != "python":
        yield from payload_fixes(text, source, counts, start, end)
        return
    if not mentions_platform(text.encode("utf-8", "surrogatepass")):
        return
    try:
        for fix in source_fixes(text, source.file, counts.also(source.ignore), (start, end)):
            yield tell("Write {text}", text=fix.text), [Edit(fix.start, fix.end, fix.text)]
    except SyntaxError:
        return


def _all_fixed(text: str, settings: DocumentSettings) -> str | None:
    source, counts = settings.source, settings.counts
    if settings.kind != "python":
        return all_payload_fixes(text, source, counts)
    try:
        return with_fixes(text, source.file, counts.also(source.ignore))[0]
    except SyntaxError:
        return None


def _touches(document: OpenDocument, found: types.Diagnostic, edits: list[Edit]) -> bool:
    start, end = document.offset(found.range.start), document.offset(found.range.end)
    return any(edit.start <= end and start <= edit.end for edit in edits)


def _action(
    document: OpenDocument,
    title: str,
    edits: list[Edit],
    kind: types.CodeActionKind,
    found: list[types.Diagnostic],
) -> types.CodeAction:
    change = types.WorkspaceEdit({document.uri: text_edits(document, edits)})
    return types.CodeAction(title, kind, diagnostics=found or None, is_preferred=bool(found) or None, edit=change)
