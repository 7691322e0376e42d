"""Encoders of sentence-transformers that do not give one dense vector a text."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.encoder.batches import batches, together
from isoglot.encoder.devices import each
from isoglot.encoder.protocol import LOADED_AS, CollectionEncoder
from isoglot.encoder.scoring import Rows
from isoglot.errors import EncoderError
from isoglot.progress import Progress, StartProgress
from isoglot.roles import Role

Encodings = TypeVar("Encodings", bound=Rows)


class ModelEncoder(CollectionEncoder, Generic[Encodings]):
    """A model that is loaded when something has to be encoded.

    What it gives is in memory alone; that of the passages is kept as long as the next collection has the same ones.

    Attributes:
        kind: what it is, in words.
        saved_as: what sentence-transformers calls it.

    Args:
        given: the model, or its name.
    """

    kind: ClassVar[str]
    saved_as: ClassVar[str]

    def __init__(self, given: Any) -> None:
        self._given = given
        self.loaded_as = given if isinstance(given, str) else getattr(given, LOADED_AS, type(given).__name__)
        self._passages: tuple[pa.Table, Encodings] | None = None

    @cached_property
    def model(self) -> Any:
        """The model itself.

        Raises:
            EncoderError: it cannot be loaded.
        """
        if not isinstance(self._given, str):
            return self._given
        from isoglot.encoder.load import load_model  # torch takes seconds

        return load_model(self._given)

    @cached_property
    def fingerprint(self) -> str:
        """See :func:`isoglot.encoder.fingerprint.encoder_fingerprint`."""
        from isoglot.encoder.fingerprint import weights_fingerprint

        self._encode(self.model, ["?"], "query")  # modules may find out what they say of themselves when they are used
        return weights_fingerprint(self.model)

    def sides(self, collection: Collection, *, progress: StartProgress | None = None) -> tuple[Encodings, Encodings]:
        """See :class:`isoglot.encoder.protocol.CollectionEncoder`.

        Raises:
            EncoderError: the model gives no finite numbers for a text.
        """
        _ = self.scoring  # or refuse, before anything is encoded
        queries = self._encoded(collection, "query", progress)
        if self._passages is None or self._passages[0] is not collection.passages:
            self._passages = collection.passages, self._encoded(collection, "passage", progress)
        return queries, self._passages[1]

    @abstractmethod
    def _encode(self, model: Any, texts: list[str], role: Role) -> Encodings:
        """The rows of a batch, by the model or a copy of it on another device."""

    @abstractmethod
    def _joined(self, parts: Sequence[Encodings]) -> Encodings:
        """Several batches as one."""

    def _encoded(self, collection: Collection, role: Role, progress: StartProgress | None) -> Encodings:
        table = collection.queries if role == "query" else collection.passages
        if not len(table):
            raise EncoderError(f"there is no {role} to encode.")
        told = progress(f"{collection.name} {role}", len(table)) if progress else None
        parts, rows = _encoded_once(
            self.model, table["text"], lambda model, texts: self._encode(model, texts, role), told
        )
        found: Encodings = self._joined(parts)[rows]
        return found


def _encoded_once(
    model: Any, texts: pa.ChunkedArray, encode: Callable[[Any, list[str]], Encodings], progress: Progress | None
) -> tuple[list[Encodings], Ints]:
    """Encode different texts in batches of like lengths: equal texts are one, so that they have the same row.

    Returns:
        The batches, and for each of the (texts,) its row, counted through them.
    """
    different = texts.unique()
    number = pc.index_in(texts, value_set=different).to_numpy().astype(np.int64)
    if progress and len(texts) > len(different):
        progress(len(texts) - len(different))
    parts: list[Encodings] = []
    place, done = np.empty(len(different), dtype=np.int64), 0
    size = together(model)
    for start in range(0, len(different), size):
        some = different.slice(start, size).to_pylist()
        each_batch = list(batches(model, some))
        found = each(model, [[some[n] for n in batch] for batch in each_batch], encode)
        for batch, part in zip(each_batch, found, strict=True):
            parts.append(part)
            place[start + batch] = done + np.arange(len(batch))
            done += len(batch)
            if progress:
                progress(len(batch))
    return parts, place[number]
