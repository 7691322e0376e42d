"""Time and memory of exact ranking as the pool grows: 10,000 to 1,000,000 passages of 384 dimensions. Linux only.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/scale.py [--passages 10000 100000 1000000] [--budget-mib 512] [--ties]

There are 1,000 queries and passages in five languages, one relevant passage a query in each; the vectors are random
and memory-mapped from a .npy in a temporary folder (1.5 GB for a million). Each size is ranked in a process of its
own, which is watched from outside every few milliseconds. Printed for each size:

- seconds for a million scores (the fastest of the repeats) by the clock and of the processors, which linear cost keeps
  flat, and the ratio to the first size; a pool of one block (65,536 passages) is cheaper: its scores are made once;
- peak anonymous memory (RssAnon) above what was there before, and how far that is above what `rank_relevant` states
  (the budget, the queries and the result); VmHWM counts the mapped file's pages too;
- of a few queries, whether the ranks equal those of all scores sorted, or with unit vectors, whose scores depend on
  the order of additions in the last bits, whether they lie between those of the scores moved by 1e-6.

`--ties` takes vectors of small whole numbers: their products are exact in float32, and a million has many equal ones.
"""

import argparse
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from machine import machine

from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
from isoglot.evaluation.ranks import Ranks, rank_relevant

LANGUAGES = ("de", "en", "hi", "th", "zh")
QUERIES, WIDTH, DEPTH, CHECKED = 1_000, 384, 100, 5
_WATCH_SECONDS, _PART = 0.003, 50_000
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Case:
    """One size: where its vectors are and how it is ranked."""

    passages: int
    folder: Path
    budget: int
    repeats: int
    ties: bool

    @property
    def path(self) -> Path:
        return self.folder / f"{self.passages}.npy"


@dataclass(frozen=True)
class _Found:
    """What the process that ranks says of itself."""

    ordering: float  # seconds for the order of ids and languages
    searching: float  # seconds by the clock
    work: float  # seconds of processor
    stated: int  # bytes of the budget, the queries and the result
    agrees: bool


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--budget-mib", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--ties", action="store_true")
    asked = parser.parse_args()
    print(f"{QUERIES:,} queries, {asked.budget_mib} MiB\n{machine('numpy', 'torch', 'pyarrow')}", flush=True)
    first = None
    with tempfile.TemporaryDirectory() as folder:
        for passages in asked.passages:
            case = _Case(passages, Path(folder), asked.budget_mib << 20, asked.repeats, asked.ties)
            first = _print_case(case, first)
            case.path.unlink()


def _print_case(case: _Case, first: float | None) -> float:
    """Print a size's line; the processor's seconds for a million of its scores."""
    _write_vectors(case)
    found, before, peak, highest = _watched(case)
    scores = QUERIES * case.passages / 1e6
    cost = found.work / scores
    over = max(0, peak - before - found.stated)
    print(
        f"{case.passages:>9,} passages: {found.searching / scores:.3f} s a million scores, of processor {cost:.3f} s, "
        f"{cost / (first or cost):.2f} times the first ({found.searching:.1f} s in all; order of ids and languages "
        f"{found.ordering:.1f} s); anonymous memory +{(peak - before) >> 20} MiB, {over >> 20} MiB over the "
        f"{found.stated >> 20} stated, VmHWM {highest >> 20} MiB; ranks {'agree' if found.agrees else 'DIFFER'}",
        flush=True,
    )
    return first or cost


def _write_vectors(case: _Case) -> None:
    """The passages' vectors, a part at a time."""
    vectors = np.lib.format.open_memmap(case.path, mode="w+", dtype=np.float32, shape=(case.passages, WIDTH))
    rng = np.random.default_rng(case.passages)
    for start in range(0, case.passages, _PART):
        part = vectors[start : start + _PART]
        part[:] = _vectors(rng, len(part), ties=case.ties)
    vectors.flush()


