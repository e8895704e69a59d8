"""Calls of OpenAI's client that reach the platform: methods, and which of a payload's members are their keywords.

What is no keyword goes into `extra_body`. A test holds the names against the package itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class OpenAiCall:
    """A method of OpenAI's client."""

    method: str
    """As it is written after `client.`."""
    keywords: frozenset[str]
    """Those that it shares with the platform."""
    renamed: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Member → the keyword that it is."""
    shown: str = "reply"
    """What is printed of a reply."""
    piece: tuple[str, ...] = ()
    """What is done with a piece of a stream."""

    def takes(self, name: str) -> bool:
        """Whether a member is a keyword."""
        return name in self.keywords or name in self.renamed


_CHAT = (
    "model messages stream stream_options temperature top_p seed max_completion_tokens max_tokens stop tools "
    "tool_choice parallel_tool_calls response_format user metadata frequency_penalty presence_penalty logprobs "
    "top_logprobs n"
)
_RESPONSES = (
    "model input instructions previous_response_id store stream tools tool_choice parallel_tool_calls reasoning "
    "max_output_tokens temperature top_p text metadata user"
)

OPENAI_CALLS: Mapping[str, OpenAiCall] = {
    "v2.chat": OpenAiCall(
        method="chat.completions.create",
        keywords=frozenset(_CHAT.split()),
        shown="reply.choices[0].message.content",
        piece=(
            "    if piece.choices:",
            '        print(piece.choices[0].delta.content or "", end="", flush=True)',
        ),
    ),
    "v2.embedding": OpenAiCall(
        method="embeddings.create", keywords=frozenset({"model", "input", "user", "encoding_format"})
    ),
    "v2.images": OpenAiCall(method="images.generate", keywords=frozenset({"model", "prompt", "n", "size", "user"})),
    "v2.responses": OpenAiCall(
        method="responses.create",
        keywords=frozenset(_RESPONSES.split()),
        shown="reply.output_text",
        piece=(
            '    if piece.type == "response.output_text.delta":',
            '        print(piece.delta, end="", flush=True)',
        ),
    ),
    "v2.models": OpenAiCall(method="models.list", keywords=frozenset()),
    "v2.files.list": OpenAiCall(method="files.list", keywords=frozenset({"after", "limit", "order", "purpose"})),
    "v2.files.get": OpenAiCall(method="files.retrieve", keywords=frozenset({"file_id"})),
    "v2.files.delete": OpenAiCall(method="files.delete", keywords=frozenset({"file_id"})),
    "v2.batches.create": OpenAiCall(
        method="batches.create", keywords=frozenset({"input_file_id", "endpoint", "completion_window", "metadata"})
    ),
    "v2.batches.get": OpenAiCall(method="batches.retrieve", keywords=frozenset({"batch_id"})),
    "v2.batches.cancel": OpenAiCall(method="batches.cancel", keywords=frozenset({"batch_id"})),
    "v2.batches.list": OpenAiCall(method="batches.list", keywords=frozenset({"after", "limit"})),
}
"""Operation → the call."""
