"""The same models in CTranslate2's format, which are several times as fast, on a CPU above all.

A folder is made with ``ct2-transformers-converter --model MODEL --output_dir FOLDER``, and ``--copy_files`` for the
files of the tokenizer.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isoglot.errors import TranslationError
from isoglot.translation.engine import engine_needs
from isoglot.translation.families import read_family
from isoglot.translation.neural import Generated, NeuralTranslator
from isoglot.translation.options import CTranslate2Options
from isoglot.translation.seq2seq import engine_name, folder_digest


class CTranslate2Generator:
    """Runs a model with ``translate_batch`` of CTranslate2.

    Args:
        model: a ``ctranslate2.Translator``.
        tokenizer: of the model before it was converted.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model, self._tokenizer = model, tokenizer

    def generate(
        self, inputs: Sequence[list[int]], *, start: str | None, beams: int, max_tokens: int
    ) -> list[Generated]:
        """See :meth:`isoglot.translation.neural.Generator.generate`."""
        try:
            results = self._model.translate_batch(
                [self._tokenizer.convert_ids_to_tokens(row) for row in inputs],
                target_prefix=None if start is None else [[start]] * len(inputs),
                beam_size=beams,
                max_decoding_length=max_tokens,
                min_decoding_length=0,  # as elsewhere: by default a model may not say nothing
                max_input_length=0,  # no limit: by default inputs are cut without a word
                return_end_token=True,
            )
        except RuntimeError as error:
            raise TranslationError(
                f"CTranslate2 failed: {error}; lower batch_tokens or beams if it is memory, max_tokens if positions."
            ) from error
        return [self._generated(result.hypotheses[0], start) for result in results]

    def _generated(self, tokens: list[str], start: str | None) -> Generated:
        tokens = tokens[1:] if start is not None else tokens
        ended = tokens[-1:] == [self._tokenizer.eos_token]
        ids = self._tokenizer.convert_tokens_to_ids(tokens[:-1] if ended else tokens)
        return Generated(tokens=list(ids), ended=ended)


def open_ct2(place: str, options: CTranslate2Options) -> NeuralTranslator:
    """The engine of a converted model.

    Args:
        place: the folder.

    Raises:
        TranslationError: no converted model of the families is there, or a library is missing.
    """
    ctranslate2 = engine_needs("ctranslate2", extra="ctranslate2")
    folder = Path(os.path.expanduser(place))
    if not (folder / "model.bin").is_file():
        raise TranslationError(
            f"{folder}: no folder with a model.bin: convert a model with ct2-transformers-converter --model MODEL "
            f"--output_dir {folder}."
        )
    if options.tokenizer is None and not (folder / "tokenizer_config.json").is_file():
        raise TranslationError(
            f"{folder}: has no tokenizer: copy the original's tokenizer files there, or add tokenizer=PATH_OR_ID."
        )
    family, tokenizer = read_family(os.path.expanduser(options.tokenizer or folder), direction=options.direction)
    try:
        model = ctranslate2.Translator(str(folder), device=options.device, compute_type=options.compute)
    except (RuntimeError, ValueError) as error:
        raise TranslationError(f"{folder}: CTranslate2 cannot load the model: {error}.") from error
    # A converted model does not say how many positions it has; its tokenizer does.
    most = min(options.max_tokens, tokenizer.model_max_length - 2)
    options = options.model_copy(update={"max_tokens": most})
    name = engine_name("ct2", folder.name, _digest(folder, options.tokenizer), options, options.compute)
    generator = CTranslate2Generator(model, tokenizer)
    return NeuralTranslator(name, family=family, generator=generator, options=options)


def _digest(folder: Path, tokenizer: str | None) -> str:
    """Of the model and of a tokenizer from elsewhere, hex."""
    digest = folder_digest(folder)
    if tokenizer is None:
        return digest
    place = Path(os.path.expanduser(tokenizer))
    other = folder_digest(place) if place.is_dir() else tokenizer
    return hashlib.sha256(f"{digest} {other}".encode()).hexdigest()
