from qianfan_typed import Qianfan

chat = Qianfan().v2.chat.ernie_4_5_turbo_128k
resp = chat.create(messages=[{"role": "system", "content": "平台助手"}, {"role": "user", "content": "你好"}], max_tokens=20)
print(resp["choices"][0]["message"]["content"], resp["usage"]["total_tokens"])
for piece in chat.stream(messages=[{"role": "user", "content": "你好"}]):
    if piece["choices"]:
        print(piece["choices"][0]["delta"].get("content") or "", end="|")
print()
