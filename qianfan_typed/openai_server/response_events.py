"""Events of a response that is made of an answer of chat, and the response itself: no I/O."""

from __future__ import annotations

from collections.abc import Iterator

from qianfan_typed.openai_server.drafts import Json, members, objects, text_of

_ECHOED = (
    *("instructions", "max_output_tokens", "metadata", "temperature", "tool_choice", "tools", "top_p", "text"),
    *("parallel_tool_calls", "user", "reasoning"),
)
"""Fields of the request that the response says again."""
_USUAL: Json = {"metadata": {}, "tool_choice": "auto", "tools": [], "parallel_tool_calls": True}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why an answer of chat ended → why a response is not complete."""


class ResponseWriter:
    """Writes a response while the answer of chat comes, as OpenAI's whole answer or as its pieces."""

    def __init__(self, body: Json, model: str) -> None:
        """
        Args:
            body: The request for the response.
            model: Who answers.
        """
        echoed = {**_USUAL, **{name: body[name] for name in _ECHOED if body.get(name) is not None}}
        self._head: Json = {"instructions": None, "temperature": None, "top_p": None, **echoed, "model": model}
        self._output: list[Json] = []
        self._open: Json | None = None
        """The item that is being written: the last of the output."""
        self._call = -1
        """Which call of the answer it is."""
        self._finish: str | None = None
        self._usage: Json | None = None
        self._name = ""
        self._count = 0

    def take(self, said: Json) -> list[Json]:
        """The events that a piece of the answer, or the whole of it, becomes."""
        return [self._numbered(event) for event in self._taken(said)]

    def end(self) -> list[Json]:
        """The last events."""
        return [self._numbered(event) for event in self._ended()]

    def whole(self) -> Json:
        """The response, as far as it is written."""
        reason = _INCOMPLETE.get(self._finish or "")
        status = "in_progress" if self._finish is None else "completed" if reason is None else "incomplete"
        return {
            "id": self._name,
            "object": "response",
            **self._head,
            "status": status,
            "error": None,
            "incomplete_details": None if reason is None else {"reason": reason},
            "output": [*self._output],
            "previous_response_id": None,
            "store": False,
            "truncation": "disabled",
            "usage": self._usage,
        }

    def _numbered(self, event: Json) -> Json:
        self._count += 1
        return {**event, "sequence_number": self._count - 1}

    def _taken(self, said: Json) -> Iterator[Json]:
        if not self._name:
            self._name = f"resp_{said.get('id')}"
            self._head = {**self._head, "created_at": said.get("created")}
            for kind in ("response.created", "response.in_progress"):
                yield {"type": kind, "response": self.whole()}
        if members(said.get("usage")):
            self._usage = _spent(members(said["usage"]))
        for choice in objects(said.get("choices"))[:1]:
            message = members(choice.get("delta") or choice.get("message"))
            yield from self._spoken("reasoning", text_of(message.get("reasoning_content")))
            yield from self._spoken("message", text_of(message.get("content")))
            for at, call in enumerate(objects(message.get("tool_calls"))):
                yield from self._called(call.get("index", at), call)
            self._finish = choice.get("finish_reason") or self._finish

    # --- items -------------------------------------------------------------------------------------------------------

    def _spoken(self, kind: str, text: str) -> Iterator[Json]:
        """A piece of what the model thinks or says."""
        if not text:
            return
        thinks = kind == "reasoning"
        if self._open is None or self._open["type"] != kind:
            part: Json = {"type": "reasoning_text", "text": ""}
            begun: Json = {"summary": [], "content": [part]}
            if not thinks:
                part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
                begun = {"role": "assistant", "content": [part]}
            yield from self._begun(kind, begun)
            yield {"type": "response.content_part.added", **self._place(), "part": {**part}}
        self._item()["content"][0]["text"] += text
        event = "response.reasoning_text.delta" if thinks else "response.output_text.delta"
        yield {"type": event, **self._place(), "delta": text, **({} if thinks else {"logprobs": []})}

    def _called(self, at: int, call: Json) -> Iterator[Json]:
        """A call of a function, or a piece of one."""
        function = members(call.get("function"))
        if self._open is None or self._open["type"] != "function_call" or self._call != at:
            named = {"call_id": call.get("id"), "name": function.get("name"), "arguments": ""}
            yield from self._begun("function_call", named)
            self._call = at
        more = text_of(function.get("arguments"))
        if more:
            self._item()["arguments"] += more
            yield {"type": "response.function_call_arguments.delta", **self._place(part=False), "delta": more}

    def _begun(self, kind: str, named: Json) -> Iterator[Json]:
        """A new item; the one before it is done."""
        yield from self._done()
        short = {"reasoning": "rs", "message": "msg", "function_call": "fc"}[kind]
        name = f"{short}_{self._name.removeprefix('resp_')}_{len(self._output)}"
        self._open = {"id": name, "type": kind, "status": "in_progress", **named}
        self._output.append(self._open)
        empty: Json = {**self._open, "content": []} if "content" in self._open else {**self._open}
        yield {"type": "response.output_item.added", "output_index": len(self._output) - 1, "item": empty}

    def _done(self, status: str = "completed") -> Iterator[Json]:
        """What ends the item that is being written."""
        item, self._open = self._open, None
        if item is None:
            return
        item["status"] = status
        at = len(self._output) - 1
        if item["type"] == "function_call":
            place = {"item_id": item["id"], "output_index": at}
            told = {"arguments": item["arguments"], "name": item["name"]}
            yield {"type": "response.function_call_arguments.done", **place, **told}
        else:
            place = {"item_id": item["id"], "output_index": at, "content_index": 0}
            part = item["content"][0]
            thinks = item["type"] == "reasoning"
            event = "response.reasoning_text.done" if thinks else "response.output_text.done"
            yield {"type": event, **place, "text": part["text"], **({} if thinks else {"logprobs": []})}
            yield {"type": "response.content_part.done", **place, "part": {**part}}
        yield {"type": "response.output_item.done", "output_index": at, "item": item}

    def _ended(self) -> Iterator[Json]:
        self._finish = self._finish or "stop"
        cut = self._finish in _INCOMPLETE
        yield from self._done("incomplete" if cut else "completed")
        yield {"type": "response.incomplete" if cut else "response.completed", "response": self.whole()}

    def _item(self) -> Json:
        return self._output[-1]

    def _place(self, *, part: bool = True) -> Json:
        place: Json = {"item_id": self._item()["id"], "output_index": len(self._output) - 1}
        return {**place, "content_index": 0} if part else place


def _spent(usage: Json) -> Json:
    """The tokens of an answer of chat, as a response says them."""
    read, written = members(usage.get("prompt_tokens_details")), members(usage.get("completion_tokens_details"))
    return {
        "input_tokens": usage.get("prompt_tokens", 0),
        "input_tokens_details": {"cached_tokens": read.get("cached_tokens") or 0, "cache_write_tokens": 0},
        "output_tokens": usage.get("completion_tokens", 0),
        "output_tokens_details": {"reasoning_tokens": written.get("reasoning_tokens") or 0},
        "total_tokens": usage.get("total_tokens", 0),
    }
