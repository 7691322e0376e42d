"""A repaired encoder's embeddings are its base's, transformed: nothing is encoded again."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize

from helpers.repairing import WIDTH, by_language, repair, whatever_language
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.bylanguage import declared
from isoglot.encoder.embed import embed
from isoglot.encoder.embeddings import Embeddings, Move
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, EncoderError
from isoglot.roles import ROLES, Role

# Some twice, one of them in two languages; long and short ones, so that a batch does not have the texts' order.
TEXTS = ["a few words", "b", "other words, and more of them than there were", "b", "b", "a few words", "one more"]
TAGS = ["de", "en", "de", "en", "de", "de", "sw"]
SAID = "ignore:the transform was not fitted on Swahili"


class Counter:
    """What encoders were asked to encode; refuses once it is closed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = False

    def count(self, texts: list[str]) -> None:
        if self.closed:
            raise AssertionError(f"{texts} were encoded again")
        self.asked += texts


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    found = Counter()
    for method in ("encode_query", "encode_document"):
        before = getattr(SentenceTransformer, method)

        def counting(model: SentenceTransformer, inputs: list[str], *, _before: Any = before, **options: Any) -> Any:
            found.count(inputs)
            return _before(model, inputs, **options)

        monkeypatch.setattr(SentenceTransformer, method, counting)
    return found


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


@pytest.fixture(params=["as it comes", "of length 1"])
def base(tiny_encoder: Path, request: pytest.FixtureRequest) -> SentenceTransformer:
    model = SentenceTransformer(str(tiny_encoder), device="cpu", prompts={"query": "q: ", "document": "d: "})
    if request.param == "of length 1":
        model.append(Normalize())
    return model


def both_roles(model: SentenceTransformer, **options: Any) -> dict[Role, Embeddings]:
    own = encoder_fingerprint(model)
    return {role: embed(model, TEXTS, role=role, fingerprint=own, **options) for role in ROLES}


@pytest.mark.filterwarnings(SAID)
@pytest.mark.parametrize("unit", [True, False], ids=["cosine", "dot"])
@pytest.mark.parametrize("kind", ["by language", "by language, multiplied", "whatever language", "one matrix"])
def test_cached_vectors_of_the_base_are_moved_as_the_encoder_would(
    kind: str, unit: bool, base: SentenceTransformer, counter: Counter, tmp_path: Path
) -> None:
    base.similarity_fn_name = "cosine" if unit else "dot"
    transform = {
        "by language": by_language(unit=unit),
        "by language, multiplied": by_language(matrices=2, unit=unit),
        "whatever language": whatever_language(unit=unit),
        "one matrix": whatever_language(sides=1, unit=unit),
    }[kind]
    model = load_encoder(str(repair(base, transform, tmp_path / "out")))
    direct = [getattr(model, name)(declared(TEXTS, TAGS)) for name in ("encode_query", "encode_document")]
    counter.asked.clear()
    both_roles(base)
    assert sorted(counter.asked) == sorted(2 * [*set(TEXTS)])
    counter.closed = True
    found = both_roles(model, languages=TAGS)
    for role, expected in zip(ROLES, direct, strict=True):
        np.testing.assert_allclose(found[role], expected, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(found[role][np.array([6, 0])], expected[[6, 0]], rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(found[role][3:4], found[role][1:2])  # "b" in English, to the bit
        assert kind in ("whatever language", "one matrix") or (found[role][4] != found[role][3]).any()  # in German
        assert unit == np.allclose(np.linalg.norm(found[role], axis=1), 1, atol=1e-6)


def test_the_repaired_encoder_leaves_vectors_for_its_base(
    base: SentenceTransformer, counter: Counter, tmp_path: Path
) -> None:
    model = load_encoder(str(repair(base, by_language(), tmp_path / "out")))
    found = both_roles(model, languages=["en"] * len(TEXTS))
    counter.closed = True
    raw = both_roles(base)
    for role in ROLES:
        vectors = np.asarray(raw[role].normalised())
        expected = by_language().apply(vectors, np.full(len(TEXTS), 1), role)
        np.testing.assert_allclose(found[role].normalised(), expected, atol=1e-6)


def test_without_a_language_it_is_told_from_the_text(base: SentenceTransformer, tmp_path: Path) -> None:
    texts = ["Where do I change the settings of this page?", "Wo kann ich die Einstellungen dieser Seite ändern?"]
    model = load_encoder(str(repair(base, by_language(), tmp_path / "out")))
    told, said = embed(model, texts, role="query"), embed(model, texts, role="query", languages=["en", "de"])
    np.testing.assert_array_equal(told, said)
    np.testing.assert_allclose(told, model.encode_query(texts), atol=1e-6)


def test_languages_may_be_a_column_and_those_that_were_not_fitted_are_named(
    base: SentenceTransformer, tmp_path: Path
) -> None:
    model = load_encoder(str(repair(base, by_language(), tmp_path / "out")))
    column = pa.chunked_array([TAGS[:3], TAGS[3:]])
    with pytest.warns(UserWarning, match=r"not fitted on Swahili \(sw\): its texts are treated as of no language"):
        found = embed(model, TEXTS, role="query", languages=column)
    with pytest.warns(UserWarning, match="Swahili"):
        np.testing.assert_array_equal(found, embed(model, TEXTS, role="query", languages=TAGS))


def test_every_text_has_one_language(base: SentenceTransformer) -> None:
    with pytest.raises(ConfigError, match="7 texts need as many languages, but got 2"):
        embed(base, TEXTS, role="query", languages=["de", "en"])


def test_a_vector_that_is_moved_to_nothing_is_refused(base: SentenceTransformer, tmp_path: Path) -> None:
    nothing: Affine = affine(("de", "en"), WIDTH, matrices=np.zeros((1, WIDTH, WIDTH)))
    model = load_encoder(str(repair(base, nothing, tmp_path / "out")))
    found = embed(model, TEXTS, role="passage")
    with pytest.raises(EncoderError, match="moves a passage vector to zero"):
        np.asarray(found)


def test_an_empty_text_may_stay_without_direction() -> None:
    alone: Affine = affine(("de", "en"), WIDTH)
    blank = np.zeros((1, WIDTH), dtype=np.float32)  # as a static encoder gives it
    found = Embeddings([blank], np.array([0]), move=Move(alone, np.array([0]), "passage"))
    np.testing.assert_array_equal(found, blank)
