"""What a run trains and validates on, made from its configuration."""

from collections import Counter
from itertools import islice

import numpy as np
from datasets import Dataset

from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies import CrossLingual, Hybrid, Monolingual, Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.load import load_parallel
from isoglot.data.parallel import HELD_OUT_SEED, ParallelDataset
from isoglot.errors import ConfigError, DataError
from isoglot.training.config import DataConfig

_DRAW_SEED = 1  # the items drawn are the same whatever seed a run has, and no more than by chance those held out


def training_data(config: DataConfig) -> tuple[ParallelDataset, ParallelDataset | None]:
    """The training items, and the validation items if there are any.

    Raises:
        DataError: data that cannot be read, or nothing left of it.
    """
    train = ParallelDataset.concatenate([load_parallel(source) for source in config.train])
    train = chosen_items(train, config)
    if config.max_items is not None:
        train = draw_items(train, config.max_items)
    if isinstance(config.validation, float):
        return train.split(config.validation, seed=HELD_OUT_SEED)
    return train, None if config.validation is None else load_parallel(config.validation)


def chosen_items(data: ParallelDataset, config: DataConfig) -> ParallelDataset:
    """The items in ``config.languages`` whose queries do not stand on too many items.

    Raises:
        DataError: nothing is left.
    """
    if config.languages is not None:
        data = data.restrict(config.languages)
    if config.max_query_repeats is not None:
        data = data.select(~_ambiguous(data, config.max_query_repeats))
    if not len(data):
        raise DataError("data: no item is left to train on; loosen data.languages or data.max_query_repeats.")
    return data


def draw_items(data: ParallelDataset, limit: int) -> ParallelDataset:
    """At most ``limit`` items, in whole groups drawn at random; all of a smaller draw are in a larger one.

    Groups are taken in a fixed random order up to the first that does not fit: to skip it for a smaller one
    would draw small groups more often, and draws would no longer lie within each other.

    Raises:
        DataError: the first group has more items than that.
    """
    if len(data) <= limit:
        return data
    sizes = np.bincount(data.groups)
    order = np.random.default_rng(_DRAW_SEED).permutation(len(sizes))
    fits = np.cumsum(sizes[order]) <= limit
    if not fits.any():
        raise DataError(
            f"key 'data.max_items': the first group drawn has {sizes[order[0]]:,} items, so none of at most {limit:,} "
            "is left to train on; raise it."
        )
    drawn = np.zeros(len(sizes), dtype=bool)
    drawn[order[fits]] = True
    return data.select(drawn[data.groups])


def validation_pairs(data: ParallelDataset, *, batch_size: int, limit: int) -> tuple[Dataset, int]:
    """(Fixed validation pairs in batch order, the batch size they were drawn for).

    Every arm is checked on the same pairs, from monolingual and cross-lingual batches by the toss of a coin where the
    data has two languages, so that validation losses of different policies can be compared. Batches are smaller
    than asked for where a language of the validation data has too few groups.

    Raises:
        DataError: the validation data is too small for any batch.
    """
    pairs = PairDataset(data)
    policy: Policy = Monolingual()
    if len(data.languages) > 1 and CrossLingual().kinds(2)[0].eligible(data.has_query, data.has_passage).any():
        policy = Hybrid(0.5)
    size = min(batch_size, limit, _fewest_groups(data, policy))
    try:
        sampler = LanguageBatchSampler(pairs, policy, batch_size=size, drop_last=True, processes=1)
    except ConfigError as error:
        raise DataError(
            f"data.validation: {len(data)} validation items in {len(data.languages)} languages are too few to draw "
            f"batches of {size} from ({str(error).rstrip('.')}): hold out more, or leave the rarest language out."
        ) from error
    rows = [pair for batch in islice(sampler, limit // size) for pair in pairs.__getitems__(batch)]
    return Dataset.from_list(rows), size


def _fewest_groups(data: ParallelDataset, policy: Policy) -> int:
    kinds = policy.kinds(len(data.languages))
    eligible = [kind.eligible(data.has_query, data.has_passage) for kind in kinds]
    return min(len(np.unique(data.groups[able])) for able in eligible)


def _ambiguous(data: ParallelDataset, repeats: int) -> np.ndarray:
    """(items,) bool: items with a query text that more than ``repeats`` items have: it cannot tell their passages."""
    count = Counter(key for row in data for key in row["query"].items())
    return np.array([any(count[key] > repeats for key in row["query"].items()) for row in data], dtype=bool)
