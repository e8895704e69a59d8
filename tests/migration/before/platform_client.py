"""The platform's own client of V2."""
from qianfan import Qianfan

client = Qianfan()
completion = client.chat.completions.create(
    model="ernie-4.5-turbo-128k", messages=[{"role": "user", "content": "你好"}]
)
print(completion.choices[0].message.content)
