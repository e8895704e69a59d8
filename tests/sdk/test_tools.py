"""Catalogue, tokens, keys and limits: what stands beside the calls."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

import qianfan_typed as qianfan
from qianfan_api.models import CATALOGUES
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError, InvalidRequest, PermissionDenied
from qianfan_typed.sdk.targets import parameters_of

HELLO = [qianfan.user("你好")]


class TestModels:
    def test_of_classes_and_objects(self) -> None:
        assert "ERNIE-Lite-Pro-128K" in qianfan.ChatCompletion.models()
        assert "ernie-lite-pro-128k" in qianfan.ChatCompletion(version="2").models()
        assert qianfan.ChatCompletion.models(version="2") == qianfan.ChatCompletion(version="2").models()
        assert qianfan.ChatCompletion(version="2").models("1") == qianfan.ChatCompletion.models()
        assert qianfan.Completion.models() > {"SQLCoder-7B", "ERNIE-Lite-Pro-128K"}
        assert "Embedding-V1" in qianfan.Embedding().models()

    def test_by_every_name(self) -> None:
        aliases = {"Qianfan-Chinese-Llama-2-13B", "Meta-Llama-3-8B", "Meta-Llama-3-70B"}
        assert aliases < qianfan.ChatCompletion.models()

    def test_a_model_that_has_a_day_of_retirement_is_there(self) -> None:
        assert {"ERNIE-Speed-8K", "ERNIE-Lite-8K-0922"} < qianfan.ChatCompletion.models()

    def test_only_what_is_served(self) -> None:
        assert not {"ERNIE-Bot-8k", "gemma-2b-it"} & qianfan.ChatCompletion.models()

    def test_a_version_that_there_is_not(self) -> None:
        with pytest.raises(ValueError, match="version: '2': Completion has 1"):
            qianfan.Completion.models(version="2")

    def test_info(self) -> None:
        info = qianfan.ChatCompletion().get_model_info("ernie-speed-8k")
        assert info.endpoint == "/chat/ernie_speed"
        assert (info.max_input_chars, info.max_input_tokens, info.deprecated) == (11200, 7168, True)
        assert info.required_keys == {"messages"}
        assert {"temperature", "system"} <= info.optional_keys
        assert info.model.name == "ERNIE-Speed-8K"
        assert qianfan.ChatCompletion(version="2").get_model_info("ernie-4.0-8k").endpoint == ""

    def test_info_of_what_is_not_known(self) -> None:
        with pytest.raises(KeyError, match="nearest: ERNIE-Speed-8K"):
            qianfan.ChatCompletion().get_model_info("ERNIE-Sped-8K")

    def test_every_default_is_in_the_catalogue(self) -> None:
        of_chat = {"v1.function": "v1.chat", "v2.function": "v2.chat", "v1.count_tokens": "v1.chat"}
        for key, name in DEFAULT_MODELS.items():
            assert name in CATALOGUES[of_chat.get(key, key)]

    @pytest.mark.parametrize("api", sorted({key for key in CATALOGUES if CATALOGUES[key]}))
    def test_the_parameters_of_each_operation_are_found(self, api: str) -> None:
        assert parameters_of(api)


class TestOtherOperations:
    def test_vectors(self, emulator: Emulator) -> None:
        response = qianfan.Embedding().do(texts=["一", "二"])
        assert [item.embedding for item in response.reply.data] == [item["embedding"] for item in response["data"]]
        assert len(qianfan.Embedding().do(["字"] * 17)["data"]) == 17
        with pytest.raises(InvalidRequest, match="/input/17"):
            qianfan.Embedding().do([*["字"] * 17, ""])

    def test_images(self, emulator: Emulator) -> None:
        plain = qianfan.Text2Image().do("cat", n=2)
        assert "image" not in plain["data"][0]
        decoded = qianfan.Text2Image().do("cat", n=2, with_decode="base64")
        assert [item["image"][:4] for item in decoded["data"]] == [b"\x89PNG"] * 2
        assert "image" not in decoded.reply.to_dict()["data"][0]

    def test_documents(self, emulator: Emulator) -> None:
        documents = ["北京今天12.5度，北风，阴天", "北京美食很多"]
        response = qianfan.Reranker().do("北京的天气", documents, top_n=1)
        assert len(response.reply.results) == len(response["results"]) == 1


class TestTokenizer:
    def test_an_estimate(self) -> None:
        assert qianfan.Tokenizer.count_tokens("你好世界，hello world 123") == int(4 * 0.625 + 3)
        assert qianfan.Tokenizer().count_tokens("你好", han_tokens=1) == 2
        assert qianfan.Tokenizer.count_tokens("") == 0

    def test_as_the_platform_counts(self, emulator: Emulator) -> None:
        assert qianfan.Tokenizer.count_tokens("你好", mode="remote") > 0
        assert emulator.requests[-1].json() == {"prompt": "你好", "model": "ernie-3.5-8k"}

    def test_a_mode_that_there_is_not(self) -> None:
        with pytest.raises(ValueError, match="mode: 'guess': must be local or remote"):
            qianfan.Tokenizer.count_tokens("你好", mode="guess")  # type: ignore[arg-type]


class TestIam:
    def test_a_bearer_token(self, emulator: Emulator) -> None:
        response = qianfan.IAM.create_bearer_token(expire_in_seconds=100)
        assert response.body["token"] == response.reply.token
        assert emulator.requests[-1].query == {"expireInSeconds": "100"}
        assert response.code == 200
        assert response.statistic["total_latency"] > 0
        assert response.request.method == "GET"
        assert response.request.headers["Authorization"] == "bce-…"
        chat = qianfan.ChatCompletion(version="2", bearer_token=response.reply.token)
        assert chat.do(HELLO)["choices"]

    def test_it_is_tried_again(self, emulator: Emulator) -> None:
        emulator.fail_next(1, status=503, on="token")
        response = qianfan.IAM.create_bearer_token(100, backoff_factor=0)
        assert response.reply.meta.attempts == 2

    def test_what_is_refused(self, emulator: Emulator) -> None:
        with pytest.raises((qianfan.errors.AuthenticationError, PermissionDenied, qianfan.errors.BadRequest)):
            qianfan.IAM.create_bearer_token(access_key=emulator.access_key, secret_key="wrong")

    def test_what_cannot_be(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(ConfigurationError, match="expire_in_seconds: 0 must be"):
            qianfan.IAM.create_bearer_token(0)
        monkeypatch.delenv("QIANFAN_ACCESS_KEY")
        monkeypatch.delenv("QIANFAN_SECRET_KEY")
        with pytest.raises(ConfigurationError, match="a bearer token is made for the account's keys"):
            qianfan.IAM.create_bearer_token(access_token="24.x")


class TestLoops:
    def test_an_object_serves_one_loop_after_the_other(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion()

        async def ask() -> str:
            return (await chat.ado(HELLO))["result"]

        # pytest turns what asyncio says of connections left open into errors.
        assert asyncio.run(ask()) == asyncio.run(ask())

    def test_a_program_that_closes_nothing_says_nothing(self, emulator: Emulator) -> None:
        program = (
            "import asyncio, qianfan_typed as qianfan\n"
            "chat = qianfan.ChatCompletion()\n"
            "async def main():\n"
            "    print((await chat.ado([qianfan.user('hi')]))['result'])\n"
            "asyncio.run(main())\n"
            "print(chat.do([qianfan.user('hi')])['result'])\n"
        )
        done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, check=True)
        assert done.stderr == b""


def test_importing_the_package_loads_no_transport() -> None:
    program = (
        "import sys, qianfan_typed\nqianfan_typed.Messages\n"
        "names = ('aiohttp', 'urllib3', 'qianfan_typed.runners.sync_runner')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


class TestOfTheAccount:
    def test_models_of_an_object_are_the_account_s_services_too(
        self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fetched(settings: object, transport: object) -> dict[str, str]:
            return {"My-Chat": "chat/mine", "My-Vectors": "embeddings/mine"}

        monkeypatch.setattr("qianfan_typed.sdk.services._fetched", fetched)
        assert qianfan.ChatCompletion().models() - qianfan.ChatCompletion.models() == {"My-Chat"}
        assert qianfan.Embedding().models() - qianfan.Embedding.models() == {"My-Vectors"}
        assert "My-Chat" not in qianfan.ChatCompletion(version="2").models()

    def test_the_access_token(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        chat = qianfan.ChatCompletion(ak=emulator.ak, sk=emulator.sk)
        token = chat.access_token()
        assert token == chat.access_token()
        assert [request.path for request in emulator.requests] == ["/oauth/2.0/token"]
        assert qianfan.Embedding(access_token=token).access_token() == token
        with pytest.raises(ConfigurationError, match="QIANFAN_AK and QIANFAN_SK"):
            qianfan.ChatCompletion().access_token()
