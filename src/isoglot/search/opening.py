"""The encoder of an index that is there, or with which one is made."""

from isoglot.encoder.affine import Affine
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.lazy import loaded
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.similarity import similarity_of
from isoglot.encoder.stored import StoredVectors
from isoglot.errors import ConfigError, EncoderError
from isoglot.search.manifest import Manifest, checked_base, manifest_of
from isoglot.search.notes import manifest_note, repair_note
from isoglot.search.store import Store


def opened(store: Store, place: str, encoder: AnyEncoder | None) -> Encoder:
    """The encoder without its repair; an index without rows is noted where there is none.

    Args:
        store: of the index.
        place: where that is.
        encoder: by object or name; that of an index that is there if left out.

    Raises:
        ConfigError: a new index needs an encoder.
        EncoderError: an encoder of other vectors, or one that compares by distance.
    """
    there = Manifest.read(store, place)
    if there is None:
        if encoder is None:
            raise ConfigError(f"{place}: there is no index yet: name the encoder that it is to be made with.")
        base, made, transform = described(given_encoder(encoder), encoder_name(encoder), table="passages-1")
        # Of several who begin at once one alone notes it, and the others go on as with an index that is there.
        store.set_notes({**manifest_note(made), **repair_note(transform)}, keep=True)
        return checked_base(base, manifest_of(store, place), place)
    return checked_base(given_encoder(there.encoder if encoder is None else encoder), there, place)


def described(encoder: Encoder, name: str, *, table: str) -> tuple[Encoder, Manifest, Affine | None]:
    """The encoder without its repair, what an index of its vectors says of itself, and the repair.

    Args:
        encoder: repaired or not.
        name: that it is loaded by.
        table: of the rows.

    Raises:
        EncoderError: it compares by distance, or has no fingerprint.
    """
    apart = taken_apart(encoder)
    base = encoder if apart is None else apart.base
    similarity = similarity_of(base)
    fingerprint = encoder_fingerprint(base)
    if similarity.distance:
        raise EncoderError(f"{name!r} compares by {similarity}: an index is of encoders that compare by cosine or dot.")
    if fingerprint is None:
        raise EncoderError(
            f"{name!r} has no weights by which an index could know it again, and states no fingerprint: give a folder "
            "or an id."
        )
    probe = embed(base, ["?"], role="passage")
    made = Manifest(
        encoder=name,
        fingerprint=fingerprint,
        similarity=similarity,
        width=probe.shape[1],
        length=getattr(loaded(base), "max_seq_length", None),
        table=table,
        repair="" if apart is None else name,
    )
    return base, made, None if apart is None else apart.transform


def maker_of(stored: StoredVectors) -> Encoder:
    """The encoder that stored vectors come from, by which queries are encoded.

    Raises:
        EncoderError: the vectors do not say which; or that is another one by now, or repaired.
    """
    manifest = stored.manifest
    if manifest is None:
        raise EncoderError(
            f"{stored.loaded_as}: does not say which encoder its vectors come from, and an index has to encode "
            "queries: name the encoder, or a folder that `isoglot encode` wrote."
        )
    maker = given_encoder(manifest.encoder)
    if encoder_fingerprint(maker) != manifest.encoder_fingerprint:
        raise EncoderError(
            f"{stored.loaded_as}: comes from {manifest.encoder} as it was ({manifest.encoder_fingerprint[:12]}), and "
            "this is another encoder now: encode the collection again."
        )
    if taken_apart(maker) is not None:
        raise EncoderError(
            f"{stored.loaded_as}: {manifest.encoder} is repaired, and an index holds vectors without repair: encode by "
            "its base, then add the repair by `isoglot index --repair`."
        )
    return maker
