"""Fields of OpenAI's requests: what becomes of each, by operation. `docs/openai-server.md` shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from qianfan_typed.openai_server.drafts import Draft, Json, is_list, is_object, text_of
from qianfan_typed.openai_server.refusals import Refused, invalid, unsupported

Convert: TypeAlias = Callable[[Any, str], object]
"""Makes the platform's value of OpenAI's, which has the name that is given. None: it is left out. Raises Refused."""


@attrs.frozen
class As:
    """It goes on, under the platform's name for it."""

    name: str
    convert: Convert | None = None
    note: str = ""
    place: str = ""
    """Where its parts stand in OpenAI's request, where they stand deeper: `tools[].function`."""

    def words(self, field: str) -> str:
        """What the page says of it."""
        name = "as it is" if self.name == field else f"as `{self.name}`"
        return f"{name}; {self.note}" if self.note else name


@attrs.frozen
class Left:
    """The platform has nothing like it: it is left out where it asks for nothing, and else refused."""

    neutral: tuple[object, ...] = ()
    """The values that ask for nothing."""
    always: bool = False
    """Whether it changes nothing of the answer, whatever it says."""

    def words(self, field: str) -> str:
        """What the page says of it."""
        if self.always:
            return "left out: it changes nothing of the answer"
        shown = " or ".join(f"`{_shown(value)}`" for value in self.neutral)
        return f"left out where it is {shown}, else refused" if shown else "refused"


@attrs.frozen
class Ours:
    """The server sees to it."""

    note: str

    def words(self, field: str) -> str:
        """What the page says of it."""
        return self.note


Treatment: TypeAlias = As | Left | Ours
Table: TypeAlias = Mapping[str, Treatment]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def taken(body: Json, table: Table, draft: Draft, *, lenient: bool) -> None:
    """Takes the fields of a request into a draft. What the table does not know goes on as it is: rules judge it.

    Raises:
        Refused: A field asks for what the platform has not; where `lenient`, it is left out and noted.
    """
    wire = draft.wire
    for name, value in body.items():
        if value is None:
            continue
        treatment = table.get(name)
        if treatment is None:
            wire[name] = value
            continue
        if isinstance(treatment, Ours):
            continue
        try:
            if isinstance(treatment, As):
                made = value if treatment.convert is None else treatment.convert(value, name)
                if made is not None:
                    wire.setdefault(treatment.name, made)
                    if treatment.name != name:
                        draft.names.setdefault(treatment.name, treatment.place or name)
            elif not treatment.always and value not in treatment.neutral:
                raise unsupported(name, "the platform has nothing like it")
        except Refused:
            if not lenient:
                raise
            draft.dropped.append(name)


# --- values ----------------------------------------------------------------------------------------------------------


def _texts(value: object, name: str) -> object:
    return [value] if isinstance(value, str) else value


def _plain_form(value: object, name: str) -> object:
    """V1's form of an answer: a word, not an object."""
    kind = value.get("type") if is_object(value) else value
    if kind not in ("text", "json_object"):
        raise invalid(name, f"{kind}: models of V1 take text or json_object")
    return kind


def functions_of(value: object, name: str) -> object:
    """Tools as V1's functions."""
    if not is_list(value):
        return value
    return [_function(tool, f"{name}[{at}]") for at, tool in enumerate(value)] or None


def _function(tool: object, place: str) -> object:
    if not is_object(tool) or tool.get("type", "function") != "function" or not is_object(tool.get("function")):
        raise invalid(place, "must be a function: models of V1 take no other tools")
    function: Json = tool["function"]
    # V1 wants both; OpenAI leaves them out of functions without arguments.
    made: Json = {"name": function.get("name"), "description": function.get("description") or function.get("name")}
    made["parameters"] = function.get("parameters") or {"type": "object", "properties": {}}
    return {name: one for name, one in made.items() if one is not None}


def _open_search(value: object, name: str) -> object:
    if is_object(value) and any(one is not None for one in value.values()):
        raise invalid(name, "must be empty: the platform takes neither a place nor a size of context")
    return {"enable": True}


def _effort(value: object, name: str) -> object:
    return value.get("effort") if is_object(value) else value


def _chosen(value: object, name: str) -> object:
    if not is_object(value):
        return value
    if value.get("type") != "function":
        raise invalid(name, f"{value.get('type')}: a model that only chats can be asked for a function by its name")
    return {"type": "function", "function": {"name": value.get("name")}}


