"""One object, a model for each call, by keyword and by position; and a model of the one that makes it."""
from qianfan_typed import Qianfan, Retry

chat = Qianfan().v1.chat


def ask(question: str) -> str:
    reply = chat.ernie_3_5_8k.create([{"role": "user", "content": question}], timeout=20)
    return reply["result"]


def ask_the_other(question: str) -> str:
    return chat.ernie_4_0_8k.create([{"role": "user", "content": question}], retry=Retry(attempts=2))["result"]


print(ask("你好"), ask_the_other("再见"))
print(Qianfan().v1.chat.ernie_3_5_8k.create(messages=[{"role": "user", "content": "嗯"}])["result"])
