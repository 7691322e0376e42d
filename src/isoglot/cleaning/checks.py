"""The checks of a configuration, in the order in which they are made."""

from collections.abc import Sequence
from dataclasses import dataclass

from isoglot.cleaning.boilerplate import BoilerplateCheck
from isoglot.cleaning.config import CleaningConfig
from isoglot.cleaning.copies import CopiesCheck
from isoglot.cleaning.language import LanguageCheck
from isoglot.cleaning.length import LengthCheck
from isoglot.cleaning.markup import MarkupCheck
from isoglot.cleaning.near import NearCheck
from isoglot.cleaning.ratio import RatioCheck
from isoglot.cleaning.repeats import RepeatsCheck
from isoglot.cleaning.similarity import SimilarityCheck
from isoglot.cleaning.texts import Check, EachText
from isoglot.encoder.protocol import Encoder
from isoglot.errors import ConfigError
from isoglot.text.identification import Identifier, Py3langid


@dataclass(frozen=True)
class Checks:
    """What is checked.

    Attributes:
        single: one text at a time; what they say of a text does not depend on any other.
        whole: of all the data, once; what they leave they leave again.
        relative: by what is usual for the other texts; repeated until none finds anything.
        language: the check of languages, if it is made.
    """

    single: tuple[EachText, ...]
    whole: tuple[Check, ...]
    relative: tuple[Check, ...]
    language: LanguageCheck | None

    @property
    def names(self) -> tuple[str, ...]:
        """In order."""
        every: Sequence[Check] = [*self.single, *self.whole, *self.relative]
        return tuple(check.name for check in every)


def build_checks(config: CleaningConfig, *, encoder: Encoder | None, identifier: Identifier | None) -> Checks:
    """The checks that a configuration does not skip.

    Raises:
        ConfigError: a library that one needs is not installed, or there is an encoder without a floor for it, or the
            other way round.
    """
    skip: set[str] = set(config.skip)
    if config.similarity is not None and encoder is None and "similarity" not in skip:
        raise ConfigError("similarity: give the encoder that measures it, or leave the section out.")
    if config.similarity is None and encoder is not None:
        raise ConfigError("similarity.floor: say the least cosine for the encoder, such as 0.8.")
    language = None
    if "language" not in skip:
        identifier = identifier or Py3langid(instead='or leave the check out (skip = ["language"])')
        language = LanguageCheck(config.language, identifier)
    single = [
        EachText("markup", MarkupCheck(config.markup)),
        EachText("length", LengthCheck(config.length)),
        *([] if language is None else [EachText("language", language)]),
        EachText("repeats", RepeatsCheck(config.repeats)),
    ]
    whole: list[Check] = [CopiesCheck(config.copies), BoilerplateCheck(config.boilerplate)]
    if "near" not in skip:
        whole.append(NearCheck(config.near))
    relative: list[Check] = [RatioCheck(config.ratio)]
    if config.similarity is not None and encoder is not None:
        relative.insert(0, SimilarityCheck(config.similarity, encoder))
    return Checks(
        single=tuple(check for check in single if check.name not in skip),
        whole=tuple(check for check in whole if check.name not in skip),
        relative=tuple(check for check in relative if check.name not in skip),
        language=language,
    )
