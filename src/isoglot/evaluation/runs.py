"""TREC run files: ``query Q0 passage rank score tag``."""

import os
from pathlib import Path

from isoglot.data.collection import Collection
from isoglot.evaluation.ranks import Ranks


def write_run(ranks: Ranks, collection: Collection, path: Path, *, tag: str = "isoglot") -> None:
    """Write each query's best passages of the multilingual pool; the file appears whole or not at all."""
    queries, passages = collection.queries["id"].to_pylist(), collection.passages["id"].to_pylist()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".partial")
    with part.open("w", encoding="utf-8") as file:
        for query, hits, scores in zip(queries, ranks.top_passage, ranks.top_score, strict=True):
            for place, (hit, score) in enumerate(zip(hits, scores, strict=True), start=1):
                file.write(f"{query} Q0 {passages[hit]} {place} {float(score):.9g} {tag}\n")
    os.replace(part, path)
