"""The hub's own client, as isoglot uses it: it takes HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE."""

import logging as levels
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub import HfApi
from huggingface_hub.utils import logging
from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars


def client() -> HfApi:
    """A client of the hub that the environment names now; the package itself reads it when it is imported."""
    return HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None, library_name="isoglot")


@contextmanager
def quiet_client() -> Iterator[None]:
    """Keep the client's remarks on each try off the user's screen, and its bars where there is no terminal."""
    level, bars = logging.get_verbosity(), not are_progress_bars_disabled() and not sys.stderr.isatty()
    logging.set_verbosity(levels.ERROR)
    if bars:
        disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            enable_progress_bars()
