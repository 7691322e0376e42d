"""The file that says what is prepared, and how."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from isoglot.cleaning.config import CleaningConfig
from isoglot.configuration import ConfigFile, ConfigPath, ConfigTable, DataSource
from isoglot.errors import ConfigError, DataError
from isoglot.languages import normalise
from isoglot.translation.config import TranslateConfig

Checks = Annotated[CleaningConfig | None, BeforeValidator(lambda given: None if given is False else given)]
"""TOML has no null, so false says that nothing is checked."""

_KINDS = ("data", "documents", "catalogues")


class SourceConfig(ConfigTable):
    """One source: ``data``, ``documents`` or ``catalogues``."""

    data: DataSource | None = Field(None, description="as data.train of a training configuration")
    documents: dict[str, ConfigPath] | None = Field(None, description="language -> folder of HTML or Markdown")
    catalogues: dict[str, ConfigPath] | None = Field(None, description="language -> folder of gettext catalogues")
    original: str = Field("en", description="catalogues: the language of their msgids")
    domain: str | None = Field(None, description="of documents and catalogues")
    answers: Literal["marked", "sentence"] | None = Field(
        None, description="SQuAD JSON: mark the sentence of the answer in each passage, or make it the passage"
    )
    languages: list[str] | None = Field(None, min_length=1, description="these only; all if left out")
    max_items: int | None = Field(None, gt=0, description="draw at most so many items, whole groups")


class PrepareConfig(ConfigFile):
    """A whole preparation. What is read is cleaned, and what is translated is filtered, unless that is set to false.

    Example::

        >>> config = isoglot.PrepareConfig.of("prepare.toml")
        >>> config.output.name
        'pairs.parquet'
    """

    output: ConfigPath
    sources: list[SourceConfig] = Field(min_length=1)
    clean: Checks = Field(default_factory=lambda: CleaningConfig.model_validate({}))
    translate: TranslateConfig | None = None
    filter: Checks = Field(
        default_factory=lambda: CleaningConfig.model_validate({}), description="the same checks, after the translation"
    )
    encoder: str | None = Field(None, description="of the check of similarity")

    @property
    def checks(self) -> tuple[CleaningConfig | None, ...]:
        """Those that will be made: before the translation, and after it if there is one."""
        return (self.clean,) if self.translate is None else (self.clean, self.filter)

    def _check(self, where: str) -> None:
        for number, source in enumerate(self.sources):
            _check_source(source, f"{where}: key 'sources.{number}")
        if self.translate is None and "filter" in self.model_fields_set and self.filter:
            raise ConfigError(f"{where}: key 'filter' is for translations, of which there are none: name it 'clean'.")
        for section in ("clean", "filter"):
            checks: CleaningConfig | None = getattr(self, section)
            if checks and checks.similarity is not None and self.encoder is None:
                raise ConfigError(f"{where}: key '{section}.similarity' needs an 'encoder'.")
        if self.encoder is not None and not any(checks and checks.similarity for checks in self.checks):
            raise ConfigError(
                f"{where}: key 'encoder' is for the check of similarity, which has no floor: set "
                "clean.similarity.floor or filter.similarity.floor, or leave the encoder out."
            )
        if self.translate is not None:
            _check_directions(self.translate, f"{where}: key 'translate")
        if self.output.suffix != ".parquet":
            raise ConfigError(f"{where}: key 'output': name a .parquet file, not {str(self.output)!r}.")


def _check_source(source: SourceConfig, where: str) -> None:
    kinds = [kind for kind in _KINDS if getattr(source, kind) is not None]
    if len(kinds) != 1:
        raise ConfigError(f"{where}': give one of data, documents and catalogues.")
    if not getattr(source, kinds[0]):
        raise ConfigError(f"{where}.{kinds[0]}': empty; name {'data' if kinds == ['data'] else 'a folder a language'}.")
    if kinds != ["data"] and not source.domain:
        raise ConfigError(f"{where}.domain': {kinds[0]} need a domain's name.")
    if kinds == ["data"] and source.domain is not None:
        raise ConfigError(f"{where}.domain': data has domains of its own; leave it out.")
    if source.answers is not None and not isinstance(source.data, dict):
        raise ConfigError(f'{where}.answers\' is for SQuAD JSON, written as data = {{ en = "train.json" }}.')
    for kind in _KINDS:
        if isinstance(named := getattr(source, kind), dict):
            _codes(list(named), f"{where}.{kind}'")
    _codes(source.languages or [], f"{where}.languages'")
    if source.catalogues is not None:
        _codes([source.original], f"{where}.original'")


def _check_directions(wanted: TranslateConfig, where: str) -> None:
    """Before anything is read and cleaned for nothing."""
    source = _codes([wanted.source], f"{where}.source'")
    if source & _codes(wanted.to, f"{where}.to'"):
        raise ConfigError(f"{where}.to': {wanted.source!r} is the language to translate from; leave it out.")


def _codes(tags: Sequence[str], where: str) -> set[str]:
    """The codes in their standard form."""
    try:
        return {normalise(tag) for tag in tags}
    except DataError as error:
        raise ConfigError(f"{where}: {error}") from error
