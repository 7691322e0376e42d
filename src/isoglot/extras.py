"""Optional packages, imported when they are needed; one that is missing is one sentence with its remedy."""

from importlib import import_module
from typing import Any

from isoglot.errors import ConfigError, IsoglotError


def need(module: str, *, extra: str, what: str, instead: str = "", error: type[IsoglotError] = ConfigError) -> Any:
    """The module, imported.

    Args:
        module: its name, which is taken for its package's.
        extra: of isoglot's extras the one that brings it.
        what: subject and verb of the message: ``"near duplicates need"``.
        instead: what else can be done, behind a comma.
        error: what is raised.

    Raises:
        ConfigError: it is not installed; another error where ``error`` says so.
    """
    try:
        return import_module(module)
    except ImportError as missing:
        package = module.partition(".")[0]
        remedy = f"pip install 'isoglot[{extra}]'{instead and f', {instead}'}"
        raise error(f"{what} the package {package}: {remedy}.") from missing
