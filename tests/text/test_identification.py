"""What an identifier tells of a language, and what is said where there is none."""

import sys

import pytest

from isoglot.errors import ConfigError
from isoglot.text.identification import Py3langid, macrolanguage, macrolanguage_probabilities


class _Fixed:
    """An identifier that always says the same."""

    languages = frozenset({"wuu", "zh", "en"})

    def probabilities(self, text: str) -> dict[str, float]:
        return {"wuu": 0.5, "zh": 0.25, "en": 0.25}


def test_languages_of_one_macrolanguage_are_one() -> None:
    assert macrolanguage_probabilities("text", _Fixed()) == {"zh": 0.75, "en": 0.25}
    assert [macrolanguage(tag) for tag in ("pt-BR", "zh-Hant", "yue", "sr-Latn", "de")] == [
        "pt",
        "zh",
        "zh",
        "hbs",
        "de",
    ]


def test_py3langid_tells_languages() -> None:
    pytest.importorskip("py3langid")
    found = macrolanguage_probabilities("Wie spät ist es in dieser Stadt, und wo ist der Bahnhof?", Py3langid())
    assert max(found, key=found.__getitem__) == "de"


def test_the_missing_library_is_named_with_what_can_be_done_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    with pytest.raises(ConfigError, match=r"pip install 'isoglot\[cleaning\]'\.$"):
        Py3langid()
    with pytest.raises(ConfigError, match=r"'isoglot\[cleaning\]', or declare them\.$"):
        Py3langid(instead="or declare them")
