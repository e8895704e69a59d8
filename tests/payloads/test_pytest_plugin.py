"""The pytest plugin: the fixture, and payload files as tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.payloads.saying import chat, lines
from tests.settled import settled

pytest_plugins = ["pytester"]

CONFIGURATION = """\
[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.qianfan-typed]
payloads = ["payloads/**/*.jsonl", "one.yaml"]
ignore = ["retired"]

[tool.qianfan-typed.apis]
"**" = "v1.chat"
"""


@pytest.fixture(autouse=True)
def _utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pytester reads sessions as, whatever the locale is."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with payloads beside its tests."""
    pytester.makepyprojecttoml(CONFIGURATION)
    for name, text in {
        "tests/test_it.py": "def test_it(): pass\n",
        "payloads/right.jsonl": lines(chat(), chat(temperature=0.5)),
        "payloads/deep/wrong.jsonl": lines(chat(temperature=1.7, top_p="a"), "{", chat(), chat(disable_search=True)),
        "one.yaml": "model: ERNIE-Sped-8K\nmessages: []\n",
        "other.jsonl": "{",
    }.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return pytester


def test_each_payload_file_is_a_test(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "tests/test_it.py::test_it PASSED*",
            "one.yaml::requests FAILED*",
            "payloads/deep/wrong.jsonl::requests FAILED*",
            "payloads/right.jsonl::requests PASSED*",
        ]
    )
    said = settled(result.stdout.str())
    at = said.index("payloads/deep/wrong.jsonl: 4 requests")
    assert said[at:].splitlines()[:6] == [
        "payloads/deep/wrong.jsonl: 4 requests in 1 file, 3 checked: 2 invalid (3 errors); not checked: 1 unreadable",
        "  1:93   ERNIE-Speed-8K  /temperature     1.7: must be above 0 and at most 1.0",
        "                                          对话Chat, read 2025-01-13",
        '  1:107  ERNIE-Speed-8K  /top_p           "a": must be a number, not a string',
        "  2:2                                     not JSON: it ends too early",
        "  4:78   ERNIE-Speed-8K  /disable_search  not a parameter of ERNIE-Speed-8K; … take it",
    ]


RIGHT = lines(chat())
PAYLOADS = ["one.yaml::requests", "payloads/deep/wrong.jsonl::requests", "payloads/right.jsonl::requests"]


def configure(project: pytest.Pytester, *payloads: str) -> None:
    """Names other payloads."""
    text = CONFIGURATION.replace('["payloads/**/*.jsonl", "one.yaml"]', str(list(payloads)))
    (project.path / "pyproject.toml").write_text(text, "utf-8")


def ids(project: pytest.Pytester, *arguments: str) -> list[str]:
    """The ids of the tests that a session collects, without those of Python files."""
    result = project.runpytest_subprocess("--collect-only", "-q", *arguments)
    assert result.ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), result.stderr.str()
    return [line for line in result.outlines if "::" in line and ".py::" not in line]


def warnings_of(result: pytest.RunResult) -> list[str]:
    """What is said of the configuration."""
    return [line.strip() for line in result.outlines if "PytestConfigWarning" in line]


