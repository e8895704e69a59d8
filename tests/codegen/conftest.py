"""A spec of one operation, two groups and three models, which tests change and generate from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from codegen.output import write
from codegen.render import render
from codegen.spec import Spec, SpecError, load

FILES = {
    "sources.yaml": """\
pages:
  manual: {title: The manual, read: 2025-01-02}
  hearsay: {title: Hearsay, read: 2025-01-03, standing: third_party}
""",
    "platform.yaml": """\
hosts:
  main: {url: "https://example.com", setting: SMALL_URL, doc: Serves everything., source: manual}
prefixes:
  models: /models
endpoints:
  oauth: {http: POST /token, host: main, doc: Gives a token., source: manual}
""",
    "errors.yaml": """\
v1: {source: manual, codes: {"1": {kind: server, meaning: Broken. Try again., retryable: true}}}
v2: {source: manual, codes: {bad: {kind: invalid_request, meaning: Wrong., http: 400}}}
iam: {source: manual, codes: {Expired: {kind: authentication, meaning: Too late.}}}
oauth: {source: manual, codes: {invalid_client: {kind: authentication, meaning: Unknown.}}}
""",
    "shapes/shared.yaml": """\
source: manual
shapes:
  Message:
    doc: What somebody says.
    fields:
      role: {type: string, required: true, enum: [user, bot], doc: Who speaks.}
      content: {type: string, required: true, non_empty: true, doc: What is said.}
""",
    "v1/chat.yaml": """\
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
  messages: {type: "list[Message]", required: true, min_items: 1, doc: What was said.}
  heat: {type: float, range: "(0, 1.0]", default: 0.5, doc: Higher is wilder.}
  length: {type: int, range: "[1, max_output_tokens]", doc: Tokens at the most.}
  mode: {type: string, enum: [fast, slow], doc: How to answer.}
  deep: {type: bool, doc: Whether to think.}
rules:
  need:
    - {member: length, when: {member: deep, equals: true}}
dialogues:
  turns: {doc: user and bot in turn., turns: [[user], [bot]], last: [user], odd: true}
shapes:
  ChatReply:
    doc: An answer.
    fields:
      said: {type: string, doc: What it says.}
sets:
  common: [messages, heat, length]
groups:
  SmallChat:
    doc: Small models.
    takes: [common, deep]
    models:
      Tiny-1: {path: tiny1, aliases: [Tiny], limits: {max_output_tokens: 100}}
      Tiny-2: {path: tiny2, deployable: true}
  LargeChat:
    doc: Large models.
    takes: [common, mode]
    disputed: {deep: Only hearsay has it.}
    narrow: {heat: {range: "[0, 2.0]", default: 1.0}}
    models:
      Giant: {prebuilt: false, deployable: true}
""",
}


@attrs.frozen
class SmallSpec:
    """The files of a small spec, in a folder of its own."""

    folder: Path
    files: dict[str, str] = attrs.field(factory=lambda: dict(FILES))

    def change(self, file: str, old: str, new: str) -> SmallSpec:
        """Puts `new` where `old` stands, once."""
        assert self.files[file].count(old) == 1, f"{old!r} stands {self.files[file].count(old)} times in {file}"
        self.files[file] = self.files[file].replace(old, new)
        return self

    def load(self) -> Spec:
        """Reads it as codegen does."""
        for name, text in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return load(self.folder)

    def problems(self) -> list[str]:
        """What is wrong with it, a line each; none if nothing is."""
        try:
            self.load()
        except SpecError as error:
            return str(error).splitlines()
        return []

    def generate(self) -> Generated:
        """Generates the package, beside the spec."""
        out = self.folder.parent / "out"
        write(out, render(self.load()))
        return Generated(out)


@attrs.frozen
class Generated:
    """A folder that was generated."""

    folder: Path

    def says(self, expression: str, imports: str = "") -> Any:
        """What an expression gives as JSON, in a Python of its own that imports the generated package."""
        code = f"import json\n{imports}\nprint(json.dumps({expression}))"
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@pytest.fixture
def small(tmp_path: Path) -> SmallSpec:
    """A small spec in which nothing is wrong."""
    folder = tmp_path / "spec"
    folder.mkdir()
    return SmallSpec(folder)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """What the small spec gives, unchanged."""
    folder = tmp_path_factory.mktemp("small") / "spec"
    folder.mkdir()
    return SmallSpec(folder).generate()


@pytest.fixture
def before(tmp_path: Path) -> Spec:
    """The small spec as it was."""
    folder = tmp_path / "before" / "spec"
    folder.mkdir(parents=True)
    return SmallSpec(folder).load()
