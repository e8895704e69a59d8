"""The server: what an editor tells and asks, over the protocol, and the net below it.

An editor's messages only change texts. A document is checked once its changes pause, in slices between which questions
are answered, so that a keystroke waits for nothing. What goes wrong with one document or one question is logged, and
the next message is taken.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import attrs
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method
from pygls.uris import to_fs_path

from qianfan_api.words import language_of, speak
from qianfan_typed._version import __version__
from qianfan_typed.language_server.code_actions import code_actions
from qianfan_typed.language_server.diagnostics import diagnostics
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.language_server.payload_findings import PayloadFindings
from qianfan_typed.language_server.payload_help import payload_completions, payload_hover
from qianfan_typed.language_server.projects import DocumentSettings, Projects
from qianfan_typed.language_server.python_findings import python_findings
from qianfan_typed.language_server.python_help import python_completions, python_hover
from qianfan_typed.project.limits import TimeIsUp, internal_error, limited
from qianfan_typed.reports.findings import Finding

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
PAUSE = 0.1
"""Seconds without a change after which a document is checked; longer where its check takes longer."""
_MOST_PAUSE = 1.0
_FEATURES = "features"
"""What pygls has handlers in, of a type that it does not say."""
MOST_CHARACTERS = 5_000_000
"""Of a document: what is longer is for `validate`."""
SECONDS = 5.0
"""Of the processor, for an answer or a slice of a check."""


@attrs.define
class _Watched:
    """A document and what its check has come to."""

    document: OpenDocument
    settings: DocumentSettings | None = None
    payload: PayloadFindings | None = None
    due: asyncio.TimerHandle | None = None
    pause: float = PAUSE
    known: list[Finding] = attrs.field(factory=list[Finding])
    """What was found last: it stays where a module is no Python just now."""
    said: list[types.Diagnostic] = attrs.field(factory=list[types.Diagnostic])


class _Protocol(LanguageServerProtocol):
    """The protocol, with texts kept by `OpenDocument`: pygls takes more characters for line ends than editors do."""

    def _handler(self, method: str) -> Any:
        return getattr(self.fm, _FEATURES)[method]

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self._handler(types.TEXT_DOCUMENT_DID_OPEN), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self._handler(types.TEXT_DOCUMENT_DID_CHANGE), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self._handler(types.TEXT_DOCUMENT_DID_CLOSE), (params,), None


class Documents:
    """The documents that are open, and their checks.

    Args:
        publish: Sends the diagnostics of a document.
        complain: Says what is wrong with the settings of a project.
    """

    def __init__(
        self, publish: Callable[[OpenDocument, list[types.Diagnostic]], None], complain: Callable[[str], None]
    ) -> None:
        self._publish = publish
        self._complain = complain
        self._open: dict[str, _Watched] = {}
        self._projects = Projects()

    def open(self, document: OpenDocument) -> None:
        """Takes a document."""
        self.close(document.uri)
        self._open[document.uri] = _Watched(document)
        self._schedule(self._open[document.uri], 0)

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Changes a document."""
        watched = self._open.get(params.text_document.uri)
        if watched is not None:
            watched.document.change(params.content_changes)
            watched.document.version = params.text_document.version
            self._schedule(watched, watched.pause)

    def close(self, uri: str) -> None:
        """Lets go of a document."""
        watched = self._open.pop(uri, None)
        if watched is not None:
            if watched.due is not None:
                watched.due.cancel()
            self._publish(watched.document, [])

    def check_all(self) -> None:
        """Checks every document anew: settings have changed."""
        for watched in self._open.values():
            self._schedule(watched, 0)

    def asked(self, uri: str, answer: Callable[[OpenDocument, DocumentSettings], T], otherwise: T) -> T:
        """The answer to a question about a document. Where it fails, `otherwise`."""
        watched = self._open.get(uri)
        if watched is None:
            return otherwise
        try:
            with limited(SECONDS):
                settings = self._settings(watched)
                return otherwise if settings.kind == "other" else answer(watched.document, settings)
        except (Exception, TimeIsUp) as error:
            _note(error)
            return otherwise

    def _settings(self, watched: _Watched) -> DocumentSettings:
        path = to_fs_path(watched.document.uri) if watched.document.uri.startswith("file:") else None
        problem = self._projects.problem
        document = watched.document
        head = "".join(document.lines[:50])
        settings = self._projects.settings(None if path is None else Path(path), document.language, head)
        if self._projects.problem not in (None, problem):
            self._complain(str(self._projects.problem))
        return settings

    def _schedule(self, watched: _Watched, delay: float) -> None:
        if watched.due is not None:
            watched.due.cancel()
        watched.due = asyncio.get_running_loop().call_later(delay, self._check, watched)

    def _check(self, watched: _Watched) -> None:
        """Checks a document, or goes on with that; then says what was found."""
        began, watched.due = time.process_time(), None
        try:
            with limited(SECONDS):
                findings, whole = self._findings(watched)
                watched.known = findings
                found = diagnostics(watched.document, findings)
        except (Exception, TimeIsUp) as error:
            _note(error)
            return
        if not whole:
            self._schedule(watched, 0)
        watched.pause = min(max(PAUSE, 2 * (time.process_time() - began)), _MOST_PAUSE)
        # What is not checked yet is not mended: until all is, what was said of it stays.
        if found != watched.said and (whole or not watched.said):
            watched.said = found
            self._publish(watched.document, found)

    def _findings(self, watched: _Watched) -> tuple[list[Finding], bool]:
        settings = self._settings(watched)
        if settings.kind == "other" or sum(map(len, watched.document.lines)) > MOST_CHARACTERS:
            return [], True
        if settings.kind == "python":
            found = python_findings(watched.document.text, settings)
            return watched.known if found is None else found, True
        if watched.payload is None or watched.payload.settings != settings:
            watched.payload = PayloadFindings(settings)
        return watched.payload.findings(watched.document.text.encode("utf-8", "surrogatepass"))


