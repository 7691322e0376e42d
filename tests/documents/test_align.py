"""Sections of a page in several languages: the same name is the same section; order where nothing speaks against it."""

from hypothesis import given
from hypothesis import strategies as st

from isoglot.documents.align import align
from isoglot.documents.sections import Section


def page(*sections: tuple[int, str]) -> list[Section]:
    """Sections of (level, anchor); a heading is never its anchor's words."""
    return [
        Section(level=level, heading=f"Heading {n}", anchors=(a,) if a else ()) for n, (level, a) in enumerate(sections)
    ]


names = st.lists(st.sampled_from("abcdef"), unique=True)


@given(st.dictionaries(st.sampled_from(["en", "de", "fr"]), names, min_size=1))
def test_sections_with_names_are_aligned_by_them_in_any_order(orders: dict[str, list[str]]) -> None:
    # All have a section "z", so that names are known to be shared.
    pages = {language: page((1, "z"), *((1, name) for name in order)) for language, order in orders.items()}
    found = {frozenset((lang, pages[lang][place].anchors) for lang, place in item.items()) for item in align(pages)}
    assert found == {
        frozenset((language, (name,)) for language, order in orders.items() if name in ["z", *order])
        for name in {"z"}.union(*orders.values())
    }


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["", "a", "b"])), max_size=5), min_size=1, max_size=3
    )
)
def test_every_section_is_in_one_item_and_none_is_lost(pages: list[list[tuple[int, str]]]) -> None:
    by_language = {str(number): page(*sections) for number, sections in enumerate(pages)}
    found = sorted((language, place) for item in align(by_language) for language, place in item.items())
    assert found == [(language, n) for language, sections in by_language.items() for n in range(len(sections))]


def test_without_names_order_decides_if_the_levels_are_the_same() -> None:
    en = page((1, ""), (2, ""), (2, ""))
    assert align({"en": en, "de": page((1, ""), (2, ""), (2, ""))}) == [{"en": n, "de": n} for n in range(3)]
    assert align({"en": en, "de": page((1, ""), (2, ""), (3, ""))})[:3] == [{"en": 0}, {"en": 1}, {"en": 2}]


def test_order_is_not_trusted_against_names() -> None:
    en = page((1, ""), (2, "a"), (2, "b"))
    assert align({"en": en, "de": page((1, ""), (2, "b"), (2, "a"))})[:1] == [{"en": 0}], "moved sections"
    assert align({"en": en, "de": page((1, ""), (2, "a"), (2, "c"))}) == [
        {"en": 0, "de": 0},
        {"en": 1, "de": 1},
        {"en": 2},
        {"de": 2},
    ]


def test_names_made_of_the_heading_do_not_stand_against_order() -> None:
    en = [Section(1, "FAQ", ("faq",)), Section(2, "Set up", ("set-up",))]
    de = [Section(1, "FAQ", ("faq",)), Section(2, "Einrichten", ("einrichten",))]
    assert align({"en": en, "de": de}) == [{"en": 0, "de": 0}, {"en": 1, "de": 1}]


def test_a_name_used_twice_is_known_by_the_name_before_it() -> None:
    en = page((1, "a"), (2, "syntax"), (1, "b"), (2, "syntax"))
    moved = page((2, "b"), (2, "syntax"), (1, "a"), (2, "syntax"))
    assert align({"en": en, "de": moved}) == [{"en": n, "de": (n + 2) % 4} for n in range(4)]
    unclear = page((1, "a"), (2, "syntax"), (3, "syntax"), (1, "b"), (2, "syntax"))
    assert align({"en": en, "de": unclear})[:4] == [
        {"en": 0, "de": 0},
        {"en": 1},
        {"en": 2, "de": 3},
        {"en": 3, "de": 4},
    ]


def test_numbers_of_sections_do_not_make_a_name_of_a_heading() -> None:
    en = [Section(1, "FAQ", ("faq",)), Section(2, "Set up", ("2-1-set-up",))]
    de = [Section(1, "FAQ", ("faq",)), Section(2, "Einrichten", ("2-1-einrichten",))]
    assert align({"en": en, "de": de}) == [{"en": 0, "de": 0}, {"en": 1, "de": 1}]
