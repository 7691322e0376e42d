"""A collection in shards: once each, whatever was there or broke off before."""

from pathlib import Path

import numpy as np
import pytest

from helpers.embedding import EmbeddingServer
from helpers.encoding import Counting
from helpers.server import serving
from isoglot.cache import CACHE_VARIABLE
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.consent import Sending, answering
from isoglot.encoder.openai import OpenAIEncoder
from isoglot.encoder.stored import StoredVectors
from isoglot.encoding.options import EncodeOptions
from isoglot.encoding.run import encode
from isoglot.errors import ConfigError, EncoderError, StorageError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate

OPTIONS = EncodeOptions(shard_rows=100)  # five shards of queries, and four of passages


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


def vectors(folder: Path, pool: Collection) -> list[np.ndarray]:
    return [np.asarray(side) for side in StoredVectors(folder).sides(pool)]


def test_a_run_that_broke_off_goes_on_at_the_shard(pool: Collection, tmp_path: Path) -> None:
    whole = Counting()
    told: list[int] = []
    found = encode(whole, pool, tmp_path / "whole", options=OPTIONS, progress=lambda *said: told.append)
    assert (found.queries, found.passages, found.width, found.written, found.kept) == (448, 336, 8, 9, 0)
    assert sum(told) == 448 + 336
    broken = Counting(left=250)
    for _ in range(2):  # the second begins where the first one stopped
        with pytest.raises(KeyboardInterrupt):
            encode(broken, pool, tmp_path / "broken", options=OPTIONS)
        broken.left = 250
    again = Counting()
    found = encode(again, pool, tmp_path / "broken", options=OPTIONS)
    assert (found.written, found.kept) == (4, 5)
    both = zip(vectors(tmp_path / "whole", pool), vectors(tmp_path / "broken", pool), strict=True)
    assert all((one == other).all() for one, other in both)
    assert {path.name for path in (tmp_path / "broken").rglob("*")} == {
        path.name for path in (tmp_path / "whole").rglob("*")
    }
    assert encode(again, pool, tmp_path / "broken", options=OPTIONS).written == 0


def test_what_is_not_whole_is_encoded_again_and_what_is_another_s_refused(pool: Collection, tmp_path: Path) -> None:
    folder = tmp_path / "shards"
    encode(Counting(), pool, folder, options=OPTIONS)
    cut = folder / "passages/000001.arrow"
    cut.write_bytes(cut.read_bytes()[:-100])
    (folder / "passages/000003.arrow").unlink()
    with pytest.warns(UserWarning, match=r"passages/000001\.arrow: is damaged.*, so its texts are encoded again"):
        found = encode(Counting(), pool, folder, options=OPTIONS)
    assert (found.written, found.kept) == (2, 7)
    with pytest.raises(EncoderError, match=r"shards: holds vectors of another encoder \(counting, not other\): name"):
        encode(Counting("other"), pool, folder, options=OPTIONS)
    with pytest.raises(EncoderError, match="holds vectors of another collection"):
        encode(Counting(), load_collection("sample/test@de"), folder, options=OPTIONS)
    encode(Counting("other"), pool, tmp_path / "other", options=OPTIONS)
    cut.write_bytes((tmp_path / "other/passages/000001.arrow").read_bytes())
    with pytest.raises(
        EncoderError, match=r"000001\.arrow: holds vectors of another encoder or collection than shards"
    ):
        encode(Counting(), pool, folder, options=OPTIONS)


def test_two_devices_give_what_one_gives(pool: Collection, tiny_encoder: Path, tmp_path: Path) -> None:
    for name, devices in (("one", []), ("two", ["cpu", "cpu"])):
        encode(str(tiny_encoder), pool, tmp_path / name, options=EncodeOptions(shard_rows=200, devices=devices))
    for one in (tmp_path / "one").rglob("*.arrow"):
        assert one.read_bytes() == (tmp_path / "two" / one.relative_to(tmp_path / "one")).read_bytes()
    options = EvaluationOptions(draws=20, measures=["AP"])
    found, expected = (
        evaluate(name, pool, options=options) for name in (f"vectors:{tmp_path / 'one'}", str(tiny_encoder))
    )
    # Not the same to the bit: texts come in other batches, and on some processors a sum depends on its neighbours.
    for setting in ("mono", "cross", "multi"):
        assert found.value(setting, "map") == pytest.approx(expected.value(setting, "map"), abs=1e-4)


