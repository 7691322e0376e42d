"""Notations: each once, with its edges."""

from dataclasses import dataclass

import pytest

from isoglot.wording import (
    amounts,
    counted,
    decimal,
    enumerated,
    interval,
    listed,
    p_value,
    short_path,
    shortened,
    signed,
    tally,
    with_interval,
)

NAN = float("nan")


@dataclass(frozen=True)
class Found:
    value: float
    low: float
    high: float


@pytest.mark.parametrize(
    ("value", "plain", "difference"),
    [
        (0.0524, ".052", "+.052"),
        (-0.0031, "-.003", "−.003"),
        (-0.0001, ".000", "−.000"),  # a difference that is rounded away keeps its sign, a value has none
        (0.9996, "1.000", "+1.000"),
        (-10.5, "-10.500", "−10.500"),
        (20.25, "20.250", "+20.250"),
    ],
)
def test_a_number_has_no_zero_before_its_point(value: float, plain: str, difference: str) -> None:
    assert (decimal(value), signed(value)) == (plain, difference)


def test_p_values() -> None:
    assert [p_value(p) for p in (0.0, 0.00099, 0.001, 0.0124, 0.5, 0.9996, 1.0)] == [
        "< .001",
        "< .001",
        "= .001",
        "= .012",
        "= .500",
        "= 1",
        "= 1",
    ]
    assert p_value(0.0124, "{:.3f}".format) == "= 0.012"


def test_intervals_and_what_is_said_where_there_is_none() -> None:
    found, alone, nothing = Found(0.059, 0.052, 0.066), Found(0.059, NAN, NAN), Found(NAN, NAN, NAN)
    assert (interval(found, decimal), interval(alone, decimal)) == ("[.052, .066]", "")
    assert interval(found, "{:.0%}".format, "{}–{}") == "5%–7%"
    assert [with_interval(one, decimal) for one in (found, alone, nothing)] == [".059 [.052, .066]", ".059", "–"]
    assert with_interval(found, signed, ", {} to {}") == "+.059, +.052 to +.066"


def test_counts() -> None:
    assert [counted(n, "queries") for n in (0, 1, 1190)] == ["0 queries", "1 query", "1,190 queries"]
    assert counted(1, "more languages") == "1 more language"
    assert amounts({"queries": 1190, "passages": 1}) == "1,190 queries, 1 passage"
    assert tally({"en": 1190, "de": 1}) == "en 1,190, de 1"


def test_lists() -> None:
    names = ["a", "b", "c", "d"]
    assert listed(iter(names), most=4) == "a, b, c, d"
    assert listed(names, most=3) == "a, b, c and 1 more"
    assert [listed(names, most=most, things="languages") for most in (3, 2)] == [
        "a, b, c and 1 more language",
        "a, b and 2 more languages",
    ]
    assert [enumerated(names[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_a_text_is_cut_to_what_was_asked_for() -> None:
    assert [shortened("one two", most=most) for most in (7, 6, 5)] == ["one two", "one t…", "one…"]


def test_a_path_from_a_root_is_its_last_part_and_other_names_are_whole() -> None:
    rooted = {
        "/home/me/runs/hybrid/": "hybrid",
        "~/hybrid": "hybrid",
        "C:\\Users\\me\\hybrid": "hybrid",
        "miracl/dev@ar:/data/miracl": "miracl/dev@ar:miracl",
        "/home/me/rows.jsonl@de,en": "rows.jsonl@de,en",
    }
    assert {name: short_path(name) for name in rooted} == rooted
    for name in ("runs/hybrid", "intfloat/multilingual-e5-small", "hf@en:owner/set", "https://host/v1", "3 / 4", ""):
        assert short_path(name) == name
