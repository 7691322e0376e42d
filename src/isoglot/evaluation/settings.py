"""The three settings: mono, cross and multi (arXiv 2408.10536, section 4.2).

- ``mono``: the pool is the query's language, the relevant passages are those in it.
- ``cross``: the pool is one other language; every ordered pair of languages is a cell.
- ``multi``: one pool of all languages, and every relevant passage counts.

Values are averaged over the queries of a cell first and over the cells second, so that every language (or
ordered pair) has the same weight whatever its number of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from isoglot.data.collection import Collection
from isoglot.evaluation.measures import Measure, Rankings
from isoglot.evaluation.ranks import Ranks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Setting = Literal["mono", "cross", "multi"]
SETTINGS: tuple[Setting, ...] = ("mono", "cross", "multi")


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Per-topic values and the cells that they are averaged over.

    Attributes:
        query: (topics,) int64, the topic's query.
        cell: (topics,) int64, index into ``cells``.
        cells: names: ``"de"`` (query language), or ``"de>zh"`` (query language, passage language).
        values: name -> (topics,) float64; NaN where a topic has no value (left out of the averages).
    """

    query: Ints
    cell: Ints
    cells: tuple[str, ...]
    values: dict[str, Floats]

    def by_cell(self, name: str) -> dict[str, float]:
        """Cell name -> mean over its topics; cells without a value are left out."""
        values = self.values[name]
        known = ~np.isnan(values)
        sums = np.bincount(self.cell[known], weights=values[known], minlength=len(self.cells))
        counts = np.bincount(self.cell[known], minlength=len(self.cells))
        return {cell: float(sums[n] / counts[n]) for n, cell in enumerate(self.cells) if counts[n]}

    def macro(self, name: str) -> float:
        """Mean over the cells' means."""
        return float(np.mean(list(self.by_cell(name).values())))


def score(setting: Setting, ranks: Ranks, collection: Collection, measures: Sequence[Measure]) -> Scores | None:
    """Per-topic measures of a setting; None where it has no topic (such as cross in one language).

    A query without a relevant passage in a cell's pool is not a topic of that cell.
    """
    size = len(collection.languages)
    query_language = collection.query_language[ranks.query]
    passage_language = collection.passage_language[ranks.passage]
    if setting == "multi":
        keep = np.ones(len(ranks.query), dtype=bool)
        key, rank = ranks.query, ranks.pool_rank
    else:
        keep = (query_language == passage_language) == (setting == "mono")
        key, rank = ranks.query * size + passage_language, ranks.language_rank
    if not keep.any():
        return None
    topics, topic = np.unique(key[keep], return_inverse=True)
    rankings = Rankings.build(topic, rank[keep], ranks.grade[keep], topics=len(topics))
    query = topics if setting == "multi" else topics // size
    left = collection.query_language[query]
    cell_key = left * size + topics % size if setting == "cross" else left
    cells, cell = np.unique(cell_key, return_inverse=True)
    return Scores(
        query=query,
        cell=cell,
        cells=tuple(_cell_name(int(key), setting, collection.languages) for key in cells),
        values={measure.name: measure(rankings) for measure in measures},
    )


def _cell_name(key: int, setting: Setting, languages: Sequence[str]) -> str:
    if setting != "cross":
        return languages[key]
    query, passage = divmod(key, len(languages))
    return f"{languages[query]}>{languages[passage]}"
