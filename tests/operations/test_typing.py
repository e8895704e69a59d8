"""User code for operations that stand in the spec alone is typed: pyright's own words, right and wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.operations.conftest import ROOT, Package

CODE = """\
from qianfan_typed import AsyncQianfan, Qianfan

client = Qianfan()
reveal_type(client.v2.speech.speaker.create("x").content)
reveal_type(next(iter(client.v2.talk.talker.stream("x"))).event)
reveal_type(client.v2.images.retouches.brush.create([b"x", ("a.png", b"y")], "red"))
reveal_type(client.v2.images.flux_1_schnell)
reveal_type(client.v2.boxes.get("b", limit=3))
reveal_type(client.v2.news.tell("x"))
client.v2.images.retouches.brush.create(7, "red")
client.v2.boxes.get(limit=3)
client.v2.boxes.delete("b", limit=3)


async def main(asynchronous: AsyncQianfan) -> None:
    reveal_type(await asynchronous.v2.boxes.get("b"))
    reveal_type(await asynchronous.v2.speech.speaker.create("x"))
"""


def test_pyright_knows_what_each_takes_and_gives(package: Package, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(CODE, "utf-8")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(package.folder), str(ROOT)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    pyright = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    ran = subprocess.run(pyright, capture_output=True, encoding="utf-8", cwd=tmp_path)
    found = re.findall(r"user\.py:(\d+):\d+ - (?:information|error): (.*)", ran.stdout)
    assert [f"{line}: {words}" for line, words in found] == [
        '4: Type of "client.v2.speech.speaker.create("x").content" is "bytes"',
        '5: Type of "next(iter(client.v2.talk.talker.stream("x"))).event" is "str | None"',
        '6: Type of "client.v2.images.retouches.brush.create([b"x", ("a.png", b"y")], "red")" is "Edit"',
        '7: Type of "client.v2.images.flux_1_schnell" is "FluxImages"',
        '8: Type of "client.v2.boxes.get("b", limit=3)" is "Box"',
        '9: Type of "client.v2.news.tell("x")" is "News"',
        '10: Argument of type "Literal[7]" cannot be assigned to parameter "image" of type'
        ' "FileInput | Sequence[FileInput]" in function "create"',
        '11: Argument missing for parameter "box_id" (reportCallIssue)',
        '12: No parameter named "limit" (reportCallIssue)',
        '16: Type of "await asynchronous.v2.boxes.get("b")" is "Box"',
        '17: Type of "await asynchronous.v2.speech.speaker.create("x")" is "BytesReply"',
    ]
