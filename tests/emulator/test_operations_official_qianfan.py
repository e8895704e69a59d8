"""The other operations through the official package `qianfan`, unmodified.

What is broken in the package itself (0.4.12.3), besides what test_official_qianfan.py lists:

- `Image2Text()` without a model or an endpoint calls no model's path;
- a stream of EBPluginV2 fails in asyncio: it does not know `event:` lines there;
- `Embedding(version="2")` and `Reranker(version="2")` call V1;
- `ado` after `do` fails where the second call comes soon: the rate limiter waits in the event loop of the first;
- every request carries `stream: false` and `extra_parameters`, also where the operation takes neither.
"""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.handlers.images import png
from tests.emulator.calling import V1

qianfan = pytest.importorskip("qianfan")

pytestmark = [
    pytest.mark.anyio,
    # It leaves sockets and event loops open, and its pydantic models speak the language of pydantic 1.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
HELLO = [{"role": "user", "content": "你好"}]
IMAGE = base64.b64encode(png(64, 48, "a")).decode()


def said(stream: Any) -> str:
    return "".join(chunk["result"] for chunk in stream)


class TestCompletion:
    @pytest.mark.parametrize("model", ["SQLCoder-7B", "CodeLlama-7b-Instruct", "ERNIE-Speed-8K"])
    def test_do_and_stream(self, configured: Emulator, model: str) -> None:
        completion = qianfan.Completion(model=model)
        whole = completion.do(prompt="SELECT", temperature=0.5)["result"]
        assert model in whole
        assert said(completion.do(prompt="SELECT", stream=True)) == whole

    async def test_ado(self, configured: Emulator) -> None:
        completion = qianfan.Completion(model="SQLCoder-7B")
        whole = (await completion.ado(prompt="SELECT"))["result"]
        assert "".join([chunk["result"] async for chunk in await completion.ado(prompt="SELECT", stream=True)]) == whole

    def test_endpoint(self, configured: Emulator) -> None:
        assert "mine" in qianfan.Completion(endpoint="mine").do(prompt="SELECT")["result"]


class TestEmbedding:
    @pytest.mark.parametrize(
        ("model", "size"), [("Embedding-V1", 384), ("bge-large-zh", 1024), ("bge-large-en", 1024), ("tao-8k", 1024)]
    )
    def test_do(self, configured: Emulator, model: str, size: int) -> None:
        reply = qianfan.Embedding(model=model).do(texts=["你好"])
        assert [len(one["embedding"]) for one in reply["data"]] == [size]

    async def test_ado(self, configured: Emulator) -> None:
        reply = await qianfan.Embedding().ado(texts=["你好", "再见"])
        assert [one["index"] for one in reply["data"]] == [0, 1]

    def test_batch(self, configured: Emulator) -> None:
        results = qianfan.Embedding().batch_do([["你好"], ["再见"]], worker_num=1).results()
        assert [len(reply["data"]) for reply in results] == [1, 1]

    def test_refused(self, configured: Emulator) -> None:
        with pytest.raises(qianfan.errors.APIError) as caught:
            qianfan.Embedding().do(texts=["你好"] * 17)
        assert caught.value.error_code == 336003


class TestImages:
    def test_text2image(self, configured: Emulator) -> None:
        reply = qianfan.Text2Image().do(prompt="猫", with_decode="base64", n=2, size="1024x576", seed=7)
        assert [struct.unpack(">II", one["image"][16:24]) for one in reply["data"]] == [(1024, 576)] * 2

    async def test_text2image_in_asyncio(self, configured: Emulator) -> None:
        reply = await qianfan.Text2Image().ado(prompt="猫", with_decode="base64")
        assert reply["data"][0]["image"].startswith(b"\x89PNG")

    @pytest.mark.parametrize("given", [{"model": "Fuyu-8B"}, {"endpoint": "mine"}], ids=repr)
    def test_image2text(self, configured: Emulator, given: dict[str, str]) -> None:
        image2text = qianfan.Image2Text(**given)
        reply = image2text.do(prompt="图里有什么？", image=IMAGE)
        assert "64×48" in reply["result"]
        assert said(image2text.do(prompt="图里有什么？", image=IMAGE, stream=True)) == reply["result"]

    async def test_image2text_in_asyncio(self, configured: Emulator) -> None:
        reply = await qianfan.Image2Text(model="Fuyu-8B").ado(prompt="图里有什么？", image=IMAGE)
        assert "64×48" in reply["result"]


class TestReranker:
    def test_do(self, configured: Emulator) -> None:
        reply = qianfan.Reranker().do("北京", ["上海", "北京"])
        assert [one["index"] for one in reply["results"]] == [1, 0]

    async def test_ado(self, configured: Emulator) -> None:
        reply = await qianfan.Reranker().ado("北京", ["上海", "北京"], top_n=1)
        assert [one["document"] for one in reply["results"]] == ["北京"]


class TestPlugin:
    @pytest.mark.parametrize("model", ["EBPlugin", "EBPluginV2"])
    def test_do_and_stream(self, configured: Emulator, model: str) -> None:
        plugin = qianfan.Plugin(model=model)
        reply = plugin.do(HELLO, plugins=["eChart"])
        assert model in reply["result"]
        assert said(plugin.do(HELLO, plugins=["eChart"], stream=True)) == reply["result"]

    async def test_ado(self, configured: Emulator) -> None:
        reply = await qianfan.Plugin(model="EBPluginV2").ado(HELLO, plugins=["eChart"])
        assert reply["plugin_info"][0]["plugin_id"] == "eChart"

    async def test_async_stream(self, configured: Emulator) -> None:
        stream = await qianfan.Plugin(model="EBPlugin").ado(HELLO, plugins=["eChart"], stream=True)
        assert "EBPlugin" in "".join([chunk["result"] async for chunk in stream])

    def test_names_of_events(self, configured: Emulator) -> None:
        chunks = list(qianfan.Plugin(model="EBPluginV2").do(HELLO, plugins=["eChart"], stream=True))
        names = [chunk["_event"] for chunk in chunks]
        assert names == ["pluginMeta", "plugin", *["chat"] * (len(chunks) - 2)]
        assert chunks[0]["plugin_metas"][0]["pluginId"] == "eChart"

    def test_endpoint(self, configured: Emulator) -> None:
        plugin = qianfan.Plugin(endpoint="mine")
        reply = plugin.do("你好", plugins=["uuid-zhishiku"], verbose=True)
        assert reply["meta_info"]["plugin_id"] == "uuid-zhishiku"
        assert configured.requests[-1].path == f"{V1}/plugin/mine/"
        assert said(plugin.do("你好", stream=True)) == reply["result"]

    async def test_endpoint_in_asyncio(self, configured: Emulator) -> None:
        assert "mine" in (await qianfan.Plugin(endpoint="mine").ado("你好"))["result"]


class TestTokenizer:
    def test_count(self, configured: Emulator) -> None:
        from qianfan.resources.tools.tokenizer import Tokenizer

        assert Tokenizer.count_tokens("你好，world", mode="remote", model="ernie-3.5-8k") == 4
        assert configured.requests[-1].path == f"{V1}/tokenizer/erniebot"


class TestServices:
    def test_models_that_only_the_list_has(self, configured: Emulator) -> None:
        assert "ERNIE-Lite-Pro-128K" in qianfan.ChatCompletion().models()
        assert configured.requests[-1].path == "/wenxinworkshop/service/list"

    def test_list(self, configured: Emulator) -> None:
        from qianfan.resources.console.service import Service

        found = {service["name"]: service["url"] for service in Service.list()["result"]["common"]}
        assert found["tao-8k"].endswith("/embeddings/tao_8k")


class TestBrokenInThePackageItself:
    """Pinned, so that a repair in a later version is noticed."""

    def test_image2text_without_a_model(self, configured: Emulator) -> None:
        with pytest.raises(qianfan.errors.RequestError):
            qianfan.Image2Text().do(prompt="图里有什么？", image=IMAGE)
        assert configured.requests[-1].path == V1

    async def test_names_of_events_in_asyncio(self, configured: Emulator) -> None:
        stream = await qianfan.Plugin(model="EBPluginV2").ado(HELLO, plugins=["eChart"], stream=True)
        with pytest.raises(qianfan.errors.RequestError, match="event: pluginMeta"):
            [chunk async for chunk in stream]

    def test_version_2_calls_v1(self, configured: Emulator) -> None:
        qianfan.Embedding(version="2").do(texts=["你好"])
        qianfan.Reranker(version="2").do("北京", ["上海", "北京"])
        paths = [request.path for request in configured.requests]
        assert f"{V1}/embeddings/embedding-v1" in paths
        assert f"{V1}/reranker/bce_reranker_base" in paths
        assert not any(path.startswith("/v2") for path in paths)

    def test_stream_in_operations_that_have_none(self, configured: Emulator) -> None:
        qianfan.Embedding().do(texts=["你好"])
        body: Any = configured.requests[-1].json()
        assert set(body) == {"input", "stream", "extra_parameters"}
