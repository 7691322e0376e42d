"""Training domains as one Parquet file each: chosen, cleared of leaks, made parallel; every cell trains on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isoglot.data.choice import chosen_items
from isoglot.data.load import load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.data.registry import check_training
from isoglot.data.steps import Made, kept_step
from isoglot.leakage.audited import audited
from isoglot.leakage.collections import load_audited
from isoglot.progress import StartProgress
from isoglot.studies.config import DomainConfig, StudyConfig
from isoglot.translation.parallel import translate

_FORM = 1  # counts what changed in how a domain is made, so that no file serves an older one


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A training domain that is ready.

    Attributes:
        data: the Parquet file.
        fingerprint: of what it holds.
        items: how many.
        languages: language -> items that have a pair in it.
        parallel: items that have a query and a passage in two different languages.
        dropped: items that leak into a test, and were left out.
        translated: what the translation did; None where nothing was translated.
        leaks: the certificate of what is left, as it is before it is translated; None where leaks were not looked for.
    """

    name: str
    data: Path
    fingerprint: str
    items: int
    languages: dict[str, int]
    parallel: int
    dropped: int
    translated: dict[str, Any] | None
    leaks: dict[str, Any] | None


def prepare_domain(name: str, study: StudyConfig, *, progress: StartProgress | None = None) -> Domain:
    """The domain's training data, made the first time and read from the study's folder after that.

    Raises:
        DataError, ConfigError, TranslationError: the data cannot be read, nothing is left of it, or it cannot be
            translated.
    """
    config = study.domains[name]
    for part in config.train:
        check_training(part)
    source = ParallelDataset.concatenate([load_parallel(part) for part in config.train])
    step = kept_step(
        study.output / "data", name, _parts(config, study, source), lambda: _made(name, study, source, progress)
    )
    return Domain(name=name, data=step.path, **_counts(step.data), **step.facts)


def _made(name: str, study: StudyConfig, source: ParallelDataset, progress: StartProgress | None) -> Made:
    """The items, and what was done to get them."""
    config = study.domains[name]
    items = chosen_items(
        source, languages=config.languages, max_query_repeats=config.max_query_repeats, max_items=config.max_items
    )
    dropped, certificate = 0, None
    if study.leaks != "unchecked":
        tests = [load_audited(test) for test in study.tests.values()]
        found = audited({name: items}, tests, drop=study.leaks == "drop")
        items, dropped, certificate = found.data[name], found.dropped, found.certificate
    translated = None
    if config.translate and study.translate is not None:
        asked = study.translate
        made = translate(items, asked.engine, source=asked.source, to=asked.to, progress=progress)
        items, translated = made.data, made.to_dict()
    return Made(data=items, facts={"dropped": dropped, "translated": translated, "leaks": certificate})


def _parts(config: DomainConfig, study: StudyConfig, source: ParallelDataset) -> dict[str, Any]:
    """What the file holds depends on all of this."""
    return {
        "form": _FORM,
        "domain": config.model_dump(mode="json", exclude={"home"}),
        "source": source.fingerprint,
        "translate": study.translate and study.translate.model_dump(mode="json"),
        "leaks": None if study.leaks == "unchecked" else [study.leaks, *study.tests.values()],
    }


def _counts(data: ParallelDataset) -> dict[str, Any]:
    both = data.has_query & data.has_passage
    queries, passages = data.has_query.sum(axis=1), data.has_passage.sum(axis=1)
    return {
        "fingerprint": data.fingerprint,
        "items": len(data),
        "languages": dict(zip(data.languages, both.sum(axis=0).tolist(), strict=True)),
        "parallel": int((queries * passages > both.sum(axis=1)).sum()),
    }
