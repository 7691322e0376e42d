"""What a model of the hub will take before it is loaded; the hub is asked for its list of files."""

from huggingface_hub import try_to_load_from_cache

from isoglot.data.hub.client import client
from isoglot.errors import first_line
from isoglot.foreseen import Foreseen

FIRST_FILES = ("modules.json", "config.json")
"""Of which every model has one."""

HUB_SECONDS = 10
"""That a hub which is away is waited for."""

_WEIGHTS = (".safetensors", ".bin")  # whichever of them there is; the first where both are


def is_cached(name: str, *, revision: str | None = None) -> bool:
    """Whether a model is in the cache of the hub's client."""
    kept = (try_to_load_from_cache(name, file, revision=revision) for file in FIRST_FILES)
    return any(isinstance(path, str) for path in kept)


def foresee_model(name: str, *, revision: str | None = None, called: str | None = None) -> Foreseen:
    """Whether a model of the hub is in its client's cache.

    Args:
        called: what the user calls it; its name if left out.
    """
    called = called or name
    if is_cached(name, revision=revision):
        return Foreseen(name=called, where="here")
    try:
        info = client().model_info(name, revision=revision, files_metadata=True, timeout=HUB_SECONDS)
    except Exception as error:  # of the client, or of the HTTP library that it uses
        reason = f"there is no such folder, and the hub does not give it ({first_line(error)})."
        return Foreseen(name=called, where="missing", reason=reason)
    licence = getattr(info.card_data, "license", None) if info.card_data is not None else None
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
    weights = (sum(size for path, size in sizes.items() if path.endswith(ending)) for ending in _WEIGHTS)
    return Foreseen(name=called, where="to fetch", size=next(filter(None, weights), None), licence=str(licence or ""))
