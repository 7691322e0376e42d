"""An encoder that is loaded when a text has to be encoded; torch is not imported before."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from isoglot.encoder.known import Facts, note, recall, state_of
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class LazyEncoder:
    """The encoder of a name, for whoever asks for vectors alone.

    Where the folder was loaded before and has not changed since, its fingerprint is known, and texts whose vectors are
    in the cache need nothing of the encoder. Otherwise it is loaded at the first question.

    Args:
        name: see :func:`isoglot.encoder.load.load_encoder`, which also says what is raised when it is loaded.
    """

    def __init__(self, name: str) -> None:
        self.loaded_as = name
        self._recalled = recall(name)

    @property
    def is_known(self) -> bool:
        """Whether the questions below are answered without loading it; a known encoder is not repaired."""
        return self._recalled is not None

    @property
    def fingerprint(self) -> str:
        """See :func:`isoglot.encoder.fingerprint.encoder_fingerprint`."""
        return self._facts.fingerprint

    @property
    def similarity_fn_name(self) -> str:
        """By what vectors are compared, as sentence-transformers calls it."""
        return self._facts.similarity

    @property
    def model(self) -> "SentenceTransformer":
        """The encoder itself.

        Raises:
            EncoderError: it cannot be loaded, or is no longer what it was when it was asked before.
        """
        return self._loaded[0]

    def encode_query(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        """The encoder's."""
        found: npt.NDArray[np.float32] = self.model.encode_query(inputs, **options)
        return found

    def encode_document(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        """The encoder's."""
        found: npt.NDArray[np.float32] = self.model.encode_document(inputs, **options)
        return found

    @property
    def _facts(self) -> Facts:
        return self._recalled or self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple["SentenceTransformer", Facts]:
        from isoglot.encoder.fingerprint import weights_fingerprint
        from isoglot.encoder.load import load_encoder

        state = state_of(self.loaded_as)
        model = load_encoder(self.loaded_as)
        facts = Facts(weights_fingerprint(model), similarity_of(model).value)
        note(self.loaded_as, state, model, facts)
        if self._recalled not in (None, facts):
            raise EncoderError(f"encoder {self.loaded_as!r} was changed while it was in use: run it again.")
        return model, facts


def loaded(encoder: Encoder) -> Encoder:
    """The encoder itself, where this is one that is loaded when it is needed."""
    return encoder.model if isinstance(encoder, LazyEncoder) else encoder
