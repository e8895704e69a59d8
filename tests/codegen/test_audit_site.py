"""`python -m codegen audit` on pages in the form of the platform's present site, in words of our own."""

from __future__ import annotations

import itertools
import re

import pytest

from codegen.audit.pages import Report, UnknownPageError, audit
from codegen.audit.phrases import read
from codegen.audit.report import lines
from codegen.audit.site_form import Block, site_page
from codegen.spec import Spec
from tests.codegen.conftest import SmallSpec

PAGE = """\
# The manual of today

更新时间：2025-06-01

POST

https://example.com/models/tiny1

[调试](https://console.example.com/#/api?x=(1))

## 请求参数

Body 参数

messages array

（1）messages成员不能为空\x20\x20
（2）必须为奇数个成员，成员中message的role必须依次为user、bot

必选

显示子属性 隐藏子属性

items object {2}

显示子属性 隐藏子属性

role string

当前支持以下：\x20\x20
· `user`: 人\x20\x20
· `bot`: 机器

必选

content oneOf {2}

多选一且必需“只能”符合其中一个

不能为空

必选

显示子属性 隐藏子属性

content string

content array

显示子属性 隐藏子属性

items string

heat number

· 当model值为Giant，范围 \\[0, 2.0\\]，默认值是1\x20\x20
· 其他，范围（0, 1.0\\]，默认值为0.5

可选

length integer


字数，支持模型及限制，请参考[模型列表](https://example.com/list)

可选

mode string

（1）可选值：\x20\x20
· `fast`：快\x20\x20
· `slow`\x20\x20
（2）不支持以下模型：\x20\x20
· 小系列：Tiny-1、Tiny-2

可选

deep boolean

（1）开启后，length字段必填\x20\x20
（2）不支持以下模型：Giant

可选

请求结构

复制

```
POST /models/tiny1
heat integer
```

## 返回响应

返回参数

said string

回答

可选

响应示例

JSON

## 错误码[](#x)

| 名称 | 描述 |
| --- | --- |
| code | 错误码 |
"""
TODAY = """\
  today:
    title: The manual of today
    read: 2025-06-01
    succeeds: manual
    audits: [v1.chat]
    judged: {错误码:text-06f94f: The client reads it.}
"""


@pytest.fixture
def spec(small: SmallSpec) -> SmallSpec:
    """A spec that has this page as an edition after the manual."""
    small.files["sources.yaml"] += TODAY
    return small.change(
        "shapes/shared.yaml", "content: {type: string, required", 'content: {type: "string | list[string]", required'
    )


def audited(spec: SmallSpec, text: str, loaded: Spec | None = None) -> Report:
    path = spec.folder.parent / "page.md"
    path.write_text(text, "utf-8")
    return audit(loaded or spec.load(), path)


def changed(old: str, new: str) -> str:
    assert PAGE.count(old) == 1, f"{old!r} stands {PAGE.count(old)} times"
    return PAGE.replace(old, new)


def blocks(text: str = PAGE) -> list[Block]:
    """Every block of a page, those inside after the one they are in."""

    def inside(block: Block) -> list[Block]:
        return [block, *(one for inner in block.inner for one in inside(inner))]

    return [one for section in site_page(text).sections for block in section.blocks for one in inside(block)]


# --- the reader ------------------------------------------------------------------------------------------------------


def test_a_count_says_which_blocks_are_inside() -> None:
    messages, heat, *_ = site_page(PAGE).sections[1].blocks
    assert (messages.name, messages.full_type, messages.required) == ("messages", "array<object>", True)
    assert [(one.name, one.full_type) for one in messages.members] == [
        ("role", "string"),
        ("content", "string / array<string>"),
    ]
    assert (heat.name, heat.line) == ("heat", 54)


def test_text_loses_links_escapes_and_code_marks() -> None:
    assert [one.text for one in blocks() if one.name in ("heat", "length")] == [
        "· 当model值为Giant，范围 [0, 2.0]，默认值是1 · 其他，范围（0, 1.0]，默认值为0.5",
        "字数，支持模型及限制，请参考模型列表",
    ]


