"""`python -m codegen audit` on tables of models that were saved as csv, in words of our own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest

from codegen.audit import cells, csv_form
from codegen.audit.pages import Report, audit
from codegen.audit.report import lines
from codegen.spec import Spec
from tests.codegen.conftest import SmallSpec

MODELS = """\
model,context,max_input,max_output,thinking,default_rate,retires
tiny-1,128k,123k,"[1，100] 默认 50",,,
TINY-2,8192,64000字符,2k,,,
giant,-,3,,,,
"""
RETIRED = """\
name,retired,replacement
Tiny One,2025-5-30,Tiny-2 Giant
Falcon,2025-10-21,-
"""
ABILITIES = """\
model,min_completion_tokens,max_completion_tokens,functions,web_search
tiny-1,1,100,yes,no
giant,,,no,no
"""
PAGES = """\
  list:
    title: The list
    read: 2025-06-01
    opening: model,context,max_input,max_output,thinking,default_rate,retires
    audits: [v1.chat]
  ended:
    title: What ended
    read: 2025-06-01
    opening: name,retired,replacement
    audits: [v1.chat]
  abilities:
    title: What they can
    read: 2025-06-01
    opening: model,min_completion_tokens,max_completion_tokens,functions,web_search
    succeeds: manual
    audits: [v1.chat]
