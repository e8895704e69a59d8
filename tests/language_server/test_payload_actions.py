"""Fixes of payload files in an editor: what they make is what `validate --fix` would."""

from __future__ import annotations

import json
from pathlib import Path

from tests.language_server.editor import Editor, in_editor

BODY = {"model": "ernie-4.0-8k", "temperature": "0.7", "messages": [{"role": "User", "content": "你好😀"}]}
FIXED = {"model": "ernie-4.0-8k", "temperature": 0.7, "messages": [{"role": "user", "content": "你好😀"}]}
ALL = "Fix all that is meant beyond doubt"


def test_a_fix_changes_what_is_wrong_and_all_of_them_all(tmp_path: Path) -> None:
    text, right = (json.dumps(one, ensure_ascii=False) for one in (BODY, FIXED))

    async def scene(editor: Editor) -> None:
        editor.open("a.json", text)
        number, role = await editor.diagnostics("a.json")
        assert await editor.actions("a.json", number) == {"Write 0.7": text.replace('"0.7"', "0.7")}
        assert await editor.actions("a.json", role) == {'Write "user"': text.replace('"User"', '"user"')}
        assert await editor.actions("a.json") == {ALL: right}
        editor.open("a.jsonl", f"{right}\n{text}\n")
        assert len(await editor.diagnostics("a.jsonl")) == 2
        assert await editor.actions("a.jsonl") == {ALL: f"{right}\n{right}\n"}

    assert in_editor(tmp_path, scene) == []


def test_yaml_keeps_its_comments(tmp_path: Path) -> None:
    text = '- model: ernie-4.0-8k  # 😀\n  temperature: "0.7"  # mild\n  messages:\n  - {role: user, content: 你好}\n'

    async def scene(editor: Editor) -> None:
        editor.open("a.yaml", text)
        (found,) = await editor.diagnostics("a.yaml")
        assert await editor.actions("a.yaml", found) == {"Write 0.7": text.replace('"0.7"', "0.7")}
        assert await editor.actions("a.yaml") == {ALL: text.replace('"0.7"', "0.7")}

    assert in_editor(tmp_path, scene) == []


def test_an_editor_in_chinese_is_answered_in_chinese(tmp_path: Path) -> None:
    text = json.dumps(BODY, ensure_ascii=False)

    async def scene(editor: Editor) -> None:
        editor.open("a.json", text)
        number, _ = await editor.diagnostics("a.json")
        place, _, message = number.message.rpartition(' "0.7"：')
        assert place.endswith("/temperature")
        assert message == "必须是数字，不能是字符串；请写 0.7 (文本生成，2025-12-23 查阅)"
        assert number.code == "v2.chat.temperature.type"
        assert await editor.actions("a.json", number) == {"改写为 0.7": text.replace('"0.7"', "0.7")}

    assert in_editor(tmp_path, scene, locale="zh-cn") == []
