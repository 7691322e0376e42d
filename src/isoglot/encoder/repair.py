"""What an encoder's repair is. One that is known to have none is asked nothing, and torch is not imported for it."""

from typing import TYPE_CHECKING

from isoglot.encoder.apart import Repaired
from isoglot.encoder.lazy import LazyEncoder, loaded
from isoglot.encoder.moved import MovedEncoder
from isoglot.encoder.protocol import CollectionEncoder, Encoder
from isoglot.encoder.streaming import StreamingEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def taken_apart(encoder: Encoder) -> Repaired | None:
    """The base and the transform of a repaired encoder, as its weights are now; None for any other encoder.

    One whose vectors are cut afterwards (``truncate_dim``) is taken for any other.
    """
    if isinstance(encoder, MovedEncoder):
        return Repaired(encoder.base, encoder.transform)
    model = _model_to_ask(encoder)
    if model is None:
        return None
    from isoglot.encoder.repaired import parts_of

    return parts_of(model)


def fitted_on(encoder: Encoder) -> frozenset[str]:
    """Fingerprints of the collections that a repair was fitted or chosen on; none for an encoder without one."""
    if isinstance(encoder, MovedEncoder):
        return encoder.fitted.fingerprints
    model = _model_to_ask(encoder)
    if model is None:
        return frozenset()
    from isoglot.encoder.repaired import fit_of

    fitted = fit_of(model)
    return frozenset() if fitted is None else fitted.fingerprints


def _model_to_ask(encoder: Encoder) -> "SentenceTransformer | None":
    if isinstance(encoder, CollectionEncoder | StreamingEncoder) or (
        isinstance(encoder, LazyEncoder) and encoder.is_known
    ):
        return None
    from sentence_transformers import SentenceTransformer  # here, for it takes seconds to import

    model = loaded(encoder)
    return model if isinstance(model, SentenceTransformer) else None
