"""Callees: which operation and model of the platform a name stands for, and the list of those there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.handles import Target
from qianfan_api.models import CATALOGUES
from qianfan_typed.config import Settings
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.openai_server.drafts import Json
from qianfan_typed.openai_server.refusals import Refused
from qianfan_typed.sdk.targets import operation, target_of_endpoint, target_of_model

ANY = "*"
"""In `--map`: every name that is not known."""
_LISTED = (
    *("v2.chat", "v1.chat", "v1.completion", "v2.embedding", "v1.embedding"),
    *("v2.images", "v2.images.edits", "v1.text2image"),
)
_MOST_KNOWN = 4096


class Callees:
    """Finds whom a request goes to.

    A name is one that the map has, or of a model, spelt like that before spelt in another case; with `v1/` or `v2/`
    before it, it is of that dialect, and a name that V1 does not have is a service of one's own.
    """

    def __init__(self, settings: Settings, aliases: Mapping[str, str]) -> None:
        """
        Args:
            settings: Whose keys say what can be called.
            aliases: Name that programs ask for → name of the platform's. `*` stands for every unknown one.
        """
        self._settings = settings
        self._aliases = dict(aliases)
        self._found: dict[tuple[tuple[str, ...], str], Target[Any, Any]] = {}
        self._only_chat = set[str]()
        """Models of V2 that have no responses. Which have is known to the platform alone."""

    def find(self, apis: tuple[str, ...], name: object) -> Target[Any, Any]:
        """The target that a request's `model` stands for, among some operations.

        Raises:
            Refused: There is none.
        """
        if not isinstance(name, str) or not name:
            code = "missing_required_parameter" if name is None else "invalid_type"
            raise Refused(message="model: must be the name of a model", param="model", code=code)
        target = self._found.get((apis, name))
        if target is None:
            target = self._target(apis, name)
            if len(self._found) < _MOST_KNOWN:
                self._found[apis, name] = target
        return target

    def answering(self, name: object) -> tuple[Target[Any, Any], bool]:
        """Who gives a response, and whether it only chats, as far as is known. Raises Refused."""
        target = self.find(("v2.chat", "v1.chat"), name)
        return target, target.operation.dialect == "v1" or target.name in self._only_chat

    def note_only_chat(self, target: Target[Any, Any]) -> None:
        """Remembers that the platform had no responses of a model, and that it chats."""
        if len(self._only_chat) < _MOST_KNOWN:
            self._only_chat.add(target.name)

    def _target(self, apis: tuple[str, ...], asked: str) -> Target[Any, Any]:
        name = self._aliases.get(asked, asked)
        if ANY in self._aliases and name == asked and not (_with_dialect(name) or _known(apis, asked)):
            name = self._aliases[ANY]
        if _with_dialect(name):
            dialect, _, rest = name.partition("/")
            fit = tuple(api for api in apis if api.startswith(f"{dialect}."))
            if not fit:
                raise _not_there(asked, f"{dialect.upper()} has nothing like this")
            return self._of(next((api for api in fit if rest in CATALOGUES[api]), fit[0]), rest, asked, own=True)
        known = _known(apis, name)
        if not known and not apis[0].startswith("v2."):
            raise _not_there(asked, "no such model")
        served = [api for api in known if self.serves(api)]
        return self._of(next(iter((*served, *known, apis[0]))), name, asked, own=False)

    def _of(self, api: str, name: str, asked: str, *, own: bool) -> Target[Any, Any]:
        try:
            if own and api.startswith("v1.") and name not in CATALOGUES[api]:
                return target_of_endpoint(operation(api), name)
            return target_of_model(operation(api), name, warn=False)
        except ConfigurationError:
            why = "it is served only where you deployed it: ask for v1/ and the last part of your service's address"
            known = CATALOGUES[api].get(name)
            raise _not_there(asked, why if known is not None else "no such model") from None

    def serves(self, api: str) -> bool:
        """Whether the keys at hand serve an operation."""
        one = self._settings
        keys = one.access_key is not None or one.no_auth
        if api.startswith("v2."):
            return keys or one.bearer_token is not None
        return (keys or one.ak is not None or one.access_token is not None) and one.v2_alone is None

    def listed(self) -> Iterator[Json]:
        """Every name that can be asked for, as OpenAI lists models."""
        told = set[str]()
        for alias, name in self._aliases.items():
            if alias != ANY:
                told.add(alias)
                yield {**_entry(alias, None), "stands_for": name}
        for api in _LISTED:
            for model in CATALOGUES[api].values() if self.serves(api) else ():
                gone = model.retired is not None and not model.retired.announced
                if model.name not in told and model.prebuilt and not gone:
                    told.add(model.name)
                    yield _entry(model.name, model)

    def one(self, name: str) -> Json:
        """A model as OpenAI describes it. Raises Refused where no operation has it."""
        if name in self._aliases:
            return {**_entry(name, None), "stands_for": self._aliases[name]}
        for api in _LISTED:
            if name in CATALOGUES[api]:
                return _entry(name, CATALOGUES[api][name])
        raise _not_there(name, "no such model", status=404)


def _with_dialect(name: str) -> bool:
    """Whether a name says which dialect it is of."""
    return name[:3] in ("v1/", "v2/") and len(name) > 3


def _known(apis: tuple[str, ...], name: str) -> list[str]:
    """The operations that have a model: spelt like that, else in another case."""
    spelt = [api for api in apis if name in CATALOGUES[api].names()]
    return spelt or [api for api in apis if name in CATALOGUES[api]]


def _not_there(name: str, why: str, status: int = 404) -> Refused:
    return Refused(message=f"model: {name}: {why}", status=status, param="model", code="model_not_found")


def _entry(name: str, model: Model | None) -> Json:
    made: Json = {"id": name, "object": "model", "created": 0, "owned_by": "qianfan"}
    if model is not None:
        known = {"context_length": model.context, "max_output_tokens": model.max_output_tokens, "api": model.api}
        made |= {member: value for member, value in known.items() if value is not None}
    return made


# --- facts -----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Traits:
    """What a translation has to know of a model."""

    takes_system: bool
    most_texts: int
    """How many texts a request may have."""


_ANY_MODEL = "AnyModel"
"""The group of what the facts know no model of."""
_traits: dict[tuple[str, str], Traits] = {}


def traits_of(target: Target[Any, Any]) -> Traits:
    """What the facts say of a target's model; of one that they do not know, what holds for any."""
    key = (target.operation.name, _ANY_MODEL if target.model is None else target.model.group)
    known = _traits.get(key)
    if known is None:
        known = _traits[key] = _read_traits(*key)
    return known


def _read_traits(api: str, group: str) -> Traits:
    of = facts().operations[api]
    bounds = [one.most for one in of.constraints if one.kind == "items" and one.at == "input" and group in one.groups]
    return Traits(
        takes_system=group not in of.groups or "system" in of.groups[group].takes,
        most_texts=next((int(most) for most in bounds if isinstance(most, int)), 1),
    )
