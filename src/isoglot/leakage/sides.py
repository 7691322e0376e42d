"""The texts that are compared: those of the test collections, and those of the training data as they stream by."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.data.parallelblocks import ItemBlock
from isoglot.roles import Role
from isoglot.text.normal import normal_form


class TrainingPlace(NamedTuple):
    """Where a training text stands.

    Attributes:
        source: number of the data set.
        rows: its items with this text.
        language: the text's; empty where an item is meant, not one of its texts.
    """

    source: int
    rows: tuple[int, ...]
    language: str


@dataclass(frozen=True)
class AuditedTexts:
    """One side of all test collections, in columns.

    Attributes:
        side: queries or passages.
        collection: (texts,) number of the collection.
        row: (texts,) row in the collection's table.
        languages: (texts,) tags.
        group: (texts,) int64; translations of each other share a number, within a collection.
        distinct: the different texts in normal form, none of them empty.
        form: (texts,) int64, index into ``distinct``; -1 for a text without letters and digits.
    """

    side: Role
    collection: Ints
    row: Ints
    languages: list[str]
    group: Ints
    distinct: list[str]
    form: Ints


def audited_texts(collections: Sequence[Collection], side: Role) -> AuditedTexts:
    """The queries or the passages of the collections."""
    numbers: dict[str, int] = {}
    collection, row, languages, group, form = [], [], [], [], []
    groups = 0
    for number, item in enumerate(collections):
        table, own = (item.queries, item.query_group) if side == "query" else (item.passages, item.passage_group)
        forms = [normal_form(text) for text in table["text"].to_pylist()]
        form.append([numbers.setdefault(text, len(numbers)) if text else -1 for text in forms])
        collection.append(np.full(len(table), number))
        row.append(np.arange(len(table)))
        languages += table["lang"].to_pylist()
        group.append(own + groups)
        groups += int(own.max(initial=-1)) + 1
    return AuditedTexts(
        side=side,
        collection=np.concatenate(collection),
        row=np.concatenate(row),
        languages=languages,
        group=np.concatenate(group),
        distinct=list(numbers),
        form=np.concatenate([np.array(part, dtype=np.int64) for part in form]),
    )


def training_texts(
    dataset: ParallelDataset, side: Role, source: int, told: Callable[[int], None]
) -> Iterator[tuple[list[str], list[TrainingPlace]]]:
    """A data set's texts in normal form and their places, some at a time; negatives count as passages.

    A text that several items of a run have is given once; texts without letters and digits are left out.

    Args:
        told: called with the number of items that were gone through.
    """
    for block in dataset.blocks():
        items: dict[tuple[str, str], list[int]] = {}
        for language in dataset.languages:
            for row, text in _texts(block, side, language):
                items.setdefault((language, text), []).append(row)
        forms = [normal_form(text) for _, text in items]
        places = [TrainingPlace(source, tuple(rows), language) for (language, _), rows in items.items()]
        kept = [number for number, text in enumerate(forms) if text]
        yield [forms[number] for number in kept], [places[number] for number in kept]
        told(len(block))


def _texts(block: ItemBlock, side: Role, language: str) -> Iterator[tuple[int, str]]:
    """(Item, text) of one language."""
    for row, text in enumerate(block.texts(side, language), start=block.span.start):
        if text is not None:
            yield row, text
    if side == "passage":
        for row, texts in enumerate(block.negatives(language), start=block.span.start):
            for text in texts:
                yield row, text
