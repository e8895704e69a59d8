"""What `qianfan-typed explain` and `qianfan-typed schema` print. They raise UnknownName for a name that is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qianfan_api.violations import listed, shown
from qianfan_api.words import phrase, say, tell, told
from qianfan_typed.facts import schemas
from qianfan_typed.facts.explanations import (
    Explanation,
    OperationExplanation,
    OwnExplanation,
    Row,
    Standing,
    explain,
)
from qianfan_typed.facts.models import ModelExplanation, explain_model
from qianfan_typed.facts.rules import NOT_LISTED, StatedRule

_LEVELS = {
    "error": phrase("error: breaking it is refused"),
    "warning": phrase("warning: breaking it is not refused"),
}


def print_schema(api: str | None, model: str | None, *, openapi: bool) -> None:
    """Prints a schema as JSON in UTF-8, whatever the terminal's encoding: it goes into a file as a rule."""
    if openapi:
        if api is not None or model is not None:
            raise schemas.UnknownName("--openapi is of every operation: leave out the operation and --model")
        _write(schemas.openapi())
        return
    if api is None:
        raise schemas.UnknownName("say an operation, for example v1.chat, or --openapi")
    _write(_as_json(schemas.for_editors(schemas.schema(api, model))))


def print_explanation(name: str | None, model: str | None, *, all_models: bool, output: str) -> None:
    """Prints what is known of something: for one model, for each model, or what all have and where they differ.

    Args:
        name: An operation, a parameter of one, or the id of a rule. None: the model itself, of whatever operation.
        model: A model or an alias. None: all.
        all_models: A table with a row for the models of which the same is known.
        output: `text` or `json`. JSON has every model in any case, unless one is named.
    """
    if all_models and model is not None:
        raise schemas.UnknownName("--model and --all-models: say one of them")
    if name is None:
        if model is None:
            raise schemas.UnknownName("say what: an operation, a parameter, the id of a rule, or --model")
        _print_models(explain_model(model), output)
        return
    found = explain(name)
    console = Console(highlight=False)
    if isinstance(found, Explanation):
        _print_known(console, found, model, all_models=all_models, output=output)
        return
    if model is not None and isinstance(found, OperationExplanation):
        _print_models(explain_model(model, found.api), output)
        return
    if model is not None or all_models:
        what = "an operation" if isinstance(found, OperationExplanation) else "the same for every model"
        raise schemas.UnknownName(f"{name}: {what}: leave out {'--all-models' if model is None else '--model'}")
    if output == "json":
        _write(_as_json(_of_operation(found) if isinstance(found, OperationExplanation) else attrs.asdict(found)))
    elif isinstance(found, OperationExplanation):
        _print_operation(console, found)
    else:
        _print_own(console, found)


def _print_known(console: Console, found: Explanation, model: str | None, *, all_models: bool, output: str) -> None:
    name = None if model is None else schemas.find_model(found.api, model).name
    if output == "json":
        _write(_as_json(_plain(found, name)))
    elif all_models:
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
    head = {"api": found.api, "name": found.name}
    if model is None:
        return {**head, "models": [{"names": list(row.models), **_standing(found, row.standing)} for row in found.rows]}
    standing = found.of(model)
    taken_by = {} if standing.taken else {"taken_by": found.takers()}
    return {**head, "model": model, **_standing(found, standing), **taken_by}


def _standing(found: Explanation, one: Standing) -> dict[str, Any]:
    rules = [attrs.asdict(rule) for rule in one.rules]
    if found.about is not None:
        return {phrase("rules"): rules}
    if not one.taken:
        return {"taken": False, "level": one.level, "disputed": one.disputed}
    known = attrs.asdict(one, recurse=False, filter=lambda field, _: field.name not in ("level", "disputed", "rules"))
    members = [attrs.asdict(inner) for inner in one.members]
    return {**known, "members": members, phrase("rules"): rules}


