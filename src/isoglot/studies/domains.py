"""Training domains as one Parquet file each: chosen, cleared of leaks, made parallel; every cell trains on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from isoglot.data.load import load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.files import write_json
from isoglot.leakage.collections import load_audited
from isoglot.leakage.find import find_leaks
from isoglot.leakage.report import certificate, without_leaks
from isoglot.progress import StartProgress
from isoglot.studies.config import DomainConfig, StudyConfig
from isoglot.training.config import DataConfig
from isoglot.training.data import chosen_items, draw_items
from isoglot.translation.load import translator
from isoglot.translation.parallel import translate_dataset

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
    source = ParallelDataset.concatenate([load_parallel(part) for part in config.train])
    key = _key(config, study, source)
    path = study.output / "data" / f"{name}-{key}.parquet"
    record = path.with_suffix(".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):  # shards on one machine share the file
        if not record.is_file():
            made, facts = _make(name, study, source, progress)
            made.save(path)
            write_json(facts, record)
    return Domain(name=name, data=path, **_facts(path), **json.loads(record.read_text(encoding="utf-8")))


def _make(
    name: str, study: StudyConfig, source: ParallelDataset, progress: StartProgress | None
) -> tuple[ParallelDataset, dict[str, Any]]:
    """The items, and what was done to get them."""
    config, found = study.domains[name], None
    kept = chosen_items(source, _choice(config))
    if config.max_items is not None:
        kept = draw_items(kept, config.max_items)
    before = len(kept)
    if study.leaks != "unchecked":
        against = [load_audited(test) for test in study.tests.values()]
        report = find_leaks([kept], against, names=[name], examples=0)
        if study.leaks == "drop":
            kept = without_leaks(kept, report)
            report = find_leaks([kept], against, names=[name], examples=0)
        found = certificate(report)
    dropped = before - len(kept)
    translated = None
    if config.translate and study.translate is not None:
        kept, counts = translate_dataset(
            kept,
            translator=translator(study.translate.engine),
            source=study.translate.source,
            targets=study.translate.to,
            progress=progress,
        )
        translated = {"engine": study.translate.engine, **asdict(counts)}
    return kept, {"dropped": dropped, "translated": translated, "leaks": found}


def _choice(config: DomainConfig) -> DataConfig:
    return DataConfig.model_validate(config.model_dump(include={"train", "languages", "max_query_repeats"}))


def _key(config: DomainConfig, study: StudyConfig, source: ParallelDataset) -> str:
    """What the file holds depends on all of this."""
    parts = {
        "form": _FORM,
        "domain": config.model_dump(mode="json", exclude={"home"}),
        "source": source.fingerprint,
        "translate": study.translate and study.translate.model_dump(mode="json"),
        "leaks": None if study.leaks == "unchecked" else [study.leaks, *study.tests.values()],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _facts(path: Path) -> dict[str, Any]:
    data = ParallelDataset.open(path)
    both = data.has_query & data.has_passage
    queries, passages = data.has_query.sum(axis=1), data.has_passage.sum(axis=1)
    return {
        "fingerprint": data.fingerprint,
        "items": len(data),
        "languages": dict(zip(data.languages, both.sum(axis=0).tolist(), strict=True)),
        "parallel": int((queries * passages > both.sum(axis=1)).sum()),
    }
