from qianfan_typed import Qianfan, errors

try:
    resp = Qianfan(ak="wrong", sk="wrong").v1.chat.ernie_3_5_8k.create(
        messages=[{"role": "user", "content": "你好"}]
    )
    print(resp["result"])
except (errors.ApiError, errors.InvalidRequest):
    print("refused")
except errors.QianfanError:
    print("broken")
