"""Preparation: sources -> clean -> translate -> filter -> a Parquet file, and beside it what was done to get there."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from isoglot.arguments import checked
from isoglot.cleaning.clean import clean
from isoglot.cleaning.config import CleaningConfig
from isoglot.data.parallel import ParallelDataset
from isoglot.data.steps import Made, Step, kept_step
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import given_encoder
from isoglot.errors import ConfigError, StorageError
from isoglot.files import check_target, resolved
from isoglot.languages import normalise
from isoglot.preparation.config import PrepareConfig
from isoglot.preparation.prepared import PreparationReport, Prepared
from isoglot.preparation.sources import read_source
from isoglot.progress import StartProgress
from isoglot.translation.config import TranslateConfig
from isoglot.translation.engine import Translator
from isoglot.translation.load import translator
from isoglot.translation.parallel import translate

_FORM = 2  # counts what changed in what steps do and how they are kept, so that no older result is served


@checked
def prepare(
    config: PrepareConfig | str | Path | Mapping[str, Any],
    *,
    report: Callable[[Step], object] | None = None,
    progress: StartProgress | None = None,
) -> Prepared:
    """Run the steps that are not done yet, and write the data and its manifest (``OUTPUT.json``).

    Example::

        >>> made = isoglot.prepare("prepare.toml")
        >>> len(made.data)
        64

    Results of steps are in ``OUTPUT.steps``, under what they were made of; a second run makes only what changed.

    Args:
        config: of the preparation, or the TOML file that it is in (docs/prepare.md).
        report: told of every step that is done.
        progress: begun for every piece of work.

    Raises:
        DataError, FetchError, ConfigError, TranslationError, EncoderError: a step cannot be done; those before it are
            kept, and so is all that was translated.
        StorageError: the disk is full, or the output cannot be a file.
    """
    config = PrepareConfig.of(config)
    manifest = config.output.with_suffix(".json")
    folder = config.output.with_name(f"{config.output.stem}.steps")
    _check_outputs(config, manifest, folder)
    done = _Preparation(config, folder, report, progress).steps()
    made = Prepared(done[-1].data, PreparationReport(config=config, steps=tuple(done)))
    made.save(config.output)
    return made


class _Preparation:
    """One call of :func:`prepare`."""

    def __init__(
        self,
        config: PrepareConfig,
        folder: Path,
        report: Callable[[Step], object] | None,
        progress: StartProgress | None,
    ) -> None:
        self._config, self._folder, self._report, self._progress = config, folder, report, progress

    def steps(self) -> list[Step]:
        config = self._config
        engine = _opened(config.translate) if config.translate else None  # first: it may not be there
        done = [self._read()]
        if config.clean:
            done.append(self._clean("clean", config.clean, done[-1].data))
        if config.translate is not None and engine is not None:
            done.append(self._translate(config.translate, engine, done[-1].data))
            if config.filter:
                done.append(self._clean("filter", config.filter, done[-1].data))
        return done

    def _read(self) -> Step:
        begun = time.monotonic()
        read = [read_source(source) for source in self._config.sources]
        data = ParallelDataset.concatenate([part for part, _ in read])
        facts = {"sources": [found for _, found in read], "seconds": round(time.monotonic() - begun, 1)}
        return self._kept("read", {"fingerprint": data.fingerprint}, lambda: Made(data=data, facts=facts))

    def _clean(self, name: str, checks: CleaningConfig, before: ParallelDataset) -> Step:
        encoder = given_encoder(self._config.encoder) if self._config.encoder and checks.similarity else None

        def work() -> Made:
            found = clean(before, options=checks, encoder=encoder, progress=self._progress)
            return Made(data=found.data, facts=found.to_dict())

        parts = {"config": checks.model_dump(mode="json"), "encoder": encoder and encoder_fingerprint(encoder)}
        return self._kept(name, {"before": before.fingerprint, **parts}, work)

    def _translate(self, wanted: TranslateConfig, engine: Translator, before: ParallelDataset) -> Step:
        def work() -> Made:
            found = translate(before, engine, source=wanted.source, to=wanted.to, progress=self._progress)
            return Made(data=found.data, facts=found.to_dict(), whole=not found.report.failed)

        parts = {"engine": engine.name, "source": wanted.source, "to": wanted.to}
        return self._kept("translate", {"before": before.fingerprint, **parts}, work)

    def _kept(self, name: str, parts: dict[str, Any], make: Callable[[], Made]) -> Step:
        def timed() -> Made:
            begun = time.monotonic()
            made = make()
            return replace(made, facts={"seconds": round(time.monotonic() - begun, 1), **made.facts})

        step = kept_step(self._folder, name, {"form": _FORM, **parts}, timed)
        if self._report is not None:
            self._report(step)
        return step


def _opened(wanted: TranslateConfig) -> Translator:
    """The engine, which has every direction."""
    engine = translator(wanted.engine)
    for target in wanted.to:
        engine.check(normalise(wanted.source), normalise(target))
    return engine


def _check_outputs(config: PrepareConfig, manifest: Path, folder: Path) -> None:
    """Refuse to write over what is read, and where nothing can be written, before the work."""
    read = {Path(source.data) for source in config.sources if isinstance(source.data, str)}
    read |= {Path(file) for source in config.sources if isinstance(source.data, dict) for file in source.data.values()}
    taken = {resolved(path) for path in read}
    for target in (config.output, manifest):
        if resolved(target) in taken:
            raise ConfigError(f"key 'output': {target} is read as a source; name another file.")
        check_target(target)
    if folder.exists() and not folder.is_dir():
        raise StorageError(f"{folder}: a file where the steps are kept; move it, or give another 'output'.")
