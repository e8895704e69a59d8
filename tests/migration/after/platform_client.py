"""The platform's own client of V2."""
from qianfan_typed import Qianfan

client = Qianfan()
completion = client.v2.chat.ernie_4_5_turbo_128k.create(
    messages=[{"role": "user", "content": "你好"}]
)
print(completion.choices[0].message.content)
