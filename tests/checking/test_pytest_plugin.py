"""The pytest plugin: the fixture, and payload files as tests."""

from __future__ import annotations

import pytest

from tests.checking.saying import chat, lines

pytest_plugins = ["pytester"]

CONFIGURATION = """\
[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.qianfan-typed]
payloads = ["payloads/**/*.jsonl", "one.yaml"]

[tool.qianfan-typed.apis]
"**" = "v1.chat"
"""


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
    said = result.stdout.str()
    at = said.index("payloads/deep/wrong.jsonl: 2 of 3")
    assert said[at:].splitlines()[:6] == [
        "payloads/deep/wrong.jsonl: 2 of 3 requests invalid; not all can be read",
        "  1:93   ERNIE-Speed-8K  /temperature     1.7: must be above 0 and at most 1.0",
        "                                          对话Chat, read 2025-01-13",
        '  1:107  ERNIE-Speed-8K  /top_p           "a": must be a number, not a string',
        "  2:2                                     not JSON: it ends too early",
        "  4:78   ERNIE-Speed-8K  /disable_search  not a parameter of ERNIE-Speed-8K; ERNIE-4.0-8K, "
        "ERNIE-4.0-8K-Preview and 15 more take it",
    ]


def test_files_may_be_asked_for(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("payloads/right.jsonl").assert_outcomes(passed=1)
    project.runpytest_subprocess("payloads").assert_outcomes(passed=1, failed=1)
    project.runpytest_subprocess(".").assert_outcomes(passed=2, failed=2)


def test_a_wrong_configuration_is_said(project: pytest.Pytester) -> None:
    project.makepyprojecttoml('[tool.qianfan-typed]\npayloads = "a"\n')
    result = project.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: pyproject.toml: [[]tool.qianfan-typed[]] payloads: 'a': must be a list of strings"]
    )


def test_a_session_that_asks_for_nothing_loads_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\ntestpaths = ["."]\n')
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

    RIGHT = {"model": "ERNIE-Speed-8K", "messages": [{"role": "user", "content": "hi"}]}

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
            "E       Failed: ERNIE-Speed-8K does not take this request (2 problems)",
            "E         /temperature  1.7: must be above 0 and at most 1.0",
            "E                       对话Chat, read 2025-01-13",
            "E         /top_p        2: must be at least 0 and at most 1.0",
            "E       Failed: ChatLaw does not take this request (1 problem)",
            "E         /extra_parameters  missing: required",
        ]
    )
    assert "pytest_plugin.py" not in result.stdout.str()
