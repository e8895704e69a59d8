"""Types: what one names in annotations. Objects of requests, replies, streams, and the names of models."""

from __future__ import annotations

from qianfan_api.answers import AsyncParsedStream as AsyncParsedStream
from qianfan_api.answers import CalledFunction as CalledFunction
from qianfan_api.answers import FunctionRun as FunctionRun
from qianfan_api.answers import OnError as OnError
from qianfan_api.answers import Parsed as Parsed
from qianfan_api.answers import ParsedStream as ParsedStream
from qianfan_api.answers import Progress as Progress
from qianfan_api.catalogue import Catalogue as Catalogue
from qianfan_api.catalogue import Model as Model
from qianfan_api.handles import AsyncStream as AsyncStream
from qianfan_api.handles import CallOptions as CallOptions
from qianfan_api.handles import Stream as Stream
from qianfan_api.handles import Validate as Validate
from qianfan_api.messages import MediaSource as MediaSource
from qianfan_api.reply import BytesReply as BytesReply
from qianfan_api.reply import FailedAttempt as FailedAttempt
from qianfan_api.reply import Meta as Meta
from qianfan_api.reply import Reply as Reply
from qianfan_api.shapes import ContentPart as ContentPart
from qianfan_api.shapes import Function as Function
from qianfan_api.shapes import FunctionCallParam as FunctionCallParam
from qianfan_api.shapes import Message as Message
from qianfan_api.shapes import ResponseFormat as ResponseFormat
from qianfan_api.shapes import StreamOptions as StreamOptions
from qianfan_api.shapes import Thinking as Thinking
from qianfan_api.shapes import Tool as Tool
from qianfan_api.shapes import ToolCallParam as ToolCallParam
from qianfan_api.shapes import ToolChoice as ToolChoice
from qianfan_api.shapes import WebSearch as WebSearch
from qianfan_api.v1.chat.types import ChatChunk as V1ChatChunk
from qianfan_api.v1.chat.types import ChatReply as V1ChatReply
from qianfan_api.v2.chat.types import ChatChunk as ChatChunk
from qianfan_api.v2.chat.types import ChatReply as ChatReply
from qianfan_typed.answers.tools import FunctionTool as FunctionTool

__all__ = [
    "AsyncParsedStream",
    "AsyncStream",
    "BytesReply",
    "CallOptions",
    "CalledFunction",
    "Catalogue",
    "ChatChunk",
    "ChatReply",
    "ContentPart",
    "FailedAttempt",
    "Function",
    "FunctionCallParam",
    "FunctionRun",
    "FunctionTool",
    "MediaSource",
    "Message",
    "Meta",
    "Model",
    "OnError",
    "Parsed",
    "ParsedStream",
    "Progress",
    "Reply",
    "ResponseFormat",
    "Stream",
    "StreamOptions",
    "Thinking",
    "Tool",
    "ToolCallParam",
    "ToolChoice",
    "V1ChatChunk",
    "V1ChatReply",
    "Validate",
    "WebSearch",
]
