"""Configuration files: TOML, overridden by ``key=value``, checked against a typed model; every mistake is named."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from isoglot.errors import ConfigError

ConfigPath = Annotated[Path, AfterValidator(lambda path: Path(os.path.expanduser(path)))]
"""A path of the file; a leading ``~`` is the home folder, here and nowhere later."""

DataName = Annotated[str, AfterValidator(os.path.expanduser)]
"""A name of data, or the path of a file or folder."""

DataSource = DataName | dict[str, DataName]
"""Training data: a name, or SQuAD JSON as language = file."""


class ConfigTable(BaseModel):
    """A table of a configuration file: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def parse(cls, content: dict[str, Any], *, where: str) -> Self:
        """Check a table's content.

        Raises:
            ConfigError: names ``where`` and the first key that is unknown or has an unusable value.
        """
        try:
            table = cls.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise ConfigError(f"{where}: key {key!r}: {first['msg']} (got {first.get('input')!r}).") from error
        table._check(where)
        return table

    def _check(self, where: str) -> None:
        """Refuse what no key shows by itself, with a ConfigError that names ``where`` and the key."""


class ConfigFile(ConfigTable):
    """A whole configuration file."""

    @classmethod
    def read(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """Read TOML and apply ``section.key=value`` overrides, values in TOML (bare words are strings).

        Raises:
            ConfigError: the file is missing or not TOML, or a key is unknown or has an unusable value.
        """
        return cls.parse(_read_toml(path, overrides), where=str(path))


def _read_toml(path: Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """A TOML file with ``section.key=value`` overrides applied, values in TOML (bare words are strings).

    Raises:
        ConfigError: the file is missing or not TOML, or an override is none.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file.") from error
    except IsADirectoryError as error:
        raise ConfigError(f"{path}: a folder; name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}.") from error
    for assignment in overrides:
        _override(content, assignment)
    return content


def _override(content: dict[str, Any], assignment: str) -> None:
    """Set a key of nested tables in place, ``section.key=value``.

    Raises:
        ConfigError: it is no assignment, or what comes before the last dot is no table.
    """
    key, equals, text = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {assignment!r}: write it as key=value, such as --set batch.policy=mono.")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    *sections, last = key.strip().split(".")
    for section in sections:
        content = content.setdefault(section, {})
        if not isinstance(content, dict):
            raise ConfigError(f"--set {assignment!r}: {section!r} is not a section.")
    content[last] = value
