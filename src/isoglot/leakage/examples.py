"""A few leaks to look at: the test text beside the training text that is most like it."""

from collections.abc import Iterator, Sequence

import numpy as np

from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.leakage.findings import LeakFinding
from isoglot.leakage.report import LeakExample
from isoglot.leakage.sides import TrainingPlace
from isoglot.roles import Role
from isoglot.text.normal import normal_form, shingles
from isoglot.wording import shortened

_EXCERPT_CHARACTERS = 160


def find_examples(
    found: Sequence[LeakFinding],
    train: Sequence[ParallelDataset],
    against: Sequence[Collection],
    names: Sequence[str],
    *,
    count: int,
) -> Iterator[LeakExample]:
    """The first ``count`` of each kind, side and collection that leak most, no two of them translations."""
    for finding in found:
        texts = finding.texts
        leaking = np.flatnonzero(finding.leaks.any(axis=0))
        order = leaking[np.argsort(-finding.score[leaking], kind="stable")]
        _, first = np.unique(texts.group[order], return_index=True)
        order = order[np.sort(first)]
        for number, collection in enumerate(against):
            for text in order[texts.collection[order] == number][:count].tolist():
                place = finding.closest(text)
                table = collection.queries if texts.side == "query" else collection.passages
                row = table.slice(int(texts.row[text]), 1).to_pylist()[0]
                item = train[place.source].rows[place.rows[0]]
                yield LeakExample(
                    collection=collection.name,
                    side=texts.side,
                    kind=finding.kind,
                    test_id=row["id"],
                    test_language=row["lang"],
                    test_text=_excerpt(row["text"]),
                    source=names[place.source],
                    item=item["id"],
                    language=place.language,
                    text=_excerpt(_text(item, texts.side, place, row["text"])),
                    score=float(finding.score[text]),
                )


def _text(item: dict[str, dict[str, str]], side: Role, place: TrainingPlace, like: str) -> str:
    """The text of an item at a place; of its passage and negatives the one that is most like the test text."""
    languages = [place.language] if place.language else sorted(item[side])
    candidates = [text for language in languages if (text := item[side][language])]
    if side == "passage":
        candidates += [text for language in languages for text in item["negatives"][language] or []]
    wanted = shingles(normal_form(like))
    return max(candidates, key=lambda text: len(shingles(normal_form(text)) & wanted))


def _excerpt(text: str) -> str:
    return shortened(" ".join(text.split()), most=_EXCERPT_CHARACTERS)
