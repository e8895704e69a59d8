"""`python -m codegen audit` on pages with tables, in words of our own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.audit.pages import UnknownPageError, audit
from codegen.audit.phrases import read
from codegen.audit.report import lines
from codegen.audit.table_form import tables
from tests.codegen.conftest import SmallSpec

PAGE = """\
The manual
支持模型列表
模型 | 支持预置服务 (model参数) |
自行发布 (endpoint参数) |
---|---|---|
Tiny-1 (即Tiny) |
✓ | ✕ |
Tiny-2 | ✓ | ✓ |
Giant | ✕ | ✓ |
请求参数
名称 | 类型 | 必填 | 描述 |
---|---|---|---|
model | string | 否 | 走哪个模型 |
messages | List[dict] | 是 | (1)messages成员不能为空 (2)必须为奇数个成员,成员中message的role必须依次为user、bot |
heat | float | 否 | · 当model值为Giant,范围 [0, 2.0],默认值是1 · 其他,范围(0, 1.0],默认值为0.5 |
length | int | 否 | 字数,支持模型及限制请参考模型列表 |
mode | string | 否 | (1)可选值: · fast:快 · slow:慢 (2)当model值或endpoint对应的模型为以下时,该字段有效: · Giant |
deep | bool | 否 | (1)开启后, length字段必填 (2)当model值或endpoint对应的模型为Giant,不支持此参数 |
message说明
名称 | 类型 | 必填 | 描述 |
---|---|---|---|
role | string | 是 | 当前支持以下: user: 人 bot: 机器 |
content | string | 是 | 不能为空 |
返回参数
名称 | 类型 | 描述 |
---|---|---|
said | string | 回答 |
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    return path


def differences(small: SmallSpec, path: Path, *, decided: bool = False) -> list[str]:
    """The lines of a report, without the heads of pages."""
    return list(lines([audit(small.load(), path, "manual")], decided=decided))[1:]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def audits(small: SmallSpec) -> SmallSpec:
    return small.change(
        "sources.yaml",
        "manual: {title: The manual, read: 2025-01-02}",
        "manual: {title: The manual, read: 2025-01-02, audits: [v1.chat]}",
    )


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_row_and_a_header_may_break_over_lines() -> None:
    first = tables(PAGE)[0]
    assert first.header == ["模型", "支持预置服务 (model参数)", "自行发布 (endpoint参数)"]
    assert [row.cells for row in first.rows] == [
        ["Tiny-1 (即Tiny)", "✓", "✕"],
        ["Tiny-2", "✓", "✓"],
        ["Giant", "✕", "✓"],
    ]
    assert [row.line for row in first.rows] == [6, 8, 9]


def test_tables_have_the_titles_above_them() -> None:
    assert [table.title for table in tables(PAGE)] == ["支持模型列表", "请求参数", "message说明", "返回参数"]


def test_a_header_that_lost_its_last_cell_gets_it_back() -> None:
    found = tables("opts说明\n| 名称 | 类型 | 必填 |\n---|---|---|---|\na | int | 否 | 说明 |\n")
    assert found[0].header == ["名称", "类型", "必填", "描述"]
    assert found[0].rows[0].cells == ["a", "int", "否", "说明"]


def test_markdown_tables_are_tables_too() -> None:
    found = tables("## 请求参数\n\n| 名称 | 类型 |\n| --- | --- |\n| a | x \\| y |\n\nafter | it |\n")
    assert (found[0].title, found[0].header) == ("请求参数", ["名称", "类型"])
    assert [row.cells for row in found[0].rows] == [["a", "x | y"]]


def test_a_first_cell_may_break_and_prose_is_no_row() -> None:
    found = tables("t\nA | B |\n---|---|\nlong\nname | 1 |\nprose follows\nand more\n")
    assert [row.cells for row in found[0].rows] == [["long name", "1"]]


def test_a_row_that_ends_early_is_known_as_cut() -> None:
    found = tables("t\nA | B | C |\n---|---|---|\na | b |\n")
    assert (found[0].rows, found[0].cut) == ([], [4])


def test_code_in_fences_has_no_tables() -> None:
    assert tables("```\nA | B |\n---|---|\n1 | 2 |\n```\n") == []


