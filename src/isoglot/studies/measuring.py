"""Measuring a cell: every test once with the encoder's vectors and, where the study has a repair, once repaired."""

from __future__ import annotations

from dataclasses import replace

from sentence_transformers import SentenceTransformer

from isoglot.encoder.affine import Affine
from isoglot.encoder.fingerprint import weights_fingerprint
from isoglot.encoder.store import drop_vectors
from isoglot.errors import DataError, EncoderError
from isoglot.evaluation.embedded import embed_collection
from isoglot.evaluation.evaluate import evaluate_embedded, filed
from isoglot.evaluation.results import Evaluation
from isoglot.studies.cells import StudyCell
from isoglot.studies.config import REPAIRED
from isoglot.studies.prepared import PreparedStudy, Watch
from isoglot.studies.repair import StudyRepair


def measure_cell(cell: StudyCell, encoder: SentenceTransformer, study: PreparedStudy, watch: Watch) -> None:
    """Measure what is not measured yet, and keep each result as soon as it is there.

    Vectors are on disk until all is measured: memory need not hold them, and a kill costs few of them. Those of a
    trained model are removed then, for nobody else asks for them.

    Raises:
        EncoderError, DataError: the encoder cannot be repaired; what needs no repair is measured all the same.
    """
    fingerprint = weights_fingerprint(encoder)
    waiting = [test for test in study.measurements if not cell.tested([test])]
    refused: EncoderError | DataError | None = None
    transform: Affine | None = None
    if study.repair is not None and any(test.repair for test in waiting):
        try:
            with watch.embedding() as progress:
                transform = study.repair.fitted(encoder, fingerprint=fingerprint, progress=progress)
        except (EncoderError, DataError) as error:
            refused, waiting = error, [test for test in waiting if test.repair is None]
    for name in dict.fromkeys(test.name for test in waiting):
        same = [test for test in waiting if test.name == name]
        with watch.embedding() as progress:
            embedded = embed_collection(encoder, same[0].collection, fingerprint=fingerprint, progress=progress)
            for test in same:
                moved = embedded if test.repair is None or transform is None else embedded.moved(transform)
                found = evaluate_embedded(moved, options=study.options, progress=progress)
                results = filed(
                    {found.name: found}, encoder, name=cell.label, fingerprint=fingerprint, options=study.options
                )
                (results if test.repair is None else _said_repaired(results, test.repair)).save(cell.results(test))
    if cell.run is not None:
        drop_vectors(fingerprint)
    if refused is not None:
        raise refused


def _said_repaired(results: Evaluation, repair: StudyRepair) -> Evaluation:
    """Of an encoder that is none of the folders there are, so that it has no fingerprint."""
    return replace(
        results,
        encoder=results.encoder + REPAIRED,
        encoder_fingerprint=None,
        fitted_on=results.fitted_on | {text.fingerprint for text in repair.texts},
    )
