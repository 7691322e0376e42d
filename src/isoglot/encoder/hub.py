"""Models on the Hugging Face hub, before a loader asks for them."""

from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

from isoglot.data.hub.models import FIRST_FILES

_SECONDS = 10


def reach_hub(name: str, revision: str | None) -> None:
    """Ask once, before a loader asks for every file and each time again: two minutes where there is no network.

    Raises:
        ConnectionError: the hub gives no answer. What is wrong with one that it gives is for the loader to say.
    """
    if any(isinstance(_cached(name, file, revision), str) for file in FIRST_FILES):
        return
    try:
        HfApi().model_info(_repository(name), revision=revision, timeout=_SECONDS)
    except (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled):
        return
    except Exception as error:  # of the client's HTTP library, which has been another before
        raise ConnectionError(f"the hub cannot be reached: {error}") from error


def hub_file(name: str, file: str, revision: str | None) -> Path | None:
    """A small file of a model, fetched where it is not in the client's cache; None where it is not to be had.

    Raises:
        ConnectionError: the hub gives no answer.
    """
    if (found := _cached(name, file, revision)) is not None:
        return Path(found) if isinstance(found, str) else None  # else it is known that there is none
    reach_hub(name, revision)
    try:
        return Path(hf_hub_download(_repository(name), file, revision=revision, etag_timeout=_SECONDS))
    except Exception:  # there is no such file, or it is for the loader to say what is wrong
        return None


def _cached(name: str, file: str, revision: str | None) -> object:
    return try_to_load_from_cache(_repository(name), file, revision=revision)


def _repository(name: str) -> str:
    return name if "/" in name else f"sentence-transformers/{name}"
