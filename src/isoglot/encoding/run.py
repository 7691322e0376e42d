"""Encode a collection into a folder of shards. One process writes them, whoever encodes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from isoglot.arguments import checked
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collection
from isoglot.data.tables import text_digests
from isoglot.encoder.embed import announce
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import similarity_of
from isoglot.encoding.cluster import RayEngine, ray_package
from isoglot.encoding.engine import Engine, InProcess, Task, encoded, sends_away
from isoglot.encoding.loss import loss_of_precision
from isoglot.encoding.options import EncodeOptions
from isoglot.encoding.sharded import Sharded
from isoglot.errors import ConfigError, EncoderError, StorageError
from isoglot.evaluation.embedded import sides_of
from isoglot.files import check_shared_folder, given_path
from isoglot.progress import StartProgress
from isoglot.roles import Role
from isoglot.vectors.folder import ShardFolder
from isoglot.vectors.manifest import Manifest, Part
from isoglot.vectors.packing import packed
from isoglot.vectors.shard import Unusable

_LOCK = ".lock"


@checked
def encode(
    encoder: AnyEncoder,
    collection: AnyCollection,
    output: str | Path,
    *,
    options: EncodeOptions | None = None,
    progress: StartProgress | None = None,
) -> Sharded:
    """Encode a collection's queries and passages into a folder of shards, which ``vectors:FOLDER`` reads.

    A shard that is there and whole is kept, so a run that was killed goes on where it was when it is started again.

    Example::

        >>> found = isoglot.encode("e5-small", "sample/test", "shards")
        >>> found.passages
        336
        >>> results = isoglot.evaluate("vectors:shards", "sample/test")

    Args:
        encoder: by object or by name, with one dense vector a text.
        collection: by object or by name; it needs no judgements.
        output: the folder.
        options: see :class:`EncodeOptions`.
        progress: begins the measuring of the loss, and the encoding by all workers together.

    Raises:
        ConfigError: devices of an encoder that is given by object; or no Ray, or no cluster at the address.
        EncoderError: the encoder cannot be loaded or does not return sound vectors; the folder has vectors of another
            encoder or collection; ``precision`` loses more than the margin; a worker cannot do its work; or texts must
            not be sent.
        DataError, FetchError: there is no such collection.
        StorageError: the folder cannot be written, or another process writes into it.
    """
    options, folder = options or EncodeOptions(), given_path(output)
    check_shared_folder(folder)
    if options.engine == "ray":
        ray_package()
    loaded, named = given_collection(collection, judged=False), _given(encoder, options)
    on = None if options.loss_on is None else given_collection(options.loss_on)
    announce(named, _sides([loaded] if on is None else [loaded, on]))
    with _alone(folder):
        place = ShardFolder(folder, _manifest(named, encoder_name(encoder), loaded, folder, options))
        missing, kept = _missing(place)
        measured = None
        if on is not None:
            measured = loss_of_precision(named, on, options.precision, margin=options.margin, progress=progress)
        place.manifest.write(folder)
        if missing:
            _fill(place, loaded, missing, named, encoder, options, progress)
    return Sharded(
        place=str(folder),
        collection=loaded.name,
        encoder=encoder_name(encoder),
        precision=options.precision,
        width=place.manifest.width,
        queries=len(loaded.queries),
        passages=len(loaded.passages),
        written=len(missing),
        kept=kept,
        nbytes=sum((folder / part.name).stat().st_size for part in place.manifest.parts()),
        loss=measured,
    )


def _given(encoder: AnyEncoder, options: EncodeOptions) -> Encoder:
    if not options.devices:
        found = given_encoder(encoder)
        if options.engine == "ray" and sends_away(found):
            raise ConfigError(
                f"{encoder_name(encoder)}: a server encodes, and one process asks it: leave the engine out."
            )
        return found
    if not isinstance(encoder, str | Path):
        raise ConfigError("devices are of an encoder that is loaded by name: name it, or leave them out.")
    from isoglot.encoder.load import load_encoder  # imports torch

    spread: Encoder = load_encoder(encoder, devices=list(options.devices))
    return spread


def _sides(collections: Sequence[Collection]) -> Iterator[tuple[Role, pa.ChunkedArray]]:
    """All texts by role: one that two collections have is one."""
    for sides in zip(*map(sides_of, collections), strict=True):
        chunks = [chunk for _, column in sides for chunk in column.chunks]
        yield sides[0][0], pa.chunked_array(chunks, pa.string())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """A turn in the folder, which is made; where nothing was written, it is removed again."""
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    guard = folder / _LOCK
    try:
        with FileLock(guard, timeout=0):
            try:
                yield
            finally:
                if new and [path.name for path in folder.iterdir()] == [_LOCK]:
                    with suppress(OSError):  # Windows keeps a file that is open
                        guard.unlink()
                        folder.rmdir()
    except Timeout as error:
        raise StorageError(
            f"{folder}: another process encodes into it; wait for it, or name another folder."
        ) from error


def _manifest(encoder: Encoder, name: str, collection: Collection, folder: Path, options: EncodeOptions) -> Manifest:
    """What the folder has to say.

    Raises:
        EncoderError: it says something else.
    """
    fingerprint = encoder_fingerprint(encoder)
    if fingerprint is None:
        raise EncoderError(
            f"{name!r} has no weights by which its shards could be known again, and states no fingerprint: give a "
            "folder or an id."
        )
    there = Manifest.read(folder)
    wanted = Manifest(
        collection=collection.name,
        collection_fingerprint=collection.fingerprint,
        encoder=name,
        encoder_fingerprint=fingerprint,
        similarity=str(similarity_of(encoder)),
        precision=options.precision,
        width=there.width if there else _width(encoder, collection),
        shard_rows=options.shard_rows,
        rows={"query": len(collection.queries), "passage": len(collection.passages)},
    )
    if there is not None:
        there.check(wanted, folder)
    return wanted


def _width(encoder: Encoder, collection: Collection) -> int:
    """Of the first passage's vector, which has been announced with the others."""
    _, width = encoded(encoder, next(_tasks(collection, [Part("passage", 0, 0, 1)]))).shape
    return int(width)


