"""Static encoders of which every word's vector is given, so that what they rank is known by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers


def word_encoder(vectors: Mapping[str, Sequence[float]]) -> SentenceTransformer:
    """A text's vector is the mean of its words'."""
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(vectors)}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    table = np.array(list(vectors.values()), dtype=np.float32)
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=table)], device="cpu")


def write_word_encoder(vectors: Mapping[str, Sequence[float]], folder: Path) -> Path:
    """The same as a folder."""
    word_encoder(vectors).save_pretrained(str(folder), create_model_card=False)
    return folder
