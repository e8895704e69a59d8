"""Listing of the models that a command can call."""

from __future__ import annotations


def print_models_of(apis: tuple[str, ...]) -> None:
    """Prints the models of some operations that are in service; of an operation where none is, those that were."""
    from qianfan_typed.cli.model_facts import Selection, print_models

    found = [
        model for api in apis for model in Selection(api=api).models() or Selection(api=api, retired=True).models()
    ]
    print_models(found)
