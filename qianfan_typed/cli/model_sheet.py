"""Sheet of a model: all that is known of it, on a screen."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_typed.cli.model_facts import taken
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.facts.schemas import UnknownName, operation

_LIMITS = {
    "context": "tokens of input and output together",
    "max_chars": "characters of input",
    "max_input_tokens": "tokens of input",
    "max_output_tokens": "tokens of output",
    "default_output_tokens": "tokens of output where a request does not say",
    "max_thinking_tokens": "tokens of thinking",
}


def find(name: str, api: str | None) -> list[Model]:
    """A model, as each operation serves it. Raises UnknownName with the nearest names."""
    if api in (None, "v1", "v2"):
        apis = [one for one in CATALOGUES if api is None or one.startswith(f"{api}.")]
    else:
        apis = [operation(api)]
    found = [CATALOGUES[one][name] for one in apis if name in CATALOGUES[one]]
    if found:
        return found
    folded = {known.casefold(): known for one in apis for known in CATALOGUES[one].names()}
    near = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, 3)]
    hint = f"nearest: {', '.join(near)}" if near else "models lists those there are"
    raise UnknownName(f"{name!r}: no model of {'the catalogue' if api is None else api}; {hint}")


def print_sheet(model: Model) -> None:
    """Prints what is known."""
    console = Console(highlight=False)
    title = Text(f"{model.name}", style="bold")
    title.append(f"  {model.api}", style="not bold")
    console.print(title)
    for name, words in _lines(model):
        console.print(Text(f"  {name:<12}  ").append(words), soft_wrap=not console.is_terminal)
    console.print(Text("  parameters"))
    for words in _parameters(model):
        console.print(Text(f"    {words}"), soft_wrap=not console.is_terminal)
    console.print(Text(f"  explain {model.api}.PARAMETER --model {model.name} says what one may be", style="dim"))
    console.print()


def _lines(model: Model) -> Iterator[tuple[str, str]]:
    if model.retired is not None:
        yield "retirement", f"{model.retired} ({model.retired.source})"
    if model.aliases:
        yield "also called", ", ".join(model.aliases)
    if model.family:
        yield "family", model.family
    if model.abilities:
        yield "does", ", ".join(model.abilities)
    if model.path:
        yield "path", f"{model.path}{' (a guess)' if model.path_guessed else ''}"
    if not model.prebuilt:
        yield "served", "only where you deployed it: --endpoint"
    limits = [(name, getattr(model, name)) for name in _LIMITS]
    for at, (name, limit) in enumerate((name, limit) for name, limit in limits if limit is not None):
        advised = ", advised" if name in model.soft_limits else ""
        yield "" if at else "limits", f"{limit:,} {_LIMITS[name]}{advised}"
    if model.rates is not None:
        yield "rate", str(model.rates)
    if model.price is not None:
        yield "price", str(model.price)
    if model.source is not None:
        yield "page", f"{model.source}{f', {model.source.url}' if model.source.url else ''}"
    if model.unverified:
        yield "rules", "only warn: no page of the documentation lists the model"


def _parameters(model: Model) -> Iterator[str]:
    of = facts().operations[model.api]
    group = of.groups[model.group]
    names = [name for name in taken(model) if of.members[name].sent]
    width = max(map(len, names), default=0)
    for name in names:
        member = of.members[name]
        default = model.defaults.get(name, group.defaults.get(name))
        shown = "" if default is None else f", {default!r} by default".replace("True", "true").replace("False", "false")
        yield f"{name:<{width}}  {member.type}{shown}"
