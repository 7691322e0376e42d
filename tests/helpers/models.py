"""Tiny translation models with random weights, in the files that the real ones have."""

import json
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
)

_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
_SIZES = {
    "d_model": 16,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 16,
    "decoder_ffn_dim": 16,
    "max_position_embeddings": 64,
    "init_std": 1.0,
}
_TEXT = "The quick brown fox jumps over a lazy dog! 0123456789, is it? ABCDEFGHIJKLMNOPQRSTUVWXYZ."


def _pieces(folder: Path) -> tuple[Path, list[str]]:
    """A SentencePiece model of single characters, and its pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([_TEXT] * 3), model_prefix=str(folder / "pieces"), model_type="char", minloglevel=2
    )
    path = folder / "pieces.model"
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    pieces = [model.id_to_piece(number) for number in range(model.get_piece_size())]
    return path, [piece for piece in pieces if piece not in _SPECIAL]


def _numbered(folder: Path, tokens: list[str]) -> Path:
    path = folder / "numbered.json"
    path.write_text(json.dumps({token: number for number, token in enumerate(tokens)}), encoding="utf-8")
    return path


def m2m(folder: Path) -> Path:
    pieces, tokens = _pieces(folder)
    tokenizer = M2M100Tokenizer(str(_numbered(folder, [*_SPECIAL, *tokens])), str(pieces))
    torch.manual_seed(0)
    size = tokenizer.encoder_size + len(tokenizer.lang_code_to_id) + tokenizer.num_madeup_words
    return _saved(folder, tokenizer, M2M100ForConditionalGeneration(M2M100Config(vocab_size=size, **_SIZES)))


def nllb(folder: Path) -> Path:
    _, tokens = _pieces(folder)
    vocabulary = {token: number for number, token in enumerate([*_SPECIAL, *tokens])}
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[])
    torch.manual_seed(0)
    return _saved(folder, tokenizer, M2M100ForConditionalGeneration(M2M100Config(vocab_size=len(tokenizer), **_SIZES)))


def marian(folder: Path, *, source: str | None = "en", target: str | None = "es", marks: tuple[str, ...] = ()) -> Path:
    """Ends its translations early: the end has a bias. As in the real ones, files say that the end be forced."""
    pieces, tokens = _pieces(folder)
    written = _numbered(folder, ["</s>", "<unk>", *(f">>{mark}<<" for mark in marks), *tokens, "<pad>"])
    tokenizer = MarianTokenizer(str(pieces), str(pieces), str(written), source_lang=source, target_lang=target)
    torch.manual_seed(0)
    size = len(json.loads(written.read_text(encoding="utf-8")))
    config = MarianConfig(
        vocab_size=size,
        eos_token_id=0,
        pad_token_id=size - 1,
        decoder_start_token_id=size - 1,
        forced_eos_token_id=0,
        **_SIZES,
    )
    model = MarianMTModel(config)
    model.final_logits_bias[0, 0] = 4.0
    model.final_logits_bias[0, -1] = float("-inf")
    return _saved(folder, tokenizer, model)


def _saved(folder: Path, tokenizer: Any, model: Any) -> Path:
    tokenizer.save_pretrained(folder / "model")
    model.save_pretrained(folder / "model")
    return folder / "model"
