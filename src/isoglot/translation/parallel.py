"""A training set in more languages, by machine translation."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from isoglot.arguments import Several, checked
from isoglot.data.given import AnyParallel, given_parallel
from isoglot.data.made import MadeData
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError, DataError
from isoglot.languages import normalise
from isoglot.progress import StartProgress
from isoglot.result import Result
from isoglot.text.copies import untranslated
from isoglot.translation.engine import Translator
from isoglot.translation.load import EngineSpec, translator
from isoglot.translation.marked import translate_marked
from isoglot.wording import shown


@dataclass(frozen=True, kw_only=True, repr=False)
class TranslationReport(Result):
    """What was translated, summed over the target languages.

    Attributes:
        engine: its name.
        texts: how often a text was missing: queries, passages and negatives of all items.
        unique: the different texts among them.
        remembered: those of ``unique`` that the translation memory had; of marked texts, their parts.
        empty: of ``texts``, left out because the translation has no text.
        untranslated: of ``texts``, left out because the translation is the text itself, of more than three words.
        failed: of ``texts``, left out because the engine could not translate them; the next run tries again.
        reasons: ``failed`` by what the engine said, the most frequent first.
    """

    verb: ClassVar[str] = "translate"

    engine: str
    texts: int
    unique: int
    remembered: int
    empty: int
    untranslated: int
    failed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def _headline(self) -> str:
        return f"{self.texts:,} texts to translate, {self.unique:,} different, {self.failed:,} failed; {self.engine}"

    def _rows(self) -> Iterator[dict[str, object]]:
        return ({"what": name, "texts": count} for name, count in asdict(self).items() if isinstance(count, int))

    def _content(self) -> dict[str, Any]:
        return asdict(self)


class Translated(MadeData[TranslationReport]):
    """What :func:`translate` made.

    Example::

        >>> made = isoglot.translate("sample/train", "apertium", to=["it"])
        >>> made.report.failed
        0
    """


@checked
def translate(
    data: AnyParallel,
    engine: Translator | EngineSpec,
    *,
    to: Several[str],
    source: str = "en",
    progress: StartProgress | None = None,
) -> Translated:
    """Add the queries, passages and negatives of one language in others.

    Example::

        >>> made = isoglot.translate("sample/train", "apertium", to=["it"])
        >>> "it" in made.data.languages
        True

    What an item has in a target language stays as it is, and so do its id, group, domain and source. A marked answer
    (:mod:`isoglot.text.marks`) is marked in the translation, too.

    Args:
        data: by object or by name (:func:`isoglot.load_parallel`).
        engine: by object, or as docs/translation.md names it, such as ``"apertium"`` or ``"hf:PATH_OR_ID"``.
        to: the languages to add.
        source: the language to translate from.
        progress: begun once for each target.

    Raises:
        ConfigError: no such engine, no target, or the source is one.
        DataError: the data does not have the source language, or a code is not of BCP 47.
        TranslationError: the engine lacks a direction (before anything is translated) or fails,
            or fails at too many texts.
        StorageError: the translation memory cannot be read or written.
    """
    dataset = given_parallel(data, to_train=True)
    source, wanted = _checked(dataset, source, to)
    opened = translator(engine) if isinstance(engine, str | Mapping) else engine
    if not isinstance(opened, Translator):
        raise ConfigError(f"engine must be a name such as 'apertium', or a Translator, but is {shown(engine)}.")
    for target in wanted:
        opened.check(source, target)
    missing = _missing(dataset, source, wanted)
    usable: dict[str, dict[str, str]] = {}
    remembered, dropped, reasons = 0, Counter[str](), Counter[str]()
    for target in wanted:
        found = translate_marked(opened, missing[target], source=source, target=target, progress=progress)
        remembered += found.remembered
        faults = {text: _fault(text, translation) for text, translation in found.translations.items()}
        for text, places in missing[target].items():
            if text in found.failed:
                reasons[found.failed[text]] += places
            else:
                dropped[faults[text]] += places
        usable[target] = {text: found.translations[text] for text in missing[target] if faults.get(text) == ""}
    made = ParallelDataset.from_rows(
        (_extended(row, source, usable) for row in dataset),
        languages=sorted({*dataset.languages, *wanted}),
        key=_key(dataset, source, usable),
    )
    report = TranslationReport(
        engine=opened.name,
        texts=sum(texts.total() for texts in missing.values()),
        unique=sum(len(texts) for texts in missing.values()),
        remembered=remembered,
        empty=dropped["empty"],
        untranslated=dropped["untranslated"],
        failed=reasons.total(),
        reasons=dict(reasons.most_common()),
    )
    return Translated(made, report)


def _checked(dataset: ParallelDataset, source: str, targets: Sequence[str]) -> tuple[str, list[str]]:
    """The codes in their standard form, each target once."""
    source, wanted = normalise(source), list(dict.fromkeys(normalise(target) for target in targets))
    if source not in dataset.languages:
        raise DataError(f"source {source!r}: not in the data, which has {', '.join(dataset.languages)}.")
    if not wanted:
        raise ConfigError("targets: name at least one language to translate to.")
    if source in wanted:
        raise ConfigError(f"targets: {source!r} is the language to translate from; leave it out.")
    return source, wanted


def _missing(dataset: ParallelDataset, source: str, targets: Sequence[str]) -> dict[str, Counter[str]]:
    """For each target, the texts to translate and in how many places each of them is."""
    missing: dict[str, Counter[str]] = {target: Counter() for target in targets}
    for row in dataset:
        for target, texts in missing.items():
            for side in ("query", "passage"):
                if source in row[side] and target not in row[side]:
                    texts[row[side][source]] += 1
            if target not in row["negatives"]:
                texts.update(row["negatives"].get(source, ()))
    return missing


def _fault(text: str, translation: str) -> str:
    """Why a translation is of no use; nothing if it is."""
    if not translation.strip():
        return "empty"
    return "untranslated" if untranslated(translation, text) else ""


def _extended(row: dict[str, Any], source: str, usable: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The row with what could be translated of it."""
    extended = {**row, **{side: dict(row[side]) for side in ("query", "passage", "negatives")}}
    for target, translations in usable.items():
        for side in ("query", "passage"):
            text = translations.get(row[side].get(source))
            if text is not None and target not in row[side]:
                extended[side][target] = text
        negatives = [translations[text] for text in row["negatives"].get(source, ()) if text in translations]
        if negatives and target not in row["negatives"]:
            extended["negatives"][target] = negatives
    return extended


def _key(dataset: ParallelDataset, source: str, usable: dict[str, dict[str, str]]) -> str:
    """Names the content: the data and every translation that is added to it."""
    digest = hashlib.sha256(json.dumps(usable, sort_keys=True).encode())
    return f"translated {dataset.fingerprint} {source} {digest.hexdigest()}"
