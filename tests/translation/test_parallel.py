"""A training set in more languages: what is added, what stays, what is counted."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.engines import Labelled
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError, DataError, TranslationError
from isoglot.translation.engine import Failed, Outcome, Translator
from isoglot.translation.parallel import TranslationReport, translate

_LANGUAGES = ("de", "en")


def _translated(
    data: ParallelDataset, *, translator: Translator, source: str, targets: Sequence[str], progress: Any = None
) -> tuple[ParallelDataset, TranslationReport]:
    made = translate(data, translator, source=source, to=targets, progress=progress)
    return made.data, made.report


def _build(rows: list[dict[str, Any]]) -> ParallelDataset:
    return ParallelDataset.from_rows(rows, languages=_LANGUAGES, key=f"translation {json.dumps(rows, sort_keys=True)}")


@st.composite
def _rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Items with texts of few kinds in any of the languages on either side; some with negatives."""
    text = st.sampled_from(["one", "two", "three"])
    side = st.dictionaries(st.sampled_from(_LANGUAGES), text, min_size=1)
    negatives = st.dictionaries(st.sampled_from(_LANGUAGES), st.lists(text, min_size=1, max_size=2))
    items = draw(st.lists(st.tuples(side, side, negatives, st.integers(0, 2)), min_size=1, max_size=5))
    return [
        {
            "id": f"i{n}",
            "group": f"g{g}",
            "domain": f"d{g}",
            "source": f"s{g}",
            "query": q,
            "passage": p,
            "negatives": no,
        }
        for n, (q, p, no, g) in enumerate(items)
    ]


@given(rows=_rows())
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_lacks_in_a_target_is_translated_and_nothing_else_changes(rows: list[dict[str, Any]]) -> None:
    made, counts = _translated(_build(rows), translator=Labelled(), source="en", targets=["es", "de"])
    asked = []
    for row, found in zip(rows, made, strict=True):
        expected = {**row}
        for side in ("query", "passage", "negatives"):
            expected[side] = dict(row[side])
            for target in ("es", "de"):
                if "en" in row[side] and target not in row[side]:
                    given = row[side]["en"]
                    texts = given if isinstance(given, list) else [given]
                    asked += [(target, text) for text in texts]
                    translated = [f"{target}:{text}" for text in texts]
                    expected[side][target] = translated if isinstance(given, list) else translated[0]
        assert found == expected
    assert made.languages == ("de", "en", "es")
    assert (counts.texts, counts.unique) == (len(asked), len(set(asked)))
    assert (counts.empty, counts.untranslated) == (0, 0)


def _row(query: str, passage: str, **other: Any) -> dict[str, Any]:
    return {"id": "i", "group": "g", "domain": "d", "query": {"en": query}, "passage": {"en": passage}, **other}


def test_what_is_of_no_use_is_left_out_and_counted() -> None:
    copies = {"Nobody could Translate  this", "Anna Maria Schmidt", "same four words here"}
    rows = [
        _row("to nothing", "Nobody could Translate  this"),
        _row("Anna Maria Schmidt", "to nothing", id="j", negatives={"en": ["fine", "same four words here"]}),
    ]
    lost = Labelled("lossy", lambda text, _: text.upper() if text in copies else "" if "nothing" in text else "bien")
    made, counts = _translated(_build(rows), translator=lost, source="en", targets=["es"])
    added = [{side: row[side].get("es") for side in ("query", "passage", "negatives")} for row in made]
    assert added == [
        {"query": None, "passage": None, "negatives": None},
        {"query": "ANNA MARIA SCHMIDT", "passage": None, "negatives": ["bien"]},
    ]
    assert counts == TranslationReport(engine="lossy", texts=6, unique=5, remembered=0, empty=2, untranslated=2)
    assert made.has_query[:, made.languages.index("es")].tolist() == [False, True]


def test_again_it_is_remembered_and_the_same() -> None:
    data = _build([_row("q", "p"), _row("q", "other", id="j")])
    first, counts = _translated(data, translator=Labelled(), source="en", targets=["es"])
    translator = Labelled()
    told: list[Any] = []
    again, remembered = _translated(
        data,
        translator=translator,
        source="EN",
        targets=["es", "it", "es"],
        progress=lambda what, total: told.append((what, total)) or told.append,
    )
    assert (counts.remembered, remembered.remembered, remembered.unique) == (0, 3, 6)
    assert {target for target, _ in translator.asked} == {"it"}
    assert told == [("en to es", 3), 3, ("en to it", 3), 3]
    assert list(again.restrict(["en", "es"])) == list(first)
    assert again.fingerprint != first.fingerprint
    other, _ = _translated(data, translator=Labelled("2", lambda t, _: t + "!"), source="en", targets=["es"])
    assert other.fingerprint != first.fingerprint


def test_a_language_that_the_data_was_restricted_from_is_translated_anew() -> None:
    data = _build([{**_row("q", "p"), "query": {"en": "q", "de": "Frage"}}]).restrict(["en"])
    made, _ = _translated(data, translator=Labelled(), source="en", targets=["de"])
    assert next(iter(made))["query"] == {"en": "q", "de": "de:q"}


@pytest.mark.parametrize(
    ("source", "targets", "error", "message"),
    [
        ("it", ["es"], DataError, "source 'it': not in the data, which has de, en"),
        ("en", [], ConfigError, "at least one language"),
        ("en", ["es", "EN"], ConfigError, "'en' is the language to translate from"),
        ("en", ["es", "fr"], TranslationError, "no en to fr"),
    ],
)
def test_refusals_before_any_work(source: str, targets: list[str], error: type[Exception], message: str) -> None:
    translator = Labelled()
    with pytest.raises(error, match=message):
        _translated(_build([_row("q", "p")]), translator=translator, source=source, targets=targets)
    assert translator.asked == []


def test_what_an_engine_failed_at_is_counted_with_the_reason_and_left_out() -> None:
    class Failing(Labelled):
        def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[dict[int, Outcome]]:
            for place, text in enumerate(texts):
                yield {place: Failed("it barked") if text == "dog" else f"{target}:{text}"}

    rows = [_row("dog", "p"), _row("q", "dog", id="j", negatives={"en": ["dog", "cat"]})]
    made, counts = _translated(_build(rows), translator=Failing(), source="en", targets=["es", "it"])
    assert (counts.failed, counts.reasons, counts.texts) == (6, {"it barked": 6}, 12)
    assert [row["query"].get("es") for row in made] == [None, "es:q"]
    assert [row["passage"].get("it") for row in made] == ["it:p", None]
    assert [row["negatives"].get("es") for row in made] == [None, ["es:cat"]]
    mended, counts = _translated(_build(rows), translator=Labelled(), source="en", targets=["es", "it"])
    assert (counts.failed, counts.remembered, counts.unique) == (0, 6, 8)
    assert mended.fingerprint != made.fingerprint
