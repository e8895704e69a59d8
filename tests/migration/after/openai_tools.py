import json
import os
from qianfan_typed import Qianfan

client = Qianfan(api_key=os.environ["QIANFAN_API_KEY"], base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"))
reply = client.v2.chat.ernie_4_5_turbo_128k.create(
    messages=[{"role": "user", "content": "北京天气怎么样"}],
    tools=[
        {
            "type": "function",
            "function": {
                "name": "get_weather",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            },
        }
    ],
)
message = reply.choices[0].message
for call in message.tool_calls or []:
    print(call.function.name, sorted(json.loads(call.function.arguments)))
print(message.content)
