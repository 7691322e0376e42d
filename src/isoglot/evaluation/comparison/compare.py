"""Compare two encoders, query by query: is B better than A, by how much, and how sure is that?

Every difference is B minus A: above 0, B's value is higher (for a rank distance or another bias that is not
better). What is resampled is in ``statistics/``; what p values cover is in docs/statistics.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, get_args

import numpy as np

from isoglot.arguments import Positive, Resamples, Seed, Several, checked, option_record
from isoglot.arrays import Ints, distinct
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.comparison.alignment import ComparedRun, align
from isoglot.evaluation.comparison.comparison import CollectionComparison, ComparedSide, Comparison, Row
from isoglot.evaluation.comparison.paired import PairedOptions, paired_rows
from isoglot.evaluation.saved import SavedResults, read_results
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.evaluation.statistics.multiplicity import benjamini_hochberg, holm
from isoglot.files import resolved

_CONFIRMATORY = tuple(f"{setting}/map" for setting in SETTINGS)


class Evaluated(Protocol):
    """One encoder on one collection."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def topics(self) -> Topics: ...


class Results(Protocol):
    """One run: an ``Evaluation``, an ``Audit``, or what :func:`~isoglot.evaluation.saved.read_results` read."""

    @property
    def encoder(self) -> str: ...
    @property
    def collections(self) -> Mapping[str, Evaluated]: ...
    @property
    def fitted_on(self) -> frozenset[str]: ...


AnyResults = Results | str | Path


@option_record
class CompareOptions:
    """How to compare.

    Example::

        >>> options = isoglot.CompareOptions(margin=0.01)
        >>> found = isoglot.compare("a.json", "b.json", options=options)

    Attributes:
        margin: for "no difference" and "no loss", in the measures' units (.01 of a mAP), above 0; None: neither.
        confirmatory: ``TABLE/NAME`` of the macro averages that claims are made of, corrected together over all
            collections by Holm's method; None: ``map`` of the settings that there are.
        draws: sign flips, and bootstrap resamples.
        seed: of both.

    Raises:
        ConfigError: a value that the option cannot have.
    """

    margin: Positive | None = None
    confirmatory: Several[str] | None = None
    draws: Resamples = 10_000
    seed: Seed = 0


@checked
def compare(
    a: AnyResults | Sequence[AnyResults],
    b: AnyResults | Sequence[AnyResults],
    *,
    options: CompareOptions | None = None,
) -> Comparison:
    """Compare B with A on every collection, table and value that all runs have.

    Example::

        >>> found = isoglot.compare("a.json", "b.json")
        >>> found.collections["sample/test"].row("multi", "map").macro.difference
        0.0

    With one run on each side, intervals are from the cluster bootstrap and p values from flipping the signs of
    clusters: they are about other test questions, for these two encoders. With several runs on a side, its
    training seeds are a second sample and both are t-based over clusters and seeds.

    A topic whose value is NaN in some runs only is left out of all of them, so that differences are of the same
    topics; ``Row.dropped`` counts these. Elsewhere the macro averages are those of the evaluations.

    Args:
        a: the run of A, or several, one for each training seed: results, or paths of saved ones.
        b: the same of B.
        options: see :class:`CompareOptions`.

    Raises:
        DataError: a file is none of saved results, no collection in common, a collection with two fingerprints, or runs
            with different queries.
        ConfigError: a side without a run or with one run twice, both sides the same, or a confirmatory value that is
            nowhere.
    """
    options = options or CompareOptions()
    a, b = _runs(a), _runs(b)
    if [_key_of(run) for run in a] == [_key_of(run) for run in b]:
        raise ConfigError(
            f"A and B are the same results ({source_of(a[0], a[0].encoder)}): give those of two encoders."
        )
    runs = [*a, *b]
    sources = [source_of(run, run.encoder) for run in runs]
    everywhere = [name for name in a[0].collections if all(name in run.collections for run in runs)]
    if not everywhere:
        raise DataError(f"{', '.join(sources)}: no collection is in all of them, so there is nothing to compare.")
    rows = {name: _collection_rows(name, runs, sources, len(a), options) for name in everywhere}
    family = _family(rows, options.confirmatory)
    rows = _adjust(rows, family)
    return Comparison(
        a=_side(a),
        b=_side(b),
        collections={
            name: CollectionComparison(
                fingerprint=a[0].collections[name].fingerprint,
                clusters=len(np.unique(a[0].collections[name].topics.cluster)),
                rows=tuple(found),
            )
            for name, found in rows.items()
        },
        left_out=tuple(dict.fromkeys(name for run in runs for name in run.collections if name not in everywhere)),
        confirmatory=family,
        margin=options.margin,
        draws=options.draws,
        seed=options.seed,
    )