"""


@pytest.fixture
def spec(small: SmallSpec) -> SmallSpec:
    """A spec of which the list of models says nothing wrong."""
    small.files["sources.yaml"] += PAGES
    limits = "{context: 131072, max_input_tokens: 123000, max_output_tokens: 100, default_output_tokens: 50}"
    small.change("v1/chat.yaml", "limits: {max_output_tokens: 100}}", f"limits: {limits}, abilities: [functions]}}")
    small.change(
        "v1/chat.yaml",
        "Tiny-2: {path: tiny2, deployable: true}",
        "Tiny-2: {path: tiny2, versions: [Tiny Two], "
        "limits: {context: 8192, max_chars: 64000, max_output_tokens: 2048}}",
    )
    small.change("v1/chat.yaml", "Giant: {prebuilt: false, deployable: true}", "Giant: {path: giant}")
    return small.change("v1/chat.yaml", "narrow: {heat:", "narrow: {messages: {max_items: 3}, heat:")


def audited(spec: SmallSpec, text: str, name: str = "table.csv", loaded: Spec | None = None) -> Report:
    path = spec.folder.parent / name
    path.write_text(text, "utf-8")
    return audit(loaded or spec.load(), path)


def differences(spec: SmallSpec, text: str) -> list[tuple[str, str, str, int]]:
    return [(one.name, one.page, one.spec, one.line) for one in audited(spec, text).open]


def changes(text: str) -> Iterator[tuple[str, str]]:
    """What was done, and the table with it: each cell emptied, filled or with another number, each row removed."""
    rows = list(csv.reader(io.StringIO(text)))
    for place, row in enumerate(rows[1:], 1):
        yield f"row {place} removed", written([*rows[:place], *rows[place + 1 :]])
        for column, cell in enumerate(row):
            others = {"" if column else "x", "7", re.sub(r"\d", "9", cell, count=1), re.sub(r"\d(?=\D*$)", "8", cell)}
            others |= {"yes", "no"} if cell in ("yes", "no") else {f"{cell}x"}
            for other in others - {cell} - ({"", "-"} if cell in ("", "-") else set[str]()):
                changed = [*row[:column], other, *row[column + 1 :]]
                yield f"{rows[0][column]} {cell!r} → {other!r}", written([*rows[:place], changed, *rows[place + 1 :]])


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "numbers", "unit"),
    [
        ("128k", {128_000, 131_072}, "tokens"),
        ("128K", {128_000, 131_072}, "tokens"),
        ("400 tokens", {400}, "tokens"),
        ("64000字符", {64_000}, "characters"),
        ("512", {512}, None),
    ],
)
def test_an_amount_is_one_number_or_two(cell: str, numbers: set[int], unit: str | None) -> None:
    amount = cells.amount(cell)
    assert amount is not None
    assert (amount.numbers, amount.unit) == (numbers, unit)


@pytest.mark.parametrize(
    ("cell", "most", "least", "default"),
    [("[1，8192] 默认 4k", "8192", 1, "4k"), ("[2,2048]", "2048", 2, None), ("16k 默认4k", "16k", None, "4k")],
)
def test_the_tokens_of_an_answer(cell: str, most: str, least: int | None, default: str | None) -> None:
    output = cells.output(cell)
    assert output is not None
    assert (output.most.text, output.least) == (most, least)
    assert (output.default.text if output.default else None) == default


@pytest.mark.parametrize(
    ("cell", "rates"),
    [
        ("RPM=5000 TPM=400000", {"rpm": 5000, "tpm": 400_000}),
        ("6RPM", {"rpm": 6}),
        ("", {}),
        ("共享并发数：3", None),
    ],
)
def test_rates(cell: str, rates: dict[str, int] | None) -> None:
    assert cells.rates(cell) == rates


def test_a_day_needs_no_zeros_and_must_exist() -> None:
    assert [str(cells.day(cell)) for cell in ("2026-1-27", "2026-01-27", "2026-2-30", "soon")] == [
        "2026-01-27",
        "2026-01-27",
        "None",
        "None",
    ]


def test_a_row_of_another_length_is_cut_and_a_text_is_no_table() -> None:
    found = csv_form.sheet("model,context\na,1\nb,1,2\n\n'c',\"1\n2\"\nd,4\n")
    assert found is not None
    assert ([row.line for row in found.rows], found.cut) == ([2, 5, 7], [3])
    assert csv_form.sheet("The manual\nmodel,context\n") is None


# --- the list of models ----------------------------------------------------------------------------------------------


def test_a_list_that_agrees(spec: SmallSpec) -> None:
    counts = "3 statements: 3 covered, 0 differ as decided, 0 missing, 0 in contradiction, 0 to judge"
    assert list(lines([audited(spec, MODELS)])) == [f"table.csv as list, v1.chat: {counts}"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("128k", "129k", ("Tiny-1:context", "129k", "v1.chat: 131072", 2)),
        ("123k", "", ("Tiny-1:max_input_tokens", "says nothing of it", "v1.chat: 123000", 2)),
        ("[1，100]", "[1，200]", ("Tiny-1:max_output_tokens", "200", "v1.chat: 100", 2)),
        ("[1，100]", "[2，100]", ("Tiny-1:least_output_tokens", "2", "v1.chat: length [1, max_output_tokens]", 2)),
        ("默认 50", "默认 60", ("Tiny-1:default_output_tokens", "60", "v1.chat: 50", 2)),
        ("64000字符", "640字符", ("Tiny-2:max_chars", "640字符", "v1.chat: 64000", 3)),
        ("giant,-,3", "giant,-,4", ("Giant:max_items", "4", "v1.chat: 3", 4)),
        ("2k,,,", "2k,32k,,", ("Tiny-2:max_thinking_tokens", "32k", "v1.chat: says nothing of it", 3)),
        ("2k,,,", "2k,,RPM=60,", ("Tiny-2:rpm", "60", "v1.chat: says nothing of it", 3)),
        ("2k,,,", "2k,,,2026-1-2", ("Tiny-2:retired", "2026-01-02", "v1.chat: says nothing of it", 3)),
        ("giant,-", "titan,-", ("titan:model", "max_input 3", "no such model", 4)),
        ("giant,-", "giants,-", ("giants:model", "max_input 3", "no such model", 4)),
        ("giant,-,3,,,,\n", "", ("Giant:listed", "does not list it", "v1.chat has it, from manual", 0)),
        ("giant,-", "tiny 1,-", ("tiny 1:twice", "lists it twice", "first on line 2", 4)),
        ("giant,-,3,,,,", "giant,-,3,,,", ("table:row", "a row with other cells", "unreadable", 4)),
    ],
)
def test_a_difference_in_the_list(spec: SmallSpec, old: str, new: str, found: tuple[str, str, str, int]) -> None:
    assert MODELS.count(old) == 1
    assert found in differences(spec, MODELS.replace(old, new))


def test_a_table_with_other_columns_says_so(spec: SmallSpec) -> None:
    path = spec.folder.parent / "table.csv"
    path.write_text(MODELS.replace("thinking", "thoughts"), "utf-8")
    assert [(one.name, one.page) for one in audit(spec.load(), path, "list").open] == [
        ("thoughts:column", "a column"),
        ("thinking:column", "no such column"),
    ]


def test_a_cell_in_no_known_form_is_shown(spec: SmallSpec) -> None:
    found = differences(spec, MODELS.replace("64000字符", "一段文本"))
    assert [(name.split("-")[0], *rest) for name, *rest in found if "text-" in name] == [
        ("Tiny", "一段文本", "v1.chat: max_input in a form that nobody knows", 3)
    ]


def test_every_change_in_a_cell_of_the_list_is_found(spec: SmallSpec) -> None:
    loaded = spec.load()
    assert [what for what, text in changes(MODELS) if not audited(spec, text, loaded=loaded).open] == []


def test_the_day_in_a_files_name_is_the_pages(spec: SmallSpec) -> None:
    assert audited(spec, MODELS, "models-2025-06-01.csv").open == []
    assert [one.name for one in audited(spec, MODELS, "models-2026-06-01.csv").open] == ["page:date"]


# --- what ended ------------------------------------------------------------------------------------------------------


def test_what_ended_is_found_by_name_and_what_the_spec_never_had_is_listed(spec: SmallSpec) -> None:
    spec.change(
        "v1/chat.yaml", "Tiny-2: {path: tiny2, versions: [Tiny Two]", "Tiny-2: {path: tiny2, versions: [Tiny One]"
    )
    counts = "1 on models that are not in the spec, 1 missing, 0 in contradiction, 0 to judge"
    assert list(lines([audited(spec, RETIRED)])) == [
        f"table.csv as ended, v1.chat: 2 statements: 0 covered, 0 differ as decided, {counts}",
        "  Tiny-2:retired  missing, line 2",
        "    page: 2025-05-30",
        "    spec: v1.chat: says nothing of it",
        "  Tiny-2:use  missing, line 2",
        "    page: Tiny-2 Giant",
        "    spec: v1.chat: says nothing of it",
        "  Falcon  not in the spec, line 3: retired 2025-10-21",
    ]


@pytest.mark.parametrize("name", ["Tiny-1-241226", "Tiny-1(抢占式)", "Tiny_1-8K"])
def test_a_name_that_may_be_another_spelling_is_shown(spec: SmallSpec, name: str) -> None:
    found = differences(spec, RETIRED.replace("Falcon", name))
    assert [(page, said) for shown, page, said, _ in found if shown.startswith(f"{name}:text-")] == [
        ("retired 2025-10-21", "no such model; near tiny-1")
    ]


def test_a_page_says_what_its_own_names_mean(spec: SmallSpec) -> None:
    spec.change(
        "sources.yaml", "title: What ended", "title: What ended\n    calls: {Tiny One: [Tiny-1], Tiny-1-241226: []}"
    )
    report = audited(spec, RETIRED.replace("Falcon", "Tiny-1-241226"))
    assert [one.name for one in report.open] == ["Tiny-1:retired", "Tiny-1:use"]
    assert [one.subject for one in report.audited["v1.chat"] if one.foreign is not None] == ["Tiny-1-241226"]


def test_every_change_in_a_cell_of_what_ended_changes_the_report(spec: SmallSpec) -> None:
    text, loaded = RETIRED.replace("Tiny One", "Tiny Two"), spec.load()

    def report(text: str) -> list[str]:
        return list(lines([audited(spec, text, loaded=loaded)]))[1:]

    before = report(text)
    assert [what for what, changed in changes(text) if report(changed) == before] == []


# --- what they can ---------------------------------------------------------------------------------------------------


def test_abilities_are_compared_with_the_spec(spec: SmallSpec) -> None:
    assert differences(spec, ABILITIES) == [
        ("Tiny-2:listed", "does not list it", "v1.chat has it, from manual", 0),
    ]
    assert ("Tiny-1:functions", "no", "v1.chat: yes", 2) in differences(spec, ABILITIES.replace("yes", "no"))
    assert ("Tiny-1:max_output_tokens", "90", "v1.chat: 100", 2) in differences(spec, ABILITIES.replace("100", "90"))
    found = differences(spec, ABILITIES.replace("yes,no", "yes,yes"))
    assert [name for name, _, _, line in found if line == 2] == ["Tiny-1:search", "Tiny-1:web_search"]
