"""Whom a path and a payload are for, and which operation a path leads to."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import HOSTS, PREFIXES
from qianfan_api.routing import Recipient, Route, naming_members, paths, recipient, route

V1 = PREFIXES["models"]


def told(whom: Recipient) -> tuple[str, str, str | None]:
    return whom.kind, whom.name, whom.model and whom.model.name


class TestPath:
    @pytest.mark.parametrize(
        ("path", "api", "whom"),
        [
            (f"{V1}/chat/ernie_speed", "v1.chat", ("model", "ERNIE-Speed-8K", "ERNIE-Speed-8K")),
            (f"{V1}/chat/ernie_speed/", "v1.chat", ("model", "ERNIE-Speed-8K", "ERNIE-Speed-8K")),
            (f"{V1}/chat/mine", "v1.chat", ("endpoint", "mine", None)),
            (f"{V1}/embeddings/mine", "v1.embedding", ("endpoint", "mine", None)),
            (f"{V1}/plugin/mine/", "v1.plugin_endpoint", ("endpoint", "mine", None)),
            (f"{V1}/plugin/mine", "v1.plugin_endpoint", ("endpoint", "mine", None)),
            (f"{V1}/erniebot/plugins", "v1.plugin", ("model", "EBPlugin", "EBPlugin")),
            ("/v2/chat/completions", "v2.chat", ("nobody", "", None)),
            ("/v2/chat/completions/", "v2.chat", ("nobody", "", None)),
            ("/v2/rerank", "v2.rerank", ("nobody", "", None)),
            ("/v2/rerankers", "v2.rerank", ("nobody", "", None)),
            ("/v2/models", "v2.models", ("nobody", "", None)),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_leads_to_an_operation(self, path: str, api: str, whom: tuple[str, str, str | None]) -> None:
        found = route(path)
        assert found is not None
        assert (found.api, told(found.recipient), found.parameters) == (api, whom, {})

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "/",
            "nothing",
            V1,
            f"{V1}/",
            f"{V1}/chat",
            f"{V1}/chat/",
            f"{V1}/chat/a/b",
            f"{V1}/plugin//",
            "/v2",
            "//[",
        ],
        ids=repr,
    )
    def test_leads_nowhere(self, path: str) -> None:
        assert route(path) is None

    def test_a_url_leads_where_its_path_does(self) -> None:
        url = HOSTS["v1"].url + V1 + "/chat/mine?access_token=24.x#part"
        assert route(url) == route(f"{V1}/chat/mine")

    def test_a_method_chooses_among_the_operations_at_a_path(self) -> None:
        assert route("/v2/models", "GET") == Route(api="v2.models")
        assert route("/v2/models", "POST") is None

    def test_each_model_is_found_at_its_path(self) -> None:
        lost = [
            model.name
            for name, catalogue in CATALOGUES.items()
            for model in catalogue.values()
            if model.path and route(OPERATIONS[name].path.replace("{path}", model.path)) != _route_of(name, model.name)
        ]
        assert lost == []

    def test_paths_are_those_without_braces(self) -> None:
        assert sorted(paths()) == [
            "/v2/ai_search/web_search",
            "/v2/batches",
            "/v2/chat/completions",
            "/v2/coding/chat/completions",
            "/v2/embeddings",
            "/v2/files",
            "/v2/images/edits",
            "/v2/images/generations",
            "/v2/models",
            "/v2/rerank",
            "/v2/rerankers",
            "/v2/responses",
            "/v2/tokenplan/personal/chat/completions",
            "/video/generations",
            "/wenxinworkshop/service/list",
        ]


def _route_of(api: str, name: str) -> Route:
    return Route(api=api, recipient=recipient(api, {}, name))


class TestPayload:
    @pytest.mark.parametrize(
        ("api", "payload", "whom"),
        [
            ("v1.chat", {}, ("nobody", "", None)),
            ("v1.chat", {"model": None, "endpoint": None}, ("nobody", "", None)),
            ("v1.chat", {"model": 3}, ("nobody", "", None)),
            ("v1.chat", {"model": "ernie-speed-8k"}, ("model", "ernie-speed-8k", "ERNIE-Speed-8K")),
            ("v1.chat", {"model": "ERNIE-Spead"}, ("unknown", "ERNIE-Spead", None)),
            ("v1.chat", {"endpoint": "mine"}, ("endpoint", "mine", None)),
            ("v1.chat", {"endpoint": "ernie_speed"}, ("model", "ERNIE-Speed-8K", "ERNIE-Speed-8K")),
            ("v1.chat", {"endpoint": "mine", "model": "ERNIE-Speed-8K"}, ("endpoint", "mine", None)),
            ("v1.chat", {"endpoint": 3, "model": "Yi"}, ("unknown", "Yi", None)),
            ("v2.chat", {"model": "ernie-3.5-8k"}, ("model", "ernie-3.5-8k", "ernie-3.5-8k")),
            ("v2.chat", {"model": ""}, ("unknown", "", None)),
            ("v2.chat", {"endpoint": "mine"}, ("nobody", "", None)),
            ("v1.tokenizer", {"model": "ernie-3.5-8k", "endpoint": "mine"}, ("model", "erniebot", "erniebot")),
            ("v1.plugin_endpoint", {}, ("nobody", "", None)),
            ("v2.models", {}, ("nobody", "", None)),
        ],
        ids=map(str, itertools.count()),
    )
    def test_says_whom_it_is_for(self, api: str, payload: dict[str, Any], whom: tuple[str, str, str | None]) -> None:
        assert told(recipient(api, payload)) == whom

    def test_a_model_of_the_caller_goes_before_all(self) -> None:
        payload = {"endpoint": "mine", "model": "Yi-34B-Chat"}
        assert told(recipient("v1.chat", payload, "ERNIE-Speed-8K")) == ("model", "ERNIE-Speed-8K", "ERNIE-Speed-8K")

    def test_a_model_of_the_caller_that_is_no_string_is_nobody(self) -> None:
        assert told(recipient("v1.chat", {"model": "ERNIE-Speed-8K"}, 3)) == ("nobody", "", None)

    @pytest.mark.parametrize(
        ("payload", "kind"),
        [
            ({}, "model"),
            ({"model": None}, "model"),
            ({"model": 3}, "nobody"),
            ({"model": "x"}, "unknown"),
            ({"endpoint": "mine"}, "endpoint"),
            ({"endpoint": 3}, "nobody"),
        ],
        ids=str,
    )
    def test_a_default_counts_where_the_payload_says_nothing(self, payload: dict[str, Any], kind: str) -> None:
        assert recipient("v1.chat", payload, default="ERNIE-Speed-8K").kind == kind

    def test_the_members_that_say_it(self) -> None:
        assert naming_members("v1.chat") == ("endpoint", "model")
        assert naming_members("v2.chat") == ("model",)
        assert naming_members("v1.tokenizer") == ()
