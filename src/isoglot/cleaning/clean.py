"""A parallel data set without what is wrong in it, and a report of what that was."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from isoglot.arguments import checked
from isoglot.cleaning.checks import Checks, build_checks
from isoglot.cleaning.config import CleaningConfig
from isoglot.cleaning.mending import mended
from isoglot.cleaning.report import ALONE, EMPTY, CleaningReport, TextKind, language_reports
from isoglot.cleaning.texts import Check, RemainingTexts
from isoglot.data.given import AnyParallel, given_parallel
from isoglot.data.made import MadeData
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.given import AnyEncoder, given_encoder
from isoglot.errors import DataError
from isoglot.progress import Progress, StartProgress
from isoglot.roles import ROLES, Role
from isoglot.text.identification import Identifier
from isoglot.wording import tally

ReasonCodes = npt.NDArray[np.uint8]
NegativePlace = tuple[int, str, int]
"""Item, language, and number of a negative."""


class Cleaned(MadeData[CleaningReport]):
    """What :func:`clean` made.

    Example::

        >>> made = isoglot.clean("sample/train")
        >>> made.report.items
        (64, ...)
    """


@checked
def clean(
    data: AnyParallel,
    *,
    options: CleaningConfig | None = None,
    encoder: AnyEncoder | None = None,
    identifier: Identifier | None = None,
    progress: StartProgress | None = None,
) -> Cleaned:
    """Mend every text, and drop those that fail a check.

    Example::

        >>> made = isoglot.clean("sample/train")
        >>> made.save("clean.parquet")

    A text goes in its own language and on its own side, and its item lives on in the others; an item goes when it
    has no query or no passage left in any language. The same data and configuration give the same result, and
    cleaning it again drops nothing.

    Memory: a block of items, 18 bytes a text, and what the checks say of themselves; mended texts are written to the
    Arrow cache and read from there.

    Args:
        data: by object or by name (:func:`isoglot.load_parallel`).
        options: the checks and their bounds; the usual ones if left out.
        encoder: for ``similarity``, which is checked only if the options have that section; by object or by name.
        identifier: tells languages; py3langid if left out.
        progress: begun once for every check, as often as it is repeated, and for the negatives.

    Raises:
        ConfigError: a check lacks its library, its encoder or its setting.
        DataError: nothing is left.
        EncoderError: the encoder failed.
        StorageError: the disk is full.
    """
    options = options or CleaningConfig()
    judge = None if encoder is None else given_encoder(encoder)
    checks = build_checks(options, encoder=judge, identifier=identifier)
    return _Cleaning(given_parallel(data), options, checks, progress).run()


class _Cleaning:
    """One call of :func:`clean`: the mended texts and, for each of them, why it goes."""

    def __init__(
        self, dataset: ParallelDataset, config: CleaningConfig, checks: Checks, progress: StartProgress | None
    ) -> None:
        self._config, self._checks, self._progress = config, checks, progress
        self._reasons = ("", EMPTY, *checks.names, ALONE)
        self._given = dataset
        self._mended = mended(dataset)
        self._texts = RemainingTexts(self._mended)
        self._why: dict[Role, ReasonCodes] = {
            side: np.zeros(self._texts.left[side].shape, dtype=np.uint8) for side in ROLES
        }
        self._negatives: dict[NegativePlace, str] = {}

    def run(self) -> Cleaned:
        self._judge()
        if not any(self._texts.left[side].any() for side in ROLES):
            raise DataError(f"cleaning leaves nothing of {len(self._given):,} items ({self._most_common()}).")
        made = self._written()
        return Cleaned(made, self._report(made))

    def _judge(self) -> None:
        self._bury()
        once: list[Check] = [*self._checks.single, *self._checks.whole]
        for check in once:
            self._apply(check)
        while sum(self._apply(check) for check in self._checks.relative):
            pass
        self._judge_negatives()

    def _judge_negatives(self) -> None:
        told = self._begin("negatives", len(self._given), unit="items")
        alive = self._texts.alive
        languages = set(self._languages_left())
        for item, row in enumerate(self._mended):
            for language, texts in row["negatives"].items():
                for number, text in enumerate(texts):
                    reason = self._fault(text, language) if alive[item] and language in languages else ALONE
                    if reason:
                        self._negatives[item, language, number] = reason
            told(1)

    def _fault(self, text: str, language: str) -> str:
        """The first check of single texts that a negative fails; empty if it fails none."""
        failed = (check.name for check in self._checks.single if check.judge(text, language=language, side="passage"))
        return next(failed, "")

    def _apply(self, check: Check) -> int:
        """Drop what the check finds, and what is of no use without that; how many texts the check found."""
        faults = check.faults(self._texts, self._begin)
        for side in ROLES:
            self._why[side][faults[side]] = self._reasons.index(check.name)
        self._texts.drop(faults)
        self._bury()
        return sum(int(faults[side].sum()) for side in ROLES)

    def _bury(self) -> None:
        useless = self._texts.useless()
        for side in ROLES:
            self._why[side][useless[side]] = self._reasons.index(ALONE)
        self._texts.drop(useless)

    def _begin(self, what: str, total: int, /, unit: str = "texts") -> Progress:
        if self._progress is None:
            return lambda count: None
        return self._progress(f"cleaning: {what}", total, unit=unit)

    def _most_common(self) -> str:
        counts = Counter(
            {
                reason: sum(int((self._why[side] == code).sum()) for side in ROLES)
                for code, reason in enumerate(self._reasons)
                if reason
            }
        )
        return tally({reason: count for reason, count in counts.most_common(3) if count}) or "no texts"

    def _languages_left(self) -> list[str]:
        left = np.concatenate([self._texts.left[side] for side in ROLES])
        return [language for number, language in enumerate(self._mended.languages) if left[:, number].any()]

    def _written(self) -> ParallelDataset:
        languages = self._languages_left()
        digest = hashlib.sha256(repr(sorted(self._negatives)).encode())
        for side in ROLES:
            digest.update(np.packbits(self._texts.left[side]).tobytes())
        key = f"cleaned {self._mended.fingerprint} {digest.hexdigest()}"
        return ParallelDataset.from_rows(self._kept_rows(languages), languages=languages, key=key)

    def _kept_rows(self, languages: list[str]) -> Iterator[dict[str, Any]]:
        alive = self._texts.alive
        columns = {language: self._mended.languages.index(language) for language in languages}
        for item, row in enumerate(self._mended):
            if not alive[item]:
                continue
            for side in ROLES:
                left = self._texts.left[side][item]
                row[side] = {language: row[side][language] for language, column in columns.items() if left[column]}
            row["negatives"] = self._kept_negatives(item, row["negatives"])
            yield row

    def _kept_negatives(self, item: int, negatives: dict[str, list[str]]) -> dict[str, list[str]]:
        kept = {
            language: [text for number, text in enumerate(texts) if (item, language, number) not in self._negatives]
            for language, texts in negatives.items()
        }
        return {language: texts for language, texts in kept.items() if texts}

    def _dropped(self) -> Counter[tuple[str, TextKind, str]]:
        """(Language, kind, reason) -> texts, of those that mending left."""
        counts: Counter[tuple[str, TextKind, str]] = Counter()
        for side in ROLES:
            for number, language in enumerate(self._mended.languages):
                codes, texts = np.unique(self._why[side][:, number], return_counts=True)
                for code, count in zip(codes.tolist(), texts.tolist(), strict=True):
                    if code:
                        counts[language, side, self._reasons[code]] = count
        for (_, language, _), reason in self._negatives.items():
            counts[language, "negative", reason] += 1
        return counts

    def _lost_groups(self) -> dict[str, tuple[str, ...]]:
        """Reason -> names of the groups that are gone, each under the reason that most of its texts went for."""
        groups = self._mended.groups
        alive = self._texts.alive
        lost = np.ones(int(groups.max(initial=-1)) + 1, dtype=bool)
        lost[groups[alive]] = False
        counts = np.zeros((len(lost), len(self._reasons)), dtype=np.int64)
        for side in ROLES:
            for number in range(len(self._mended.languages)):
                np.add.at(counts, (groups, self._why[side][:, number]), 1)
        counts[:, [0, self._reasons.index(ALONE)]] = 0
        why = counts.argmax(axis=1)
        why[~counts.any(axis=1)] = self._reasons.index(ALONE)
        names = dict(zip(groups.tolist(), self._mended.rows["group"], strict=True)) if lost.any() else {}
        found: dict[str, list[str]] = defaultdict(list)
        for group in np.flatnonzero(lost).tolist():
            found[self._reasons[why[group]]].append(names[group])
        return {reason: tuple(sorted(found[reason])) for reason in self._reasons if found[reason]}

    def _report(self, made: ParallelDataset) -> CleaningReport:
        language = self._checks.language
        return CleaningReport(
            items=(len(self._given), len(made)),
            groups=(len(np.unique(self._given.groups)), len(np.unique(made.groups))),
            languages=tuple(language_reports(self._given, self._mended, made, self._dropped())),
            lost_groups=self._lost_groups(),
            unjudged=tuple(tag for tag in self._given.languages if language is not None and not language.knows(tag)),
            checks=self._checks.names,
            settings=self._config.model_dump(mode="json"),
            fingerprints=(self._given.fingerprint, made.fingerprint),
        )
