"""Hugging Face translation models: NLLB-200, M2M-100, Opus-MT."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from isoglot.errors import TranslationError, first_line
from isoglot.text.sentences import splitter
from isoglot.translation.engine import engine_needs
from isoglot.translation.families import read_family
from isoglot.translation.neural import FORM, Generated, NeuralTranslator
from isoglot.translation.options import NeuralOptions, Seq2SeqOptions


class Seq2SeqGenerator:
    """Runs a model with ``generate`` of transformers.

    Args:
        model: with a decoder of its own, and a language model's head.
        tokenizer: the model's.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model, self._tokenizer = model, tokenizer
        # What the files of a model say about searching must not change what the name of the engine says.
        # Opus-MT's have the end forced at the greatest length: a translation that is cut off would look ended.
        model.generation_config.update(
            max_length=None, length_penalty=1.0, num_beams=1, do_sample=False, forced_eos_token_id=None
        )

    @torch.inference_mode()
    def generate(
        self, inputs: Sequence[list[int]], *, start: str | None, beams: int, max_tokens: int
    ) -> list[Generated]:
        """See :meth:`isoglot.translation.neural.Generator.generate`."""
        padded = self._tokenizer.pad({"input_ids": list(inputs)}, padding_side="right", return_tensors="pt")
        forced = None if start is None else self._tokenizer.convert_tokens_to_ids(start)
        try:
            rows = self._model.generate(
                input_ids=padded["input_ids"].to(self._model.device),
                attention_mask=padded["attention_mask"].to(self._model.device),
                forced_bos_token_id=forced,
                num_beams=beams,
                max_new_tokens=max_tokens,
            )
        except torch.OutOfMemoryError as error:
            raise TranslationError(
                f"the memory of {self._model.device} is full: lower batch_tokens or beams of the translation engine."
            ) from error
        begin = 1 if start is None else 2  # the decoder's own first token, and the language
        return [self._generated(row[begin:]) for row in rows.tolist()]

    def _generated(self, tokens: list[int]) -> Generated:
        end = self._tokenizer.eos_token_id
        ended = end in tokens
        return Generated(tokens=tokens[: tokens.index(end)] if ended else tokens, ended=ended)


def open_seq2seq(place: str, options: Seq2SeqOptions) -> NeuralTranslator:
    """The engine of a model.

    Args:
        place: a folder, or an id of the hub.

    Raises:
        TranslationError: no model of the families is there, or a library is missing.
    """
    place = os.path.expanduser(place)
    family, tokenizer = read_family(place, direction=options.direction)
    model = _model(place, options)
    positions = getattr(model.config, "max_position_embeddings", options.max_tokens)
    # The decoder's own first token and the language have positions, too.
    options = options.model_copy(update={"max_tokens": min(options.max_tokens, positions - 2)})
    revision = getattr(model.config, "_commit_hash", None)
    name = engine_name("hf", Path(place).name, revision or folder_digest(Path(place)), options, options.dtype)
    generator = Seq2SeqGenerator(model, tokenizer)
    return NeuralTranslator(name, family=family, generator=generator, options=options)


def engine_name(kind: str, model: str, digest: str, options: NeuralOptions, numbers: str) -> str:
    """The name of an engine: the model and all that changes a translation."""
    settings = f"beams={options.beams} max_tokens={options.max_tokens}"
    return f"{kind} {model} {digest[:16]} {settings} {numbers} {splitter()} {FORM}"


def folder_digest(folder: Path) -> str:
    """SHA-256 over the files of a model's folder, hex."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        with path.open("rb") as content:
            digest.update(path.name.encode() + b"\0" + hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _model(place: str, options: Seq2SeqOptions) -> Any:
    transformers = engine_needs("transformers", extra="translate")
    try:
        model, loaded = transformers.AutoModelForSeq2SeqLM.from_pretrained(
            place, dtype=getattr(torch, options.dtype), output_loading_info=True
        )
    except Exception as error:  # the libraries raise anything where files are broken
        raise TranslationError(f"{place}: not a translation model: {first_line(error)}.") from error
    if missing := sorted(loaded["missing_keys"]):  # they would be random
        raise TranslationError(f"{place}: not a translation model: its files lack weights, such as {missing[0]}.")
    try:
        return model.to(_device(options.device)).eval()
    except (RuntimeError, AssertionError) as error:  # AssertionError: a build of PyTorch without CUDA
        raise TranslationError(f"{place}: cannot be put on device {options.device!r}: {first_line(error)}.") from error


def _device(name: str) -> str:
    if name != "auto":
        return name
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return "cpu" if accelerator is None else str(accelerator)
