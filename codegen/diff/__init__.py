"""Two specs, compared by what they mean."""

from codegen.diff.change import MARKS, Change, Mark
from codegen.diff.compare import compare
from codegen.diff.report import Format, changelog, report
from codegen.diff.revisions import RevisionError, last_release, spec_of

__all__ = [
    "MARKS",
    "Change",
    "Format",
    "Mark",
    "RevisionError",
    "changelog",
    "compare",
    "last_release",
    "report",
    "spec_of",
]
