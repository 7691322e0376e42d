from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from helpers.training import assert_same, interrupt_at, parse, weights
from isoglot.errors import ConfigError, EncoderError, TrainingInterrupted
from isoglot.training.collator import PairCollator
from isoglot.training.train import train

WORDS = ["[UNK]", "unread", "de", "en", "es", "question", "passage", "text", *(f"w{n}" for n in range(48))]


@pytest.fixture
def config(config: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The usual small configuration, with a static encoder of whole words."""
    tokenizer = Tokenizer(models.WordPiece({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    torch.manual_seed(0)
    modules = [StaticEmbedding(tokenizer, embedding_dim=16), Normalize()]
    folder = tmp_path / "static"
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder), create_model_card=False)
    encoder = {"name": str(folder), "query_prompt": "", "passage_prompt": ""}
    return {**config, "encoder": encoder, "optimization": {**config["optimization"], "weight_decay": 0}}


@pytest.mark.parametrize("policy", ["hybrid", "mixed"])
def test_a_static_encoder_learns_and_pieces_that_are_not_read_stay(config: dict[str, Any], policy: str) -> None:
    optimization = {"steps": 30, "check_every": 30, "learning_rate": 0.05}
    settings = parse(config, batch={"policy": policy}, optimization=optimization)
    entries: list[dict[str, Any]] = []
    trained = weights(train(settings, report=entries.append).folder)
    losses = [entry["loss"] for entry in entries if "loss" in entry]
    assert losses[-1] < 0.5 * losses[0]
    before = weights(Path(settings.encoder.name))
    changed = (trained["0.embedding.weight"] != before["0.embedding.weight"]).any(dim=1)
    assert not changed[:2].any()
    assert changed[2:].sum() > 40


def test_a_trimmed_run_ends_where_a_whole_one_does(config: dict[str, Any]) -> None:
    whole = train(parse(config))
    trimmed = train(parse(config, encoder={"trim_vocabulary": True}, output=str(whole.folder.with_name("trimmed"))))
    assert_same(weights(whole.folder), weights(trimmed.folder))


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(config: dict[str, Any]) -> None:
    whole = train(parse(config))
    cut = parse(config, output=str(whole.folder.with_name("cut")))
    with pytest.raises(TrainingInterrupted):
        train(cut, report=interrupt_at(6))
    assert_same(weights(whole.folder), weights(train(cut, resume=True).folder))


def test_texts_are_cut_in_training_and_whole_again_after_it(config: dict[str, Any]) -> None:
    model = SentenceTransformer(config["encoder"]["name"], device="cpu")
    rows = [{"query": "w1 w2 w3 w4", "passage": "w5 w6 w7 w8"}] * 2
    limits = {"query": 3, "passage": None}
    batch = PairCollator(model=model, prompts={"query": "question ", "passage": ""}, limits=limits)(rows)
    read = [WORDS[piece] for piece in batch["query_input_ids"].tolist()]
    assert read == ["question", "w1", "w2"] * 2
    assert len(batch["passage_input_ids"]) == 8
    assert model.tokenizer.truncation is None
    model.tokenizer.enable_truncation(2, stride=1)
    before = model.tokenizer.truncation
    PairCollator(model=model, prompts={"query": "", "passage": ""}, limits=limits)(rows)
    assert model.tokenizer.truncation == before


@pytest.mark.parametrize(
    ("section", "key", "value", "error"),
    [
        ("optimization", "weight_decay", 0.01, ConfigError),
        ("optimization", "mini_batch", 4, ConfigError),
        ("encoder", "freeze_embeddings", True, EncoderError),
        ("encoder", "freeze_layers", 1, EncoderError),
    ],
)
def test_what_a_static_encoder_has_not_is_refused(
    config: dict[str, Any], section: str, key: str, value: float, error: type[Exception]
) -> None:
    with pytest.raises(error, match=key):
        train(parse(config, **{section: {key: value}}))
