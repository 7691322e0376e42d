"""``leaks``: test texts in training data, of data that is given by object or by name."""

from collections.abc import Sequence
from pathlib import Path

from isoglot.arguments import Number, Several, Share, checked, option_record
from isoglot.data.given import AnyCollection, AnyParallel, all_given, given_collections, given_parallel
from isoglot.leakage.collections import load_audited
from isoglot.leakage.find import OVERLAP, find_leaks
from isoglot.leakage.report import LeakReport
from isoglot.progress import StartProgress
from isoglot.text.near.jaccard import NEAR


@option_record
class LeakOptions:
    """What counts as a leak.

    Example::

        >>> options = isoglot.LeakOptions(near=0.8)

    Attributes:
        near: least Jaccard index of a near duplicate; None leaves this check out.
        overlap: share of a test passage's 13-grams above which it leaks.
        examples: how many to keep of each kind, side and collection.
    """

    near: Share | None = NEAR
    overlap: Share = OVERLAP
    examples: Number = 3


@checked
def leaks(
    train: AnyParallel | Sequence[AnyParallel],
    against: AnyCollection | Sequence[AnyCollection],
    *,
    names: Several[str] | None = None,
    options: LeakOptions | None = None,
    progress: StartProgress | None = None,
) -> LeakReport:
    """Look for test texts in training data: copies, near copies, long shared passages, translations by id.

    Example::

        >>> isoglot.leaks("sample/train", "sample/test").clean
        True

    Args:
        train: training data as it is trained on, one or several, by object or by name (:func:`isoglot.load_parallel`).
        against: test collections, one or several, by object or by name. Of XQuAD-R and MLQA-R by name, whole paragraphs
            are looked for and not the sentences that are their candidates.
        names: what the report calls the training data; if left out, as it was named.
        options: see :class:`LeakOptions`.
        progress: begins every check.

    Raises:
        DataError, FetchError: something cannot be loaded.
        ConfigError: nothing to compare, two of one name, a threshold out of range, or the library for near duplicates
            is missing.
    """
    options = options or LeakOptions()
    given, tests = all_given(train), all_given(against)
    return find_leaks(
        [given_parallel(one) for one in given],
        given_collections([load_audited(test) if isinstance(test, str | Path) else test for test in tests]),
        names=names or [_name(one, number) for number, one in enumerate(given, start=1)],
        near=options.near,
        overlap=options.overlap,
        examples=options.examples,
        progress=progress,
    )


def _name(data: AnyParallel, number: int) -> str:
    """What the report calls it."""
    return str(data) if isinstance(data, str | Path) else f"training data {number}"
