"""Results to compare: of random vectors, and made of values per query."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from helpers.literal import make_case
from isoglot.arrays import Floats
from isoglot.evaluation.comparison.compare import CompareOptions
from isoglot.evaluation.comparison.comparison import Comparison, Effect
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.results import Evaluation
from isoglot.evaluation.saved import SavedCollection, SavedResults
from isoglot.evaluation.scores import Scores, Topics

CELLS = ("de", "en", "zh")
FAST = CompareOptions(draws=1_000)


def evaluated(encoder: str, *, vectors: int, draws: int = 1_000) -> Evaluation:
    """One collection of four clusters, ranked by some random vectors."""
    case = make_case(languages=["ar", "de", "zh"], queries=40, passages=90, values=4, seed=3)
    rng = np.random.default_rng(vectors)
    queries, passages = (rng.normal(size=side.shape).astype(np.float32) for side in (case.queries, case.passages))
    embedded = replace(case.embedded, queries=queries, passages=passages)
    result = evaluate_embedded(embedded, options=EvaluationOptions(draws=draws))
    return Evaluation(encoder=encoder, encoder_fingerprint=None, collections={"random": result}, options={})


def run(
    name: str, multi: Floats, *, bias: Floats | None = None, clusters: int = 20, fingerprint: str = "f"
) -> SavedResults:
    """A run on "made": (queries,) values of one measure and one bias; queries go round cells and clusters."""
    query = np.arange(len(multi))
    tables = {
        table: Scores(query=query, cell=query % 3, cells=CELLS, values={value: numbers})
        for table, value, numbers in (("multi", "map", multi), ("bias", "distance", multi if bias is None else bias))
    }
    topics = Topics(queries=tuple(f"q{n:03}" for n in query), cluster=query // 3 % clusters, tables=tables)
    return SavedResults(
        path=Path(f"{name}.json"),
        encoder=name,
        collections={"made": SavedCollection(fingerprint=fingerprint, averages={}, topics=topics)},
    )


def values(seed: int, *, shift: float = 0.0, size: int = 120) -> Floats:
    return np.random.default_rng(seed).random(size) + shift


def effect(comparison: Comparison, table: str = "multi", name: str = "map") -> Effect:
    return comparison.collections["made"].row(table, name).macro
