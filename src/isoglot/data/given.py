"""Data as users give it to a verb: by object or by name, one or several."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from isoglot.data.collection import Collection
from isoglot.data.load import Training, load_collection, load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.data.registry import check_training
from isoglot.errors import ConfigError

AnyCollection = Collection | str | Path
AnyParallel = ParallelDataset | Training


def given_collection(collection: AnyCollection, *, judged: bool = True) -> Collection:
    """The collection; one that is named is loaded; ``judged`` as of :func:`isoglot.data.load.load_collection`.

    Raises:
        DataError, FetchError: see :func:`isoglot.data.load.load_collection`.
        ConfigError: it is neither.
    """
    if isinstance(collection, str | Path):
        return load_collection(collection, judged=judged)
    if not isinstance(collection, Collection):
        raise ConfigError(
            f"{type(collection).__name__} is no collection: give a name of `isoglot data list`, a BEIR folder, or what "
            "load_collection or Collection.from_rows returns."
        )
    return collection


def all_given(data: object) -> list[Any]:
    """One is a list of one; data sets and collections, which can be gone through themselves, are one."""
    if isinstance(data, Collection | ParallelDataset | str | Path | Mapping) or not isinstance(data, Iterable):
        return [data]
    return list(data)


def given_collections(collections: AnyCollection | Sequence[AnyCollection], *, judged: bool = True) -> list[Collection]:
    """One collection or several, whose names differ; ``judged`` as of :func:`isoglot.data.load.load_collection`.

    Raises:
        DataError, FetchError: see :func:`isoglot.data.load.load_collection`.
        ConfigError: there is none, or two have one name.
    """
    found = [given_collection(collection, judged=judged) for collection in all_given(collections)]
    if not found:
        raise ConfigError("name at least one collection.")
    names = [collection.name for collection in found]
    if len(set(names)) < len(names):
        raise ConfigError(f"collections must have different names, but got {', '.join(names)}.")
    return found


def given_parallel(data: AnyParallel, *, to_train: bool = False) -> ParallelDataset:
    """The training data; what is named is loaded.

    Args:
        data: by object or by name.
        to_train: whether it, or what is made of it, is to train on.

    Raises:
        DataError, FetchError: see :func:`isoglot.data.load.load_parallel`; or it is for evaluation only.
    """
    if to_train:
        check_training(data)
    return data if isinstance(data, ParallelDataset) else load_parallel(data)
