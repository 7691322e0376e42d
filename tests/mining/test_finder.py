"""Scores of the two finders against their definitions."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from helpers.random_parallel import build, row
from helpers.repairing import axis_of_language, repair
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sample import load_sample
from isoglot.encoder.load import load_encoder
from isoglot.mining.bm25 import Bm25Finder
from isoglot.mining.dense import Dense
from isoglot.mining.passages import Families
from isoglot.progress import Progress

PASSAGES = ("red red fox", "the quick red dog", "a cat", "dog and cat and dog", "?!")
QUERIES = ("red dog dog", "unheard of", "?", "the cat", "fox")


def items(passages: tuple[str, ...] = PASSAGES) -> ParallelDataset:
    rows = [
        row(number, query=[], passage=[]) | {"query": {"en": query}, "passage": {"en": passage}}
        for number, (query, passage) in enumerate(zip(QUERIES, passages, strict=True))
    ]
    return build(rows, ["en"])


def lucene(query: str, passage: list[str], passages: list[list[str]]) -> float:
    """BM25 as Lucene has it, k1 = 1.5, b = 0.75; of a repeated query word every time counts."""
    mean = sum(map(len, passages)) / len(passages)
    score = 0.0
    for word in query.split():
        holding, count = sum(word in other for other in passages), Counter(passage)[word]
        idf = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
        score += idf * count / (count + 1.5 * (1 - 0.75 + 0.75 * len(passage) / mean))
    return score


def test_bm25_is_lucenes_formula() -> None:
    data = items()
    index = Bm25Finder(data).index(Families(data).passages("en"))
    tokens = [[word for word in passage.split() if word != "?!"] for passage in PASSAGES]
    expected = [[lucene(query, passage, tokens) for passage in tokens] for query in QUERIES]
    np.testing.assert_allclose(index.scores("en", np.arange(5), slice(0, 5)), expected, rtol=1e-5)
    np.testing.assert_array_equal(
        index.scores("en", np.array([3]), slice(1, 4)), index.scores("en", np.arange(5), slice(0, 5))[3:4, 1:4]
    )


def test_the_bar_of_bm25_ends_with_its_index() -> None:
    told: list[int] = []

    def progress(what: str, total: int, /, unit: str = "texts") -> Progress:
        told.append(-total)
        return told.append

    data = items()
    Bm25Finder(data, progress=progress).index(Families(data).passages("en"))
    assert told == [-5, 5]


def test_bm25_of_passages_without_a_word_finds_nothing() -> None:
    data = items(("!", "!!", "?", "...", "-"))
    index = Bm25Finder(data).index(Families(data).passages("en"))
    assert not index.scores("en", np.arange(5), slice(0, 5)).any()


@pytest.mark.parametrize("similarity", ["cosine", "euclidean"])
def test_dense_scores_are_the_encoders_own(tiny_encoder: Path, similarity: str) -> None:
    data = load_sample("sample/train").restrict(["en", "de"])
    encoder = load_encoder(str(tiny_encoder))
    encoder.similarity_fn_name = similarity
    passages = Families(data).passages("de")
    rows = list(data)
    some = np.array([n for n, row in enumerate(rows) if "en" in row["query"]])[[5, 2, 9]]
    found = Dense(encoder, data, name="tiny").index(passages).scores("en", some, slice(3, 20))
    queries = encoder.encode_query([rows[n]["query"]["en"] for n in some])
    texts = [rows[n]["passage"]["de"] for n in passages.first[3:20]]
    expected = encoder.similarity(queries, encoder.encode_document(texts)).numpy()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_an_encoder_repaired_by_language_gets_the_datas(tiny_encoder: Path, tmp_path: Path) -> None:
    base = SentenceTransformer(str(tiny_encoder), device="cpu")
    encoder = load_encoder(str(repair(base, axis_of_language(de=0, en=1), tmp_path / "out")))
    data = load_sample("sample/train").restrict(["en", "de"])
    index = Dense(encoder, data, name="repaired").index(Families(data).passages("de"))
    for language, score in (("de", 1), ("en", 0)):
        np.testing.assert_allclose(index.scores(language, np.arange(4), slice(0, 5)), score, atol=1e-6)
