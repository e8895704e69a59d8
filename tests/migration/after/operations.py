"""The other operations of V1."""
from qianfan_typed import Qianfan

vectors = Qianfan().v1.embedding.embedding_v1.create(input=["世界上最高的山", "最长的河"])
for one in vectors["data"]:
    print(one["index"], len(one["embedding"]))

print(Qianfan().v1.chat.ernie_3_5_8k.create(messages=[{"role": "user", "content": "从前"}])["result"])

pictures = Qianfan().v1.text2image.stable_diffusion_xl.create(prompt="a rag doll cat", size="1024x1024", n=1)
print(len(pictures["data"]), pictures.to_dict()["data"][0]["object"])

ranked = Qianfan().v1.rerank.bce_reranker_base_v1.create("北京的天气", ["今天12度", "北京美食很多"])
print([row["index"] for row in ranked["results"]])

plugin = Qianfan().v1.plugin.ebpluginv2
print(plugin.create(messages=[{"role": "user", "content": "画一个柱状图"}], plugins=["eChart"])["result"])
