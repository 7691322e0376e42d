"""Models on the Hugging Face hub, before a loader asks for them."""

from pathlib import Path

from huggingface_hub import hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

from isoglot.data.hub.client import client
from isoglot.data.hub.models import HUB_SECONDS, is_cached


def reach_hub(name: str, revision: str | None) -> None:
    """Ask once, before a loader asks for every file and each time again: two minutes where there is no network.

    Raises:
        ConnectionError: the hub gives no answer. What is wrong with one that it gives is for the loader to say.
    """
    repository = repository_of(name)
    if is_cached(repository, revision=revision):
        return
    try:
        client().model_info(repository, revision=revision, timeout=HUB_SECONDS)
    except (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled):
        return
    except Exception as error:  # of the client's HTTP library, which has been another before
        raise ConnectionError(f"the hub cannot be reached: {error}") from error


def hub_file(name: str, file: str, revision: str | None) -> Path | None:
    """A small file of a model, fetched where it is not in the client's cache; None where it is not to be had.

    Raises:
        ConnectionError: the hub gives no answer.
    """
    repository = repository_of(name)
    if (found := try_to_load_from_cache(repository, file, revision=revision)) is not None:
        return Path(found) if isinstance(found, str) else None  # else it is known that there is none
    reach_hub(name, revision)
    try:
        return Path(hf_hub_download(repository, file, revision=revision, etag_timeout=HUB_SECONDS))
    except Exception:  # there is no such file, or it is for the loader to say what is wrong
        return None


def repository_of(name: str) -> str:
    """What the hub calls a model: a name without an owner is sentence-transformers' own, as its loader has it."""
    return name if "/" in name else f"sentence-transformers/{name}"
