"""isoglot: audit, repair and train dense retrievers so that they rank by meaning, not by language.

Subjects come first, by object or by name, then keyword-only options and progress. Every result has ``to_dict()``,
``save(path)`` and ``to_frame()``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isoglot.batching.pairs import PairDataset
    from isoglot.batching.policies.cross_lingual import CrossLingual
    from isoglot.batching.policies.grid import Grid
    from isoglot.batching.policies.hybrid import Hybrid
    from isoglot.batching.policies.mixed import Mixed
    from isoglot.batching.policies.monolingual import Monolingual
    from isoglot.batching.sampler import batch_sampler
    from isoglot.cards.card import Card, card
    from isoglot.cards.push import Pushed, push
    from isoglot.cleaning.clean import Cleaned, clean
    from isoglot.cleaning.config import CleaningConfig
    from isoglot.data.collection import Collection
    from isoglot.data.load import load_collection, load_parallel
    from isoglot.data.parallel import ParallelDataset
    from isoglot.debiasing.options import DebiasOptions
    from isoglot.debiasing.run import Debiasing, debias
    from isoglot.documents.load import load_documents
    from isoglot.encoder.fitted import Choice
    from isoglot.encoder.load import load_encoder
    from isoglot.encoder.openai import OpenAIEncoder
    from isoglot.encoding.export import export
    from isoglot.encoding.exported import Exported
    from isoglot.encoding.options import EncodeOptions
    from isoglot.encoding.run import encode
    from isoglot.encoding.sharded import Sharded
    from isoglot.errors import IsoglotError
    from isoglot.evaluation.comparison.compare import CompareOptions, compare
    from isoglot.evaluation.comparison.comparison import Comparison
    from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
    from isoglot.evaluation.guard.criterion import Criterion
    from isoglot.evaluation.results import Evaluation
    from isoglot.evaluation.saved import SavedResults, read_results
    from isoglot.evaluation.score import ScoreOptions, score
    from isoglot.leakage.leaks import LeakOptions, leaks
    from isoglot.leakage.report import LeakReport
    from isoglot.linting.lint import lint
    from isoglot.linting.report import LintReport
    from isoglot.merging.merge import merge
    from isoglot.merging.merged import Merged
    from isoglot.mining.mine import Mined, mine
    from isoglot.mining.options import MiningOptions
    from isoglot.perturbation.curves import Robustness
    from isoglot.perturbation.robustness import RobustnessOptions, robustness
    from isoglot.preparation.config import PrepareConfig
    from isoglot.preparation.prepared import Prepared
    from isoglot.preparation.run import prepare
    from isoglot.report.auditing import Audit, audit
    from isoglot.report.page.write import plot, write_page
    from isoglot.search.hits import Hits
    from isoglot.search.index import Index
    from isoglot.search.rerank import rerank
    from isoglot.studies.config import StudyConfig
    from isoglot.studies.study import StudyReport, study
    from isoglot.training.config import TrainConfig
    from isoglot.training.train import train
    from isoglot.training.trained import Trained
    from isoglot.translation.parallel import Translated, translate

    __version__: str

# Loaded on first use: torch takes seconds to import, and `isoglot data list` should not wait for it.
_HOMES = {
    "Audit": "report.auditing",
    "Card": "cards.card",
    "Choice": "encoder.fitted",
    "Cleaned": "cleaning.clean",
    "CleaningConfig": "cleaning.config",
    "Collection": "data.collection",
    "CompareOptions": "evaluation.comparison.compare",
    "Comparison": "evaluation.comparison.comparison",
    "Criterion": "evaluation.guard.criterion",
    "CrossLingual": "batching.policies.cross_lingual",
    "DebiasOptions": "debiasing.options",
    "Debiasing": "debiasing.run",
    "EncodeOptions": "encoding.options",
    "Exported": "encoding.exported",
    "Evaluation": "evaluation.results",
    "EvaluationOptions": "evaluation.evaluate",
    "Grid": "batching.policies.grid",
    "Hits": "search.hits",
    "Hybrid": "batching.policies.hybrid",
    "Index": "search.index",
    "IsoglotError": "errors",
    "LeakOptions": "leakage.leaks",
    "LeakReport": "leakage.report",
    "LintReport": "linting.report",
    "Merged": "merging.merged",
    "Mined": "mining.mine",
    "MiningOptions": "mining.options",
    "Mixed": "batching.policies.mixed",
    "Monolingual": "batching.policies.monolingual",
    "OpenAIEncoder": "encoder.openai",
    "PairDataset": "batching.pairs",
    "ParallelDataset": "data.parallel",
    "PrepareConfig": "preparation.config",
    "Prepared": "preparation.prepared",
    "Pushed": "cards.push",
    "Robustness": "perturbation.curves",
    "RobustnessOptions": "perturbation.robustness",
    "SavedResults": "evaluation.saved",
    "ScoreOptions": "evaluation.score",
    "Sharded": "encoding.sharded",
    "StudyConfig": "studies.config",
    "StudyReport": "studies.study",
    "TrainConfig": "training.config",
    "Trained": "training.trained",
    "Translated": "translation.parallel",
    "audit": "report.auditing",
    "batch_sampler": "batching.sampler",
    "card": "cards.card",
    "clean": "cleaning.clean",
    "compare": "evaluation.comparison.compare",
    "debias": "debiasing.run",
    "encode": "encoding.run",
    "evaluate": "evaluation.evaluate",
    "export": "encoding.export",
    "leaks": "leakage.leaks",
    "lint": "linting.lint",
    "load_collection": "data.load",
    "load_documents": "documents.load",
    "load_encoder": "encoder.load",
    "load_parallel": "data.load",
    "merge": "merging.merge",
    "mine": "mining.mine",
    "plot": "report.page.write",
    "prepare": "preparation.run",
    "push": "cards.push",
    "read_results": "evaluation.saved",
    "rerank": "search.rerank",
    "robustness": "perturbation.robustness",
    "score": "evaluation.score",
    "study": "studies.study",
    "train": "training.train",
    "translate": "translation.parallel",
    "write_page": "report.page.write",
}

__all__ = [
    "Audit",
    "Card",
    "Choice",
    "Cleaned",
    "CleaningConfig",
    "Collection",
    "CompareOptions",
    "Comparison",
    "Criterion",
    "CrossLingual",
    "DebiasOptions",
    "Debiasing",
    "EncodeOptions",
    "Evaluation",
    "EvaluationOptions",
    "Exported",
    "Grid",
    "Hits",
    "Hybrid",
    "Index",
    "IsoglotError",
    "LeakOptions",
    "LeakReport",
    "LintReport",
    "Merged",
    "Mined",
    "MiningOptions",
    "Mixed",
    "Monolingual",
    "OpenAIEncoder",
    "PairDataset",
    "ParallelDataset",
    "PrepareConfig",
    "Prepared",
    "Pushed",
    "Robustness",
    "RobustnessOptions",
    "SavedResults",
    "ScoreOptions",
    "Sharded",
    "StudyConfig",
    "StudyReport",
    "TrainConfig",
    "Trained",
    "Translated",
    "__version__",
    "audit",
    "batch_sampler",
    "card",
    "clean",
    "compare",
    "debias",
    "encode",
    "evaluate",
    "export",
    "leaks",
    "lint",
    "load_collection",
    "load_documents",
    "load_encoder",
    "load_parallel",
    "merge",
    "mine",
    "plot",
    "prepare",
    "push",
    "read_results",
    "rerank",
    "robustness",
    "score",
    "study",
    "train",
    "translate",
    "write_page",
]


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # a type checker would take it for any name, and find no misspelt one

    def __getattr__(name):
        if name == "__version__":
            return import_module("importlib.metadata").version("isoglot")
        if name not in _HOMES:
            raise AttributeError(f"module 'isoglot' has no attribute {name!r}")
        return getattr(import_module(f"isoglot.{_HOMES[name]}"), name)
