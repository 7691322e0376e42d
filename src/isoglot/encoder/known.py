"""What is known of the encoder in a folder without loading it: what was found when it was loaded before.

A note lies with the encoder's vectors in the cache. It holds the size and the times of every file of the folder, what
is said of how it is loaded (:class:`~isoglot.encoder.options.LoadOptions`), and the versions of the libraries that load
it: where one of them differs, the note says nothing. An encoder that is repaired, that comes from the hub, or that is
made of modules of other libraries is not noted.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isoglot.cache import cache_dir, use
from isoglot.encoder.files import load_options
from isoglot.encoder.folders import folder_of
from isoglot.encoder.options import LoadOptions
from isoglot.encoder.saved_repair import saved_repair
from isoglot.encoder.store import folder_of_vectors, name_encoder
from isoglot.errors import StorageError
from isoglot.files import write_json

if TYPE_CHECKING:  # which imports torch
    from sentence_transformers import SentenceTransformer

_FORM = 1  # counts what changed in how facts are found, where the version does not
_LOADERS = ("isoglot", "sentence-transformers", "transformers", "tokenizers", "torch")
_PACKAGES = {name.replace("-", "_") for name in _LOADERS}
_NOTES = "folders"
_GRAIN = 2_000_000_000  # nanoseconds; the coarsest clock of a file system

State = Mapping[str, Any]
"""What the facts of an encoder depend on, as JSON."""


@dataclass(frozen=True)
class Facts:
    """What must be known of an encoder whose vectors are in the cache.

    Attributes:
        fingerprint: see :func:`isoglot.encoder.fingerprint.encoder_fingerprint`.
        similarity: its ``similarity_fn_name``.
    """

    fingerprint: str
    similarity: str


def state_of(name: str) -> State | None:
    """The files of an encoder's folder as they are now.

    Returns:
        None where nothing can be noted: there is no folder, a part of it is elsewhere, or a file has changed just now,
        so that it could change once more and keep its times.
    """
    options, folder = load_options(name), _folder(name)
    if folder is None or not any((folder / file).is_file() for file in ("modules.json", "config.json")):
        return None
    try:
        files = {path: [now.st_size, now.st_mtime_ns, now.st_ctime_ns] for path, now in _files(folder)}
    except OSError:
        return None
    if time.time_ns() - max(changed for _, changed, _ in files.values()) < _GRAIN:
        return None
    versions = {package: version(package) for package in _LOADERS}
    # Prompts may depend on what it is called.
    place = {"called": Path(options.model).name, "folder": os.path.realpath(folder), "said": _said(options)}
    return {"form": _FORM, **place, "versions": versions, "files": files}


def recall(name: str) -> Facts | None:
    """What was noted of an encoder; None where that is nothing, or no longer true."""
    state, folder = state_of(name), _folder(name)
    if state is None or folder is None:
        return None
    for path in cache_dir().glob(f"embeddings/*/{_NOTES}/{_note_name(name)}"):
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):  # a damaged note says nothing
            noted = json.loads(path.read_text(encoding="utf-8"))
            facts = Facts(**noted["facts"])
            if noted == _note(state, facts):
                if folder.parent == cache_dir() / "encoders":  # it is used, though it is not loaded
                    use(folder)
                return facts
    return None


def note(name: str, state: State | None, model: "SentenceTransformer", facts: Facts) -> None:
    """Note what was found of a loaded encoder, if nothing else than its folder's files makes it what it is.

    Args:
        state: of before it was loaded.
    """
    folder = _folder(name)
    if folder is None or state is None or state != state_of(name) or saved_repair(folder) is not None:
        return
    if not all(type(module).__module__.partition(".")[0] in _PACKAGES for module in model.modules()):
        return
    entry = folder_of_vectors(facts.fingerprint)
    with suppress(OSError, StorageError):  # a cache that may only be read; a full disk is told where vectors are kept
        entry.mkdir(parents=True, exist_ok=True)
        use(entry)
        name_encoder(facts.fingerprint, name)
        write_json(_note(state, facts), entry / _NOTES / _note_name(name))


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Path and state of every file.

    Raises:
        OSError: a file or folder cannot be looked at, or a folder is a link, whose files are not found.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and path.is_dir():
            raise OSError(f"{path} is a link")
        if not path.is_dir():
            yield path.relative_to(folder).as_posix(), path.stat()


def _folder(name: str) -> Path | None:
    return folder_of(load_options(name).model)


def _said(options: LoadOptions) -> dict[str, Any]:
    """What is said of how it is loaded that makes it another encoder."""
    return options.model_dump(exclude={"model", "device", "devices"}, exclude_defaults=True)


def _note_name(name: str) -> str:
    """By where it lies, what it is called, and what is said of it."""
    options = load_options(name)
    said = json.dumps(_said(options), sort_keys=True)
    place = f"{os.path.abspath(folder_of(options.model) or name)}\0{Path(options.model).name}\0{said}"
    return f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"


def _note(state: State, facts: Facts) -> dict[str, Any]:
    """With a digest, for a note that was damaged may still look like one."""
    said = {"facts": asdict(facts), "state": dict(state)}
    return {**said, "sha256": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}
