"""Which sections of a page are the same in several languages."""

from collections import Counter
from collections.abc import Mapping, Sequence

from isoglot.documents.sections import Section

Aligned = dict[str, int]
"""Language -> number of the section in that language's page."""


def align(pages: Mapping[str, Sequence[Section]]) -> list[Aligned]:
    """Align the sections of one page.

    The first language is the reference. Two sections are the same if they share an anchor (an anchor that a page has
    several times counts with the last other one before it); if they do not, but the two pages have the same sequence
    of heading levels, if they are at the same place. Order is not trusted where a shared anchor contradicts it, nor
    between two sections that were each given a name, on pages where names are shared.

    Args:
        pages: by language, the reference first; sections of level 1 to 6.

    Returns:
        Every section of every language once: those of the reference in order, then the others. What stands alone in
        another language than the reference is aligned to nothing.
    """
    reference, *others = pages
    items: list[Aligned] = [{reference: number} for number in range(len(pages[reference]))]
    named: dict[_Name, int] = {}
    for number, own in enumerate(_names(pages[reference])):
        _remember(named, own, number)
    for language in others:
        names = _names(pages[language])
        places = _by_anchor(names, named)
        _by_order(places, pages[reference], pages[language])
        for number in range(len(names)):
            if number not in places:
                places[number] = len(items)
                items.append({})
                _remember(named, names[number], places[number])
            items[places[number]][language] = number
    return items


_Name = tuple[str, str, int, int]
"""(anchor, ...) and, where the page repeats it: the last name before it that is not repeated, which of the sections
after that have the anchor, and how many do."""


def _names(sections: Sequence[Section]) -> list[list[_Name]]:
    """The names of each section, its own first."""
    total = Counter(anchor for section in sections for anchor in section.anchors)
    after: list[list[tuple[str, str]]] = []
    last = ""
    for section in sections:
        unique = next((anchor for anchor in section.anchors if total[anchor] == 1), "")
        after.append([(anchor, "" if total[anchor] == 1 else unique or last) for anchor in section.anchors])
        last = unique or last
    together = Counter(name for names in after for name in names)
    seen: Counter[tuple[str, str]] = Counter()
    named: list[list[_Name]] = []
    for names in after:
        named.append([(*name, seen[name], together[name]) for name in names])
        seen.update(names)
    return named


def _remember(named: dict[_Name, int], names: Sequence[_Name], item: int) -> None:
    for name in names:
        named.setdefault(name, item)


def _by_anchor(sections: Sequence[Sequence[_Name]], named: Mapping[_Name, int]) -> dict[int, int]:
    """Section -> item that it shares a name with; each item once."""
    places: dict[int, int] = {}
    taken: set[int] = set()
    for number, names in enumerate(sections):
        item = next((named[name] for name in names if name in named), None)
        if item is not None and item not in taken:
            places[number] = item
            taken.add(item)
    return places


def _by_order(places: dict[int, int], reference: Sequence[Section], sections: Sequence[Section]) -> None:
    """Add the sections that are known by their place alone."""
    if [section.level for section in reference] != [section.level for section in sections]:
        return
    if any(number != item for number, item in places.items()):
        return
    names_are_shared = bool(places)
    for number, (there, here) in enumerate(zip(reference, sections, strict=True)):
        if not (names_are_shared and _is_named(there) and _is_named(here)):
            places.setdefault(number, number)


def _is_named(section: Section) -> bool:
    """Whether somebody gave it a name: one that is the heading in other letters says nothing more than it does."""
    heading = _letters(section.heading)
    return any(_letters(anchor) != heading for anchor in section.anchors)


def _letters(text: str) -> str:
    """Without digits: an anchor may have the section's number, which the heading has no more."""
    return "".join(c for c in text.casefold() if c.isalpha())
