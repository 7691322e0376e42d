"""What a cleaning did: counts by language and reason, and the data in numbers before and after."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from isoglot.cleaning.mending import mend
from isoglot.data.parallel import ParallelDataset
from isoglot.result import Result
from isoglot.roles import ROLES
from isoglot.text.length import unit_length
from isoglot.text.normal import normal_form, unit_of
from isoglot.wording import counted, tally

TextKind = Literal["query", "passage", "negative"]
KINDS: tuple[TextKind, ...] = ("query", "passage", "negative")
EMPTY, ALONE = "empty", "alone"
"""Reasons that are no check's: nothing is left of the text after mending; nothing is left of its item's other side."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much text there is.

    Attributes:
        texts: non-empty ones.
        characters: code points, white space counted.
        words: words, and characters in scripts without spaces; punctuation is neither.
    """

    texts: int = 0
    characters: int = 0
    words: int = 0


@dataclass(frozen=True, kw_only=True)
class LanguageReport:
    """One language's texts of one kind.

    Attributes:
        before, after: the texts that came in and those that went out.
        mended: texts whose characters or white space were put right, whatever became of them then.
        dropped: reason -> texts; ``before.texts - after.texts`` together.
    """

    language: str
    kind: TextKind
    before: Size
    after: Size
    mended: int
    dropped: dict[str, int]


@dataclass(frozen=True, kw_only=True, repr=False)
class CleaningReport(Result):
    """What came in, what went out, and what became of the rest.

    Attributes:
        items, groups: (before, after).
        languages: sorted by language, queries before passages before negatives; kinds without a text left out.
        lost_groups: reason -> names of the groups of which no item is left, sorted; the reason is that by which most of
            the group's texts went.
        unjudged: languages whose texts the identifier does not know.
        checks: names of the checks that were made, in order.
        settings: the configuration.
        fingerprints: of the data (before, after).
    """

    verb: ClassVar[str] = "clean"

    items: tuple[int, int]
    groups: tuple[int, int]
    languages: tuple[LanguageReport, ...]
    lost_groups: dict[str, tuple[str, ...]]
    unjudged: tuple[str, ...]
    checks: tuple[str, ...]
    settings: dict[str, Any]
    fingerprints: tuple[str, str]

    @property
    def dropped(self) -> dict[str, int]:
        """Reason -> texts of all languages and kinds, in the order of the checks."""
        total = Counter[str]()
        for part in self.languages:
            total.update(part.dropped)
        return {reason: total[reason] for reason in (EMPTY, *self.checks, ALONE) if total[reason]}

    def table(self) -> list[list[str | int]]:
        """Rows to print: a header, then a row for each language and kind; columns of reasons that dropped nothing are
        left out."""
        reasons = list(self.dropped)
        rows: list[list[str | int]] = [
            ["language", "texts", "before", "after", "mended", *reasons, "words", "words after"]
        ]
        for part in self.languages:
            counts = [part.dropped.get(reason, 0) for reason in reasons]
            sizes = (part.before.texts, part.after.texts, part.mended)
            rows.append([part.language, part.kind, *sizes, *counts, part.before.words, part.after.words])
        return rows

    def _headline(self) -> str:
        dropped = f"; dropped: {tally(self.dropped)}" if self.dropped else ""
        return f"{counted(self.items[0] - self.items[1], 'items')} of {self.items[0]:,} left out{dropped}"

    def _rows(self) -> Iterator[dict[str, object]]:
        head, *rows = self.table()
        return (dict(zip(map(str, head), row, strict=True)) for row in rows)

    def _content(self) -> dict[str, Any]:
        return {**asdict(self), "dropped": self.dropped}


def language_reports(
    given: ParallelDataset,
    mended: ParallelDataset,
    made: ParallelDataset,
    dropped: Mapping[tuple[str, TextKind, str], int],
) -> Iterator[LanguageReport]:
    """The reports of all languages and kinds that there were.

    Args:
        given: as it came in.
        mended: the same items with their texts mended.
        made: what went out.
        dropped: (language, kind, reason) -> texts, of those that mending left.
    """
    before, between, after = sizes(given), sizes(mended), sizes(made)
    changed = _changed(given, mended)
    for (language, kind), size in sorted(before.items(), key=lambda found: (found[0][0], KINDS.index(found[0][1]))):
        if not size.texts:
            continue
        counts = {reason: count for (tag, own, reason), count in dropped.items() if (tag, own) == (language, kind)}
        if empty := size.texts - between[language, kind].texts:
            counts = {EMPTY: empty, **counts}
        yield LanguageReport(
            language=language,
            kind=kind,
            before=size,
            after=after.get((language, kind), Size()),
            mended=changed[language, kind],
            dropped=counts,
        )


def _changed(given: ParallelDataset, mended: ParallelDataset) -> Counter[tuple[str, TextKind]]:
    """(Language, kind) -> texts that mending changed."""
    counts: Counter[tuple[str, TextKind]] = Counter()
    for old, new in zip(given, mended, strict=True):
        for side in ROLES:
            for language, text in old[side].items():
                counts[language, side] += text != new[side].get(language)
        for language, texts in old["negatives"].items():
            counts[language, "negative"] += sum(text != mend(text) for text in texts)
    return counts


def sizes(dataset: ParallelDataset) -> dict[tuple[str, TextKind], Size]:
    """How much text there is of each language and kind."""
    counts: Counter[tuple[str, TextKind, str]] = Counter()
    for language, kind, text in _all_texts(dataset):
        normal = normal_form(text)
        counts[language, kind, "texts"] += 1
        counts[language, kind, "characters"] += len(text)
        counts[language, kind, "words"] += unit_length(normal, unit_of(normal))
    return {
        (language, kind): Size(**{name: counts[language, kind, name] for name in ("texts", "characters", "words")})
        for language in dataset.languages
        for kind in KINDS
    }


def _all_texts(dataset: ParallelDataset) -> Iterator[tuple[str, TextKind, str]]:
    """(Language, kind, text), empty ones left out."""
    for block in dataset.blocks():
        for language in dataset.languages:
            for role in ROLES:
                yield from ((language, role, text) for text in block.texts(role, language) if text)
            for texts in block.negatives(language):
                yield from ((language, "negative", text) for text in texts if text)
