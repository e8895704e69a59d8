import qianfan
from qianfan.errors import APIError

try:
    resp = qianfan.ChatCompletion(ak="wrong", sk="wrong", model="ERNIE-3.5-8K").do(
        messages=[{"role": "user", "content": "你好"}]
    )
    print(resp["result"])
except APIError:
    print("refused")
except qianfan.errors.QianfanError:
    print("broken")
