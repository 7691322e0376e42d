"""Time to compute the measures of a run: isoglot against pytrec_eval, ranx and ir_measures.

    python benchmarks/measures.py [--queries 5000] [--hits 1000] [--passages 1000000] [--repeats 5]

The run and the judgements are made up: distinct scores, about five relevant passages a query, a fifth of which the run
does not have. Everybody computes AP, nDCG@10, RR, R@100, P@10 and Success@1 of every query; the means must agree to
1e-6. isoglot starts from the arrays that `read_run` and `read_qrels` give, the others from the objects they take:

- pytrec_eval from dicts in hand, and again with its dict of hits built from the arrays;
- ranx from its own objects in hand, once warm; building them and the first call, which compiles, are timed once;
- ir_measures from dicts in hand.

Every repeat runs all of them in an order of its own; the least of each one's seconds and processor seconds counts, and
ratios are to isoglot's. What is not installed is left out, and named.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from machine import machine

from isoglot.data.trec.qrels import Qrels
from isoglot.data.trec.runs import Run
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.score import rank_run

NAMES = ("AP", "nDCG@10", "RR", "R@100", "P@10", "Success@1")
TREC = ("map", "ndcg_cut_10", "recip_rank", "recall_100", "P_10", "success_1")
RANX = ("map", "ndcg@10", "mrr", "recall@100", "precision@10", "hit_rate@1")
PEERS = {"pytrec_eval": "pytrec-eval-terrier", "ranx": "ranx", "ir_measures": "ir-measures"}
Means = npt.NDArray[np.float64]
Dicts = dict[str, dict[str, float]]


def main() -> None:
    """Print the table."""
    asked = _arguments()
    run, qrels = _made_up(asked.queries, asked.hits, asked.passages)
    there = [name for name in PEERS if find_spec(name)]
    print(f"{asked.queries:,} queries x {asked.hits:,} hits of {asked.passages:,} passages, {', '.join(NAMES)}")
    print(machine("numpy", "pyarrow", *(PEERS[name] for name in there)))
    timed = [_Timed("isoglot", lambda: _isoglot(run, qrels)), *_peers(run, qrels, there)]
    rng = np.random.default_rng(0)
    for _ in range(asked.repeats):
        for number in rng.permutation(len(timed)):
            timed[number].time()
    for each in timed:
        print(each.line(timed[0]))
    for name in PEERS:
        if name not in there:
            print(f"{name} is not installed: left out")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--queries", type=int, default=5_000)
    parser.add_argument("--hits", type=int, default=1_000)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def _made_up(queries: int, hits: int, passages: int) -> tuple[Run, Qrels]:
    rng = np.random.default_rng(0)
    found = np.stack([rng.choice(passages, hits, replace=False) for _ in range(queries)])
    scores = np.arange(hits, 0, -1) + rng.random((queries, hits)) / 2  # falling, as in the files of most systems
    ids = pa.array([f"passage-{number}" for number in range(passages)])
    names = pa.array([f"query-{number}" for number in range(queries)])
    run = Run(
        queries=names,
        passages=ids,
        start=np.arange(queries + 1) * hits,
        passage=found.ravel(),
        score=scores.astype(np.float32).ravel(),
    )
    query = np.repeat(np.arange(queries), rng.integers(1, 10, size=queries))
    relevant = np.where(
        rng.random(len(query)) < 0.8,
        found[query, rng.integers(hits, size=len(query))],
        rng.integers(passages, size=len(query)),
    )
    query, relevant = np.unique([query, relevant], axis=1)
    judged, passage = np.unique(relevant, return_inverse=True)
    grade = rng.integers(1, 4, size=len(query))
    qrels = Qrels(
        path=Path("made-up"),
        queries=names,
        passages=ids.take(pa.array(judged)),
        query=query,
        passage=passage,
        grade=grade,
        row=np.arange(len(query)),
    )
    return run, qrels


def _isoglot(run: Run, qrels: Qrels) -> Means:
    rankings = rank_run(run, qrels)
    return np.array([parse_measure(name)(rankings).mean() for name in NAMES])


def _peers(run: Run, qrels: Qrels, there: list[str]) -> "Iterator[_Timed]":
    hits, judged = _hits(run), _judged(qrels)
    if "pytrec_eval" in there:
        yield from _pytrec_eval(run, hits, judged)
    if "ranx" in there:
        yield _ranx(hits, judged)
    if "ir_measures" in there:
        import ir_measures

        asked = [ir_measures.parse_measure(name) for name in NAMES]
        yield _Timed("ir_measures", lambda: _in_order(ir_measures.calc_aggregate(asked, judged, hits), asked))


def _pytrec_eval(run: Run, hits: Dicts, judged: dict[str, dict[str, int]]) -> "Iterator[_Timed]":
    import pytrec_eval

    evaluator = pytrec_eval.RelevanceEvaluator(judged, set(TREC))

    def means(hits: Dicts) -> Means:
        found = evaluator.evaluate(hits)
        return np.array([[values[name] for name in TREC] for values in found.values()]).mean(axis=0)

    yield _Timed("pytrec_eval", lambda: means(hits))
    yield _Timed("pytrec_eval, dicts built", lambda: means(_hits(run)))


def _ranx(hits: Dicts, judged: dict[str, dict[str, int]]) -> "_Timed":
    import ranx

    start = time.perf_counter()
    own_run, own_qrels = ranx.Run(hits), ranx.Qrels(judged)
    built = time.perf_counter()
    warm = _Timed("ranx, warm", lambda: _in_order(ranx.evaluate(own_qrels, own_run, list(RANX)), RANX))
    warm.compute()
    print(f"ranx: {built - start:.1f} s to build its objects, {time.perf_counter() - built:.1f} s for the first call")
    return warm


def _hits(run: Run) -> Dicts:
    ids = np.array(run.passages.to_pylist(), dtype=object)
    spans = zip(run.queries.to_pylist(), run.start[:-1].tolist(), run.start[1:].tolist(), strict=True)
    return {
        query: dict(zip(ids[run.passage[first:last]].tolist(), run.score[first:last].tolist(), strict=True))
        for query, first, last in spans
    }


def _judged(qrels: Qrels) -> dict[str, dict[str, int]]:
    queries, passages = qrels.queries.to_pylist(), qrels.passages.to_pylist()
    found: dict[str, dict[str, int]] = {}
    for query, passage, grade in zip(qrels.query.tolist(), qrels.passage.tolist(), qrels.grade.tolist(), strict=True):
        found.setdefault(queries[query], {})[passages[passage]] = grade
    return found


def _in_order(found: dict, names: object) -> Means:
    return np.array([found[name] for name in names])


@dataclass
class _Timed:
    """A competitor, what it found and how long it took."""

    name: str
    compute: Callable[[], Means]
    seconds: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)  # processor seconds, of all threads
    means: Means = field(default_factory=lambda: np.empty(0))

    def time(self) -> None:
        start, worked = time.perf_counter(), time.process_time()
        self.means = self.compute()
        self.seconds.append(time.perf_counter() - start)
        self.work.append(time.process_time() - worked)

    def line(self, ours: "_Timed") -> str:
        apart = np.abs(self.means - ours.means).max()
        assert apart < 1e-6, f"{self.name} finds {self.means}, but isoglot {ours.means}"
        seconds, work = min(self.seconds), min(self.work)
        return (
            f"{self.name:24} {seconds:7.3f} s, {seconds / min(ours.seconds):5.1f} times isoglot's; "
            f"processor {work:7.3f} s, {work / min(ours.work):5.1f} times; means within {apart:.0e}"
        )


if __name__ == "__main__":
    main()
