"""``Index``: passages of several languages in a store, searched by meaning under a policy."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.data.given import AnyCollection
from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.embed import embed
from isoglot.encoder.given import AnyEncoder, given_encoder
from isoglot.encoder.identify import identified
from isoglot.encoder.protocol import Encoder
from isoglot.errors import ConfigError, DataError, StorageError
from isoglot.progress import StartProgress
from isoglot.search.approximate import Approximate
from isoglot.search.build import Indexed, compact, delete, put, reindex, repair
from isoglot.search.calibrating import fitted_calibration
from isoglot.search.candidates import Candidates, Source
from isoglot.search.hits import Hit, Hits, collapsed
from isoglot.search.lance import LanceStore
from isoglot.search.manifest import Manifest, checked_base, manifest_of, read_calibration, read_repair, read_sample
from isoglot.search.memory import InMemory, moved
from isoglot.search.policies import DEFAULT, policy_named
from isoglot.search.scored import Scored
from isoglot.search.store import Found, Store, Table

if TYPE_CHECKING:
    from pathlib import Path

MEMORY_MIB = 512
"""200,000 vectors of 384 numbers take 293."""

_DEPTH = 100  # candidates of each language, at least


@dataclass(frozen=True, kw_only=True, eq=False)
class _View:
    """What one version of the index is searched by."""

    version: tuple[int, int]  # of the notes and of the table
    manifest: Manifest
    encoder: Encoder  # without its repair
    table: Table
    source: Source
    repair: Affine | None
    calibration: Calibration | None


class Index:
    """An index that is there.

    Example::

        >>> index = isoglot.Index.create("help-index", "sample/test", "e5-small")
        >>> index.search("How do I descale the machine?", languages=["de"], collapse=True)[0].also
        ('ar', 'en', 'es', 'hi', 'vi', 'zh')

    Vectors are in memory and search is exact while they fit ``memory_mib``; above it the store's own index finds
    candidates and they are scored exactly. An index that is changed meanwhile, by whichever process, is read again.

    Args:
        place: a folder, or an address such as ``s3://bucket/index``.
        encoder: that queries are encoded by; the index's own, by the name that it notes, if left out.
        memory_mib: for vectors.
        stale: seconds after which it looks whether the index was changed.

    Raises:
        DataError: there is no index, or a newer isoglot wrote it.
        EncoderError: the encoder is not the one whose vectors the index holds.
        StorageError: the store cannot be read.
    """

    def __init__(
        self, place: str | Path, *, encoder: AnyEncoder | None = None, memory_mib: int = MEMORY_MIB, stale: float = 0.0
    ) -> None:
        """Open it; vectors are read at the first search."""
        self.place = str(place)
        self.store: Store = LanceStore(self.place)
        self.manifest = manifest_of(self.store, self.place)
        self._memory = memory_mib << 20
        self._given = None if encoder is None else given_encoder(encoder)
        self._stale, self._looked = stale, 0.0
        self._view: _View | None = None

    @classmethod
    def create(
        cls,
        place: str | Path,
        collections: AnyCollection | Sequence[AnyCollection],
        encoder: AnyEncoder,
        *,
        progress: StartProgress | None = None,
    ) -> Self:
        """Make an index of the passages of collections; see :func:`isoglot.search.build.put`."""
        put(place, collections, encoder, progress=progress)
        return cls(place)

    def add(
        self, collections: AnyCollection | Sequence[AnyCollection], *, progress: StartProgress | None = None
    ) -> Indexed:
        """Add passages, or replace those of the same id; see :func:`isoglot.search.build.put`."""
        return put(self.place, collections, progress=progress)

    def delete(self, ids: Sequence[str]) -> Indexed:
        """Delete passages; see :func:`isoglot.search.build.delete`."""
        return delete(self.place, ids)

    def repair_by(self, encoder: AnyEncoder | None) -> Indexed:
        """Search through the repair of a repaired encoder, or through none; see :func:`isoglot.search.build.repair`."""
        return repair(self.place, encoder)

    def reindex(self, encoder: AnyEncoder, *, progress: StartProgress | None = None) -> Indexed:
        """Encode all passages by another encoder; see :func:`isoglot.search.build.reindex`."""
        return reindex(self.place, encoder, progress=progress)

    def compact(self) -> Indexed:
        """Remove for good what was deleted or replaced; see :func:`isoglot.search.build.compact`."""
        return compact(self.place)

    def still(self) -> Self:
        """The index as it is now, for several calls that belong together: what it encodes, it ranks alike."""
        found = copy(self)
        found._view, found._stale = self._current(), math.inf
        return found

    def without_repair(self) -> Self:
        """The index as it is now, but searched through no repair, to show what the repair changes.

        Its vectors, where they are in memory, are there twice.
        """
        found = self.still()
        view = found._current()
        if view.repair is not None:
            found._view = replace(
                view,
                source=self._source(view.table, None),
                repair=None,
                calibration=fitted_calibration(
                    read_sample(self.store), similarity=view.manifest.similarity, repair=None
                ),
            )
        return found

    @property
    def encoder(self) -> Encoder:
        """What encodes queries, without its repair."""
        return self._current().encoder

    @property
    def languages(self) -> tuple[str, ...]:
        """Of its passages, sorted."""
        return self._current().source.languages

    @property
    def counts(self) -> dict[str, int]:
        """Language -> passages."""
        return self._current().source.counts

    @property
    def calibration(self) -> Calibration | None:
        """What its scores are calibrated by; None where it has too few texts."""
        return self._current().calibration

    @property
    def table(self) -> Table:
        """Its rows."""
        return self._current().table

    @property
    def repair(self) -> Affine | None:
        """What its vectors are searched through."""
        return self._current().repair

    @property
    def is_exact(self) -> bool:
        """Whether all vectors are in memory."""
        return isinstance(self._current().source, InMemory)

    def search(
        self,
        query: str,
        *,
        language: str | None = None,
        languages: Sequence[str] | None = None,
        k: int = 10,
        page: int = 1,
        policy: str = DEFAULT,
        dial: float | None = None,
        collapse: bool = False,
    ) -> Hits:
        """The best passages for a query.

        Args:
            query: the text.
            language: of the query; told from the text if left out.
            languages: of passages that may be found; all if left out.
            k: hits a page.
            page: from 1.
            policy: a name of :data:`isoglot.search.policies.POLICIES`.
            dial: from 0, the query's language first, to 1; for the policy ``calibrated``.
            collapse: show one of an item's translations, in the query's language where there is one.

        Raises:
            ConfigError: a bad policy, dial, page or language, or an empty query.
        """
        if not query.strip():
            raise ConfigError("the query is empty: give a text.")
        tags = self.tell([query], [language])
        vector = self.encode([query], tags)[0]
        return self.rank(
            query,
            vector,
            language=tags[0],
            languages=languages,
            k=k,
            page=page,
            policy=policy,
            dial=dial,
            collapse=collapse,
        )

    def tell(self, queries: Sequence[str], languages: Sequence[str | None]) -> list[str | None]:
        """The languages of queries: as given, or as the text tells among those of the index; None for any other.

        Raises:
            ConfigError: none of the index's languages can be told from text.
        """
        own = self.languages
        unknown = [place for place, tag in enumerate(languages) if tag is None]
        told = identified([queries[place] for place in unknown], own) if unknown else np.empty(0, np.int64)
        found = dict(zip(unknown, ((*own, None)[number] for number in told.tolist()), strict=True))
        return [found.get(place, tag) for place, tag in enumerate(languages)]

    def encode(self, queries: Sequence[str], languages: Sequence[str | None], *, keep: bool = False) -> Vectors:
        """(queries, width) float32 as the index compares them, repaired where it is.

        Args:
            queries: the texts.
            languages: of each; None for one that is none of the index's.
            keep: the vectors in the cache, and take them from there.

        Raises:
            EncoderError: the encoder is not the index's, or does not return sound vectors.
        """
        view = self._current()
        fingerprint = view.manifest.fingerprint if keep else None
        found = embed(view.encoder, queries, role="query", fingerprint=fingerprint)
        vectors = np.asarray(found.normalised() if view.manifest.similarity.unit else found)
        if view.repair is None:
            return vectors
        return view.repair.apply(vectors, numbers_of([tag or "" for tag in languages], view.repair.languages), "query")

    def rank(
        self,
        query: str,
        vector: Vectors,
        *,
        language: str | None,
        languages: Sequence[str] | None = None,
        k: int = 10,
        page: int = 1,
        policy: str = DEFAULT,
        dial: float | None = None,
        collapse: bool = False,
    ) -> Hits:
        """As :meth:`search`, of a query that is encoded."""
        if k < 1 or page < 1:
            raise ConfigError(f"k and page count from 1, but are {k} and {page}.")
        view = self._current()
        own = view.source.languages
        chosen = policy_named(policy, languages=own, calibration=view.calibration, dial=dial)
        wanted = _places(languages, own)
        found = view.source.candidates(vector, languages=wanted, depth=max(_DEPTH, k * page + 1))
        lexical = None
        if policy == "lexical":
            words = view.table.matching(query, count=_DEPTH, languages=languages)
            found = _with_matches(found, words, vector, view)
            lexical = _word_places(words, found)[None]
        scored = Scored(
            scores=found.scores[None],
            query_language=numbers_of([language or ""], own),
            passage_language=found.language,
            lexical=lexical,
        )
        order = np.argsort(-chosen.apply(scored)[0], kind="stable")
        hits = _hits(found, order[: k * page + 1] if not collapse else order)
        if collapse:
            groups = list(dict.fromkeys(hit.group for hit in hits))[: k * page + 1]
            kept = set(groups)
            shown = [hit for hit in hits if hit.group in kept]
            hits = collapsed(
                shown,
                view.source.translations(groups),
                prefer=language if languages is None or language in languages else None,
            )
        first = k * (page - 1)
        return Hits(
            query=query,
            language=language,
            policy=policy,
            page=page,
            hits=tuple(hits[first : first + k]),
            more=len(hits) > first + k,
        )

    def _current(self) -> _View:
        """The view of the store as it is now, or was some moments ago."""
        now = time.monotonic()
        if self._view is not None and now - self._looked < self._stale:
            return self._view
        if self._view is None or not self._is_current(self._view):
            self._view = self._read()
        self._looked = now
        return self._view

    def _is_current(self, view: _View) -> bool:
        try:
            return view.version == (self.store.notes_version, view.table.version)
        except StorageError:  # the table was replaced by another
            return False

    def _read(self) -> _View:
        notes = self.store.notes_version
        self.manifest = manifest_of(self.store, self.place)
        table = self.store.table(self.manifest.table)
        version = table.version
        if not len(table):
            raise DataError(f"{self.place}: the index is empty: add a collection by `isoglot index`.")
        repair = read_repair(self.store)
        return _View(
            version=(notes, version),
            manifest=self.manifest,
            encoder=self._encoder(),
            table=table,
            source=self._source(table, repair),
            repair=repair,
            calibration=read_calibration(self.store),
        )

    def _encoder(self) -> Encoder:
        """The one that is loaded, unless the index has another now."""
        if self._view is not None and self._view.manifest.fingerprint == self.manifest.fingerprint:
            return self._view.encoder
        given = given_encoder(self.manifest.encoder) if self._given is None else self._given
        return checked_base(given, self.manifest, self.place)

    def _source(self, table: Table, repair: Affine | None) -> Source:
        fits = 4 * table.width * len(table) <= self._memory
        return (InMemory if fits else Approximate)(table, similarity=self.manifest.similarity, repair=repair)


def _with_matches(found: Candidates, words: Found, query: Vectors, view: _View) -> Candidates:
    """The candidates, and the passages found by words that are none of them."""
    there = set(found.rows["id"].to_pylist())
    more = np.array([n for n, identity in enumerate(words.rows["id"].to_pylist()) if identity not in there], np.int64)
    if not len(more):
        return found
    rows = words.rows.take(more)
    tags = rows["lang"].to_pylist()
    vectors = moved(words.vectors[more], tags, view.repair)
    scores = view.manifest.similarity.block(vectors).scores(query[None])[0]
    return Candidates(
        rows=pa.concat_tables([found.rows, rows]),
        language=np.concatenate([found.language, numbers_of(tags, view.source.languages)]),
        scores=np.concatenate([found.scores, scores]),
    )


def _word_places(words: Found, found: Candidates) -> Ints:
    """(candidates,) int64, from 1, where each stands by words; 0 for those that do not."""
    place = {identity: number for number, identity in enumerate(words.rows["id"].to_pylist(), start=1)}
    return np.array([place.get(identity, 0) for identity in found.rows["id"].to_pylist()], dtype=np.int64)


def _places(wanted: Sequence[str] | None, own: tuple[str, ...]) -> list[int]:
    if wanted is None:
        return list(range(len(own)))
    for tag in wanted:
        if tag not in own:
            raise ConfigError(f"the index has no passages in {tag!r}; it has {', '.join(own)}.")
    return [own.index(tag) for tag in dict.fromkeys(wanted)]


def _hits(found: Candidates, order: Ints) -> list[Hit]:
    rows = found.rows.take(order).to_pylist()
    return [Hit(**row, score=float(score)) for row, score in zip(rows, found.scores[order].tolist(), strict=True)]
