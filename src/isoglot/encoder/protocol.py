"""What an encoder is: sentence-transformers' own encoding interface."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NoReturn, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from isoglot.data.collection import Collection
from isoglot.encoder.scoring import Rows, Scoring
from isoglot.errors import EncoderError
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


class CollectionEncoder(ABC):
    """An encoder that is given a collection, not texts: its rows are found by ids, depend on the other passages, or are
    not one dense vector a text.

    Attributes:
        loaded_as: what results call it.
        is_dense: whether its rows are dense vectors.
    """

    loaded_as: str
    is_dense: ClassVar[bool] = False

    @property
    @abstractmethod
    def scoring(self) -> Scoring[Any]:
        """How its rows are scored."""

    @abstractmethod
    def sides(self, collection: Collection, *, progress: StartProgress | None = None) -> tuple[Rows, Rows]:
        """The rows of the queries, and those of the passages.

        Args:
            progress: begins either side.

        Raises:
            EncoderError: a text has none.
        """

    def check_rewritten(self) -> None:
        """Find whether it has rows for queries that are rewritten.

        Raises:
            EncoderError: it has none.
        """
        return

    def encode_query(self, inputs: list[str], **options: Any) -> NoReturn:
        """Refuse.

        Raises:
            EncoderError: always.
        """
        self.check_rewritten()
        raise EncoderError(f"{self.loaded_as} encodes no text by itself, for it needs the collection: evaluate it.")

    encode_document = encode_query


LOADED_AS = "loaded_as"
"""The attribute of an encoder that says by which name it was loaded, where isoglot loaded it."""
