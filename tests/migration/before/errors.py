import qianfan
from qianfan.errors import APIError

KEY = "wrong"

try:
    resp = qianfan.ChatCompletion(access_key=KEY, secret_key=KEY, model="ERNIE-3.5-8K").do(
        messages=[{"role": "user", "content": "你好"}]
    )
    print(resp["result"])
except APIError:
    print("refused")
except qianfan.errors.QianfanError as error:
    print("broken")


def ask(*questions: str) -> None:
    try:
        # Two questions and no answer between them: the platform takes none of it.
        reply = qianfan.ChatCompletion().do(
            messages=[{"role": "user", "content": question} for question in questions], model="ERNIE-3.5-8K"
        )
        print(reply["result"])
    except APIError:
        print("refused", questions)


ask("你好")
ask("你好", "再见")
