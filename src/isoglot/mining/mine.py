"""Mining: the ``negatives`` of a parallel data set, from its own passages."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from isoglot.arguments import checked
from isoglot.arrays import Bools, Ints
from isoglot.data.given import AnyParallel, given_parallel
from isoglot.data.made import MadeData
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError, DataError
from isoglot.mining.choose import Chosen, choose, fill
from isoglot.mining.finder import Index
from isoglot.mining.finders import AnyFinder, given_finder
from isoglot.mining.options import MiningOptions
from isoglot.mining.passages import Families, Passages
from isoglot.mining.report import LanguageCounts, MiningReport
from isoglot.mining.search import Hits, search
from isoglot.progress import StartProgress
from isoglot.versions import versions

_MOST_ITEMS = 8_192  # at a time: more do not make the product faster
_BYTES_PER_CANDIDATE = 128  # while candidates are merged
_ROWS_PER_BATCH = 1_000
_WRITER = "mined 1"  # counts what changed in the rows, so that no cache serves older ones


class Mined(MadeData[MiningReport]):
    """What :func:`mine` made.

    Example::

        >>> isoglot.mine("sample/train", "bm25").report.languages["en"].items
        64
    """


@checked
def mine(
    data: AnyParallel,
    finder: AnyFinder,
    *,
    options: MiningOptions | None = None,
    progress: StartProgress | None = None,
) -> Mined:
    """Give every item hard negatives in each language that it has a passage in.

    Example::

        >>> options = isoglot.MiningOptions(num_negatives=2)
        >>> made = isoglot.mine("sample/train", "bm25", options=options)
        >>> len(made.data[0]["negatives"]["en"])
        2

    A pair's negatives are of its passage's language (:class:`isoglot.batching.pairs.PairDataset`), since a negative in
    another could be told by its language alone. So each language is searched by itself, and an item's negatives in it
    are what its queries rank high there: the query in that language, those in others, or all of them. What shares
    a group with the item or could not be in a batch with it is never among them (:class:`Families`).

    Exact: every query meets every passage of the languages concerned, so the cost grows with queries times passages.
    In memory are a tile of scores, the candidates of some thousand items, the negatives' numbers (8 bytes each), a
    digest of each text, and what the finder holds. The same data, finder and options give the same negatives; where
    two scores differ in the last bit only, another machine or ``memory_mib`` may order them otherwise.

    Args:
        data: the items, by object or by name (:func:`isoglot.load_parallel`); negatives that they have are replaced.
        finder: scores passages: ``"bm25"``, an encoder by object or by name, or a
            :class:`isoglot.mining.finder.Finder` made for this data.
        options: see :class:`MiningOptions`.
        progress: begins the search.

    Raises:
        ConfigError: no query can look for anything, as across languages where the data has one.
        DataError: a language has too few passages, or no item is left.
    """
    begun = time.monotonic()
    options, data = options or MiningOptions(), given_parallel(data, to_train=True)
    found = given_finder(finder, data, progress=progress)
    asking = _asking(data, options)
    families = Families(data)
    passages = {language: families.passages(language) for language in asking}
    _check_enough(passages, options)
    told = progress("search", _scores(data, passages, asking), unit="scores") if progress else _silent
    mined = np.full((len(data), len(data.languages), options.num_negatives), -1, dtype=np.int64)
    counts = {}
    for language, where in passages.items():
        work = _Work(data, families, where, found.index(where), asking[language], options, told)
        mined[:, data.languages.index(language)], counts[language] = work.done()
    kept = np.all(~data.has_passage | (mined[:, :, -1] >= 0), axis=1)
    if not kept.any():
        raise DataError(
            f"no item has {options.num_negatives} negatives in every language of its passages: ask for fewer, raise "
            "range_max, or loosen the margin."
        )
    report = MiningReport(
        finder=found.name,
        finder_fingerprint=found.fingerprint,
        data=data.fingerprint,
        items=len(data),
        left_out=int((~kept).sum()),
        languages=counts,
        options=options,
        seconds=round(time.monotonic() - begun, 1),
        versions=versions(),
    )
    return Mined(_with_negatives(data, mined, kept), report)


@dataclass(frozen=True)
class _Work:
    """The passages of one language, and the languages of the queries that look for negatives among them."""

    data: ParallelDataset
    families: Families
    passages: Passages
    index: Index
    asking: tuple[str, ...]
    options: MiningOptions
    told: Callable[[int], object]

    def done(self) -> tuple[Ints, LanguageCounts]:
        """((all items, negatives) the items whose passages are the negatives, -1 for none; the counts)."""
        items = np.flatnonzero(self.passages.column >= 0)
        mined = np.full((len(self.data), self.options.num_negatives), -1, dtype=np.int64)
        total: Counter[str] = Counter()
        size = (self.options.memory_mib << 18) // (
            _BYTES_PER_CANDIDATE * self.options.range_max * max(1, len(self.asking))
        )
        size = max(1, min(_MOST_ITEMS, size))
        for start in range(0, len(items), size):
            some = items[start : start + size]
            chosen = self._chosen(some, total)
            self._fill(chosen, some, total)
            mined[some] = np.where(chosen.columns >= 0, self.passages.first[chosen.columns], -1)
        return mined, LanguageCounts(items=len(items), passages=len(self.passages), **total)

    def _chosen(self, items: Ints, total: Counter[str]) -> Chosen:
        found = [self._search(language, items) for language in self.asking]
        chosen = choose(found, items=len(items), options=self.options)
        asked = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(hits.rows for hits in found)]))
        total.update(
            asked=len(asked),
            candidates=len(chosen.row),
            skipped=int(chosen.skipped.sum()),
            dropped=int(chosen.dropped.sum()),
            items_dropped=len(np.unique(chosen.row[chosen.dropped])),
            mined=int((chosen.columns >= 0).sum()),
            items_short=int((chosen.columns[:, -1] < 0).sum()),
        )
        return chosen

    def _search(self, language: str, items: Ints) -> Hits:
        rows = np.flatnonzero(self.data.has_query[items, self.data.languages.index(language)])
        return search(
            self.index,
            self.passages,
            self.families.items,
            language=language,
            rows=rows,
            items=items[rows],
            depth=min(self.options.range_max, len(self.passages)),
            budget=self.options.memory_mib << 19,
            told=self.told,
        )

    def _fill(self, chosen: Chosen, items: Ints, total: Counter[str]) -> None:
        """Draw what is missing, for each item from a generator of its own: other items make no difference to it."""
        before = int((chosen.columns >= 0).sum())
        if self.options.short == "fill":
            number = self.data.languages.index(self.passages.language)
            for row in np.flatnonzero(chosen.columns[:, -1] < 0).tolist():
                family = self.families.columns(self.passages, int(items[row]))
                rng = np.random.default_rng([self.options.seed, number, int(items[row])])
                fill(chosen, row, family=family, passages=len(self.passages), rng=rng)
        total.update(
            filled=int((chosen.columns >= 0).sum()) - before,
            items_lacking=int((chosen.columns[:, -1] < 0).sum()),
        )


def _asking(data: ParallelDataset, options: MiningOptions) -> dict[str, tuple[str, ...]]:
    """Language that has passages -> languages whose queries look for negatives among them, its own first.

    Raises:
        ConfigError: there is none for any language.
    """
    asking = {}
    together = data.has_query.T.astype(np.int64) @ data.has_passage
    for column, language in enumerate(data.languages):
        if data.has_passage[:, column].any():
            able = [name for row, name in enumerate(data.languages) if together[row, column]]
            own, others = [name for name in able if name == language], [name for name in able if name != language]
            asking[language] = tuple({"same": own, "cross": others, "both": own + others}[options.queries])
    if any(asking.values()):
        return asking
    if options.queries == "cross":
        raise ConfigError(
            f"queries = cross: no item has a query in one language and a passage in another (languages: "
            f"{', '.join(data.languages)}), so mine with queries = same."
        )
    raise ConfigError(
        "queries = same: no item has its query and its passage in one language, so mine with queries = cross."
    )


def _check_enough(passages: Mapping[str, Passages], options: MiningOptions) -> None:
    for language, where in passages.items():
        if len(where) <= options.num_negatives:
            raise DataError(
                f"{language} has {len(where)} different passages, too few for {options.num_negatives} negatives each: "
                "ask for fewer, or leave it out ('languages' of a source of `isoglot prepare`)."
            )


def _scores(data: ParallelDataset, passages: Mapping[str, Passages], asking: Mapping[str, tuple[str, ...]]) -> int:
    """How many scores the search makes."""
    together = data.has_query.T.astype(np.int64) @ data.has_passage
    number = data.languages.index
    return sum(
        int(together[number(query), number(language)]) * len(passages[language])
        for language, queries in asking.items()
        for query in queries
    )


def _with_negatives(data: ParallelDataset, mined: Ints, kept: Bools) -> ParallelDataset:
    """The items that are kept, with the passages of these items in their ``negatives``."""
    content = hashlib.sha256(mined[kept].astype("<i8").tobytes()).hexdigest()
    part = data.select(kept)
    key = f"{_WRITER} {part.fingerprint} {content}"
    return ParallelDataset.from_rows(_rows(data, part, mined[kept]), languages=data.languages, key=key)


def _rows(data: ParallelDataset, part: ParallelDataset, mined: Ints) -> Iterator[dict[str, Any]]:
    rows = iter(part)
    for start in range(0, len(part), _ROWS_PER_BATCH):
        some = mined[start : start + _ROWS_PER_BATCH]
        negatives: list[dict[str, list[str]]] = [{} for _ in some]
        for number, language in enumerate(data.languages):
            have = np.flatnonzero(some[:, number, 0] >= 0)
            found = data.column("passage", language, some[have, number].ravel()).to_pylist()
            for place, row in enumerate(have.tolist()):
                negatives[row][language] = found[place * mined.shape[2] : (place + 1) * mined.shape[2]]
        for lists in negatives:
            yield {**next(rows), "negatives": lists}


def _silent(scores: int) -> None:
    """Where nobody asks for progress."""
