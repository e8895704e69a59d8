"""A question, with the comments and quotes that people write."""
import os  # not ours
from qianfan_typed import Qianfan  # the SDK


PLACE = os.environ.get("PLACE", "北京")

chat = Qianfan().v1.chat.ernie_3_5_8k
resp = chat.create(
    messages=[
        {"role": 'user', 'content': f'用一句话介绍{PLACE}'},   # three spaces
    ],
    temperature = 0.5,  # not too wild
    top_p=0.8, system="你是导游",
)
print(resp["result"])
print(resp.get("is_truncated"), "usage" in resp, resp.meta.status)
if resp.to_dict()["usage"]["total_tokens"] > 0:
    print(resp['usage']['total_tokens'])
body = resp.to_dict()
print(body["result"] == resp["result"], (resp).meta.status)
