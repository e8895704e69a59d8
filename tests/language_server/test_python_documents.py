"""Python in an editor: diagnostics, hover, completion in strings, and fixes."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.language_server.editor import Diagnostics, Editor, in_editor

SOURCE = """import qianfan

chat = qianfan.ChatCompletion()
answer = chat.do(model="ERNIE-4.0-8K", messages=[{"role": "usr", "content": "你好😀"}], temperature=1.7, max_tokens=9)
"""


def said(found: Diagnostics) -> list[str]:
    """`line:character code`, of each."""
    return [f"{one.range.start.line}:{one.range.start.character} {one.code}" for one in found]


def test_calls_are_checked_while_they_are_written(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.py", SOURCE)
        found = await editor.diagnostics("a.py")
        assert said(found) == [
            "3:58 v1.chat.message.role.enum",
            "3:98 v1.chat.temperature.range",
            "3:103 v1.chat.unknown",
        ]
        editor.replace("a.py", "1.7", "0.7")
        await editor.diagnostics("a.py", lambda found: len(found) == 2)
        # A line that is no Python yet hides no other.
        editor.replace("a.py", "chat = qianfan", "def ask(:\nchat = qianfan")
        found = await editor.diagnostics("a.py", lambda found: "4:58 v1.chat.message.role.enum" in said(found))
        assert len(found) == 2

    assert in_editor(tmp_path, scene) == []


def test_hover_says_what_a_keyword_and_a_model_are(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.py", SOURCE)
        assert (await editor.hover("a.py", "temperature") or "").startswith("**temperature**: number — ERNIE-4.0-8K")
        assert (await editor.hover("a.py", '"ERNIE-4.0') or "").startswith("**ERNIE-4.0-8K** — v1.chat\n\n- call: ")
        assert (await editor.hover("a.py", '"role"') or "").startswith("**role**: string — ERNIE-4.0-8K")
        assert await editor.hover("a.py", "answer") is None

    in_editor(tmp_path, scene)


def test_strings_are_offered_models_roles_and_names(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("b.py", SOURCE.replace("ERNIE-4.0-8K", ""))
        assert "ERNIE-4.0-8K" in [one.label for one in await editor.offers("b.py", 'model="')]
        editor.open("a.py", SOURCE.replace(', "content": "你好😀"', ', "co"'))
        editor.open("c.py", SOURCE)
        assert [one.label for one in await editor.offers("c.py", '"usr')] == ["user", "assistant", "function"]
        (content,) = [one for one in await editor.offers("a.py", '"co') if one.label == "content"]
        edit = content.text_edit
        assert isinstance(edit, types.TextEdit)
        assert '{"role": "usr", "content"}' in editor.edited("a.py", [edit])
        assert await editor.offers("a.py", "temperature") == []

    in_editor(tmp_path, scene)


def test_fixes_change_the_literal_that_stands_there(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.py", SOURCE)
        found = {str(one.code): one for one in await editor.diagnostics("a.py")}
        assert await editor.actions("a.py", found["v1.chat.unknown"]) == {
            "Write max_output_tokens": SOURCE.replace("max_tokens", "max_output_tokens")
        }
        assert await editor.actions("a.py", found["v1.chat.temperature.range"]) == {}
        assert await editor.actions("a.py") == {
            "Fix all that is meant beyond doubt": SOURCE.replace('"usr"', '"user"').replace(
                "max_tokens", "max_output_tokens"
            )
        }

    assert in_editor(tmp_path, scene) == []
