"""An index: what it finds is what its encoder's vectors say, whatever was added, deleted, repaired or killed before."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from helpers.repairing import CHOICE, whatever_language
from helpers.tiny import write_tiny_encoder
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.debiasing.model import save_model
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.load import load_encoder
from isoglot.encoding.run import encode
from isoglot.errors import ConfigError, DataError, EncoderError, StorageError
from isoglot.search import build, filling, vectors
from isoglot.search.evaluating import evaluate_index
from isoglot.search.index import Index
from isoglot.search.lance import LanceStore, LanceTable

pytest.importorskip("lancedb")

QUERY = "How long is the river?"


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


@pytest.fixture(scope="module")
def made(tiny_encoder: Path, pool: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that no test changes."""
    place = tmp_path_factory.mktemp("made") / "index"
    build.put(place, pool, str(tiny_encoder))
    return place


def are_best(found: list[str], model: SentenceTransformer, pool: Collection) -> bool:
    """Whether these are the passages nearest to the query, best first, by sentence-transformers alone.

    It puts texts into other batches, on which a vector's last digits depend: two that are as near may change places.
    """
    vectors = model.encode_document(pool.passages["text"].to_pylist(), normalize_embeddings=True)
    scores = vectors @ model.encode_query(QUERY, normalize_embeddings=True)
    of = dict(zip(pool.passages["id"].to_pylist(), scores.tolist(), strict=True))
    return [of[one] for one in found] == pytest.approx(sorted(of.values(), reverse=True)[: len(found)], abs=1e-5)


def of_passages(name: str, rows: list[dict[str, str]]) -> Collection:
    """A collection with these passages, and one query."""
    query = {"id": "asked", "text": QUERY, "lang": "en"}
    return Collection.from_rows(name, queries=[query], passages=rows, relevant={("asked", rows[0]["id"]): 1})


