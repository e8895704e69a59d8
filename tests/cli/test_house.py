"""The house: options that every command has, what mistakes come to, and what is loaded when."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from qianfan_typed import __version__
from qianfan_typed.cli.commands import PLACES
from qianfan_typed.cli.completions import model_names, parameter_values
from qianfan_typed.emulator import Emulator
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
FOUND = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
MODEL = "ernie-4.5-turbo-128k"
NO_KEYS = "qianfan-typed: there are no credentials: set one of these, or pass the argument of the same name\n"


def test_the_version(run: Run) -> None:
    assert run("--version").out == f"qianfan-typed {__version__}\n"


@pytest.mark.parametrize("name", PLACES)
def test_each_command_has_help_that_begins_as_the_list_says(run: Run, name: str) -> None:
    place = PLACES[name]
    done = run(name, "-h")
    assert done.code == 0
    made = getattr(import_module(f"qianfan_typed.cli.{place.module}"), place.name)
    function = made.registered_callback.callback if isinstance(made, typer.Typer) else made
    assert (function.__doc__ or "").splitlines()[0] == place.says


def test_the_list_of_commands_loads_none_of_them() -> None:
    script = (
        "import sys, contextlib; sys.argv[1:] = ['--help']\n"
        "from qianfan_typed.cli import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=FOUND, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    homes = {f"qianfan_typed.cli.{place.module}" for place in PLACES.values()}
    heavy = {"qianfan_typed.facts.facts_file", "qianfan_api.models", "prompt_toolkit", "urllib3", "msgspec"}
    assert loaded & (homes | heavy) == set()


def test_a_chat_that_is_piped_loads_neither_markdown_nor_the_prompt(emulator: Emulator) -> None:
    script = (
        "import sys, contextlib; sys.argv[1:] = ['chat', 'hi', '--raw']\n"
        "from qianfan_typed.cli import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**FOUND, **emulator.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert set(done.stderr.split()) & {"prompt_toolkit", "qianfan_typed.cli.markdown_view"} == set()


def test_a_misspelt_command_is_met_with_the_nearest(run: Run) -> None:
    done = run("chta")
    assert done.code == 2
    assert "No such command 'chta'. Did you mean 'chat'" in done.err


def test_a_misspelt_option_is_met_with_the_nearest(run: Run) -> None:
    done = run("chat", "--temprature", "1")
    assert done.code == 2
    assert "--temperature" in done.err


def test_no_keys(run: Run, without_keys: None) -> None:
    done = run("chat", "hi")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(NO_KEYS)


def test_half_of_a_key(run: Run, without_keys: None) -> None:
    done = run("chat", "hi", "--access-key", "ALTAKmine")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("qianfan-typed: access_key is given, secret_key is not: set QIANFAN_SECRET_KEY")
    assert "ALTAKmine" not in done.err


def test_keys_may_stand_before_the_command_and_after_it(run: Run, without_keys: None, emulator: Emulator) -> None:
    before = run("--bearer-token", emulator.bearer_token, "chat", "hi")
    after = run("chat", "hi", "--bearer-token", emulator.bearer_token)
    assert (before.code, after.code) == (0, 0)
    assert before.out == after.out != ""


def test_an_env_file(run: Run, without_keys: None, emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"QIANFAN_BEARER_TOKEN={emulator.bearer_token}\n")
    assert run("chat", "hi", "--env-file", "keys").code == 0
    done = run("chat", "hi", "--env-file", "none")
    assert (done.code, done.err) == (2, "qianfan-typed: env_file: none cannot be read: No such file or directory\n")


def test_verbose_says_what_is_sent_and_shows_no_key(run: Run, emulator: Emulator) -> None:
    done = run("--verbose", "chat", "a question", "--access-key", emulator.access_key)
    assert "v2.chat" in done.err
    for hidden in (emulator.access_key, emulator.secret_key, emulator.bearer_token, "a question"):
        assert hidden not in done.err


def test_no_host(run: Run) -> None:
    done = run("chat", "hi", "--base-url", "http://127.0.0.1:9")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("qianfan-typed: no connection could be made: ")
    assert done.err.endswith("  qianfan-typed doctor says which hosts can be reached, and what stands between\n")


def test_what_the_platform_refuses_is_one_block(run: Run, emulator: Emulator) -> None:
    emulator.fail_next(code="invalid_model")
    done = run("chat", "hi")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("qianfan-typed: invalid_model: ")
    assert "Traceback" not in done.err


def test_traceback_shows_where_an_error_comes_from(emulator: Emulator) -> None:
    emulator.fail_next(code="invalid_model")
    command = [sys.executable, "-m", "qianfan_typed", "--traceback", "chat", "hi"]
    environment = {**FOUND, **emulator.environment}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert emulator.secret_key not in done.stderr


def test_a_reader_that_has_enough_is_no_error(emulator: Emulator) -> None:
    command = f"{sys.executable} -m qianfan_typed models --retired | head -n 1"
    done = subprocess.run(command, shell=True, env=FOUND, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.startswith("model\tapi\t")
    assert done.stderr == ""


@pytest.mark.parametrize(("name", "colour"), [("NO_COLOR", False), ("FORCE_COLOR", True)])
def test_colour_is_as_the_environment_says(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, colour: bool) -> None:
    monkeypatch.setenv(name, "1")
    assert ("\x1b[" in run("doctor", "--offline").out) is colour


def test_names_of_models_are_completed_in_any_case_and_retired_ones_only_for_want_of_others() -> None:
    complete = model_names(("v2.chat", "v1.chat"))
    assert MODEL in complete("ERNIE-4.5-turbo-1")
    assert complete("no such model") == []
    assert complete("CodeLlama") == []
    assert model_names(("v1.completion",))("CodeLlama") == ["CodeLlama-7b-Instruct"]


def test_values_of_parameters_are_completed() -> None:
    assert "chain_of_draft" in parameter_values("thinking_strategy", ("v2.chat",))("chain")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("qianfan-typed chat --model ernie-4.5-turbo-1", MODEL),
        ("qianfan-typed chat --tempera", "--temperature"),
        ("qianfan-typed cha", "chat"),
        ("qianfan-typed --lang z", "zh"),
    ],
    ids=["model", "parameter", "command", "language"],
)
def test_the_shell_completes(words: str, expected: str) -> None:
    script = "import sys; sys.argv[0] = 'qianfan-typed'; from qianfan_typed.cli import main; main()"
    environment = {**FOUND, "_QIANFAN_TYPED_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": words}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, encoding="utf-8")
    assert expected in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not the shell there")
def test_completion_is_installed(tmp_path: Path) -> None:
    script = "import sys; sys.argv[0] = 'qianfan-typed'; from qianfan_typed.cli import main; main()"
    environment = {**FOUND, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [sys.executable, "-c", script, "--install-completion", "bash"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("bash completion installed in ")
    assert "qianfan-typed" in (tmp_path / ".bashrc").read_text("utf-8")