# --- phrases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("范围(0, 1.0]，不能为0", [("range", "(0, 1.0]")]),
        ("取值范围：[2, 2048]", [("range", "[2, 2048]")]),
        ("取值范围: (0,2147483647),默认值为空", [("range", "(0,2147483647)")]),
        ("取值范围:正整数", [("range", "[1, inf)")]),
        ("默认0.95", [("default", 0.95)]),
        ("默认False", [("default", False)]),
        ("默认开启", [("default", True)]),
        ("(1)每个元素长度不超过20字符 (2)最多4个元素", [("max_length", 20), ("max_items", 4)]),
        ("元素个数最大支持16个", [("max_items", 16)]),
        ("可选值: · a:甲 · b:乙", [("enum", ("a", "b"))]),
        ("当role=tool时,该字段必填", [("needed", ("", "role", "tool"))]),
        ("固定值function", [("one_value", "function")]),
        ("随便写写", []),
    ],
)
def test_phrases(text: str, facts: list[tuple[str, object]]) -> None:
    reading = read(text)
    assert [(fact.kind, fact.value) for fact in reading.facts] == facts
    assert reading.unread == []


def test_models_of_a_phrase() -> None:
    facts = read("当model值或endpoint对应的模型为以下时,默认值为0.8:A系列、B-8K").facts
    assert [(fact.kind, fact.value, fact.models) for fact in facts] == [("default", 0.8, ("A系列", "B-8K"))]


def test_a_rule_in_words_nobody_knows_is_unread() -> None:
    assert read("(1)周末不能使用 (2)默认1").unread == ["周末不能使用"]


# --- a page against a small spec -------------------------------------------------------------------------------------


def test_a_page_that_agrees(audits: SmallSpec, page: Path) -> None:
    report = audit(audits.load(), page)
    counts = "12 statements: 12 covered, 0 differ as decided, 0 missing, 0 in contradiction, 0 to judge"
    assert list(lines([report])) == [f"page.txt as manual, v1.chat: {counts}"]


@pytest.mark.parametrize(
    ("old", "new", "name", "says"),
    [
        ("heat | float", "heat | int", "heat:type", ("int", "float")),
        ("范围 [0, 2.0]", "范围 [0, 3.0]", "heat:range", ("[0, 3.0]", "[0, 2.0]")),
        ("默认值为0.5", "默认值为0.6", "heat:default", ("0.6", "0.5")),
        ("length | int | 否", "length | int | 是", "length:required", ("true", "false")),
        ("slow:慢", "slack:慢", "mode:enum", ("fast, slack", "fast, slow")),
        ("有效: · Giant", "有效: · Tiny-2", "mode:takes", ("takes it", "does not take it")),
        ("依次为user、bot", "依次为bot、user", "messages:turns", ("bot, user", "user, bot")),
        ("user: 人 bot: 机器", "user: 人", "Message.role:enum", ("user", "user, bot")),
        ("Tiny-2 | ✓ | ✓", "Tiny-2 | ✕ | ✓", "Tiny-2:prebuilt", ("✕", "true")),
        ("(即Tiny)", "(即Small)", "Tiny-1:alias", ("Small", "Tiny-1, Tiny")),
        ("length字段必填", "mode字段必填", "deep:needed", ("mode needed when deep is true", "no such rule")),
        ("said | string", "said | int", "ChatReply.said:type", ("int", "string")),
    ],
)
def test_a_contradiction_has_both_sides(
    audits: SmallSpec, page: Path, old: str, new: str, name: str, says: tuple[str, str]
) -> None:
    change(page, old, new)
    found = differences(audits, page)
    assert found[0].startswith(f"  {name}  contradiction, line ")
    assert found[1:3] == [f"    page: {says[0]}", f"    spec: {says[1]}"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("mode | string", "mood | string", "mood:parameter"),
        ("content | string", "contents | string", "Message.contents:member"),
        ("said | string", "wards | string", "ChatReply.wards:member"),
        ("Giant | ✕ | ✓ |", "Titan | ✕ | ✓ |", "Titan:model"),
    ],
)
def test_what_the_spec_lacks_is_missing(audits: SmallSpec, page: Path, old: str, new: str, name: str) -> None:
    change(page, old, new)
    assert any(line.startswith(f"  {name}  missing, line ") for line in differences(audits, page))


