"""Parallel items in three languages, and vectors of them that carry their language: what a repair is chosen on."""

import numpy as np

from isoglot.arrays import Vectors
from isoglot.data.collection import Collection
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.embedded import Embedded

LANGUAGES = ("de", "en", "zh")


def parallel(*, clusters: int = 10, items: int = 4, spare: int = 5) -> Collection:
    """Items in three languages, each answered in all of them, in clusters of uneven sizes; and passages of none."""
    of_item = [f"c{min(n // items, clusters - 1)}" for n in range(clusters * items + 3)]
    names = [f"{n}/{tag}" for n in range(len(of_item)) for tag in LANGUAGES]
    return Collection.from_rows(
        "planted",
        queries=[
            {"id": f"q{name}", "text": "?", "lang": name[-2:], "cluster": of_item[int(name[:-3])]} for name in names
        ],
        passages=[
            {"id": f"p{name}", "text": "!", "lang": name[-2:]}
            for name in [*names, *(f"{1000 + n}/{LANGUAGES[n % 3]}" for n in range(spare))]
        ],
        relevant={(f"q{a}", f"p{b}"): 1 for a in names for b in names if a[:-3] == b[:-3]},
    )


def embedded(collection: Collection, *, bias: float, seed: int = 0) -> Embedded:
    """An item's direction, some noise, and ``bias`` times the language's."""
    rng = np.random.default_rng(seed)
    items, tags = rng.normal(size=(2000, 12)), rng.normal(size=(len(LANGUAGES), 12))

    def side(ids: list[str]) -> Vectors:
        rows = np.array([items[int(name[1:-3])] + bias * tags[LANGUAGES.index(name[-2:])] for name in ids])
        rows += rng.normal(scale=0.2, size=rows.shape)
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    queries, passages = (side(table["id"].to_pylist()) for table in (collection.queries, collection.passages))
    return Embedded(collection=collection, queries=queries, passages=passages, similarity=Similarity.COSINE)


PLANTED = parallel()
BIASED = embedded(PLANTED, bias=2.0)
