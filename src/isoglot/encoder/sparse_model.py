"""Sparse encoders of sentence-transformers (``SparseEncoder``), such as SPLADE: a text as weights of a vocabulary."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack  # type: ignore[import-untyped, unused-ignore]

from isoglot.encoder.model_encoder import ModelEncoder
from isoglot.encoder.sparse import SparseProduct, SparseVectors
from isoglot.errors import EncoderError
from isoglot.roles import Role

_COMPARED = ("dot", "cosine")


class SparseModel(ModelEncoder[SparseVectors]):
    """Compared by dot product or by cosine, as the model says; a text without a weight matches nothing."""

    kind = "sparse encoder"
    saved_as = "SparseEncoder"

    @cached_property
    def scoring(self) -> SparseProduct:
        """By what the model says in ``similarity_fn_name``.

        Raises:
            EncoderError: by a distance.
        """
        said = str(self.model.similarity_fn_name)
        if said not in _COMPARED:
            raise EncoderError(
                f"{self.loaded_as} compares sparse vectors by {said}, but isoglot ranks them by "
                f"{' or '.join(_COMPARED)} alone: its results would not be this encoder's."
            )
        return SparseProduct(f"sparse {said}")

    def _encode(self, model: Any, texts: list[str], role: Role) -> SparseVectors:
        method = model.encode_query if role == "query" else model.encode_document
        found = method(texts, batch_size=len(texts), show_progress_bar=False, save_to_cpu=True).coalesce()
        matrix = csr_array((found.values().float().numpy(), found.indices().numpy()), shape=tuple(found.shape))
        if matrix.shape[0] != len(texts):
            raise EncoderError(f"{self.loaded_as} returned {matrix.shape[0]} vectors for {len(texts)} texts.")
        sound = np.isfinite(matrix.data)
        if not sound.all():
            row = int(np.searchsorted(matrix.indptr, np.flatnonzero(~sound)[0], side="right")) - 1
            raise EncoderError(f"{self.loaded_as} returned NaN or infinite values for the {role} {texts[row][:80]!r}.")
        return SparseVectors(_scaled(matrix) if self.scoring.name == "sparse cosine" else matrix)

    def _joined(self, parts: Sequence[SparseVectors]) -> SparseVectors:
        return SparseVectors(csr_array(vstack([part.matrix for part in parts], format="csr")))


def _scaled(matrix: csr_array) -> csr_array:
    """To length 1; a vector without a weight stays."""
    length = np.sqrt(matrix.power(2).sum(axis=1))
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    scaled = (matrix.data / np.where(length == 0, 1, length)[row]).astype(np.float32)
    return csr_array((scaled, matrix.indices, matrix.indptr), shape=matrix.shape)
