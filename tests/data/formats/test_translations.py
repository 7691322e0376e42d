"""Without questions: passages ask for their translations, never for themselves."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from isoglot.data.formats.beir import read_beir, read_corpus, write_beir
from isoglot.data.formats.translations import from_translations
from isoglot.data.load import load_collection
from isoglot.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty groups in three languages, one of them with two English passages; twenty passages alone."""
    rows = [
        {"_id": f"{group}/{lang}", "text": f"text {group} {lang}", "lang": lang, "group": group, "title": "T"}
        for group in range(40)
        for lang in ("de", "en", "zh")
    ]
    rows.append({"_id": "0/en/2", "text": "text 0 again", "lang": "en", "group": 0})
    rows += [{"_id": f"alone {n}", "text": "alone", "lang": "en"} for n in range(20)]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_a_passage_asks_for_its_group_in_other_languages(folder: Path) -> None:
    passages = read_corpus(folder)
    made = from_translations("birds", passages, seed=0)
    groups, languages = made.passage_group, made.passage_language
    own = made.query_passage
    assert len(made.queries) == 121
    assert made.queries["text"].to_pylist() == made.passages["text"].take(own).to_pylist()
    assert made.queries["text"].to_pylist()[0] == "T text 0 de"
    assert (made.query_language == languages[own]).all()
    assert made.queries["cluster"].to_pylist() == made.queries["group"].to_pylist()
    expected = (groups[own][:, None] == groups) & (languages[own][:, None] != languages)
    assert np.argwhere(expected).tolist() == np.stack([made.judgements.query, made.judgements.passage], 1).tolist()
    assert set(made.judgements.grade.tolist()) == {1}


def test_groups_are_drawn_by_the_seed(folder: Path) -> None:
    passages = read_corpus(folder)
    first, again, other = (from_translations("b", passages, seed=seed, questions=10) for seed in (1, 1, 2))
    assert len(set(first.queries["group"].to_pylist())) == 10
    assert len(first.passages) == 141
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_queries_that_are_passages_are_part_of_the_content(folder: Path) -> None:
    made = from_translations("birds", read_corpus(folder), seed=0)
    kept = made.with_identical_ids()
    assert (kept.query_passage == -1).all()
    assert kept.fingerprint != made.fingerprint
    write_beir(made, folder / "birds")
    assert read_beir(folder / "birds").fingerprint == made.fingerprint


def test_a_corpus_without_translations_is_told(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "a", "text": "t", "lang": "en"}\n')
    with pytest.raises(DataError, match='birds: no two passages in different languages share a "group"'):
        from_translations("birds", read_corpus(folder), seed=0)


def test_what_reads_no_judgements_takes_passages_that_have_no_translation(folder: Path) -> None:
    made = from_translations("birds", read_corpus(folder), seed=0, questions=30, judged=False)
    by_language = Counter(made.queries["lang"].to_pylist())
    assert by_language.pop("en") in (30, 31)  # one drawn group may have two English passages
    assert by_language == {"de": 30, "zh": 30}
    alone = from_translations("birds", read_corpus(folder), seed=0, questions=50, judged=False)
    texts = Counter(alone.queries["text"].to_pylist())
    assert texts["alone"] == 50 - 41
    judged = {alone.queries["text"][row].as_py() for row in set(alone.judgements.query.tolist())}
    assert judged == set(texts) - {"alone"}


def test_a_corpus_without_any_translation_is_text(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "a", "text": "t", "lang": "en"}\n')
    made = load_collection(folder, judged=False)
    assert (len(made), made.query_passage.tolist(), len(made.judgements.query)) == (1, [0], 0)
    with pytest.raises(DataError, match="share a"):
        load_collection(folder)
