"""A function that the model may ask for."""
import json
from qianfan_typed import Qianfan

resp = Qianfan().v1.chat.ernie_functions_8k.create(
    messages=[{"role": "user", "content": "北京天气怎么样"}],
    functions=[
        {
            "name": "get_weather",
            "description": "天气",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    ],
)
call = resp.to_dict().get("function_call")
if call:
    print(call["name"], json.loads(call["arguments"]).keys())
else:
    print(resp["result"])
