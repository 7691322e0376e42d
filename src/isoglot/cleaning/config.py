"""What is cleaned away: one section a check, each with defaults that docs/cleaning.md measures."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from isoglot.configuration import ConfigTable

CheckName = Literal["markup", "length", "language", "repeats", "copies", "boilerplate", "near", "similarity", "ratio"]

Share = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[int, Field(gt=0)]


class MarkupConfig(ConfigTable):
    """Remains of HTML, of templates and of a wrong decoding."""

    share: Share = Field(default=0.1, description="of a text's characters in tags, entities, placeholders")


class LengthConfig(ConfigTable):
    """Bounds in letters' worth of Latin script, white space not counted."""

    query_least: Positive = 3
    query_most: Positive = 400
    passage_least: Positive = 25
    passage_most: Positive = 10_000

    @model_validator(mode="after")
    def _least_first(self) -> Self:
        for side, least, most in (
            ("query", self.query_least, self.query_most),
            ("passage", self.passage_least, self.passage_most),
        ):
            if least > most:
                reason = f"{side}_least is {least}, more than {side}_most, {most}"
                raise PydanticCustomError("bounds", "{reason}", {"reason": reason})
        return self


class LanguageConfig(ConfigTable):
    """Texts that are in another language than their label says."""

    odds: float = Field(default=50, gt=1, description="how many times as probable another language has to be")
    least: Positive = Field(default=10, description="letters' worth of Latin script, code left out, to judge at all")


class RepeatsConfig(ConfigTable):
    """Translations that repeat themselves."""

    times: int = Field(default=4, ge=2, description="how often in a row")
    share: Share = Field(default=0.2, description="of the text in such runs, from which on")


class CopiesConfig(ConfigTable):
    """Translations that were not made: the text of another language, or nearly."""

    jaccard: Share = Field(default=0.8, description="of the two texts' sets of character n-grams, from which on")
    words: Positive = Field(default=2, description="words of prose to judge; names and code are alike in all languages")


class BoilerplateConfig(ConfigTable):
    """Texts that stand in many places, and so ask for nothing or answer nothing."""

    groups: Positive = Field(default=20, description="in how many groups the same text may stand")


class NearConfig(ConfigTable):
    """Passages of different groups that are nearly the same, and pairs that repeat within a group."""

    jaccard: Share = Field(default=0.8, description="of the two texts' sets of character n-grams, from which on")


class SimilarityConfig(ConfigTable):
    """Translations that mean something else, as an encoder sees it."""

    floor: float = Field(gt=-1, lt=1, description="least cosine; what is usual differs between encoders")


class RatioConfig(ConfigTable):
    """Translations that are too short or too long."""

    deviations: float = Field(default=6, gt=0, description="robust standard deviations from the usual ratio")
    pairs: int = Field(default=50, ge=10, description="texts that two languages must share to know the usual ratio")


class CleaningConfig(ConfigTable):
    """A whole cleaning. A section that is left out has its defaults; ``similarity`` is checked only if it is there.

    Example::

        >>> options = isoglot.CleaningConfig(skip=("language",))
        >>> made = isoglot.clean("sample/train", options=options)
    """

    skip: tuple[CheckName, ...] = Field(default=(), description="checks to leave out")
    markup: MarkupConfig = Field(default_factory=lambda: MarkupConfig.model_validate({}))
    length: LengthConfig = Field(default_factory=lambda: LengthConfig.model_validate({}))
    language: LanguageConfig = Field(default_factory=lambda: LanguageConfig.model_validate({}))
    repeats: RepeatsConfig = Field(default_factory=lambda: RepeatsConfig.model_validate({}))
    copies: CopiesConfig = Field(default_factory=lambda: CopiesConfig.model_validate({}))
    boilerplate: BoilerplateConfig = Field(default_factory=lambda: BoilerplateConfig.model_validate({}))
    near: NearConfig = Field(default_factory=lambda: NearConfig.model_validate({}))
    similarity: SimilarityConfig | None = None
    ratio: RatioConfig = Field(default_factory=lambda: RatioConfig.model_validate({}))