def _of_operation(found: OperationExplanation) -> dict[str, Any]:
    return {
        "api": found.api,
        "description": found.description,
        "http": found.http,
        "models": list(found.models),
        "parameters": [_plain(one, None) for one in found.parameters],
        "pages": [{"title": page.title, "read": page.read, "url": page.url} for page in found.pages],
    }


# --- text ---


def _rules(rows: Sequence[Row], page: str | None) -> Iterator[Text | Padding]:
    """Each rule with its id; below it, for whom it is what, where that differs, and its page where it is another."""
    unlisted = _unlisted(rows)
    count = sum(len(row.models) for row in rows) - len(unlisted)
    holds: dict[tuple[str, str], dict[StatedRule, list[str]]] = {}
    for row in rows:
        for rule in row.standing.rules:
            holds.setdefault((rule.id, rule.phrase), {}).setdefault(rule, []).extend(row.models)
    for (name, words), every in holds.items():
        # Of models that no page lists it is said once, below.
        ways = {rule: models for rule, models in every.items() if count == 0 or rule.because != NOT_LISTED} or every
        whole = len(ways) == 1 and len(next(iter(ways.values()))) == (count or len(unlisted))
        level = f"{next(iter(ways)).level}, " if whole else ""
        yield Text(f"{told(words)}  ({level}{name})")
        for rule, models in ways.items():
            whom = [] if whole else [tell("{level} for {models}", level=rule.level, models=_counted(models))]
            origin = [] if rule.source in (page, None) else [rule.source, rule.url]
            more = [told(word) for word in (*whom, rule.because, *origin) if word]
            if more:
                yield Padding(Text("; ".join(more)), (0, 0, 0, 2))


def _unlisted(rows: Sequence[Row]) -> set[str]:
    """The models that no page lists."""
    found = (row for row in rows if any(rule.because == NOT_LISTED for rule in row.standing.rules))
    return {name for row in found for name in row.models}


def _default(standing: Standing) -> str:
    return "" if standing.default is None else shown(standing.default)


_ASPECTS: dict[str, Callable[[Standing], str]] = {
    phrase("type"): lambda one: told(one.type or ""),
    phrase("default"): _default,
}
"""What is said of a parameter before its rules → how."""


def _print_one(console: Console, found: Explanation, model: str) -> None:
    standing = found.of(model)
    _title(console, f"{found.name}  {model}")
    if not standing.taken:
        _print_not_taken(console, found, model, standing)
        return
    console.print(_known(console, found, [Row(models=(model,), standing=standing)]))


def _print_not_taken(console: Console, found: Explanation, model: str, standing: Standing) -> None:
    if standing.disputed:
        why = phrase(standing.disputed)
        words = tell("Sources disagree whether {model} takes it: {why} Sending it warns.", model=model, why=why)
        console.print(words, markup=False)
        return
    verdict = say("Sending it is refused.") if standing.level == "error" else say("Sending it warns.")
    takers = found.takers()
    who = say("{models} take it.", models=listed(takers, 6)) if takers else say("No model takes it.")
    if len(takers) == 1:
        who = say("{model} takes it.", model=takers[0])
    words = tell("Not a parameter of {model}. {verdict} {who}", model=model, verdict=verdict, who=who)
    console.print(words, markup=False)


def _print_common(console: Console, found: Explanation) -> None:
    """What all models have in common, and under each aspect that differs, which models have what."""
    _title(console, found.name)
    grid = _known(console, found, found.taken)
    aspect = say("taken by") if found.about is None else say("holds for")
    grid.add_row(Text(told(aspect), style="dim"), Text(told(_who(found))))
    unlisted = [name for row in found.taken for name in row.models if name in _unlisted(found.taken)]
    if unlisted and len(unlisted) < sum(len(row.models) for row in found.taken):
        _add(grid, "", [Text(tell("only a warning for {models}: {why}", models=_counted(unlisted), why=NOT_LISTED))])
    console.print(grid)


