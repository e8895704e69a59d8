"""The other operations of V1."""
import qianfan

vectors = qianfan.Embedding().do(texts=["世界上最高的山", "最长的河"], model="Embedding-V1")
for one in vectors["data"]:
    print(one["index"], len(one["embedding"]))

print(qianfan.Completion(model="ERNIE-3.5-8K").do(prompt="从前")["result"])

pictures = qianfan.Text2Image(model="Stable-Diffusion-XL").do(prompt="a rag doll cat", size="1024x1024", n=1)
print(len(pictures["data"]), pictures.body["data"][0]["object"])

ranked = qianfan.Reranker(model="bce-reranker-base_v1").do("北京的天气", ["今天12度", "北京美食很多"])
print([row["index"] for row in ranked["results"]])

plugin = qianfan.Plugin(model="EBPluginV2")
print(plugin.do([{"role": "user", "content": "画一个柱状图"}], plugins=["eChart"])["result"])
