"""A folder of shards: whatever is wrong with a file of it is found before a vector is read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isoglot.encoder.similarity import Similarity
from isoglot.errors import EncoderError
from isoglot.vectors.folder import ShardFolder
from isoglot.vectors.manifest import FILE, SIMILARITIES, Manifest, Part
from isoglot.vectors.packing import Precision, packed
from isoglot.vectors.shard import Unusable, open_shard

MANIFEST = Manifest(
    collection="birds",
    collection_fingerprint="c",
    encoder="e",
    encoder_fingerprint="f",
    similarity="cosine",
    precision="float32",
    width=3,
    shard_rows=2,
    rows={"query": 1, "passage": 5},
)
VECTORS = np.arange(1, 16, dtype=np.float32).reshape(5, 3)
IDS = ["a", "b", "c", "d", "e"]
DIGESTS = np.arange(10, dtype=np.int64).view("V16")


def written(path: Path, precision: Precision = "float32") -> ShardFolder:
    place = ShardFolder(path, replace(MANIFEST, precision=precision))
    place.manifest.write(path)
    for part in place.manifest.parts():
        rows = slice(part.start, part.stop)
        place.write(part, IDS[rows], DIGESTS[rows], packed(VECTORS[rows], precision))
    return place


@pytest.mark.parametrize(("precision", "error"), [("float32", 0), ("float16", 0), ("int8", 0.06)])
def test_what_is_written_is_read(tmp_path: Path, precision: Precision, error: float) -> None:
    place = written(tmp_path, precision)
    assert [part.name for part in place.manifest.parts()] == [
        "queries/000000.arrow",
        *(f"passages/00000{number}.arrow" for number in range(3)),
    ]
    again = ShardFolder.read(tmp_path)
    assert again == place
    ids, digests, shards = again.side("passage")
    assert (digests == DIGESTS).all()
    assert ids.to_pylist() == IDS
    np.testing.assert_allclose(np.concatenate([shard[:] for shard in shards]), VECTORS, atol=error)


def test_a_file_that_is_not_as_it_was_written_is_found(tmp_path: Path) -> None:
    place = written(tmp_path)
    part = Part("passage", 1, 2, 4)
    path = tmp_path / part.name
    whole = path.read_bytes()
    at, of = whole.index(VECTORS[2:4].tobytes()), whole.index(DIGESTS[2:4].tobytes())
    changed = [whole[:place] + b"\1" + whole[place + 1 :] for place in (at, of)]
    for content in (b"", whole[:-1], whole[:at], b"x" * len(whole), *changed):
        path.write_bytes(content)
        with pytest.raises(Unusable):
            place.find(part)
        with pytest.raises(EncoderError, match=r"passages/000001\.arrow: is damaged.*: run the same `isoglot encode`"):
            place.side("passage")
    path.unlink()
    assert place.find(part) is None
    with pytest.raises(EncoderError, match=r"1 of 3 shards are not there yet, such as passages/000001\.arrow: run the"):
        place.side("passage")
    path.write_bytes((tmp_path / "passages/000000.arrow").read_bytes())
    assert open_shard(path).ids.to_pylist() == ["a", "b"]
    with pytest.raises(EncoderError, match=r"000001\.arrow: is a copy of passages/000000\.arrow"):
        place.side("passage")
    other = ShardFolder(tmp_path, replace(MANIFEST, encoder_fingerprint="another"))
    with pytest.raises(EncoderError, match=r"000000\.arrow: holds vectors of another encoder or collection"):
        other.side("passage")


def test_a_manifest_that_does_not_fit_is_named(tmp_path: Path) -> None:
    for field, value, sentence in (
        ("encoder_fingerprint", "g", r"vectors of another encoder \(f, not g\)"),
        ("precision", "int8", r"another precision \(float32, not int8\)"),
        ("shard_rows", 7, r"another number of texts in a shard \(2, not 7\)"),
    ):
        with pytest.raises(EncoderError, match=sentence):
            MANIFEST.check(replace(MANIFEST, **{field: value}), tmp_path)
    MANIFEST.check(replace(MANIFEST, encoder="moved/e"), tmp_path)
    MANIFEST.write(tmp_path)
    text = (tmp_path / FILE).read_text()
    for old, new, sentence in (
        ('"format": 1', '"format": 2', "a newer isoglot wrote these shards"),
        ('"width": 3', '"width": 0', "cannot be read as what `isoglot encode` writes"),
        ('"cosine"', '"cosin"', "cannot be read as what `isoglot encode` writes"),
        ('"precision"', '"type"', "cannot be read as what `isoglot encode` writes"),
    ):
        (tmp_path / FILE).write_text(text.replace(old, new))
        with pytest.raises(EncoderError, match=sentence):
            Manifest.read(tmp_path)


def test_a_manifest_knows_every_way_to_compare() -> None:
    """The names stand below the room that computes with them."""
    assert set(SIMILARITIES) == {str(one) for one in Similarity}
