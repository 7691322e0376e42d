"""Time and memory of scoring a run from its files: `isoglot score` against `ir_measures`, each a process of its own.

    python benchmarks/score.py [--queries 2000] [--hits 1000] [--passages 200000] [--repeats 5] [--peer ir_measures]

The run and the judgements are made up: falling scores, about five judged passages a query. Both compute AP, nDCG@10, RR
and R@100 from the same files on one core, imports included; isoglot gives intervals besides, and reads the whole run,
as it does in use. Every repeat runs both; the least seconds and processor seconds count, and the most memory. The means
must agree to the four decimals that both print. `--peer` names the command, which need not be in isoglot's environment.
"""

import argparse
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from machine import machine

NAMES = ("AP", "nDCG@10", "RR", "R@100")
_MEAN = re.compile(r"(?:│ |\t)([01]\.\d{4})")  # in a row of isoglot's table, and behind ir_measures' tab


class Used(NamedTuple):
    """What a process used: seconds by the clock, seconds of the processor, MiB at the most; and what it printed."""

    seconds: float
    work: float
    mebibytes: float
    said: str


def main() -> None:
    """Print a line for each of the two."""
    asked = _arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with TemporaryDirectory() as folder:
        run, qrels = Path(folder) / "run", Path(folder) / "qrels"
        _make_up(run, qrels, queries=asked.queries, hits=asked.hits, passages=asked.passages)
        size = run.stat().st_size / 1e6
        print(f"{asked.queries:,} queries x {asked.hits:,} hits of {asked.passages:,} passages, {size:.0f} MB")
        print(machine("numpy", "pyarrow"))
        measures = [word for name in NAMES for word in ("--measure", name)]
        commands = {"isoglot": ["isoglot", "score", str(run), str(qrels), *measures]}
        if shutil.which(asked.peer):
            commands["ir_measures"] = [asked.peer, str(qrels), str(run), *NAMES]
        used = {name: [_used(command, folder) for _ in range(asked.repeats)] for name, command in commands.items()}
    _print(used)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--hits", type=int, default=1_000)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peer", default="ir_measures")
    return parser.parse_args()


def _make_up(run: Path, qrels: Path, *, queries: int, hits: int, passages: int) -> None:
    rng = np.random.default_rng(0)
    with run.open("w") as hit_lines, qrels.open("w") as judged_lines:
        for query in range(queries):
            found = rng.choice(passages, hits, replace=False).tolist()
            scores = np.sort(rng.normal(15, 2, hits))[::-1].tolist()
            hit_lines.writelines(
                f"q{query} Q0 d{passage} {place} {score:.6f} tag\n"
                for place, (passage, score) in enumerate(zip(found, scores, strict=True), start=1)
            )
            judged = {*rng.choice(found, 4, replace=False).tolist(), int(rng.integers(passages))}
            judged_lines.writelines(f"q{query} 0 d{passage} {rng.integers(1, 4)}\n" for passage in judged)


def _used(command: list[str], folder: str) -> Used:
    start = time.perf_counter()
    with (Path(folder) / "said").open("w+") as said:
        process = subprocess.Popen(command, stdout=said, env={**os.environ, "OMP_NUM_THREADS": "1"})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        assert status == 0, f"{command[0]} failed"
        said.seek(0)
        return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said.read())


def _print(used: dict[str, list[Used]]) -> None:
    means = {name: sorted(_MEAN.findall(found[0].said)) for name, found in used.items()}
    for name, found in used.items():
        seconds, work = (min(values) for values in zip(*((each.seconds, each.work) for each in found), strict=True))
        least = [min(getattr(each, what) for each in used["isoglot"]) for what in ("seconds", "work")]
        assert means[name] == means["isoglot"], f"the means differ: {means}"
        print(
            f"{name:12} {seconds:6.2f} s, {seconds / least[0]:4.1f} times isoglot's; processor {work:6.2f} s, "
            f"{work / least[1]:4.1f} times; {max(each.mebibytes for each in found):,.0f} MiB"
        )


if __name__ == "__main__":
    main()
