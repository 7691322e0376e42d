"""Letters together with the marks on them."""

import unicodedata

# Latin letters whose mark Unicode does not take apart -> the letter beneath.
STROKED = dict(zip("đĐłŁøØħĦı", "dDlLoOhHi", strict=True))


def letters_with_marks(text: str) -> list[str]:
    """The text cut before every character that is no combining mark (general category M)."""
    clusters: list[str] = []
    for letter in text:
        if clusters and unicodedata.category(letter).startswith("M"):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters
