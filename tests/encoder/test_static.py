import copy
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from helpers.tiny import write_tiny_encoder
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.folders import folder_of
from isoglot.encoder.load import load_encoder
from isoglot.encoder.static import static_encoder
from isoglot.encoder.vocabulary import restore_vocabulary, trim_vocabulary
from isoglot.errors import EncoderError

SPECIALS = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"]
WORDS = [f"▁w{n}" for n in range(40)]  # one piece each, the first the most frequent
PROBABILITIES = 2.0 ** -np.arange(1, 41)
WIDTH = 8


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    """A random BERT over whole words, with prompts and dropout, neither of which a static encoder may show."""
    folder = tmp_path_factory.mktemp("unigram")
    scores = np.log(PROBABILITIES).tolist()
    vocabulary = [(special, 0.0) for special in SPECIALS] + list(zip(WORDS, scores, strict=True))
    backend = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 2)]
    )
    names = ("cls_token", "pad_token", "sep_token", "unk_token")
    PreTrainedTokenizerFast(tokenizer_object=backend, **dict(zip(names, SPECIALS, strict=True))).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder)
    modules = [Transformer(str(folder), max_seq_length=4), Pooling(WIDTH, pooling_mode="mean")]
    return SentenceTransformer(modules=modules, device="cpu", prompts={"query": "w0 ", "document": "w1 "})


@pytest.fixture(scope="module")
def static(transformer: SentenceTransformer) -> SentenceTransformer:
    transformer.encode("w1 w2 w3 w4 w5 w6")  # leaves its length limit in the tokenizer
    assert transformer.tokenizer.backend_tokenizer.truncation is not None
    transformer.train()
    made = static_encoder(transformer)
    assert transformer.training
    transformer.eval()
    return made


def test_a_piece_has_the_transformers_vector_of_it_whitened_and_weighted(
    transformer: SentenceTransformer, static: SentenceTransformer
) -> None:
    pieces = [3, *range(4, 44)]  # the unknown one and the words
    alone = transformer.encode(["unseen", *(word.removeprefix("▁") for word in WORDS)], prompt="")
    frequency = np.array([0.0, *PROBABILITIES])
    found = static[0].embedding.weight.detach().numpy()[pieces] * ((3e-5 + frequency) / 3e-5)[:, None]

    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-4)
    varying = WIDTH - 1  # LayerNorm leaves one direction without variance
    np.testing.assert_allclose(np.linalg.svd(found / np.sqrt(41))[1], [1] * varying + [0], atol=1e-3)
    # Whitened vectors have the dot products that Mahalanobis gives the transformer's own.
    centred = (alone - alone.mean(axis=0)).astype(np.float64)
    mahalanobis = centred @ np.linalg.pinv(centred.T @ centred / 41, rcond=1e-6) @ centred.T
    np.testing.assert_allclose(found @ found.T, mahalanobis, atol=1e-3)
    assert not static[0].embedding.weight[:3].any()


def test_order_and_length_limit_make_no_difference_and_there_is_no_prompt(static: SentenceTransformer) -> None:
    one, other, query = "w3 w9 w20 w31 w31", "w31 w20 w31 w3 w9", "w3 w9"
    np.testing.assert_allclose(static.encode(one), static.encode(other), atol=1e-6)
    assert np.linalg.norm(static.encode(one)) == pytest.approx(1)
    assert abs(static.encode(one) - static.encode(one + " w8")).max() > 1e-3  # which is the sixth word of four
    np.testing.assert_array_equal(static.encode_query(query), static.encode(query))
    np.testing.assert_array_equal(static.encode_document(query), static.encode(query))


def test_static_e5_small_is_made_once_and_whole(
    transformer: SentenceTransformer, static: SentenceTransformer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    e5 = folder_of("e5-small")
    assert e5 is not None
    assert e5.parent == tmp_path / "encoders"
    transformer.save_pretrained(str(e5), create_model_card=False)
    texts = ["w1 w2", "w33", "nothing known"]
    made = embed(load_encoder("static-e5-small"), texts, role="query")
    np.testing.assert_allclose(made, static.encode(texts), atol=1e-5)
    shutil.rmtree(e5)
    np.testing.assert_array_equal(embed(load_encoder("static-e5-small"), texts, role="query"), made)
    assert len(list((tmp_path / "encoders").iterdir())) == 1  # nothing half-made is left


def test_a_trimmed_static_encoder_gives_the_same_and_is_made_whole_again(static: SentenceTransformer) -> None:
    model = copy.deepcopy(static)
    texts, other = ["w1 w2 w30", "w7 unseen"], "w4 w5"
    before = static.encode([*texts, other])

    trimmed = trim_vocabulary(model, texts)
    np.testing.assert_allclose(model.encode(texts), before[:2], atol=1e-6)
    assert model[0].num_embeddings == len(model[0].embedding.weight) == len(trimmed.kept) < 44
    with torch.no_grad():
        model[0].embedding.weight += 1
    restore_vocabulary(model, trimmed)

    np.testing.assert_allclose(model.encode(other), before[2], atol=1e-6)
    changed = (model[0].embedding.weight != static[0].embedding.weight).any(dim=1)
    assert np.flatnonzero(changed.numpy()).tolist() == trimmed.kept.tolist()


def test_another_tokenizer_is_refused(tmp_path: Path) -> None:
    word_piece = SentenceTransformer(str(write_tiny_encoder(tmp_path)), device="cpu")
    with pytest.raises(EncoderError, match="only from a transformer with a fast Unigram"):
        static_encoder(word_piece)


def test_another_tokenizer_is_another_encoder(transformer: SentenceTransformer) -> None:
    """Embeddings are cached under the fingerprint, and equal weights give other vectors with another tokenizer."""
    encoder, other = static_encoder(transformer), static_encoder(transformer)
    assert encoder_fingerprint(encoder) == encoder_fingerprint(other)
    other[0].tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert encoder_fingerprint(encoder) != encoder_fingerprint(other)
