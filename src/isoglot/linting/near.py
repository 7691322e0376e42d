"""Passages of one batch that say the same in other words: character n-grams compared, each pair exactly."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Bools, Ints
from isoglot.data.parallel import ParallelDataset
from isoglot.leakage.find import NEAR
from isoglot.text.grams import distinct_grams
from isoglot.text.normal import normal_form


def home_languages(data: ParallelDataset) -> Ints:
    """(items,) int64: of an item's passage languages the one that most items have.

    Items are compared in it whatever language a batch shows them in: near in one language is near in all.
    """
    order = np.argsort(-data.has_passage.sum(axis=0), kind="stable")
    homes: Ints = order[data.has_passage[:, order].argmax(axis=1)]
    return homes


def home_forms(data: ParallelDataset, items: Ints, homes: Ints) -> list[str]:
    """The normal forms of these items' passages, each in its home language."""
    forms = [""] * len(items)
    for number in np.unique(homes[items]).tolist():
        places = np.flatnonzero(homes[items] == number)
        texts = data.column("passage", data.languages[number], items[places]).to_pylist()
        for place, text in zip(places.tolist(), texts, strict=True):
            forms[place] = normal_form(text or "")
    return forms


def near_pairs(forms: Sequence[str], *, threshold: float = NEAR) -> Bools:
    """Which texts are equal or near, (texts, texts) bool: their n-gram sets' Jaccard index reaches ``threshold``.

    The n-grams are those of the leakage audit (:mod:`isoglot.text.normal`); texts are in normal form. The diagonal and
    texts without letters and digits are False.
    """
    some = [place for place, form in enumerate(forms) if form]
    near = np.zeros((len(forms), len(forms)), dtype=bool)
    if not some:
        return near
    hashes, owner = distinct_grams([forms[place] for place in some], "shingle")
    vocabulary, column = np.unique(hashes, return_inverse=True)
    ones = np.ones(len(hashes), dtype=np.int32)
    grams = csr_array((ones, (owner, column)), shape=(len(some), len(vocabulary)))
    shared = (grams @ grams.T).toarray()
    size = np.diag(shared)
    union = size[:, None] + size[None, :] - shared
    _, text = np.unique([forms[place] for place in some], return_inverse=True)
    close = (shared >= threshold * np.maximum(union, 1)) | (text[:, None] == text[None, :])
    np.fill_diagonal(close, False)
    near[np.ix_(some, some)] = close
    return near
