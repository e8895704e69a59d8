"""Help in payload files: what a word under the cursor means, and what may be written there."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lsprotocol import types

from qianfan_api.batch_file import BATCH_FILE
from qianfan_api.violations import shown
from qianfan_typed.language_server.fact_words import (
    members_of,
    model_words,
    models_of,
    parameter_words,
    place_of,
    values_of,
)
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.language_server.spots import Addressee, Spot, addressee, spot_in
from qianfan_typed.payloads.json_places import BOM
from qianfan_typed.payloads.units import PayloadFile, PayloadForm, form_of_file

_MODEL = ("model",)
_LINE_MEMBERS = ("custom_id", "method", "url", "body")


def _form(document: OpenDocument, source: PayloadFile) -> PayloadForm:
    head = "".join(document.lines[:1000]).encode("utf-8", "surrogatepass").removeprefix(BOM)
    return form_of_file(source, head)


def payload_hover(document: OpenDocument, source: PayloadFile, position: types.Position) -> types.Hover | None:
    """What is known of the parameter or the model under the cursor."""
    spot = spot_in(document.text, document.offset(position), _form(document, source))
    if spot is None or spot.start == spot.end or not spot.path:
        return None
    whom = addressee(spot, source)
    words = None
    if spot.kind == "value" and spot.path[-1] == "model":
        name = spot.record.find(tuple(map(str, spot.path)))[0]
        words = model_words(str(name.scalar), whom.api) if name is not None else None
    if words is None and whom.api is not None and whom.place:
        words = parameter_words(whom.api, place_of(whom.place), whom.model)
    if words is None:
        return None
    (place,) = document.ranges([(spot.start, spot.end)])
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, words), place)


def payload_completions(
    document: OpenDocument, source: PayloadFile, position: types.Position
) -> list[types.CompletionItem]:
    """What may be written at the cursor: parameters of the model, models, roles and other values."""
    form = _form(document, source)
    spot = spot_in(document.text, document.offset(position), form)
    if spot is None:
        return []
    whom = addressee(spot, source)
    (place,) = document.ranges([(spot.start, spot.end)])
    offer = _names(spot, whom) if spot.kind == "name" else _values(spot, whom)
    colon = spot.kind == "name" and not spot.colon
    yaml = form == "yaml"
    space = " " if yaml and spot.kind == "value" and document.text[spot.start - 1 : spot.start] == ":" else ""
    items: list[types.CompletionItem] = []
    for number, (value, detail, kind) in enumerate(offer):
        text = str(value) if yaml and _is_plain(value) else json.dumps(value, ensure_ascii=False)
        items.append(
            types.CompletionItem(
                label=value if isinstance(value, str) else shown(value),
                kind=kind,
                detail=detail,
                # What is replaced begins with a quote: without it the editor would find nothing that fits.
                filter_text=text,
                sort_text=f"{number:05}",
                text_edit=types.TextEdit(place, f"{space}{text}{': ' if colon else ''}"),
            )
        )
    return items


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and value not in ("true", "false", "null") and not value[:1].isdigit()


Offer = tuple[object, str, types.CompletionItemKind]


def _names(spot: Spot, whom: Addressee) -> Iterator[Offer]:
    inside = whom.place is not None
    owner = spot.path[:-1] if spot.owner is not None and spot.start != spot.end else spot.path
    here = {one.name for one in spot.owner.members if one.start != spot.start} if spot.owner is not None else set[str]()
    if whom.api is None:
        names = [("model", "str"), *((name, "a line of a batch file") for name in _LINE_MEMBERS)] if not owner else []
    elif inside and whom.place is not None:
        depth = len(spot.path) - len(whom.place)
        names = list(members_of(whom.api, place_of(owner[depth:]), whom.model))
    else:
        names = [(name, "a line of a batch file") for name in _LINE_MEMBERS] if not owner else []
    for name, detail in names:
        if name not in here:
            yield name, detail, types.CompletionItemKind.Property


def _values(spot: Spot, whom: Addressee) -> Iterator[Offer]:
    if spot.path[-1:] == _MODEL and (whom.place in (_MODEL, None) or whom.api is None):
        for name, detail in models_of(whom.api):
            yield name, detail, types.CompletionItemKind.EnumMember
    elif (spot.path == ("url",) and whom.place is None) or (spot.path == ("url",) and whom.api is None):
        for url in BATCH_FILE.urls:
            yield url, "batch", types.CompletionItemKind.EnumMember
    elif spot.path == ("method",) and whom.place is None:
        yield BATCH_FILE.method, "batch", types.CompletionItemKind.EnumMember
    elif whom.api is not None and whom.place:
        for value in values_of(whom.api, place_of(whom.place), whom.model):
            yield value, whom.model or whom.api, types.CompletionItemKind.Value
