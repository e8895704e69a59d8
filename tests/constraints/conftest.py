"""A small spec whose pages have editions, what it gives, and its validators in a program of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import attrs
import pytest

from tests.codegen.conftest import FILES, SmallSpec

SOURCES = """\
pages:
  manual:
    title: The manual
    read: 2024-05-01
    names: [Tim, "Big*"]
  manual-2025:
    title: The new manual
    read: 2025-06-01
    edition_of: manual
    names: [Tiny-6, "Big*"]
    drops: [messages.order, "mode.*"]
    defers: [heat.range]
  leaflet: {title: Leaflet, read: 2024-07-01, repeats: [manual]}
  roster: {title: Roster, read: 2025-08-01, note: Lists models and says no rule.}
  small: {title: Small models, read: 2025-02-01, names: ["Tiny-*"]}
  large: {title: Large models, read: 2025-03-01, names: [Giant]}
  booklet: {title: The booklet, read: 2024-03-01, names: ["*"]}
  handbook: {title: The handbook, read: 2025-07-01, succeeds: booklet, names: ["*"]}
  hearsay: {title: Hearsay, read: 2025-01-03, standing: third_party}
"""
FOREIGN = """\
source: hearsay
names:
  v1.chat:
    request: [seed]
    Message: [refusal]
"""
CHAT = """\
operation: chat
version: v1
doc: Answers.
http: POST {models}/{path}
host: main
auth: [iam]
model_in: path
deployed_path: own/{endpoint}
reply: ChatReply
source: manual
subject: [messages]
parameters:
  messages: {type: "list[Message]", required: true, doc: What was said.}
  heat: {type: float, range: "(0, 1.0]", doc: Higher is wilder.}
  mode: {type: string, enum: [fast, slow], doc: How to answer.}
  deep: {type: bool, source: booklet, other_names: {think: warning}, doc: Whether to think.}
  length:
    {type: int, range: "[1, max_output_tokens]", source: handbook, other_names: {max_tokens: error}, doc: The most.}
  tone: {type: string, enum: [low, mid, high], source: handbook, doc: How it sounds.}
  mood: {type: string, enum: [good], source: hearsay, doc: How it feels.}
  setup: {type: Setup, source: handbook, doc: What else.}
  tags: {type: "map[string]", max_items: 2, source: handbook, doc: Whatever you like.}
dialogues:
  turns: {doc: user and bot in turn., turns: [[user], [bot]], last: [user]}
shapes:
  Setup:
    doc: What else there is to say.
    source: handbook
    fields:
      depth: {type: int, range: "[1, 9]", doc: How deep.}
      width: {type: int, range: "[1, 9]", doc: How wide.}
  ChatReply:
    doc: An answer.
    fields:
      said: {type: string, doc: What it says.}
sets:
  common: [messages, heat, mode, deep, tone, mood, tags, setup]
groups:
  SmallChat:
    doc: Small models.
    takes: [common, length]
    narrow: {tone: {enum: [low, mid], source: small}}
    models:
      Tiny-1: {path: tiny1, limits: {max_output_tokens: 100}}
      Tiny-2: {path: tiny2, source: leaflet}
      Tiny-3: {path: tiny3, source: roster}
      Tiny-4: {path: tiny4, source: roster, aliases: [Tim]}
      Tiny-5: {path: tiny5, source: roster, family: Bigger}
      Tiny-6: {path: tiny6, source: roster, limits: {max_output_tokens: {value: 50, source: hearsay}}}
      Tiny-7: {path: tiny7, source: roster, unverified: true}
      Past: {path: past, retired: {on: 2025-01-01, use: [Tiny-1, Giant], source: roster}, source: small}
      Soon: {path: soon, retired: {on: 2999-12-31, use: [Tiny-1]}, source: small}
      Gone: {path: gone, retired: {source: roster}, source: small}
  LargeChat:
    doc: Large models.
    takes: [common]
    narrow:
      heat: {range: "[0, 2.0]", source: large}
      tone: {enum: [high], source: large}
      messages.role: {enum: [user], source: large}
      setup.depth: {range: "[1, 5]", required: true, source: large}
    models:
      Giant: {path: giant, source: large}
"""
PROGRAM = """
import json, sys
from qianfan_api.validation import validate
for line in sys.stdin:
    payload = json.loads(line)
    found = [[v.level, v.pointer, v.rule, v.message, v.source] for v in validate(payload, api="v1.chat")]
    print(json.dumps(found), flush=True)
"""


@attrs.frozen
class Small:
    """What the spec gives, and its validators at work."""

    folder: Path
    questions: IO[str]
    answers: IO[str]

    def found(self, model: str | None, **parameters: object) -> list[str]:
        """What is found in a request, a line each."""
        named = {} if model is None else {"model": model}
        payload = {**named, "messages": [{"role": "user", "content": "hello"}], **parameters}
        self.questions.write(
            json.dumps({name: value for name, value in payload.items() if value is not LEFT_OUT}) + "\n"
        )
        self.questions.flush()
        return [
            f"{level} {pointer} {rule.removeprefix('v1.chat.')}: {message} [{source}]"
            for level, pointer, rule, message, source in json.loads(self.answers.readline())
        ]

    def schema(self, group: str) -> Any:
        """The JSON Schema of a group."""
        return json.loads((self.folder / f"schemas/v1.chat/{group}.schema.json").read_text("utf-8"))

    @property
    def facts(self) -> Any:
        """The facts of the operation."""
        return json.loads((self.folder / "qianfan_api/facts.json").read_text("utf-8"))["operations"]["v1.chat"]

    def text(self, path: str) -> str:
        """A generated file."""
        return (self.folder / path).read_text("utf-8")


LEFT_OUT = ...
"""Stands for a member that a request does not have."""


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """What the small spec gives, generated once."""
    folder = tmp_path_factory.mktemp("editions") / "spec"
    folder.mkdir()
    changed = {"sources.yaml": SOURCES, "foreign_names.yaml": FOREIGN, "v1/chat.yaml": CHAT}
    made = SmallSpec(folder, {**FILES, **changed}).generate()
    environment = os.environ | {"PYTHONPATH": str(made.folder), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Small(made.folder, process.stdin, process.stdout)
        process.stdin.close()
