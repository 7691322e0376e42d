"""``alpha = "auto"``: the share of monolingual steps, chosen on development data by short trainings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sentence_transformers import SentenceTransformer

from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, DataError, FetchError
from isoglot.evaluation.guard.criterion import Criterion, CriterionValues
from isoglot.progress import doing
from isoglot.training.checkpoints import unfinished
from isoglot.training.config import TrainConfig

FALLBACK = 0.5  # the paper's


def choose_alpha(
    config: TrainConfig, folder: Path, *, train: Callable[..., Any], start: SentenceTransformer
) -> dict[str, Any]:
    """Train a proxy of some steps with each share of ``config.development.alphas``, and take one by the criterion.

    Args:
        config: of the run; its alpha is ``auto``.
        folder: where proxies are trained, one after the other; those that an interrupted run left there are taken.
        train: trains a configuration into its output, or goes on with that.
        start: the encoder before the first step.

    Returns:
        What is recorded: ``chosen``, the share, and for each its development values, the mean multi with an interval of
        its difference to the start encoder, and what it loses in one language. Where every share loses too much, or
        gains nothing, .5 is chosen, and ``by_criterion`` is false.

    Raises:
        ConfigError, DataError, FetchError: a development collection cannot be had or has one language.
    """
    assert config.development is not None
    criterion = _criterion(config)
    with doing("measuring the encoder as it is on the development data"):
        before = criterion.measure(start)
    found: dict[str, CriterionValues] = {}
    for alpha in config.development.alphas:
        proxy = _proxy(config, alpha, folder / f"{alpha:g}")
        if not proxy.output.exists():
            train(proxy, resume=unfinished(proxy.output))
        with doing(f"measuring alpha = {alpha:g} on the development data"):
            found[f"{alpha:g}"] = criterion.measure(load_encoder(str(proxy.output)))
    choice = criterion.choose(before, found)
    chosen = FALLBACK if choice.choice is None else float(choice.choice)
    return {"chosen": chosen, "by_criterion": choice.choice is not None, **choice.to_dict()}


def _criterion(config: TrainConfig) -> Criterion:
    assert config.development is not None
    gain, keep = config.development.gain, config.development.keep
    try:
        return Criterion(
            gain=gain,
            keep=keep,
            margin=config.development.margin,
        )
    except (ConfigError, DataError, FetchError) as error:
        raise type(error)(f"key 'development': {error}") from error


def _proxy(config: TrainConfig, alpha: float, output: Path) -> TrainConfig:
    """The run with this share, cut to a few steps; the last weights are taken."""
    assert config.development is not None
    steps = min(config.development.steps, config.optimization.steps)
    optimization = config.optimization.model_copy(
        update={
            "steps": steps,
            "warmup_steps": min(config.optimization.warmup_steps, steps // 5),
            "check_every": steps,
            "patience": None,
        }
    )
    return config.model_copy(
        update={
            "output": output,
            "batch": config.batch.model_copy(update={"alpha": alpha}),
            "development": None,
            "optimization": optimization,
        }
    )
