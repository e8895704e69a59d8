"""`python -m codegen audit` on the platform's own pages and tables, where they are beside the checkout."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

import pytest

from codegen.audit.pages import Report, audit
from codegen.audit.report import lines
from codegen.spec import Spec
from tests.schemas.from_spec import OPERATIONS, SPEC

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT.parent / "shared" / "reference"
PAGE = REFERENCE / "platform-later" / "chat-v2-2025-12-23.md"
MODELS = REFERENCE / "platform-later" / "models-2026-03-07.csv"
RETIRED = REFERENCE / "platform-later" / "retired-2026-03-07.csv"
ABILITIES = REFERENCE / "platform-later" / "chat-v2-2025-spring-abilities.csv"

beside = pytest.mark.skipif(not PAGE.is_file(), reason="the platform's pages are not in ../shared/reference")


@pytest.fixture
def spec() -> Spec:
    return SPEC


def copied(spec: Spec, tmp_path: Path, file: Path, text: str) -> Report:
    path = tmp_path / file.name
    path.write_text(text, "utf-8")
    return audit(spec, path)


def said(report: Report) -> set[str]:
    """Every difference with its line, and every model that the spec does not have."""
    text = "\n".join(list(lines([report], decided=True))[1:])
    return set(re.split(r"\n(?=  \S)", text))


def test_every_operation_that_a_page_audits_exists(spec: Spec) -> None:
    assert {name for page in spec.pages.values() for name in page.audits} <= set(spec.apis)


@beside
def test_nothing_on_the_four_pages_is_undecided(spec: Spec) -> None:
    reports = [audit(spec, path) for path in sorted((REFERENCE / "platform").glob("*.txt"))]
    assert [line for report in reports for line in lines([report]) if report.open] == []
    assert {report.page: report.count for report in reports} == {
        "sdk-guide": 0,
        "llama-13b": 73,
        "chat-v1": 151,
        "chat-v2": 89,
    }


@beside
@pytest.mark.parametrize("file", [PAGE, MODELS, RETIRED, ABILITIES], ids=["page", "models", "retired", "abilities"])
def test_nothing_on_the_present_page_and_in_the_tables_is_undecided(spec: Spec, file: Path) -> None:
    report = audit(spec, file)
    assert [line for line in lines([report]) if report.open] == []


@beside
def test_every_parameter_of_the_present_page_is_accounted_for(spec: Spec) -> None:
    (audited,) = audit(spec, PAGE).audited.values()
    accounted = {(one.line, one.subject.split(".")[-1]) for one in audited}
    assert len(headers()) == 94
    assert headers() - accounted == set()


def headers() -> set[tuple[int, str]]:
    """Line and name of each parameter and member of the present page, but for items and alternatives."""
    text = PAGE.read_text("utf-8")
    header = re.compile(r"^([a-z_]+) (?:string|integer|number|boolean|object|array|map\S+)(?: \{\d+\})?$")
    inside = {"items", *re.findall(r"^(\w+) oneOf ", text, re.MULTILINE)}
    found = {(number, match[1]) for number, line in enumerate(text.splitlines(), 1) if (match := header.match(line))}
    return {one for one in found if one[1] not in inside}


@beside
@pytest.mark.parametrize("file", [MODELS, RETIRED, ABILITIES], ids=["models", "retired", "abilities"])
def test_every_row_of_a_table_is_accounted_for(spec: Spec, file: Path) -> None:
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))[1:]
    (audited,) = audit(spec, file).audited.values()
    assert [(one.line, one.subject) for one in audited if one.line] == [
        (line, row[0]) for line, row in enumerate(rows, 2)
    ]


# --- changes planted in copies ---------------------------------------------------------------------------------------


@beside
@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        ("取值范围：\\[1.0, 2.0\\]", "取值范围：\\[1.0, 3.0\\]", "penalty_score:range"),
        ("默认1.0，", "默认1.5，", "penalty_score:default"),
        ("默认1.0，", "", "penalty_score:default"),
        ("· QwQ-32B  \n", "", "penalty_score:takes"),
        ("· QwQ-32B  \n", "· QwQ-32B  \n· Kimi-K2-Instruct  \n", "penalty_score:takes"),
        ("（0,2147483647\u200c）", "（0,2147483646\u200c）", "seed:range"),
        ("· Qwen2.5  \n", "", "seed:takes"),
        ("（2）最多4个元素  ", "（2）最多5个元素  ", "stop:max_items"),
        ("（1）每个元素长度不超过20字符  ", "（1）每个元素长度不超过21字符  ", "stop:max_length"),
        ("（3）不支持以下模型：ERNIE X1 Turbo系列", "（3）不支持以下模型：ERNIE X1系列", "stop:takes"),
        ("· `false`：否，默认`false`", "· `false`：否，默认`true`", "stream:default"),
        ("· `low`  \n", "· `low`  \n· `tiny`  \n", "reasoning_effort:enum"),
        ("· `medium` ：默认值", "· `medium`  \n\n默认为high", "reasoning_effort:default"),
        ("默认为16384", "默认为16385", "thinking_budget:default"),
        ("最小值为100", "最小值为101", "thinking_budget:low"),
        ("当type为json_schema时", "当type为json_object时", "ResponseFormat.json_schema:needed"),
        ("当role为tool时，该字段必填", "当role为user时，该字段必填", "V2Message.tool_call_id:needed"),
        ("当字段stream为`true`时", "当字段stream为`false`时", "stream_options:effect"),
        ("指定的函数名必须在tools中存在", "指定的函数名必须在functions中存在", "tool_choice:refers"),
        ("元素个数最大支持16个", "元素个数最大支持17个", "metadata:max_items"),
        ("范围在\\[1~28\\]之间\n", "范围在\\[1~29\\]之间\n", "WebSearch.search_number:"),
        ("\\- required:强制进行联网搜索", "\\- always:强制进行联网搜索", "WebSearch.search_mode:"),
        ("user string\n", "user integer\n", "user:type"),
        ("user string\n", "end_user string\n", "end_user:parameter"),
        ("表示最终用户的唯一标识符\n\n可选", "表示最终用户的唯一标识符\n\n必选", "user:required"),
        ("函数描述\n\n可选", "函数描述\n\n必选", "ToolFunction.description:required"),
        ("usage object {4}", "usage object {5}", "Usage.search_results:member"),
        ("delta_tag string", "delta_mark string", "ChunkChoice.delta_mark:member"),
        ("· content_filter：输出", "· filtered：输出", "Choice.finish_reason:text-"),
        ("更新时间：2025-12-23", "更新时间：2026-12-23", "page:date"),
        ("POST\n\nhttps", "PUT\n\nhttps", "page:http"),
        ("达到RPM速率限制前", "达到QPM速率限制前", "Headers参数:text-"),
        ("| type | 错误类型 |", "| kind | 错误类型 |", "错误码:text-"),
    ],
    ids=map(str, itertools.count()),
)
def test_a_change_planted_in_the_present_page_is_found(
    spec: Spec, tmp_path: Path, old: str, new: str, subject: str
) -> None:
    text = PAGE.read_text("utf-8")
    assert old in text
    planted = said(copied(spec, tmp_path, PAGE, text.replace(old, new, 1)))
    assert any(one.strip().startswith(subject) for one in planted ^ said(audit(spec, PAGE)))


@beside
@pytest.mark.parametrize(
    ("file", "old", "new", "subject"),
    [
        (MODELS, "glm-5,198k,198k", "glm-5,199k,198k", "glm-5:context"),
        (MODELS, "glm-5,198k,198k", "glm-5,198k,199k", "glm-5:max_input_tokens"),
        (MODELS, "ernie-x1.1,64k", "ernie-x1.2,64k", "ernie-x1.2:model"),
        (MODELS, "123k,[2，16384],,RPM=1000", "123k,[2，16385],,RPM=1000", "ernie-4.5-turbo-vl:max_output_tokens"),
        (MODELS, "123k,[2，16384],,RPM=1000", "123k,[3，16384],,RPM=1000", "ernie-4.5-turbo-vl:least_output_tokens"),
        (MODELS, "RPM=900 TPM=300000", "RPM=901 TPM=300000", "ernie-x1-turbo-32k:rpm"),
        (MODELS, "250000,2026-04-02", "250000,2026-04-03", "glm-4.7:retired"),
        (MODELS, "tao-8k,8192,1,,,,\n", "", "tao-8k:listed"),
        (MODELS, "tao-8k,8192,1,,,,\n", "tao-8k,8192,1,,,,\ntao-16k,16384,1,,,,\n", "tao-16k:model"),
        (RETIRED, "ERNIE-Speed-8K,2026-1-27", "ERNIE-Speed-8K,2026-1-28", "ernie-speed-8k:retired"),
        (RETIRED, "2026-02-27,DeepSeek-V3.2", "2026-02-27,DeepSeek-V3.3", "qianfan-lightning-128b-a19b:use"),
        (RETIRED, "Yi-34B-Chat,2025-10-21,ERNIE-4.5-21B-A3B\n", "", "Yi-34B-Chat:listed"),
        (RETIRED, "Yi-34B-Chat,", "Tao-8K,2026-1-1,-\nYi-34B-Chat,", "tao-8k:retired"),
        (RETIRED, "Dolly-V2-12B,2025-10-21", "Dolly-V2-12B,2025-10-22", "Dolly-12B:retired"),
        (ABILITIES, "ernie-3.5-128k,2,8192", "ernie-3.5-128k,2,4096", "ernie-3.5-128k:max_output_tokens"),
        (ABILITIES, "ernie-3.5-128k,2", "ernie-3.5-128k,1", "ernie-3.5-128k:least_output_tokens"),
        (ABILITIES, "ernie-lite-8k,2,2048,no", "ernie-lite-8k,2,2048,yes", "ernie-lite-8k:functions"),
        (ABILITIES, "ernie-novel-8k,2,2048,no,no\n", "", "ernie-novel-8k:listed"),
    ],
    ids=map(str, itertools.count()),
)
def test_a_change_planted_in_a_table_is_found(
    spec: Spec, tmp_path: Path, file: Path, old: str, new: str, subject: str
) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    planted = said(copied(spec, tmp_path, file, text.replace(old, new)))
    assert any(one.strip().startswith(subject) for one in planted ^ said(audit(spec, file)))


@beside
@pytest.mark.parametrize("change", ["name", "type", "required"])
def test_no_block_of_the_present_page_can_change_unseen(spec: Spec, tmp_path: Path, change: str) -> None:
    """All at once: each block has its own line in the report."""
    rows = PAGE.read_text("utf-8").splitlines()
    request, reply = rows.index("Body 参数"), rows.index("## 返回响应")
    changed = list(rows)
    for line, name in headers():
        place = line - 1
        if change == "name":
            changed[place] = rows[place].replace(name, f"{name}_x", 1)
        elif change == "type":
            changed[place] = re.sub(r" (string|integer|number)$", " boolean", rows[place])
        elif request < place < reply:
            marks = (at for at in range(place, place + 30) if rows[at] in ("必选", "可选"))
            at = next(marks)
            changed[at] = "可选" if rows[at] == "必选" else "必选"
    before, after = by_line(audit(spec, PAGE)), by_line(copied(spec, tmp_path, PAGE, "\n".join(changed)))
    differing = [line for line, _ in headers() if change != "required" or request < line < reply]
    differing = [line for line in differing if change != "type" or changed[line - 1] != rows[line - 1]]
    assert len(differing) > 50
    assert [rows[line - 1] for line in differing if before.get(line) == after.get(line)] == []


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def other(cell: str) -> str:
    """Another number, date, name or answer in the place of a cell's."""
    changed = re.sub(r"\d(?=\D*$)", lambda match: str((int(match[0]) + 1) % 10), cell)
    return {"yes": "no", "no": "yes", "": "7", "-": "7"}.get(cell, changed if changed != cell else f"{cell}x")


