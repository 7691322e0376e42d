"""Static quantisation of an exported transformer: its weights, and what goes between its layers, in 8 bits."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from itertools import chain, islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from isoglot.data.collection import Collection
from isoglot.encoder.exported import FILES
from isoglot.errors import EncoderError, first_line
from isoglot.evaluation.embedded import sides_of
from isoglot.progress import doing
from isoglot.roles import Role

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TEXTS = 300  # as many as NNCF takes where nothing is said
_SUFFIX = "int8"
_PROMPTS: dict[Role, str] = {"query": "query", "passage": "document"}  # sentence-transformers' names


def calibration_texts(encoder: SentenceTransformer, data: Sequence[Collection], *, seed: int = 0) -> list[str]:
    """Texts as the transformer sees them, with their prompts: queries and passages in turn, of all data alike.

    Args:
        data: whose texts are drawn from.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    columns = []
    for collection in data:
        for role, column in sides_of(collection):
            prompt = encoder.prompts.get(_PROMPTS[role]) or ""
            rows = rng.choice(len(column), size=min(_TEXTS, len(column)), replace=False)
            columns.append([prompt + column[int(row)].as_py() for row in rows])
    turns = chain.from_iterable(zip_longest(*columns))
    return list(islice((text for text in turns if text is not None), _TEXTS))


def quantise(encoder: SentenceTransformer, folder: Path, texts: Sequence[str]) -> None:
    """Put the quantised transformer in the place of the exported one.

    Args:
        encoder: the exported one, as it was saved in the folder.
        folder: of the exported encoder.
        texts: by which the scales are set.

    Raises:
        EncoderError: the transformer cannot read texts of 384 tokens, which sentence-transformers sets the scales by.
    """
    from sentence_transformers.backend import export_static_quantized_openvino_model

    # sentence-transformers reads the texts by datasets, which takes a folder for a data set. NNCF draws its progress on
    # standard output, which is for results.
    with TemporaryDirectory() as place, doing("setting the scales of int8"), redirect_stdout(sys.stderr):
        pq.write_table(pa.table({"text": list(texts)}), Path(place) / "train.parquet")
        try:
            export_static_quantized_openvino_model(
                encoder,
                None,
                str(folder),
                dataset_name=place,
                dataset_config_name="default",
                dataset_split="train",
                column_name="text",
                file_suffix=_SUFFIX,
            )
        except RuntimeError as error:  # OpenVINO's, of a transformer that takes no texts as long as these
            raise EncoderError(
                "the encoder cannot be rounded to int8, for which sentence-transformers gives it texts of 384 tokens "
                f"({first_line(error)}): export it in float32."
            ) from error
    for name in FILES:
        path = folder / name
        os.replace(path.with_stem(f"{path.stem}_{_SUFFIX}"), path)
