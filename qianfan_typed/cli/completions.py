"""Completion in the shell: names of models, and values of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

OfShell = Callable[[str], list[str]]
"""Gives what a word may become."""


def model_names(apis: tuple[str, ...]) -> OfShell:
    """Completes the names of the models of some operations; those that are retired only where nothing else fits."""

    def complete(incomplete: str) -> list[str]:
        from qianfan_api.models import CATALOGUES

        folded = incomplete.casefold()
        models = [
            model for api in apis for model in CATALOGUES[api].values() if model.name.casefold().startswith(folded)
        ]
        names = [model.name for model in models if model.retired is None] or [model.name for model in models]
        return list(dict.fromkeys(names))

    return complete


def parameter_values(parameter: str, apis: tuple[str, ...]) -> OfShell:
    """Completes the values of a parameter that may have only some."""

    def complete(incomplete: str) -> list[str]:
        return [value for value in dict.fromkeys(_values(parameter, apis)) if value.startswith(incomplete)]

    return complete


def _values(parameter: str, apis: tuple[str, ...]) -> Iterator[str]:
    from qianfan_typed.facts.facts_file import facts

    for api in apis:
        for one in facts().operations[api].constraints:
            if one.at == parameter:
                yield from (str(value) for value in one.values)
