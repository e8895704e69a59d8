"""What the operations answer, through this project's own client."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import urllib3

from qianfan_api.messages import user
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator, text
from qianfan_typed.emulator.handlers import embeddings, images, rerank
from qianfan_typed.emulator.handlers.images import png
from tests.emulator.calling import Caller

pytestmark = pytest.mark.anyio
IMAGE = base64.b64encode(png(640, 480, "a")).decode()


@pytest.fixture
def client(environment: Emulator) -> Iterator[Qianfan]:
    with Qianfan() as made:
        yield made


@pytest.fixture
async def async_client(environment: Emulator) -> AsyncIterator[AsyncQianfan]:
    async with AsyncQianfan() as made:
        yield made


# Every model of these two operations is retired.
WARNS = pytest.mark.filterwarnings("default:.*retired:qianfan_typed.errors.RequestWarning")


@WARNS
class TestCompletion:
    def test_create(self, client: Qianfan) -> None:
        reply = client.v1.completion.sqlcoder_7b.create("SELECT")
        assert reply.result.startswith("你好！我收到了你的消息：“SELECT”。这是千帆模拟器代替 SQLCoder-7B 作出的回答。")
        assert (reply.object, reply.is_safe) == ("completion", 1)
        assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens

    def test_stop(self, client: Qianfan) -> None:
        assert client.v1.completion.sqlcoder_7b.create("SELECT", stop=["我"]).result == "你好！"

    def test_endpoint(self, client: Qianfan) -> None:
        assert "mine" in client.v1.completion.endpoint("mine").create(prompt="SELECT").result

    async def test_async_create_and_stream(self, async_client: AsyncQianfan) -> None:
        handle = async_client.v1.completion.codellama_7b_instruct
        whole = await handle.create("def f(")
        assert "".join([chunk.result async for chunk in handle.stream("def f(")]) == whole.result


class TestEmbedding:
    def test_vectors_of_unit_length_in_the_order_of_the_texts(self, client: Qianfan) -> None:
        np = pytest.importorskip("numpy")
        reply = client.v1.embedding.bge_large_zh.create(["你好", "再见", "你好"])
        array = reply.numpy()
        assert (array.shape, array.dtype) == ((3, embeddings.DIMENSIONS), np.float32)
        assert np.allclose(np.linalg.norm(array, axis=1), 1)
        assert (array[0] == array[2]).all()
        assert not (array[0] == array[1]).any()
        assert [one.index for one in reply.data] == [0, 1, 2]
        assert reply.usage.prompt_tokens == reply.usage.total_tokens == 6

    def test_dimensions(self, client: Qianfan) -> None:
        short = client.v1.embedding.embedding_v1.create(["你好"])
        assert len(short.data[0].embedding) == 384
        assert len(client.v1.embedding.tao_8k.create(["你好"]).data[0].embedding) == 1024
        assert len(client.v1.embedding.endpoint("mine").create(input=["你好"]).data[0].embedding) == 1024

    def test_texts_with_much_in_common_are_near(self) -> None:
        def nearness(one: str, two: str) -> float:
            first, second = (embeddings.vector("m", said, 1024) for said in (one, two))
            return sum(a * b for a, b in zip(first, second, strict=True))

        assert nearness("今天北京的天气", "今天北京的天气") == pytest.approx(1)
        assert 0.5 < nearness("今天北京的天气", "北京的天气") < 0.99
        assert abs(nearness("今天北京的天气", "open the file")) < 0.2
        assert 0.9 < nearness("甲打乙", "乙打甲") < 1
        assert nearness("  ", "\n") != 0

    def test_models_differ(self) -> None:
        assert embeddings.vector("a", "你好", 8) != embeddings.vector("b", "你好", 8)

    async def test_async(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        reply = await async_client.v1.embedding.bge_large_en.create(["hello"])
        assert reply.data == client.v1.embedding.bge_large_en.create(["hello"]).data

    def test_v2(self, client: Qianfan) -> None:
        alone, listed = (client.v2.embedding.bge_large_zh.create(given) for given in ("你好", ["你好"]))
        assert alone.data == listed.data
        assert alone.object == "embedding_list"

    async def test_v2_of_images(self, async_client: AsyncQianfan) -> None:
        handle = async_client.v2.embedding.gme_qwen2_vl_2b_instruct
        one = await handle.create([{"text": "猫", "image": "https://example.com/cat.png"}])
        other = await handle.create([{"text": "猫"}])
        assert one.data != other.data


class TestText2Image:
    def test_images_of_the_size_asked_for(self, client: Qianfan, tmp_path: Path) -> None:
        pytest.importorskip("PIL")
        reply = client.v1.text2image.stable_diffusion_xl.create("猫", n=3, size="768x1024")
        assert [one.index for one in reply.data] == [0, 1, 2]
        assert len({one.b64_image for one in reply.data}) == 3
        for one in reply.data:
            assert one.save(tmp_path / "cat.png").read_bytes() == one.image
            with one.pil() as image:
                image.load()
                assert (image.format, image.size) == ("PNG", (768, 1024))

    def test_the_seed_decides(self, client: Qianfan) -> None:
        handle = client.v1.text2image.stable_diffusion_xl
        first, second, other = (handle.create("猫", seed=seed) for seed in (1, 1, 2))
        assert first.data == second.data != other.data
        assert handle.create("猫", seed=1, n=2).data[0] == first.data[0]
        assert handle.create("猫", seed=1, user_id="me").data == first.data

    def test_usual_size(self, client: Qianfan) -> None:
        image = client.v1.text2image.stable_diffusion_xl.create("猫").data[0].image
        assert struct.unpack(">II", image[16:24]) == (1024, 1024)

    @pytest.mark.parametrize("size", [(1, 1), (3, 7), (5, 5), (100, 9)])
    def test_any_size_can_be_drawn(self, size: tuple[int, int]) -> None:
        pixels = zlib.decompress(png(*size, "a").partition(b"IDAT")[2][:-16])
        assert len(pixels) == size[1] * (1 + (size[0] + 7) // 8)

    @pytest.mark.parametrize("change", [{"size": "big"}, {"size": "9999x9"}, {"size": "0x9"}, {"n": 11}, {"n": True}])
    def test_services_of_ones_own_refuse_what_cannot_be_drawn(self, caller: Caller, change: dict[str, object]) -> None:
        got = caller.call("v1.text2image", "text2image/mine", prompt="猫", **change)
        assert got.json["error_code"] == 336003

    async def test_async(self, async_client: AsyncQianfan) -> None:
        reply = await async_client.v1.text2image.stable_diffusion_xl.create("猫", size="1024x576")
        assert struct.unpack(">II", reply.data[0].image[16:24]) == (1024, 576)

    def test_v2_gives_addresses(self, client: Qianfan, environment: Emulator) -> None:
        reply = client.v2.images.flux_1_schnell.create("猫", n=2, size="512x768")
        first, second = (urllib3.request("GET", one.url) for one in reply.data)
        assert first.headers["Content-Type"] == "image/png"
        assert struct.unpack(">II", first.data[16:24]) == (512, 768)
        assert first.data != second.data
        environment.reset()
        assert urllib3.request("GET", reply.data[0].url).data == first.data

    async def test_v2_async(self, async_client: AsyncQianfan, environment: Emulator) -> None:
        reply = await async_client.v2.images.qwen_image.create("猫", seed=7)
        assert reply.data[0].url.startswith(f"{environment.url}/emulator/images/1024x1024/")

    def test_addresses_of_images_too_large_to_draw(self, emulator: Emulator) -> None:
        address = images.ADDRESS.replace(":int", "").format(width=99999, height=1, name="a")
        assert urllib3.request("GET", emulator.url + address).status == 404


@WARNS
class TestImage2Text:
    def test_the_text_tells_the_size(self, client: Qianfan) -> None:
        reply = client.v1.image2text.fuyu_8b.create("图里有什么？", IMAGE)
        assert reply.result.startswith("我看到了一张 640×480 像素的图片。你的问题是：“图里有什么？”。")

    def test_no_image_after_all(self, caller: Caller) -> None:
        for image in ("", "???", "a", "data:image/png;base64,AAAA"):
            got = caller.call("v1.image2text", "image2text/mine", prompt="图里有什么？", image=image)
            assert got.json["result"].startswith("我看到了一张看不出大小的图片。")

    async def test_async_create_and_stream(self, async_client: AsyncQianfan) -> None:
        handle = async_client.v1.image2text.fuyu_8b
        whole = await handle.create("图里有什么？", IMAGE)
        pieces = [chunk.result async for chunk in handle.stream("图里有什么？", IMAGE)]
        assert "".join(pieces) == whole.result
        assert len(pieces) > 2


class TestRerank:
    DOCUMENTS = ("上海的房价", "北京的天气很好", "天气", "北京天气预报")

    def test_the_best_first(self, client: Qianfan) -> None:
        reply = client.v1.rerank.bce_reranker_base_v1.create("北京天气", list(self.DOCUMENTS))
        assert [(one.index, one.relevance_score) for one in reply.results] == [(1, 1), (3, 1), (2, 0.5), (0, 0)]
        assert [one.document for one in reply.results] == [self.DOCUMENTS[index] for index in (1, 3, 2, 0)]
        assert reply.object == "reranker_list"
        assert reply.usage.total_tokens == sum(map(text.count, ("北京天气", *self.DOCUMENTS)))

    def test_top_n(self, client: Qianfan) -> None:
        reply = client.v1.rerank.bce_reranker_base_v1.create("北京天气", list(self.DOCUMENTS), top_n=1)
        assert [one.index for one in reply.results] == [1]

    def test_scores(self) -> None:
        assert rerank.score("Hello, world", "WORLD hello!") == 1
        assert rerank.score("？！", "？！") == 0
        assert rerank.score("好好好", "好") == 0.333333

    async def test_async_and_v2(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        documents = list(self.DOCUMENTS)
        first = await async_client.v1.rerank.bce_reranker_base_v1.create("北京天气", documents)
        second = client.v2.rerank.bce_reranker_base.create("北京天气", documents)
        third = await async_client.v2.rerank.bce_reranker_base.create("北京天气", documents)
        assert [(one.index, one.relevance_score) for one in second.results] == [(1, 1), (3, 1), (2, 0.5), (0, 0)]
        assert second.results == third.results
        assert [one.document for one in first.results] == [one.document for one in second.results]

    def test_the_older_path(self, environment: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_RERANKER_V2_API_ROUTE", OPERATIONS["v2.rerank"].also[0])
        with Qianfan() as client:
            assert client.v2.rerank.bce_reranker_base.create("北京", ["北京"]).results
        assert environment.requests[-1].path == "/v2/rerankers"


class TestPlugin:
    def test_create(self, client: Qianfan) -> None:
        reply = client.v1.plugin.ebplugin.create([user("画一张图")], plugins=["eChart"])
        assert reply.result.startswith("你好！我收到了你的消息：“画一张图”。")
        assert reply.plugin_info is not None
        assert [info.plugin_id for info in reply.plugin_info] == ["eChart"]

    def test_a_stream_without_names(self, client: Qianfan, caller: Caller) -> None:
        chunks = list(client.v1.plugin.ebplugin.stream([user("画一张图")], plugins=["eChart"]))
        assert chunks[0].result == "你好！"
        got = caller.call(
            "v1.plugin",
            "erniebot/plugins",
            messages=[{"role": "user", "content": "画"}],
            plugins=["eChart"],
            stream=True,
        )
        assert b"event:" not in got.body

    def test_a_stream_with_names(self, client: Qianfan, caller: Caller) -> None:
        chunks = list(client.v1.plugin.ebpluginv2.stream([user("画一张图")], plugins=["eChart"]))
        assert [meta.pluginId for meta in chunks[0].plugin_metas or ()] == ["eChart"]
        assert [info.status for info in chunks[1].plugin_info or ()] == ["1"]
        assert chunks[2].result == "你好！"
        assert chunks[0].usage is None
        got = caller.call(
            "v1.plugin",
            "erniebot/plugin",
            messages=[{"role": "user", "content": "画一张图"}],
            plugins=["eChart"],
            stream=True,
        )
        names = [line for line in got.body.decode().splitlines() if line.startswith("event:")]
        assert names == ["event: pluginMeta", "event: plugin", *["event: chat"] * (len(chunks) - 2)]

    async def test_async(self, async_client: AsyncQianfan) -> None:
        handle = async_client.v1.plugin.ebpluginv2
        whole = await handle.create([user("画一张图")], plugins=["eChart"])
        pieces = [chunk.result async for chunk in handle.stream([user("画一张图")], plugins=["eChart"])]
        assert "".join(pieces) == whole.result

    def test_endpoint(self, client: Qianfan, environment: Emulator) -> None:
        handle = client.v1.plugin_endpoint.endpoint("mine")
        reply = handle.create("北京的天气", plugins=["uuid-weatherforecast"])
        assert reply.result.startswith("你好！我收到了你的消息：“北京的天气”。")
        assert reply.log_id > 0
        assert reply.meta_info is None
        assert environment.requests[-1].path.endswith("/plugin/mine/")
        assert all(chunk.plugin_id is None for chunk in handle.stream("北京的天气"))

    async def test_verbose_endpoint(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        reply = await async_client.v1.plugin_endpoint.endpoint("mine").create(
            "北京的天气", plugins=["uuid-weatherforecast"], verbose=True
        )
        assert reply.meta_info is not None
        assert (reply.meta_info.plugin_id, reply.meta_info.request) == ("uuid-weatherforecast", {"query": "北京的天气"})
        chunks = list(client.v1.plugin_endpoint.endpoint("mine").stream("北京的天气", verbose=True))
        assert (chunks[0].result, chunks[0].request) == ("", {"query": "北京的天气"})
        assert chunks[1].plugin_id is None
        assert "".join(chunk.result for chunk in chunks) == reply.result
        assert chunks[-1].meta_info is not None

    def test_history(self, client: Qianfan) -> None:
        reply = client.v1.plugin_endpoint.endpoint("mine").create(
            "天气", history=[{"role": "user", "content": "你好"}, {"role": "assistant", "content": "你好！"}]
        )
        assert reply.usage.prompt_tokens == 2 + 3 + 2


class TestTokenizer:
    async def test_counts_as_the_models_do(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        prompt = "你好，hello world"
        reply = client.v1.tokenizer.erniebot.create(prompt)
        chat = client.v1.chat.ernie_lite_pro_128k.create([user(prompt)])
        assert reply.object == "tokenizer.erniebot"
        assert reply.usage.total_tokens == reply.usage.prompt_tokens == chat.usage.prompt_tokens
        again = await async_client.v1.tokenizer.erniebot.create(prompt, model="ernie-3.5-8k")
        assert again.usage == reply.usage


class TestLists:
    async def test_services(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        found = {service.name: service for service in client.v1.services.list().result.common}
        names = {
            model.name
            for name, operation in OPERATIONS.items()
            if operation.model_in == "path" and operation.deployed_path
            for model in CATALOGUES[name].values()
            if model.path and model.prebuilt
        }
        assert set(found) == names
        assert found["bge-large-zh"].apiType == "embeddings"
        assert found["bge-large-zh"].url.endswith("/wenxinworkshop/embeddings/bge_large_zh")
        some = await async_client.v1.services.list(apiTypefilter=["embeddings", "reranker"])
        assert {service.apiType for service in some.result.common} == {"embeddings", "reranker"}
        assert some.result.custom == []

    async def test_models(self, client: Qianfan, async_client: AsyncQianfan) -> None:
        found = {model.id: model for model in client.v2.models.list().data}
        assert set(found) == {name for api, models in CATALOGUES.items() if api.startswith("v2") for name in models}
        assert {model.type for model in found.values()} == {
            *("chat", "multimodal", "embeddings", "rerank", "text2image", "image2image", "image2video")
        }
        assert (await async_client.v2.models.list()).data == client.v2.models.list().data
