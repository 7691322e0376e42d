"""What a run trains and validates on, made from its configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from datasets import Dataset

from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.kinds import TwoLanguages
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler, most_that_can_meet
from isoglot.batching.sources import BatchSource, drawables, items_by_source
from isoglot.configuration import DataSource
from isoglot.data.choice import chosen_items
from isoglot.data.load import load_parallel
from isoglot.data.parallel import HELD_OUT_SEED, ParallelDataset
from isoglot.data.registry import check_training
from isoglot.errors import ConfigError, DataError
from isoglot.training.config import DataConfig, SourceConfig, TrainConfig
from isoglot.wording import counted


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """What a run is made from.

    Attributes:
        parts: source -> its training items.
        validation: the validation items, if there are any.
    """

    parts: Mapping[str, ParallelDataset]
    validation: ParallelDataset | None

    @cached_property
    def items(self) -> ParallelDataset:
        """The items of all sources, in their order."""
        return ParallelDataset.concatenate(list(self.parts.values()))

    def drawn(self, config: TrainConfig) -> Policy | tuple[BatchSource, ...]:
        """What the sampler draws by: one policy for all data sets, or sources with a policy each."""
        if config.data.sources is None:
            return config.batch.build()
        made: list[BatchSource] = []
        start = 0
        for name, source in config.named_sources.items():
            stop = start + len(self.parts[name])
            made.append(
                BatchSource(
                    name=name,
                    items=np.arange(start, stop),
                    policy=config.batch.build(source),
                    weight=source.weight,
                    language_weights=source.language_weights,
                )
            )
            start = stop
        return tuple(made)


def training_data(config: TrainConfig, *, train: Sequence[ParallelDataset] | None = None) -> TrainingData:
    """The training items of each source, and the validation items if there are any.

    Args:
        config: of the run.
        train: what ``data.train`` of the configuration names, where it is loaded already.

    Raises:
        DataError: data that cannot be read, or nothing left of it.
    """
    data = config.data
    parts: dict[str, ParallelDataset] = {}
    held_out: list[ParallelDataset] = []
    for name, source in config.named_sources.items():
        part = _items(source, data, train or [_read(path, source) for path in source.paths])
        if isinstance(data.validation, float):
            part, held = part.split(data.validation, seed=HELD_OUT_SEED)
            held_out.append(held)
        parts[name] = part
    if data.validation is None:
        return TrainingData(parts=parts, validation=None)
    if not isinstance(data.validation, float):
        named = data.validation if isinstance(data.validation, list) else [data.validation]
        held_out = [load_parallel(source) for source in named]
    return TrainingData(parts=parts, validation=ParallelDataset.concatenate(held_out))


def _read(path: DataSource, source: SourceConfig) -> ParallelDataset:
    check_training(path)
    return load_parallel(path, passage=source.passage, pairs=source.labels)


def _items(source: SourceConfig, data: DataConfig, read: Sequence[ParallelDataset]) -> ParallelDataset:
    languages = source.languages or data.languages
    return chosen_items(
        ParallelDataset.concatenate(list(read)),
        languages=languages,
        max_query_repeats=data.max_query_repeats,
        max_items=data.max_items,
    )


def validation_pairs(data: ParallelDataset, *, batch_size: int, limit: int) -> tuple[Dataset, int]:
    """(Fixed validation pairs in batch order, the batch size they were drawn for).

    Every arm is checked on the same pairs, from monolingual and cross-lingual batches by the toss of a coin where the
    data set has two languages, so that validation losses of different policies can be compared. All batches have one
    size, smaller than asked for where a language of a data set has too few groups.

    Raises:
        DataError: the validation data is too small for any batch.
    """
    pairs = PairDataset(data)
    sources = drawables(_sources(data), data)
    most = min(batch_size, limit)
    size = min((most_that_can_meet(pairs.collisions, source, wanted=most) for source in sources), default=0)
    try:
        sampler = LanguageBatchSampler(
            pairs, [source.source for source in sources], batch_size=size, drop_last=True, processes=1
        )
    except ConfigError as error:
        languages = counted(len(data.languages), "language")
        raise DataError(
            f"data.validation: {len(data)} validation items in {languages} are too few to draw batches of {size} from "
            f"({str(error).rstrip('.')}): hold out more, or leave the rarest language out."
        ) from error
    rows = [pair for batch in islice(sampler, limit // size) for pair in pairs.__getitems__(batch)]
    return Dataset.from_list(rows), size


def _sources(data: ParallelDataset) -> list[BatchSource]:
    """The data sets, in one language or several each."""
    sources = []
    for number, items in enumerate(items_by_source(data)):
        crosses = TwoLanguages().eligible(data.has_query[items], data.has_passage[items]).any()
        policy: Policy = Hybrid(0.5) if crosses else Monolingual()
        sources.append(BatchSource(name=f"data set {number + 1}", items=items, policy=policy, capped=False))
    return sources
