"""Encoders of sentence-transformers of a few thousand weights, made on the spot: real code paths, no download."""

from pathlib import Path

import torch
from sentence_transformers import MultiVectorEncoder, SentenceTransformer, SparseEncoder
from sentence_transformers.base.modules import Normalize
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from sentence_transformers.sparse_encoder.modules import SpladePooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForMaskedLM, BertModel, PreTrainedModel, PreTrainedTokenizerFast

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_CHARACTERS = [chr(code) for code in range(33, 127)]


def write_tiny_encoder(folder: Path, *, layers: int = 2, dropout: float = 0.1, positions: int = 64) -> Path:
    """A random BERT, 32 wide, over single characters (as WordPiece), saved as a sentence-transformers folder."""
    raw = _write_bert(folder / "raw", BertModel, layers=layers, dropout=dropout, positions=positions)
    transformer = Transformer(str(raw), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(32, pooling_mode="mean")], device="cpu")
    model.save_pretrained(str(folder / "encoder"), create_model_card=False)
    return folder / "encoder"


def write_tiny_sparse_encoder(folder: Path) -> Path:
    """The same as SPLADE, with a weight for each of about 190 pieces."""
    raw = _write_bert(folder / "raw", BertForMaskedLM)
    transformer = Transformer(str(raw), max_seq_length=64, transformer_task="fill-mask")
    model = SparseEncoder(modules=[transformer, SpladePooling()], device="cpu")
    model.save_pretrained(str(folder / "sparse"), create_model_card=False)
    return folder / "sparse"


def write_tiny_token_encoder(folder: Path) -> Path:
    """The same for late interaction: a vector of length 1 a token, but for full stops in passages."""
    transformer = Transformer(str(_write_bert(folder / "raw", BertModel)), max_seq_length=64)
    modules = [transformer, MultiVectorMask(skiplist_words=["."]), Normalize(module_input_name="token_embeddings")]
    prompts = {"query": "Q ", "document": "D "}
    model = MultiVectorEncoder(modules=modules, prompts=prompts, device="cpu")
    model.save_pretrained(str(folder / "tokens"), create_model_card=False)
    return folder / "tokens"


def _write_bert(
    folder: Path, kind: type[PreTrainedModel], *, layers: int = 2, dropout: float = 0.1, positions: int = 64
) -> Path:
    vocabulary = {piece: n for n, piece in enumerate([*_SPECIAL, *_CHARACTERS, *(f"##{c}" for c in _CHARACTERS)])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=positions,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    kind(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    return folder
