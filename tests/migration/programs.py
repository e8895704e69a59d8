"""Runs programs one after the other, and prints what each printed, as JSON: `python programs.py FILE …`."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
import traceback
import warnings


def main() -> None:
    """Runs the programs that the arguments name."""
    printed: dict[str, str] = {}
    for file in sys.argv[1:]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), warnings.catch_warnings():
            # Of models that are retired, and what the official packages leave open.
            warnings.simplefilter("ignore")
            try:
                runpy.run_path(file, run_name="__main__")
            except BaseException:
                out.write(traceback.format_exc())
        printed[file] = out.getvalue()
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
