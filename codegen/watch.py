"""Watching: generates whenever a file of the spec, a template or a support module changes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
from jinja2 import TemplateError

from codegen.diff import compare, report
from codegen.output import write
from codegen.plan.package import SUPPORT
from codegen.render import TEMPLATES, render
from codegen.spec import Spec, SpecError, load

Stamps = dict[Path, tuple[int, int]]
"""File → when it was last written and its size."""


@attrs.define
class Watcher:
    """Looks at the files again and again; each look may have something to say."""

    spec: Path
    out: Path
    _known: Spec | None = None
    """The last spec that was right: what the next one is held against."""
    _done: Stamps = attrs.field(factory=dict[Path, tuple[int, int]])
    _seen: Stamps = attrs.field(factory=dict[Path, tuple[int, int]])

    def look(self) -> Iterator[str]:
        """Generates if something changed since the last time; gives what there is to say."""
        stamps = self._stamps()
        # An editor may be in the middle of writing: act once two looks in a row are the same.
        settled, self._seen = stamps == self._seen, stamps
        if settled and stamps != self._done:
            self._done = stamps
            yield from self._generate()

    def _generate(self) -> Iterator[str]:
        start = time.perf_counter()
        try:
            spec = load(self.spec)
            if self._known is not None:
                words = report(compare(self._known, spec), "text")
                yield from words.splitlines()
            self._known = spec
            changed = write(self.out, render(spec))
        except SpecError as error:
            count = len(error.problems)
            yield from str(error).splitlines()
            yield f"{count} problem{'s' if count > 1 else ''} in the spec; nothing was written"
        except (OSError, TemplateError, subprocess.CalledProcessError) as error:
            yield f"nothing was written: {error}"
        else:
            yield from (f"  {self.out.name}/{path}" for path in changed)
            what = f"{len(changed)} changed" if changed else "nothing changed"
            yield f"{self.out.name}/: {what}, {time.perf_counter() - start:.1f} s"

    def _stamps(self) -> Stamps:
        found: Stamps = {}
        for folder in (self.spec, TEMPLATES, SUPPORT):
            for path in folder.rglob("*"):
                try:
                    stat = path.stat()
                except FileNotFoundError:  # gone since it was listed
                    continue
                if path.is_file() and path.suffix in (".yaml", ".jinja", ".jinja2", ".py"):
                    found[path] = stat.st_mtime_ns, stat.st_size
        return found


def watch(watcher: Watcher, say: Callable[[str], None], every: float) -> None:
    """Looks every so many seconds, until the user interrupts."""
    try:
        while True:
            for line in watcher.look():
                say(line)
            time.sleep(every)
    except KeyboardInterrupt:
        return
