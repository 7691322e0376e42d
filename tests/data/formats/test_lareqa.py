"""XQuAD-R and MLQA-R: sentences are candidates, the one with the answer's start is gold in every language."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.collection import Collection
from isoglot.data.formats.lareqa import CandidateText, read_lareqa
from isoglot.data.load import load_collection
from isoglot.errors import DataError

# README.md of the real data; questions and sentences a language.
XQUAD_R = dict(ar=1222, de=1276, el=1234, en=1180, es=1215, hi=1244, ru=1219, th=852, tr=1167, vi=1209, zh=1196)
MLQA_R = dict(ar=2545, de=2362, en=6264, es=1787, hi=2426, vi=2828, zh=2322)
MLQA_R_QUESTIONS = dict(ar=517, de=512, en=1148, es=500, hi=507, vi=511, zh=504)


def paragraph(sentences: list[str], **answers: int) -> dict[str, Any]:
    """Question id -> number of the sentence that answers it."""
    starts = [sum(len(s) + 1 for s in sentences[:n]) for n in range(len(sentences))]
    return {
        "context": " ".join(sentences),
        "sentence_breaks": [[start, start + len(s)] for start, s in zip(starts, sentences, strict=True)],
        "qas": [
            {"id": key, "question": f"{key}?", "answers": [{"answer_start": starts[n]}, {"answer_start": 0}]}
            for key, n in answers.items()
        ],
    }


def write(path: Path, *articles: list[Any]) -> Path:
    path.write_text(json.dumps({"data": [{"paragraphs": article} for article in articles]}), encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, Path]:
    """Two paragraphs that stand at different places in the two languages, as in MLQA-R."""
    cranes = paragraph(["Cranes dance.", "They call."], p=1, q=0)
    herons = paragraph(["Herons wait."], r=0)
    reiher, kraniche = paragraph(["Reiher warten."], r=0), paragraph(["Sie rufen.", "Sie rufen."], p=0, s=1)
    return {
        "en": write(folder / "en.json", [cranes, herons]),
        "de": write(folder / "de.json", [reiher], [kraniche]),
    }


def gold(collection: Collection, query: str) -> list[str]:
    number = collection.queries["id"].to_pylist().index(query)
    judged, ids = collection.judgements, collection.passages["id"].to_pylist()
    return [ids[passage] for passage in judged.passage[judged.query == number]]


def test_a_question_is_answered_in_each_of_its_languages(tmp_path: Path) -> None:
    made = read_lareqa("birds", files(tmp_path))
    texts = {row["id"]: row["text"] for row in made.passages.to_pylist()}
    assert texts == {
        "en/000/00/00": "Cranes dance.",
        "en/000/00/01": "They call.",
        "en/000/01/00": "Herons wait.",
        "de/000/00/00": "Reiher warten.",
        "de/001/00/00": "Sie rufen.",
        "de/001/00/01": "Sie rufen.",
    }
    assert gold(made, "en/p") == gold(made, "de/p") == ["en/000/00/01", "de/001/00/00"]
    assert gold(made, "en/q") == ["en/000/00/00"]
    assert gold(made, "de/s") == ["de/001/00/01"]
    assert gold(made, "de/r") == ["en/000/01/00", "de/000/00/00"]
    assert set(made.judgements.grade.tolist()) == {1}
    assert set(made.queries["domain"].to_pylist()) == {"birds"}


def test_paragraphs_that_share_a_question_are_one_cluster(tmp_path: Path) -> None:
    made = read_lareqa("birds", files(tmp_path))
    cluster = dict(zip(made.queries["id"].to_pylist(), made.query_cluster.tolist(), strict=True))
    assert cluster["en/p"] == cluster["en/q"] == cluster["de/p"] == cluster["de/s"]
    assert cluster["en/r"] == cluster["de/r"] != cluster["en/p"]


@pytest.mark.parametrize(
    ("candidate", "text"),
    [("sentence", "They call."), ("sentence+paragraph", "They call. Cranes dance. They call.")],
)
def test_the_text_of_a_candidate_is_a_choice(tmp_path: Path, candidate: CandidateText, text: str) -> None:
    made = read_lareqa("birds", files(tmp_path), candidate=candidate)
    assert made.passages["text"].to_pylist()[1] == text


def test_a_candidate_can_be_a_paragraph(tmp_path: Path) -> None:
    made = read_lareqa("birds", files(tmp_path), candidate="paragraph")
    texts = dict(zip(made.passages["id"].to_pylist(), made.passages["text"].to_pylist(), strict=True))
    assert set(texts) == {"en/000/00", "en/000/01", "de/000/00", "de/001/00"}
    assert texts["en/000/00"] == "Cranes dance. They call."
    assert gold(made, "en/p") == ["en/000/00", "de/001/00"]
    assert gold(made, "de/s") == ["de/001/00"]


def spoilt(**change: Any) -> dict[str, Any]:
    """A paragraph with something else in it, or in its question."""
    entry = paragraph(["Cranes dance.", "They call."], p=1)
    inside = {key: entry["qas"][0] if key in entry["qas"][0] else entry for key in change}
    for key, value in change.items():
        inside[key][key] = value
    return entry


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            spoilt(answers=[{"answer_start": 13}]),
            "the answer of question 'p' starts at 13, inside no sentence",
        ),
        (
            spoilt(answers=[{"answer_start": 24}]),
            "the answer of question 'p' starts at 24, inside no sentence",
        ),
        (spoilt(sentence_breaks=[]), "the answer of question 'p' starts at 14, inside no sentence"),
        (spoilt(answers=[]), "not LAReQA JSON"),
        (spoilt(answers=[{}]), "not LAReQA JSON .*'answer_start'"),
        (spoilt(sentence_breaks=[0, 13]), "not LAReQA JSON"),
        (spoilt(sentence_breaks=[[0, 1, 2]]), "not LAReQA JSON"),
        (spoilt(context=None), "not LAReQA JSON"),
        (spoilt(qas=[{"id": "p"}]), "not LAReQA JSON .*'answers'"),
        ({"context": "SQuAD", "qas": []}, "not LAReQA JSON .*'sentence_breaks'"),
        ("text", "not LAReQA JSON"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, entry: Any, message: str) -> None:
    path = write(tmp_path / "en.json", [paragraph(["Herons wait."], r=0), entry])
    with pytest.raises(DataError, match=f"{path}: {message}"):
        read_lareqa("birds", {"en": path})


def test_a_start_that_does_not_point_at_its_text_is_not_believed(tmp_path: Path) -> None:
    river = "Der Fluss Alba ist 40 km lang."
    entry = paragraph([river, "Er mündet bei Norda."], p=0)
    entry["qas"][0]["answers"] = [{"text": "Norda", "answer_start": 3}]
    made = read_lareqa("rivers", {"de": write(tmp_path / "de.json", [entry])})
    assert made.passages["text"].to_pylist()[made.judgements.passage[0]] == "Er mündet bei Norda."
    entry["qas"][0]["answers"][0]["text"] = "Süda"
    with pytest.raises(DataError, match=r"de\.json: the answer of question 'p' is nowhere in its context"):
        read_lareqa("rivers", {"de": write(tmp_path / "de.json", [entry])})


def test_what_else_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "en.json", [paragraph(["Wait."], p=0)], [paragraph(["Dance."], p=0)])
    with pytest.raises(DataError, match=f"{path}: question id 'p' occurs twice"):
        read_lareqa("birds", {"en": path})
    with pytest.raises(DataError, match="birds: query 'en/p' has an empty text"):
        read_lareqa("birds", {"en": write(path, [spoilt(question="")])}, strict=True)
    with pytest.raises(DataError, match=r"absent\.json: no such file"):
        read_lareqa("birds", {"en": tmp_path / "absent.json"})
    path.write_text("[]")
    with pytest.raises(DataError, match=f"{path}: not LAReQA JSON"):
        read_lareqa("birds", {"en": path})


def test_xquad_r_has_the_counts_of_its_makers(mirror: Path) -> None:
    made = load_collection("xquad-r")
    assert Counter(made.passages["lang"].to_pylist()) == XQUAD_R
    assert Counter(made.queries["lang"].to_pylist()) == dict.fromkeys(XQUAD_R, 1190)
    assert len(set(made.queries["cluster"].to_pylist())) == 240
    # A question in any language has one gold candidate in each of the eleven.
    assert len(made.judgements.query) == 1190 * 11 * 11
    pairs = made.judgements.query * 11 + made.passage_language[made.judgements.passage]
    assert len(set(pairs.tolist())) == len(pairs)
    # The files also hold the sentences themselves, which the reader does not look at.
    held = json.loads((mirror / "lareqa" / "xquad-r" / "vi.json").read_bytes())
    sentences = [s for article in held["data"] for place in article["paragraphs"] for s in place["sentences"]]
    assert [row["text"] for row in made.passages.to_pylist() if row["lang"] == "vi"] == sentences


@pytest.mark.usefixtures("mirror")
def test_mlqa_r_has_the_counts_of_its_makers() -> None:
    made = load_collection("mlqa-r")
    assert Counter(made.passages["lang"].to_pylist()) == MLQA_R
    assert Counter(made.queries["lang"].to_pylist()) == MLQA_R_QUESTIONS
    versions = Counter(identity.split("/", 1)[1] for identity in made.queries["id"].to_pylist())
    assert set(versions.values()) == {2, 3, 4}
    assert len(made.judgements.query) == sum(count**2 for count in versions.values())