def _missing(place: ShardFolder) -> tuple[list[Part], int]:
    """The parts that are not there whole, and how many are."""
    missing, kept = [], 0
    for part in place.manifest.parts():
        try:
            shard = place.find(part)
        except Unusable as fault:
            warnings.warn(f"{place.path / part.name}: {fault}, so its texts are encoded again.", stacklevel=2)
            shard = None
        if shard is None:
            missing.append(part)
        else:
            kept += 1
    return missing, kept


def _fill(
    place: ShardFolder,
    collection: Collection,
    missing: list[Part],
    encoder: Encoder,
    given: AnyEncoder,
    options: EncodeOptions,
    progress: StartProgress | None,
) -> None:
    """Encode the missing parts, and write each as it comes."""
    told = progress(f"encoding {collection.name}", sum(map(len, missing))) if progress else None
    manifest = place.manifest
    engine: Engine = InProcess(encoder)
    if options.engine == "ray":
        engine = RayEngine(given, manifest.encoder_fingerprint, address=options.address, workers=options.workers)
    for task, vectors in engine.run(_tasks(collection, missing), told):
        if vectors.shape != (len(task.part), manifest.width):
            raise EncoderError(
                f"{task.part.name}: the encoder returned an array of shape {vectors.shape}, but must return one of "
                f"{(len(task.part), manifest.width)}."
            )
        rows = _rows(collection, task.part)
        digests = text_digests(rows["text"])
        place.write(task.part, rows["id"].to_pylist(), digests, packed(vectors, options.precision))


def _tasks(collection: Collection, parts: Iterable[Part]) -> Iterator[Task]:
    for part in parts:
        rows = _rows(collection, part)
        yield Task(part, rows["text"].to_pylist(), rows["lang"].to_pylist())


def _rows(collection: Collection, part: Part) -> pa.Table:
    table = collection.queries if part.role == "query" else collection.passages
    return table.slice(part.start, len(part))