def test_examples_are_no_blocks() -> None:
    assert [one.line for one in blocks() if one.name == "heat"] == [54]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("object {2}", "object {3}", "role string says"),
        (
            "items object {2}\n\n显示子属性 隐藏子属性\n",
            "items object {2}\n",
            "items object says 2 inside, but shows none",
        ),
        ("content array\n", "contents array\n", "contents array stands inside content oneOf"),
        ("items string\n", "item string\n", "item string stands inside content array"),
    ],
    ids=map(str, itertools.count()),
)
def test_a_count_that_is_not_right_is_known(old: str, new: str, says: str) -> None:
    astray = [line.text for line in site_page(changed(old, new)).astray]
    found = {one.name for one in site_page(changed(old, new)).sections[1].blocks}
    assert says in astray or "heat" not in found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("范围在[1~28]之间", [("range", "[1, 28]")]),
        ("默认为16384,最小值为100", [("low", 100), ("default", 16384)]),
        ("最大值为各模型支持的思维链长度", [("high", "max_thinking_tokens")]),
        ("可选值:  · low: · medium :默认值", [("enum", ("low", "medium")), ("default", "medium")]),
        ("enable为true时生效", [("effect", ("enable", "true"))]),
        ("该参数支持模型及取值范围等,请参考默认参数说明", [("elsewhere", ("takes", "range", "default"))]),
        ("更多内容请参考深度思考", [("elsewhere", ("takes",))]),
        ("说明: · on:开 · off:关", [("enum", ("on", "off"))]),
    ],
    ids=map(str, itertools.count()),
)
def test_phrases_of_the_site(text: str, facts: list[tuple[str, object]]) -> None:
    reading = read(text)
    assert [(fact.kind, fact.value) for fact in reading.facts] == facts
    assert reading.unread == []


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("不支持以下模型:A系列", ("A系列",)),
        ("不支持以下模型: · A-1 · B系列:B-1、B-2", ("A-1", "B-1", "B-2")),
        ("ernie系列模型不支持该参数", ("ernie系列",)),
    ],
    ids=map(str, itertools.count()),
)
def test_models_that_do_not_take_it(text: str, models: tuple[str, ...]) -> None:
    assert [(fact.kind, fact.models) for fact in read(text).facts] == [("refuses", models)]


# --- a page against a small spec -------------------------------------------------------------------------------------


def test_a_page_that_agrees(spec: SmallSpec) -> None:
    counts = "10 statements: 9 covered, 1 differ as decided, 0 missing, 0 in contradiction, 0 to judge"
    assert list(lines([audited(spec, PAGE)])) == [f"page.md as today, v1.chat: {counts}"]


