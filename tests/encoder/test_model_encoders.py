"""Sparse encoders and late interaction against sentence-transformers' own scores."""

from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import MultiVectorEncoder, SparseEncoder

from helpers.sorting import ranks_by_sorting
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.data.narrowed import of_rows
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import given_encoder
from isoglot.encoder.load import load_encoder
from isoglot.encoder.sparse_model import SparseModel
from isoglot.encoder.token_model import TokenModel
from isoglot.encoder.tokens import NO_TOKENS
from isoglot.errors import EncoderError
from isoglot.evaluation.embedded import encode_collection
from isoglot.evaluation.encoded import Encoded
from isoglot.evaluation.within import rank_within_languages

KINDS = {
    "tiny_sparse_encoder": (SparseEncoder, SparseModel, ("dot", "cosine")),
    "tiny_token_encoder": (MultiVectorEncoder, TokenModel, ("maxsim", "meanmaxsim")),
}
CASES = [(kind, said) for kind, (_, _, names) in KINDS.items() for said in names]


@pytest.fixture(scope="module")
def pool() -> Collection:
    whole = load_collection("sample/test@de,vi")
    return of_rows(whole, queries=np.arange(0, len(whole.queries), 4), passages=np.arange(len(whole.passages)))


@pytest.fixture
def model(kind: str, request: pytest.FixtureRequest) -> Any:
    return KINDS[kind][0](str(request.getfixturevalue(kind)), device="cpu")


@pytest.mark.parametrize(("kind", "said"), CASES)
def test_scores_and_ranks_are_those_of_sentence_transformers(said: str, model: Any, pool: Collection) -> None:
    model.similarity_fn_name = said
    queries = model.encode_query(pool.queries["text"].to_pylist())
    scores = model.similarity(queries, model.encode_document(pool.passages["text"].to_pylist()))
    expected = (scores.to_dense() if scores.is_sparse else scores).numpy()
    encoded = encode_collection(given_encoder(model), pool)
    found = encoded.similarity.block(encoded.passages).scores(encoded.queries)
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-6)
    assert str(encoded.similarity).endswith(said)

    ranks = encoded.ranks()
    own = expected[ranks.query, ranks.passage][:, None]
    surely, perhaps = ((expected[ranks.query] > own + side).sum(axis=1) + 1 for side in (1e-5, -1e-5))
    assert ((surely <= ranks.pool_rank) & (ranks.pool_rank < perhaps)).all()
    assert (surely == perhaps - 1).mean() > 0.9  # mostly nothing but itself is as near as that

    rows, columns = np.divmod(np.arange(found.size), found.shape[1])
    exact = encoded.similarity.pairs(encoded.queries, encoded.passages, rows, columns).reshape(found.shape)
    ranks = encoded.ranks(budget=1 << 15)  # in several blocks
    in_pool, in_language = ranks_by_sorting(exact, pool)
    np.testing.assert_array_equal(ranks.pool_rank, in_pool)
    np.testing.assert_array_equal(ranks.language_rank, in_language)
    alone = rank_within_languages(encoded, budget=1 << 20)
    same = pool.query_language[ranks.query] == pool.passage_language[ranks.passage]
    np.testing.assert_array_equal(alone.language_rank, in_language[same])


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_says_what_it_is(kind: str, model: Any, request: pytest.FixtureRequest) -> None:
    folder = str(request.getfixturevalue(kind))
    by_name, by_object = given_encoder(folder), given_encoder(model)
    assert type(by_name) is type(by_object) is KINDS[kind][1]
    assert encoder_fingerprint(by_name) == encoder_fingerprint(by_object) == encoder_fingerprint(given_encoder(model))
    with pytest.raises(EncoderError, match=r"is a (sparse|late-interaction) encoder and has no dense vectors"):
        load_encoder(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_passages_are_encoded_once_and_equal_texts_as_one(
    kind: str, model: Any, pool: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, seen = given_encoder(model), []
    encode = model.encode_document
    monkeypatch.setattr(
        model, "encode_document", lambda texts, **options: seen.extend(texts) or encode(texts, **options)
    )
    for _ in range(2):
        encode_collection(encoder, pool)
    assert sorted(seen) == sorted(set(pool.passages["text"].to_pylist()))


class Given:
    """A sparse encoder of two dimensions, that gives each text the weights that it says: ``0.5 nan``."""

    model_type, similarity_fn_name = "SparseEncoder", "dot"

    def encode_query(self, texts: list[str], **_: Any) -> torch.Tensor:
        return torch.tensor([[float(weight) for weight in text.split()] for text in texts]).to_sparse()

    encode_document = encode_query


class GivenTokens:
    """Late interaction in which each word of a text is its vector: ``1 0,0 nan``."""

    model_type, similarity_fn_name = "MultiVectorEncoder", "maxsim"

    def encode_query(self, texts: list[str], **_: Any) -> list[Any]:
        return [np.array([[float(number) for number in word.split()] for word in text.split(",")]) for text in texts]

    encode_document = encode_query


def _collection(*passages: str) -> Collection:
    """One query, which asks for the first dimension."""
    rows = [{"id": str(n), "text": text, "lang": "en"} for n, text in enumerate(passages)]
    queries = [{"id": "q", "text": "1 0", "lang": "en"}]
    return Collection.from_rows("few", queries=queries, passages=rows, relevant={("q", "0"): 1})


def test_a_vector_without_a_weight_matches_nothing_and_what_is_no_number_is_named() -> None:
    def encoded(said: str, *passages: str) -> Encoded:
        model = Given()
        model.similarity_fn_name = said
        return encode_collection(SparseModel(model), _collection(*passages))

    for said, score in (("dot", 4), ("cosine", 1)):
        found = encoded(said, "0 0", "4 0")
        scores = found.similarity.block(found.passages).scores(found.queries)
        assert scores[0].tolist() == [0, score]
    with pytest.raises(EncoderError, match="Given returned NaN or infinite values for the passage 'nan 0'"):
        encoded("dot", "1 0", "nan 0")
    with pytest.raises(EncoderError, match="Given compares sparse vectors by euclidean, but isoglot ranks them by dot"):
        encoded("euclidean", "1 0")


def test_a_token_without_direction_is_left_out_and_what_is_no_number_is_named() -> None:
    found = encode_collection(TokenModel(GivenTokens()), _collection("-3 0,0 0", "2 0,-1 0", "0 0"))
    scores = found.similarity.block(found.passages).scores(found.queries)
    assert scores[0].tolist() == [-3, 2, NO_TOKENS]
    with pytest.raises(EncoderError, match="GivenTokens returned NaN or infinite values for the passage '1 0,nan 0'"):
        encode_collection(TokenModel(GivenTokens()), _collection("1 0,nan 0"))
