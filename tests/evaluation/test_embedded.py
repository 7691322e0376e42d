"""Collections as vectors."""

from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from helpers.repairing import axis_of_language, repair
from isoglot.data.collection import Collection
from isoglot.data.sample import load_sample
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.embedded import embed_collection


def test_an_encoder_repaired_by_language_gets_the_collections(tiny_encoder: Path, tmp_path: Path) -> None:
    collection = Collection.from_parallel("sample", load_sample("sample/test"))
    axes = {tag: number for number, tag in enumerate(collection.languages)}
    base = SentenceTransformer(str(tiny_encoder), device="cpu")
    encoder = load_encoder(str(repair(base, axis_of_language(**axes), tmp_path / "out")))
    found = embed_collection(encoder, collection)
    np.testing.assert_array_equal(np.argmax(found.queries, axis=1), collection.query_language)
    np.testing.assert_array_equal(np.argmax(found.passages, axis=1), collection.passage_language)
