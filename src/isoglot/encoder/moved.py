"""A repaired encoder whose base is on a server: there are no modules to put the transform behind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from isoglot.arrays import Ints, Vectors
from isoglot.encoder.affine import Affine
from isoglot.encoder.affine_files import load_arrays
from isoglot.encoder.embeddings import scale
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.identify import identified
from isoglot.encoder.openai import OpenAIEncoder
from isoglot.roles import Role


@dataclass(frozen=True, eq=False)
class MovedEncoder:
    """The vectors of a server, moved by a transform.

    Attributes:
        base: gives the vectors.
        transform: moves them; where it goes by language, that is told from the text.
        fitted: where the transform comes from.
        loaded_as: what results call it.
    """

    base: OpenAIEncoder
    transform: Affine
    fitted: Fitted
    loaded_as: str

    @property
    def similarity_fn_name(self) -> str:
        """The base's."""
        return self.base.similarity_fn_name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the base's and the transform."""
        transform = self.transform
        total = hashlib.sha256(f"{self.base.fingerprint} {transform.languages} {transform.unit}".encode())
        for array in (transform.offsets, transform.matrices, transform.matrix):
            total.update(np.ascontiguousarray(array).data)
        return total.hexdigest()

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        """(texts,) -> (texts, width) float32."""
        return self._moved(self.base.encode_query(inputs), inputs, "query")

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        """The same for passages."""
        return self._moved(self.base.encode_document(inputs), inputs, "passage")

    def _moved(self, vectors: Vectors, inputs: list[str], role: Role) -> Vectors:
        languages = self.transform.languages
        place: Ints = np.full(len(inputs), len(languages), dtype=np.int64)
        if self.transform.by_language:
            place = identified(inputs, languages)
        if self.transform.unit:
            vectors = vectors.copy()
            scale(vectors)
        return self.transform.apply(vectors, place, role)


def moved_encoder(base: OpenAIEncoder, folder: Path) -> MovedEncoder:
    """The encoder with the transform in a folder that ``isoglot debias`` wrote.

    Raises:
        DataError: a file is missing or damaged.
        EncoderError: the transform was fitted for another encoder.
    """
    transform, fitted = load_arrays(folder, encoder=base.fingerprint)
    return MovedEncoder(base, transform, fitted, base.loaded_as)
