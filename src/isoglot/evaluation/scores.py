"""Per-query values of a setting or a bias, the cells that they are averaged over, and all of a collection's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints


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

    def median_by_cell(self, name: str) -> dict[str, float]:
        """Cell name -> median over its topics; cells without a value are left out."""
        values = self.values[name]
        known = ~np.isnan(values)
        return {
            self.cells[number]: float(np.median(values[known & (self.cell == number)]))
            for number in np.unique(self.cell[known])
        }


@dataclass(frozen=True, kw_only=True)
class Topics:
    """Every value of a collection, which is what comparisons are made of.

    Attributes:
        queries: (queries,) ids.
        cluster: (queries,) int64, what statistics resample; 0 to the number of clusters - 1.
        tables: a setting (``mono``, ``cross``, ``multi``, ``single-gold``), ``bias``, ``reach_same`` or
            ``reach_other`` -> per-topic values; ``Scores.query`` indexes ``queries``.
    """

    queries: tuple[str, ...]
    cluster: Ints
    tables: dict[str, Scores]


def pair_cells(query: Ints, passage: Ints, languages: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Cells of topics that are pairs of languages: the names, such as ``"de>zh"``, and each topic's cell.

    Args:
        query, passage: (topics,) int64, index into ``languages``.
        languages: names.
    """
    keys, cell = np.unique(query * len(languages) + passage, return_inverse=True)
    pairs = (divmod(int(key), len(languages)) for key in keys)
    return tuple(f"{languages[left]}>{languages[right]}" for left, right in pairs), cell
