"""A function that the model may ask for."""
import json
import qianfan

resp = qianfan.ChatCompletion(model="ERNIE-Functions-8K").do(
    messages=[{"role": "user", "content": "北京天气怎么样"}],
    functions=[
        {
            "name": "get_weather",
            "description": "天气",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    ],
)
call = resp.body.get("function_call")
if call:
    print(call["name"], json.loads(call["arguments"]).keys())
else:
    print(resp["result"])
