"""Models: misspelt, retired, not served ready-made."""

from __future__ import annotations

from qianfan_api.handles import Undeployed
from qianfan_api.v1.chat.names import ModelName
from qianfan_typed import AsyncQianfan, Qianfan, user

client = Qianfan()
hello = [user("你好")]

# Misspelt.
client.v1.chat.ernie_sped_8k.create(hello)
# ^ pyright: Cannot access attribute "ernie_sped_8k" for class "V1Chat"
# ^ mypy: "V1Chat" has no attribute "ernie_sped_8k"; maybe "ernie_speed_8k" or "ernie_lite_8k"?
client.v1.chat.ernie_speed_8K.create(hello)
# ^ pyright: Cannot access attribute "ernie_speed_8K" for class "V1Chat"
# ^ mypy: "V1Chat" has no attribute "ernie_speed_8K"; maybe "ernie_speed_8k"?
client.v2.chat.ernie_3_5_8.create(hello)
# ^ pyright: Cannot access attribute "ernie_3_5_8" for class "V2Chat"
# ^ mypy: "V2Chat" has no attribute "ernie_3_5_8"; maybe "ernie_3_5_8k" or "ernie_4_0_8k"?
client.v1.chats.ernie_lite_pro_128k.create(hello)
# ^ pyright: Cannot access attribute "chats" for class "V1"
# ^ mypy: "V1" has no attribute "chats"; maybe "chat"?
client.v3.chat.ernie_3_5_8k.create(hello)
# ^ pyright: Cannot access attribute "v3" for class "Qianfan"
# ^ mypy: "Qianfan" has no attribute "v3"


def ask_any(name: ModelName) -> None:
    # A variable of known names: a parameter must be one that every model takes, and some need an endpoint.
    client.v1.chat.model(name).create(hello)
    # ^ pyright: Argument missing for parameter "extra_parameters"
    # ^ pyright: Cannot access attribute "create" for class "Undeployed[ErnieSpeed128kChat]"
    # ^ pyright: Cannot access attribute "create" for class "Undeployed[ThirdPartyChat]"
    # ^ pyright: Cannot access attribute "create" for class "Undeployed[ThirdPartyLogprobsChat]"
    # ^ mypy: Item "Undeployed[ErnieSpeed128kChat]" of "Ernie40Chat | Ernie35Chat | ErnieSpeed128kChat | Undeployed[ErnieSpeed128kChat] | ErnieSpeed8kChat | <11 more items>" has no attribute "create"
    # ^ mypy: Item "Undeployed[ThirdPartyChat]" of "Ernie40Chat | Ernie35Chat | ErnieSpeed128kChat | Undeployed[ErnieSpeed128kChat] | ErnieSpeed8kChat | <11 more items>" has no attribute "create"
    # ^ mypy: Item "Undeployed[ThirdPartyLogprobsChat]" of "Ernie40Chat | Ernie35Chat | ErnieSpeed128kChat | Undeployed[ErnieSpeed128kChat] | ErnieSpeed8kChat | <11 more items>" has no attribute "create"
    # ^ mypy: Missing named argument "extra_parameters" for "create" of "ChatLawChat"
    handle = client.v1.chat.model(name)
    if not isinstance(handle, Undeployed):
        handle.create(hello, disable_search=True)
        # ^ pyright: Argument missing for parameter "extra_parameters"
        # ^ pyright: No parameter named "disable_search"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ChatLawChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieCharacterChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieFunctionsChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieLiteDatedChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieSpeed128kChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieSpeed8kChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieTiny128kChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieTiny8kChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "QianfanLlama13bChat"
        # ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ThirdPartyChat"


# Not served ready-made: call it `at` an endpoint.
client.v1.chat.baichuan2_13b_chat.create(hello)
# ^ pyright: Cannot access attribute "create" for class "Undeployed[ThirdPartyLogprobsChat]"
# ^ mypy: "Undeployed[ThirdPartyLogprobsChat]" has no attribute "create"
client.v1.chat.model("Baichuan2-13B-Chat").stream(hello)
# ^ pyright: Cannot access attribute "stream" for class "Undeployed[ThirdPartyLogprobsChat]"
# ^ mypy: "Undeployed[ThirdPartyLogprobsChat]" has no attribute "stream"
client.v1.chat.baichuan2_13b_chat.at("mine").create(hello, disable_search=True)
# ^ pyright: No parameter named "disable_search"
# ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ThirdPartyLogprobsChat"
client.v1.chat.ernie_lite_pro_128k.at("mine")
# ^ pyright: Cannot access attribute "at" for class "ErnieSpeed8kChat"
# ^ mypy: "ErnieSpeed8kChat" has no attribute "at"

