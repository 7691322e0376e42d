"""What a comparison of two encoders found. Every difference is B minus A: above 0, B's value is higher."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from isoglot.errors import ConfigError
from isoglot.result import ALL, Result
from isoglot.versions import versions
from isoglot.wording import decimal, listed

LEVEL = 0.05  # p values up to it are called significant


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Attributes:
    p_equivalent: of two one-sided tests; up to .05, the difference lies within -margin to margin.
    p_no_worse: of the lower one; up to .05, B is no worse than A by the margin.
    """

    p_equivalent: float
    p_no_worse: float

    @property
    def equivalent(self) -> bool:
        return self.p_equivalent <= LEVEL

    @property
    def no_worse(self) -> bool:
        return self.p_no_worse <= LEVEL


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One average of A and of B, over the topics that have a value in every run.

    Attributes:
        a: A's value, the mean over its runs.
        b: B's.
        difference: b - a.
        low: of the 95% interval of the difference; NaN with one cluster.
        high: of the same.
        p: two-sided, of "no difference", not adjusted.
        p_holm: adjusted by Holm's method: over the confirmatory family (NaN for values outside it), or over the
            cells of a value.
        p_bh: adjusted by Benjamini and Hochberg's: over the macro averages of the collection, or over the cells.
        relative: difference / abs(a); NaN where a is 0 and b is not.
        d_z: standardised by the clusters' standard deviation; 0 where nothing differs.
        higher: share of the clusters where B is higher.
        equal: where both are equal.
        lower: where B is lower.
        clusters: how many have a topic.
        topics: how many are averaged over.
        margin: set where a margin was asked for and the value is a measure.
    """

    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    p_bh: float
    relative: float
    d_z: float
    higher: float
    equal: float
    lower: float
    clusters: int
    topics: int
    margin: Margin | None

    @property
    def significant(self) -> bool:
        """By ``p_bh``."""
        return self.p_bh <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """The fields, and the verdicts of the margin where one was asked for."""
        found = asdict(self)
        if self.margin:
            found["margin"] |= {"equivalent": self.margin.equivalent, "no_worse": self.margin.no_worse}
        else:
            del found["margin"]
        return found


@dataclass(frozen=True, kw_only=True)
class Row:
    """A value of a table, such as ``map`` of ``multi``.

    Attributes:
        table: a setting, or ``bias``.
        name: of the measure or the bias.
        macro: the mean over cells.
        cells: each cell's own; ``p_holm`` and ``p_bh`` are over these.
        confirmatory: whether the macro average is in the confirmatory family.
        dropped: topics with a value in some runs only; they are left out of all.
    """

    table: str
    name: str
    macro: Effect
    cells: dict[str, Effect]
    confirmatory: bool
    dropped: int


@dataclass(frozen=True, kw_only=True)
class CollectionComparison:
    """One collection.

    Attributes:
        fingerprint: the collection's, the same in every run.
        clusters: how many it has.
        rows: by table and name.
    """

    fingerprint: str
    clusters: int
    rows: tuple[Row, ...]

    def row(self, table: str, name: str) -> Row:
        """Such as ``row("multi", "map")``.

        Raises:
            ConfigError: there is none.
        """
        for row in self.rows:
            if (row.table, row.name) == (table, name):
                return row
        known = ", ".join(f"{row.table}/{row.name}" for row in self.rows)
        raise ConfigError(f"nothing is compared as {table}/{name}, only {known}.")


@dataclass(frozen=True, kw_only=True)
class ComparedSide:
    """Attributes:
    encoders: what the encoder of every run is called.
    sources: where the runs are from, such as files.
    fitted_on: of every run, fingerprints of the collections that its encoder's repair was made with.
    """

    encoders: tuple[str, ...]
    sources: tuple[str, ...]
    fitted_on: tuple[frozenset[str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields, as lists."""
        return {
            "encoders": list(self.encoders),
            "sources": list(self.sources),
            "fitted_on": [sorted(fingerprints) for fingerprints in self.fitted_on],
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison(Result):
    """B against A.

    Example::

        >>> found = isoglot.compare("a.json", "b.json")
        >>> found.to_frame().columns[:4].tolist()
        ['collection', 'table', 'name', 'cell']

    Attributes:
        a: the runs of A: one, or several training seeds.
        b: the runs of B.
        collections: those that every run has.
        left_out: collections that only some runs have.
        confirmatory: ``TABLE/NAME`` of the confirmatory family, corrected together over all collections.
        margin: in the measures' units; None where no margin was asked for.
        draws: sign flips and bootstrap resamples.
        seed: of both.
    """

    verb: ClassVar[str] = "compare"

    a: ComparedSide
    b: ComparedSide
    collections: dict[str, CollectionComparison]
    left_out: tuple[str, ...]
    confirmatory: tuple[str, ...]
    margin: float | None
    draws: int
    seed: int
    versions: dict[str, str] = field(default_factory=versions)

    @property
    def seeds_vary(self) -> bool:
        """Whether a side has several runs, so that intervals and p values cover its training seeds."""
        return max(len(self.a.sources), len(self.b.sources)) > 1

    def rows(self) -> Iterator[tuple[str, Row]]:
        """(collection, row) of all."""
        return ((name, row) for name, found in self.collections.items() for row in found.rows)

    def _headline(self) -> str:
        said = f"{listed(dict.fromkeys(self.b.encoders))} against {listed(dict.fromkeys(self.a.encoders))}"
        if len(self.collections) > 1:
            return f"{said} on {listed(self.collections)}"
        changes = ((row, row.macro.difference) for _, row in self.rows() if row.confirmatory)
        shown = ", ".join(f"{row.table} {row.name} {'+' if by > 0 else ''}{decimal(by)}" for row, by in changes)
        return f"{said} on {listed(self.collections)}{shown and ': '}{shown}"

    def _rows(self) -> Iterator[dict[str, object]]:
        for collection, row in self.rows():
            for cell, effect in {ALL: row.macro, **row.cells}.items():
                found = effect.to_dict()
                within = found.pop("margin", {})
                margins = {key: within.get(key) for key in ("p_no_worse", "p_equivalent")}
                yield {"collection": collection, "table": row.table, "name": row.name, "cell": cell, **found, **margins}

    def _content(self) -> dict[str, Any]:
        """``{"collections": {NAME: {"multi": {"map": {"difference": .., "cells": {..}, ..}}, ..}}, ..}``."""
        return {
            "difference": "b minus a: above 0, b is higher",
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "test": "t over clusters and seeds" if self.seeds_vary else "cluster sign flip",
            "confirmatory": list(self.confirmatory),
            "margin": self.margin,
            "draws": self.draws,
            "seed": self.seed,
            "left_out": list(self.left_out),
            "versions": self.versions,
            "collections": {name: _flat(found) for name, found in self.collections.items()},
        }


def _flat(found: CollectionComparison) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for row in found.rows:
        tables.setdefault(row.table, {})[row.name] = {
            **row.macro.to_dict(),
            "confirmatory": row.confirmatory,
            "dropped": row.dropped,
            "cells": {cell: effect.to_dict() for cell, effect in row.cells.items()},
        }
    return {"fingerprint": found.fingerprint, "clusters": found.clusters, **tables}
