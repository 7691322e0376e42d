"""The languages of texts among those that a transform was fitted on."""

import pytest

from isoglot.encoder.identify import identified
from isoglot.errors import ConfigError


class _Told:
    """An identifier that reads probabilities from the text."""

    languages = frozenset({"en", "zh", "yue", "fr"})

    def probabilities(self, text: str) -> dict[str, float]:
        return dict(zip(("en", "zh", "yue", "fr"), map(float, text.split()), strict=True))


def test_a_language_is_told_among_the_fitted_unless_another_is_much_more_probable() -> None:
    texts = [".5 .3 .1 .1", ".3 .25 .25 .2", ".08 .01 .01 .9", ".1 .0 .0 .9", ".05 .0 .0 .95"]
    found = identified(texts, ["el", "en", "zh-Hans", "zh-Hant"], identifier=_Told())
    assert found.tolist() == [1, 2, 4, 1, 4]


def test_languages_that_nobody_can_tell_must_be_declared() -> None:
    with pytest.raises(ConfigError, match="told from text: el, sw; declare them"):
        identified(["x"], ["el", "sw"], identifier=_Told())
