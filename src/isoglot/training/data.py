"""What a run trains and validates on, made from its configuration."""

from itertools import islice

import numpy as np
from datasets import Dataset

from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.kinds import TwoLanguages
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.choice import chosen_items
from isoglot.data.load import load_parallel
from isoglot.data.parallel import HELD_OUT_SEED, ParallelDataset
from isoglot.errors import ConfigError, DataError
from isoglot.training.config import DataConfig


def training_data(config: DataConfig) -> tuple[ParallelDataset, ParallelDataset | None]:
    """The training items, and the validation items if there are any.

    Raises:
        DataError: data that cannot be read, or nothing left of it.
    """
    train = ParallelDataset.concatenate([load_parallel(source) for source in config.train])
    train = chosen_items(
        train, languages=config.languages, max_query_repeats=config.max_query_repeats, max_items=config.max_items
    )
    if isinstance(config.validation, float):
        return train.split(config.validation, seed=HELD_OUT_SEED)
    return train, None if config.validation is None else load_parallel(config.validation)


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
    if len(data.languages) > 1 and TwoLanguages().eligible(data.has_query, data.has_passage).any():
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
    kinds = policy.kinds(np.arange(len(data.languages)))
    eligible = [kind.eligible(data.has_query, data.has_passage) for kind in kinds]
    return min(len(np.unique(data.groups[able])) for able in eligible)
