"""What the audit says of debiasing is what planted bias allows."""

import numpy as np
import numpy.typing as npt
import pytest

from isoglot.data.collection import Collection
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.embedded import Embedded
from isoglot.report import debiasing
from isoglot.report.debiasing import RepairEstimate, debiasing_section

ITEMS, TAGS = 60, ("de", "en", "th")


def collection(tags: tuple[str, ...] = TAGS) -> Collection:
    names = [f"{item}/{tag}" for item in range(ITEMS) for tag in tags]
    return Collection.from_rows(
        "planted",
        queries=[{"id": f"q{name}", "text": "?", "lang": name[-2:], "cluster": name[:-3]} for name in names],
        passages=[{"id": f"p{name}", "text": "!", "lang": name[-2:]} for name in names],
        relevant={(f"q{a}", f"p{b}"): 1 for a in names for b in names if a[:-3] == b[:-3]},
    )


def embeddings(ids: list[str], *, bias: float) -> Embeddings:
    rng = np.random.default_rng(0)
    items, tags = rng.normal(size=(ITEMS, 16)), rng.normal(size=(len(TAGS), 16))
    rows = np.array([items[int(name[1:-3])] + bias * tags[TAGS.index(name[-2:])] for name in ids])
    rows += 0.1 * np.random.default_rng(len(ids[0])).normal(size=rows.shape)
    vectors: npt.NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Embeddings([vectors], np.arange(len(vectors)))


def estimate(tags: tuple[str, ...] = TAGS, *, bias: float) -> RepairEstimate | None:
    planted = collection(tags)
    queries, passages = (
        embeddings(table["id"].to_pylist(), bias=bias) for table in (planted.queries, planted.passages)
    )
    return debiasing_section(
        Embedded(collection=planted, queries=queries, passages=passages, similarity=Similarity.COSINE)
    )


def said(*, bias: float) -> str:
    found = estimate(bias=bias)
    assert found is not None
    return " ".join(found.lines)


def test_a_bias_is_seen_to_be_curable() -> None:
    found = said(bias=2)
    assert getattr(estimate(bias=2), "helps", None) is True
    before, after = (float(word) for word in found.split("all languages from ")[1].split(" (")[0].split(" to "))
    assert before < 0.7
    assert after > 0.95


def test_where_there_is_none_nothing_is_promised() -> None:
    assert "not shown to help" in said(bias=0)
    assert getattr(estimate(bias=0), "helps", None) is False
    assert estimate(("de",), bias=2) is None


def test_what_cannot_be_estimated_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debiasing, "MOST_SCORES", 1_000)
    assert "is not estimated: it would take" in said(bias=2)
    monkeypatch.undo()
    monkeypatch.setattr(f"{__name__}.ITEMS", 10)
    assert "is not estimated: planted: a repair is fitted on at least 30 queries" in said(bias=2)
    found = estimate(bias=2)
    assert found is not None
    assert (found.helps, found.fits) == (None, False)  # so that no command is named that would fail
