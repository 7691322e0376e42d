"""BM25 against the library bm25s, and through every verb that ranks a collection."""

import math
from pathlib import Path

import bm25s
import numpy as np
import pyarrow as pa
import pytest

from helpers.sorting import ranks_by_sorting
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.bm25 import Bm25, Bm25Index
from isoglot.errors import EncoderError
from isoglot.evaluation.embedded import encode_collection
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
from isoglot.report.auditing import audit
from isoglot.text.words import words

OPTIONS = EvaluationOptions(draws=20, measures=["AP"])


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


def test_ranks_are_those_of_bm25s_on_one_index_of_all_languages(pool: Collection) -> None:
    passages = [words(text) for text in pool.passages["text"].to_pylist()]
    vocabulary = {word: n for n, word in enumerate(dict.fromkeys(word for text in passages for word in text))}
    library = bm25s.BM25(method="lucene", k1=1.5, b=0.75, dtype="float64", backend="numpy")
    ids = [[vocabulary[word] for word in text] for text in passages]
    library.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
    queries = [words(text) for text in pool.queries["text"].to_pylist()]
    known = [[vocabulary[word] for word in query if word in vocabulary] for query in queries]
    expected = np.stack([library.get_scores_from_ids(query) for query in known])

    encoded = encode_collection(Bm25(), pool)
    found = encoded.similarity.block(encoded.passages).scores(encoded.queries)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    ranks = encoded.ranks()
    in_pool, in_language = ranks_by_sorting(expected.astype(np.float32), pool)
    np.testing.assert_array_equal(ranks.pool_rank, in_pool)
    np.testing.assert_array_equal(ranks.language_rank, in_language)


def test_words_of_the_pool_alone_are_counted() -> None:
    index = Bm25Index.of(pa.chunked_array([["red red fox", "", "a cat"]]))
    assert list(index.vocabulary) == ["red", "fox", "a", "cat"]
    assert index.queries(pa.chunked_array([["cat, the cat", "?"]])).matrix.toarray().tolist() == [[0, 0, 0, 2], [0] * 4]
    assert index.passages.shape == (3, 4)
    weights = Bm25Index.of(pa.chunked_array([["a a", "", "", "", ""]])).passages.matrix.toarray()
    assert weights[0, 0] == pytest.approx(math.log(1 + 4.5 / 1.5) * 2 / (2 + 1.5 * (0.25 + 0.75 * 2 / 0.4)))


def test_it_is_an_encoder_by_name(pool: Collection) -> None:
    found = evaluate("bm25", pool, options=OPTIONS)
    assert (found.encoder, found.similarity, found.encoder_fingerprint) == ("bm25", "bm25", Bm25.fingerprint)
    assert found.value("mono", "map") > 0.7
    assert found.value("multi", "map") < 0.3
    mono = evaluate("bm25", pool, options=EvaluationOptions(draws=20, measures=["AP"], settings=["mono"]))
    assert mono.value("mono", "map") == found.value("mono", "map")


def test_across_languages_without_a_word_in_common_it_finds_what_chance_finds(tmp_path: Path) -> None:
    rows = [
        f'{{"id": "{n}", "query": {{"en": "w{n}", "de": "v{n}"}}, "passage": {{"en": "w{n} x", "de": "v{n} y"}}}}'
        for n in range(200)
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(rows))
    found = evaluate("bm25", str(tmp_path / "pairs.jsonl"), options=OPTIONS)
    assert found.value("mono", "map") == 1
    assert found.value("cross", "map") < 0.05


def test_an_audit_says_that_nothing_can_be_moved(pool: Collection) -> None:
    said = str(audit("bm25", pool, options=OPTIONS))
    assert "a repair moves dense vectors, and what scores by bm25 has none" in said
    assert "isoglot train" not in said


def test_passages_without_a_word_are_refused(tmp_path: Path) -> None:
    row = '{"id": "1", "query": {"en": "a", "de": "b"}, "passage": {"en": "?", "de": "!"}}'
    (tmp_path / "pairs.jsonl").write_text(row)
    with pytest.raises(EncoderError, match="no passage has a word, so that bm25 has nothing to match"):
        evaluate("bm25", str(tmp_path / "pairs.jsonl"), options=OPTIONS)
