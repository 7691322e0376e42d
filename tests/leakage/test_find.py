"""Planted leaks of each kind are found, with nothing else beside them."""

import random
from typing import Any

import pytest

from helpers.planted import collection, filler, item, training, words
from isoglot.errors import ConfigError
from isoglot.leakage.find import find_leaks
from isoglot.leakage.report import LeakReport

pytest.importorskip("datasketch")

ENGLISH, GERMAN, CHINESE = words("copied", 80), words("copied", 80, "de"), words("copied", 120, "zh")
QUERY, ANFRAGE = words("asked", 8), words("asked", 8, "de")


def fresh(name: str) -> dict[str, Any]:
    """A test item that leaks nowhere, in two languages."""
    texts = {"query_en": words((name, "q"), 8), "passage_en": words((name, "p"), 80)}
    return item(name, **texts, query_de=words((name, "q"), 8, "de"), passage_de=words((name, "p"), 80, "de"))


def audit(*train: dict[str, Any], test: dict[str, Any], **options: Any) -> LeakReport:
    """One test item, changed by ``test``, among others; training items among filler."""
    base = fresh("changed")
    for key, text in test.items():
        side, language = key.split("_")
        base[side] = {**base[side], language: text}
    return find_leaks([training(*filler(20), *train)], [collection(fresh("left alone"), base)], **options)


def found(report: LeakReport) -> dict[tuple[str, str, str], int]:
    return {
        (cell.side, cell.language, kind): count
        for cell in report.cells
        for kind, count in cell.leaking.items()
        if count
    }


def test_nothing_is_found_where_nothing_is_planted() -> None:
    report = audit(test={})
    assert report.clean
    assert found(report) == {}
    assert (report.sources[0].direct, report.sources[0].leaking, report.examples) == (0, 0, ())
    assert {(cell.side, cell.language, cell.texts) for cell in report.cells} == {
        ("query", "en", 2), ("query", "de", 2), ("passage", "en", 2), ("passage", "de", 2)
    }  # fmt: skip


def test_a_copy_in_other_case_and_punctuation_is_exact() -> None:
    leak = item("copy", passage_en=ENGLISH, query_en=words("own", 8))
    report = audit(leak, test={"passage_en": f"“{ENGLISH.upper().replace(' ', ', ', 5)}”!"})
    assert found(report) == {
        ("passage", "en", "exact"): 1,
        ("passage", "en", "overlap"): 1,
        ("passage", "de", "translation"): 1,
    }
    assert report.leaking_groups == {"training data 1": ("copy",)}
    assert (report.collections[0].answers, report.collections[0].compromised) == (2, 2)  # en and de ask for it
    assert {(example.kind, example.test_id, example.item, example.score) for example in report.examples} == {
        ("exact", "passage/changed/en", "copy", 1.0),
        ("overlap", "passage/changed/en", "copy", 1.0),
    }


def test_a_copied_question_leaks_in_its_translations() -> None:
    leak = item("copy", query_de=ANFRAGE, passage_de=words("own", 80, "de"))
    report = audit(leak, test={"query_en": QUERY, "query_de": ANFRAGE})
    assert found(report) == {("query", "de", "exact"): 1, ("query", "en", "translation"): 1}
    assert report.count("test", "query", "any") == 2
    assert (report.collections[0].answers, report.collections[0].compromised) == (0, 2)
    assert report.count("test", "query", "any", language="en") == 1


@pytest.mark.parametrize(("language", "copied"), [("en", ENGLISH), ("zh", CHINESE)])
def test_scattered_edits_are_a_near_duplicate(language: str, copied: str) -> None:
    draw, letters = random.Random(1), list(copied)
    step = 60 if language == "en" else 20  # so that no run of 13 words, or 23 characters, is left whole
    for place in range(draw.randrange(5), len(letters), step):
        letters[place] = "7"
    leak = item("edited", **{f"passage_{language}": "".join(letters), f"query_{language}": words("own", 8, language)})
    report = audit(leak, test={f"passage_{language}": copied})
    assert found(report)["passage", language, "near"] == 1
    assert ("passage", language, "overlap") not in found(report)
    assert report.examples[0].score > 0.7
    assert audit(leak, test={f"passage_{language}": copied}, near=0.95).clean


@pytest.mark.parametrize(("language", "copied"), [("en", ENGLISH), ("zh", CHINESE)])
def test_a_copied_sentence_is_an_overlap(language: str, copied: str) -> None:
    units = copied.split() if language == "en" else list(copied)
    joint, length = (" ", 13) if language == "en" else ("", 23)
    windows = len(units) - length + 1
    for share, flagged in ((0.08, False), (0.12, True)):
        piece = joint.join(units[5 : 5 + length - 1 + round(share * windows)])
        texts = {f"passage_{language}": f"{piece}. {words('own', 60, language)}", f"query_{language}": words("o", 8)}
        report = audit(item("quotes", **texts), test={f"passage_{language}": copied})
        assert (("passage", language, "overlap") in found(report)) is flagged
        assert report.clean is not flagged
    assert audit(item("quotes", **texts), test={f"passage_{language}": copied}, overlap=0.2).clean


