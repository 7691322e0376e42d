"""TREC run files: ``query Q0 passage rank score tag``."""

from pathlib import Path

from isoglot.data.collection import Collection
from isoglot.errors import DataError
from isoglot.evaluation.ranks import Ranks
from isoglot.files import whole_file


def write_run(ranks: Ranks, collection: Collection, path: Path, *, tag: str = "isoglot") -> None:
    """Write each query's best passages of the multilingual pool; the file appears whole or not at all.

    Raises:
        DataError: an id has a space in it, which the format cannot hold.
    """
    queries, passages = collection.queries["id"].to_pylist(), collection.passages["id"].to_pylist()
    for identity in (*queries, *passages):
        if len(identity.split()) != 1:
            raise DataError(
                f"{collection.name}: id {identity!r} has white space, which a TREC run file cannot hold: rename it."
            )
    with whole_file(path) as part, part.open("w", encoding="utf-8") as file:
        for query, hits, scores in zip(queries, ranks.top_passage, ranks.top_score, strict=True):
            for place, (hit, score) in enumerate(zip(hits, scores, strict=True), start=1):
                file.write(f"{query} Q0 {passages[hit]} {place} {float(score):.9g} {tag}\n")
