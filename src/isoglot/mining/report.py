"""What was mined, in numbers."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from isoglot.mining.options import MiningOptions
from isoglot.result import Result
from isoglot.wording import counted


@dataclass(frozen=True, kw_only=True)
class LanguageCounts:
    """Negatives in one language.

    Attributes:
        items: with a passage in the language, so that they want negatives in it.
        asked: of those, items that a query looked for candidates for.
        passages: different texts that were looked through.
        candidates: ranked down to ``range_max``, each once an item.
        skipped: of those, left out by their rank.
        dropped: left out by a margin: likely false negatives.
        items_dropped: items that lost a candidate so.
        mined: negatives taken from the candidates.
        items_short: items that got fewer than wanted from the candidates.
        filled: negatives drawn at random.
        items_lacking: items that have fewer than wanted for all that.
    """

    items: int
    asked: int
    passages: int
    candidates: int
    skipped: int
    dropped: int
    items_dropped: int
    mined: int
    items_short: int
    filled: int
    items_lacking: int


@dataclass(frozen=True, kw_only=True, repr=False)
class MiningReport(Result):
    """Attributes:
    finder: what found the candidates, and the fingerprint of what its scores depend on (None if unknown).
    data: fingerprint of the data set that was mined.
    items: its items.
    left_out: items without their negatives in some language, which are not in the result.
    languages: language of the negatives -> counts.
    seconds: it took, embedding included.
    versions: of what the result depends on.
    """

    verb: ClassVar[str] = "mine"

    finder: str
    finder_fingerprint: str | None
    data: str
    items: int
    left_out: int
    languages: dict[str, LanguageCounts]
    options: MiningOptions
    seconds: float
    versions: dict[str, str]

    def _headline(self) -> str:
        short = sum(counts.items_short for counts in self.languages.values())
        return f"negatives by {self.finder} for {len(self.languages)} languages, {counted(short, 'items')} short"

    def _rows(self) -> Iterator[dict[str, object]]:
        return ({"language": language, **asdict(counts)} for language, counts in self.languages.items())

    def _content(self) -> dict[str, Any]:
        return asdict(self)
