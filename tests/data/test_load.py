"""From a name, a file or a folder to data; and what is neither is told what it might have been."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from isoglot.data import registry
from isoglot.data.beir import write_beir
from isoglot.data.load import load_collection, load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

ITEM = {"id": "a", "query": {"en": "a?", "de": "ä?"}, "passage": {"en": "A", "de": "Ä"}}
JOINED = {"title": "t", "para": 0, "context": {"en": "A"}, "qas": [{"id": "a", "q": {"en": "a?"}}]}
SQUAD = {"data": [{"paragraphs": [{"context": "A", "qas": [{"id": "a", "question": "a?"}]}]}]}


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    path = tmp_path / "birds.v2.jsonl"
    path.write_text(json.dumps(ITEM))
    return path


def test_each_kind_of_file_is_read(tmp_path: Path, jsonl: Path) -> None:
    packed, joined, parquet = (tmp_path / f"birds.{end}" for end in ("jsonl.gz", "joined.jsonl", "parquet"))
    packed.write_bytes(gzip.compress(jsonl.read_bytes()))
    joined.write_text(json.dumps(JOINED))
    load_parallel(jsonl).save(parquet)
    for source in (jsonl, packed, parquet):
        for named in (source, str(source)):
            data = load_parallel(named)
            assert [(row["id"], row["query"], row["domain"]) for row in data] == [("a", ITEM["query"], "birds")]
    assert [(row["id"], row["domain"]) for row in load_parallel(joined)] == [("a", "squad")]


def test_a_mapping_is_squad_json_by_language(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SQUAD))
    data = load_parallel({"en": str(path), "de": path})
    assert data.languages == ("de", "en")
    assert next(iter(data))["query"] == {"de": "a?", "en": "a?"}
    with pytest.raises(DataError, match=r"absent\.json: no such file"):
        load_parallel({"en": str(path), "de": tmp_path / "absent.json"})


def test_a_collection_is_a_folder_or_made_of_items(tmp_path: Path, jsonl: Path) -> None:
    made = load_collection(jsonl)
    assert made.name == "birds"
    assert made.passages["id"].to_pylist() == ["a/de", "a/en"]
    assert len(made.judgements.query) == 4
    write_beir(made, tmp_path / "birds")
    for named in (tmp_path / "birds", str(tmp_path / "birds")):
        assert load_collection(named).fingerprint == made.fingerprint
    sample = load_collection("sample/train")
    assert sample.name == "sample/train"
    assert len(sample.languages) == 7


def test_a_named_collection_has_the_candidates_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qas = [{"id": "p", "question": "p?", "answers": [{"answer_start": 3}]}]
    paragraph = {"context": "A. B.", "sentence_breaks": [[0, 2], [3, 5]], "qas": qas}
    path = tmp_path / "en.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))
    monkeypatch.setattr(registry, "files", lambda name: {"en": path} if name == "mlqa-r" else {})
    assert load_collection("mlqa-r").passages["text"].to_pylist() == ["A.", "B."]
    whole = load_collection("mlqa-r", candidate="sentence+paragraph")
    assert whole.passages["text"].to_pylist() == ["A. A. B.", "B. A. B."]
    assert whole.name == "mlqa-r"


@pytest.mark.parametrize("load", [load_parallel, load_collection])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("xquad", "There is no data set 'xquad': did you mean xquad-r"),
        ("sample/dev", "There is no data set 'sample/dev'"),
        ("birds", "There is no data set 'birds': `isoglot data list` shows all"),
        ("birds.jsonl", "birds.jsonl: no such file or folder"),
        ("./birds", "./birds: no such file or folder"),
        (Path("birds"), "birds: no such file or folder"),
        (Path("birds.parquet"), "birds.parquet: no such file or folder"),
    ],
)
def test_what_is_not_there_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    load: Callable[[str | Path], object],
    source: str | Path,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=message):
        load(source)


def test_what_is_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SQUAD))
    for load in (load_parallel, load_collection):
        with pytest.raises(DataError, match=rf"{path}: unknown kind of file; give .*SQuAD JSON"):
            load(path)
    for named in (tmp_path, str(tmp_path)):
        with pytest.raises(DataError, match=f"{tmp_path}: a folder is a collection to evaluate on"):
            load_parallel(named)
    with pytest.raises(DataError, match=rf"{tmp_path}/corpus\.jsonl: no such file"):
        load_collection(tmp_path)
    with pytest.raises(DataError, match=r"xquad-r is a collection to evaluate on, not training data: .*never train"):
        load_parallel("xquad-r")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(DataError, match=f"{empty}: no items in the file"):
        load_parallel(empty)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1")
    with pytest.raises(DataError, match=f"{broken}: not a readable Parquet file"):
        load_parallel(broken)


@pytest.mark.usefixtures("mirror")
def test_libreoffice_help_is_read_whole() -> None:
    data = load_parallel("libreoffice-help")
    assert isinstance(data, ParallelDataset)
    assert len(data) == 9_008
    assert len(data.languages) == 21
    pairs = dict(zip(data.languages, (data.has_query & data.has_passage).sum(axis=0).tolist(), strict=True))
    assert max(pairs.items(), key=lambda pair: pair[1]) == ("en", 9_008)
    assert min(pairs.items(), key=lambda pair: pair[1]) == ("hi", 305)
    pages = [identity.rsplit("#", 1)[0] for identity in data.rows["id"]]
    assert data.groups.max() + 1 == len(set(pages)) < 9_008
    assert set(data.rows["domain"]) == {"libreoffice_help"}
