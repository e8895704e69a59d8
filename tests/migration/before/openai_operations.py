import os

import openai

client = openai.OpenAI(api_key=os.environ["QIANFAN_API_KEY"], base_url=os.getenv("QIANFAN_V2_URL", "https://qianfan.baidubce.com/v2"))
vectors = client.embeddings.create(model="embedding-v1", input=["世界上最高的山", "最长的河"])
print([len(one.embedding) for one in vectors.data], vectors.usage.total_tokens)
image = client.images.generate(model="qwen-image", prompt="a cat")
print(len(image.data), image.data[0].url.startswith("http"))
names = [model.id for model in client.models.list()]
print(len(names), names[:3])
for model in client.models.list().data:
    if model.id == "ernie-4.5-turbo-128k":
        print(model.owned_by)
try:
    client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=[{"role": "user", "content": "你好"}])
except (openai.RateLimitError, openai.AuthenticationError):
    print("refused")
except openai.OpenAIError as error:
    raise SystemExit(1)
