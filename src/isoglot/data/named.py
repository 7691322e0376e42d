"""Training data by name: what the registry lists, whole or the part ``train`` or ``dev``."""

import hashlib
from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Bools
from isoglot.cache import cache_dir, use
from isoglot.data import registry
from isoglot.data.answersentence import PassageForm
from isoglot.data.entry import Entry
from isoglot.data.items import Pairs
from isoglot.data.parallel import HELD_OUT_SEED, ParallelDataset
from isoglot.data.parallelfiles import read_file, read_squad_files
from isoglot.data.sources import split_rows
from isoglot.errors import DataError
from isoglot.files import whole_file
from isoglot.languages import check_there, normalise
from isoglot.roles import ROLES
from isoglot.text.normal import normal_form


def load_named(
    name: str, pairs: Pairs, passage: PassageForm, *, languages: Sequence[str] | None = None
) -> ParallelDataset:
    """Load a data set of the registry, or a part of one; see :func:`isoglot.data.load.load_parallel`.

    The part ``dev`` holds a share of the docs, the same whatever pairs and passages are asked for; ``train`` holds the
    rest. Training with that share as ``validation`` on the whole, no item left out before, holds out the same docs.

    Args:
        languages: only these; None for all. Of a data set of the hub, no others are fetched.

    Raises:
        DataError: there is no such name, it is a collection, or the data does not have what is asked for.
        FetchError: a file could not be had.
    """
    name, rows = split_rows(name)
    entry = registry.find(name)
    if entry.kind != "parallel":
        raise DataError(f"{name} is a collection to evaluate on, not training data: {entry.use}.")
    part = registry.part_of(name, entry)
    if entry.recipe is not None:
        from isoglot.data.hub.recipes import recipe_parallel  # which imports the hub's client

        return recipe_parallel(entry, part, languages=languages, rows=rows, pairs=pairs, passage=passage)
    if rows is not None:
        raise DataError(f"{name}#rows={rows}: only data sets of the hub are read in part; draw with data.max_items.")
    data = _joined(entry, part, pairs, passage) if entry.members else _whole_or_part(entry, part, pairs, passage)
    if languages is None:
        return data
    check_there(name, [normalise(language) for language in languages], data.languages)
    return data.restrict(languages)


def _whole_or_part(entry: Entry, part: str, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    data = _read(entry, pairs, passage)
    if not part:
        return data
    # Which docs are held out is decided by all items: where some are left out, the same share draws others.
    whole = _read(entry, "all", "whole") if passage == "sentence" or pairs == "negative" or data.left_out else data
    _, dev = whole.split(entry.held_out, seed=HELD_OUT_SEED)
    held = _have_ids(data, dev)
    if part == "dev":
        return data.select(held)
    if not entry.apart:
        return data.select(~held)
    sharing = _sharing(data, held)
    if whole is not data:  # a text may be held out with an item that was not asked for
        sharing |= _have_ids(data, whole.select(_sharing(whole, _have_ids(whole, dev))))
    train = data.select(~held & ~sharing)
    if sharing.any():
        train.left_out = {**data.left_out, "items that share a text with the held-out part": int(sharing.sum())}
    return train


def _read(entry: Entry, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    files = registry.files(entry.name)
    path = next(iter(files.values()))
    if path.name.endswith(".json.gz"):
        return read_squad_files(files, pairs, passage, domain=entry.name)
    return read_file(path, pairs, passage)


def _joined(entry: Entry, part: str, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    """The same part of every member; one that says nowhere where answers are keeps its whole passages."""
    data = []
    for member in map(registry.find, entry.members):
        name = f"{member.name}/{part}" if part in member.parts else member.name
        data.append(load_named(name, pairs, passage if member.answers else "whole"))
    return ParallelDataset.concatenate(data)


def _have_ids(data: ParallelDataset, others: ParallelDataset) -> Bools:
    """(items,) bool: which items have an id of the others."""
    ids = set(others.rows["id"])
    return np.array([identity in ids for identity in data.rows["id"]], dtype=bool)


def _sharing(data: ParallelDataset, held: Bools) -> Bools:
    """(items,) bool: which items that are not held out have a text, in normal form, of one that is.

    To look at every text takes a minute where there are many; what was found is kept.
    """
    key = hashlib.sha256(data.fingerprint.encode() + held.tobytes()).hexdigest()
    path = cache_dir() / "parallel" / f"{key[:32]}.npy"
    while not use(path):
        digests = np.concatenate([data.digests(role, form=normal_form) for role in ROLES], axis=1)
        texts = np.unique(digests[held])
        found = ~held & np.isin(digests, texts[texts != 0]).any(axis=1)
        with whole_file(path) as part, part.open("wb") as file:
            np.save(file, found, allow_pickle=False)
    shared: Bools = np.load(path, allow_pickle=False)
    return shared
