"""From a name, a file or a folder to data; and what is neither is told what it might have been."""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isoglot.data import registry
from isoglot.data.collection import Collection
from isoglot.data.formats.beir import write_beir
from isoglot.data.lines import json_lines
from isoglot.data.load import load_collection, load_parallel
from isoglot.data.narrowed import in_languages
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sources import Source, parse, split_sources
from isoglot.errors import ConfigError, DataError

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


@pytest.mark.parametrize(("name", "do"), [("corpus.jsonl", "give the folder"), ("help.jsonl", "call it corpus.jsonl")])
def test_one_file_of_a_beir_folder_is_no_data(tmp_path: Path, name: str, do: str) -> None:
    (tmp_path / name).write_text(json.dumps({"_id": "a", "text": "A", "lang": "en", "group": "g"}))
    for load in (load_parallel, load_collection):
        with pytest.raises(DataError, match=f"one file of a BEIR folder, which is read as a whole; {do}"):
            load(tmp_path / name)


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
    assert made.passages["id"].to_pylist() == ["passage/a/de", "passage/a/en"]
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
    monkeypatch.setattr(registry, "files", lambda name, languages=None: {"en": path} if name == "mlqa-r" else {})
    assert load_collection("mlqa-r").passages["text"].to_pylist() == ["A.", "B."]
    whole = load_collection("mlqa-r", candidate="sentence+paragraph")
    assert whole.passages["text"].to_pylist() == ["A. A. B.", "B. A. B."]
    assert whole.name == "mlqa-r"


@pytest.mark.parametrize("load", [load_parallel, load_collection])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("xqua", "There is no data set, file or folder 'xqua': did you mean xquad-r"),
        ("sample/dev", "There is no data set, file or folder 'sample/dev'"),
        ("birds", "There is no data set, file or folder 'birds': `isoglot data list` shows all data sets."),
        ("birds.jsonl", "birds.jsonl: no such file or folder"),
        ("./birds", "./birds: no such file or folder"),
        (Path("birds"), "birds: no such file or folder"),
        (Path("birds.parquet"), "birds.parquet: no such file or folder"),
        (" ", "the name is empty"),
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
    with pytest.raises((ConfigError, DataError), match=message):
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


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("miracl:/data/m", Source(format="miracl", place="/data/m")),
        ("miracl/dev@ar,zh-Hans:m", Source(format="miracl", place="m", split="dev", languages=("ar", "zh-Hans"))),
        ("ir_datasets@en:beir/nq", Source(format="ir_datasets", place="beir/nq", languages=("en",))),
        ("beir/test-a:C:\\data", Source(format="beir", place="C:\\data", split="test-a")),
        ("C:\\data", None),
        ("data/beir", None),
        ("sample/test", None),
        ("./a:b", None),
    ],
)
def test_a_source_says_format_split_and_languages(text: str, source: Source | None) -> None:
    assert parse(text) == source


def beir(folder: Path, split: str = "test") -> Path:
    for name, row in (("corpus", {"_id": "p", "text": "A"}), ("queries", {"_id": "q", "text": "a?"})):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.jsonl").write_text(json.dumps(row))
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "qrels" / f"{split}.tsv").write_text("q\tp\t1")
    return folder


def test_language_and_split_are_told_in_the_source_or_beside_it(tmp_path: Path) -> None:
    folder = beir(tmp_path / "birds", "dev")
    for made in (
        load_collection(folder, language="fi", split="dev"),
        load_collection(str(folder), language=["fi"], split="dev"),
        load_collection(f"beir:{folder}", language="fi", split="dev"),
        load_collection(f"beir/dev@fi:{folder}"),
    ):
        assert made.languages == ("fi",)
        assert made.name == "birds/dev"
    assert load_collection(folder, language="fi").name == "birds"
    wrong: list[tuple[str, dict[str, Any], str]] = [
        (f"beir@fi:{folder}", {"language": "sv"}, "the source says its language or split; do not say it again"),
        (f"beir@fi,sv:{folder}", {}, "say one language"),
        (f"belebele/dev:{folder}", {}, "belebele has no splits"),
        (f"mlqa:{folder}/no", {}, f"{folder}/no: no such folder to read mlqa from"),
        (
            f"marco:{folder}",
            {},
            "unknown format; choose from beir, belebele, hf, ir_datasets, miracl, mkqa,",
        ),
        ("sample/test", {"split": "dev"}, "sample/test: a split is for folders"),
        ("sample/test@de", {"language": "de"}, "the source says its languages; do not say them again"),
        ("sample/test@fi", {}, "sample/test has nothing in fi; its languages are ar, de, en"),
    ]
    for source, told, message in wrong:
        with pytest.raises(DataError, match=message):
            load_collection(source, **told)
    for some in (load_collection("sample/test@de,hi"), load_collection("sample/test", language=["de", "hi"])):
        assert (some.name, some.languages, len(some.queries)) == ("sample/test@de,hi", ("de", "hi"), 128)
    with pytest.raises(DataError, match="beir is a collection to evaluate on; to train, give a file"):
        load_parallel(f"beir:{folder}")
    with pytest.raises(DataError, match="There is no data set, file or folder 'marco:"):
        load_parallel("marco:birds")


