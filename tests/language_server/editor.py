"""An editor: pygls' own client, which talks to the server over its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import attrs
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from qianfan_typed.language_server.open_document import OpenDocument

Diagnostics = list[types.Diagnostic]
PATIENCE = 60
"""Seconds after which a test gives up."""


@attrs.define
class Editor:
    """An editor with one folder, whose documents are kept as it has them."""

    client: LanguageClient
    folder: Path
    encoding: str = "utf-16"
    texts: dict[str, OpenDocument] = attrs.field(factory=dict[str, OpenDocument])
    said: dict[str, list[types.PublishDiagnosticsParams]] = attrs.field(
        factory=dict[str, list[types.PublishDiagnosticsParams]]
    )
    messages: list[str] = attrs.field(factory=list[str])
    news: asyncio.Event = attrs.field(factory=asyncio.Event)

    def uri(self, name: str) -> str:
        """The address of a file."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "") -> None:
        """Opens a document."""
        language = language or {"py": "python", "yaml": "yaml"}.get(name.rpartition(".")[2], "json")
        self.texts[name] = OpenDocument(self.uri(name), text, language=language, encoding=self.encoding)
        item = types.TextDocumentItem(self.uri(name), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def replace(self, name: str, old: str, new: str) -> None:
        """Puts a text in the place of another, which stands there once."""
        document = self.texts[name]
        start = document.text.index(old)
        (place,) = document.ranges([(start, start + len(old))])
        self.change(name, [types.TextDocumentContentChangePartial(range=place, text=new)])

    def change(self, name: str, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Changes a document."""
        document = self.texts[name]
        document.change(changes)
        document.version += 1
        of = types.VersionedTextDocumentIdentifier(document.version, self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(of, list(changes)))

    def close(self, name: str) -> None:
        """Closes a document."""
        of = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(of))

    async def diagnostics(self, name: str, until: Callable[[Diagnostics], bool] = bool) -> Diagnostics:
        """What is said of a document, once it is what is waited for."""

        async def wait() -> Diagnostics:
            while True:
                self.news.clear()
                said = self.said.get(self.uri(name), [])
                if said and until(list(said[-1].diagnostics)):
                    return list(said[-1].diagnostics)
                await self.news.wait()

        return await asyncio.wait_for(wait(), PATIENCE)

    def place(self, name: str, before: str, behind: int | None = None) -> types.TextDocumentPositionParams:
        """The place behind a text, which stands there once, or behind some characters of it."""
        document = self.texts[name]
        at = document.text.index(before) + (len(before) if behind is None else behind)
        return types.TextDocumentPositionParams(types.TextDocumentIdentifier(self.uri(name)), document.at_offset(at))

    async def hover(self, name: str, word: str) -> str | None:
        """What is shown beside the beginning of a word."""
        at = self.place(name, word, 1)
        found = await self.client.text_document_hover_async(types.HoverParams(at.text_document, at.position))
        return found.contents.value if found and isinstance(found.contents, types.MarkupContent) else None

    async def offers(self, name: str, before: str) -> list[types.CompletionItem]:
        """What is offered behind a text."""
        at = self.place(name, before)
        asked = types.CompletionParams(at.text_document, at.position)
        found = await self.client.text_document_completion_async(asked)
        return list(found.items) if isinstance(found, types.CompletionList) else list(found or [])

    async def actions(self, name: str, found: types.Diagnostic | None = None) -> dict[str, str]:
        """Title of each action → the text of the document after it."""
        document = self.texts[name]
        end = document.at_offset(len(document.text))
        place = found.range if found else types.Range(types.Position(0, 0), end)
        only = None if found else [types.CodeActionKind.SourceFixAll]
        context = types.CodeActionContext(diagnostics=[found] if found else [], only=only)
        asked = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), place, context)
        after: dict[str, str] = {}
        for one in await self.client.text_document_code_action_async(asked) or []:
            if isinstance(one, types.CodeAction) and one.edit is not None and one.edit.changes is not None:
                after[one.title] = self.edited(name, one.edit.changes[self.uri(name)])
        return after

    def edited(self, name: str, edits: Sequence[types.TextEdit]) -> str:
        """The text of a document with edits made."""
        document = self.texts[name]
        text = document.text
        spans = [(document.offset(one.range.start), document.offset(one.range.end), one.new_text) for one in edits]
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def in_editor(
    folder: Path,
    scene: Callable[[Editor], Awaitable[None]],
    encodings: Sequence[types.PositionEncodingKind] = (),
    locale: str | None = None,
) -> list[str]:
    """Plays a scene in an editor. Gives back what was written to the server's log."""
    return asyncio.run(_played(folder, scene, encodings, locale))


async def _played(
    folder: Path,
    scene: Callable[[Editor], Awaitable[None]],
    encodings: Sequence[types.PositionEncodingKind],
    locale: str | None,
) -> list[str]:
    client = LanguageClient("editor", "1")
    editor = Editor(client, folder)

    def published(params: types.PublishDiagnosticsParams) -> None:
        editor.said.setdefault(params.uri, []).append(params)
        editor.news.set()

    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
    client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: editor.messages.append(params.message))
    await client.start_io(sys.executable, "-m", "qianfan_typed", "lsp")
    process = client._server
    assert process is not None
    assert process.stderr is not None
    log = asyncio.ensure_future(process.stderr.read())
    general = types.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None
    asked = types.InitializeParams(
        capabilities=types.ClientCapabilities(general=general),
        root_uri=folder.as_uri(),
        process_id=None,
        locale=locale,
    )
    answer = await asyncio.wait_for(client.initialize_async(asked), PATIENCE)
    encoding = answer.capabilities.position_encoding or types.PositionEncodingKind.Utf16
    editor.encoding = types.PositionEncodingKind(encoding).value
    client.initialized(types.InitializedParams())
    try:
        await asyncio.wait_for(scene(editor), 2 * PATIENCE)
        await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
        client.exit(None)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    finally:
        if process.returncode is None:
            process.kill()
        await client.stop()
    return (await log).decode().splitlines()
