"""What is said to be cut is what the training collator cuts."""

from pathlib import Path

import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from isoglot.data.parallel import ParallelDataset
from isoglot.linting.texts import emptiness, sample_texts, text_findings
from isoglot.linting.tokens import limits, token_counts, token_findings, tokens
from isoglot.roles import Role
from isoglot.training.collator import PairCollator
from isoglot.training.config import EncoderConfig
from isoglot.training.model import trainable_encoder

TEXTS = [
    "a",
    "bb cc",
    "dd eee ffff",
    "seven of nine",
    "four score and seven",
    "x" * 10,
    "y" * 11,
    "z" * 12,
    "",
    "w" * 99,
]


def collated(model: SentenceTransformer, text: str, *, prompt: str, limit: int | None) -> int:
    """Tokens of a text as training gives them to the encoder."""
    batch = PairCollator(model, prompts={"query": prompt}, limits={"query": limit})([{"query": text}])
    return int(batch["query_input_ids"].numel())


@pytest.fixture(params=["transformer", "static"])
def model(request: pytest.FixtureRequest, tiny_encoder: Path) -> SentenceTransformer:
    loaded = trainable_encoder(EncoderConfig.model_validate({"name": str(tiny_encoder), "query_prompt": "ask: "}))
    if request.param == "transformer":
        return loaded
    backend = loaded.tokenizer.backend_tokenizer
    static = SentenceTransformer(modules=[StaticEmbedding(backend, embedding_dim=8)], device="cpu")
    static.prompts = loaded.prompts
    return static


@pytest.mark.parametrize("limit", [6, 16, 17, None])
def test_cut_texts_are_those_that_the_collator_cuts(model: SentenceTransformer, limit: int | None) -> None:
    prompt = model.prompts["query"]
    config = EncoderConfig.model_validate({"name": "tiny", "query_tokens": limit})
    bound = limits(config, model)["query"]
    full = [collated(model, text, prompt=prompt, limit=10_000) for text in TEXTS]
    assert token_counts(model, TEXTS, prompt=prompt).tolist() == full
    cut = [collated(model, text, prompt=prompt, limit=limit) < whole for text, whole in zip(TEXTS, full, strict=True)]
    for text, expected in zip(TEXTS, cut, strict=True):
        found = tokens(model, {("query", "en"): [text]}, {"query": bound, "passage": bound})["query", "en"]
        assert found.cut == expected
    assert any(cut) == (limit is not None or not isinstance(model[0], StaticEmbedding))


def test_the_limit_to_try_leaves_texts_whole(tiny_encoder: Path) -> None:
    config = EncoderConfig.model_validate({"name": str(tiny_encoder), "passage_tokens": 20})
    model = trainable_encoder(config)
    sample: dict[tuple[Role, str], list[str]] = {
        ("passage", "en"): ["a" * n for n in range(1, 41)],
        ("passage", "de"): ["b"] * 40,
    }
    bound = limits(config, model)
    found = tokens(model, sample, bound)
    [warning] = token_findings(found, bound, most=64, items=40)
    assert (warning.severity, warning.key) == ("warning", "encoder.passage_tokens")
    assert "in 1 of 2 languages" in warning.message
    again = tokens(model, sample, {"query": 64, "passage": warning.value})
    assert again["passage", "en"].cut == 2 / 40
    assert tokens(model, sample, {"query": 64, "passage": warning.value - 1})["passage", "en"].cut > 0.05
    [beyond] = token_findings(found, bound, most=30, items=40)
    assert beyond.value == 30
    assert "all the encoder takes" in beyond.message


def test_empty_and_tiny_texts_are_told_by_language() -> None:
    rows = [
        {
            "id": str(n),
            "group": str(n),
            "domain": "d",
            "query": {"en": "?!" if n == 0 else "What is it?"},
            "passage": {"en": "A thing of beauty.", "zh": "长" if n < 5 else "这是一个很美丽的东西"},
        }
        for n in range(10)
    ]
    data = ParallelDataset.from_rows(rows, languages=["en", "zh"], key="tiny texts")
    found = emptiness(sample_texts(data))
    assert found["query", "en"].empty == 0.1
    assert (found["passage", "en"].tiny, found["passage", "zh"].tiny) == (0, 0.5)
    empty, tiny = text_findings(found)
    assert "en queries 10.0%" in empty.message
    assert "zh passages 50.0%" in tiny.message


def test_a_sample_is_the_same_every_time_and_all_where_there_are_few() -> None:
    rows = [
        {"id": str(n), "group": str(n), "domain": "d", "query": {"en": f"q {n}"}, "passage": {"en": f"p {n}"}}
        for n in range(50)
    ]
    data = ParallelDataset.from_rows(rows, languages=["en"], key="fifty texts")
    assert sample_texts(data)["query", "en"] == [f"q {n}" for n in range(50)]
    some = sample_texts(data, size=20)
    assert some == sample_texts(data, size=20)
    assert len(set(some["query", "en"])) == 20