@pytest.mark.parametrize(
    ("old", "new", "name", "says"),
    [
        ("heat number", "heat integer", "heat:type", ("integer", "float")),
        ("\\[0, 2.0\\]", "\\[0, 3.0\\]", "heat:range", ("[0, 3.0]", "[0, 2.0]")),
        ("\\[0, 2.0\\]", "\\[2.0, 0\\]", "heat:range", ("[2.0, 0]", "[0, 2.0]")),
        ("默认值为0.5", "默认值为0.6", "heat:default", ("0.6", "0.5")),
        ("，默认值为0.5", "", "heat:default", ("no longer says it; manual did", "0.5")),
        ("· `slow`", "· `slack`", "mode:enum", ("fast, slack", "fast, slow")),
        ("· `slow`", "· `slow`\n· `idle`：闲", "mode:enum", ("fast, slow, idle", "fast, slow")),
        ("· `slow`  \n", "", "mode:enum", ("fast", "fast, slow")),
        ("Tiny-1、Tiny-2", "Tiny-1", "mode:takes", ("takes it", "does not take it")),
        ("Tiny-1、Tiny-2", "Tiny-1、Tiny-2、Giant", "mode:takes", ("does not take it", "takes it")),
        ("Tiny-1、Tiny-2", "Tiny-1、Tiny-2、Titan", "mode:model", ("Titan", "no such model")),
        ("依次为user、bot", "依次为bot、user", "messages:turns", ("bot, user", "user, bot")),
        ("\n· `bot`: 机器", "", "Message.role:enum", ("user", "user, bot")),
        ("length字段必填", "mode字段必填", "deep:needed", ("mode needed when deep is true", "no such rule")),
        ("items string", "items integer", "Message.content:type", ("string / array<integer>", "string | list[string]")),
        ("said string", "said integer", "ChatReply.said:type", ("integer", "string")),
        ("POST\n\nhttps", "GET\n\nhttps", "page:http", ("GET /models/tiny1", "POST {models}/{path}")),
        ("com/models/tiny1", "com/model", "page:http", ("POST /model", "POST {models}/{path}")),
    ],
    ids=map(str, itertools.count()),
)
def test_a_difference_has_both_sides(spec: SmallSpec, old: str, new: str, name: str, says: tuple[str, str]) -> None:
    found = audited(spec, changed(old, new)).open
    assert (name, *says) in [(one.name, one.page, one.spec) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "name", "page"),
    [
        ("mode string", "mood string", "mood:parameter", "string, optional: （1）可选值： · fast：快 · slow:"),
        ("object {2}", "object {3}", "Message.heat:member", "number, optional: · 当model值为Giant"),
        ("said string", "wards string", "ChatReply.wards:member", "string, optional: 回答"),
    ],
    ids=map(str, itertools.count()),
)
def test_what_the_spec_lacks_is_missing_with_all_that_is_said(
    spec: SmallSpec, old: str, new: str, name: str, page: str
) -> None:
    found = {one.name: one.page for one in audited(spec, changed(old, new)).open if one.kind == "missing"}
    assert found[name].startswith(page)


def test_what_an_edition_no_longer_has_is_missing(spec: SmallSpec) -> None:
    without = changed(PAGE[PAGE.index("deep boolean") : PAGE.index("请求结构")], "")
    assert list(lines([audited(spec, without)]))[1:] == [
        "  deep:listed  missing, not on the page",
        "    page: no longer says it; manual did",
        "    spec: has it",
        "  length:needed  missing, line 61",
        "    page: no longer says it; manual did",
        "    spec: has the rule",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("可选\n\nmode string", "可选\n\n周末免费\n\nmode string", "周末免费"),
        ("## 请求参数", "周末免费\n\n## 请求参数", "周末免费"),
        ("mode string", "mode：string", "mode：string"),
        ("可选\n\n请求结构", "可选\n\n可 选\n\n请求结构", "可 选"),
    ],
    ids=map(str, itertools.count()),
)
def test_a_line_outside_all_blocks_is_shown(spec: SmallSpec, old: str, new: str, line: str) -> None:
    text = changed(old, new)
    shown = [(one.line, one.page) for one in audited(spec, text).open if one.kind == "shown"]
    assert (text.splitlines().index(line) + 1, line) in shown


def test_what_some_models_do_not_take_of_an_object_is_missing(spec: SmallSpec) -> None:
    text = changed("· `bot`: 机器", "· `bot`: 机器，当模型为Giant时，不支持该字段值")
    found = [(one.name, one.page, one.spec, one.models) for one in audited(spec, text).open]
    assert found == [("Message.role:refuses_value", "not bot", "bot too", ("Giant",))]


def test_a_rule_that_stands_on_another_page_is_not_missing_here(spec: SmallSpec) -> None:
    stated = PAGE[PAGE.index("· 当model值为Giant") : PAGE.index("可选\n\nlength")]
    elsewhere = "该参数支持模型及取值范围等，请参考[默认参数](https://example.com)\n\n"
    assert audited(spec, changed(stated, elsewhere)).open == []
    assert [one.name for one in audited(spec, changed(stated, "热度\n\n")).open] == [
        "heat:range",
        "heat:default",
    ] * 2