def _image_size(value: object, name: str) -> object:
    return None if value == "auto" else value


# --- what becomes of each --------------------------------------------------------------------------------------------

_SILENT = Left(always=True)
_ABOUT = dict.fromkeys(
    (
        *("prediction", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"),
        *("safety_identifier", "service_tier", "store"),
    ),
    _SILENT,
)
_SAME = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "metadata")
_CHAT: Table = {
    "model": Ours("whom it goes to: a name of the catalogue, or one that `--map` knows"),
    "messages": Ours("see below"),
    "stream": Ours("the answer comes in pieces"),
    "n": Ours("as many calls at once, whose answers are the choices; at most 128"),
    **{name: As(name) for name in _SAME},
    **_ABOUT,
    "audio": Left(),
    "modalities": Left(neutral=(["text"],)),
    "moderation": Left(),
    "verbosity": Left(neutral=("medium",)),
    "logit_bias": Left(neutral=({},)),
}
CHAT_V2: Table = {
    **_CHAT,
    "max_tokens": As("max_tokens"),
    "max_completion_tokens": As("max_completion_tokens"),
    "stop": As("stop", _texts, note="a text alone becomes a list"),
    "seed": As("seed"),
    "response_format": As("response_format"),
    "tools": As("tools"),
    "tool_choice": As("tool_choice"),
    "functions": As("functions", note="the rules refuse it and say `tools`"),
    "function_call": Left(),
    "parallel_tool_calls": As("parallel_tool_calls"),
    "logprobs": Left(neutral=(False,)),
    "top_logprobs": Left(neutral=(0,)),
    "reasoning_effort": As("reasoning_effort"),
    "stream_options": Ours("as it is, where the answer comes in pieces"),
    "web_search_options": As("web_search", _open_search, '`{}` becomes `{"enable": true}`'),
    "user": As("user"),
}
CHAT_V1: Table = {
    **_CHAT,
    "max_completion_tokens": As("max_output_tokens"),
    "max_tokens": As("max_output_tokens"),
    "stop": As("stop", _texts, note="a text alone becomes a list"),
    "seed": Left(),
    "response_format": As("response_format", _plain_form, "`text` and `json_object`, else refused"),
    "tools": As("functions", functions_of, "each with a description and parameters", place="tools[].function"),
    "tool_choice": Ours("`none` leaves out the functions, a name stays; `required` names the one function there is"),
    "functions": As("functions"),
    "function_call": Left(neutral=("auto",)),
    "parallel_tool_calls": _SILENT,
    "logprobs": As("logprobs", lambda value, name: value or None),
    "top_logprobs": As("top_logprobs", lambda value, name: value or None),
    "reasoning_effort": Left(),
    "stream_options": Ours("`include_usage` is heard"),
    "web_search_options": Left(),
    "user": As("user_id"),
}
_TEXTS_HAVE = (
    *("model", "stream", "n", "temperature", "top_p", "frequency_penalty", "presence_penalty", "logit_bias"),
    *("max_tokens", "stop", "seed", "stream_options", "user"),
)
"""What completions have of chat."""
_COMPLETION: Table = {
    "prompt": Ours("one message of the user; of several, as many calls"),
    "best_of": Left(neutral=(1,)),
    "echo": Left(neutral=(False,)),
    "suffix": Left(neutral=("",)),
    "logprobs": Left(),
}
COMPLETION_V2: Table = {**{name: CHAT_V2[name] for name in _TEXTS_HAVE}, **_COMPLETION}
COMPLETION_V1: Table = {**{name: CHAT_V1[name] for name in _TEXTS_HAVE}, **_COMPLETION}
OWN_COMPLETION_V1: Table = {
    **COMPLETION_V1,
    "prompt": Ours("as it is; of several, as many calls"),
    "max_tokens": Left(),
    "frequency_penalty": Left(neutral=(0,)),
    "presence_penalty": Left(neutral=(0,)),
}
EMBEDDING_V2: Table = {
    "model": Ours("whom it goes to"),
    "input": Ours("a text or any number of texts; as many calls as the model's limit wants"),
    "encoding_format": Ours("`float` or `base64`, made here"),
    "dimensions": Left(),
    "user": As("user"),
}
EMBEDDING_V1: Table = {**EMBEDDING_V2, "user": As("user_id")}
_DRAWN: Table = {
    "model": Ours("whom it goes to"),
    "prompt": As("prompt"),
    "n": As("n"),
    "size": As("size", _image_size, "`auto` is left out"),
    "response_format": Ours("`url`, or `b64_json`, for which the image is fetched"),
    "stream": Left(neutral=(False,)),
    "partial_images": Left(neutral=(0,)),
    "quality": Left(neutral=("auto", "standard")),
    "background": Left(neutral=("auto", "opaque")),
    "moderation": Left(neutral=("auto",)),
    "output_format": Left(neutral=("png",)),
    "output_compression": Left(neutral=(100,)),
    "safety_identifier": _SILENT,
    **{name: Left() for name in ("complexity", "frame_count", "frame_duration_ms", "svg")},
}
IMAGES_V2: Table = {**_DRAWN, "style": Left(neutral=("vivid",)), "user": As("user")}
IMAGES_V1: Table = {
    **_DRAWN,
    "style": As("style", lambda value, name: None if value == "vivid" else value, "`vivid` is left out"),
    "user": As("user_id"),
}
EDITS_V2: Table = {
    **_DRAWN,
    "image": Ours("a file becomes data of the request; one alone"),
    "mask": Ours("the same"),
    "input_fidelity": Left(neutral=("low",)),
    "markup": Left(),
    "user": As("user"),
}
RESPONSES_V2: Table = {
    "model": Ours("whom it goes to"),
    "input": As("input"),
    "stream": Ours("the answer comes in events, as the platform writes them"),
    **{
        name: As(name)
        for name in (
            *("instructions", "previous_response_id", "tools", "tool_choice", "parallel_tool_calls", "reasoning"),
            *("max_output_tokens", "temperature", "top_p", "text", "metadata", "user"),
        )
    },
    **_ABOUT,
    "store": As("store"),
    "background": Left(neutral=(False,)),
    "truncation": Left(neutral=("disabled",)),
    "top_logprobs": Left(neutral=(0,)),
    "include": Left(neutral=([],)),
    "stream_options": _SILENT,
    **{
        name: Left()
        for name in (
            *("access_programs", "background_options", "context_management", "conversation", "image"),
            *("max_tool_calls", "moderation", "prompt"),
        )
    },
}
RESPONSES_CHAT: Table = {
    **RESPONSES_V2,
    "input": Ours("messages, calls of functions and their results become messages, thoughts their `reasoning_content`"),
    "instructions": Ours("the first message"),
    "stream": Ours("the answer comes in events, made of the pieces of chat"),
    "max_output_tokens": As("max_completion_tokens"),
    "text": Ours("`format` as `response_format`, `verbosity` as it is"),
    "reasoning": As("reasoning_effort", _effort, "of `effort`; the rest is left out"),
    "tools": Ours("functions as `tools`, `web_search` as `web_search_options`; others are refused"),
    "tool_choice": As("tool_choice", _chosen, "a function is named as chat names it"),
    "store": Left(neutral=(False,)),
    "previous_response_id": Left(),
    "include": Left(neutral=([], ["reasoning.encrypted_content"])),
}
PAGES: Mapping[str, Mapping[str, Table]] = {
    "/v1/chat/completions": {"v2.chat": CHAT_V2, "v1.chat": CHAT_V1},
    "/v1/completions": {"v2.chat": COMPLETION_V2, "v1.chat": COMPLETION_V1, "v1.completion": OWN_COMPLETION_V1},
    "/v1/embeddings": {"v2.embedding": EMBEDDING_V2, "v1.embedding": EMBEDDING_V1},
    "/v1/images/generations": {"v2.images": IMAGES_V2, "v1.text2image": IMAGES_V1},
    "/v1/images/edits": {"v2.images.edits": EDITS_V2},
    "/v1/responses": {"v2.responses": RESPONSES_V2, "chat": RESPONSES_CHAT},
}
"""Path → operation → what becomes of each field. `chat`: of models that only chat; the result is judged as chat's."""


def choose_function(choice: object, draft: Draft) -> None:
    """Brings OpenAI's `tool_choice` into a draft for V1. Raises Refused."""
    if choice is None or choice == "auto":
        return
    functions = draft.wire.get("functions")
    if choice == "none":
        draft.wire.pop("functions", None)
        return
    if choice == "required":
        if not is_list(functions) or len(functions) != 1 or not is_object(functions[0]):
            raise invalid("tool_choice", "required: models of V1 can be asked for one function by its name alone")
        name = text_of(functions[0].get("name"))
        draft.wire["tool_choice"] = {"type": "function", "function": {"name": name}}
        return
    draft.wire["tool_choice"] = choice
