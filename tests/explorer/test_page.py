"""What docs/explorer.md says is so, and the command opens the page."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from tests.emulator.test_cli import COMMAND, ENVIRONMENT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explorer.md").read_text("utf-8")
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+\.png)\)")


def test_the_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(code, "docs/explorer.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.startswith("the page is at http://127.0.0.1:")


def test_the_options_are_there() -> None:
    ended = subprocess.run(
        [*COMMAND, "explorer", "--help"], capture_output=True, text=True, env=ENVIRONMENT, timeout=60
    )
    assert ended.returncode == 0
    assert set(re.findall(r"`(--[a-z-]+)`", PAGE)) - {"--ignore"} <= set(re.findall(r"--[a-z-]+", ended.stdout))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_the_command_opens_the_page_and_ends_cleanly() -> None:
    command = [*COMMAND, "explorer", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[4]
            assert b"<title>qianfan-typed</title>" in urllib3.request("GET", url).data
            assert urllib3.request("GET", f"{url}explorer/api/session").json()["kind"] == "emulator"
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "explorer", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
    words = f"port {port} of 127.0.0.1 is taken: choose another with --port, or --port 0 for a free one"
    assert (ended.returncode, ended.stderr) == (2, f"qianfan-typed: {words}\n")


def test_each_picture_is_shown_and_small() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for name in PICTURE.findall(page.read_text("utf-8"))
    }
    there = {path.resolve() for path in (ROOT / "docs" / "images").glob("*.png")}
    assert shown == there
    assert max(path.stat().st_size for path in there) < 120_000


def test_what_the_page_needs_is_in_the_wheel(tmp_path: Path) -> None:
    hatchling = pytest.importorskip("hatchling.builders.wheel", reason="hatchling builds the wheel")
    (wheel,) = hatchling.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    import zipfile

    names = set(zipfile.ZipFile(wheel).namelist())
    home = ROOT / "qianfan_typed" / "explorer"
    files = [
        path for path in home.rglob("*") if path.is_file() and path.suffix in (".js", ".css", ".html", ".json", ".svg")
    ]
    assert len(files) > 15
    assert [path.name for path in files if path.relative_to(ROOT).as_posix() not in names] == []