def _vectors(rng: np.random.Generator, count: int, *, ties: bool) -> Vectors:
    if ties:
        return rng.integers(-20, 21, (count, WIDTH)).astype(np.float32)
    vectors = rng.standard_normal((count, WIDTH), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _watched(case: _Case) -> tuple[_Found, int, int, int]:
    """(What the process found; its RssAnon before it ranked, and at most; its VmHWM), in bytes."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_rank, args=(case, there))
    process.start()
    there.close()  # so that the end of the process is noticed
    here.recv()  # it is ready
    before = peak = _memory(process.pid, "RssAnon")
    here.send("go")
    while not here.poll(_WATCH_SECONDS):
        peak = max(peak, _memory(process.pid, "RssAnon"))
    here.recv()  # it has ranked
    highest = _memory(process.pid, "VmHWM")
    here.send("check")
    found: _Found = here.recv()
    process.join()
    return found, before, peak, highest


def _memory(process: int | None, field: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{field}:"))


def _rank(case: _Case, parent: Connection) -> None:
    """In a process of its own: rank when told to, then check."""
    rng = np.random.default_rng(0)
    queries, collection = _vectors(rng, QUERIES, ties=case.ties), _collection(rng, case.passages)
    passages = np.load(case.path, mmap_mode="r")
    parent.send("ready")
    parent.recv()
    start = time.perf_counter()
    _ = collection.passage_order, collection.passage_language, collection.query_language
    ordering = time.perf_counter() - start
    seconds, work = [], []
    for _ in range(case.repeats):
        start, worked = time.perf_counter(), time.process_time()
        ranks = rank_relevant(queries, passages, collection, depth=DEPTH, budget=case.budget)
        seconds.append(time.perf_counter() - start)
        work.append(time.process_time() - worked)
    parent.send("searched")
    parent.recv()
    result = sum(array.nbytes for array in vars(ranks).values())
    agrees = all(_agrees(query, queries, passages, collection, ranks, case.ties) for query in range(CHECKED))
    parent.send(_Found(ordering, min(seconds), min(work), case.budget + queries.nbytes + result, agrees))


def _collection(rng: np.random.Generator, passages: int) -> Collection:
    """Passages in the five languages by turns; a query has one relevant passage in each, at random."""

    def table(count: int, *, queries: bool) -> pa.Table:
        ids = pc.utf8_lpad(pa.array(rng.permutation(count)).cast(pa.string()), 9, "0")
        if queries:  # a query does not meet a passage of its own id
            ids = pc.binary_join_element_wise("q", ids, "")
        languages = pa.array(LANGUAGES, pa.string()).take(pa.array(np.arange(count) % len(LANGUAGES)))
        columns = {"id": ids, "text": ids, "lang": languages, "group": ids}
        return pa.table(columns | ({"cluster": ids, "domain": languages} if queries else {}))

    size = len(LANGUAGES)
    relevant = rng.integers(passages // size, size=(QUERIES, size)) * size + np.arange(size)
    judgements = Judgements(
        query=np.repeat(np.arange(QUERIES), size),
        passage=relevant.ravel(),
        grade=np.ones(relevant.size, dtype=np.int64),
    )
    return Collection(
        "random", queries=table(QUERIES, queries=True), passages=table(passages, queries=False), judgements=judgements
    )


def _agrees(query: int, queries: Vectors, passages: Vectors, collection: Collection, ranks: Ranks, ties: bool) -> bool:
    """Whether a query's ranks are those of brute force."""
    scores = np.concatenate(
        [
            passages[start : start + _PART].astype(np.float64) @ queries[query].astype(np.float64)
            for start in range(0, len(passages), _PART)
        ]
    )
    order, languages = collection.passage_order, collection.passage_language
    for entry in np.flatnonzero(ranks.query == query):
        passage = ranks.passage[entry]
        if ties:
            equal = scores == scores[passage]
            least = most = (scores > scores[passage]) | (equal & (order > order[passage]))
        else:
            least, most = scores > scores[passage] + 1e-6, scores > scores[passage] - 1e-6
            most[passage] = False
        same = languages == languages[passage]
        pool, language = ranks.pool_rank[entry] - 1, ranks.language_rank[entry] - 1
        if not least.sum() <= pool <= most.sum() or not (least & same).sum() <= language <= (most & same).sum():
            return False
    return True


if __name__ == "__main__":
    main()
