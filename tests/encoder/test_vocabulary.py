import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from isoglot.encoder import vocabulary
from isoglot.encoder.vocabulary import restore_vocabulary, trim_vocabulary
from isoglot.errors import EncoderError

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
HEAD = ["unused0", "[PAD]", "unused1", *SPECIALS[1:]]  # trimming moves every special id but the padding's
ALPHABET = "abcde"  # "e" is in no vocabulary


def pieces() -> list[str]:
    """Single letters, some pairs and triples; not every piece can be spelt with shorter ones."""
    rng = np.random.default_rng(5)
    longer = {"".join(rng.choice(list("abcd"), size)) for size in (2, 3, 4) for _ in range(9)}
    return ["b", "c", *sorted(longer)]


def unigram() -> Tokenizer:
    words = [*pieces(), *("▁" + piece for piece in pieces()), "▁"]
    scores = -np.random.default_rng(6).gamma(3, 4, len(words))
    vocabulary = [(special, 0.0) for special in HEAD] + list(zip(words, scores.tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=HEAD.index("[UNK]")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", HEAD.index("[CLS]")), ("[SEP]", HEAD.index("[SEP]"))],
    )
    return tokenizer


def wordpiece() -> Tokenizer:
    words = [*HEAD, *pieces(), *("##" + piece for piece in pieces()), ":", "q", "w", "x", "xy", "##yz"]
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", HEAD.index("[SEP]")), ("[CLS]", HEAD.index("[CLS]")))
    return tokenizer


def encoder(folder: Path, backend: Tokenizer) -> SentenceTransformer:
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, **dict(zip(names, SPECIALS, strict=True)))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=backend.get_vocab_size() + 2,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        pad_token_id=HEAD.index("[PAD]"),
    )
    tokenizer.save_pretrained(folder)
    BertModel(config).save_pretrained(folder)
    modules = [Transformer(str(folder)), Pooling(16, pooling_mode="mean")]
    return SentenceTransformer(modules=modules, device="cpu", prompts={"query": "q", "document": "bad:"})


@pytest.fixture(scope="module", params=[unigram, wordpiece])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    return encoder(tmp_path_factory.mktemp("encoder"), request.param())


TEXTS = ["abc cab", "bb dd", "cc a", "[MASK] bc"]


def test_embeddings_of_the_texts_do_not_change(model: SentenceTransformer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_BATCH", 3)
    model = copy.deepcopy(model)
    full = model[0].model.config.vocab_size
    before = [model.encode(TEXTS), model.encode_query(TEXTS), model.encode_document(TEXTS)]

    trimmed = trim_vocabulary(model, iter(TEXTS))

    after = [model.encode(TEXTS), model.encode_query(TEXTS), model.encode_document(TEXTS)]
    np.testing.assert_allclose(after, before, atol=1e-6)
    embedding = model[0].model.get_input_embeddings()
    rows = len(embedding.weight)
    assert model.tokenizer.pad_token_id == embedding.padding_idx == HEAD.index("[PAD]")
    assert rows == len(trimmed.kept) == len(model.tokenizer) == model[0].model.config.vocab_size
    assert rows < full


def test_restoring_brings_back_everything_and_keeps_what_was_learnt(model: SentenceTransformer, tmp_path: Path) -> None:
    model = copy.deepcopy(model)
    embedding = model[0].model.get_input_embeddings()
    before, ids = embedding.weight.detach().clone(), model.tokenizer(["dab abcd"] * 2)["input_ids"]
    trimmed = trim_vocabulary(model, TEXTS)
    word = model.tokenizer("bc")["input_ids"][1]
    with torch.no_grad():
        model[0].model.get_input_embeddings().weight[word] += 1

    restore_vocabulary(model, trimmed)
    model.save_pretrained(str(tmp_path), create_model_card=False)

    restored = SentenceTransformer(str(tmp_path), device="cpu")
    for each in (model, restored):
        assert each.tokenizer(["dab abcd"] * 2)["input_ids"] == ids
        changed = each[0].model.get_input_embeddings().weight.detach() - before
        assert each.tokenizer("bc")["input_ids"][1] == trimmed.kept[word]
        torch.testing.assert_close(changed[trimmed.kept[word]], torch.ones(16))
        assert changed.count_nonzero() == 16
        assert each[0].model.config.vocab_size == len(before)
    with pytest.raises(EncoderError, match="restore the model that was trimmed, once"):
        restore_vocabulary(model, trimmed)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(ALPHABET + " ", max_size=12), min_size=1, max_size=4))
@example(["xyz", "x", "wyz"])  # without "xy", which leads nowhere, WordPiece would spell "xyz" as "x" and "##yz"
def test_the_texts_are_segmented_as_before(model: SentenceTransformer, texts: list[str]) -> None:
    read = texts + [prompt + text for prompt in model.prompts.values() for text in texts]
    before = model.tokenizer(read)["input_ids"]

    trimmed = trim_vocabulary(model, texts)
    after = model.tokenizer(read)["input_ids"]
    restore_vocabulary(model, trimmed)

    assert [trimmed.kept[ids].tolist() for ids in after] == before


def test_frozen_embeddings_stay_frozen(model: SentenceTransformer) -> None:
    model = copy.deepcopy(model)
    model[0].model.get_input_embeddings().weight.requires_grad_(False)

    trimmed = trim_vocabulary(model, TEXTS)
    assert not model[0].model.get_input_embeddings().weight.requires_grad
    restore_vocabulary(model, trimmed)
    assert not model[0].model.get_input_embeddings().weight.requires_grad


def test_bpe_is_refused(tmp_path: Path) -> None:
    backend = Tokenizer(models.BPE({piece: i for i, piece in enumerate(SPECIALS)}, [], unk_token="[UNK]"))

    with pytest.raises(EncoderError, match="a BPE vocabulary cannot be trimmed"):
        trim_vocabulary(encoder(tmp_path, backend), TEXTS)
