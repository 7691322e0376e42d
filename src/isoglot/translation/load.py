"""From what a file or a command line says about a translation engine to the engine.

``apertium``, ``hf:PATH_OR_ID``, ``ct2:FOLDER``, ``openai:MODEL@URL`` and ``libretranslate:URL``. Options follow after
commas (``hf:model,beams=1,device=cuda``), or the whole is a table with a ``name`` (``{name = "hf:model", beams = 1}``).
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from isoglot.errors import ConfigError
from isoglot.translation.engine import Translator, engine_needs
from isoglot.translation.options import ChatOptions, CTranslate2Options, HttpOptions, Options, Seq2SeqOptions

EngineSpec = str | Mapping[str, Any]

_TAIL = re.compile(r"((?:,[a-z_]+=[^,]*)+)$")


# Engines are imported when they are opened: PyTorch alone takes seconds.
def _apertium(place: str, options: Options) -> Translator:
    from isoglot.translation.apertium import Apertium

    return Apertium()


def _seq2seq(place: str, options: Any) -> Translator:
    from isoglot.translation.seq2seq import open_seq2seq

    return open_seq2seq(place, options)


def _ct2(place: str, options: Any) -> Translator:
    from isoglot.translation.ct2 import open_ct2

    return open_ct2(place, options)


def _chat(place: str, options: Any) -> Translator:
    engine_needs("httpx2", extra="translate")
    from isoglot.translation.chat import Chat

    return Chat(place, options)


def _libretranslate(place: str, options: Any) -> Translator:
    engine_needs("httpx2", extra="translate")
    from isoglot.translation.libretranslate import LibreTranslate

    return LibreTranslate(place, options)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of engine.

    Attributes:
        place: how what follows the colon is written; nothing if nothing does.
        options: the options it has.
        open: makes the engine.
    """

    place: str
    options: type[Options]
    open: Callable[[str, Any], Translator]


_KINDS = {
    "apertium": _Kind(place="", options=Options, open=_apertium),
    "hf": _Kind(place="PATH_OR_ID", options=Seq2SeqOptions, open=_seq2seq),
    "ct2": _Kind(place="FOLDER", options=CTranslate2Options, open=_ct2),
    "openai": _Kind(place="MODEL@URL", options=ChatOptions, open=_chat),
    "libretranslate": _Kind(place="URL", options=HttpOptions, open=_libretranslate),
}


def translator(spec: EngineSpec) -> Translator:
    """The engine that is meant.

    Raises:
        ConfigError: see :func:`check_spec`; or an option's value cannot be used with the others.
        TranslationError: the engine, or what it needs, is not installed or not there.
    """
    kind, place, options = _read(spec)
    return kind.open(place, options)


def check_spec(spec: EngineSpec) -> None:
    """Whether an engine could be meant, without opening one.

    Raises:
        ConfigError: no engine has the name, something is missing in it, or an option is unknown or unusable.
    """
    _read(spec)


def place_of(spec: EngineSpec) -> tuple[str, str]:
    """The kind of an engine, and what follows the colon.

    Raises:
        ConfigError: see :func:`check_spec`.
    """
    _, place, _ = _read(spec)
    return _parts(spec)[0].partition(":")[0], place


def _read(spec: EngineSpec) -> tuple[_Kind, str, Options]:
    name, given = _parts(spec)
    word, colon, place = name.partition(":")
    kind = _KINDS.get(word)
    if kind is None or (colon and not kind.place):
        known = ", ".join(f"{word}:{kind.place}" if kind.place else word for word, kind in _KINDS.items())
        raise ConfigError(f"unknown {name!r}; known: {known}.")
    if kind.place and not place:
        raise ConfigError(f"{name!r} lacks what follows the colon: write {word}:{kind.place}.")
    try:
        return kind, place, kind.options.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        known = ", ".join(kind.options.model_fields) or "none"
        # What was given is not shown: it may be a key.
        reason = f"has no such option; its options: {known}" if first["type"] == "extra_forbidden" else first["msg"]
        raise ConfigError(f"option {key!r} of translation engine {word!r}: {reason}.") from error


def _parts(spec: EngineSpec) -> tuple[str, dict[str, Any]]:
    """(Name, options)."""
    if isinstance(spec, Mapping):
        given = dict(spec)
        name = given.pop("name", None)
        if not isinstance(name, str):
            raise ConfigError("a translation engine that is a table needs a 'name', such as apertium.")
        if _TAIL.search(name):
            raise ConfigError(f"{name!r} is in a table: write its options there too, not after commas.")
        return name, given
    match = _TAIL.search(spec)
    if match is None:
        return spec, {}
    pairs = (pair.partition("=") for pair in match[1].split(",")[1:])
    return spec[: match.start()], {key: _value(text) for key, _, text in pairs}


def _value(text: str) -> Any:
    """A value as TOML writes it; what is none is a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
