"""Calls of the documents' classes: `qianfan.ChatCompletion(model=…).do(messages=…)` and its relatives."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

import attrs

from qianfan_api.documents.classes import CLIENT_ARGUMENTS, DOCUMENT_CLASSES
from qianfan_api.models import CATALOGUES
from qianfan_api.routing import recipient
from qianfan_typed.python_source.calls.references import InstanceReference
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.values import (
    Entry,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    UnknownItems,
    UnknownValue,
    Value,
    absent,
    text,
)
from qianfan_typed.python_source.requests.checked_call import CheckedCall, checked_call
from qianfan_typed.python_source.requests.source_requests import (
    SourceRequest,
    for_any_model,
    for_model,
    for_name,
    for_unknown,
    sent,
    unseen,
)

_REWRITERS = ("truncate_overlong_msgs", "adapt_openai_message_format")
"""Arguments that have the class change the messages before they are sent."""
_DO = {"do": False, "ado": False, "create": False, "acreate": False, "batch_do": True, "abatch_do": True}
"""Method → whether it takes a list of requests."""


def constructed(call: ast.Call, instance: InstanceReference) -> CheckedCall | None:
    """The model that an object is made for: its name is looked at, whatever is asked of it later."""

    def build(given: Mapping[str, ObjectValue]) -> SourceRequest | None:
        made = attrs.evolve(instance, arguments=given["made with"])
        made_with = made.arguments
        api = _api(made, None)
        model = made_with.get("model")
        if api is None or model is None or made_with.open or not absent(made_with.get("endpoint")):
            return None
        if made.name == "Completion" and text(model) in CATALOGUES["v1.chat"]:
            api = "v1.chat"
        request = for_name(call, api, made_with, model)
        return None if request is None else attrs.evolve(request, rules=None)

    return checked_call(call, {"made with": instance.arguments}, build)


def called(
    call: ast.Call, method: str, instance: InstanceReference, reader: LiteralReader, before: Sequence[ast.Call] = ()
) -> Iterator[CheckedCall]:
    """The requests that a method of an object makes."""
    several = _DO.get(method)
    if several is None:
        return
    made = DOCUMENT_CLASSES[instance.name]
    lists = (f"{made.positions[0]}_list",)
    arguments = reader.arguments(call, lists if several else made.positions, before)
    if arguments is None:
        yield CheckedCall([({}, unseen(call, "unknown_name", _api(instance, None)))])
        return
    each = list(_each(arguments, [*made.subjects])) if several else [arguments]
    for one in each or [arguments]:

        def build(given: Mapping[str, ObjectValue], known: bool = bool(each)) -> SourceRequest:
            maker = attrs.evolve(instance, arguments=given["made with"])
            own = given["arguments"]
            api = _api(maker, own.get("model"))
            if "off" in (text(own.get("validate")), text(maker.arguments.get("validate"))):
                return unseen(call, "switched_off", api)
            found = _request(call, api, maker, own) if known and api is not None else None
            return found or unseen(call, "unknown_name", api)

        found = checked_call(call, {"arguments": one, "made with": instance.arguments}, build)
        if found is not None:
            yield found


def _api(instance: InstanceReference, model: Value | None) -> str | None:
    """The operation that an object calls. None: it cannot be known.

    Args:
        instance: The object.
        model: The model that the call names: of an object that a caller gives, it tells the version.
    """
    operations = DOCUMENT_CLASSES[instance.name].operations
    if instance.given:
        fitting = [served[0] for served in operations.values() if text(model) in CATALOGUES[served[0]]]
        return fitting[0] if len(fitting) == 1 else None
    version = instance.arguments.get("version")
    if version is None and not instance.arguments.open:
        return operations["1"][0]
    if version is not None and absent(version) and not instance.arguments.open:
        return operations["1"][0]
    if absent(version) or not isinstance(version, ScalarValue):
        return None
    served = operations.get(str(version.value))
    return None if served is None else served[0]


def _each(arguments: ObjectValue, subjects: Sequence[str]) -> Iterator[ObjectValue]:
    """The single requests of a batch: a list of subjects, or of whole bodies."""
    several = f"{subjects[0]}_list"
    many, bodies = arguments.get(several), arguments.get("body_list")
    common = arguments.without(several, "body_list")
    for item in many.items if isinstance(many, SequenceValue) else ():
        if len(subjects) > 1:
            yield from _spread(common, subjects, item)
        elif isinstance(item, ScalarValue | SequenceValue | ObjectValue):
            yield common.having(subjects[0], Entry(item.node, item))
    for item in bodies.items if isinstance(bodies, SequenceValue) else ():
        if isinstance(item, ObjectValue):
            yield attrs.evolve(item, entries={**common.entries, **item.entries}, open=item.open or common.open)


def _spread(common: ObjectValue, subjects: Sequence[str], item: Value | UnknownItems) -> Iterator[ObjectValue]:
    """A request about several things: an item of the batch is a tuple of them."""
    parts = item.items if isinstance(item, SequenceValue) else ()
    known = [one for one in parts if not isinstance(one, UnknownItems)]
    if len(known) == len(parts) == len(subjects):
        entries = {name: Entry(one.node, one) for name, one in zip(subjects, known, strict=True)}
        yield attrs.evolve(common, entries={**common.entries, **entries})


def _request(call: ast.Call, api: str, instance: InstanceReference, arguments: ObjectValue) -> SourceRequest | None:
    made = DOCUMENT_CLASSES[instance.name]
    payload = sent(arguments, *(name for name in CLIENT_ARGUMENTS if name not in made.subjects))
    payload = attrs.evolve(
        payload, entries={made.subjects.get(name, name): one for name, one in payload.entries.items()}
    )
    if any(not _is_false(arguments, name) for name in _REWRITERS):
        payload = _rewritten(payload)
    if instance.name == "Plugin" and not isinstance(payload.get("messages"), SequenceValue):
        return None
    return _addressed(call, api, instance, arguments, payload)


def _addressed(
    call: ast.Call, api: str, instance: InstanceReference, arguments: ObjectValue, payload: ObjectValue
) -> SourceRequest | None:
    """With the model that the call names, or else the object. An endpoint goes before a model."""
    made_with = instance.arguments
    here = not absent(arguments.get("model")) or not absent(arguments.get("endpoint"))
    source = arguments if here else made_with
    model, endpoint = source.get("model"), source.get("endpoint")
    # What callers add to `**more` is theirs: what stands beside it holds where they add nothing.
    hidden = arguments.open and not (arguments.passed_on and here)
    if hidden or made_with.open or (here and _may_give_way(arguments)):
        return None
    if isinstance(endpoint, UnknownValue):
        return None
    if not absent(endpoint):
        known = recipient(api, {"endpoint": text(endpoint) or ""}).model
        return for_model(call, api, payload, known, None) if known else for_unknown(call, api, payload, "own_endpoint")
    if model is None or absent(model):
        return for_any_model(call, api, payload)
    if instance.name == "Completion" and text(model) in CATALOGUES["v1.chat"]:
        return for_name(call, "v1.chat", _as_dialogue(payload), model)
    if CATALOGUES[api].model_in_body:
        payload = payload.having("model", Entry(model.node, model))
    return for_name(call, api, payload, model)


def _may_give_way(arguments: ObjectValue) -> bool:
    """Whether a call's own model or endpoint may turn out to be None, so that the object's holds."""
    given = (arguments.get("model"), arguments.get("endpoint"))
    return any(isinstance(one, UnknownValue) for one in given)


def _is_false(arguments: ObjectValue, name: str) -> bool:
    value = arguments.get(name)
    return absent(value) or (isinstance(value, ScalarValue) and not value.value)


def _rewritten(payload: ObjectValue) -> ObjectValue:
    """With messages that nobody knows, and perhaps a system text taken from them."""
    messages = payload.entries.get("messages")
    if messages is None:
        return payload
    unknown = Entry(messages.key, UnknownValue(messages.value.node))
    return attrs.evolve(payload.having("messages", unknown), open=True)


def _as_dialogue(payload: ObjectValue) -> ObjectValue:
    """A prompt to a chat model is sent as one message of the user."""
    prompt = payload.entries.get("prompt")
    if prompt is None:
        return payload
    role = Entry(prompt.key, ScalarValue(prompt.key, "user"))
    message = ObjectValue(prompt.key, {"role": role, "content": prompt})
    messages = Entry(prompt.key, SequenceValue(prompt.key, (message,)))
    return payload.without("prompt").having("messages", messages)
