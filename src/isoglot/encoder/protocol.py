"""What an encoder is: sentence-transformers' own encoding interface."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from isoglot.data.collection import Collection
from isoglot.encoder.scoring import Rows, Scoring
from isoglot.progress import StartProgress


@runtime_checkable
class Encoder(Protocol):
    """What isoglot evaluates.

    An encoder without weights may have an attribute ``fingerprint``, a text that no other encoder has: by it vectors
    are kept in the cache, and an index knows its encoder again.
    """

    def encode_query(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        """(texts,) -> (texts, width) float32."""
        ...

    def encode_document(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        """(texts,) -> (texts, width) float32."""
        ...


@runtime_checkable
class CollectionEncoder(Protocol):
    """An encoder that is given a collection, not texts: its rows are found by ids, depend on the other passages, or are
    not one dense vector a text.

    Attributes:
        scoring: how its rows are scored.
    """

    scoring: Scoring[Any]

    def sides(self, collection: Collection, *, progress: StartProgress | None = None) -> tuple[Rows, Rows]:
        """The rows of the queries, and those of the passages.

        Args:
            progress: begins either side.

        Raises:
            EncoderError: a text has none.
        """
        ...

    def check_rewritten(self) -> None:
        """Raises:
        EncoderError: it has no row for a query that was rewritten.
        """
        ...


LOADED_AS = "loaded_as"
"""The attribute of an encoder that says by which name it was loaded, where isoglot loaded it."""
