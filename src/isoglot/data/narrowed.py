"""A part of a collection: some of its queries and passages, or what is in some of its languages."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.errors import DataError
from isoglot.languages import check_there, normalise


def in_languages(collection: Collection, languages: Sequence[str]) -> Collection:
    """The queries and the passages in these languages, under the name ``NAME@LANGUAGES``.

    A query all of whose relevant passages are in other languages is left out, and counted in ``left_out``.

    Raises:
        DataError: a language that the collection does not have, or no query is left.
    """
    wanted = [normalise(language) for language in languages]
    check_there(collection.name, wanted, collection.languages)
    numbers = [collection.languages.index(language) for language in dict.fromkeys(wanted)]
    asked, held = (np.isin(of, numbers) for of in (collection.query_language, collection.passage_language))
    judged = collection.judgements.where(collection.judgements.grade > 0)
    before, after = (np.zeros(len(asked), dtype=bool) for _ in range(2))
    before[judged.query] = True
    after[judged.query[held[judged.passage]]] = True
    after[collection.never_found.query] = True
    lost = asked & before & ~after
    if not (asked & ~lost).any():
        raise DataError(
            f"{collection.name}: no query in {', '.join(wanted)} has a relevant passage in these languages."
        )
    found = of_rows(collection, queries=np.flatnonzero(asked & ~lost), passages=np.flatnonzero(held))
    found.name = f"{collection.name}@{','.join(languages)}"
    if lost.any():
        found.left_out["queries without a relevant passage in these languages"] = int(lost.sum())
    return found


def of_rows(collection: Collection, *, queries: Ints, passages: Ints) -> Collection:
    """Some queries against some passages, with the judgements between them.

    Args:
        queries: (kept,) positions of queries, ascending.
        passages: (kept,) positions of passages, ascending.
    """
    place, passage_place = _places(queries, len(collection.queries)), _places(passages, len(collection.passages))
    judged = collection.judgements.of_queries(place)
    judged = judged.where(passage_place[judged.passage] >= 0)
    return Collection(
        collection.name,
        queries=collection.queries.take(pa.array(queries)),
        passages=collection.passages.take(pa.array(passages)),
        judgements=replace(judged, passage=passage_place[judged.passage]),
        query_passage=np.append(passage_place, -1)[collection.query_passage[queries]],
        never_found=collection.never_found.of_queries(place),
        faults=collection.faults,
        left_out=collection.left_out,
    )


def _places(kept: Ints, size: int) -> Ints:
    """(size,) int64: where each position is among those kept; -1 where it is not."""
    places = np.full(size, -1, dtype=np.int64)
    places[kept] = np.arange(len(kept))
    return places
