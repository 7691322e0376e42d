"""What ranking loses by a change of the vectors that is to save time or bytes: measured on a collection before the
change is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from isoglot.arrays import Vectors
from isoglot.data.collection import Collection
from isoglot.encoder.embeddings import Embeddings, scale
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import encoder_name
from isoglot.encoder.protocol import Encoder
from isoglot.errors import EncoderError
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.evaluation.embedded import Embedded, embed_collection
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded, filed
from isoglot.evaluation.measures import AP, parse_measure
from isoglot.progress import StartProgress
from isoglot.vectors.packing import Precision, packed
from isoglot.wording import decimal

_OPTIONS = EvaluationOptions(  # few draws: only the interval of the difference is shown
    measures=(AP, parse_measure("R@10"), parse_measure("R@100")), draws=20
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """One of the two sides of a loss.

    Attributes:
        name: in the comparison.
        encoder: whose vectors they are.
        fingerprint: that no other side has.
        embedded: the collection's vectors.
    """

    name: str
    encoder: Encoder
    fingerprint: str | None
    embedded: Embedded


def loss_of_precision(
    encoder: Encoder,
    collection: Collection,
    precision: Precision,
    *,
    margin: float,
    progress: StartProgress | None = None,
) -> Comparison:
    """The ranking of packed vectors (B) compared with that of float32 (A).

    Args:
        encoder: whose vectors are packed; those of this collection are kept in the cache.
        collection: with judgements.
        precision: that vectors are packed as.
        margin: the largest loss of mAP.
        progress: begins the encoding and the rankings.

    Raises:
        EncoderError: a setting's mAP falls by more than the margin; or see
            :func:`~isoglot.evaluation.embedded.embed_collection`.
    """
    fingerprint = encoder_fingerprint(encoder)
    full = embed_collection(encoder, collection, fingerprint=fingerprint, progress=progress)
    sides = [
        # One encoder, whose rows differ by how they are stored: without the mark the two would pass for the same.
        Ranked(name=name, encoder=encoder, fingerprint=f"{fingerprint} {name}", embedded=embedded)
        for name, embedded in (("float32", full), (precision, _packed(full, precision)))
    ]
    return guarded(
        *sides,
        margin=margin,
        what=f"{precision} vectors of {encoder_name(encoder)}",
        then="nothing more is encoded; choose another precision, or a larger margin",
        progress=progress,
    )


def guarded(
    before: Ranked, after: Ranked, *, margin: float, what: str, then: str, progress: StartProgress | None = None
) -> Comparison:
    """The ranking after a change (B) compared with that before (A), refused where it loses too much.

    Args:
        margin: the largest loss of mAP.
        what: of the change, for the message.
        then: what follows from a refusal, likewise.
        progress: begins the rankings.

    Raises:
        EncoderError: a setting's mAP falls by more than the margin.
    """
    name = before.embedded.collection.name
    runs = [
        filed(
            {name: evaluate_embedded(side.embedded, options=_OPTIONS, progress=progress)},
            side.encoder,
            name=side.name,
            fingerprint=side.fingerprint,
            options=_OPTIONS,
        )
        for side in (before, after)
    ]
    found = compare(*runs, options=CompareOptions(margin=margin))
    lost = {row.table: -row.macro.difference for row in found.collections[name].rows if row.name == AP.mean}
    most = max(lost, key=lost.__getitem__)
    if lost[most] > margin:
        raise EncoderError(
            f"{what} lose {decimal(lost[most])} of mAP on {name} ({most}), more than the margin of {margin:g}: {then}."
        )
    return found


def _packed(embedded: Embedded, precision: Precision) -> Embedded:
    """As a folder of shards gives them."""
    unit = embedded.similarity.unit

    def stored(vectors: Vectors | Embeddings) -> Vectors:
        found = packed(np.asarray(vectors), precision)[:]
        if unit:
            scale(found)
        return found

    return replace(embedded, queries=stored(embedded.queries), passages=stored(embedded.passages))
