"""From the name of a translation engine to the engine."""

from collections.abc import Callable

from isoglot.errors import ConfigError
from isoglot.translation.apertium import Apertium
from isoglot.translation.engine import Translator

ENGINES: dict[str, Callable[[], Translator]] = {"apertium": Apertium}


def translator(spec: str) -> Translator:
    """The engine of this name.

    Raises:
        ConfigError: no engine has it.
        TranslationError: the engine is not installed.
    """
    engine = ENGINES.get(spec)
    if engine is None:
        raise ConfigError(f"translator: unknown engine {spec!r}; known: {', '.join(sorted(ENGINES))}.")
    return engine()
