"""What an index's scores are calibrated by: some of its own texts, also encoded as queries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.debiasing.calibration import Calibration, fit_calibration
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.encoder.affine import Affine
from isoglot.encoder.similarity import Similarity
from isoglot.roles import ROLES, Role
from isoglot.search.lance import vectors_of
from isoglot.search.memory import moved
from isoglot.search.store import ROW, VECTOR, Table, all_rows

_MOST = 256  # texts of a language: 65,536 pairs of a query and a passage to draw from

Encode = Callable[[Sequence[str], Sequence[str]], Vectors]
"""Texts and their languages -> (texts, width) vectors of them as queries, without repair."""


def drawn_sample(table: Table, encode: Encode, *, seed: int = 0) -> Mapping[str, npt.NDArray[Any]]:
    """Vectors of some texts of every language that has at least 30; see :func:`isoglot.search.notes.read_sample`."""
    found = all_rows(table, ["id", "lang"]).sort_by("id")
    tags = np.array(found["lang"].to_pylist())
    rng = np.random.default_rng(seed)
    rows: list[Ints] = [
        rng.permutation(here)[:_MOST]
        for tag in sorted(set(tags.tolist()))
        if len(here := np.flatnonzero(tags == tag)) >= LEAST
    ]
    if len(rows) < 2:
        return {}
    wanted = set(found["id"].take(pa.array(np.concatenate(rows))).to_pylist())
    kept = _rows_of(table, wanted)
    texts, languages = kept["text"].to_pylist(), kept["lang"].to_pylist()
    vectors = {"query": encode(texts, languages), "passage": vectors_of(kept[VECTOR])}
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
