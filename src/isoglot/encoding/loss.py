"""What ranking loses where vectors are stored in fewer bytes, measured on a collection before anything is stored."""

from dataclasses import replace

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

_MEASURES = (AP, parse_measure("R@10"), parse_measure("R@100"))


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
    options = EvaluationOptions(measures=_MEASURES, draws=20)  # few: only the interval of the difference is shown
    runs = []
    for name, embedded in (("float32", full), (precision, _packed(full, precision))):
        found = {collection.name: evaluate_embedded(embedded, options=options, progress=progress)}
        # One encoder, whose rows differ by how they are stored: without that the two would pass for the same results.
        mark = f"{fingerprint} {name}"
        runs.append(filed(found, encoder, name=name, fingerprint=mark, options=options))
    comparison = compare(runs[0], runs[1], options=CompareOptions(margin=margin))
    _check(comparison, collection.name, encoder_name(encoder), precision, margin)
    return comparison


def _check(comparison: Comparison, collection: str, encoder: str, precision: Precision, margin: float) -> None:
    lost = {
        row.table: -row.macro.difference
        for row in comparison.collections[collection].rows
        if row.name == AP.mean and -row.macro.difference > margin
    }
    if lost:
        most = max(lost, key=lost.__getitem__)
        raise EncoderError(
            f"{precision} vectors of {encoder} lose {decimal(lost[most])} of mAP on {collection} ({most}), more than "
            f"the margin of {margin:g}: nothing more is encoded; choose another precision, or a larger margin."
        )


def _packed(embedded: Embedded, precision: Precision) -> Embedded:
    """As a folder of shards gives them."""
    unit = embedded.similarity.unit

    def stored(vectors: Vectors | Embeddings) -> Vectors:
        found = packed(np.asarray(vectors), precision)[:]
        if unit:
            scale(found)
        return found

    return replace(embedded, queries=stored(embedded.queries), passages=stored(embedded.passages))
