from qianfan_typed import Qianfan, errors

KEY = "wrong"

try:
    resp = Qianfan(access_key=KEY, secret_key=KEY).v1.chat.ernie_3_5_8k.create(
        messages=[{"role": "user", "content": "你好"}]
    )
    print(resp["result"])
except (errors.ApiError, errors.InvalidRequest):
    print("refused")
except errors.QianfanError as error:
    print("broken")


def ask(*questions: str) -> None:
    try:
        # Two questions and no answer between them: the platform takes none of it.
        reply = Qianfan().v1.chat.ernie_3_5_8k.create(
            messages=[{"role": "user", "content": question} for question in questions]
        )
        print(reply["result"])
    except (errors.ApiError, errors.InvalidRequest):
        print("refused", questions)


ask("你好")
ask("你好", "再见")
