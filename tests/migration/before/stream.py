import qianfan

chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K")
for piece in chat.do(messages=[{"role": "user", "content": "讲个故事"}], stream=True):
    print(piece["result"], end="|")
print()
pieces = chat.do(messages=[{"role": "user", "content": "再讲一个"}], stream=True, temperature=0.9)
text = "".join([piece["result"] for piece in pieces])
print(text)
for number, piece in enumerate(chat.do([{"role": "user", "content": "完"}], stream=True)):
    print(number, piece.body["is_end"])
