import json
import os
import openai

client = openai.OpenAI(api_key=os.environ["QIANFAN_API_KEY"], base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"))
reply = client.chat.completions.create(
    model="ernie-4.5-turbo-128k",
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