def _note(error: BaseException) -> None:
    if isinstance(error, TimeIsUp):
        _LOG.error("a document takes more than %g seconds: it is not checked", SECONDS)
    else:
        _LOG.error("%s", internal_error(error) if isinstance(error, Exception) else type(error).__name__)


def language_server() -> LanguageServer:
    """The server, ready to be started."""
    server = LanguageServer("qianfan-typed", __version__, protocol_cls=_Protocol)

    def publish(document: OpenDocument, found: list[types.Diagnostic]) -> None:
        server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, found, version=document.version)
        )

    def complain(problem: str) -> None:
        server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, problem))

    documents = Documents(publish, complain)

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        # An editor is of one language, and the process serves one editor.
        language = language_of(params.locale or "")
        if language is not None:
            speak(language)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        encoding = server.protocol.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16
        document = OpenDocument(
            one.uri, one.text, language=str(one.language_id), encoding=types.PositionEncodingKind(encoding).value
        )
        document.version = one.version
        documents.open(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        documents.change(params)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        documents.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith("/pyproject.toml"):
            documents.check_all()

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        def answer(document: OpenDocument, settings: DocumentSettings) -> types.Hover | None:
            if settings.kind == "python":
                return python_hover(document, params.position)
            return payload_hover(document, settings.source, params.position)

        return documents.asked(params.text_document.uri, answer, None)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=['"', "'", ":", " "]))
    def completion(params: types.CompletionParams) -> types.CompletionList:
        def answer(document: OpenDocument, settings: DocumentSettings) -> list[types.CompletionItem]:
            if settings.kind == "python":
                return python_completions(document, params.position)
            return payload_completions(document, settings.source, params.position)

        nothing: list[types.CompletionItem] = []
        return types.CompletionList(False, documents.asked(params.text_document.uri, answer, nothing))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        def answer(document: OpenDocument, settings: DocumentSettings) -> list[types.CodeAction]:
            return list(code_actions(document, settings, params))

        nothing: list[types.CodeAction] = []
        return documents.asked(params.text_document.uri, answer, nothing)

    _ = initialize, did_open, did_change, did_close, did_save, hover, completion, code_action
    return server


def serve() -> None:
    """Serves an editor on standard input and output, until it ends."""
    logging.basicConfig(level=logging.WARNING)
    language_server().start_io()
