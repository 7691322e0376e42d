"""Hostile requests at a running `isoglot serve`: every one has to get a reason, and none may take memory.

    python benchmarks/hostile.py [--requests 500] [--slow 200] [--unread 20] [--open 1000] [--encoder static-e5-small]

The service is a process of its own, started by the command on the built-in sample, with a key and the limits that it
has by default. First come questions as anybody asks them, so that what it loads once is loaded. Then come:

1. hostile requests (`hostile_requests.py`), one after another, each kind as often as the others;
2. clients that send slowly, side by side;
3. clients that ask 400 questions each and read no answer;
4. one that sends 100 MB of requests ahead of their answers;
5. many connections that are open at once.

After each a proper question is asked until it is answered. The command fails where a request of 1 or 2 got no 4xx with
a reason, the memory of the process grew by 50 MiB or more, or the service does not answer.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from hostile_requests import Hostile, quick_requests, slow_requests
from machine import machine

from isoglot.search import build

_KEY = "a-key-for-the-benchmark"
_MOST = 50.0  # MiB
_PATIENCE = 60.0  # seconds that a client waits for an answer


@dataclass(frozen=True)
class _Answer:
    status: str
    reason: str = ""

    def suits(self, request: Hostile) -> bool:
        """Whether it is a 4xx with a sentence, or what else is due to this request."""
        refused = self.status.startswith("4") and self.reason.endswith(".")
        return refused or (request.sound and self.status == "200") or (request.silent and self.status == "closed")


@dataclass
class _Service:
    """The process, and its memory."""

    port: int
    pid: int
    before: float = 0.0

    def memory_mib(self, name: str = "VmRSS") -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024

    def grown(self) -> float:
        """MiB since before."""
        return self.memory_mib() - self.before

    def connections(self) -> int:
        """Sockets that it has open."""
        return sum(os.readlink(each).startswith("socket:") for each in Path(f"/proc/{self.pid}/fd").iterdir())

    def ask(self) -> float:
        """Ask a proper question until it is answered: seconds."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < _PATIENCE:
            if _sent(self.port, [_question("How long is the river?", close=True)]).status == "200":
                return time.perf_counter() - begun
            time.sleep(0.1)
        raise SystemExit("the service does not answer a proper question any more")


def main() -> None:
    """Print a line for each kind of request, and fail where one was not refused with a reason."""
    asked = _arguments()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        build.put(place, "sample/test", asked.encoder)
        with _served(place, Path(folder) / "log") as service:
            for _ in range(50):
                service.ask()
            service.before = service.memory_mib()
            print(machine("fastapi", "uvicorn", "h11"))
            quick = quick_requests(_KEY)
            faults = _attacked(service, islice(cycle(quick), asked.requests))
            faults += _slowly(service, asked.slow)
            _unread(service, asked.unread)
            _ahead(service)
            _crowded(service, asked.open)
            grown = service.grown()
            peak = service.memory_mib("VmHWM") - service.before
            print(f"memory: {service.before:.0f} MiB before, {grown:+.1f} MiB at the end, {peak:+.1f} MiB at most")
        log = (Path(folder) / "log").read_text()
    loud = [line for line in log.splitlines()[1:] if not line.startswith('{"request"')]
    print(f"lines of the log that are no requests: {len(loud)}", *sorted(set(loud))[:5], sep="\n  ")
    if faults or grown > _MOST:
        raise SystemExit(f"not refused with a reason: {', '.join(faults) or 'none'}; memory grew by {grown:.1f} MiB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument("--unread", type=int, default=20)
    parser.add_argument("--open", type=int, default=1_000)
    parser.add_argument("--encoder", default="static-e5-small")
    return parser.parse_args()


@contextmanager
def _served(place: Path, log: Path) -> Iterator[_Service]:
    command = [sys.executable, "-c", "from isoglot.cli import main; main()", "serve", str(place), "--port", "0"]
    with log.open("w") as said:
        process = subprocess.Popen(command, stderr=said, env={**os.environ, "ISOGLOT_API_KEY": _KEY})
    try:
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())):
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.1)
        yield _Service(int(found[1]), process.pid)
    finally:
        process.terminate()
        process.wait()


