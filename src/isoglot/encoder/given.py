"""Encoders as users give them: by object, by the name that :func:`isoglot.encoder.load.load_encoder` takes, by a file
that describes one, as ``openai:MODEL``, as ``vectors:FOLDER``, or as ``bm25``.
"""

from pathlib import Path

from isoglot.encoder.bm25 import BM25, Bm25
from isoglot.encoder.files import described
from isoglot.encoder.folders import NAMES
from isoglot.encoder.kinds import kind_of, saved_kind
from isoglot.encoder.lazy import LazyEncoder
from isoglot.encoder.moved import moved_encoder
from isoglot.encoder.openai import SCHEME as OPENAI
from isoglot.encoder.openai import OpenAIEncoder
from isoglot.encoder.options import OpenAIOptions
from isoglot.encoder.protocol import LOADED_AS, Encoder
from isoglot.encoder.stored import SCHEME, StoredVectors
from isoglot.errors import EncoderError
from isoglot.files import given_name

AnyEncoder = Encoder | str | Path


def given_encoder(encoder: AnyEncoder) -> Encoder:
    """The encoder; that of a name is loaded when it has to encode something.

    Raises:
        EncoderError: it is neither a name nor anything that encodes.
        ConfigError: the name is empty, or the file cannot be used.
    """
    if encoder == BM25:
        return Bm25()
    if isinstance(encoder, str) and encoder.startswith(SCHEME):
        return StoredVectors(Path(given_name(encoder.removeprefix(SCHEME), "a folder with vectors")))
    if isinstance(encoder, str) and encoder.startswith(OPENAI):
        return OpenAIEncoder(str(given_name(encoder.removeprefix(OPENAI), f"a model of the server, as {OPENAI}MODEL")))
    if isinstance(encoder, str | Path):
        return _described(str(given_name(encoder, NAMES)))
    if not all(callable(getattr(encoder, method, None)) for method in ("encode_query", "encode_document")):
        raise EncoderError(
            f"{type(encoder).__name__} is no encoder: give the name or folder of one, or an object with encode_query "
            "and encode_document, such as a SentenceTransformer."
        )
    kind = kind_of(encoder)
    return encoder if kind is None else kind(encoder)


def _described(name: str) -> Encoder:
    found = described(name)
    if isinstance(found, OpenAIOptions):
        served = OpenAIEncoder(**found.model_dump(exclude_unset=True, exclude={"repair"}))
        served.loaded_as = name
        return served if found.repair is None else moved_encoder(served, Path(found.repair))
    try:
        kind = saved_kind(found)
    except ConnectionError:  # which it says when it is loaded
        kind = None
    return LazyEncoder(name) if kind is None else kind(name)


def encoder_name(encoder: AnyEncoder) -> str:
    """What results call it: the name that it was given or loaded by, else its type's."""
    return str(encoder) if isinstance(encoder, str | Path) else getattr(encoder, LOADED_AS, type(encoder).__name__)