def test_what_the_page_no_longer_has_is_missing_there(audits: SmallSpec, page: Path) -> None:
    change(page, "length | int | 否 | 字数,支持模型及限制请参考模型列表 |\n", "")
    assert "  length:listed  missing, not on the page" in differences(audits, page)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("可选值: · fast:快 · slow:慢", "怎么回答", ["mode:enum", "says nothing of it", "fast, slow"]),
        (
            "(2)必须为奇数个成员,成员中message的role必须依次为user、bot",
            "",
            ["messages:turns", "says nothing of it", "user, bot"],
        ),
        ("(1)messages成员不能为空 ", "", ["messages:min_items", "says nothing of it", "1"]),
        ("(1)开启后, length字段必填 ", "", ["length:needed", "says nothing of it", "has the rule"]),
        ("content | string | 是 | 不能为空 |\n", "", ["Message.content:listed", "says nothing of it", "has it"]),
    ],
)
def test_a_fact_that_the_page_no_longer_states_is_missing(
    audits: SmallSpec, page: Path, old: str, new: str, found: list[str]
) -> None:
    change(page, old, new)
    report = differences(audits, page)
    places = [place for place, line in enumerate(report) if line.startswith(f"  {found[0]}  missing, ")]
    assert [report[place + 1 : place + 3] for place in places] == [[f"    page: {found[1]}", f"    spec: {found[2]}"]]


def test_headers_and_errors_are_one_statement_that_a_person_judges(audits: SmallSpec, page: Path) -> None:
    page.write_text(PAGE + "Header参数\n名称 | 描述 |\n---|---|\nX-Trace | 编号 |\n", "utf-8")
    found = differences(audits, page)
    assert [found[0].split(":")[0], *found[1:]] == [
        "  Header参数",
        "    page: X-Trace | 编号",
        "    spec: the client's, no operation's",
    ]


def test_a_judgement_on_what_is_no_longer_on_the_page_is_stale(audits: SmallSpec, page: Path) -> None:
    audits.change("sources.yaml", "audits: [v1.chat]", "audits: [v1.chat], judged: {heat:text-000000: Not so.}")
    assert differences(audits, page) == [
        "  heat:text-000000:judged  missing, not on the page",
        "    page: nothing to judge any more",
        "    spec: judged: Not so.",
    ]


def test_a_decision_silences_what_it_covers_and_no_other_value(audits: SmallSpec, page: Path) -> None:
    decision = """\
decisions:
  - subject: What heat is
    says: {manual: An int., hearsay: A float.}
    decided: A float.
    because: The page is wrong.
    covers: ["heat:type=int", "heat@Giant:range"]
"""
    audits.files["v1/chat.yaml"] += decision
    change(page, "heat | float", "heat | int")
    change(page, "范围 [0, 2.0]", "范围 [0, 3.0]")
    assert differences(audits, page) == []
    assert differences(audits, page, decided=True)[0].startswith("  heat:type  decided (What heat is), line ")
    change(page, "heat | int", "heat | bool")
    assert differences(audits, page)[0].startswith("  heat:type  contradiction")


def test_words_nobody_can_read_are_shown_until_judged_and_again_when_they_change(audits: SmallSpec, page: Path) -> None:
    change(page, "字数,", "(1)字数 (2)周末不能使用 (3)")
    found = differences(audits, page)
    assert found[1:] == ["    page: 周末不能使用", "    spec: Tokens at the most."]
    name = found[0].split()[0]
    assert re.fullmatch(r"length:text-[0-9a-f]{6}", name)
    audits.change("sources.yaml", "audits: [v1.chat]", f"audits: [v1.chat], judged: {{{name}: Not on the wire.}}")
    assert differences(audits, page) == []
    change(page, "周末不能使用", "周一不能使用")
    assert "shown" in differences(audits, page)[0]


def test_a_page_is_known_by_its_first_line_or_by_name(audits: SmallSpec, page: Path) -> None:
    change(page, "The manual", "Something else")
    spec = audits.load()
    with pytest.raises(UnknownPageError, match="which is no page's title: say which one it is with --as"):
        audit(spec, page)
    assert audit(spec, page, "manual").open == []


def test_the_command_ends_with_1_on_an_undecided_difference(audits: SmallSpec, page: Path) -> None:
    audits.load()
    arguments = ["audit", str(page), "--spec", str(audits.folder)]
    agreed = CliRunner().invoke(app, arguments)
    assert (agreed.exit_code, agreed.stdout.splitlines()[-1]) == (0, "1 pages, 12 statements read, nothing undecided")
    change(page, "heat | float", "heat | int")
    differing = CliRunner().invoke(app, arguments)
    assert (differing.exit_code, differing.stdout.splitlines()[-1]) == (1, "1 pages, 12 statements read, 1 undecided")
