"""A repaired encoder as a folder: one of sentence-transformers, or a file that names a server, and the transform."""

import json
from pathlib import Path

from sentence_transformers import SentenceTransformer

from isoglot.cards.card import write_card
from isoglot.encoder.affine import Affine
from isoglot.encoder.affine_files import save_arrays
from isoglot.encoder.files import OWN_FILE
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.load import quiet_transformers
from isoglot.encoder.openai import OpenAIEncoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repaired import repaired
from isoglot.encoder.saved_repair import ARRAYS
from isoglot.errors import EncoderError
from isoglot.files import whole_folder
from isoglot.seals import seal


def save_model(encoder: SentenceTransformer, transform: Affine, folder: Path, *, fitted: Fitted) -> None:
    """Write an encoder whose vectors are transformed.

    ``encode_query`` and ``encode_document`` of the result give ``transform.apply`` of what they give now; ``encode``
    without a task treats its texts as passages.

    Args:
        folder: appears whole or not at all.

    Raises:
        EncoderError: the transform was fitted for another encoder, or its vectors are of another width.
        StorageError: the folder is there already.
    """
    _check(encoder, transform, fitted)
    model = repaired(encoder, transform, fitted)
    with whole_folder(folder) as part, quiet_transformers():
        model.save_pretrained(str(part), create_model_card=False)
        if not transform.by_language:
            save_arrays(transform, part / ARRAYS, fitted=fitted)
        write_card(part, name=folder.name)
        seal(part)


def save_served(encoder: OpenAIEncoder, transform: Affine, folder: Path, *, fitted: Fitted) -> None:
    """Write what describes an encoder on a server whose vectors are transformed.

    Args:
        folder: appears whole or not at all; it is then the encoder's name.

    Raises:
        EncoderError: the transform was fitted for another encoder.
        StorageError: the folder is there already.
    """
    _check_fitted(encoder, fitted)
    said = {"kind": "openai", **encoder.options.model_dump(exclude_unset=True, exclude_none=True), "repair": ARRAYS}
    with whole_folder(folder) as part:
        save_arrays(transform, part / ARRAYS, fitted=fitted)
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items())  # TOML, too
        (part / OWN_FILE).write_text("".join(lines), encoding="utf-8")
        seal(part)


def _check(encoder: SentenceTransformer, transform: Affine, fitted: Fitted) -> None:
    width = encoder.get_embedding_dimension()
    if width != transform.width or encoder.truncate_dim is not None:
        raise EncoderError(
            f"the encoder's vectors are {width} wide{' once cut' if encoder.truncate_dim else ''}, but the transform "
            f"is for {transform.width} uncut: fit it for this encoder without truncate_dim."
        )
    _check_fitted(encoder, fitted)


def _check_fitted(encoder: Encoder, fitted: Fitted) -> None:
    fingerprint = encoder_fingerprint(encoder)
    if fitted.encoder is not None and fingerprint != fitted.encoder:
        raise EncoderError(
            f"the transform was fitted for the encoder {fitted.encoder[:12]}, but this one is {str(fingerprint)[:12]}: "
            "fit one for it."
        )
