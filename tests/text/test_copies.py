"""A translation that is its original was not made, unless the text may be a name."""

import pytest

from isoglot.text.copies import untranslated


@pytest.mark.parametrize(
    ("translation", "original", "expected"),
    [
        ("Open  the FILE now", "open the file now", True),
        ("Open the file now.", "open the file now", False),
        ("Marco Polo Bridge", "Marco Polo Bridge", False),
        ("Öffne die Datei jetzt", "Open the file now", False),
    ],
)
def test_only_more_than_a_name_is_untranslated(translation: str, original: str, expected: bool) -> None:
    assert untranslated(translation, original) is expected
