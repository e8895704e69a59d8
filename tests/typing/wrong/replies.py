"""Replies: misspelt fields, fields of another type than thought, whole replies taken for streams."""

from __future__ import annotations

from qianfan_typed import Qianfan, errors, user, validate

client = Qianfan()
hello = [user("你好")]
reply = client.v1.chat.ernie_lite_pro_128k.create(hello)

reply.reslt
# ^ pyright: Cannot access attribute "reslt" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "reslt"; maybe "result"?
reply.content
# ^ pyright: Cannot access attribute "content" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "content"
reply.choices
# ^ pyright: Cannot access attribute "choices" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "choices"
reply.usage.tokens
# ^ pyright: Cannot access attribute "tokens" for class "Usage"
# ^ mypy: "Usage" has no attribute "tokens"
reply.result + 1
# ^ pyright: Operator "+" not supported for types "str" and "Literal[1]"
# ^ mypy: Unsupported operand types for + ("str" and "int")
reply.result.is_end
# ^ pyright: Cannot access attribute "is_end" for class "str"
# ^ mypy: "str" has no attribute "is_end"
reply.function_call.name
# ^ pyright: "name" is not a known attribute of "None"
# ^ mypy: Item "None" of "FunctionCall | None" has no attribute "name"
reply.meta.latency
# ^ pyright: Cannot access attribute "latency" for class "Meta"
# ^ mypy: "Meta" has no attribute "latency"
tokens: str = reply.usage.total_tokens
# ^ pyright: Type "int" is not assignable to declared type "str"
# ^ mypy: Incompatible types in assignment (expression has type "int", variable has type "str")
reply.result = "改"
# ^ pyright: Cannot assign to attribute "result" for class "ChatReply"
#     Attribute "result" is read-only
# ^ mypy: Property "result" defined in "ChatReply" is read-only
reply.usage.total_tokens = 0
# ^ pyright: Cannot assign to attribute "total_tokens" for class "Usage"
#     Attribute "total_tokens" is read-only
# ^ mypy: Property "total_tokens" defined in "Usage" is read-only

for piece in reply:
    print(piece.result)
    # ^ pyright: Cannot access attribute "result" for class "str"
    # ^ mypy: "str" has no attribute "result"

with reply:
    # ^ pyright: Object of type "ChatReply" cannot be used with "with" because it does not correctly implement __enter__
    # ^ pyright: Object of type "ChatReply" cannot be used with "with" because it does not correctly implement __exit__
    # ^ mypy: "ChatReply" has no attribute "__enter__"
    # ^ mypy: "ChatReply" has no attribute "__exit__"
    pass

stream = client.v1.chat.ernie_lite_pro_128k.stream(hello)
stream.result
# ^ pyright: Cannot access attribute "result" for class "Stream[ChatChunk, ChatReply]"
# ^ mypy: "Stream[ChatChunk, ChatReply]" has no attribute "result"
stream[0]
# ^ pyright: "__getitem__" method not defined on type "Stream[ChatChunk, ChatReply]"
# ^ mypy: Value of type "Stream[ChatChunk, ChatReply]" is not indexable
len(stream)
# ^ pyright: Argument of type "Stream[ChatChunk, ChatReply]" cannot be assigned to parameter "obj" of type "Sized" in function "len"
# ^ mypy: Argument 1 to "len" has incompatible type "Stream[ChatChunk, ChatReply]"; expected "Sized"
for chunk in stream:
    chunk.finished
    # ^ pyright: Cannot access attribute "finished" for class "ChatChunk"
    # ^ mypy: "ChatChunk" has no attribute "finished"
    chunk.choices
    # ^ pyright: Cannot access attribute "choices" for class "ChatChunk"
    # ^ mypy: "ChatChunk" has no attribute "choices"

answer = client.v2.chat.ernie_3_5_8k.create(hello)
answer.result
# ^ pyright: Cannot access attribute "result" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "result"
answer.choices.message
# ^ pyright: Cannot access attribute "message" for class "list[Choice]"
# ^ mypy: "list[Choice]" has no attribute "message"
answer.choices[0].text
# ^ pyright: Cannot access attribute "text" for class "Choice"
# ^ mypy: "Choice" has no attribute "text"
answer.choices[0].message.content + "。"
# ^ pyright: Operator "+" not supported for "None"
# ^ mypy: Unsupported left operand type for + ("None")
#     Left operand is of type "str | None"
answer.choices[0].delta
# ^ pyright: Cannot access attribute "delta" for class "Choice"
# ^ mypy: "Choice" has no attribute "delta"
for part in client.v2.chat.ernie_3_5_8k.stream(hello):
    part.choices[0].message
    # ^ pyright: Cannot access attribute "message" for class "ChunkChoice"
    # ^ mypy: "ChunkChoice" has no attribute "message"
    part.usage.total_tokens
    # ^ pyright: "total_tokens" is not a known attribute of "None"
    # ^ mypy: Item "None" of "Usage | None" has no attribute "total_tokens"

client.chat.completions.create(model="ernie-3.5-8k", messages=hello, stream=True).choices
# ^ pyright: Cannot access attribute "choices" for class "Stream[ChatChunk, ChatReply]"
# ^ mypy: "Stream[ChatChunk, ChatReply]" has no attribute "choices"
client.chat.completions.create(model="ernie-3.5-8k", messages=hello).close()
# ^ pyright: Cannot access attribute "close" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "close"
client.chat.completions.create(messages=hello)
# ^ pyright: No overloads for "create" match the provided arguments
#     Argument types: (list[Message])
# ^ mypy: No overload variant of "create" of "Completions" matches argument type "list[Message]"

validate([1], api="v1.chat")
# ^ pyright: Argument of type "list[int]" cannot be assigned to parameter "payload" of type "Mapping[str, object]" in function "validate"
# ^ mypy: Argument 1 to "validate" has incompatible type "list[int]"; expected "Mapping[str, object]"
validate({}, "v1.chat")
# ^ pyright: Expected 1 positional argument
# ^ mypy: Too many positional arguments for "validate"
validate({}, api="v1.chat")[0].text
# ^ pyright: Cannot access attribute "text" for class "Violation"
# ^ mypy: "Violation" has no attribute "text"
try:
    client.close()
except errors.ApiError as error:
    error.status_code
    # ^ pyright: Cannot access attribute "status_code" for class "ApiError"
    # ^ mypy: "ApiError" has no attribute "status_code"
