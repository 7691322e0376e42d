"""Vectors of texts as an index holds them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.encoder.embed import embed
from isoglot.encoder.protocol import Encoder
from isoglot.roles import Role
from isoglot.search.manifest import Manifest


def encoded(
    encoder: Encoder, texts: Sequence[str] | pa.ChunkedArray, manifest: Manifest, *, role: Role, keep: bool = True
) -> Vectors:
    """(texts, width) float32 without repair, of length 1 where the index compares by cosine.

    Args:
        encoder: of the index, without its repair.
        texts: in a list or in a column.
        manifest: of the index.
        role: what the texts are.
        keep: the vectors in the cache, and take them from there.

    Raises:
        EncoderError: the encoder does not return sound vectors.
    """
    found = embed(encoder, texts, role=role, fingerprint=manifest.fingerprint if keep else None)
    return np.asarray(found.normalised() if manifest.similarity.unit else found)
