"""Libraries that only some perturbations need, imported when they are."""

from importlib import import_module
from typing import Any

from isoglot.errors import ConfigError


def optional_library(name: str, perturbation: str) -> Any:
    """The module.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            f"the perturbation {perturbation!r} needs the library {name}: pip install 'isoglot[robustness]'."
        ) from error
