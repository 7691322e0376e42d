"""The checks of a configuration, in the order in which they are made."""

from collections.abc import Sequence
from dataclasses import dataclass

from isoglot.cleaning.boilerplate import Boilerplate
from isoglot.cleaning.config import CleaningConfig
from isoglot.cleaning.copies import Copies
from isoglot.cleaning.language import WrongLanguage
from isoglot.cleaning.length import Length
from isoglot.cleaning.markup import Markup
from isoglot.cleaning.near import Near
from isoglot.cleaning.ratio import Ratio
from isoglot.cleaning.repeats import Repeats
from isoglot.cleaning.similarity import Similarity
from isoglot.cleaning.texts import Check, EachText
from isoglot.encoder.load import Encoder
from isoglot.errors import ConfigError
from isoglot.text.identification import Identifier, Py3langid


@dataclass(frozen=True)
class Checks:
    """What is checked.

    Attributes:
        single: one text at a time; what they say of a text does not depend on any other.
        whole: of all the data, once; what they leave they leave again.
        relative: by what is usual for the other texts; repeated until none finds anything.
        wrong_language: the check of languages, if it is made.
    """

    single: tuple[EachText, ...]
    whole: tuple[Check, ...]
    relative: tuple[Check, ...]
    wrong_language: WrongLanguage | None

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
    wrong = None
    if "language" not in skip:
        identifier = identifier or Py3langid(instead='or leave the check out (skip = ["language"])')
        wrong = WrongLanguage(config.language, identifier)
    single = [
        EachText("markup", Markup(config.markup)),
        EachText("length", Length(config.length)),
        *([] if wrong is None else [EachText("language", wrong)]),
        EachText("repeats", Repeats(config.repeats)),
    ]
    whole: list[Check] = [Copies(config.copies), Boilerplate(config.boilerplate)]
    if "near" not in skip:
        whole.append(Near(config.near))
    relative: list[Check] = [Ratio(config.ratio)]
    if config.similarity is not None and encoder is not None:
        relative.insert(0, Similarity(config.similarity, encoder))
    return Checks(
        single=tuple(check for check in single if check.name not in skip),
        whole=tuple(check for check in whole if check.name not in skip),
        relative=tuple(check for check in relative if check.name not in skip),
        wrong_language=wrong,
    )
