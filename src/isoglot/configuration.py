"""Configuration files: TOML, overridden by ``key=value``, checked against a typed model; every mistake is named."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from isoglot.arguments import first_fault, within
from isoglot.errors import ConfigError
from isoglot.files import given_path
from isoglot.limits import LINE_BYTES, SEEDS, PastLimit, check_depth, mebibytes, read_until, within_limits
from isoglot.wording import shown

_INTEGERS = range(-(2**63), 2**63)  # TOML's


def _not_empty(value: Any) -> Any:
    """An empty path would be the folder that the command runs in."""
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("path", "must name a file or a folder")
    return value


Seed = Annotated[int, within(SEEDS)]
"""What training and drawing begin from."""

ConfigPath = Annotated[Path, BeforeValidator(_not_empty), AfterValidator(lambda path: Path(os.path.expanduser(path)))]
"""A path of the file, not empty; a leading ``~`` is the home folder, here and nowhere later."""

DataName = Annotated[str, AfterValidator(os.path.expanduser)]
"""A name of data, or the path of a file or folder."""

DataSource = DataName | dict[str, DataName]
"""Training data: a name, or SQuAD JSON as language = file."""


class ConfigTable(BaseModel):
    """A table of a configuration file: unknown keys and infinite numbers are refused, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def __init__(self, **content: Any) -> None:
        try:
            super().__init__(**content)
        except ValidationError as error:
            raise self._refused(error, content, where=type(self).__name__) from error

    # So that tables in a table are read as pydantic does it, and their faults are told with the whole place.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def parse(cls, content: dict[str, Any], *, where: str) -> Self:
        """Check a table's content.

        Raises:
            ConfigError: names ``where`` and the first key that is unknown or has an unusable value.
        """
        try:
            table = cls.model_validate(content)
        except ValidationError as error:
            raise cls._refused(error, content, where=where) from error
        table._check(where)
        return table

    @classmethod
    def _refused(cls, error: ValidationError, content: dict[str, Any], *, where: str) -> ConfigError:
        place, why = first_fault(error, content, show=cls._shown)
        return ConfigError(f"{where}: key {'.'.join(place)!r}: {why}.")

    @classmethod
    def _shown(cls, value: object) -> str:
        """A value in a message."""
        return shown(value)

    def _check(self, where: str) -> None:
        """Refuse what no key shows by itself, with a ConfigError that names ``where`` and the key."""


class ConfigFile(ConfigTable):
    """A whole configuration file."""

    @classmethod
    def of(cls, config: Self | str | Path | Mapping[str, Any]) -> Self:
        """A configuration by object, as a path of its TOML file, or as the content of one.

        Raises:
            ConfigError: see :meth:`read`.
        """
        if isinstance(config, cls):
            return config
        if isinstance(config, str | Path):
            return cls.read(given_path(config))
        if not isinstance(config, Mapping):
            raise ConfigError(
                f"a configuration must be a {cls.__name__}, a path of its TOML file or what one says as a dict, but is "
                f"{shown(config)}."
            )
        return cls.parse(dict(config), where="the configuration")

    @classmethod
    def read(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """Read TOML and apply ``section.key=value`` overrides, values in TOML (bare words are strings).

        Raises:
            ConfigError: the file is missing or not TOML, or a key is unknown or has an unusable value.
        """
        return cls.parse(read_toml(path, overrides), where=str(path))


def read_toml(path: Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """A TOML file with ``section.key=value`` overrides applied, values in TOML (bare words are strings).

    Raises:
        ConfigError: the file is missing, not TOML or past a limit, or an override is none.
    """
    try:
        with path.open("rb") as file:
            raw = read_until(file, LINE_BYTES)
        if len(raw) > LINE_BYTES:
            raise ConfigError(f"{path}: larger than {mebibytes(LINE_BYTES)}; name a TOML file.")
        content = _toml(raw.decode("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file.") from error
    except IsADirectoryError as error:
        raise ConfigError(f"{path}: a folder; name a TOML file.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    except PastLimit as error:
        raise ConfigError(f"{path}: {error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}.") from error
    for assignment in overrides:
        _override(content, assignment)
    for key, value in _values(content):
        if isinstance(value, int) and value not in _INTEGERS:
            raise ConfigError(f"{path}: key {key!r}: an integer of more than 64 bits.")
    return content


def _toml(text: str) -> dict[str, Any]:
    """What TOML says.

    Raises:
        TOMLDecodeError: it is not TOML.
        PastLimit: it nests too deep, or an integer is too long.
    """
    with within_limits():
        content = tomllib.loads(text)
    check_depth(content)
    return content


def _values(part: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """(Key, value) of all that is no table and no list."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _values(value, f"{key}.{name}" if key else name)
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from _values(value, f"{key}.{place}")
    else:
        yield key, part


def _override(content: dict[str, Any], assignment: str) -> None:
    """Set a key of nested tables in place, ``section.key=value``.

    Raises:
        ConfigError: it is no assignment, or what comes before the last dot is no table.
    """
    key, equals, text = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {assignment!r}: write it as key=value, such as --set batch.policy=mono.")
    try:
        value = _toml(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    except PastLimit as error:
        raise ConfigError(f"--set {key}: {error}.") from error
    *sections, last = key.strip().split(".")
    for section in sections:
        content = content.setdefault(section, {})
        if not isinstance(content, dict):
            raise ConfigError(f"--set {assignment!r}: {section!r} is not a section.")
    content[last] = value


def dotted(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """``("batch.size", 8)`` of ``{"batch": {"size": 8}}``: the keys of nested tables as ``--set`` takes them."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from dotted(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
