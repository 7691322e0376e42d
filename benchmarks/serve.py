"""The service under load, against `encode_query` alone in the same process.

    python benchmarks/serve.py [--passages 10000] [--encoder e5-small] [--queries 300] [--rounds 5]

The index has passages made of the built-in sample's sentences. The service runs in this process as `isoglot serve` runs
it, with a key; its clients are threads of another process, each on one connection that stays open. In every round first
`encode_query` encodes the queries one by one, then 1, 8 and 32 clients ask them: the ratio of the medians is taken
within a round, so that what else the machine does weighs on both sides. All is on loopback.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command does, before anything computes

import numpy as np
from machine import machine
from madeup import made_up

from isoglot.data.load import load_collection
from isoglot.search import build
from isoglot.search.index import Index
from isoglot.search.service.app import create_app
from isoglot.search.service.limits import Limits
from isoglot.search.service.run import server_of

_KEY = "a-key-for-the-benchmark"
_CLIENTS = (1, 8, 32)


def main() -> None:
    """Print a line for each number of clients."""
    asked = _arguments()
    if asked.port:
        print(json.dumps(_load(asked.port, json.load(sys.stdin), asked.clients)))
        return
    pool = load_collection("sample/test")
    queries = (pool.queries["text"].to_pylist() * asked.queries)[: asked.queries]
    with TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        build.put(place, made_up(pool, asked.passages, characters=80), asked.encoder)
        index = Index(place, stale=1.0)
        print(f"{asked.passages:,} passages, {asked.encoder}, {len(queries):,} queries, {asked.rounds} rounds")
        print(machine("torch", "fastapi", "uvicorn", "lancedb"))
        with _served(index) as port:
            rounds = [_round(index, port, queries) for _ in range(asked.rounds)]
            _print_load(rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--encoder", default="e5-small")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, help="be the clients of a service that runs")
    parser.add_argument("--clients", type=int, default=1)
    return parser.parse_args()


@contextmanager
def _served(index: Index) -> Iterator[int]:
    limits = Limits()
    server = server_of(create_app(index, limits=limits, key=_KEY, local=False), limits)
    with create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def _round(index: Index, port: int, queries: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Clients -> seconds of each query and in all; at 0 clients those of ``encode_query`` alone."""
    encoder, alone = index.encoder, []
    begun = time.perf_counter()
    for query in queries:
        started = time.perf_counter()
        encoder.encode_query([query])
        alone.append(time.perf_counter() - started)
    found = {0: {"seconds": alone, "all": time.perf_counter() - begun}}
    for clients in _CLIENTS:
        command = [sys.executable, __file__, "--port", str(port), "--clients", str(clients)]
        said = subprocess.run(command, input=json.dumps(queries), capture_output=True, text=True, check=True)
        found[clients] = json.loads(said.stdout)
    return found


def _load(port: int, queries: Sequence[str], clients: int) -> dict[str, Any]:
    """Ask all queries, shared among clients."""

    def ask(own: Sequence[str]) -> list[float]:
        connection, seconds = HTTPConnection("127.0.0.1", port), []
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_KEY}"}
        for query in own:
            started = time.perf_counter()
            connection.request("POST", "/search", json.dumps({"text": query}), headers)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - started)
            assert answer.status == 200, answer.status
        return seconds

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        seconds = [each for part in threads.map(ask, [queries[n::clients] for n in range(clients)]) for each in part]
    return {"seconds": seconds, "all": time.perf_counter() - begun}


def _print_load(rounds: Sequence[dict[int, dict[str, Any]]]) -> None:
    print(f"{'':22} {'p50 ms':>8} {'p99 ms':>8} {'queries/s':>10}   p50 / encode_query (least, most)")
    for clients in (0, *_CLIENTS):
        seconds = np.concatenate([each[clients]["seconds"] for each in rounds])
        speed = median(len(each[clients]["seconds"]) / each[clients]["all"] for each in rounds)
        ratios = [median(each[clients]["seconds"]) / median(each[0]["seconds"]) for each in rounds]
        name = f"{clients} clients" if clients else "encode_query alone"
        p50, p99 = 1000 * np.quantile(seconds, (0.5, 0.99))
        said = f"{median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"
        print(f"{name:22} {p50:8.1f} {p99:8.1f} {speed:10.1f}   {said}")


if __name__ == "__main__":
    main()