def _known(console: Console, found: Explanation, rows: list[Row]) -> Table:
    """Prints the meaning; gives the rest."""
    for text in dict.fromkeys(row.standing.description for row in rows):
        if text:
            console.print(text, markup=False)
    grid = _grid()
    if found.about:
        _add(grid, phrase("about"), [Text(found.about)])
    for aspect, words in _ASPECTS.items():
        said = list(_by_text(rows, words))
        _add(grid, aspect, [Text(_for_whom(text or "-", models)) for text, models in said if text or models])
    _add(grid, phrase("members"), [*_members(rows)])
    sources = list(_by_text(rows, _page))
    _add(
        grid,
        phrase("rules"),
        [*_rules(rows, sources[0][0] if sources else None)] or [Text(tell("none but its type"))],
    )
    _add(grid, phrase("source"), [Text(_for_whom(told(text), models)) for text, models in sources if text])
    _add(grid, "", [Text(url) for url in dict.fromkeys(row.standing.url for row in rows) if url])
    return grid


def _members(rows: list[Row]) -> Iterator[Text]:
    """Each member of an object in short, and for whom, where that differs."""
    count = sum(len(row.models) for row in rows)
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        for inner in row.standing.members:
            found.setdefault(inner.name, {}).setdefault("; ".join(map(told, inner.words)), []).extend(row.models)
    for name, texts in found.items():
        for text, models in texts.items():
            yield Text(_for_whom(f"{name}: {text}", None if len(models) == count else models))


def _add(grid: Table, aspect: str, lines: Sequence[Text | Padding]) -> None:
    for index, line in enumerate(lines):
        grid.add_row(Text(told(aspect) if index == 0 else "", style="dim"), line)


def _page(standing: Standing) -> str:
    """The page that describes a parameter, or the one that states the first rule."""
    return standing.source or next((rule.source for rule in standing.rules if rule.source), "")


def _for_whom(text: str, models: list[str] | None) -> str:
    return text if models is None else f"{text}  {told(_counted(models))}"


def _by_text(rows: list[Row], words: Callable[[Standing], str]) -> Iterator[tuple[str, list[str] | None]]:
    """Each text and the models that it holds for. None: for all."""
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(words(row.standing), []).extend(row.models)
    for text, models in texts.items():
        yield text, models if len(texts) > 1 else None


def _who(found: Explanation) -> str:
    total = sum(len(row.models) for row in found.rows)
    models = [name for row in found.taken for name in row.models]
    if len(models) == total > 1:
        return say("all {count} models", count=total)
    return _counted(models) if models else say("no model for sure")


def _counted(models: list[str]) -> str:
    return models[0] if len(models) == 1 else say("{count} models: {names}", count=len(models), names=listed(models, 4))


