"""A client of openai, bound to the platform."""
import os
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["QIANFAN_API_KEY"],
    base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"),
    max_retries=4,
)
completion = client.chat.completions.create(
    model="ernie-4.5-turbo-128k",
    messages=[{"role": "system", "content": "平台助手"}, {"role": "user", "content": "你好"}],
    temperature=0.5,
    extra_body={"penalty_score": 1.1},
)
print(completion.choices[0].message.content)
print(completion.model, completion.usage.total_tokens)
choice = completion.choices[0]
if choice.finish_reason != "length" and choice.message.tool_calls is None:
    print(choice.message.role)

stream = client.chat.completions.create(
    model="ernie-4.5-turbo-128k", messages=[{"role": "user", "content": "你好"}], stream=True
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="|")
print()