# Retired.
client.v1.chat.ernie_bot_8k.create(hello)
# ^ pyright: The getter for property "ernie_bot_8k" is deprecated
#     ERNIE-Bot-8k: retired; use ERNIE-3.5-8K.
# ^ mypy: function qianfan_api.v1.chat.namespace.V1Chat.ernie_bot_8k is deprecated: ERNIE-Bot-8k: retired; use ERNIE-3.5-8K.
client.v1.chat.ernie_3_5_8k_1222.create(hello)
# ^ pyright: The getter for property "ernie_3_5_8k_1222" is deprecated
#     ERNIE-3.5-8K-1222: retired on 2024-05-30; use ERNIE-3.5-8K.
# ^ mypy: function qianfan_api.v1.chat.namespace.V1Chat.ernie_3_5_8k_1222 is deprecated: ERNIE-3.5-8K-1222: retired on 2024-05-30; use ERNIE-3.5-8K.
AsyncQianfan().v1.chat.ernie_lite_8k_0922.stream(hello)
# ^ pyright: The getter for property "ernie_lite_8k_0922" is deprecated
#     ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.
# ^ mypy: function qianfan_api.v1.chat.async_namespace.AsyncV1Chat.ernie_lite_8k_0922 is deprecated: ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.
AsyncQianfan().v1.chat.ernie_bot_turbo.stream(hello)
# ^ pyright: The getter for property "ernie_bot_turbo" is deprecated
#     ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.
# ^ mypy: function qianfan_api.v1.chat.async_namespace.AsyncV1Chat.ernie_bot_turbo is deprecated: ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.

# Retired, by name.
client.v1.chat.model("ERNIE-Bot-8k").create(hello)
# ^ pyright: The method "model" in class "V1Chat" is deprecated
#     ERNIE-Bot-8k: retired; use ERNIE-3.5-8K.
# ^ mypy: overload def (self: qianfan_api.v1.chat.namespace.V1Chat, name: Literal['ERNIE-Bot-8k']) -> qianfan_api.v1.chat.handles.Ernie35Chat of function qianfan_api.v1.chat.namespace.V1Chat.model is deprecated: ERNIE-Bot-8k: retired; use ERNIE-3.5-8K.
client.v1.chat.model("ERNIE-Bot-turbo").create(hello)
# ^ pyright: The method "model" in class "V1Chat" is deprecated
#     ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.
# ^ mypy: overload def (self: qianfan_api.v1.chat.namespace.V1Chat, name: Literal['ERNIE-Lite-8K-0922'] | Literal['ERNIE-Bot-turbo']) -> qianfan_api.v1.chat.handles.ErnieLiteDatedChat of function qianfan_api.v1.chat.namespace.V1Chat.model is deprecated: ERNIE-Lite-8K-0922: retired on 2024-07-04; use ERNIE-Lite-Pro-128K.
AsyncQianfan().v1.chat.model("ERNIE-3.5-8K-1222").stream(hello)
# ^ pyright: The method "model" in class "AsyncV1Chat" is deprecated
#     ERNIE-3.5-8K-1222: retired on 2024-05-30; use ERNIE-3.5-8K.
# ^ mypy: overload def (self: qianfan_api.v1.chat.async_namespace.AsyncV1Chat, name: Literal['ERNIE-3.5-8K-1222']) -> qianfan_api.v1.chat.async_handles.AsyncErnie35Chat of function qianfan_api.v1.chat.async_namespace.AsyncV1Chat.model is deprecated: ERNIE-3.5-8K-1222: retired on 2024-05-30; use ERNIE-3.5-8K.

# The open handle takes any keyword, yet not any message.
client.v1.chat.endpoint("mine").create("你好", anything=1)
# ^ pyright: Argument of type "Literal['你好']" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
# ^ mypy: Argument 1 to "create" of "OpenChat" has incompatible type "str"; expected "Sequence[Message]"
