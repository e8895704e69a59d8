"""`models`: which there are, as a table, as JSON, for other registries, and beside what the platform lists."""

from __future__ import annotations

import json

import pytest

from qianfan_api.models import CATALOGUES
from tests.cli.conftest import Run

MODEL = "ernie-4.5-turbo-128k"


def rows(out: str) -> list[dict[str, str]]:
    head, *lines = [line.split("\t") for line in out.splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_piped_it_is_a_line_for_each_model_in_service(run: Run) -> None:
    found = rows(run("models", "--api", "v2.chat").out)
    assert [row["model"] for row in found] == [
        model.name for model in CATALOGUES["v2.chat"].values() if model.retired is None or model.retired.announced
    ]
    (row,) = [row for row in found if row["model"] == MODEL]
    assert (row["does"], row["context"], row["output"]) == ("functions, search", "131,072", "12,288")
    assert (row["yuan/M in, out"], row["rpm"], row["tpm"]) == ("0.8, 3.2", "5,000", "400,000")


def test_retired_models_are_there_when_they_are_asked_for(run: Run) -> None:
    assert "ERNIE-4.0-8K\t" not in run("models", "--api", "v1.completion").out
    found = rows(run("models", "--api", "v1.completion", "--retired").out)
    assert [(row["model"], row["retirement"]) for row in found] == [
        ("SQLCoder-7B", "retired on 2025-05-30"),
        ("CodeLlama-7b-Instruct", "retired on 2025-05-30"),
    ]


def test_no_model_is_like_that(run: Run) -> None:
    done = run("models", "--api", "v1.completion")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: no model is like that; those that are retired are not looked at: --retired\n",
    )


@pytest.mark.parametrize("word", ["functions", "thinking"])
def test_what_a_model_must_take_is_an_ability_or_a_parameter(run: Run, word: str) -> None:
    found = json.loads(run("models", "--takes", word, "--json").out)
    assert found
    assert all(word in model.get("abilities", ()) or word in model["takes"] for model in found)


def test_models_that_see(run: Run) -> None:
    found = json.loads(run("models", "--sees", "--json").out)
    assert found
    assert all("vision" in model["abilities"] for model in found)


def test_a_misspelt_ability_is_met_with_the_nearest(run: Run) -> None:
    done = run("models", "--takes", "function")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: --takes: 'function' is no parameter and no ability of any model; nearest: functions\n",
    )


def test_a_misspelt_operation_is_met_with_the_nearest(run: Run) -> None:
    done = run("models", "--api", "v2.cat")
    assert (done.code, done.err) == (2, "qianfan-typed: 'v2.cat': not an operation; did you mean v2.chat?\n")


def test_a_family_is_a_part_of_a_name(run: Run) -> None:
    assert {row["family"] for row in rows(run("models", "--family", "ernie 3.5", "--retired").out)} == {"ERNIE 3.5"}


def test_show_says_all_of_a_model(run: Run) -> None:
    out = run("models", "show", MODEL).out
    assert f"{MODEL}  v2.chat\n" in out
    assert "  limits        131,072 tokens of input and output together\n" in out
    assert "  rate          5,000 requests and 400,000 tokens a minute\n" in out
    assert "    parallel_tool_calls" in out
    assert "request_timeout" not in out


def test_show_of_a_misspelt_model(run: Run) -> None:
    done = run("models", "show", "ernie-4.5-turbo-182k")
    assert done.code == 2
    assert done.err.startswith(
        "qianfan-typed: 'ernie-4.5-turbo-182k': no model of the catalogue; nearest: ernie-4.5-turbo-128k"
    )


def test_the_form_of_litellm(run: Run) -> None:
    done = run("models", "--api", "v2.chat", "--format", "litellm", "--yuan-per-dollar", "8")
    found = json.loads(done.out)[f"qianfan/{MODEL}"]
    assert (found["mode"], found["litellm_provider"]) == ("chat", "qianfan")
    assert (found["max_input_tokens"], found["max_output_tokens"]) == (125952, 12288)
    assert (found["input_cost_per_token"], found["output_cost_per_token"]) == (1e-07, 4e-07)
    assert found["cache_read_input_token_cost"] == 2.5e-08
    assert found["supports_function_calling"] is True
    assert "supports_vision" not in found


def test_prices_in_yuan_are_left_out_where_dollars_are_asked_for(run: Run) -> None:
    done = run("models", "--api", "v2.chat", "--format", "litellm")
    assert "input_cost_per_token" not in done.out
    assert done.err == (
        "qianfan-typed: the prices are left out: they are in yuan, the registry's in dollars; say "
        "--yuan-per-dollar RATE\n"
    )


def test_the_form_of_models_dev(run: Run) -> None:
    done = run("models", "--format", "models.dev", "--yuan-per-dollar", "8")
    provider = json.loads(done.out)["qianfan"]
    assert provider["api"] == "https://qianfan.baidubce.com/v2"
    found = provider["models"][MODEL]
    assert found["limit"] == {"context": 131072, "output": 12288}
    assert found["cost"] == {"input": 0.1, "output": 0.4, "cache_read": 0.025}
    assert found["modalities"] == {"input": ["text"], "output": ["text"]}


def test_the_platforms_own_list(run: Run) -> None:
    found = rows(run("models", "--remote").out)
    (row,) = [row for row in found if row["model"] == MODEL]
    assert row["in the catalogue"] == "v2.chat"


def test_what_the_platform_lists_otherwise(run: Run) -> None:
    done = run("models", "diff", "--remote")
    # The emulator lists what the catalogue has, retired models too.
    gone = {
        model.name
        for api, catalogue in CATALOGUES.items()
        for model in catalogue.values()
        if api.startswith("v2.") and model.retired is not None and not model.retired.announced
    }
    said = [line.partition(": ")[0].split() for line in done.out.splitlines()]
    assert (done.code, {kind for kind, _ in said}, {name for _, name in said}) == (1, {"retired"}, gone)
    assert (
        "retired  ernie-novel-8k: the catalogue says it is retired on 2025-12-11; use ernie-4.5-turbo-32k;"
        " the platform lists it\n"
    ) in done.out