@pytest.mark.slow
def test_files_may_be_asked_for(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("payloads/right.jsonl").assert_outcomes(passed=1)
    project.runpytest_subprocess("payloads/right.jsonl::requests").assert_outcomes(passed=1)
    project.runpytest_subprocess("payloads").assert_outcomes(passed=1, failed=1)
    project.runpytest_subprocess(".").assert_outcomes(passed=2, failed=2)
    project.runpytest_subprocess("tests").assert_outcomes(passed=1)
    project.runpytest_subprocess("tests/test_it.py::test_it").assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_whole_project_is_only_for_its_own_folder(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids(project) == PAYLOADS
    monkeypatch.chdir(project.path / "payloads" / "deep")
    assert ids(project) == ["payloads/deep/wrong.jsonl::requests"]
    monkeypatch.chdir(project.path / "tests")
    assert ids(project) == []


@pytest.mark.parametrize(
    "text",
    [
        '[ tool.qianfan-typed ]\npayloads = ["payloads"]',
        '[tool."qianfan-typed"]\n"payloads" = ["payloads"]',
        '["tool".' + "'qianfan-typed'" + ']\npayloads = ["payloads"]',
        '[tool]\nqianfan-typed.payloads = ["payloads"]',
        'tool.qianfan-typed = { payloads = ["payloads"] }',
    ],
)
def test_however_toml_spells_the_setting_it_is_one(project: pytest.Pytester, text: str) -> None:
    (project.path / "pyproject.toml").write_text(text, "utf-8")
    assert ids(project) == PAYLOADS[1:]


def test_a_folder_stands_for_the_files_that_end_like_payloads(project: pytest.Pytester) -> None:
    for name in ("a.json", "b.ndjson", "c.yml", "README.md", ".hidden.json", "conftest.py"):
        (project.path / "payloads" / name).write_text("", "utf-8")
    configure(project, "payloads")
    assert ids(project) == [
        "payloads/a.json::requests",
        "payloads/b.ndjson::requests",
        "payloads/c.yml::requests",
        *PAYLOADS[1:],
    ]


@pytest.mark.slow
def test_no_name_of_a_file_is_an_argument(project: pytest.Pytester) -> None:
    for name in ("br[1].jsonl", "a::b.jsonl", "sp ace.jsonl", "-x.jsonl", "@at.jsonl"):
        (project.path / "payloads" / name).write_text(RIGHT, "utf-8")
    project.runpytest_subprocess().assert_outcomes(passed=7, failed=2)
    found = [
        "payloads/-x.jsonl::requests",
        "payloads/@at.jsonl::requests",
        "payloads/a::b.jsonl::requests",
        "payloads/br[1].jsonl::requests",
        *PAYLOADS[1:],
        "payloads/sp ace.jsonl::requests",
    ]
    assert ids(project) == ["one.yaml::requests", *found]
    assert ids(project, "payloads") == found
    assert ids(project, "-k", "br") == ["payloads/br[1].jsonl::requests"]
    assert ids(project, "-k", "payloads", "--deselect", "payloads/br[1].jsonl") == [*found[:3], *found[4:]]


@pytest.mark.slow
def test_the_folder_of_a_project_is_no_pattern(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.path / "v[1]"
    folder.mkdir()
    for name in ("pyproject.toml", "tests", "payloads"):
        (project.path / name).rename(folder / name)
    monkeypatch.chdir(folder)
    assert ids(project) == PAYLOADS[1:]


@pytest.mark.slow
def test_what_pytest_leaves_out_is_left_out(project: pytest.Pytester) -> None:
    assert ids(project, "--ignore", "payloads") == PAYLOADS[:1]
    assert ids(project, "--ignore", "payloads/deep", "--ignore", "one.yaml") == PAYLOADS[2:]
    assert ids(project, "--ignore-glob", "*/d*p") == [PAYLOADS[0], PAYLOADS[2]]
    assert ids(project, "--deselect", "payloads/deep") == [PAYLOADS[0], PAYLOADS[2]]
    assert ids(project, "-k", "one or right") == [PAYLOADS[0], PAYLOADS[2]]
    (project.path / "conftest.py").write_text('collect_ignore_glob = ["payloads/*"]\n', "utf-8")
    assert ids(project) == PAYLOADS[:1]


@pytest.mark.slow
def test_each_conftest_is_in_force(project: pytest.Pytester) -> None:
    for folder in ("", "payloads/", "payloads/deep/"):
        (project.path / f"{folder}conftest.py").write_text(
            f"""\
import pytest

@pytest.fixture
def told():
    return "{folder}"

def pytest_runtest_setup(item):
    print("<{folder}|" + item.nodeid + ">")

def pytest_collection_modifyitems(items):
    for item in items:
        if "wrong" in item.nodeid and "{folder}" == "payloads/deep/":
            item.add_marker(pytest.mark.xfail(reason="known"))
""",
            "utf-8",
        )
    test = project.path / "payloads" / "test_told.py"
    test.write_text('def test_told(told): assert told == "payloads/"\n', "utf-8")
    for arguments in ([], ["tests", "payloads", "one.yaml"], ["."]):
        result = project.runpytest_subprocess("-s", *arguments)
        result.assert_outcomes(passed=2 if not arguments else 3, failed=1, xfailed=1)
        seen = re.findall(r"<(.*)\|(payloads/.*::requests)>", result.stdout.str())
        assert seen == [
            ("payloads/deep/", PAYLOADS[1]),
            ("payloads/", PAYLOADS[1]),
            ("", PAYLOADS[1]),
            ("payloads/", PAYLOADS[2]),
            ("", PAYLOADS[2]),
        ]


@pytest.mark.slow
def test_a_conftest_that_cannot_be_loaded_is_an_error(project: pytest.Pytester) -> None:
    (project.path / "payloads" / "conftest.py").write_text("import nothing_of_that_name\n", "utf-8")
    result = project.runpytest_subprocess()
    result.assert_outcomes(errors=2)
    said = [line.split(":")[0] for line in result.outlines if line.startswith("ERROR ")]
    assert said == ["ERROR payloads/deep - ModuleNotFoundError", "ERROR payloads - ModuleNotFoundError"]


@pytest.mark.slow
def test_what_is_named_needs_no_walk(project: pytest.Pytester) -> None:
    path = project.path / "build" / "payloads" / "a.json"
    path.parent.mkdir(parents=True)
    path.write_text(RIGHT, "utf-8")
    configure(project, "build/payloads")
    assert ids(project) == ids(project, ".") == ["build/payloads/a.json::requests"]


@pytest.mark.slow
def test_the_first_failure_may_be_the_last(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("-x").assert_outcomes(passed=1, failed=1)


@pytest.mark.slow
def test_what_failed_may_be_run_again(project: pytest.Pytester) -> None:
    project.runpytest_subprocess().assert_outcomes(passed=2, failed=2)
    project.runpytest_subprocess("--lf").assert_outcomes(failed=2)


@pytest.mark.slow
def test_payloads_may_be_outside_of_the_project(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = project.path / "inside"
    inside.mkdir()
    for name in ("x/a.jsonl", "y/a.jsonl"):
        (project.path / name).parent.mkdir()
        (project.path / name).write_text(RIGHT, "utf-8")
    monkeypatch.chdir(inside)
    (inside / "pyproject.toml").write_text(
        f"""\
[tool.pytest.ini_options]

[tool.qianfan-typed]
payloads = ["../x/*.jsonl", "{(project.path / "y").as_posix()}/*.jsonl"]
ignore = ["retired"]
apis."**" = "v2.chat"
apis."../**" = "v1.chat"
""",
        "utf-8",
    )
    result = project.runpytest_subprocess("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["../x/a.jsonl::requests PASSED*", "../y/a.jsonl::requests PASSED*"])


def test_a_pattern_may_be_absolute(project: pytest.Pytester) -> None:
    configure(project, f"{project.path.as_posix()}/payloads/*.jsonl")
    assert ids(project) == PAYLOADS[2:]


@pytest.mark.slow
def test_a_file_is_one_test_however_often_it_is_named(
    project: pytest.Pytester, symlink: Callable[[Path, str], None]
) -> None:
    symlink(project.path / "payloads" / "same.jsonl", "right.jsonl")
    symlink(project.path / "here", "payloads")
    right = project.path / "payloads" / "right.jsonl"
    configure(project, "payloads/r*.jsonl", "./tests/../payloads/r*", str(right), "payloads/same.jsonl", "here/r*")
    assert ids(project) == PAYLOADS[2:]
    assert ids(project, ".") == ["here/right.jsonl::requests"]
    assert ids(project, "payloads", "payloads/right.jsonl", "payloads/right.jsonl") == PAYLOADS[2:]
    assert ids(project, "payloads/same.jsonl", "payloads/right.jsonl") == ["payloads/same.jsonl::requests"]


@pytest.mark.slow
def test_what_another_plugin_makes_of_a_file_stays(project: pytest.Pytester) -> None:
    (project.path / "tests" / "both.json").write_text(RIGHT, "utf-8")
    (project.path / "conftest.py").write_text(
        """\
import pytest

class Theirs(pytest.File):
    def collect(self):
        yield Test.from_parent(self, name="theirs")

class Test(pytest.Item):
    def runtest(self):
        pass

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".json":
        return Theirs.from_parent(parent, path=file_path)
""",
        "utf-8",
    )
    configure(project, "tests")
    for arguments in ([], ["tests"], ["tests/both.json"]):
        assert sorted(ids(project, *arguments)) == ["tests/both.json::requests", "tests/both.json::theirs"]


@pytest.mark.slow
def test_a_pattern_that_leads_to_no_file_is_warned_of(project: pytest.Pytester) -> None:
    configure(project, "payload/*.jsonl", "payload", "tests", "one.yaml")
    said = [
        "pyproject.toml: [tool.qianfan-typed] payloads: 'payload/*.jsonl': no file matches",
        "pyproject.toml: [tool.qianfan-typed] payloads: 'payload': no such file or folder",
        "pyproject.toml: [tool.qianfan-typed] payloads: 'tests': no file in it ends in "
        ".json, .jsonl, .ndjson, .yaml, .yml, .har, .http, .rest, .curl",
    ]
    result = project.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1, warnings=3)
    place = f"{project.path / 'pyproject.toml'}:5: PytestConfigWarning: "
    assert warnings_of(result) == [place + line for line in said]
    assert warnings_of(project.runpytest_subprocess("tests")) == []
    result = project.runpytest_subprocess("-W", "error")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [f"ERROR: {line}" for line in said]


@pytest.mark.slow
def test_the_processes_of_xdist_find_the_same(project: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    for name in ("br[1].jsonl", "a::b.jsonl"):
        (project.path / "payloads" / name).write_text(RIGHT, "utf-8")
    configure(project, "payloads", "one.yaml", "payload")
    result = project.runpytest_subprocess("-n", "2", "-v")
    result.assert_outcomes(passed=4, failed=2, warnings=1)
    assert sorted(line.split("] ")[-1].strip() for line in result.outlines if "%] " in line) == [
        "FAILED one.yaml::requests",
        "FAILED payloads/deep/wrong.jsonl::requests",
        "PASSED payloads/a::b.jsonl::requests",
        "PASSED payloads/br[1].jsonl::requests",
        "PASSED payloads/right.jsonl::requests",
        "PASSED tests/test_it.py::test_it",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('payloads = "a"', "payloads: 'a': must be a list of strings"),
        ('payloads = [""]', "payloads: '': must be a file, a folder or a pattern"),
        ('payloads = ["a", "-"]', "payloads: '-': must be a file, a folder or a pattern"),
        ('payload = ["a"]', "payload: not a setting; did you mean payloads?"),
    ],
)
def test_a_wrong_configuration_is_said(project: pytest.Pytester, text: str, words: str) -> None:
    project.makepyprojecttoml(f"[tool.qianfan-typed]\n{text}\n")
    result = project.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [f"ERROR: pyproject.toml: [tool.qianfan-typed] {words}"]


def test_a_session_that_asks_for_nothing_loads_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(
        """
        [project]
        name = "payloads"
        version = "1"
        dependencies = ["qianfan-typed[cli]"]

        [tool.pytest.ini_options]
        testpaths = ["."]
        """
    )
    pytester.makepyfile(
        """
        import sys

        def test_it():
            loaded = {name.split(".")[0] for name in sys.modules}
            assert not loaded & {"qianfan_api", "cattrs", "msgspec", "rich", "ruamel"}
            assert [name for name in sys.modules if name.startswith("qianfan_typed.")] in (
                ["qianfan_typed._version", "qianfan_typed.pytest_plugin"],
            )
        """
    )
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


FIXTURE = """
    import pytest

    RIGHT = {"model": "ERNIE-3.5-128K", "messages": [{"role": "user", "content": "hi"}]}

    def test_right(assert_valid_request):
        assert_valid_request(RIGHT, api="v1.chat")
        assert_valid_request({**RIGHT, "model": "ERNIE-Sped-8K"}, api="v1.chat", level="error")

    def test_wrong(assert_valid_request):
        assert_valid_request({**RIGHT, "temperature": 1.7, "top_p": 2}, api="v1.chat")

    def test_model(assert_valid_request):
        assert_valid_request(RIGHT, "v1.chat", "ChatLaw")
"""


def test_the_fixture_fails_with_every_violation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FIXTURE)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "E       Failed: ERNIE-3.5-128K does not take this request (2 problems)",
            "E         /temperature  1.7: must be above 0 and at most 1.0",
            "E                       对话Chat, read 2025-01-13",
            "E         /top_p        2: must be at least 0 and at most 1.0",
            "E       Failed: ChatLaw does not take this request (1 problem)",
            "E         /extra_parameters  missing: required",
        ]
    )
    assert "pytest_plugin.py" not in result.stdout.str()
