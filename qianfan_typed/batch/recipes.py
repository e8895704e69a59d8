"""Recipes: how a record of an input becomes a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import attrs

from qianfan_api.violations import kind_of, shown
from qianfan_typed.batch.inputs import Record
from qianfan_typed.errors import ConfigurationError

ID = "custom_id"
_ENVELOPE = frozenset({"body", "payload", "url"})
"""Members that say that a document holds its request within."""


class Unfit(Exception):
    """A record of which no request can be made; the message says why."""


@attrs.frozen(kw_only=True)
class Recipe:
    """How a record becomes a request. Without columns and a template, it is one."""

    api: str = "v2.chat"
    """The operation of records that do not say it."""
    model: str | None = None
    """The model of records that do not name one."""
    parameters: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    """Parameters of requests that do not say them."""
    messages_from: str | None = None
    """The column that becomes the user's message."""
    columns: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Parameter → the column that becomes it."""
    parameters_from: str | None = None
    """The column that has parameters of its record, an object. They come before those of all. None: none has."""
    id_from: str | None = None
    """The column that becomes the `custom_id`. None: the one that is called so, else the number of the record."""
    system: str | None = None
    """The system message of requests that have none."""
    template: str | None = None
    """A Jinja template: what it makes of a record becomes the user's message."""

    @property
    def makes(self) -> bool:
        """Whether requests are made of columns. Otherwise records are requests."""
        return self.messages_from is not None or self.template is not None or bool(self.columns)

    def described(self) -> dict[str, Any]:
        """What makes an output another: by the names of the options."""
        return {
            "api": self.api,
            "model": self.model,
            "messages_from": self.messages_from,
            "parameters_from": self.parameters_from,
            "id_from": self.id_from,
            "system": self.system,
            "template": self.template,
            **{f"parameter {name}": value for name, value in self.parameters.items()},
            **{f"column for {name}": column for name, column in self.columns.items()},
        }

    def document(self, record: Record) -> tuple[dict[str, Any], str | None]:
        """The document that a record stands for, as `validate` takes it, and its id. None: it has none.

        Raises:
            Unfit: It stands for none.
        """
        value = record.value
        if self.makes:
            fields = _object(value)
            return self._made(fields), self._id(fields)
        if isinstance(value, list):
            value = {"messages": _messages_of(cast("list[object]", value))}
        fields = _object(value)
        if "prompt" in fields and "response" in fields and self.api.endswith(".chat"):
            fields = {**_without(fields, ("prompt", "response")), "messages": _messages_of([fields])}
        name = self._id(fields)
        if _ENVELOPE.isdisjoint(fields):
            fields = _without(fields, (self.id_from or ID,))
        return self._completed(fields), name

    def _id(self, fields: Mapping[str, Any]) -> str | None:
        column = self.id_from or ID
        if column not in fields:
            if self.id_from is not None:
                raise Unfit(_no_column(column, fields))
            return None
        value = fields[column]
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise Unfit(f"{column} {shown(value)}: must be a string, not {kind_of(value)}")
        if not value:
            raise Unfit(f"{column}: must not be empty")
        return value

    # --- requests of columns -----------------------------------------------------------------------------------------

    def _made(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {name: _cell(column, fields) for name, column in self.columns.items()}
        if self._render is not None:
            made["messages"] = [{"role": "user", "content": self._rendered(fields)}]
        elif self.messages_from is not None:
            text = _cell(self.messages_from, fields)
            content = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
            made["messages"] = [{"role": "user", "content": content}]
        if self.parameters_from is not None and fields.get(self.parameters_from) is not None:
            made = {**_own(fields[self.parameters_from], self.parameters_from), **made}
        return self._completed(made)

    def _rendered(self, fields: Mapping[str, Any]) -> str:
        assert self._render is not None
        try:
            return self._render(fields)
        except Exception as error:  # whatever a template of the user's raises
            raise Unfit(f"the template: {error}") from None

    @cached_property
    def _render(self) -> Callable[[Mapping[str, Any]], str] | None:
        if self.template is None:
            return None
        try:
            import jinja2
        except ModuleNotFoundError:
            message = 'a template needs Jinja: pip install "qianfan-typed[batch]"'
            raise ConfigurationError(message=message, setting="template") from None
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
        try:
            return environment.from_string(self.template).render
        except jinja2.TemplateSyntaxError as error:
            message = f"the template, line {error.lineno}: {error.message}"
            raise ConfigurationError(message=message, setting="template") from None

    # --- what goes with every request --------------------------------------------------------------------------------

    def _completed(self, document: dict[str, Any]) -> dict[str, Any]:
        """A document whose body has the parameters and the system message."""
        if not self.parameters and self.system is None:
            return document
        place = next((name for name in ("body", "payload") if isinstance(document.get(name), dict)), None)
        body = self._with_all(document if place is None else document[place])
        return body if place is None else {**document, place: body}

    def _with_all(self, body: Mapping[str, Any]) -> dict[str, Any]:
        filled = {**body, **{name: value for name, value in self.parameters.items() if body.get(name) is None}}
        if self.system is None:
            return filled
        if "system" not in self._members:
            messages = body.get("messages")
            if isinstance(messages, list) and not _has_system(cast("list[object]", messages)):
                filled["messages"] = [{"role": "system", "content": self.system}, *cast("list[object]", messages)]
        elif filled.get("system") is None:
            filled["system"] = self.system
        return filled

    @cached_property
    def _members(self) -> frozenset[str]:
        """V1 has the system message as a parameter of its own."""
        return frozenset({"system"}) if self.api.startswith("v1.") else frozenset()


def read_template(path: Path) -> str:
    """A template's text. Raises OSError."""
    return path.read_text("utf-8")


def _messages_of(turns: list[object]) -> list[dict[str, Any]]:
    """The dialogue of a line of the platform's data sets: the last prompt is to be answered.

    A turn is `{"prompt": …, "response": [["…"]]}`. What stands as the last response is what people wrote.
    """
    messages: list[dict[str, Any]] = []
    for number, turn in enumerate(turns, 1):
        fields = _object(turn)
        prompt = fields.get("prompt")
        if not isinstance(prompt, str):
            raise Unfit(f"prompt {shown(prompt)}: must be a string, not {kind_of(prompt)}")
        messages.append({"role": "user", "content": prompt})
        if number == len(turns):
            break
        answer: object = fields.get("response")
        while isinstance(answer, list) and answer:
            answer = cast("list[object]", answer)[0]
        if not isinstance(answer, str):
            raise Unfit(f"response of turn {number}: must have a text: what follows is said upon it")
        messages.append({"role": "assistant", "content": answer})
    if not messages:
        raise Unfit("a list without turns")
    return messages


def _has_system(messages: list[object]) -> bool:
    return any(isinstance(one, dict) and cast("dict[str, object]", one).get("role") == "system" for one in messages)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"{shown(value)}: a record must be an object, not {kind_of(value)}")
    return cast("dict[str, Any]", value)


def _without(fields: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _cell(column: str, fields: Mapping[str, Any]) -> Any:
    if column not in fields:
        raise Unfit(_no_column(column, fields))
    return fields[column]


def _own(value: object, column: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"{column} {shown(value)}: must be an object of parameters, not {kind_of(value)}")
    return {name: one for name, one in cast("dict[str, Any]", value).items() if one is not None}


def _no_column(column: str, fields: Mapping[str, Any]) -> str:
    return f"there is no column {shown(column)}; there are {', '.join(map(str, fields)) or 'none'}"
