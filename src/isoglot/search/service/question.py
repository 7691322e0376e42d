"""What is asked of ``/search``: checked before anything is encoded."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from isoglot.search.page import Asked
from isoglot.search.policies import POLICIES
from isoglot.search.service.limits import Limits
from isoglot.search.service.refusals import Refused

_LINES = "\n\r\t"


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; give a text")
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in _LINES:
            raise ValueError(f"it has the control character U+{ord(character):04X}; leave it out")
    return text


Tag = Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z0-9_-]+$")]


class Question(BaseModel):
    """A query, and how its hits are ranked and shown."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: Annotated[str, AfterValidator(_text)] = Field(description="What is looked for, in any language.")
    language: Tag | None = Field(None, description="Of the query; told from the text if left out.")
    languages: list[Tag] | None = Field(
        None, min_length=1, max_length=200, description="Of passages that may be found; all if left out."
    )
    k: int = Field(10, ge=1, description="Hits a page.")
    page: int = Field(1, ge=1, description="Which page.")
    policy: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        None, description=f"How languages share a page: {', '.join(POLICIES)}."
    )
    dial: float | None = Field(
        None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="With calibrated: 0 puts the query's own language first, 1 leaves it to the scores.",
    )
    collapse: bool = Field(False, description="Show one of an item's translations.")
    repair: bool = Field(True, description="Search through the index's repair; false shows what it changes.")

    def within(self, limits: Limits) -> "Question":
        """The question itself.

        Raises:
            Refused: it asks for more than one request may.
        """
        for name, asked, most in (
            ("text", len(self.text), limits.characters),
            ("k", self.k, limits.k),
            ("page", self.page, limits.page),
        ):
            if asked > most:
                what = f"has {asked:,} characters" if name == "text" else f"is {asked}"
                raise Refused(422, f"{name} {what}; this service takes up to {most:,}.")
        return self

    def asked(self) -> Asked:
        """How its hits are ranked and shown."""
        return Asked(
            languages=self.languages,
            k=self.k,
            page=self.page,
            policy=self.policy,
            dial=self.dial,
            collapse=self.collapse,
        )