def _print_all(console: Console, found: Explanation) -> None:
    """A row for the models of which the same is known."""
    _title(console, found.name)
    rows = found.taken
    for text in dict.fromkeys(row.standing.description for row in rows):
        if text:
            console.print(text, markup=False)

    def rules(one: Standing) -> str:
        return "\n".join(f"{told(rule.phrase)} ({rule.level})" for rule in one.rules)

    aspects: dict[str, Callable[[Standing], str]] = {**_ASPECTS, phrase("rules"): rules}
    apart = {aspect: words for aspect, words in aspects.items() if len({words(row.standing) for row in rows}) > 1}
    grid = _grid()
    for aspect, words in aspects.items():
        if rows and aspect not in apart and words(rows[0].standing):
            grid.add_row(Text(told(aspect), style="dim"), Text(words(rows[0].standing)))
    console.print(grid)
    table = Table(tell("models"), "", *map(told, apart), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in found.rows:
        texts = [words(row.standing) if row.standing.taken else "" for words in apart.values()]
        table.add_row(*[Text(text) for text in (", ".join(row.models), _taken(found, row.standing), *texts)])
    console.print(table)


def _taken(found: Explanation, standing: Standing) -> str:
    if found.about is not None:
        return tell("holds") if standing.rules else "-"
    if standing.taken:
        return tell("takes it")
    return tell("disputed") if standing.disputed else tell("not taken ({level})", level=standing.level)


def _print_models(found: list[ModelExplanation], output: str) -> None:
    if output == "json":
        _write(_as_json([attrs.asdict(one) for one in found]))
        return
    console = Console(highlight=False)
    for one in found:
        _title(console, f"{one.name}  {one.api}")
        grid = _grid()
        for about in dict.fromkeys(fact.about for fact in one.facts):
            lines = [
                Text(told(fact.said) if fact.source is None else f"{told(fact.said)}  ({told(fact.source)})")
                for fact in one.facts
                if fact.about == about
            ]
            _add(grid, about, lines)
        grid.add_row(Text(tell("takes"), style="dim"), Text(", ".join(one.takes)))
        source = one.source or say("no page of the documentation lists it")
        grid.add_row(Text(tell("source"), style="dim"), Text(told(source)))
        console.print(grid)


def _print_own(console: Console, found: OwnExplanation) -> None:
    _title(console, found.name)
    console.print(told(found.phrase), markup=False)
    grid = _grid()
    grid.add_row(Text(tell("level"), style="dim"), Text(told(_LEVELS[found.level])))
    source = found.source or say("none: no page of the platform is about it")
    grid.add_row(Text(tell("source"), style="dim"), Text(told(source)))
    console.print(grid)


def _print_operation(console: Console, found: OperationExplanation) -> None:
    _title(console, f"{found.api}  {found.http}")
    console.print(found.description, markup=False)
    grid = _grid()
    if found.models:
        grid.add_row(Text(tell("models"), style="dim"), Text(f"{len(found.models)}: {told(listed(found.models, 4))}"))
    for index, page in enumerate(reversed(found.pages)):
        text = f"{told(str(page))}  {page.url}" if page.url else told(str(page))
        grid.add_row(Text(tell("pages") if not index else "", style="dim"), Text(text))
    console.print(grid)
    table = Table(
        tell("parameter"), tell("type, default, rules"), tell("taken by"), box=box.SIMPLE_HEAD, pad_edge=False
    )
    for one in found.parameters:
        name = one.name.removeprefix(f"{found.api}.")
        table.add_row(Text(name), Text("; ".join(_in_short(one))), Text(told(_who(one))))
    if found.parameters:
        console.print(table)
        console.print(tell("More of one: {command}", command=f"qianfan-typed explain {found.parameters[-1].name}"))


def _in_short(found: Explanation) -> Iterator[str]:
    """Type, defaults and rules of a parameter, each with the number of models where they differ."""
    rows = found.taken
    for aspect in _ASPECTS:
        for text, models in _by_text(rows, _ASPECTS[aspect]):
            if text:
                word = tell("default {value}", value=text) if aspect == "default" else text
                yield word if models is None else f"{word} ({told(_models(len(models)))})"
    count = sum(len(row.models) for row in rows)
    for phrases in _phrases(rows).values():
        ordered = sorted(phrases, key=lambda words: -phrases[words])
        for words in ordered[:_MOST]:
            yield told(words) if phrases[words] == count else f"{told(words)} ({told(_models(phrases[words]))})"
        if ordered[_MOST:]:
            yield tell("{count} more like it", count=len(ordered) - _MOST)


_MOST = 3
"""How many ways to word one rule are shown."""


def _phrases(rows: list[Row]) -> dict[str, dict[str, int]]:
    """Rule → its phrases → for how many models."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        for rule in dict.fromkeys((rule.id, rule.phrase) for rule in row.standing.rules):
            phrases = found.setdefault(rule[0], {})
            phrases[rule[1]] = phrases.get(rule[1], 0) + len(row.models)
    return found


def _models(count: int) -> str:
    return say("1 model") if count == 1 else say("{count} models", count=count)


def _title(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
