"""Slips of the fingers on the keyboard layout of the query's language.

Eligible is every letter that has a key on the layout and follows another one: the first letter of a word is the
one least often mistyped, and with it no word disappears. In Thai a "word" is what stands between spaces. A letter
with a mark that has no key of its own (``é`` in English, ``ё``, ``đ``) is its base letter's key, and a slip to another
key loses the mark.
"""

import unicodedata

import numpy as np

from isoglot.perturbation.families.casing import lower, upper
from isoglot.perturbation.families.layouts import Layout, layout, neighbours
from isoglot.perturbation.perturbation import Perturbation, Rewrite, chosen
from isoglot.text.letters import STROKED

_KINDS = {
    "adjacent": "letters replaced by one on a key beside theirs",
    "swap": "letters that change places with the one before, of every other letter",
    "drop": "letters left out",
    "double": "letters typed twice",
}


def has_layout(language: str) -> bool:
    """Whether a keyboard layout is known for the language."""
    return layout(language) is not None


def _slips(kinds: tuple[str, ...]) -> Rewrite:
    def rewrite(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
        board = layout(language)
        assert board is not None  # or the perturbation is not offered
        units, keys = _typed(text, language, board)
        possible = _possible(keys, kinds, odd=bool(rng.integers(2)))
        hits = chosen(len(possible), strength, rng)
        which, where = rng.random(len(possible)), rng.random(len(possible))
        swapped = []
        for number, (place, open_to) in enumerate(possible.items()):
            if not hits[number]:
                continue
            kind = open_to[int(which[number] * len(open_to))]
            if kind == "swap":
                swapped.append(place)
            elif kind == "adjacent":
                near = neighbours(board)[keys[place]]
                units[place] = _as_cased(near[int(where[number] * len(near))], units[place], language)
            else:
                units[place] = "" if kind == "drop" else units[place] * 2
        for place in swapped:
            units[place - 1], units[place] = units[place], units[place - 1]
        return "".join(units)

    return rewrite


def _possible(keys: list[str], kinds: tuple[str, ...], *, odd: bool) -> dict[int, tuple[str, ...]]:
    """Place -> the kinds of slips it is open to.

    Swaps take every other letter of a word, from its second (odd) or its third: two that overlap would carry a
    letter through the word instead.
    """
    unswapped = tuple(kind for kind in kinds if kind != "swap")
    found: dict[int, tuple[str, ...]] = {}
    into_word = 0
    for place, key in enumerate(keys):
        into_word = into_word + 1 if key else 0  # the first letter has 1
        open_to = kinds if into_word % 2 == (0 if odd else 1) else unswapped
        if into_word > 1 and open_to:
            found[place] = open_to
    return found


def _typed(text: str, language: str, board: Layout) -> tuple[list[str], list[str]]:
    """Letters with the marks that have no key, and each one's key; ``""`` for what is no letter of the layout."""
    known = neighbours(board)
    units: list[str] = []
    keys: list[str] = []
    for letter in text:
        small = lower(letter, language)
        if small not in known and unicodedata.category(letter) == "Mn" and units:
            units[-1] += letter
            continue
        base = small if small in known else STROKED.get(letter, unicodedata.normalize("NFD", small)[:1]).lower()
        units.append(letter)
        keys.append(base if base in known else "")
    return units, keys


def _as_cased(letter: str, replaced: str, language: str) -> str:
    """The letter as a capital where the one it replaces is, and it has one."""
    capital = upper(letter, language)
    return capital if replaced[0].isupper() and len(capital) == len(letter) else letter


KEYBOARD = (
    Perturbation(
        name="keyboard",
        summary="slips of all four kinds alike; strength: share of the letters that follow a letter",
        offered=has_layout,
        rewrite=_slips(tuple(_KINDS)),
    ),
    *(
        Perturbation(
            name=f"keyboard-{kind}",
            summary=f"{summary}; strength: share of the letters that follow a letter",
            offered=has_layout,
            rewrite=_slips((kind,)),
        )
        for kind, summary in _KINDS.items()
    ),
)
