"""On much code: it never breaks, and says nothing of code that is not about the platform."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.python_source.module_check import check_text
from qianfan_typed.python_source.sources.python_files import python_files, source_of
from tests.python_source.looking import CLIENT, found_in

ROOT = Path(__file__).parent.parent.parent
LIBRARY = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))
OURS = [ROOT / "qianfan_typed", ROOT / "codegen", ROOT / "generated"]
RIGHT = sorted((ROOT / "tests" / "typing" / "right").rglob("*.py"))
# Types are right there, values are not: what `validate` and InvalidRequest say is what they are about.
# Every model that continues a text is retired.
WRONG_VALUES = {
    "replies.py": {"/messages empty", "/temperature range"},
    "compat.py": {"/model retired"},
    "v2_sync.py": {"/web_search disputed"},
}


def findings(folder: Path) -> list[str]:
    found: list[str] = []
    for file in python_files([str(folder)])[0]:
        source = source_of(file)
        if source is not None:
            checked = check_text(source.text, file, cells=source.cells)
            found += [f"{one.where} {one.pointer} {one.message}" for one in checked.findings]
    return found


@pytest.mark.parametrize("folder", OURS, ids=lambda folder: folder.name)
def test_our_own_code_has_no_findings(folder: Path) -> None:
    assert findings(folder) == []


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_code_that_type_checkers_accept_has_no_findings(path: Path) -> None:
    checked = check_text(path.read_text("utf-8"), path.name)
    assert {f"{one.pointer} {one.code}" for one in checked.findings} <= WRONG_VALUES.get(path.name, set())


def test_installed_packages_have_no_findings() -> None:
    packages = [path for path in PACKAGES.iterdir() if path.is_dir() and not path.name.startswith("qianfan_")]
    # The official SDK's own tool calls a model that is retired.
    known = "qianfan/common/tool/baidu_search_tool.py"
    assert [one for folder in packages for one in findings(folder) if known not in one or "retired" not in one] == []


@pytest.mark.parametrize("folder", ["json", "asyncio", "importlib", "unittest", "email"])
def test_code_that_does_not_mention_the_platform_passes_all_the_same(folder: str) -> None:
    for path in sorted((LIBRARY / folder).rglob("*.py")):
        text = path.read_text("utf-8")
        # What is not looked at when files are checked, is here: every construct of the language comes by.
        assert check_text(f"import qianfan_typed\n{text}", str(path)).findings == ()


ARGUMENTS = st.sampled_from(
    ["q", "*more", "**more", "None", "...", "[user(q)]", "[user(q), *more]", "[{**more}]", "[m, user(q)]", "{}", "''"]
)
NAMES = st.sampled_from(["", "messages=", "system=", "stop=", "tools=", "stream=", "temperature=", "extra=", "model="])
CALLEES = st.sampled_from(
    [
        "client.v1.chat.ernie_speed_8k.create",
        "client.v1.chat.ernie_3_5_8k.stream",
        "client.v2.chat.ernie_3_5_8k.create",
        "client.v1.chat.endpoint",
        "client.v1.chat.model",
        "client.chat.completions.create",
        "validate",
        "user",
    ]
)


@given(CALLEES, st.lists(st.tuples(NAMES, ARGUMENTS), max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_the_arguments_it_never_breaks(callee: str, arguments: list[tuple[str, str]]) -> None:
    code = CLIENT + f"{callee}({', '.join(name + argument for name, argument in arguments)})"
    try:
        ast.parse(code)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            check_text(code, "app.py")
    else:
        found_in(code)


def test_sources_deeper_than_pythons_stack_are_read() -> None:
    total = " + ".join(["'a'"] * 600)
    assert found_in(f"{CLIENT}client.v1.chat.ernie_speed_8k.create([user({total})])") == []
    chain = ".a" * 600
    assert found_in(f"{CLIENT}client.v1.chat{chain}.create([])") == []
