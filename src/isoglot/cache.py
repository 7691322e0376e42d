"""Where isoglot keeps what it can download or compute again."""

import os
from pathlib import Path

from platformdirs import user_cache_path

CACHE_VARIABLE = "ISOGLOT_CACHE"


def cache_dir() -> Path:
    """The cache folder: ISOGLOT_CACHE, else this user's on this platform. It need not exist yet."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("isoglot")
