"""Translations that were not made: the text itself, and too long to be a name."""

_NAME_WORDS = 3  # a text of so many words may be a name, which is the same in both languages


def folded_words(text: str) -> tuple[str, ...]:
    """What spaces divide, whatever its case."""
    return tuple(text.casefold().split())


def beyond_a_name(words: tuple[str, ...]) -> bool:
    """Whether so many words are more than a name has."""
    return len(words) > _NAME_WORDS


def untranslated(translation: str, original: str) -> bool:
    """Whether a translation is its original."""
    words = folded_words(translation)
    return beyond_a_name(words) and words == folded_words(original)
