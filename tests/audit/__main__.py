"""Audit: the installed packages against the known vulnerabilities, by pip-audit.

    python -m tests.audit

Fails where one is known, and where no database could be asked: silence would be taken for safety.
"""

from __future__ import annotations

import json
import subprocess
import sys


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable"]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"no database of vulnerabilities could be reached: {done.stderr.strip().splitlines()[-1:]}")
        return 2
    asked = [one for one in packages if "vulns" in one]
    if not asked:
        print(f"no database of vulnerabilities could be reached: it knows none of the {len(packages)} packages")
        return 2
    for one in asked:
        for found in one["vulns"]:
            mended = ", ".join(found["fix_versions"]) or "none"
            print(f"{one['name']} {one['version']}: {found['id']}, mended in {mended}")
    print(f"{len(asked)} of {len(packages)} packages were looked up")
    return 1 if any(one["vulns"] for one in asked) else 0


if __name__ == "__main__":
    sys.exit(main())
