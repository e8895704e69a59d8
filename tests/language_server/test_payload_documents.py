"""Payload files in an editor: diagnostics as they are opened, changed and closed; hover; completion."""

from __future__ import annotations

import json
from pathlib import Path

from lsprotocol import types

from tests.language_server.editor import Diagnostics, Editor, in_editor

MODEL = "ernie-4.5-turbo-32k"
REQUEST = '{"model": "ernie-4.0-8k", "temperature": 1.7, "messages": [{"role": "user", "content": "你好"}]}'


def none(found: Diagnostics) -> bool:
    return found == []


def said(found: Diagnostics) -> list[str]:
    """`line:character-character code`, of each."""
    return [f"{one.range.start.line}:{one.range.start.character}-{one.range.end.character} {one.code}" for one in found]


def test_a_document_is_checked_when_it_is_opened_changed_and_closed(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.json", REQUEST)
        (found,) = await editor.diagnostics("a.json")
        assert said([found]) == ["0:41-44 v2.chat.temperature.range"]
        assert found.severity == types.DiagnosticSeverity.Error
        assert found.message == (
            "ernie-4.0-8k /temperature 1.7: must be above 0 and at most 1.0 (对话Chat V2, read 2024-12-13)"
        )
        editor.replace("a.json", "1.7", "0.7")
        await editor.diagnostics("a.json", none)
        editor.replace("a.json", "0.7", "7")
        await editor.diagnostics("a.json")
        editor.close("a.json")
        await editor.diagnostics("a.json", none)

    assert in_editor(tmp_path, scene) == []


def test_a_diagnostic_leads_to_the_page_of_its_rule(tmp_path: Path) -> None:
    request = {"model": "Gemma-2B-it", "top_k": -1, "messages": [{"role": "user", "content": "hi"}]}

    async def scene(editor: Editor) -> None:
        editor.open("a.json", json.dumps({"api": "v1.chat", "payload": request}))
        found = await editor.diagnostics("a.json")
        pages = {one.code: one.code_description.href for one in found if one.code_description is not None}
        assert pages["v1.chat.top_k.range"] == "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/8lo479b4b"

    in_editor(tmp_path, scene)


def test_files_that_nobody_calls_requests_are_left_alone_unless_they_plainly_are(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("package.json", '{"name": "x", "temperature": 9, }')
        editor.open("list.json", '[1, {"model": "gpt-4o", "temperature": 9}]')
        editor.open("plain.json", REQUEST)
        await editor.diagnostics("plain.json")
        assert list(editor.said) == [editor.uri("plain.json")]

    in_editor(tmp_path, scene)


def test_settings_say_which_files_hold_requests_and_what_is_left_out_of_them(tmp_path: Path) -> None:
    settings = '[tool.qianfan-typed]\nignore = ["range"]\nexclude = ["old"]\napis = {"payloads/**" = "v1.chat"}\n'
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    (tmp_path / "payloads" / "old").mkdir(parents=True)

    async def scene(editor: Editor) -> None:
        editor.open("payloads/old/a.json", '{"temperature": "x"}')
        editor.open("payloads/a.json", '{"temperature": 7, "top_p": "x", "messages": []')
        found = await editor.diagnostics("payloads/a.json")
        assert said(found) == ["0:28-31 v1.chat.top_p.type", "0:47-47 file.syntax"]
        assert editor.uri("payloads/old/a.json") not in editor.said

    assert in_editor(tmp_path, scene) == []


def test_settings_that_cannot_be_used_are_said_once_and_nothing_ends(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.qianfan-typed]\nlevle = 1\n", "utf-8")

    async def scene(editor: Editor) -> None:
        editor.open("a.json", REQUEST)
        await editor.diagnostics("a.json")
        editor.replace("a.json", "1.7", "0.7")
        await editor.diagnostics("a.json", none)
        assert editor.messages == ["pyproject.toml: [tool.qianfan-typed] levle: not a setting; did you mean level?"]

    in_editor(tmp_path, scene)


def test_columns_are_counted_as_the_editor_counts_them(tmp_path: Path) -> None:
    text = '{"model": "ernie-4.0-8k", "messages": [{"role": "user", "content": "你好😀😀"}], "temperature": 1.7}'
    places: list[str] = []

    async def scene(editor: Editor) -> None:
        editor.open("a.json", text)
        places.extend(said(await editor.diagnostics("a.json")))
        # An edit behind such characters lands where it is meant to.
        editor.replace("a.json", "1.7", "0.7")
        await editor.diagnostics("a.json", none)

    kinds = types.PositionEncodingKind
    for encodings in ([], [kinds.Utf16], [kinds.Utf8], [kinds.Utf32]):
        in_editor(tmp_path, scene, encodings)
    at = text.index("1.7")
    assert places == [f"0:{at + more}-{at + more + 3} v2.chat.temperature.range" for more in (2, 2, 10, 0)]


def test_a_text_may_hold_line_ends_that_the_protocol_does_not_know(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.jsonl", REQUEST.replace("你好", "a\u2028b\x85c") + "\n" + REQUEST + "\n")
        assert said(await editor.diagnostics("a.jsonl")) == [
            f"{line}:41-44 v2.chat.temperature.range" for line in (0, 1)
        ]
        one = types.Range(types.Position(1, 41), types.Position(1, 44))
        editor.change("a.jsonl", [types.TextDocumentContentChangePartial(range=one, text="0.5")])
        await editor.diagnostics("a.jsonl", lambda found: len(found) == 1)

    in_editor(tmp_path, scene)


def test_broken_json_still_says_what_is_wrong_with_what_is_there(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.json", REQUEST)
        await editor.diagnostics("a.json")
        editor.replace(
            "a.json", ' "messages": [{"role": "user", "content": "你好"}]}', ' "messages": [{"role": "usr", "con'
        )
        found = await editor.diagnostics("a.json", lambda found: len(found) == 3)
        assert said(found) == [
            "0:41-44 v2.chat.temperature.range",
            "0:68-73 v2.chat.message.role.enum",
            "0:79-79 file.syntax",
        ]

    in_editor(tmp_path, scene)


def test_of_many_rapid_changes_the_last_text_counts(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.jsonl", (REQUEST.replace("1.7", "0.7") + "\n") * 300)
        for number in range(200):
            line = types.Range(types.Position(number, 41), types.Position(number, 44))
            editor.change("a.jsonl", [types.TextDocumentContentChangePartial(range=line, text="1.9")])
        found = await editor.diagnostics("a.jsonl", lambda found: len(found) == 200)
        assert [one.range.start.line for one in found] == list(range(200))
        assert len(editor.said[editor.uri("a.jsonl")]) < 100

    assert in_editor(tmp_path, scene) == []


def test_lines_of_yaml_are_checked_as_they_are_written(tmp_path: Path) -> None:
    text = f"- model: {MODEL}\n  messages:\n  - role: user\n    content: 你好\n" * 3

    async def scene(editor: Editor) -> None:
        editor.open("a.yaml", text + "  temperature: hot\n")
        assert said(await editor.diagnostics("a.yaml")) == ["12:15-18 v2.chat.temperature.type"]
        editor.replace("a.yaml", "hot", "0.5\n  top_p: [")
        await editor.diagnostics("a.yaml", none)

    in_editor(tmp_path, scene)


def test_a_parameter_and_a_model_say_what_is_known_of_them(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.json", REQUEST.replace("ernie-4.0-8k", MODEL).replace(', "content": "你好"}]}', ""))
        about = await editor.hover("a.json", "temperature")
        assert about == (
            f"**temperature**: number — {MODEL}\n\nHigher is more random, lower more focused.\n\n"
            "- above 0 and at most 1.0 (only warns) `v2.chat.temperature.range`\n\n文本生成, read 2025-12-23"
        )
        model = await editor.hover("a.json", MODEL) or ""
        assert model.startswith(f"**{MODEL}** — v2.chat\n\n- call: client.v2.chat.ernie_4_5_turbo_32k\n")
        assert "- price: " in model
        assert (await editor.hover("a.json", '"model"') or "").startswith(f"**model**: string — {MODEL}")

    in_editor(tmp_path, scene)


def test_models_parameters_roles_and_values_are_offered(tmp_path: Path) -> None:
    half = f'{{"model": "{MODEL}", "messages": [{{"role": "",'

    async def scene(editor: Editor) -> None:
        editor.open("a.json", half)
        roles = await editor.offers("a.json", '"role": "')
        assert [one.label for one in roles] == ["user", "assistant", "system", "tool", "function"]
        assert [one.label for one in await editor.offers("a.json", '"role": "",')][:2] == ["content", "name"]
        assert MODEL in [one.label for one in await editor.offers("a.json", '"model": "')]
        editor.replace("a.json", half, f'{{"model": "{MODEL}", "te", "messages": []}}')
        names = {one.label: one for one in await editor.offers("a.json", '"te')}
        assert "temperature" in names
        assert "messages" not in names
        edit = names["temperature"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert editor.edited("a.json", [edit]) == f'{{"model": "{MODEL}", "temperature": , "messages": []}}'

    in_editor(tmp_path, scene)


def test_yaml_is_offered_the_same(tmp_path: Path) -> None:
    async def scene(editor: Editor) -> None:
        editor.open("a.yaml", f"- model: {MODEL}\n  messages:\n  - role: \n    content: hi\n  \n")
        roles = await editor.offers("a.yaml", "role: ")
        assert [one.label for one in roles] == ["user", "assistant", "system", "tool", "function"]
        names = {one.label: one for one in await editor.offers("a.yaml", "content: hi\n  ")}
        edit = names["temperature"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert editor.edited("a.yaml", [edit]).endswith("content: hi\n  temperature: \n")

    in_editor(tmp_path, scene)


def test_nothing_of_a_document_ends_the_server(tmp_path: Path) -> None:
    texts = [
        "[" * 100_000,
        '{"a":' * 50_000,
        '"\ud83d',
        "\0" * 100,
        '{"model": "' + "\\" * 10_001,
        "",
        "{" + '"a": 1,' * 20_000,
    ]

    async def scene(editor: Editor) -> None:
        for number, text in enumerate(texts):
            for suffix in ("json", "jsonl", "yaml"):
                name = f"{number}.{suffix}"
                editor.open(name, text.encode("utf-8", "replace").decode())
                asked = types.HoverParams(
                    types.TextDocumentIdentifier(editor.uri(name)), types.Position(10_000_000, 10_000_000)
                )
                assert await editor.client.text_document_hover_async(asked) is None
        editor.open("a.json", REQUEST)
        assert said(await editor.diagnostics("a.json")) == ["0:41-44 v2.chat.temperature.range"]

    in_editor(tmp_path, scene)