def test_shares_add_up_over_passages_and_each_of_them_leaks() -> None:
    units = ENGLISH.split()
    parts = [" ".join(units[start : start + 17]) for start in (0, 30)]  # 5 of 68 grams each: 7% and 15%
    items = [
        item(f"part-{n}", query_en=words(("o", n), 8), passage_en=f"{part} {words(('p', n), 40)}")
        for n, part in enumerate(parts)
    ]
    assert audit(items[0], test={"passage_en": ENGLISH}).clean
    report = audit(*items, test={"passage_en": ENGLISH})
    assert found(report)["passage", "en", "overlap"] == 1
    assert report.leaking_groups["training data 1"] == ("part-0", "part-1")


def test_a_negative_leaks_too() -> None:
    leak = item("copy", query_en=words("own", 8), passage_en=words("own", 80), negative_en=ENGLISH)
    report = audit(leak, test={"passage_en": ENGLISH})
    assert found(report)["passage", "en", "exact"] == 1
    assert report.examples[0].text.startswith(ENGLISH[:40])


def test_the_label_does_not_matter() -> None:
    untranslated = item("copy", query_de=words("own", 8, "de"), passage_de=ENGLISH)
    assert found(audit(untranslated, test={"passage_en": ENGLISH}))["passage", "en", "exact"] == 1


def test_what_shares_a_group_with_a_leak_goes_with_it() -> None:
    leak = item("copy", group="page", query_en=words("own", 8), passage_en=ENGLISH, passage_de=GERMAN)
    beside = item("beside", group="page", query_en=words("other", 8), passage_en=words("other", 80))
    report = audit(leak, beside, test={"passage_en": ENGLISH})
    (source,) = report.sources
    assert (source.direct, source.leaking, source.leaking_groups) == (1, 2, ("page",))
    assert source.languages == {"de": 0, "en": 1}


IDENTIFIER = "56beb4343aeaaa14008c925b"


@pytest.mark.parametrize(("name", "leaks"), [(IDENTIFIER, True), (f"0/{IDENTIFIER}", True), ("17", False)])
def test_a_question_in_another_language_is_told_by_its_id(name: str, leaks: bool) -> None:
    train = item(name, query_sv=words("own", 8), passage_sv=words("own", 80))
    test = item(name.removeprefix("0/"), query_en=QUERY, passage_en=ENGLISH, query_de=ANFRAGE)
    report = find_leaks([training(*filler(4), train)], [collection(test)])
    assert found(report) == ({("query", "en", "id"): 1, ("query", "de", "id"): 1} if leaks else {})
    assert report.leaking_groups["training data 1"] == ((name,) if leaks else ())


def test_sources_and_collections_stay_apart() -> None:
    leak = item("copy", query_en=words("own", 8), passage_en=ENGLISH)
    train = [training(*filler(4)), training(*filler(6), leak)]
    tests = [collection(fresh("one"), name="clean"), collection(item("two", query_en=QUERY, passage_en=ENGLISH))]
    report = find_leaks(train, tests, names=["first", "second"])
    assert report.leaking_groups == {"first": (), "second": ("copy",)}
    assert [report.count(name, "passage", "any") for name in ("clean", "test")] == [0, 1]
    (cell,) = [cell for cell in report.cells if cell.any]
    assert cell.sources == {"second": {"exact": 1, "near": 0, "overlap": 1, "translation": 0}}


def test_progress_and_a_check_left_out() -> None:
    told: dict[str, list[int]] = {}

    def progress(what: str, total: int, /, unit: str = "texts") -> Any:
        told[what] = [total]
        return told[what].append

    report = audit(test={}, near=None, progress=progress)
    assert told == {"query texts": [20, 20], "passage texts": [20, 20]}
    assert "near" not in report.checks
    assert all("near" not in cell.leaking for cell in report.cells)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"near": 0.0}, "near: a Jaccard index is above 0"),
        ({"near": 1.1}, "near: a Jaccard index is above 0"),
        ({"overlap": 1.0}, "overlap: a share from 0 to below 1"),
        ({"names": []}, None),
        ({"names": ["one", "two"]}, "must be 1 different names"),
    ],
)
def test_bad_options_are_told(options: dict[str, Any], message: str | None) -> None:
    if message is None:
        assert audit(test={}, **options).clean
    else:
        with pytest.raises(ConfigError, match=message):
            audit(test={}, **options)


def test_nothing_to_compare_is_told() -> None:
    with pytest.raises(ConfigError, match="needs training data and a test collection"):
        find_leaks([], [collection(fresh("one"))])
    with pytest.raises(ConfigError, match="have one name"):
        find_leaks([training(*filler(2))], [collection(fresh("one")), collection(fresh("two"))])
