"""What a search found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import pyarrow as pa

from isoglot.result import Result


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One passage.

    Attributes:
        id, lang, text: of the passage.
        group: it shares with its translations.
        score: the encoder's, whatever the policy made of it; of the best translation where one is shown for all.
        also: languages of its other translations in the index, where one is shown for all.
        passes: whether the score is above the threshold of its pair of languages
            (:mod:`isoglot.search.thresholds`); None where there is none.
    """

    id: str
    lang: str
    group: str
    text: str
    score: float
    also: tuple[str, ...] = ()
    passes: bool | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Hits(Result):
    """A page of hits, best first.

    Example::

        >>> index = isoglot.Index.create("sample-index", "sample/test", "e5-small")
        >>> found = index.search("Wie reinige ich sie?", k=3)
        >>> len(found), found.language
        (3, 'de')

    Attributes:
        query: that was asked.
        language: of the query, as given or as told from it; None where it is none of the index's.
        policy: that ranked them.
        page: from 1.
        hits: of the page.
        more: whether another page has any.
    """

    verb: ClassVar[str] = "search"

    query: str
    language: str | None
    policy: str
    page: int
    hits: tuple[Hit, ...]
    more: bool

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, place: int) -> Hit:
        return self.hits[place]

    def _headline(self) -> str:
        languages = ", ".join(dict.fromkeys(hit.lang for hit in self.hits))
        return f"{len(self.hits)} hits for {self.query!r}" + (f" in {languages}" if languages else "")

    def _content(self) -> dict[str, Any]:
        return asdict(self)

    def _rows(self) -> Iterator[dict[str, object]]:
        for place, hit in enumerate(self.hits, start=1):
            yield {"place": place, **asdict(hit), "also": ", ".join(hit.also)}


def collapsed(hits: Sequence[Hit], translations: pa.Table, *, prefer: str | None) -> list[Hit]:
    """One hit an item, in the place of its best translation.

    Args:
        hits: best first.
        translations: all passages of their groups, as :data:`isoglot.search.store.ROW`.
        prefer: the language that a reader wants: an item that has it is shown in it.
    """
    members: dict[str, dict[str, dict[str, str]]] = {}
    for row in translations.to_pylist():
        members.setdefault(row["group"], {}).setdefault(row["lang"], row)
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.group, hit)
    return [_shown(hit, members.get(hit.group, {}), prefer) for hit in best.values()]


def _shown(hit: Hit, members: Mapping[str, Mapping[str, str]], prefer: str | None) -> Hit:
    row = members.get(prefer or "", {"id": hit.id, "lang": hit.lang, "text": hit.text})
    also = tuple(sorted(set(members) - {row["lang"]}))
    return replace(hit, id=row["id"], lang=row["lang"], text=row["text"], also=also)
