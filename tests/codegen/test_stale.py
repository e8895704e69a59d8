"""`python -m codegen stale`, on a small spec: facts by the age of their page, and models that no living page names."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.stale import unnamed
from tests.codegen.conftest import SmallSpec

DAY = ["--day", "2025-01-12"]
MANUAL = "  2025-01-02     10 days  manual (The manual, documentation): 24 rules and 4 facts of models"


def stale(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and what it says."""
    ran = CliRunner().invoke(app, ["stale", "--spec", str(folder), *DAY, *options])
    return ran.exit_code, ran.stdout


def test_pages_come_oldest_first_with_what_rests_on_them(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", "{path: tiny2, source: hearsay}").load()
    code, said = stale(small.folder)
    assert code == 0
    assert said.splitlines() == [
        "2 pages, the oldest first",
        MANUAL.replace("4 facts", "3 facts"),
        "  2025-01-03      9 days  hearsay (Hearsay, third party): 1 fact of models",
        "1 model in service that no living page names",
        "  v1.chat Tiny-2: hearsay",
    ]


def test_a_page_older_than_the_threshold_fails(small: SmallSpec) -> None:
    small.load()
    assert stale(small.folder, "--older-than", "10")[0] == 0
    code, said = stale(small.folder, "--older-than", "9")
    assert code == 1
    assert said.splitlines()[:2] == ["1 page that are older than 9 days, the oldest first", MANUAL]


def test_as_json(small: SmallSpec) -> None:
    small.load()
    said = json.loads(stale(small.folder, "--json")[1])
    assert said["day"] == "2025-01-12"
    assert said["models"] == []
    assert said["pages"] == [
        {
            "page": "manual",
            "title": "The manual",
            "read": "2025-01-02",
            "days": 10,
            "standing": "documentation",
            "rules": 24,
            "facts": 4,
        }
    ]


def test_an_earlier_edition_is_not_living_and_a_retired_model_is_not_in_service(small: SmallSpec) -> None:
    page = "  manual: {title: The manual, read: 2025-01-02}\n"
    later = "  manual-2: {title: The manual, read: 2025-01-05, edition_of: manual}\n"
    small.change("sources.yaml", page, page + later)
    small.change("v1/chat.yaml", "{path: tiny2, deployable: true}", "{path: tiny2, source: manual-2}")
    small.change("v1/chat.yaml", "Giant: {prebuilt", "Giant: {retired: {on: 2025-01-01}, prebuilt")
    assert [str(one) for one in unnamed(small.load())] == ["v1.chat Tiny-1: manual"]
