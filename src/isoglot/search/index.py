"""``Index``: passages of several languages in a store, searched by meaning under a policy."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from isoglot.arguments import NotNegative, Number, kind_of, value_of
from isoglot.arrays import Vectors
from isoglot.data.given import AnyCollection
from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import Affine
from isoglot.encoder.given import AnyEncoder, given_encoder
from isoglot.encoder.identify import identified
from isoglot.encoder.protocol import Encoder
from isoglot.errors import ConfigError, StorageError
from isoglot.progress import StartProgress
from isoglot.search.build import compact, delete, put, reindex, repair
from isoglot.search.candidates import Source
from isoglot.search.hits import Hits
from isoglot.search.indexed import Indexed
from isoglot.search.manifest import manifest_of
from isoglot.search.memory import InMemory, moved
from isoglot.search.page import Asked, Query, page_of
from isoglot.search.recall import Recall, store_recall
from isoglot.search.store import Store, StoreAway, Table
from isoglot.search.stores import store_at
from isoglot.search.thresholds import Thresholds
from isoglot.search.vectors import encoded
from isoglot.search.view import View, read_view, unrepaired

if TYPE_CHECKING:
    from pathlib import Path

_T = TypeVar("_T")
_TEXT, _TAG = kind_of(str), kind_of(str | None)
_COUNT, _SECONDS = kind_of(Number), kind_of(NotNegative)

MEMORY_MIB = 512
"""200,000 vectors of 384 numbers take 293."""

_TRIES, _PAUSE = 3, 0.05  # seconds


class Index:
    """An index that is there.

    Example::

        >>> index = isoglot.Index.create("help-index", "sample/test", "e5-small")
        >>> index.search("How do I descale the machine?", languages=["de"], collapse=True)[0].also
        ('ar', 'en', 'es', 'hi', 'vi', 'zh')

    Vectors are in memory and search is exact while they fit ``memory_mib``; above it the store's own index finds
    candidates and they are scored exactly. An index that is changed meanwhile, by whichever process, is read again.

    Args:
        place: a folder, or an address such as ``s3://bucket/index``; see :func:`isoglot.search.stores.store_at`.
        encoder: that queries are encoded by; the index's own, by the name that it notes, if left out.
        memory_mib: for vectors.
        stale: seconds after which it looks whether the index was changed.

    Raises:
        ConfigError: an argument is none of those that it may be.
        DataError: there is no index, or a newer isoglot wrote it.
        EncoderError: the encoder is not the one whose vectors the index holds.
        StorageError: the store cannot be read.
    """

    def __init__(
        self, place: str | Path, *, encoder: AnyEncoder | None = None, memory_mib: int = MEMORY_MIB, stale: float = 0.0
    ) -> None:
        """Open it; vectors are read at the first search."""
        self.store: Store = store_at(place)
        self.place = self.store.place
        self.manifest = manifest_of(self.store, self.place)
        self._memory = value_of("memory_mib", memory_mib, _COUNT) << 20
        self._given = None if encoder is None else given_encoder(encoder)
        self._stale, self._looked = value_of("stale", stale, _SECONDS), 0.0
        self._view: View | None = None

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
        found._view = unrepaired(found._current(), self.store, self.place, memory=self._memory)
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
    def thresholds(self) -> Thresholds | None:
        """What scores pass by; None where nobody calibrated them."""
        return self._current().thresholds

    @property
    def source(self) -> Source:
        """Where candidates come from."""
        return self._current().source

    def recall(self, *, k: int = 10, progress: StartProgress | None = None) -> Recall | None:
        """What approximate search finds of what exact search finds; see :func:`isoglot.search.recall.store_recall`."""
        return store_recall(self.place, memory_mib=self._memory >> 20, k=k, progress=progress)

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
        policy: str | None = None,
        dial: float | None = None,
        collapse: bool = False,
        passing: bool = False,
    ) -> Hits:
        """The best passages for a query.

        Args:
            query: the text.
            language: of the query; told from the text if left out.
            languages: of passages that may be found; all if left out.
            k: hits a page.
            page: from 1.
            policy: a name of :data:`isoglot.search.policies.POLICIES`; ``fused`` if left out, or ``calibrated`` with
                a dial.
            dial: from 0, the query's language first, to 1; for the policy ``calibrated``.
            collapse: show one of an item's translations, in the query's language where there is one.
            passing: leave out hits that do not pass (:func:`isoglot.search.falsealarms.calibrate`).

        Raises:
            ConfigError: an option that is none of those that it may be, an empty query, or no thresholds to pass.
        """
        asked = Asked(languages=languages, k=k, page=page, policy=policy, dial=dial, collapse=collapse, passing=passing)
        if not value_of("query", query, _TEXT).strip():
            raise ConfigError("the query is empty: give a text.")
        tags = self.tell([query], [value_of("language", language, _TAG)])
        return self.rank(Query(query, self.encode([query], tags)[0], tags[0]), asked)

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
        vectors = encoded(view.encoder, queries, view.manifest, role="query", keep=keep)
        return moved(vectors, [tag or "" for tag in languages], view.repair, "query")

    def rank(self, query: Query, asked: Asked) -> Hits:
        """As :meth:`search`, of a query that is encoded."""
        return self._tried(lambda: page_of(self._current(), query, asked))

    def _tried(self, read: Callable[[], _T]) -> _T:
        """What is read, tried again where another process removes files meanwhile, for it wrote others in their place.

        What is wrong with the index for good is raised all the same, after the last try, and a store that does not
        answer at once, for it was given its time.
        """
        for _ in range(_TRIES):
            try:
                return read()
            except StoreAway:
                raise
            except StorageError:
                self._looked = 0.0
                time.sleep(_PAUSE)
        return read()

    def _current(self) -> View:
        """The view of the store as it is now, or was some moments ago."""
        now = time.monotonic()
        if self._view is not None and now - self._looked < self._stale:
            return self._view
        if self._view is None or not self._view.is_current(self.store):
            self._view = self._tried(self._read)
            self.manifest = self._view.manifest
        self._looked = now
        return self._view

    def _read(self) -> View:
        return read_view(self.store, self.place, encoder=self._given, memory=self._memory, before=self._view)
