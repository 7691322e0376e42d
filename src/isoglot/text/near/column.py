"""Near duplicates among all texts of a column."""

from collections.abc import Iterable, Iterator, Sequence

from isoglot.text.grams import distinct_grams
from isoglot.text.near.bands import Buckets, Sketches, sketches


def candidate_pairs(runs: Iterable[Sequence[str]], *, threshold: float) -> Iterator[tuple[int, int]]:
    """Pairs of texts that are near duplicates, 99% of them and more, and some that are none.

    Args:
        runs: the texts in normal form, some at a time.
        threshold: the Jaccard index at which a pair is near.

    Yields:
        (earlier, later) numbers of texts, by the later one and then by the earlier one.
    """
    late, early = Buckets(_sketched(runs, threshold), threshold=threshold).pairs()
    yield from zip(early.tolist(), late.tolist(), strict=True)


def _sketched(runs: Iterable[Sequence[str]], threshold: float) -> Iterator[Sketches]:
    start = 0
    for run in runs:
        hashes, owner = distinct_grams(run, "shingle")
        yield sketches(hashes, owner + start, threshold=threshold)
        start += len(run)