def emptied(cell: str) -> str:
    """Nothing, in the place of a cell's text."""
    return "" if cell else "x"


def by_line(report: Report) -> dict[int, set[str]]:
    """Line of a table → what is said of it."""
    said: dict[int, set[str]] = {}
    for one in (one for found in report.audited.values() for one in found):
        findings = [*one.open, *(decided.finding for decided in one.decided)]
        words = {f"{finding.name} {finding.page} {finding.spec} {finding.models}" for finding in findings}
        foreign = [f"{one.subject}: {one.foreign}"] if one.foreign is not None else []
        said.setdefault(one.line, set()).update(words, foreign)
    return said


@beside
@pytest.mark.parametrize("file", [MODELS, RETIRED, ABILITIES], ids=["models", "retired", "abilities"])
def test_no_cell_of_a_table_can_change_unseen(spec: Spec, tmp_path: Path, file: Path) -> None:
    """A column at a time, in every row: each row has its own line in the report."""
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    before = by_line(audit(spec, file))
    unseen: list[str] = []
    for column in range(len(rows[0])):
        # A name that is emptied is no change of a row, but another row.
        for new in (other, emptied) if column else (other,):
            changed = [rows[0], *([*row[:column], new(row[column]), *row[column + 1 :]] for row in rows[1:])]
            after = by_line(copied(spec, tmp_path, file, written(changed)))
            unseen += [
                f"line {line}: {rows[line - 1][column]!r} → {changed[line - 1][column]!r}"
                for line in range(2, len(rows) + 1)
                if before[line] == after[line]
                and changed[line - 1][column].strip("-") != rows[line - 1][column].strip("-")
            ]
    assert unseen == []


def rests_on(spec: Spec, page: str) -> set[str]:
    """The models that the spec has from a page, or from an edition of it."""
    pages = {page, spec.pages[page].edition_of}
    return {model.name for operation in OPERATIONS for model in operation.models if model.page in pages}


@beside
@pytest.mark.parametrize("file", [MODELS, RETIRED, ABILITIES], ids=["models", "retired", "abilities"])
def test_no_row_of_a_table_can_go_unseen(spec: Spec, tmp_path: Path, file: Path) -> None:
    """Some rows of it, one at a time."""
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))

    def told(report: Report) -> list[str]:
        return [re.sub(r", line \d+", "", one) for one in lines([report], decided=True)][1:]

    report = audit(spec, file)
    before, named = told(report), rests_on(spec, report.page)
    # Of other models the spec has what is in the table from other pages.
    gone = (
        [at for at in range(1, len(rows)) if rows[at][0] in named][::4]
        if file == ABILITIES
        else range(1, len(rows), 12)
    )
    kept = [told(copied(spec, tmp_path, file, written([*rows[:row], *rows[row + 1 :]]))) for row in gone]
    assert len(gone) > 1
    assert [rows[row][0] for row, after in zip(gone, kept, strict=True) if after == before] == []
