"""Specs of git revisions and of folders."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from codegen.spec import Spec, SpecError, load


class RevisionError(Exception):
    """A revision or folder without a spec that can be read; the message says why."""


def spec_of(word: str, repository: Path) -> Spec:
    """The spec of a folder, or of a git revision of the repository. Raises RevisionError."""
    for folder in (Path(word), Path(word, "spec")):
        if (folder / "sources.yaml").is_file():
            return _load(folder.resolve(), word)
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(_git(repository, "archive", word, "spec"))) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    path = Path(place, member.name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.read())
        return _load(Path(place, "spec"), word)


def last_release(repository: Path) -> str:
    """The last tag; where there is none, the first commit whose spec is in today's language. Raises RevisionError."""
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
