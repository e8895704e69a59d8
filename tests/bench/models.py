"""What the number of models costs: the spec with each model of V2's chat many times, generated, and used."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
TIMES = (1, 10, 100)
FIRST = "from qianfan_typed import Qianfan; Qianfan(bearer_token='x' * 20).v2.chat.ernie_4_5_turbo_128k"
VALIDATE = """
import time
from qianfan_typed import validate
payload = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": "你好"}], "temperature": 0.5}
validate(payload, api="v2.chat")
start = time.process_time()
for _ in range(2000):
    validate(payload, api="v2.chat")
print((time.process_time() - start) / 2000)
"""


def grown() -> dict[str, dict[str, float]]:
    """What each costs with so many times the models: title → how many times → figure."""
    titles = ("models, ms until the first handle", "models, µs to validate", "models, s to generate")
    found: dict[str, dict[str, float]] = {title: {} for title in titles}
    for times in TIMES:
        with TemporaryDirectory() as folder:
            spec, out = Path(folder, "spec"), Path(folder, "generated")
            models = multiplied(spec, times)
            seconds = _seconds([sys.executable, "-m", "codegen", "generate", "--spec", str(spec), "--out", str(out)])
            point = f"×{times} ({models:,})"
            environ = {"PYTHONPATH": f"{out}{os.pathsep}{ROOT}"}
            _seconds([sys.executable, "-c", FIRST], environ)  # Compiled from then on.
            firsts = [_seconds([sys.executable, "-c", FIRST], environ) for _ in range(5)]
            empty = [_seconds([sys.executable, "-c", "pass"], environ) for _ in range(5)]
            done = _run([sys.executable, "-c", VALIDATE], environ)
            figures = (statistics.median(firsts) - statistics.median(empty)) * 1e3, float(done) * 1e6, seconds
            for title, figure in zip(titles, figures, strict=True):
                found[title][point] = figure
    return found


def multiplied(spec: Path, times: int) -> int:
    """Writes the spec with each model of V2's chat so many times. Gives how many it then has."""
    shutil.copytree(ROOT / "spec", spec)
    yaml, file, count = YAML(), spec / "v2" / "chat.yaml", 0
    yaml.width = 10_000
    document: Any = yaml.load(file)
    for group in document["groups"].values():
        models = group.get("models", {})
        for name in list(models):
            for number in range(1, times):
                models[f"{name}-{number}x"] = models[name]
        count += len(models)
    yaml.dump(document, file)
    return count


def _seconds(command: list[str], environ: dict[str, str] | None = None) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(command, environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(command: list[str], environ: dict[str, str] | None = None) -> str:
    environ = {**os.environ, **(environ or {}), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(command, check=True, cwd=ROOT, env=environ, capture_output=True, text=True).stdout
