"""How much of a text is language: what is left of it without code and without names."""

import re

from isoglot.text.length import english_words, solid_length
from isoglot.text.normal import normal_form

# Runs of ASCII that no language writes: with a digit, an operator, a path or a call in them, or capitals within.
_CODE = re.compile(
    r"""[!-~]*(?:[0-9_=<>{}\[\]|\\/@\#$%^&*+~]|[A-Za-z]\(|[A-Za-z][.:][A-Za-z]|[a-z][A-Z]|[A-Z]{2})[!-~]*""",
)
_PUNCTUATION = "\"'“”‘’«»‹›„‚()¿¡-–—.,;:!?…"


def natural(text: str) -> str:
    """The text without what looks like code: formulas, paths, identifiers, numbers, abbreviations."""
    return " ".join(_CODE.sub(" ", text).split())


def prose_words(text: str) -> float:
    """How many words of the text are neither code nor names.

    A name begins with a capital, and so does the first word of a sentence and every German noun: this counts too few
    rather than too many. Where words are not told by spaces, as many characters as carry a word count as one.
    """
    words = (word.strip(_PUNCTUATION) for word in natural(text).split())
    rest = normal_form(" ".join(word for word in words if word and not word[0].isupper()))
    return english_words(rest)


def share_of_language(text: str) -> float:
    """Of the text's characters, white space left out, those that are not code."""
    return solid_length(natural(text)) / max(1, solid_length(text))
