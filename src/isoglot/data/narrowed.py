"""A part of a collection: some of its queries and passages, or what is in some of its languages."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from isoglot.arrays import Bools, Ints
from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
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
    found = of_rows(collection, queries=asked & ~lost, passages=held)
    found.name = f"{collection.name}@{','.join(languages)}"
    if lost.any():
        found.left_out["queries without a relevant passage in these languages"] = int(lost.sum())
    return found


def of_rows(collection: Collection, *, queries: Bools, passages: Bools) -> Collection:
    """Some queries against some passages, with the judgements between them.

    Args:
        queries: (queries,) which to keep.
        passages: (passages,) which to keep.
    """
    judged, lost = collection.judgements, collection.never_found
    judged = judged.where(queries[judged.query] & passages[judged.passage])
    return Collection(
        collection.name,
        queries=collection.queries.take(pa.array(np.flatnonzero(queries))),
        passages=collection.passages.take(pa.array(np.flatnonzero(passages))),
        judgements=Judgements(
            query=_places(queries)[judged.query], passage=_places(passages)[judged.passage], grade=judged.grade
        ),
        never_found=lost.of_queries(np.where(queries, _places(queries), -1)),
        faults=collection.faults,
        left_out=collection.left_out,
    )


def _places(kept: Bools) -> Ints:
    places: Ints = np.cumsum(kept) - 1
    return places
