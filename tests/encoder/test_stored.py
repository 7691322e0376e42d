"""Vectors that exist give what the encoder gave that they come from; what is wrong with them is named."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.embed import embed
from isoglot.encoder.lazy import LazyEncoder
from isoglot.errors import EncoderError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
from isoglot.perturbation.robustness import robustness
from isoglot.report.auditing import audit

SIDES = ("queries", "passages")
OPTIONS = EvaluationOptions(draws=20, measures=["AP"])


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


@pytest.fixture
def folder(tiny_encoder: Path, pool: Collection, tmp_path: Path) -> Path:
    """Parquet of one side, an array of the other, in another order than the collection's."""
    encoder = LazyEncoder(str(tiny_encoder))
    queries = np.asarray(embed(encoder, pool.queries["text"], role="query"))
    passages = np.asarray(embed(encoder, pool.passages["text"], role="passage"))[::-1]
    ids = pool.queries["id"].to_pylist()
    pq.write_table(pa.table({"id": ids, "vector": queries.tolist()}), tmp_path / "queries.parquet")
    np.save(tmp_path / "passages.npy", passages.astype(np.float32))
    (tmp_path / "passages.ids.txt").write_text("\n".join(pool.passages["id"].to_pylist()[::-1]), encoding="utf-8")
    return tmp_path


def test_they_give_what_their_encoder_gives(folder: Path, tiny_encoder: Path, pool: Collection) -> None:
    found, expected = (evaluate(name, pool, options=OPTIONS) for name in (f"vectors:{folder}", str(tiny_encoder)))
    for setting, table in expected.collections[pool.name].settings.items():
        assert found.value(setting, "map") == pytest.approx(table["map"].value, abs=1e-4)  # texts came in other batches
    assert found.encoder == f"vectors:{folder}"
    assert len(found.encoder_fingerprint or "") == 64
    assert audit(f"vectors:{folder}", pool, options=OPTIONS).evaluation.collections.keys() == {pool.name}
    with pytest.raises(EncoderError, match="no other can be encoded: name the encoder that they come from"):
        robustness(f"vectors:{folder}", pool)


def test_what_is_missing_or_unsound_is_named(folder: Path, pool: Collection) -> None:
    def refused(sentence: str) -> None:
        with pytest.raises(EncoderError, match=sentence):
            evaluate(f"vectors:{folder}", pool, options=OPTIONS)

    vectors, names = np.load(folder / "passages.npy"), (folder / "passages.ids.txt").read_text().splitlines()
    for change, sentence in (
        ((vectors[:-5], names[:-5]), r"has no vector of 5 of the 336 passages of sample/test \(1\.5%\), such as"),
        ((vectors[:-5], names), r"has 336 ids and an array of float32 of shape \(331, "),
        ((vectors, [names[1], *names[1:]]), "has ids more than once"),
        ((np.where(np.arange(336)[:, None] == 7, np.nan, vectors), names), f"vector of '{names[7]}' holds NaN"),
    ):
        np.save(folder / "passages.npy", change[0])
        (folder / "passages.ids.txt").write_text("\n".join(change[1]), encoding="utf-8")
        refused(sentence)
    (folder / "passages.npy").write_bytes(b"no array")
    refused(r"passages\.npy: cannot be read as vectors")
    (folder / "passages.npy").unlink()
    refused(r"has neither passages\.parquet, with columns id and vector, nor passages\.npy with passages\.ids\.txt")
    pq.write_table(pa.table({"id": ["a", "b"], "vector": [[1.0], [1.0, 2.0]]}), folder / "queries.parquet")
    refused(r"queries\.parquet: cannot be read as vectors \(vectors have different widths, such as 1, 2\)")
    with pytest.raises(EncoderError, match=r"^vectors:.*none: there is no such folder"):
        evaluate(f"vectors:{folder / 'none'}", pool)
