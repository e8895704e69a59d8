"""Pages: editions follow one another, and what a page calls a model is a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codegen.spec import language, service
from codegen.spec.problems import Document, Problem, near


def page_problems(document: Document, pages: dict[str, service.Page], models: Iterable[str]) -> Iterator[Problem]:
    """Everything wrong with the pages, beside pages that there are not."""
    models = set(models)
    for name, page in pages.items():
        for word, meant in page.calls.items():
            for model in meant:
                if model not in models:
                    yield document.problem(("pages", name, "calls", word), f"{model}: not a model{near(model, models)}")
        yield from _edition(document, name, page, pages)
        if _succeeds_itself(name, pages):
            yield document.problem(("pages", name, "succeeds"), f"{name}: succeeds itself")


def _edition(document: Document, name: str, page: service.Page, pages: dict[str, service.Page]) -> Iterator[Problem]:
    place = ("pages", name, "edition_of")
    first = pages.get(page.edition_of or "")
    if page.edition_of is None:
        for word in ("drops", "defers"):
            if getattr(page, word):
                yield document.problem(("pages", name, word), f"{word}: only a later edition does; say edition_of")
    elif first is not None and first.edition_of is not None:
        yield document.problem(place, f"{page.edition_of}: an edition itself; name the page, {first.edition_of}")
    elif first is not None and page.read <= first.read:
        yield document.problem(place, f"{page.edition_of}: of {first.read}; an edition of {page.read} is no later one")


def _succeeds_itself(name: str, pages: dict[str, service.Page]) -> bool:
    passed = set[str]()
    before = pages[name].succeeds
    while before in pages and before not in passed:
        passed.add(before)
        before = pages[before].succeeds
    return name in passed


def models_of(files: Iterable[tuple[Document, Any]]) -> set[str]:
    """Every model of every operation."""
    return {
        name
        for _, content in files
        if isinstance(content, language.OperationFile)
        for group in content.groups.values()
        for name in group.models
    }
