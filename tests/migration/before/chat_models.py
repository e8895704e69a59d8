"""One object, a model for each call, by keyword and by position; and a model of the one that makes it."""
from qianfan import ChatCompletion as Chat

chat = Chat()


def ask(question: str) -> str:
    reply = chat.do([{"role": "user", "content": question}], model="ERNIE-3.5-8K", request_timeout=20)
    return reply["result"]


def ask_the_other(question: str) -> str:
    return chat.do([{"role": "user", "content": question}], "ERNIE-4.0-8K", retry_count=2)["result"]


print(ask("你好"), ask_the_other("再见"))
print(Chat(model="ERNIE-3.5-8K").do(messages=[{"role": "user", "content": "嗯"}], stream=False)["result"])
