"""The training configuration: one typed object, read from TOML, overridden by ``key=value``, saved beside the model."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from isoglot.batching.policies.policy import Policy
from isoglot.batching.policies.registry import POLICIES, make_policy, settings_of
from isoglot.configuration import ConfigFile, ConfigPath, ConfigTable, DataName, DataSource, Seed
from isoglot.errors import ConfigError

Positive = Annotated[int, Field(gt=0)]


class EncoderConfig(ConfigTable):
    """What is trained, and how much of it."""

    name: str = Field(description="e5-small, a sentence-transformers folder, or a hub model id")
    query_prompt: str = Field("Query: ", description="prefix of queries where the encoder has none of its own")
    passage_prompt: str = Field("Passage: ", description="prefix of passages where the encoder has none of its own")
    query_tokens: Positive | None = Field(None, description="longest query in training, in tokens")
    passage_tokens: Positive | None = Field(None, description="longest passage in training, in tokens")
    freeze_embeddings: bool = Field(False, description="keep word, position and type embeddings as they are")
    freeze_layers: int = Field(0, ge=0, description="keep so many of the lowest layers as they are")
    trim_vocabulary: bool = Field(
        False,
        description="train with the vocabulary of the training texts; the saved model has the full one again",
    )


class DataConfig(ConfigTable):
    """What it is trained on."""

    train: list[DataSource] = Field(min_length=1, description="names of `isoglot data list`, files, ...")
    languages: list[str] | None = Field(None, description="train on these only; all if left out")
    validation: DataSource | float | None = Field(
        None, description="a data set, or the share of the training groups to hold out"
    )
    validation_pairs: Positive = Field(512, description="at most so many validation pairs, the same at every check")
    max_query_repeats: Positive | None = Field(
        None, description="leave out items whose query, in some language, stands on more items than this"
    )
    max_items: Positive | None = Field(
        None, description="draw at most so many items, whole groups, the same whatever the seed of the run"
    )


class LeaksConfig(ConfigTable):
    """What the items must not hold for the model to be zero-shot on it."""

    against: list[DataName] = Field(default_factory=list, description="test collections to look for; none: no audit")
    drop: bool = Field(False, description="leave the groups that leak out of training and validation")


class BatchConfig(ConfigTable):
    """What a batch is. A setting of the policy other than ``alpha`` is a key of this table, too."""

    model_config = ConfigDict(extra="allow")

    policy: str = Field(
        "hybrid", description="; ".join(f"{name}: {policy.summary}" for name, policy in POLICIES.items())
    )
    alpha: float = Field(0.5, description="hybrid: the share of monolingual batches")
    size: int = Field(100, ge=2, description="pairs a process")
    negatives: int = Field(0, ge=0, description="explicit negatives a pair, from the data")

    def build(self) -> Policy:
        """The batch policy.

        Raises:
            ConfigError: a key that the policy does not take, or a value that it cannot use; begins with the key.
        """
        taken = settings_of(POLICIES[self.policy])
        for key, value in (self.model_extra or {}).items():
            if key not in taken:
                raise ConfigError(f"key 'batch.{key}': Extra inputs are not permitted (got {value!r}).")
        return make_policy(self.policy, {key: value for key, value in self.settings.items() if key in taken})

    @property
    def settings(self) -> dict[str, Any]:
        """What is said to the policy; ``alpha`` is, whether it takes that or not."""
        return {"alpha": self.alpha, **(self.model_extra or {})}

    @field_validator("policy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in POLICIES:
            *others, last = map(repr, POLICIES)
            raise PydanticCustomError("policy", f"Input should be {', '.join(others)} or {last}")
        return name


class OptimizationConfig(ConfigTable):
    """How it is trained: AdamW on InfoNCE with a linear schedule."""

    steps: Positive = Field(description="optimizer steps")
    learning_rate: float = Field(3e-5, gt=0)
    weight_decay: float = Field(1e-2, ge=0)
    warmup_steps: int = Field(0, ge=0)
    temperature: float = Field(0.05, gt=0, description="cosines are divided by it; e5 models were trained at .01")
    mini_batch: Positive | None = Field(
        None, description="pairs in memory at a time (GradCache) where that is fewer than a batch"
    )
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="auto: bf16 on a GPU that has it")
    check_every: Positive = Field(50, description="steps between validation checks and checkpoints")
    log_every: Positive = 10
    patience: Positive | None = Field(None, description="stop after so many checks without a lower validation loss")


class TrainConfig(ConfigFile):
    """A whole training run."""

    output: ConfigPath
    seed: Seed = 0
    encoder: EncoderConfig
    data: DataConfig
    leaks: LeaksConfig = Field(default_factory=lambda: LeaksConfig.model_validate({}))
    batch: BatchConfig = Field(default_factory=lambda: BatchConfig.model_validate({}))
    optimization: OptimizationConfig

    def _check(self, where: str) -> None:
        try:
            self.batch.build()
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error
        if isinstance(self.data.validation, float) and not 0 < self.data.validation < 1:
            raise ConfigError(f"{where}: key 'data.validation': a share must lie between 0 and 1.")
        if self.optimization.patience and self.data.validation is None:
            raise ConfigError(f"{where}: key 'optimization.patience' needs 'data.validation' to watch.")
        if self.leaks.drop and not self.leaks.against:
            raise ConfigError(f"{where}: key 'leaks.drop' needs 'leaks.against', the collections whose leaks to drop.")
