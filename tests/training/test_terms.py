"""The terms of the loss, by hand on a few texts, and equal to sentence-transformers' where it has the same."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch import Tensor

from isoglot.roles import ROLES
from isoglot.training.encode import cuts, encode_columns
from isoglot.training.loss import CachedTermsLoss, ItemFacts, SourceTerms, TermsLoss
from isoglot.training.teacher import Teacher
from isoglot.training.terms.registry import TERMS
from isoglot.training.terms.vectors import BatchVectors, Pairs


def unit(*degrees: float) -> Tensor:
    """Vectors in a plane, by their angle."""
    return torch.tensor([[math.cos(math.radians(d)), math.sin(math.radians(d))] for d in degrees])


def batch(
    queries: Tensor, passages: Tensor, *, answer: list[int], languages: tuple[list[int], list[int]], **other: Any
) -> BatchVectors:
    """Five texts or so, all of them this process's own; an item's number is what it answers."""
    pairs = Pairs(
        item=torch.tensor(answer),
        query_language=torch.tensor(languages[0]),
        passage_language=torch.tensor(languages[1]),
        answer=torch.tensor(answer),
    )
    options = {"negatives": passages[:0], "negative_answer": torch.empty(0, dtype=torch.long), "teacher": None}
    return BatchVectors(
        queries=queries,
        passages=passages,
        pairs=pairs,
        own=slice(0, len(queries)),
        processes=1,
        temperature=0.5,
        **{**options, **other},
    )


def test_a_passage_in_another_language_is_a_positive_and_not_a_negative() -> None:
    # Item 0 in two languages and item 1 in one; the negative has the text of item 1's passage.
    queries, passages = unit(0, 10, 90), unit(20, 40, 70)
    found = TERMS["infonce"](
        batch(
            queries,
            passages,
            answer=[0, 0, 1],
            languages=([0, 1, 0], [1, 0, 1]),
            negatives=unit(80, 30),
            negative_answer=torch.tensor([1, -1]),
        )
    )

    def s(query: int, candidate: float) -> float:
        return math.exp(2 * math.cos(math.radians((0, 10, 90)[query] - candidate)))

    expected = 0.0
    for query in (0, 1):
        others = s(query, 70) + s(query, 80) + s(query, 30)
        expected += sum(-math.log(s(query, own) / (s(query, own) + others)) for own in (20, 40)) / 2
    expected += -math.log(s(2, 70) / (s(2, 70) + s(2, 20) + s(2, 40) + s(2, 30)))  # not the negative at 80
    assert float(found) == pytest.approx(expected / 3, abs=1e-6)


def test_the_two_directions_of_one_batch() -> None:
    queries, passages = unit(0, 50), unit(30, 100)
    two = batch(queries, passages, answer=[0, 1], languages=([0, 0], [0, 0]))
    back = batch(passages, queries, answer=[0, 1], languages=([0, 0], [0, 0]))
    assert float(TERMS["reverse"](two)) == pytest.approx(float(TERMS["infonce"](back)), abs=1e-6)
    alone = batch(queries, passages, answer=[0, 0], languages=([0, 1], [1, 0]))
    assert float(TERMS["infonce"](alone)) == 0.0


def teacher(*texts: tuple[int, str, int, float]) -> Teacher:
    """Of (item, role, language, angle); two languages, of which the first is English."""
    keys = {(item * 2 + ROLES.index(role)) * 2 + language: angle for item, role, language, angle in texts}  # type: ignore[arg-type]
    order = sorted(keys)
    return Teacher(np.array(order), unit(*(keys[key] for key in order)), ["en", "es"])


def test_the_anchor_is_the_english_text_in_the_same_role_where_there_is_one() -> None:
    taught = teacher((0, "query", 0, 5), (0, "passage", 0, 35), (1, "query", 0, 60))
    found = TERMS["anchor"](batch(unit(0, 50), unit(20, 90), answer=[0, 1], languages=([1, 1], [0, 1]), teacher=taught))
    wanted = [1 - math.cos(math.radians(d)) for d in (5, 15, 10)]  # item 1 has no English passage
    assert float(found) == pytest.approx(sum(wanted) / 3, abs=1e-6)


def divergence(teacher_row: list[float], student_row: list[float]) -> float:
    """Of the softmax over cosines of these angles at temperature .5."""
    p, q = (np.exp(2 * np.cos(np.radians(row))) for row in (teacher_row, student_row))
    p, q = p / p.sum(), q / q.sum()
    return float((p * np.log(p / q)).sum())


def test_rows_of_scores_within_a_language_go_towards_those_of_the_start_encoder() -> None:
    taught = teacher(
        (0, "query", 0, 0), (0, "passage", 0, 10), (0, "query", 1, 3), (0, "passage", 1, 20),
        (1, "query", 1, 80), (1, "passage", 1, 50),
    )  # fmt: skip
    crossing = batch(unit(5, 75), unit(25, 65), answer=[0, 1], languages=([1, 0], [0, 1]), teacher=taught)
    assert float(TERMS["retention"](crossing)) == 0.0
    spanish = batch(unit(5, 75), unit(25, 65), answer=[0, 1], languages=([1, 1], [1, 1]), teacher=taught)
    expected = divergence([17, 47], [20, 60]) + divergence([60, 30], [50, 10])
    assert float(TERMS["retention"](spanish)) == pytest.approx(expected / 2, abs=1e-6)
    partly = teacher((0, "query", 1, 3), (0, "passage", 1, 20), (1, "passage", 1, 50))
    rest = batch(unit(5, 75), unit(25, 65), answer=[0, 1], languages=([1, 1], [1, 1]), teacher=partly)
    assert float(TERMS["retention"](rest)) == pytest.approx(divergence([17, 47], [20, 60]), abs=1e-6)


TEXTS = [["a question", "w3 w4", "one two three four five six"], ["an answer", "w5", "w7 w8 w9 w1 w2 w3 w4 w5 w6 w7"]]


@pytest.fixture
def model(tiny_encoder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(tiny_encoder), device="cpu").eval()


def features(model: SentenceTransformer) -> list[dict[str, Tensor]]:
    return [model.preprocess(column) for column in TEXTS]


def labels(sources: list[int]) -> Tensor:
    return torch.tensor([[item, 0, 0, 100 + item] for item in sources])


def loss(kind: Any, model: SentenceTransformer, **options: Any) -> Any:
    facts = ItemFacts(source=np.zeros(3, dtype=np.int64), answers=np.array([[n, n] for n in range(3)]))
    terms = [SourceTerms(name="train", weights={"infonce": 0.5, "anchor": 2.0})]
    taught = Teacher(np.arange(6), torch.nn.functional.normalize(torch.arange(6.0 * 32).reshape(6, 32).sin()), ["en"])
    return kind(model, sources=terms, facts=facts, temperature=0.05, teacher=taught, processes=1, **options)


def test_plain_infonce_is_that_of_sentence_transformers(model: SentenceTransformer) -> None:
    ours, theirs = loss(TermsLoss, model), MultipleNegativesRankingLoss(model, scale=20.0)
    found, expected = ours(features(model), None), theirs(features(model), None)
    assert float(found) == pytest.approx(float(expected), abs=1e-6)


def test_the_loss_is_in_float32_where_the_encoder_computes_in_bfloat16(model: SentenceTransformer) -> None:
    made, vectors = loss(TermsLoss, model), [torch.nn.functional.normalize(torch.randn(3, 32)) for _ in range(2)]
    expected = float(made.total(vectors, labels([0, 1, 2])))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert float(made.total(vectors, labels([0, 1, 2]))) == expected


def test_gradcache_has_the_loss_and_the_gradients_of_the_whole_batch(model: SentenceTransformer) -> None:
    gradients = []
    for made in (loss(TermsLoss, model), loss(CachedTermsLoss, model, mini_batch=2)):
        model.zero_grad()
        value = made(features(model), labels([0, 1, 2]))
        value.backward()
        gradients.append((float(value), [p.grad.clone() for p in model.parameters() if p.grad is not None]))
    (one, first), (other, second) = gradients
    assert other == pytest.approx(one, abs=1e-6)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(first, second, strict=True))


def test_texts_encoded_in_parts_have_the_vectors_of_one_pass(model: SentenceTransformer) -> None:
    columns = features(model)
    expected = [model(dict(column))["sentence_embedding"] for column in features(model)]
    for found, wanted in zip(encode_columns(model, columns), expected, strict=True):
        assert torch.allclose(found, wanted, atol=1e-6)
    assert cuts([4, 4, 5, 30, 31], price=20) == [3, 5]
    assert cuts([4, 4, 5, 30, 31], price=1000) == [5]
