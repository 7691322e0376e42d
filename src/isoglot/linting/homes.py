"""The passages by which items are compared: each in its home language."""

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.parallel import ParallelDataset
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
