import os

from qianfan_typed import Qianfan, errors

client = Qianfan(api_key=os.environ["QIANFAN_API_KEY"], base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"))
vectors = client.v2.embedding.embedding_v1.create(input=["世界上最高的山", "最长的河"])
print([len(one.embedding) for one in vectors.data], vectors.usage.total_tokens)
image = client.v2.images.qwen_image.create(prompt="a cat")
print(len(image.data), image.data[0].url.startswith("http"))
names = [model.id for model in client.v2.models.list().data]
print(len(names), names[:3])
for model in client.v2.models.list().data:
    if model.id == "ernie-4.5-turbo-128k":
        print(model.owned_by)
try:
    client.v2.chat.ernie_4_5_turbo_128k.create(messages=[{"role": "user", "content": "你好"}])
except (errors.RateLimited, errors.QuotaExceeded, errors.AuthenticationError):
    print("refused")
except errors.QianfanError as error:
    raise SystemExit(1)
