"""Gateways: what a server that speaks OpenAI's API adds to a call, ours beside litellm's proxy, taking turns.

Each is a process of its own on the platform that costs next to nothing. Calls a second are those for each second of
the server's CPU time, so one core's; what a call takes longer is the median through the server less the direct one's.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import attrs

ROOT = Path(__file__).parents[2]
MODEL = "ernie-4.5-turbo-128k"
KEY = "bce-v3/ALTAK-bench/0123456789"
DIRECT, OURS, LITELLM = "direct", "qianfan-typed openai", "litellm's proxy"
CALLS, AT_ONCE, ALONE, STREAMS, PIECES, ROUNDS = 400, 16, 60, 8, 100, 5


@attrs.frozen
class Gateway:
    """A server that runs."""

    url: str
    process: int | None
    """None: the platform itself."""

    def cpu(self) -> float:
        """Seconds of CPU that its process has had."""
        if self.process is None:
            return 0.0
        fields = Path(f"/proc/{self.process}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(platform: str, peers: str | None) -> dict[str, dict[str, float]]:
    """What each gateway does: calls and pieces a second of CPU time, and the milliseconds that it adds to a call."""
    with ExitStack() as stack:
        gateways = {DIRECT: Gateway(f"{platform}/v2", None), OURS: stack.enter_context(_ours(platform))}
        if peers is not None:
            gateways[LITELLM] = stack.enter_context(_litellm(platform, peers))
        taken: dict[str, dict[str, list[float]]] = {
            name: {"calls": [], "pieces": [], "latency": []} for name in gateways
        }
        for gateway in gateways.values():
            _alone(gateway.url, 20)
            asyncio.run(_at_once(gateway.url, 20, stream=False))
        for _ in range(ROUNDS):
            for name, gateway in gateways.items():
                taken[name]["latency"].append(_alone(gateway.url, ALONE))
                for what, count, stream in (("calls", CALLS, False), ("pieces", STREAMS, True)):
                    before = gateway.cpu()
                    asyncio.run(_at_once(gateway.url, count, stream=stream))
                    spent = gateway.cpu() - before
                    taken[name][what].append(count * (PIECES if stream else 1) / spent if spent else 0.0)
    medians = {name: {what: statistics.median(found) for what, found in one.items()} for name, one in taken.items()}
    direct = medians.pop(DIRECT)["latency"]
    return {
        name: {
            "calls a second": one["calls"],
            "pieces a second": one["pieces"],
            "ms added": (one["latency"] - direct) * 1e3,
        }
        for name, one in medians.items()
    }


# --- the servers -----------------------------------------------------------------------------------------------------


@contextmanager
def _ours(platform: str) -> Iterator[Gateway]:
    port = _free_port()
    command = [sys.executable, "-m", "qianfan_typed", "openai", "--port", str(port), "--base-url", platform]
    environ = os.environ | {"QIANFAN_BEARER_TOKEN": KEY, "PYTHONPATH": str(ROOT)}
    with _running(command, environ, port) as process:
        yield Gateway(f"http://127.0.0.1:{port}/v1", process.pid)


@contextmanager
def _litellm(platform: str, peers: str) -> Iterator[Gateway]:
    port = _free_port()
    parameters = {"model": f"openai/{MODEL}", "api_base": f"{platform}/v2", "api_key": KEY}
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(json.dumps({"model_list": [{"model_name": MODEL, "litellm_params": parameters}]}), "utf-8")
        program = str(Path(peers).with_name("litellm"))
        command = [program, "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
        # Neither of the two asks for a key.
        environ = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
        environ["LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"] = "true"
        with _running(command, environ, port) as process:
            yield Gateway(f"http://127.0.0.1:{port}/v1", process.pid)


@contextmanager
def _running(command: list[str], environ: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 180
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > until:
                        raise SystemExit(f"{command[0]} does not listen") from None
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


# --- the calls -------------------------------------------------------------------------------------------------------


def _request(url: str, *, stream: bool) -> tuple[str, int, bytes]:
    """Host, port and the bytes of a request. The client is to cost next to nothing, too."""
    parts = urlsplit(url)
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "你好"}], "stream": stream}).encode()
    head = (
        f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer any\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return parts.hostname or "", parts.port or 80, head.encode() + body


def _alone(url: str, count: int) -> float:
    """The median seconds of calls, one after the other."""
    host, port, request = _request(url, stream=False)
    taken: list[float] = []
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            start = time.perf_counter()
            line.sendall(request)
            held = b""
            while b'"finish_reason"' not in held or not held.rstrip().endswith((b"}", b"0")):
                part = line.recv(65536)
                assert part, held
                held += part
            taken.append(time.perf_counter() - start)
            assert held.startswith(b"HTTP/1.1 200"), held
    return statistics.median(taken)


async def _at_once(url: str, count: int, *, stream: bool) -> None:
    """Calls, some at once."""
    host, port, request = _request(url, stream=stream)
    left = iter(range(count))

    async def caller() -> None:
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
        for _ in left:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            if b"content-length:" in head:
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            else:
                await reader.readuntil(b"\r\n0\r\n\r\n")
        writer.close()

    await asyncio.gather(*[caller() for _ in range(min(AT_ONCE, count))])


if __name__ == "__main__":
    with subprocess.Popen([sys.executable, "-m", "tests.bench.server"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            print(json.dumps(measured(server.stdout.readline().strip(), *sys.argv[1:2] or [None]), indent=1))
        finally:
            server.terminate()
