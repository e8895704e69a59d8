import qianfan

chat = qianfan.ChatCompletion(version="2", model="ernie-4.5-turbo-128k")
resp = chat.do(messages=[{"role": "system", "content": "平台助手"}, {"role": "user", "content": "你好"}], max_tokens=20)
print(resp["choices"][0]["message"]["content"], resp["usage"]["total_tokens"])
for piece in chat.do(messages=[{"role": "user", "content": "你好"}], stream=True):
    if piece["choices"]:
        print(piece["choices"][0]["delta"].get("content") or "", end="|")
print()
