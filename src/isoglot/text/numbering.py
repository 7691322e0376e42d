"""Section numbers before headings ("8.18. "), which are no words of them.

A number is the same in every language, so that an encoder can find a heading's translation without reading either.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

# What DocBook, AsciiDoc, LaTeX and word processors put before the number of a chapter, an appendix or a part.
_WORDS = (
    "chapter kapitel chapitre capítulo capitolo capitol hoofdstuk kapitola rozdział luku kapittel глава розділ bölüm "
    "κεφάλαιο poglavje poglavlje skyrius peatükk nodaļa bab chương "
    "appendix anhang annexe anexo apéndice apêndice appendice bijlage příloha dodatek dodatok liite tillæg bilaga "
    "vedlegg tillegg приложение додаток ek παράρτημα priedas lisa pielikums lampiran "
    "part teil partie parte deel část časť część osa del часть частина kısım μέρος dalis bagian phần"
)
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,3})*"
_SURE = re.compile(
    rf"""(?:[0-9]{{1,3}}|[A-Z])(?:\.[0-9]{{1,3}})+[.)]\s+                                      # 8.18. and C.2.
    |(?:{"|".join(_WORDS.split())})\s+(?:{_NUMBER}|[A-Z](?:\.[0-9]{{1,3}})*|[IVXLC]+)[.:)]\s+  # Chapter 8. and Part II:
    |第\s*[0-9一二三四五六七八九十]+\s*[章节節部][.:、]?\s*
    |제\s*[0-9]+\s*[장절부][.:]?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# "2. " may be an ordinal ("2. Weltkrieg"), and "2.10 " a version.
_UNSURE = re.compile(rf"(?P<number>{_NUMBER})(?P<mark>[.)]?)\s+")


def without_numbers(headings: Sequence[str]) -> list[str]:
    """A page's headings without their numbers.

    What can only be a section's number goes; what could be something else ("2. ", "2.10 "), only where the headings
    that have one are counted through: each number follows from the one before (1, 1.1, 1.2, 2), and two at least have
    levels.
    """
    unsure = {place: found for place, heading in enumerate(headings) if (found := _UNSURE.match(heading))}
    numbers = [[int(part) for part in found["number"].split(".")] for found in unsure.values()]
    counted = sum(len(number) > 1 for number in numbers) > 1 and all(_follows(*pair) for pair in pairwise(numbers))
    matches = [_SURE.match(text) or (unsure.get(place) if counted else None) for place, text in enumerate(headings)]
    return [_behind(match) if match else text for match, text in zip(matches, headings, strict=True)]


def without_shared_number(headings: Mapping[str, str]) -> dict[str, str]:
    """The headings of one section by language, without what can only be a number, or all of them begin with as one."""
    sure = {language: _SURE.match(text) for language, text in headings.items()}
    left = {language: _behind(match) if match else headings[language] for language, match in sure.items()}
    found = {language: _UNSURE.match(text) for language, text in left.items()}
    shared = {match and match["mark"] and match[0].strip() for match in found.values()}
    if len(left) > 1 and len(shared) == 1 and all(shared):
        left = {language: _behind(match) if match else left[language] for language, match in found.items()}
    return left if left == headings else without_shared_number(left)  # a number may follow another


def _behind(found: re.Match[str]) -> str:
    """What follows the number; all of it where that is no words."""
    rest = found.string[found.end() :]
    return rest if any(c.isalpha() for c in rest) else found.string


def _follows(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether a section's number is the next, at any level."""
    *above, last = after
    if above == before:
        return last == 1
    return len(above) < len(before) and above == before[: len(above)] and last == before[len(above)] + 1
