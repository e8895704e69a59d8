"""V1: models by property, alias, name and endpoint."""

from __future__ import annotations

from typing_extensions import reveal_type

from qianfan_api.handles import Undeployed
from qianfan_api.v1.chat.handles import ChatLawChat
from qianfan_api.v1.chat.names import ModelName
from qianfan_typed import Qianfan, user

chat = Qianfan().v1.chat
hello = [user("你好")]

# A property for each name and alias; a group's models share a handle.
reveal_type(chat.ernie_lite_pro_128k)  # R: ErnieSpeed8kChat
reveal_type(chat.ernie_4_0_8k)  # R: Ernie40Chat
reveal_type(chat.ernie_bot_4)  # R: Ernie40Chat
chat.ernie_4_0_8k.create(hello, disable_search=True, enable_citation=True, response_format="json_object")

# By name: a Literal, in the page's spelling.
reveal_type(chat.model("ERNIE-Lite-Pro-128K"))  # R: ErnieSpeed8kChat
reveal_type(chat.model("ERNIE-Bot-4"))  # R: Ernie40Chat
reveal_type(chat.model("ERNIE-4.0-Turbo-8K").create(hello).result)  # R: str


def ask(name: ModelName) -> str:
    # A variable gives every handle there is. Two kinds do not take a plain `create`.
    handle = chat.model(name)
    if isinstance(handle, Undeployed):
        return handle.at("mine").create(hello).result
    if isinstance(handle, ChatLawChat):
        return handle.create(hello, extra_parameters={"use_keyword": True, "use_reference": False}).result
    return handle.create(hello, temperature=0.5).result


# One that the platform does not serve ready-made is called at an endpoint of one's own.
reveal_type(chat.baichuan2_13b_chat)  # R: Undeployed[ThirdPartyLogprobsChat]
reveal_type(chat.baichuan2_13b_chat.at("my_mistral"))  # R: ThirdPartyLogprobsChat
reveal_type(chat.model("Baichuan2-13B-Chat").at("my_baichuan"))  # R: ThirdPartyLogprobsChat
chat.baichuan2_13b_chat.at("my_mistral").create(hello, top_k=10)

# A service of one's own keeps the typing of the model that it was made from.
reveal_type(chat.endpoint("my_service", like="ERNIE-Lite-Pro-128K"))  # R: ErnieSpeed8kChat
reveal_type(chat.endpoint("my_service", like="ERNIE-Lite-Pro-128K").create(hello, temperature=0.3))  # R: ChatReply
reveal_type(chat.endpoint("my_mistral", like="Baichuan2-13B-Chat"))  # R: ThirdPartyLogprobsChat

# Without `like` nothing is known: any keyword goes.
reveal_type(chat.endpoint("my_service"))  # R: OpenChat
reveal_type(chat.endpoint("my_service").create(hello, whatever=[1, 2]))  # R: ChatReply
reveal_type(chat.endpoint("my_service").stream(hello, top_k=3))  # R: Stream[ChatChunk, ChatReply]


def ask_by_name(name: str) -> str:
    # A name that is known at run time alone: the rules find what the model does not take.
    handle = chat.model(name)
    reveal_type(handle)  # R: AnyChat | Undeployed[AnyChat]
    if isinstance(handle, Undeployed):
        handle = handle.at("mine")
    reveal_type(handle.create(hello, top_k=3).result)  # R: str
    return chat.endpoint("mine", like=name).create(hello, temperature=0.5).result


# Required where the page says so.
chat.chatlaw.create(hello, extra_parameters={"use_keyword": True, "use_reference": False}, temperature=2.0)
