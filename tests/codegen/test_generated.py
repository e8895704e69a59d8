"""What a small spec gives: its catalogue, validators, handles and requests, as a program of its own sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.codegen.conftest import Generated, SmallSpec

VALIDATE = "from qianfan_api.validation import validate\nhello = [{'role': 'user', 'content': 'hello'}]"
RUNNER = """
from qianfan_api.v1 import V1
class Runner:
    def create(self, target, request, options):
        return [target.name, target.path, target.model and target.model.name, request.to_wire(), options.extra]
chat = V1(Runner()).chat
hello = [{'role': 'user', 'content': 'hello'}]
"""


def violations(generated: Generated, model: str, **parameters: object) -> list[str]:
    """What the generated validators find in a request."""
    payload = {"model": model, "messages": [{"role": "user", "content": "hello"}], **parameters}
    found = "[f'{v.level} {v.pointer} {v.rule}: {v.message} [{v.source}]' for v in validate(%r, api='v1.chat')]"
    said = generated.says(found % payload, VALIDATE)
    assert isinstance(said, list)
    return said


def test_catalogue_knows_names_aliases_limits_and_defaults(generated: Generated) -> None:
    said = generated.says(
        "[[m.name, m.group, m.property, m.path, m.aliases, m.prebuilt, m.deployable, m.max_output_tokens,"
        " dict(m.defaults), str(m.source)] for m in V1_CHAT.values()]",
        "from qianfan_api.models import V1_CHAT",
    )
    page = "The manual, read 2025-01-02"
    assert said == [
        ["Tiny-1", "SmallChat", "tiny_1", "tiny1", ["Tiny"], True, False, 100, {"heat": 0.5}, page],
        ["Tiny-2", "SmallChat", "tiny_2", "tiny2", [], True, True, None, {"heat": 0.5}, page],
        ["Giant", "LargeChat", "giant", None, [], False, True, None, {"heat": 1.0}, page],
    ]


def test_names_match_in_any_case_on_v1(generated: Generated) -> None:
    names = "[V1_CHAT[name].name for name in ('tiny-1', 'TINY', 'gIANT')]"
    assert generated.says(names, "from qianfan_api.models import V1_CHAT") == ["Tiny-1", "Tiny-1", "Giant"]


def test_platform_and_error_codes(generated: Generated) -> None:
    said = generated.says(
        "[HOSTS['main'].url, HOSTS['main'].setting, ENDPOINTS['oauth'].path, PREFIXES, V1[1].kind, V1[1].retryable,"
        " V2['bad'].http, IAM['Expired'].meaning]",
        "from qianfan_api.platform import *\nfrom qianfan_api.error_codes import *",
    )
    assert said == [
        "https://example.com",
        "SMALL_URL",
        "/token",
        {"models": "/models"},
        "server",
        True,
        400,
        "Too late.",
    ]


def test_a_group_has_its_own_range(generated: Generated) -> None:
    page = "[The manual, read 2025-01-02]"
    assert violations(generated, "Tiny-1", heat=0) == [
        f"error /heat v1.chat.heat.range: 0: must be above 0 and at most 1.0 {page}"
    ]
    assert violations(generated, "Giant", heat=2.5) == [
        f"error /heat v1.chat.heat.range: 2.5: must be at least 0 and at most 2.0 {page}"
    ]
    assert violations(generated, "Giant", heat=0) == []


def test_a_bound_may_be_a_limit_of_the_model(generated: Generated) -> None:
    page = "[The manual, read 2025-01-02]"
    assert violations(generated, "tiny", length=101) == [
        f"error /length v1.chat.length.range: 101: must be at least 1 and at most 100 for Tiny-1 {page}"
    ]
    assert violations(generated, "Tiny-2", length=101) == []


def test_a_group_takes_what_it_takes(generated: Generated) -> None:
    page = "[The manual, read 2025-01-02]"
    assert violations(generated, "Tiny-1", mode="fast") == [
        f"error /mode v1.chat.mode.unsupported: not a parameter of Tiny-1; Giant takes it {page}"
    ]
    assert violations(generated, "Giant", deep=False) == [
        f"warning /deep v1.chat.deep.disputed: sources disagree whether Giant takes it: Only hearsay has it. {page}"
    ]
    assert violations(generated, "Giant", mode="medium") == [
        f'error /mode v1.chat.mode.enum: "medium": must be one of "fast", "slow" {page}'
    ]


def test_rules_across_members_and_the_order_of_roles(generated: Generated) -> None:
    page = "[The manual, read 2025-01-02]"
    assert violations(generated, "Tiny-1", deep=True) == [
        f"error /length v1.chat.length.missing: missing: required when deep is true {page}"
    ]
    assert violations(generated, "Tiny-1", messages=[{"role": "bot", "content": "x"}]) == [
        f'error /messages/0/role v1.chat.messages.order: "bot": must be user here; user and bot in turn {page}'
    ]


def test_disputed_parameter_gives_its_warning_and_no_error_of_what_it_would_need(generated: Generated) -> None:
    assert violations(generated, "Giant", deep=True) == [
        "warning /deep v1.chat.deep.disputed: sources disagree whether Giant takes it: Only hearsay has it."
        " [The manual, read 2025-01-02]"
    ]


def test_handle_gives_the_runner_its_target_and_leaves_none_out(generated: Generated) -> None:
    said = generated.says("chat.tiny_1.create(hello, heat=0.3, length=None, extra={'a': 1})", RUNNER)
    hello = [{"role": "user", "content": "hello"}]
    assert said == ["Tiny-1", "tiny1", "Tiny-1", {"messages": hello, "heat": 0.3}, {"a": 1}]


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ("chat.tiny.create(hello)", ["Tiny-1", "tiny1", "Tiny-1"]),
        ("chat.model('TINY').create(hello)", ["Tiny-1", "tiny1", "Tiny-1"]),
        ("chat.giant.at('mine').create(hello, mode='fast')", ["mine", "own/mine", "Giant"]),
        ("chat.endpoint('mine', like='Giant').create(hello, mode='fast')", ["mine", "own/mine", "Giant"]),
        ("chat.endpoint('mine').create(hello, anything=1)", ["mine", "own/mine", None]),
    ],
)
def test_ways_to_a_model(generated: Generated, call: str, target: list[Any]) -> None:
    assert generated.says(call, RUNNER)[:3] == target


def test_unknown_model_gives_the_open_handle_and_what_a_call_warns_of(generated: Generated) -> None:
    said = generated.says(
        "[repr(handle), handle.target.doubt.code, handle.target.doubt.level, handle.target.doubt.message]",
        f"{RUNNER}\nhandle = chat.model('Tinny-1')",
    )
    told = "Tinny-1: not a known model of v1.chat, so only what holds for all is checked; nearest: Tiny-1, Tiny-2, Tiny"
    assert said == ["<OpenChat v1.chat Tinny-1>", "unknown_model", "warning", told]


def test_handle_offers_only_what_its_models_take(generated: Generated) -> None:
    said = generated.says(
        "[list(inspect.signature(one.create).parameters) for one in (SmallChat, LargeChat)]",
        "import inspect\nfrom qianfan_api.v1.chat.handles import SmallChat, LargeChat",
    )
    rest = ["extra", "timeout", "deadline", "retry", "validate", "headers"]
    assert said == [
        ["self", "messages", "heat", "length", "deep", *rest],
        # Sources disagree whether it takes deep: it can be given, and warns.
        ["self", "messages", "heat", "length", "mode", "deep", *rest],
    ]


def test_operation_without_a_stream_has_no_method_for_it(generated: Generated) -> None:
    assert generated.says("hasattr(SmallChat, 'stream')", "from qianfan_api.v1.chat.handles import SmallChat") is False


def test_docstring_says_range_and_default_first_on_one_line(generated: Generated) -> None:
    doc = generated.says("SmallChat.create.__doc__", "from qianfan_api.v1.chat.handles import SmallChat")
    assert "heat: above 0 and at most 1.0, default 0.5. Higher is wilder." in [
        line.strip() for line in doc.splitlines()
    ]


def test_every_file_says_what_made_it(generated: Generated) -> None:
    for path in generated.folder.rglob("*.py"):
        assert path.read_text("utf-8").startswith("# Generated by `make generate`"), path


RETIRED = "{path: tiny2, retired: {on: 2025-06-01, use: [Tiny-1]}}"


def test_retired_model_warns_with_its_day_and_what_to_use(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", RETIRED)
    assert violations(small.generate(), "Tiny-2") == [
        "warning /model v1.chat.model.retired: Tiny-2: announced to end on 2025-06-01; use Tiny-1"
        " [The manual, read 2025-01-02]"
    ]


def test_model_that_will_be_retired_warns_before_the_day(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", RETIRED.replace("2025", "9025"))
    assert violations(small.generate(), "Tiny-2") == [
        "warning /model v1.chat.model.retired: Tiny-2: announced to end on 9025-06-01; use Tiny-1"
        " [The manual, read 2025-01-02]"
    ]


def test_retired_model_is_struck_out(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", RETIRED)
    said = small.generate().says("type(chat).tiny_2.fget.__deprecated__", RUNNER)
    assert said == "Tiny-2: announced to end on 2025-06-01; use Tiny-1."


def test_member_that_is_null_is_left_out_whatever_its_name(generated: Generated) -> None:
    message = {"role": "user", "content": "hello", "refusal": None, "name": None}
    assert violations(generated, "Tiny-1", messages=[message], mode=None, other=None) == []


def test_unverified_model_only_warns(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", "{path: tiny2, unverified: true, source: hearsay}")
    assert violations(small.generate(), "Tiny-2", heat=0) == [
        "warning /heat v1.chat.heat.range: 0: must be above 0 and at most 1.0 [The manual, read 2025-01-02]"
    ]


def test_rule_that_only_a_third_party_states_warns(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{type: bool,", "{type: bool, source: hearsay,")
    assert violations(small.generate(), "Tiny-1", deep="yes") == [
        'warning /deep v1.chat.deep.type: "yes": must be true or false, not a string [Hearsay, read 2025-01-03]'
    ]


def test_limit_that_only_a_third_party_states_warns_and_names_it(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{max_output_tokens: 100}", "{max_output_tokens: {value: 100, source: hearsay}}")
    assert violations(small.generate(), "Tiny-1", length=101) == [
        "warning /length v1.chat.length.range: 101: must be at least 1 and at most 100 for Tiny-1"
        " [Hearsay, read 2025-01-03]"
    ]


def test_required_parameter_of_one_group(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "narrow: {heat:", "narrow: {mode: {required: true}, heat:")
    generated = small.generate()
    page = "[The manual, read 2025-01-02]"
    assert violations(generated, "Giant") == [f"error /mode v1.chat.mode.missing: missing: required {page}"]
    assert violations(generated, "Tiny-1") == []


def test_model_in_the_body_gives_the_openai_like_entry(small: SmallSpec) -> None:
    small.files["v2/chat.yaml"] = small.files.pop("v1/chat.yaml")
    small.change("v2/chat.yaml", "version: v1", "version: v2")
    small.change("v2/chat.yaml", "http: POST {models}/{path}", "http: POST /v2/chat")
    small.change("v2/chat.yaml", "model_in: path", "model_in: body\nentry: chat.completions")
    small.change("v2/chat.yaml", "reply: ChatReply", 'reply: ChatReply\nstream: {chunk: ChatReply, until: "[DONE]"}')
    small.change("v2/chat.yaml", "  heat: {type", "  stream: {type: bool, doc: In pieces.}\n  heat: {type")
    small.change("v2/chat.yaml", "common: [messages,", "common: [messages, stream,")
    said = small.generate().says(
        "[completions.create(model='Tiny-1', messages=hello, heat=1),"
        " completions.create(model='tiny-1', messages=hello)]",
        "from qianfan_api.v2.chat.completions import Completions\n"
        "class Runner:\n"
        "    def create(self, target, request, options):\n"
        "        return [target.name, target.model and target.model.name, request.to_wire()]\n"
        "completions = Completions(Runner())\n"
        "hello = [{'role': 'user', 'content': 'hello'}]",
    )
    hello = [{"role": "user", "content": "hello"}]
    assert said == [
        ["Tiny-1", "Tiny-1", {"messages": hello, "heat": 1}],
        ["tiny-1", None, {"messages": hello}],
    ]


def test_a_parameter_may_be_called_as_what_the_validators_use(small: SmallSpec) -> None:
    names = ("total", "dialogue", "members", "base64_image")
    fields = "".join(f"  {name}: {{type: bool, doc: A name like any other.}}\n" for name in names)
    small.change("v1/chat.yaml", "rules:\n", f"{fields}rules:\n")
    small.change("v1/chat.yaml", "[messages, heat, length]", f"[messages, heat, length, {', '.join(names)}]")
    assert violations(small.generate(), "Tiny-1", total=1, dialogue=True, members=True, base64_image=True) == [
        "error /total v1.chat.total.type: 1: must be true or false, not a whole number [The manual, read 2025-01-02]"
    ]
