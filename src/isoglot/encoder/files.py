"""What the name of an encoder stands for: a file that describes it, or a model, of the hub with ``@REVISION``."""

from pathlib import Path
from typing import Any

from isoglot.configuration import read_toml
from isoglot.encoder.bm25 import BM25
from isoglot.encoder.folders import NAMES, folder_of
from isoglot.encoder.openai import SCHEME as OPENAI
from isoglot.encoder.options import LoadOptions, OpenAIOptions
from isoglot.encoder.stored import SCHEME as VECTORS
from isoglot.errors import ConfigError, EncoderError
from isoglot.wording import shown

ENDING = ".toml"
OWN_FILE = "encoder.toml"
"""In a folder that describes an encoder and has no weights."""

_KINDS: dict[str, type[LoadOptions] | type[OpenAIOptions]] = {
    "sentence-transformers": LoadOptions,
    "openai": OpenAIOptions,
}


def described(name: str) -> LoadOptions | OpenAIOptions:
    """What is said about an encoder by its name.

    Args:
        name: a file that ends in ``.toml``, a folder, which may have such a file as ``encoder.toml``, a model id of the
            hub, or such an id with ``@REVISION``.

    Raises:
        ConfigError: a file that cannot be read, says no kind, or has a key that is unknown or has an unusable value.
    """
    if name.endswith(ENDING):
        return _read(Path(name))
    if (Path(name) / OWN_FILE).is_file():
        return _read(Path(name) / OWN_FILE)
    model, _, revision = name.rpartition("@")
    if model and revision and folder_of(name) is None:
        return LoadOptions(model=model, revision=revision)
    return LoadOptions(model=name)


def load_options(name: str) -> LoadOptions:
    """How the encoder of a name is loaded.

    Raises:
        ConfigError: see :func:`described`.
        EncoderError: its weights are not here.
    """
    found = None if name == BM25 or name.startswith((VECTORS, OPENAI)) else described(name)
    if not isinstance(found, LoadOptions):
        raise EncoderError(f"{name} is no model that could be loaded, and this needs one: name {NAMES}.")
    return found


def model_place(name: str) -> Path:
    """Where the model that a name stands for lies, if it lies in a folder.

    Raises:
        ConfigError: see :func:`described`.
    """
    found = described(name)
    return Path(found.model if isinstance(found, LoadOptions) else name).expanduser()


def _read(path: Path) -> LoadOptions | OpenAIOptions:
    content: dict[str, Any] = read_toml(path)
    kind = content.pop("kind", None)
    if not isinstance(kind, str) or kind not in _KINDS:
        kinds = " or ".join(map(repr, _KINDS))
        raise ConfigError(f"{path}: key 'kind': must be {kinds}, but is {shown(kind)}.")
    found = _KINDS[kind].parse(content, where=str(path))
    if isinstance(found, OpenAIOptions) and found.repair is not None:
        return found.model_copy(update={"repair": str(path.parent / found.repair)})
    return found
