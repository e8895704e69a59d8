"""`Tokenizer`: how many tokens a text takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from qianfan_api.handles import OpenRequest, Options
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_typed.sdk.keywords import ClientOptions, require_client_options, settings_of
from qianfan_typed.sdk.runners import sync_runner
from qianfan_typed.sdk.targets import operation, target_of_model

if TYPE_CHECKING:
    from typing_extensions import Unpack

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_\u4e00-\u9fff]+")
_TOKENIZER = "v1.tokenizer"
_COUNTED = "v1.count_tokens"


def estimated_tokens(text: str, han_tokens: float = 0.625, word_tokens: float = 1.0) -> int:
    """How many tokens a text takes, more or less; no page gives the two figures."""
    return int(len(_HAN.findall(text)) * han_tokens + len(_WORD.findall(text)) * word_tokens)


class Tokenizer:
    """Counts tokens."""

    @classmethod
    def count_tokens(
        cls,
        text: str,
        mode: Literal["local", "remote"] = "local",
        model: str | None = None,
        *,
        han_tokens: float = 0.625,
        word_tokens: float = 1.0,
        **options: Unpack[ClientOptions],
    ) -> int:
        """How many tokens a text takes.

        Args:
            text: The text.
            mode: remote: as the platform counts, by a call. local: an estimate; no page gives its two figures.
            model: remote: the model whose tokens to count. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            han_tokens: local: tokens of a Chinese character.
            word_tokens: local: tokens of a word of other letters.
            **options: remote: keys, hosts and retries: see `ClientOptions`.

        Raises:
            ValueError: There is no such mode.
            InvalidRequest: The request breaks rules. Nothing was sent.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        require_client_options("count_tokens()", options, ["text", "mode", "model", "han_tokens", "word_tokens"])
        if mode == "local":
            return estimated_tokens(text, han_tokens, word_tokens)
        if mode != "remote":
            raise ValueError(f"mode: {mode!r}: must be local or remote")
        target = target_of_model(operation(_TOKENIZER), DEFAULT_MODELS[_TOKENIZER], warn=False)
        request = OpenRequest({"prompt": text, "model": model or DEFAULT_MODELS[_COUNTED]})
        runner = sync_runner(settings_of(options), options.get("transport"))
        total: int = runner.create(target, request, Options()).usage.total_tokens
        return total
