"""What an encoder is: sentence-transformers' own encoding interface."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt


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


LOADED_AS = "loaded_as"
"""The attribute of an encoder that says by which name it was loaded, where isoglot loaded it."""
