from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from helpers.tiny import write_tiny_encoder
from isoglot.cache import CACHE_VARIABLE, cache_dir
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.errors import EncoderError

Vectors = npt.NDArray[np.float32]


def numbers(texts: list[str], sign: int = 1) -> Vectors:
    """A vector that tells the text and the role."""
    return np.array([[sign * len(text), sum(map(ord, text))] for text in texts], dtype=np.float32)


class Counting:
    """The least that is an encoder; it remembers what it was asked."""

    similarity_fn_name = "dot"  # so that the vectors come as they are

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        self.asked += inputs
        return numbers(inputs)

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        self.asked += inputs
        return numbers(inputs, sign=-1)


class Unwilling:
    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        raise AssertionError("the vectors were to come from the cache")

    encode_document = encode_query


class Returning(Counting):
    def __init__(self, make: Callable[[list[str]], Any]) -> None:
        super().__init__()
        self.make = make

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        vectors: Vectors = self.make(inputs)
        return vectors


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def model(tiny: Path) -> SentenceTransformer:
    return SentenceTransformer(str(tiny), device="cpu")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(["a", "b", "c" * 900]), st.text(max_size=600)), min_size=1, max_size=30))
def test_every_text_is_encoded_once_and_vectors_come_in_the_order_of_the_texts(texts: list[str]) -> None:
    encoder = Counting()
    steps: list[int] = []
    vectors = embed(encoder, texts, role="query", progress=steps.append)
    np.testing.assert_array_equal(vectors, numbers(texts))
    assert sorted(encoder.asked) == sorted(set(texts))
    assert sum(steps) == len(texts)


def test_the_role_chooses_the_method() -> None:
    np.testing.assert_array_equal(embed(Counting(), ["ab"], role="query"), numbers(["ab"]))
    np.testing.assert_array_equal(embed(Counting(), ["ab"], role="passage"), numbers(["ab"], sign=-1))


def test_a_second_call_is_answered_by_the_cache() -> None:
    texts = ["one", "two", "one", "three"]
    steps: list[int] = []
    first = embed(Counting(), texts, role="query", fingerprint="f" * 64)
    second = embed(Unwilling(), texts, role="query", fingerprint="f" * 64, progress=steps.append)
    np.testing.assert_array_equal(first, second)
    assert sum(steps) == 4


@pytest.mark.parametrize(("role", "fingerprint"), [("passage", "f" * 64), ("query", "e" * 64), ("query", None)])
def test_another_role_or_encoder_is_not(role: Any, fingerprint: str | None) -> None:
    texts = ["one", "two"]
    embed(Counting(), texts, role="query", fingerprint="f" * 64)
    encoder = Counting()
    vectors = embed(encoder, texts, role=role, fingerprint=fingerprint)
    assert sorted(encoder.asked) == texts
    np.testing.assert_array_equal(vectors, numbers(texts, sign=1 if role == "query" else -1))


def test_an_added_text_costs_a_text_whatever_it_comes_with() -> None:
    embed(Counting(), ["one", "two", "three"], role="query", fingerprint="f" * 64)
    encoder = Counting()
    texts = ["four", "two", "onetwo", "one", "two"]
    steps: list[int] = []
    vectors = embed(encoder, texts, role="query", fingerprint="f" * 64, progress=steps.append)
    assert sorted(encoder.asked) == ["four", "onetwo"]
    assert sum(steps) == 5
    np.testing.assert_array_equal(vectors, numbers(texts))


def test_without_a_fingerprint_nothing_is_kept(cache: Path) -> None:
    embed(Counting(), ["one"], role="query")
    assert not cache.exists()


class Dying(Counting):
    """Stops for good after some texts, as a killed process does."""

    def __init__(self, lives: int) -> None:
        super().__init__()
        self.lives = lives

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        if len(self.asked) + len(inputs) > self.lives:
            raise KeyboardInterrupt
        return super().encode_query(inputs)


def test_after_a_kill_only_what_was_not_finished_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isoglot.encoder.batches._TOGETHER_CPU", 10)
    monkeypatch.setattr("isoglot.encoder.batches._TEXTS", 5)
    texts = [f"text {n}" for n in range(35)]
    with pytest.raises(KeyboardInterrupt):
        embed(Dying(25), texts, role="query", fingerprint="f" * 64)
    second = Counting()
    vectors = embed(second, pa.chunked_array([texts[:7], texts[7:]]), role="query", fingerprint="f" * 64)
    assert sorted(second.asked) == sorted(texts[20:])
    np.testing.assert_array_equal(vectors, numbers(texts))


