"""Thresholds of an index: the best scores of texts that it does not answer."""

from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Similarities, Vectors
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collections
from isoglot.progress import Progress, StartProgress
from isoglot.search.candidates import Source
from isoglot.search.index import Index
from isoglot.search.notes import thresholds_note
from isoglot.search.thresholds import Thresholds, check_counts, fit_thresholds


def calibrate(
    index: Index,
    texts: AnyCollection | Sequence[AnyCollection],
    *,
    rate: float = 0.05,
    progress: StartProgress | None = None,
) -> Thresholds:
    """Fit a score threshold for each pair of query and passage language, and note them in the index.

    What is assumed: no text has an answer in the index, and the texts are such as will be asked. Answers among them
    raise the best scores and with them the thresholds, so that fewer hits pass than could. The rate holds for each
    language of passages by itself: with L of them up to L times as many texts have some hit that passes.

    Example::

        >>> from isoglot.search.falsealarms import calibrate
        >>> found = calibrate(index, "questions-about-other-things")
        >>> index.search("Wie reinige ich sie?")[0].passes
        True

    Args:
        index: whose passages are searched, through its repair.
        texts: collections, of whose queries text and language are taken; their judgements are not looked at.
        rate: of false alarms.
        progress: begins the encoding.

    Raises:
        ConfigError: the rate is not between 0 and 1.
        DataError: fewer than 200 texts of a language, or fewer than the rate needs.
        StorageError: another process changes the repair or the encoder now, or the store cannot be written.
    """
    asked = _by_language(given_collections(texts, judged=False))
    check_counts({tag: len(own) for tag, own in asked.items()}, rate=rate)
    told = progress("texts", sum(map(len, asked.values()))) if progress else None
    with index.store.writing():
        source = index.source
        best = {tag: _best(source, index.encode(own, [tag] * len(own)), told) for tag, own in asked.items()}
        found = fit_thresholds(best, source.languages, rate=rate)
        index.store.set_notes(thresholds_note(found))
    return found


def _by_language(collections: Sequence[Collection]) -> dict[str, list[str]]:
    """Language -> different texts of its queries, sorted."""
    found: dict[str, set[str]] = {}
    for collection in collections:
        for text, tag in zip(*(collection.queries[name].to_pylist() for name in ("text", "lang")), strict=True):
            found.setdefault(tag, set()).add(text)
    return {tag: sorted(own) for tag, own in sorted(found.items())}


def _best(source: Source, queries: Vectors, progress: Progress | None) -> Similarities:
    """(queries, languages) the best score of each query among the passages of each language."""
    every = range(len(source.languages))
    found = np.empty((len(queries), len(every)), dtype=np.float32)
    for row, query in enumerate(queries):
        candidates = source.candidates(query, languages=every, depth=1)
        found[row, candidates.language] = candidates.scores
        if progress:
            progress(1)
    return found
