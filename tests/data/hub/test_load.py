"""From a data set of the hub to training data and collections, through the real client."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import Mock

import pytest

from helpers.hub import Hub
from helpers.tables import lines, parquet
from isoglot.data.load import load_collection, load_parallel
from isoglot.data.registry import paths
from isoglot.errors import DataError

TRIPLES = [{"query": f"Frage {n}?", "positive": f"Antwort {n}.", "negative": f"Falsch {n}."} for n in range(6)]
MMARCO = "unicamp-dl/mmarco/german@refs/convert/parquet"


@pytest.fixture
def mmarco(hub: Hub) -> Hub:
    files = {f"german/train/000{n}.parquet": parquet(TRIPLES[2 * n : 2 * n + 2]) for n in range(3)}
    hub.put("unicamp-dl/mmarco", files, revision="refs/convert/parquet")
    return hub


def test_shards_of_pairs_are_one_data_set(mmarco: Hub) -> None:
    data = load_parallel(f"hf/train@de:{MMARCO}")
    assert [(row["id"], row["query"], row["passage"]) for row in data] == [
        (str(number), {"de": of["query"]}, {"de": of["positive"]}) for number, of in enumerate(TRIPLES, start=1)
    ]
    assert data[0]["negatives"] == {"de": ["Falsch 0."]}
    assert data[0]["domain"] == "mmarco"
    assert load_parallel(f"hf@de:{MMARCO}").fingerprint == data.fingerprint
    assert load_collection(f"hf@de:{MMARCO}").name == "unicamp-dl/mmarco/german"


def test_what_is_fetched_ahead_is_asked_for_no_more(mmarco: Hub) -> None:
    found = paths(f"hf@de:{MMARCO}")
    assert [path.name for path in found] == ["0000.parquet", "0001.parquet", "0002.parquet"]
    asked = len(mmarco.asked)
    load_parallel(f"hf@de:{MMARCO}")
    assert len(mmarco.asked) == asked


def test_files_behind_the_rows_that_are_wanted_are_not_fetched(mmarco: Hub) -> None:
    assert len(load_parallel(f"hf@de:{MMARCO}#rows=3")) == 3
    assert not [path for _, path, _ in mmarco.asked if "0002.parquet" in path]


def test_columns_are_named_where_their_names_say_nothing(hub: Hub) -> None:
    row = {"key": 7, "frage": "Wo?", "text_de": "Hier.", "text_en": "Here.", "bad": ["Nein."], "page": "p"}
    hub.put("zoo/birds", {"train.jsonl": lines([row])})
    named = "#id=key&query=frage&passage.de=text_de&passage.en=text_en&negative=bad&group=page"
    data = load_parallel(f"hf@de:zoo/birds{named}")
    assert data[0] == {
        "id": "7",
        "group": "p",
        "domain": "birds",
        "source": "",
        "query": {"de": "Wo?"},
        "passage": {"de": "Hier.", "en": "Here."},
        "negatives": {"de": ["Nein."]},
    }


def test_rows_of_our_own_form_say_their_languages(hub: Hub) -> None:
    item = {"id": "a", "query": {"en": "a?", "de": "ä?"}, "passage": {"en": "A", "de": "Ä"}}
    hub.put("zoo/birds", {"data/train-0.parquet": parquet([item])})
    assert load_parallel("hf:zoo/birds").languages == ("de", "en")
    assert load_parallel("hf@en:zoo/birds").languages == ("en",)


def test_rows_that_nobody_here_can_mend_are_counted_or_told_apart(hub: Hub) -> None:
    rows = [{"id": "q", "question": "a?", "context": "A."}, {"id": "q", "question": "b?", "context": "B."}]
    empty = {"id": "r", "question": "", "context": "C."}
    hub.put("zoo/squad", {"train.jsonl": lines([*rows, empty])})
    for _ in range(2):  # the second time from what was kept
        data = load_parallel("hf@en:zoo/squad")
        assert [row["id"] for row in data] == ["q", "q/row 2"]
        assert data.left_out == {"rows without a text": 1}


def test_rows_are_looked_at_once(mmarco: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_parallel(f"hf@de:{MMARCO}")
    for read in ("_all_rows", "_by_language"):
        monkeypatch.setattr(f"isoglot.data.hub.rows.{read}", Mock(side_effect=AssertionError))
    again = load_parallel(f"hf@de:{MMARCO}")
    assert (again.fingerprint, list(again)) == (first.fingerprint, list(first))


def test_a_sentence_that_answers_is_found_in_rows_of_squad(hub: Hub) -> None:
    answers = {"text": ["Athens"], "answer_start": [17]}
    row = {"id": "q", "title": "t", "context": "It is old. It is Athens.", "question": "Where?", "answers": answers}
    hub.put("zoo/squad", {"plain_text/train-0.parquet": parquet([row])})
    assert load_parallel("hf@en:zoo/squad", passage="sentence")[0]["passage"] == {"en": "It is Athens."}


CORPUS = [{"_id": "p1", "title": "Cat", "text": "purrs"}, {"_id": "p2", "title": "", "text": "barks"}]
QUERIES = [{"_id": "q1", "text": "Who purrs?"}, {"_id": "q2", "text": "unjudged"}]
QRELS = [{"query-id": "q1", "corpus-id": "p1", "score": 1.0}]
BEIR = {
    "corpus.jsonl": lines(CORPUS),
    "queries.jsonl": lines(QUERIES),
    "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\tp1\t1\n",
}
MTEB = {
    "en-corpus/test-0.parquet": parquet(CORPUS),
    "en-queries/test-0.parquet": parquet(QUERIES),
    "en-qrels/test-0.parquet": parquet(QRELS),
    "de-corpus/test-0.parquet": parquet([{"_id": "p1", "title": "", "text": "schnurrt"}]),
}


@pytest.mark.parametrize(("files", "name"), [(BEIR, "zoo/sounds"), (MTEB, "zoo/sounds/en")])
def test_passages_queries_and_judgements_are_a_collection(hub: Hub, files: Mapping[str, Any], name: str) -> None:
    hub.put("zoo/sounds", files)
    found = load_collection(f"hf@en:{name}")
    assert (found.name, found.languages, found.passages["text"].to_pylist()) == (name, ("en",), ["Cat purrs", "barks"])
    assert [found[n]["relevant"] for n in range(len(found))] == [{"p1": 1}]
    with pytest.raises(DataError, match="states no language; say it, as hf@LANGUAGE:zoo/sounds"):
        load_collection(f"hf:{name}")


def test_a_card_of_mteb_calls_its_judgements_default(hub: Hub) -> None:
    files = {"corpus/a-0.parquet": parquet(CORPUS), "queries/a.jsonl": lines(QUERIES), "data/dev.jsonl": lines(QRELS)}
    configs = [
        {"config_name": "default", "data_files": [{"split": "dev", "path": "data/dev.jsonl"}]},
        {"config_name": "corpus", "data_files": [{"split": "corpus", "path": "corpus/*"}]},
        {"config_name": "queries", "data_files": [{"split": "queries", "path": "queries/*"}]},
    ]
    hub.put("zoo/sounds", files, card={"configs": configs})
    found = load_collection("hf/dev@en:zoo/sounds")
    assert (found.name, len(found), len(found.passages)) == ("zoo/sounds/dev", 1, 2)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "hf@de:zoo/odd",
            r"its columns are id, frage, leer: say which hold .*, as hf@LANGUAGE:zoo/odd#",
        ),
        ("hf@de:zoo/odd#query=frage&passage=antwort", "no column 'antwort'; its columns are id, frage, leer"),
        ("hf@de:zoo/odd#query=frage", "name the columns of both"),
        ("hf:zoo/odd#query=frage&passage=frage", "states no language; say it in front, as hf@LANGUAGE:zoo/odd"),
        ("hf@de,en:zoo/odd#query=frage&passage=frage", "say one language, that of the texts"),
        ("hf@de:zoo/odd#query=id&passage=frage", 'row 1: key "query.de" must be a non-empty text'),
        ("hf@de:zoo/odd#query=leer&passage=frage", "no items in the file"),
    ],
)
def test_what_does_not_fit_is_one_sentence(hub: Hub, source: str, message: str) -> None:
    hub.put("zoo/odd", {"train.jsonl": lines([{"id": 1, "frage": "Wo?", "leer": ""}])})
    with pytest.raises(DataError, match=message):
        load_parallel(source)