@given(st.lists(st.text(max_size=3), min_size=1, max_size=40), st.data())
def test_any_part_is_read_from_any_shards(texts: list[str], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("isoglot.encoder.batches._TOGETHER_CPU", 4)
        vectors = embed(Counting(), texts, role="query")
    wanted = np.array(data.draw(st.lists(st.integers(0, len(texts) - 1))), dtype=np.int64)
    np.testing.assert_array_equal(vectors[wanted], numbers(texts)[wanted])
    assert vectors.shape == (len(texts), 2)


def test_normalised_vectors_have_length_1_and_the_same_direction() -> None:
    texts = ["a", "bb", "a", "ccc"]
    vectors = embed(Counting(), texts, role="query")
    plain, unit = np.asarray(vectors), np.asarray(vectors.normalised())
    np.testing.assert_allclose(unit * np.linalg.norm(plain, axis=1, keepdims=True), plain, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda texts: numbers(texts)[:-1], r"shape \(2, 2\) for 3 texts: it must be \(3, width\)"),
        (lambda texts: numbers(texts)[:, 0], r"shape \(3,\) for 3 texts: it must be \(3, width\)"),
        (lambda texts: numbers(texts)[None], r"shape \(1, 3, 2\) for 3 texts"),
        (lambda texts: np.where(numbers(texts) == 2, np.nan, 1), "NaN or infinite values for the query 'bb'"),
        (
            lambda texts: np.where(numbers(texts) == 3, np.inf, 1),
            "NaN or infinite values for the query 'ccc'",
        ),
    ],
    ids=["too few", "one dimension", "three dimensions", "nan", "infinite"],
)
def test_what_is_no_vector_for_each_text_is_an_error(make: Callable[[list[str]], Any], message: str) -> None:
    with pytest.raises(EncoderError, match=message):
        embed(Returning(make), ["a", "bb", "ccc"], role="query", fingerprint="f" * 64)
    assert not [path for path in cache_dir().rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_batches_of_different_width_are_an_error() -> None:
    narrow = Returning(lambda texts: numbers(texts)[:, : 2 if len(texts[0]) > 500 else 1])
    with pytest.raises(EncoderError, match="query vectors of different widths: 2 and 1"):
        embed(narrow, ["a" * 1_000] + [f"{n}" for n in range(40)], role="query")


def test_no_text_is_an_error() -> None:
    with pytest.raises(EncoderError, match="no passage to encode"):
        embed(Counting(), [], role="passage")


def test_vectors_are_those_of_sentence_transformers_with_its_prompts(model: SentenceTransformer) -> None:
    model.prompts = {"query": "ask: ", "document": "tell: "}
    texts = ["a b c", "z", "a b c", "a much longer text than these"]
    plain = [f"ask: {text}" for text in texts], [f"tell: {text}" for text in texts]
    found = embed(model, texts, role="query"), embed(model, texts, role="passage")
    for inputs, vectors in zip(plain, found, strict=True):
        np.testing.assert_allclose(vectors, model.encode(inputs), atol=1e-5)
    assert not np.allclose(*found, atol=1e-3)


def test_encoding_does_not_change_the_fingerprint(model: SentenceTransformer, tiny: Path) -> None:
    before = encoder_fingerprint(model)
    embed(model, ["short", "long " * 300], role="query")
    assert encoder_fingerprint(model) == before
    assert encoder_fingerprint(SentenceTransformer(str(tiny), device="cpu")) == before


def change_weight(model: SentenceTransformer) -> None:
    next(iter(model.parameters())).data[0, 0] += 1


def change_prompt(model: SentenceTransformer) -> None:
    model.prompts = {"query": "query: ", "document": "passage: "}


def change_default_prompt(model: SentenceTransformer) -> None:
    model.default_prompt_name = "document"


def change_length(model: SentenceTransformer) -> None:
    model.max_seq_length = 32


def change_tokenizer(model: SentenceTransformer) -> None:
    model.tokenizer.backend_tokenizer.normalizer = None


@pytest.mark.parametrize(
    "change", [change_weight, change_prompt, change_default_prompt, change_length, change_tokenizer]
)
def test_what_changes_vectors_changes_the_fingerprint(
    model: SentenceTransformer, change: Callable[[SentenceTransformer], None]
) -> None:
    before = encoder_fingerprint(model)
    change(model)
    assert encoder_fingerprint(model) != before


def test_an_object_without_weights_has_no_fingerprint() -> None:
    assert encoder_fingerprint(Counting()) is None


def test_static_embeddings_whose_tokenizer_is_not_transformers_are_encoded() -> None:
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1, "b": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    model = SentenceTransformer(modules=[StaticEmbedding(words, embedding_dim=8)], device="cpu")
    texts = ["a b", "b", "a", "b"]
    np.testing.assert_allclose(embed(model, texts, role="query"), model.encode(texts), atol=1e-6)


def test_an_encoder_that_compares_in_another_way_is_refused_before_encoding() -> None:
    encoder = Counting()
    encoder.similarity_fn_name = "hamming"
    with pytest.raises(
        EncoderError, match="compares vectors by 'hamming', but isoglot ranks by cosine, dot, euclidean"
    ):
        embed(encoder, ["text"], role="query")
    assert not encoder.asked