def test_a_series_means_the_models_whose_names_go_on(spec: SmallSpec) -> None:
    spec.change("v1/chat.yaml", "aliases: [Tiny], ", "")
    assert audited(spec, changed("· 小系列：Tiny-1、Tiny-2", "· Tiny系列")).open == []


def test_a_page_says_which_models_its_own_names_mean(spec: SmallSpec) -> None:
    text = changed("· 小系列：Tiny-1、Tiny-2", "· 小模型")
    assert [one.page for one in audited(spec, text).open] == ["小模型", "takes it"]
    spec.change("sources.yaml", "succeeds: manual", "succeeds: manual\n    calls: {小模型: [Tiny-1, Tiny-2]}")
    assert audited(spec, text).open == []


def test_a_later_day_is_another_edition(spec: SmallSpec) -> None:
    found = audited(spec, changed("2025-06-01", "2026-06-01")).open
    assert [(one.name, one.page, one.spec) for one in found] == [
        ("page:date", "2026-06-01", "today of 2025-06-01; a later edition succeeds it")
    ]


def test_of_editions_with_one_title_the_day_tells(spec: SmallSpec) -> None:
    spec.files["sources.yaml"] += (
        TODAY.replace("today:", "later:").replace("06-01", "07-01").replace("manual\n", "today\n")
    )
    assert audited(spec, PAGE).page == "today"
    assert audited(spec, changed("2025-06-01", "2025-07-01")).page == "later"
    assert audited(spec, changed("2025-06-01", "2026-01-01")).page == "later"


def test_a_page_that_succeeds_none_of_the_pages_is_no_spec(spec: SmallSpec) -> None:
    spec.change("sources.yaml", "succeeds: manual", "succeeds: manuel")
    assert spec.problems() == ["spec/sources.yaml:7:5: manuel: not a page of sources.yaml; did you mean manual?"]


def test_a_page_cannot_succeed_itself_or_name_what_is_no_model(spec: SmallSpec) -> None:
    spec.change(
        "sources.yaml", "title: The manual, read", "title: The manual, succeeds: today, calls: {小: [Tiny-3]}, read"
    )
    assert spec.problems() == [
        "spec/sources.yaml:2:31: manual: succeeds itself",
        "spec/sources.yaml:2:56: Tiny-3: not a model; did you mean Tiny-2?",
        "spec/sources.yaml:7:5: today: succeeds itself",
    ]


def test_a_page_of_another_title_is_not_known(spec: SmallSpec) -> None:
    with pytest.raises(UnknownPageError, match="it starts with 'Yesterday', which is no page's title"):
        audited(spec, changed("# The manual of today", "# Yesterday"))


# --- every block -----------------------------------------------------------------------------------------------------


def test_whatever_changes_in_a_block_is_found(spec: SmallSpec) -> None:
    """Name, type, whether it is required, and every number and value: each in turn."""
    rows, loaded = PAGE.splitlines(), spec.load()
    starts = [block.line - 1 for block in blocks()]
    missed: list[str] = []
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else start + 5
        changes = [(start, re.sub(r"^(\w+) ", r"\1x ", rows[start]))]
        changes += [(start, re.sub(r" (string|number|integer|boolean)$", " object", rows[start]))]
        for line in range(start + 1, end):
            changes += [(line, {"必选": "可选", "可选": "必选"}.get(rows[line], rows[line]))]
            changes += [
                (line, f"{rows[line][: match.start()]}7{rows[line][match.end() :]}")
                for match in re.finditer(r"(?<![（\w-])\d(?:\.\d)?|(?<=`)\w+(?=`)", rows[line])
            ]
        for line, new in changes:
            text = "\n".join([*rows[:line], new, *rows[line + 1 :]])
            # What a reply must have is not said to users, so it is not compared.
            reply = rows[start] == "said string" and new in ("必选", "可选")
            if new != rows[line] and not reply and not audited(spec, text, loaded).open:
                missed.append(f"{line + 1}: {new}")
    assert missed == []
