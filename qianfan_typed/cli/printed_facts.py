"""What `qianfan-typed explain` and `qianfan-typed schema` print. They raise UnknownName for a name that is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import attrs
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qianfan_api.violations import listed, shown
from qianfan_typed.facts import schemas
from qianfan_typed.facts.explanations import Explanation, Facts, Row, explain

_LEVELS = {"error": "error: breaking it is refused", "warning": "warning: breaking it is not refused"}


def print_schema(api: str | None, model: str | None, *, openapi: bool) -> None:
    """Prints a schema as JSON in UTF-8, whatever the terminal's encoding: it goes into a file as a rule."""
    if openapi:
        if api is not None or model is not None:
            raise schemas.UnknownName("--openapi is of every operation: leave out the operation and --model")
        _write(schemas.openapi())
        return
    if api is None:
        raise schemas.UnknownName("say an operation, for example v1.chat, or --openapi")
    _write(_as_json(schemas.schema(api, model)))


def print_explanation(parameter: str, model: str | None, *, all_models: bool, output: str) -> None:
    """Prints what is known of a parameter: for one model, for each model, or what all have and where they differ.

    Args:
        parameter: Operation and parameter.
        model: A model or an alias. None: all.
        all_models: A table with a row for the models of which the same is known.
        output: `text` or `json`. JSON has every model in any case, unless one is named.
    """
    if all_models and model is not None:
        raise schemas.UnknownName("--model and --all-models: say one of them")
    found = explain(parameter)
    name = None if model is None else schemas.find_model(found.api, model).name
    if output == "json":
        _write(_as_json(_plain(found, name)))
        return
    console = Console(highlight=False)
    if all_models:
        _print_all(console, found)
    elif name is None:
        _print_common(console, found)
    else:
        _print_one(console, found, name)


def _write(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# --- JSON ---


def _plain(found: Explanation, model: str | None) -> dict[str, Any]:
    head = {"api": found.api, "parameter": found.parameter}
    if model is None:
        return {**head, "models": [{"names": list(row.models), **_facts(row.facts)} for row in found.rows]}
    facts = _facts(_of(found, model))
    return {**head, "model": model, **facts} if facts["taken"] else {**head, "model": model, **facts, **_takers(found)}


def _takers(found: Explanation) -> dict[str, Any]:
    return {"taken_by": found.takers()}


def _facts(facts: Facts) -> dict[str, Any]:
    if not facts.taken:
        return {"taken": False, "level": facts.level, "disputed": facts.disputed}
    return {**attrs.asdict(facts, filter=lambda one, _: one.name != "disputed"), "url": facts.url}


def _of(found: Explanation, model: str) -> Facts:
    return next(row.facts for row in found.rows if model in row.models)


# --- text ---


def _required(facts: Facts) -> str:
    return {"always": "yes", None: "no"}.get(facts.required, facts.required or "")


def _range(facts: Facts) -> str:
    if facts.range is None or facts.range_level == facts.level:
        return facts.range or ""
    return f"{facts.range} ({facts.range_level})"


def _default(facts: Facts) -> str:
    return "" if facts.default is None else shown(facts.default)


_ASPECTS: dict[str, Callable[[Facts], str]] = {
    "type": lambda facts: facts.type or "",
    "required": _required,
    "range": _range,
    "values": lambda facts: ", ".join(shown(value) for value in facts.values),
    "size": lambda facts: "; ".join(facts.sizes),
    "default": _default,
    "level": lambda facts: facts.level,
    "source": lambda facts: facts.source or "",
    "limit from": lambda facts: facts.limit_source or "",
}
"""What is said of a parameter → how."""


def _print_one(console: Console, found: Explanation, model: str) -> None:
    facts = _of(found, model)
    _title(console, f"{found.name}  {model}")
    if not facts.taken:
        _print_not_taken(console, found, model, facts)
        return
    console.print(facts.description, markup=False)
    grid = _grid()
    for aspect, say in _ASPECTS.items():
        text = _LEVELS[facts.level] if aspect == "level" else say(facts)
        if text:
            grid.add_row(Text(aspect, style="dim"), Text(text))
    if facts.url:
        grid.add_row(Text(""), Text(facts.url))
    console.print(grid)


def _print_not_taken(console: Console, found: Explanation, model: str, facts: Facts) -> None:
    if facts.disputed:
        console.print(f"Sources disagree whether {model} takes it: {facts.disputed} Sending it warns.", markup=False)
        return
    verdict = "Sending it is refused." if facts.level == "error" else "Sending it warns."
    takers = found.takers()
    who = f"{listed(takers, 6)} {'takes' if len(takers) == 1 else 'take'} it." if takers else "No model takes it."
    console.print(f"Not a parameter of {model}. {verdict} {who}", markup=False)


def _print_common(console: Console, found: Explanation) -> None:
    """What all models that take it have in common, and under each aspect that differs, which models have what."""
    _title(console, found.name)
    rows = found.taken
    grid = _grid()
    for text in dict.fromkeys(row.facts.description for row in rows):
        console.print(text, markup=False)
    for aspect, say in _ASPECTS.items():
        for index, (text, models) in enumerate(_by_text(rows, say)):
            whose = "" if models is None else f"  {_counted(models)}"
            if text or models is not None:
                grid.add_row(Text(aspect if index == 0 else "", style="dim"), Text(f"{text or '-'}{whose}"))
    grid.add_row(Text("taken by", style="dim"), Text(_who(found)))
    console.print(grid)


def _by_text(rows: list[Row], say: Callable[[Facts], str]) -> Iterator[tuple[str, list[str] | None]]:
    """Each text and the models that it holds for. None: for all."""
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(say(row.facts), []).extend(row.models)
    for text, models in texts.items():
        yield text, models if len(texts) > 1 else None


def _who(found: Explanation) -> str:
    total = sum(len(row.models) for row in found.rows)
    models = [name for row in found.taken for name in row.models]
    return f"all {total} models" if len(models) == total > 1 else _counted(models) if models else "no model for sure"


def _counted(models: list[str]) -> str:
    return models[0] if len(models) == 1 else f"{len(models)} models: {listed(models, 4)}"


def _print_all(console: Console, found: Explanation) -> None:
    """A row for the models of which the same is known. What all of them have in common stands above the table."""
    _title(console, found.name)
    rows = found.taken
    for text in dict.fromkeys(row.facts.description for row in rows):
        console.print(text, markup=False)
    aspects = {aspect: say for aspect, say in _ASPECTS.items() if len({say(row.facts) for row in rows}) > 1}
    grid = _grid()
    for aspect, say in _ASPECTS.items():
        if rows and aspect not in aspects and say(rows[0].facts):
            grid.add_row(Text(aspect, style="dim"), Text(say(rows[0].facts)))
    console.print(grid)
    table = Table("models", "", *aspects, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in found.rows:
        texts = [say(row.facts) if row.facts.taken else "" for say in aspects.values()]
        table.add_row(*[Text(text) for text in (", ".join(row.models), _taken(row.facts), *texts)])
    console.print(table)


def _taken(facts: Facts) -> str:
    if facts.taken:
        return "takes it"
    return "disputed" if facts.disputed else f"not taken ({facts.level})"


def _title(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
