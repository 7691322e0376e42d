"""A static encoder made from a transformer: one vector for each piece, a text is their mean.

On a CPU core it encodes some 100 times as fast as multilingual-e5-small and trains several hundred times as fast,
so that a study of many trainings fits on a small machine; its retrieval is a good deal worse.
"""

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from isoglot.errors import EncoderError
from isoglot.files import whole_folder
from isoglot.progress import doing

_BATCH = 256  # pieces at once
_SIF = 3e-5  # the probability at which a piece counts half; chosen on libreoffice-help/dev and squadshifts-*
_LEAST_VARIANCE = 1e-6  # of the largest; less is rounding, as along the one that unit length takes away


def static_encoder(model: SentenceTransformer) -> SentenceTransformer:
    """Make a static encoder from a transformer; no text is needed.

    The vector of a piece is what `model` gives for that piece alone, between its special tokens, without a prompt
    (Model2Vec, Tulkens and van Dongen 2024, https://github.com/MinishLab/model2vec). These vectors lie in a narrow
    cone, so they are whitened over the vocabulary: mean removed, every principal component at unit variance (Su et
    al. 2021, arXiv 2103.15316). Each is then multiplied by a / (a + p), smooth inverse frequency (Arora et al.
    2017, https://openreview.net/forum?id=SyK00v5xx, section 3), with a = 3e-5 and p the piece's probability in the
    Unigram tokenizer. Text vectors have unit length, and there are no prompts: a prompt would enter the mean.

    Args:
        model: begins with a transformer that has a fast Unigram (SentencePiece) tokenizer; it is not changed.

    Returns:
        An encoder as wide as `model`, on the CPU, with (pieces, width) float32 weights. Special tokens have zero
        vectors; the unknown one counts as a piece.

    Raises:
        EncoderError: the tokenizer is another one.
    """
    tokenizer = model.tokenizer
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    layout = {} if backend is None else json.loads(backend.to_str())
    if backend is None or layout["model"]["type"] != "Unigram":
        raise EncoderError(
            "a static encoder can be made only from a transformer with a fast Unigram (SentencePiece) tokenizer, "
            f"but this one has {type(tokenizer).__name__}."
        )
    frequency = np.exp([score for _, score in layout["model"]["vocab"]])
    special = [token["id"] for token in layout["added_tokens"] if token["special"]]
    unknown = layout["model"]["unk_id"]
    frequency[[id_ for id_ in special if id_ < len(frequency)]] = 0.0  # their scores are none
    pieces = np.setdiff1d(np.arange(len(frequency)), [id_ for id_ in special if id_ != unknown])
    weights = np.zeros((backend.get_vocab_size(), model.get_embedding_dimension()), dtype=np.float32)
    weights[pieces] = _whitened(_alone(model, pieces)) * (_SIF / (_SIF + frequency[pieces]))[:, None]
    copied = Tokenizer.from_str(json.dumps({**layout, "truncation": None, "padding": None}))
    modules = [StaticEmbedding(copied, embedding_weights=weights), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu", similarity_fn_name="cosine")


def write_static(model: SentenceTransformer, folder: Path) -> None:
    """Save the static encoder made from `model` as a folder, which appears whole or not at all.

    Raises EncoderError if none can be made from `model` (see :func:`static_encoder`), or `folder` cannot be written;
    StorageError if something is there already, or the disk is full.
    """
    made = static_encoder(model)
    try:
        with whole_folder(folder) as part:
            made.save_pretrained(str(part), create_model_card=False)
    except OSError as error:
        raise EncoderError(f"{folder} could not be written: {error}.") from error


def _alone(model: SentenceTransformer, pieces: NDArray[np.int64]) -> NDArray[np.float32]:
    """(pieces, width) what the model gives for each piece between its special tokens."""
    encoded = model.tokenizer("a", return_special_tokens_mask=True)
    inner = np.flatnonzero(np.array(encoded["special_tokens_mask"]) == 0)
    before, after = encoded["input_ids"][: inner[0]], encoded["input_ids"][inner[-1] + 1 :]
    was_training = model.training
    model.eval()
    vectors = []
    with torch.inference_mode(), doing("making vectors of pieces", len(pieces), "pieces") as told:
        for start in range(0, len(pieces), _BATCH):
            rows = [[*before, piece, *after] for piece in pieces[start : start + _BATCH].tolist()]
            ids = torch.tensor(rows, device=model.device)  # all of one length: nothing is padded
            found = model({"input_ids": ids, "attention_mask": torch.ones_like(ids)})["sentence_embedding"]
            vectors.append(found.float().cpu().numpy())
            told(len(rows))
    model.train(was_training)
    return np.concatenate(vectors)


def _whitened(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same rows with mean 0 and covariance 1; directions in which they do not vary become 0."""
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    variances, components = np.linalg.eigh(centred.T @ centred / len(centred))
    scale = np.zeros_like(variances)
    varying = variances > _LEAST_VARIANCE * variances[-1]
    scale[varying] = variances[varying] ** -0.5
    whitened: NDArray[np.float32] = (centred @ (components * scale)).astype(np.float32)
    return whitened