def ids(index: Index, **options: object) -> list[str]:
    return [hit.id for hit in index.search(QUERY, language="en", policy="plain", **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("memory_mib", [512, 0])
def test_what_is_found_is_what_the_vectors_say(
    made: Path, tiny_encoder: Path, pool: Collection, memory_mib: int
) -> None:
    index = Index(made, memory_mib=memory_mib)
    assert index.is_exact == (memory_mib > 0)
    found = ids(index)
    assert are_best(found, load_encoder(str(tiny_encoder)), pool)
    assert ids(index, k=3, page=2) == found[3:6]
    german = index.search(QUERY, languages=["de"], policy="plain")
    assert {hit.lang for hit in german} == {"de"}
    assert german.language == "en"  # as the text tells


@pytest.mark.parametrize("memory_mib", [512, 0])
def test_a_repair_is_changed_without_encoding(
    tiny_encoder: Path, pool: Collection, tmp_path: Path, memory_mib: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, repaired = tmp_path / "index", tmp_path / "repaired"
    model = load_encoder(str(tiny_encoder))
    build.put(place, pool, str(tiny_encoder))
    index = Index(place, memory_mib=memory_mib)
    before = ids(index)
    save_model(model, whatever_language(), repaired, fitted=Fitted(choice=CHOICE, encoder=encoder_fingerprint(model)))
    with monkeypatch.context() as patch:
        patch.setattr(vectors, "embed", None)
        assert build.repair(place, str(repaired)).counts == index.counts
    after = ids(index)  # the index that is open sees it
    assert are_best(after, load_encoder(str(repaired)), pool)
    assert not are_best(before, load_encoder(str(repaired)), pool)
    build.repair(place, None)
    assert ids(index) == before
    with pytest.raises(EncoderError, match="is not repaired"):
        build.repair(place, str(tiny_encoder))


def test_rows_are_added_replaced_and_deleted_and_then_gone(
    tiny_encoder: Path, pool: Collection, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    assert build.put(place, pool, str(tiny_encoder)).added == len(pool.passages)
    again = build.put(place, pool)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, len(pool.passages))
    index = Index(place)
    first = ids(index)[0]
    changed = pool.passages.to_pylist()
    for row in changed:
        row["text"] = "zzz" if row["id"] == first else row["text"]
    found = build.put(place, of_passages("changed", changed))
    assert (found.added, found.replaced) == (0, 1)
    assert first not in ids(index)
    second = ids(index)[0]
    assert build.delete(place, [second, "no-such"]).deleted == 1
    assert second not in ids(index)
    assert build.compact(place).counts == index.counts
    assert len(index.table) == len(pool.passages) - 1
    table = index.table
    assert isinstance(table, LanceTable)
    assert table.compact()  # nothing that was deleted lies in a file
    assert len({row for batch in table.read(["id"]) for row in batch["id"].to_pylist()}) == len(pool.passages) - 1


def test_a_killed_build_goes_on_and_encodes_nothing_twice(
    tiny_encoder: Path, pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index"
    monkeypatch.setattr(filling, "_AT_ONCE", 100)
    with monkeypatch.context() as patch:
        patch.setattr(LanceStore, "create", None)
        with pytest.raises(TypeError):  # between the note of an index and its table
            build.put(place, pool, str(tiny_encoder))
    put, calls = LanceTable.put, iter(range(9))

    def dies(table: LanceTable, rows: object) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        put(table, rows)

    with monkeypatch.context() as patch:
        patch.setattr(LanceTable, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            build.put(place, pool, str(tiny_encoder))
    assert not Index(place).manifest.whole
    found = build.put(place, pool)
    assert (found.unchanged, found.added) == (200, len(pool.passages) - 200)
    assert Index(place).manifest.whole
    assert are_best(ids(Index(place)), load_encoder(str(tiny_encoder)), pool)


def test_what_must_be_alone_is_refused_while_another_writes(made: Path, tiny_encoder: Path) -> None:
    index = Index(made)
    before = index.store.notes_version
    with index.store.writing():
        for refused in (
            lambda: build.compact(made),
            lambda: build.repair(made, None),
            lambda: build.reindex(made, str(tiny_encoder)),
        ):
            with pytest.raises(StorageError, match="another process changes the index; run the command again"):
                refused()
    with (
        index.store.writing(alone=True),
        pytest.raises(StorageError, match="another process changes the index"),
    ):
        build.delete(made, ["x"])
    assert index.store.notes_version == before


def test_a_killed_reindex_leaves_the_index_as_it_was_and_no_table_behind(
    tiny_encoder: Path, pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = tmp_path / "index", write_tiny_encoder(tmp_path, layers=1)
    build.put(place, of_passages("few", pool.passages.to_pylist()[:40]), str(tiny_encoder))
    index = Index(place)
    before = ids(index)
    for step in ("prepare", "compact"):  # of the new table, and after everything
        with monkeypatch.context() as patch:
            patch.setattr(LanceTable if step == "prepare" else build, step if step == "prepare" else "_drop_others", 1)
            with pytest.raises(TypeError):
                build.reindex(place, str(other if step == "prepare" else tiny_encoder))
        assert ids(Index(place)) == before
        assert len(index.store.tables()) == 3
    build.compact(place)
    assert ids(Index(place)) == before
    assert len(index.store.tables()) == 2


def test_another_encoder_is_refused_and_encodes_it_anew(tiny_encoder: Path, pool: Collection, tmp_path: Path) -> None:
    place, other = tmp_path / "index", write_tiny_encoder(tmp_path, layers=1)
    build.put(place, pool, str(tiny_encoder))
    index = Index(place)
    ids(index)
    opened = Index(place, encoder=str(tiny_encoder))
    for refused in (lambda: build.put(place, pool, str(other)), lambda: ids(Index(place, encoder=str(other)))):
        with pytest.raises(EncoderError, match="this encoder is another"):
            refused()
    build.reindex(place, str(other))
    assert are_best(ids(Index(place)), load_encoder(str(other)), pool)
    with pytest.raises(EncoderError, match="this encoder is another"):
        ids(opened)
    assert ids(index) == ids(Index(place))  # it was open meanwhile
    assert index.store.tables() == ["notes", "passages-2"]


def test_translations_are_one_hit_in_the_readers_language(made: Path, pool: Collection) -> None:
    index = Index(made)
    found = index.search(QUERY, language="de", policy="balanced", collapse=True, k=20)
    groups = [hit.group for hit in found]
    assert len(groups) == len(set(groups)) == 20
    assert {hit.lang for hit in found} == {"de"}
    assert all(hit.also == ("ar", "en", "es", "hi", "vi", "zh") for hit in found)
    every = index.search(QUERY, language="de", policy="balanced", collapse=True, k=100)
    assert (len(every), every.more) == (len(set(pool.passages["group"].to_pylist())), False)


def test_the_plain_policy_is_evaluated_as_the_encoder_is(made: Path, tiny_encoder: Path, pool: Collection) -> None:
    from isoglot.evaluation.evaluate import EvaluationOptions, evaluate

    options = EvaluationOptions(draws=20)
    plain, fair = (
        evaluate_index(Index(made), [pool], policy=policy, options=options).collections["sample/test"]
        for policy in ("plain", "balanced")
    )
    expected = evaluate(str(tiny_encoder), pool, options=options).collections["sample/test"]
    assert plain.settings["multi"]["map"].value == pytest.approx(expected.settings["multi"]["map"].value, abs=1e-6)
    assert fair.settings["mono"]["map"].value == pytest.approx(expected.settings["mono"]["map"].value, abs=1e-3)  # ties
    assert fair.bias["rank_distance"].value < plain.bias["rank_distance"].value
    more = of_passages("more", [{"id": "elsewhere", "text": "x", "lang": "en"}])
    with pytest.raises(DataError, match="lacks 1 of the 1 passages of more"):
        evaluate_index(Index(made), [more], policy="plain")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"query": " "}, "the query is empty"),
        ({"languages": ["fr"]}, "the index has no passages in 'fr'; it has ar, de"),
        ({"query": 3}, "query must be a text, but is 3"),
        ({"k": 0}, "k must be at least 1, but is 0"),
        ({"page": 1.5}, "page must be a whole number, but is 1.5"),
        ({"dial": 2}, "dial must be at most 1, but is 2"),
        ({"languages": [3]}, "languages.0 must be a text, but is 3"),
        ({"language": 3}, "language must be a text, but is 3"),
    ],
)
def test_what_cannot_be_searched_is_one_sentence(made: Path, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        Index(made).search(**{"query": QUERY, "language": "en", **options})  # type: ignore[arg-type]


def test_what_is_no_index_is_said(tmp_path: Path, tiny_encoder: Path, pool: Collection) -> None:
    with pytest.raises(ConfigError, match="a name must be a text or a Path, but is 3: name a folder, or an address"):
        Index(3)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="there is no index here; make one by"):
        Index(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    with pytest.raises(ConfigError, match="name the encoder"):
        build.put(tmp_path / "none", pool)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="the store cannot do it"):
        Index(tmp_path / "file")
    build.put(tmp_path / "new", pool, str(tiny_encoder))
    index = Index(tmp_path / "new")
    index.store.set_notes({"index": b'{"format": 2, "versions": {}}'})
    with pytest.raises(DataError, match="a newer isoglot wrote this index"):
        Index(tmp_path / "new")
    for note, said in (("index", b"[1]"), ("index", b"{}"), ("repair", b"x"), ("calibration", b"PK\x03\x04")):
        index.store.set_notes({"index": index.manifest.noted(), note: said})
        with pytest.raises(DataError, match="is damaged"):
            Index(tmp_path / "new").search(QUERY)
        index.store.set_notes({"repair": b""})


def test_vectors_that_exist_are_not_encoded_again(
    made: Path, pool: Collection, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards, place = tmp_path / "shards", tmp_path / "index"
    encode(str(tiny_encoder), pool, shards)
    monkeypatch.setattr(filling, "encoded", None)
    build.put(place, pool, f"vectors:{shards}")
    assert [hit.id for hit in Index(place).search(QUERY)] == [hit.id for hit in Index(made).search(QUERY)]
    ours = of_passages("more", [{"id": "new", "text": "A new one.", "lang": "en"}])
    with pytest.raises(EncoderError, match="has no vector of 1 of the 1 passages of more"):
        build.put(place, ours, f"vectors:{shards}")
    rows = pool.passages.to_pylist()
    edited = of_passages("edited", [*rows[:10], {**rows[10], "text": "Another text."}, *rows[11:]])
    for where in (place, tmp_path / "fresh"):
        with pytest.raises(
            EncoderError,
            match=r"has the vectors of other texts for 1 of the 336 passages of edited \(0\.3%\), such as "
            rf"'{rows[10]['id']}': run `isoglot encode` anew, with another folder",
        ):
            build.put(where, edited, f"vectors:{shards}")
    assert not (tmp_path / "fresh").exists()
    np.save(tmp_path / "queries.npy", np.ones((1, 2)))
    with pytest.raises(EncoderError, match="does not say which encoder its vectors come from"):
        build.put(place, pool, f"vectors:{tmp_path}")
    write_tiny_encoder(tmp_path / "tiny", layers=1).rename(tmp_path / "other")
    (shards / "manifest.json").write_text(
        (shards / "manifest.json").read_text().replace(str(tiny_encoder), str(tmp_path / "other"))
    )
    with pytest.raises(EncoderError, match="and this is another encoder now: encode the collection again"):
        build.put(place, pool, f"vectors:{shards}")


@pytest.mark.parametrize("text", ['"Wave"', "Wave* (", "\\"])
def test_words_are_searched_as_they_are_written(made: Path, text: str) -> None:
    """Quotation marks and other signs are of no query language."""
    table = Index(made).table
    found, bare = (table.matching(words, count=3).rows["id"].to_pylist() for words in (text, "Wave"))
    assert found == (bare if "Wave" in text else [])
    assert bare
