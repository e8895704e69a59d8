from qianfan_typed import Qianfan

chat = Qianfan().v1.chat.ernie_lite_pro_128k
for piece in chat.stream(messages=[{"role": "user", "content": "讲个故事"}]):
    print(piece["result"], end="|")
print()
pieces = chat.stream(messages=[{"role": "user", "content": "再讲一个"}], temperature=0.9)
text = "".join([piece["result"] for piece in pieces])
print(text)
for number, piece in enumerate(chat.stream([{"role": "user", "content": "完"}])):
    print(number, piece.to_dict()["is_end"])
