"""Libraries that only some translation engines need."""

from importlib import import_module
from typing import Any

from isoglot.errors import TranslationError


def need(module: str, *, extra: str) -> Any:
    """The module.

    Raises:
        TranslationError: it is not installed; the message says which extra brings it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise TranslationError(
            f"This translation engine needs {module}, which is not installed: pip install 'isoglot[{extra}]'."
        ) from error
