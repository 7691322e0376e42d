"""What an index's scores are calibrated by: some of its own texts, also encoded as queries."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.debiasing.calibration import Calibration, fit_calibration
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.encoder.affine import Affine
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import Similarity
from isoglot.roles import ROLES, Role
from isoglot.search.manifest import Manifest
from isoglot.search.memory import moved
from isoglot.search.notes import calibration_note, sample_note
from isoglot.search.store import ROW, VECTOR, Table, all_rows, vectors_of
from isoglot.search.vectors import encoded

_MOST = 256  # texts of a language: 65,536 pairs of a query and a passage to draw from


def calibration_notes(table: Table, encoder: Encoder, manifest: Manifest, *, repair: Affine | None) -> dict[str, bytes]:
    """What :meth:`isoglot.search.store.Store.set_notes` takes: what scores are calibrated by, and what that is of.

    Args:
        table: the rows, as they are now.
        encoder: of the index, without its repair.
        manifest: of the index.
        repair: that it is searched through.
    """
    sample = _drawn_sample(table, encoder, manifest)
    calibration = fitted_calibration(sample, similarity=manifest.similarity, repair=repair)
    return {**sample_note(sample), **calibration_note(calibration)}


def _drawn_sample(table: Table, encoder: Encoder, manifest: Manifest) -> Mapping[str, npt.NDArray[Any]]:
    """Vectors of some texts of every language that has at least 30; see :func:`isoglot.search.notes.read_sample`."""
    found = all_rows(table, ["id", "lang"]).sort_by("id")
    tags = np.array(found["lang"].to_pylist())
    rng = np.random.default_rng(0)
    rows: list[Ints] = [
        rng.permutation(here)[:_MOST]
        for tag in sorted(set(tags.tolist()))
        if len(here := np.flatnonzero(tags == tag)) >= LEAST
    ]
    if len(rows) < 2:
        return {}
    wanted = set(found["id"].take(pa.array(np.concatenate(rows))).to_pylist())
    kept = _rows_of(table, wanted)
    languages = kept["lang"].to_pylist()
    queries = encoded(encoder, kept["text"].to_pylist(), manifest, role="query")
    vectors = {"query": queries, "passage": vectors_of(kept[VECTOR])}
    place = np.array(languages)
    return {f"{role} {tag}": vectors[role][place == tag] for role in ROLES for tag in sorted(set(languages))}


def fitted_calibration(
    sample: Mapping[str, npt.NDArray[Any]], *, similarity: Similarity, repair: Affine | None
) -> Calibration | None:
    """The calibration of repaired vectors; None without a sample."""
    if not sample:
        return None
    vectors: dict[Role, dict[str, Vectors]] = {role: {} for role in ROLES}
    for role in ROLES:
        for name, found in sample.items():
            if name.startswith(f"{role} "):
                tag = name.removeprefix(f"{role} ")
                vectors[role][tag] = moved(found, [tag] * len(found), repair, role)
    groups = {role: {tag: np.arange(len(found)) for tag, found in vectors[role].items()} for role in ROLES}
    return fit_calibration(Sample(vectors=vectors, groups=groups, similarity=similarity), method="z-score")


def _rows_of(table: Table, wanted: set[str]) -> pa.Table:
    """The rows of some ids, in the order of their ids."""
    kept = [
        batch.filter(pa.array([identity in wanted for identity in batch["id"].to_pylist()]))
        for batch in table.read([*ROW.names, VECTOR])
    ]
    return pa.Table.from_batches(kept).sort_by("id").combine_chunks()
