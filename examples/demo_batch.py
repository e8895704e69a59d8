"""A batch of 2,000 requests against the emulator: killed in the middle by this program, gone on with, and reported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections import Counter
from pathlib import Path
from typing import Any

from qianfan_typed.emulator import Emulator

REQUESTS, WORKERS, KILLED_AT = 2000, 16, 700
MODEL = "ernie-4.5-turbo-128k"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="qianfan-batch-"))
    questions, answers, report = folder / "questions.jsonl", folder / "answers.jsonl", folder / "report.html"
    with questions.open("w", encoding="utf-8") as file:
        for number in range(REQUESTS):
            body = {"custom_id": f"q{number}", "messages": [{"role": "user", "content": f"第{number}个问题"}]}
            file.write(json.dumps(body, ensure_ascii=False) + "\n")
    with Emulator(latency=0.01) as emulator:
        command = [sys.executable, "-m", "qianfan_typed", "batch", "run", str(questions), str(answers)]
        command += ["--model", MODEL, "--workers", str(WORKERS), "--report", str(report)]
        environment = {**os.environ, **emulator.environment, "PYTHONUTF8": "1"}

        say(f"==> {REQUESTS:,} requests; the run is killed once {KILLED_AT} of them are on the disk")
        run = subprocess.Popen(command, env=environment)
        while lines(answers) < KILLED_AT and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        run.wait()
        kept, sent = lines(answers), len(emulator.requests)
        say(f"    killed: {kept:,} rows are on the disk, the emulator was asked {sent:,} times")

        say("==> the same command again")
        subprocess.run(command, env=environment, check=True)
        asked: list[Any] = [one.json() for one in emulator.requests if one.path.endswith("/chat/completions")]
    calls = Counter(body["messages"][0]["content"] for body in asked)
    indexes = [json.loads(line)["index"] for line in answers.read_text("utf-8").splitlines()]
    lost, doubled = REQUESTS - len(set(indexes)), len(indexes) - len(set(indexes))
    repeated = sum(calls.values()) - len(calls)
    say(f"==> {lost} results lost, {doubled} doubled; {repeated} calls were made twice, of {WORKERS} under way")
    say(f"    {answers}\n    {report}")
    if lost or doubled or repeated > WORKERS:
        sys.exit(1)
    if sys.stdout.isatty():
        webbrowser.open(report.as_uri())


def say(words: str) -> None:
    """Prints, at once: the command prints too."""
    print(words, flush=True)


def lines(path: Path) -> int:
    """How many lines a file has."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


if __name__ == "__main__":
    main()
