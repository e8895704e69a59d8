"""Revisions: the specs of git revisions and of folders, also those in an older form of the language."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from codegen.spec import Spec, SpecError, load


class RevisionError(Exception):
    """A revision or folder without a spec that can be read; the message says why."""


def spec_of(word: str, repository: Path) -> Spec:
    """The spec of a folder, or of a git revision of the repository. Raises RevisionError."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place, "spec")
        folder = next((one for one in (Path(word), Path(word, "spec")) if (one / "sources.yaml").is_file()), None)
        if folder is None:
            _extract(repository, word, Path(place))
        elif _is_older(folder):
            shutil.copytree(folder, copy)
        else:
            return _load(folder.resolve(), word)
        if _is_older(copy):
            _renew(copy)
        return _load(copy, word)


def last_release(repository: Path) -> str:
    """The last tag; where there is none, the first commit whose spec can be read. Raises RevisionError."""
    tags = _git(repository, "tag", "--merged", "HEAD", "--sort=-creatordate").decode().split()
    if tags:
        return tags[0]
    commits = _git(repository, "log", "--reverse", "--format=%h", "--", "spec").decode().split()
    for commit in commits:
        try:
            spec_of(commit, repository)
        except RevisionError:
            continue
        return commit
    raise RevisionError("no tag, and no commit with a spec that can be read")


# --- the language before rules had editions ---


def _is_older(folder: Path) -> bool:
    """Whether a spec is from before pages had editions. The names of other APIs came with them."""
    return not (folder / "foreign_names.yaml").is_file()


def _renew(folder: Path) -> None:
    """Puts an older spec into today's language. A file that is no spec stays: loading says what is wrong with it."""
    yaml: Any = YAML(typ="safe")  # ruamel.yaml has no types for its data
    yaml.representer.sort_base_mapping_type_on_output = False  # the first dialogue is the default
    for path in folder.rglob("*.yaml"):
        try:
            data: Any = yaml.load(path.read_text("utf-8"))
            before = repr(data)
            _renew_pages(data)
            _renew_models(data)
            _renew_codes(data)
        except (YAMLError, AttributeError, TypeError, ValueError):
            continue
        if repr(data) != before:
            with path.open("w", encoding="utf-8") as stream:
                yaml.dump(data, stream)


def _renew_pages(data: dict[str, Any]) -> None:
    """A page of the documentation spoke of every model, named in it or not."""
    for page in data.get("pages", {}).values():
        if page.get("standing", "documentation") == "documentation":
            page.setdefault("names", ["*"])


def _renew_models(data: dict[str, Any]) -> None:
    """`retired` was a sentence, and `replaced_by` stood beside it."""
    models = [model for group in data.get("groups", {}).values() for model in group.get("models", {}).values()]
    for model in models:
        successor = model.pop("replaced_by", None)
        if isinstance(model.get("retired"), str):
            model.setdefault("note", model["retired"])
            model["retired"] = {"use": [successor]} if successor else {}


def _renew_codes(data: dict[str, Any]) -> None:
    """The codes that the emulator answers were called faults."""
    for dialect in ("v1", "v2", "iam", "oauth"):
        table: dict[str, Any] = data.get(dialect, {})
        if "faults" in table:
            table["emulator_codes"] = table.pop("faults")


def _extract(repository: Path, revision: str, place: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(_git(repository, "archive", revision, "spec"))) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                path = place / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _load(folder: Path, word: str) -> Spec:
    try:
        return load(folder)
    except SpecError as error:
        count = len(error.problems)
        raise RevisionError(f"{word}: {count} problem{'s' * (count > 1)} in its spec\n{error}") from error


def _git(repository: Path, *words: str) -> bytes:
    run = subprocess.run(["git", "-C", str(repository), *words], capture_output=True, check=False)
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise RevisionError(f"git {' '.join(words)}: {said}")
    return run.stdout
