"""A client of openai, bound to the platform."""
import os
from qianfan_typed import Qianfan

client = Qianfan(
    api_key=os.environ["QIANFAN_API_KEY"],
    base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"),
    max_attempts=5,
)
completion = client.v2.chat.ernie_4_5_turbo_128k.create(
    messages=[{"role": "system", "content": "平台助手"}, {"role": "user", "content": "你好"}],
    temperature=0.5,
    penalty_score=1.1,
)
print(completion.choices[0].message.content)
print(completion.model, completion.usage.total_tokens)
choice = completion.choices[0]
if choice.finish_reason != "length" and choice.message.tool_calls is None:
    print(choice.message.role)

stream = client.v2.chat.ernie_4_5_turbo_128k.stream(
    messages=[{"role": "user", "content": "你好"}]
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="|")
print()