def _sent(port: int, parts: Iterator[bytes] | Sequence[bytes]) -> _Answer:
    """What the service says to a request."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except ConnectionError:
            pass  # it has said enough
        try:
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        except ConnectionError:
            return _Answer("reset")
        except TimeoutError:
            return _Answer("hangs")
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    try:
        reason = str(json.loads(body[: int(length[1])] if length else b"")["error"])
    except (ValueError, KeyError, TypeError):
        reason = ""
    return _Answer(head[9:12].decode() or "closed", reason)


def _attacked(service: _Service, requests: Iterator[Hostile]) -> list[str]:
    """Send one after another, and print what each kind got."""
    got: dict[str, list[tuple[Hostile, _Answer]]] = defaultdict(list)
    for request in requests:
        got[request.name].append((request, _sent(service.port, request.parts())))
    return _printed(service, got)


def _slowly(service: _Service, count: int) -> list[str]:
    got: dict[str, list[tuple[Hostile, _Answer]]] = defaultdict(list)
    requests = list(islice(cycle(slow_requests(_KEY, 0.5)), count))
    with ThreadPoolExecutor(max(count, 1)) as clients:
        answers = [clients.submit(_sent, service.port, request.parts()) for request in requests]
        time.sleep(2)
        meanwhile = service.ask()
        for request, answer in zip(requests, answers, strict=True):
            got[request.name].append((request, answer.result()))
    print(f"{count} slow clients at once; meanwhile a proper question took {meanwhile:.2f} s")
    return _printed(service, got)


def _unread(service: _Service, count: int) -> None:
    """Ask for much on many connections, and read nothing."""
    asked, idle = _question("x", k=100) * 400, service.connections()
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.connect(("127.0.0.1", service.port))
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.send(asked)
        meanwhile, begun = service.ask(), time.perf_counter()
        while (left := service.connections()) > idle and time.perf_counter() - begun < _PATIENCE:
            time.sleep(0.5)
    print(
        f"{count} clients that read nothing: {service.grown():+.1f} MiB; a proper question took {meanwhile:.2f} s; "
        f"{left - idle} of them left after {time.perf_counter() - begun:.0f} s"
    )


def _ahead(service: _Service) -> None:
    """Send requests on one connection for some seconds, and read what is answered."""
    part, sent, most, begun = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000, 0, 0.0, time.perf_counter()
    with socket.create_connection(("127.0.0.1", service.port), timeout=1) as client, ThreadPoolExecutor(1) as threads:
        read = threads.submit(lambda: sum(map(len, iter(lambda: client.recv(1 << 20), b""))))
        with suppress(ConnectionError, TimeoutError):
            while sent < 100 << 20 and time.perf_counter() - begun < _PATIENCE:
                client.sendall(part)
                sent += len(part)
                most = max(most, service.grown())
        with suppress(ConnectionError, TimeoutError):
            read.result()
    print(f"{sent / 2**20:.1f} MiB of requests ahead of their answers: {most:+.1f} MiB, then {service.grown():+.1f}")


def _crowded(service: _Service, count: int) -> None:
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=5))
        time.sleep(1)
        refused = _sent(service.port, [b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"])
        meanwhile = service.ask()
    print(
        f"{count} connections open: {service.grown():+.1f} MiB; one more got {refused.status} "
        f"({refused.reason}); a proper question was answered after {meanwhile:.2f} s"
    )


def _question(text: str, *, close: bool = False, **options: object) -> bytes:
    body = json.dumps({"text": text, **options}).encode()
    head = ["POST /search HTTP/1.1", "Host: localhost", f"Authorization: Bearer {_KEY}", f"Content-Length: {len(body)}"]
    lines = [*head, "Content-Type: application/json", f"Connection: {'close' if close else 'keep-alive'}", "", ""]
    return "\r\n".join(lines).encode() + body


def _printed(service: _Service, got: dict[str, list[tuple[Hostile, _Answer]]]) -> list[str]:
    """A line for each kind; the names of those that were not refused."""
    faults = []
    for name, pairs in got.items():
        statuses = Counter(answer.status for _, answer in pairs)
        bad = [answer for request, answer in pairs if not answer.suits(request)]
        if bad:
            faults.append(name)
        said = ", ".join(f"{count} x {status}" for status, count in statuses.items())
        print(f"{'BAD' if bad else '   '} {name:32} {said:18} {pairs[0][1].reason[:90]}")
    print(f"    {service.grown():+.1f} MiB; a proper question took {service.ask():.2f} s")
    return faults


if __name__ == "__main__":
    main()
