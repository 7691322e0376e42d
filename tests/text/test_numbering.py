"""Section numbers go, and numbers that say something stay."""

import pytest

from isoglot.text.numbering import without_numbers, without_shared_number


def numberless(*headings: str) -> list[str]:
    return without_numbers(headings)


@pytest.mark.parametrize(
    ("heading", "left"),
    [
        ("8.18. Emboss", "Emboss"),
        ("2.2.1.\u00a0Werkzeugaufruf", "Werkzeugaufruf"),
        ("C.2. Licence", "Licence"),
        ("Chapter 14. Tools", "Tools"),
        ("Kapitel 14. Werkzeuge", "Werkzeuge"),
        ("Chapitre 3 : Outils", "Chapitre 3 : Outils"),
        ("Annexe B. Licence", "Licence"),
        ("Part II: Basics", "Basics"),
        ("第8章 工具", "工具"),
        ("제 8 장 도구", "도구"),
        ("2. Weltkrieg", "2. Weltkrieg"),
        ("2.10 is out", "2.10 is out"),
        ("3D Transform", "3D Transform"),
        ("Part 2 of the story", "Part 2 of the story"),
        ("8.18.", "8.18."),
        ("1.2.0. (2024)", "1.2.0. (2024)"),
        ("30.12.1899 (Standard)", "30.12.1899 (Standard)"),
    ],
)
def test_a_number_alone_on_its_page(heading: str, left: str) -> None:
    assert numberless("Welcome", heading) == ["Welcome", left]


@pytest.mark.parametrize(
    ("headings", "left"),
    [
        (["1 Start", "1.1 Install", "1.2 Run", "2 More"], ["Start", "Install", "Run", "More"]),
        (["1. Buy", "1.1. Cards", "Questions", "1.2) Cash"], ["Buy", "Cards", "Questions", "Cash"]),
        (["1. Schlüssel", "2. Schlüssel"], ["1. Schlüssel", "2. Schlüssel"]),
        (["2.10 is out", "2.8 is out"], ["2.10 is out", "2.8 is out"]),
        (["2 weeks before", "3 weeks before"], ["2 weeks before", "3 weeks before"]),
        (["1. Mai 2024", "7. Mai 2024"], ["1. Mai 2024", "7. Mai 2024"]),
        (["4.2.3. Deep", "4.3. Up", "5. Top", "5.1. Down"], ["Deep", "Up", "Top", "Down"]),
    ],
)
def test_numbers_that_count_the_headings_of_a_page(headings: list[str], left: list[str]) -> None:
    assert numberless(*headings) == left


def test_a_number_with_its_mark_in_all_languages_counts_sections() -> None:
    assert without_shared_number({"en": "2. Tools", "de": "2. Werkzeuge"}) == {"en": "Tools", "de": "Werkzeuge"}
    assert without_shared_number({"en": "Chapter 3. Tools", "de": "3. Werkzeuge"})["en"] == "Tools"
    for headings in (
        {"en": "Second World War", "de": "2. Weltkrieg"},
        {"en": "2. Tools", "de": "3. Werkzeuge"},
        {"en": "3 steps", "de": "3 Schritte"},
        {"de": "2. Weltkrieg"},
    ):
        assert without_shared_number(headings) == headings
