"""Baseline: the violations that a project lives with for now, so that only new ones are said.

An entry has no line: a violation is the same wherever its request moves to. Of those that are alike, the number counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import attrs

from qianfan_typed.project.settings import relative_path
from qianfan_typed.reports.codes import NOT_CHECKED
from qianfan_typed.reports.findings import Finding, Tally

_VERSION = 1
Key = tuple[str, str, str, str]
"""File, rule, pointer and message."""


class BaselineError(ValueError):
    """A baseline cannot be used; the message says why."""


def is_of_baseline(finding: Finding) -> bool:
    """Whether a finding is a violation: what could not be checked is not to be got used to."""
    return finding.level != "note" and finding.rule not in NOT_CHECKED


@attrs.define
class Baseline:
    """Known violations."""

    folder: Path
    """Where its paths begin: the folder that it lies in."""
    left: Counter[Key]
    """Those that have not been met yet."""
    found: int = 0
    """Those that have been."""

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """The baseline of a file. Raises BaselineError."""
        try:
            document = json.loads(path.read_text("utf-8"))
            rows = [
                ((row["file"], row["rule"], row["pointer"], row["message"]), int(row["count"]))
                for row in document["violations"]
            ]
        except OSError as error:
            raise BaselineError(f"{path}: {error.strerror or error}; --write-baseline makes it") from None
        except (ValueError, KeyError, TypeError):
            raise BaselineError(f"{path}: not a baseline; --write-baseline makes one") from None
        return cls(path.resolve().parent, Counter(dict(rows)))

    def new(self, findings: Iterable[Finding], tally: Tally) -> Iterator[Finding]:
        """The findings that are not known. What is known counts no more."""
        counted: set[tuple[str, int]] = set()
        known: dict[tuple[str, int], int] = {}
        for finding in findings:
            thing = finding.file, finding.record or finding.line
            key = _key(finding, self.folder)
            if is_of_baseline(finding) and self.left[key] > 0:
                self.left[key] -= 1
                self.found += 1
                tally.uncount(finding)
                known[thing] = known.get(thing, 0) + 1
                continue
            if is_of_baseline(finding):
                counted.add(thing)
            yield finding
        tally.invalid = max(0, tally.invalid - len(known.keys() - counted))

    def gone(self, files: Collection[str]) -> int:
        """How many violations of files that were checked are no longer there."""
        checked = {_name(file, self.folder) for file in files}
        return sum(count for key, count in self.left.items() if key[0] in checked)


def write_baseline(path: Path, findings: Iterable[Finding]) -> int:
    """Writes the violations among findings, and says how many they are. Raises BaselineError."""
    folder = path.resolve().parent
    counts = Counter(_key(one, folder) for one in findings if is_of_baseline(one))
    rows = [
        {"file": file, "rule": rule, "pointer": pointer, "message": message, "count": count}
        for (file, rule, pointer, message), count in sorted(counts.items())
    ]
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    text = f'{{"version": {_VERSION}, "violations": [\n{lines}\n]}}\n'
    try:
        path.write_text(text, "utf-8", "backslashreplace")
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror or error}") from None
    return counts.total()


def _key(finding: Finding, folder: Path) -> Key:
    return _name(finding.file, folder), finding.rule or finding.code, finding.pointer, finding.message


def _name(file: str, folder: Path) -> str:
    return file if file == "-" else relative_path(folder, Path(file).resolve())