def test_the_loss_is_measured_before_anything_is_encoded(pool: Collection, tmp_path: Path) -> None:
    options = EncodeOptions(precision="int8", loss_on=pool, shard_rows=100)
    found = encode(Counting("loss"), pool, tmp_path / "shards", options=options)
    assert found.loss is not None
    row = found.loss.collections[pool.name].row("multi", "map")
    stored = evaluate(f"vectors:{tmp_path / 'shards'}", pool, options=EvaluationOptions(draws=20, measures=["AP"]))
    assert row.macro.b == pytest.approx(stored.value("multi", "map"), abs=1e-9)
    assert 0 < abs(row.macro.difference) < 0.01
    strict = EncodeOptions(precision="int8", loss_on=pool, margin=1e-9)
    with pytest.raises(
        EncoderError, match=r"int8 vectors of Counting lose .* more than the margin of 1e-09: nothing more is"
    ):
        encode(Counting("loss"), pool, tmp_path / "none", options=strict)
    assert not (tmp_path / "none").exists()


def test_texts_are_sent_once_all_of_them_were_agreed_to(
    pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    on = load_collection("sample/test@de,en")
    options = EncodeOptions(precision="int8", loss_on=on, margin=1)
    heard: list[Sending] = []
    with serving(EmbeddingServer) as server:

        def encoder() -> OpenAIEncoder:
            return OpenAIEncoder("m", base_url=server.url, batch_texts=512)

        def no(sending: Sending) -> None:
            raise EncoderError("these must not be sent")

        with answering(no), pytest.raises(EncoderError, match="must not be sent"):
            encode(encoder(), pool, tmp_path / "shards", options=options)
        assert server.asked == []
        assert not (tmp_path / "shards").exists()
        for name in ("shards", "again"):  # the second finds all in the cache
            with answering(heard.append):
                encode(encoder(), pool, tmp_path / name, options=options)
            assert [sending.texts for sending in heard] == [len(server.texts)]
        both = [{*side.column("text").to_pylist()} for side in (pool.queries, pool.passages)]
        assert len(server.texts) == sum(map(len, both))


def test_what_an_index_takes_is_encoded_too(tmp_path: Path) -> None:
    """A folder of passages alone: nothing is judged, and passages ask."""
    (tmp_path / "corpus.jsonl").write_text('{"_id": "p", "text": "A text.", "lang": "en"}\n')
    found = encode(Counting(), tmp_path, tmp_path / "shards")
    assert (found.queries, found.passages, found.written) == (1, 1, 2)


def test_what_cannot_be_encoded_is_one_sentence(pool: Collection, tmp_path: Path) -> None:
    class Lacking(Counting):
        def encode_query(self, inputs: list[str], **options: object) -> np.ndarray:
            raise MemoryError

    folder = tmp_path / "shards"
    for encoder, sentence in (
        ("bm25", "bm25"),
        (Lacking(), r"ran out of memory at queries/000000\.arrow; what was encoded before is kept"),
    ):
        with pytest.raises(EncoderError, match=sentence):
            encode(encoder, pool, folder, options=OPTIONS)
    for said, sentence in (
        ({"engine": "ray", "devices": ["cpu"]}, "devices are of the engine process"),
        ({"workers": 2}, "address and workers are of the engine ray"),
        ({"loss_on": pool}, "float32 loses nothing"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            EncodeOptions(**said)
    with pytest.raises(ConfigError, match="devices are of an encoder that is loaded by name"):
        encode(Counting(), pool, folder, options=EncodeOptions(devices=["cpu"]))
    from filelock import FileLock

    with FileLock(folder / ".lock"), pytest.raises(StorageError, match="another process encodes into it"):
        encode(Counting(), pool, folder, options=OPTIONS)