def _runs(side: AnyResults | Sequence[AnyResults]) -> list[Results]:
    """The runs of a side, of which none is there twice: it would pass for two seeds."""
    given = side if isinstance(side, Sequence) and not isinstance(side, str) else [side]
    runs: list[Results] = []
    for one in given:
        run = read_results(one) if isinstance(one, str | Path) else one
        if not all(hasattr(run, name) for name in ("encoder", "collections", "fitted_on")):
            raise ConfigError(
                f"{type(run).__name__} is no result: give what evaluate returns, or the path of a saved one."
            )
        if _key_of(run) in map(_key_of, runs):
            raise ConfigError(
                f"{source_of(run, run.encoder)} is given twice on one side; each training seed needs its own results."
            )
        runs.append(run)
    if not runs:
        raise ConfigError("both sides of a comparison need at least one results file.")
    return runs


def _key_of(run: Results) -> object:
    return resolved(run.path) if isinstance(run, SavedResults) else id(run)


def _collection_rows(
    name: str, runs: Sequence[Results], sources: Sequence[str], size_a: int, options: CompareOptions
) -> list[Row]:
    found = [run.collections[name] for run in runs]
    for source, other in zip(sources, found, strict=True):
        if other.fingerprint != found[0].fingerprint:
            raise DataError(
                f"{source}: {name} is not the same data as in {sources[0]} (their fingerprints differ); evaluate "
                "both encoders on the same files with the same options."
            )
    tables = align([ComparedRun(source, other.topics) for source, other in zip(sources, found, strict=True)], name)
    paired = PairedOptions(margin=options.margin, draws=options.draws, seed=options.seed)
    return [
        row
        for table, aligned in tables.items()
        for row in paired_rows(
            table if table in get_args(Setting) else "bias", aligned, _clusters(found[0].topics), size_a, paired
        )
    ]


def _clusters(topics: Topics) -> Ints:
    """(queries,) cluster numbers, by the least query id: the same draws whatever the order in files or in memory."""
    order = np.argsort(np.array(topics.queries))
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = distinct(topics.cluster[order])[1]
    return numbers


def _family(rows: Mapping[str, Sequence[Row]], wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The confirmatory values, each of which is somewhere."""
    known = dict.fromkeys(_key(row) for found in rows.values() for row in found)
    if wanted is None:
        return tuple(key for key in _CONFIRMATORY if key in known)
    for key in wanted:
        if key not in known:
            raise ConfigError(f"there is no {key!r} to confirm: use {', '.join(known)}.")
    return tuple(dict.fromkeys(wanted))


def _adjust(rows: Mapping[str, Sequence[Row]], family: Sequence[str]) -> dict[str, list[Row]]:
    """Holm over the family in all collections, Benjamini-Hochberg over the rows of each."""
    p = np.array([row.macro.p if _key(row) in family else np.nan for found in rows.values() for row in found])
    adjusted = iter(holm(p))
    result = {}
    for name, found in rows.items():
        discovery = benjamini_hochberg(np.array([row.macro.p for row in found]))
        result[name] = [
            replace(
                row,
                macro=replace(row.macro, p_holm=float(next(adjusted)), p_bh=float(by_table)),
                confirmatory=_key(row) in family,
            )
            for row, by_table in zip(found, discovery, strict=True)
        ]
    return result


def _key(row: Row) -> str:
    return f"{row.table}/{row.name}"


def _side(runs: Sequence[Results]) -> ComparedSide:
    return ComparedSide(
        encoders=tuple(run.encoder for run in runs),
        sources=tuple(source_of(run, run.encoder) for run in runs),
        fitted_on=tuple(run.fitted_on for run in runs),
    )


def source_of(run: object, encoder: str) -> str:
    """What a comparison calls a run's source: its file, or the name of its encoder where it has none."""
    return str(run.path) if isinstance(run, SavedResults) else encoder
