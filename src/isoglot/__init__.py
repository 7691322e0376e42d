"""isoglot: train, audit and serve dense retrievers that rank by meaning, not by language."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isoglot.batching.pairs import PairDataset
    from isoglot.batching.policies.cross_lingual import CrossLingual
    from isoglot.batching.policies.grid import Grid
    from isoglot.batching.policies.hybrid import Hybrid
    from isoglot.batching.policies.mixed import Mixed
    from isoglot.batching.policies.monolingual import Monolingual
    from isoglot.batching.sampler import batch_sampler
    from isoglot.data.collection import Collection
    from isoglot.data.load import load_collection, load_parallel
    from isoglot.data.parallel import ParallelDataset
    from isoglot.encoder.load import load_encoder
    from isoglot.errors import IsoglotError
    from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
    from isoglot.evaluation.guard.criterion import Criterion
    from isoglot.merging.merge import merge
    from isoglot.training.config import TrainConfig
    from isoglot.training.train import train

# Loaded on first use: torch takes seconds to import, and `isoglot data list` should not wait for it.
_HOMES = {
    "Collection": "data.collection",
    "Criterion": "evaluation.guard.criterion",
    "CrossLingual": "batching.policies.cross_lingual",
    "EvaluationOptions": "evaluation.evaluate",
    "Grid": "batching.policies.grid",
    "Hybrid": "batching.policies.hybrid",
    "IsoglotError": "errors",
    "Mixed": "batching.policies.mixed",
    "Monolingual": "batching.policies.monolingual",
    "PairDataset": "batching.pairs",
    "ParallelDataset": "data.parallel",
    "TrainConfig": "training.config",
    "batch_sampler": "batching.sampler",
    "evaluate": "evaluation.evaluate",
    "load_collection": "data.load",
    "load_encoder": "encoder.load",
    "load_parallel": "data.load",
    "merge": "merging.merge",
    "train": "training.train",
}

__all__ = [
    "Collection",
    "Criterion",
    "CrossLingual",
    "EvaluationOptions",
    "Grid",
    "Hybrid",
    "IsoglotError",
    "Mixed",
    "Monolingual",
    "PairDataset",
    "ParallelDataset",
    "TrainConfig",
    "batch_sampler",
    "evaluate",
    "load_collection",
    "load_encoder",
    "load_parallel",
    "merge",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'isoglot' has no attribute {name!r}")
    return getattr(import_module(f"isoglot.{_HOMES[name]}"), name)
