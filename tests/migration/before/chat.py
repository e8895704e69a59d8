"""A question, with the comments and quotes that people write."""
import os  # not ours
import qianfan  # the SDK


PLACE = os.environ.get("PLACE", "北京")

chat = qianfan.ChatCompletion(
    # the model of the house
    model="ERNIE-3.5-8K",
)
resp = chat.do(
    messages=[
        {"role": 'user', 'content': f'用一句话介绍{PLACE}'},   # three spaces
    ],
    temperature = 0.5,  # not too wild
    top_p=0.8, system="你是导游",
)
print(resp["result"])
print(resp.get("is_truncated"), "usage" in resp, resp.code)
if resp.body["usage"]["total_tokens"] > 0:
    print(resp['usage']['total_tokens'])
body = resp["body"]
print(body["result"] == resp["result"], (resp)['code'])