def test_judgements_without_queries_are_not_left_unread(tmp_path: Path) -> None:
    """A corpus alone is evaluated by its translations; a folder that lost its queries is not."""
    folder = beir(tmp_path / "lost")
    (folder / "queries.jsonl").unlink()
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": lang, "text": lang, "lang": lang, "group": "g"}) for lang in ("de", "en"))
    )
    with pytest.raises(DataError, match=r"queries\.jsonl: no such file"):
        load_collection(folder)
    (folder / "qrels" / "test.tsv").unlink()
    (folder / "qrels").rmdir()
    assert len(load_collection(folder).queries) == 2
    with pytest.raises(DataError, match="a folder, where a file is wanted"):
        next(json_lines(folder))


def test_a_collection_of_a_format_is_filed_under_what_was_asked_for(tmp_path: Path) -> None:
    row = {"link": "a", "question_number": 1, "flores_passage": "A", "question": "a?", "dialect": "eng_Latn"}
    (tmp_path / "eng_Latn.jsonl").write_text(json.dumps(row))
    assert load_collection(f"belebele:{tmp_path}").name == "belebele"
    assert load_collection(f"belebele@en:{tmp_path}").name == "belebele@en"


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_datasets", None)
    with pytest.raises(DataError, match=r"needs the package ir_datasets: pip install 'isoglot\[ir\]\'"):
        load_collection("ir_datasets:beir/nq")


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


def test_what_training_holds_out_of_the_whole_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "help.jsonl"
    path.write_text("".join(json.dumps({**ITEM, "id": f"{n}", "page": f"{n // 2}"}) + "\n" for n in range(80)))
    monkeypatch.setattr(registry, "files", lambda name: {"en": path} if name == "libreoffice-help" else {})
    whole, train, held = (load_parallel(f"libreoffice-help{part}") for part in ("", "/train", "/dev"))
    assert [part.fingerprint for part in (train, held)] == [part.fingerprint for part in whole.split(0.05, seed=0)]
    assert sorted([*train.rows["id"], *held.rows["id"]]) == sorted(whole.rows["id"])
    assert len(held) == 4  # two pages of two items
    made = load_collection("libreoffice-help/dev")
    assert made.name == "libreoffice-help/dev"
    assert {row["cluster"] for row in made.queries.to_pylist()} == set(held.rows["group"])


def test_at_languages_takes_some_of_any_data(tmp_path: Path, jsonl: Path) -> None:
    """A folder, a file and a name, to evaluate on and to train on; a path that has such a name is a path."""
    whole = load_collection("sample/test")
    folder = tmp_path / "birds"
    write_beir(whole, folder)
    expected = load_collection("sample/test@de,en")
    found = load_collection(f"{folder}@de,en")
    assert (found.name, found.languages) == ("birds@de,en", ("de", "en"))
    for table in ("queries", "passages"):
        assert sorted(getattr(found, table)["text"].to_pylist()) == sorted(getattr(expected, table)["text"].to_pylist())
    assert len(found.judgements.query) == len(expected.judgements.query)
    assert load_collection(f"beir:{folder}@de,en").fingerprint == found.fingerprint
    for source in (f"{jsonl}@de", "sample/train@de"):
        assert load_parallel(source).languages == load_collection(source).languages == ("de",)
    with pytest.raises(DataError, match="birds has nothing in fr; its languages are ar, de, en"):
        load_collection(f"{folder}@de,fr")
    folder.rename(tmp_path / "birds@de")
    assert load_collection(str(tmp_path / "birds@de")).languages == whole.languages


def test_a_query_whose_answers_are_in_other_languages_is_left_out_and_counted(tmp_path: Path) -> None:
    texts = [{"id": tag, "text": tag, "lang": tag} for tag in ("de", "en", "fr")]
    relevant = {("de", "de"): 1, ("en", "fr"): 1}
    made = Collection.from_rows("x", queries=texts[:2], passages=texts, relevant=relevant)
    some = in_languages(made, ["de", "en"])
    assert some.queries["id"].to_pylist() == ["de"]
    assert some.left_out == {"queries without a relevant passage in these languages": 1}
    with pytest.raises(DataError, match="no query in en has a relevant passage in these languages"):
        in_languages(made, ["en"])


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("xquad-r@en,de,mlqa-r", ["xquad-r@en,de", "mlqa-r"]),
        ("a, b@zh-Hans,pt-BR,c@de", ["a", "b@zh-Hans,pt-BR", "c@de"]),
        ("miracl/dev@ar,sw:/d/m,mlqa-r", ["miracl/dev@ar,sw:/d/m", "mlqa-r"]),
    ],
)
def test_sources_are_split_at_commas_that_part_no_languages(text: str, sources: list[str]) -> None:
    assert split_sources(text) == sources
