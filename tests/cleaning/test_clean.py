"""Cleaning as a whole: what is clean stays, what is planted goes, nothing else does, and once is enough."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer

from helpers.repairing import axis_of_language, repair
from helpers.spoilt import ITEMS, LANGUAGES, OTHERS, PASSAGE_FAULTS, build, cleaned, sample_rows
from isoglot.cleaning.checks import build_checks
from isoglot.cleaning.clean import clean
from isoglot.cleaning.config import CleaningConfig
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.progress import Progress


def test_clean_data_is_left_as_it_is() -> None:
    rows = sample_rows(128)
    kept, report = cleaned(rows)
    assert report.dropped == {}
    assert list(kept.values()) == rows


@pytest.mark.parametrize("check", PASSAGE_FAULTS)
def test_planted_passages_go_in_every_script_and_nothing_else_does(check: str) -> None:
    plant, config = PASSAGE_FAULTS[check]
    rows, expected = sample_rows(), sample_rows()
    for other in (rows[-1], expected[-1]):  # English is the commonest language, as it is in most data
        other["query"] = {"en": other["query"]["en"]}
    # A copy in the commonest language counts as the original.
    languages = [language for language in LANGUAGES if (check, language) != ("copies", "en")]
    for item, language in zip(ITEMS, languages, strict=False):
        rows[item]["passage"][language] = plant(rows[item], language)
        del expected[item]["passage"][language]
    kept, report = cleaned(rows, **config)
    assert {(part.language, part.kind): part.dropped for part in report.languages if part.dropped} == {
        (language, "passage"): {check: 1} for language in languages
    }
    assert list(kept.values()) == expected


def test_near_duplicates_go_across_groups_and_never_within_one() -> None:
    rows, expected = sample_rows(), sample_rows()
    groups = {}
    for item, other, language in zip(ITEMS, OTHERS, LANGUAGES, strict=True):
        rows[other]["passage"][language] = rows[item]["passage"][language][:-1] + " 1"
        del expected[other]["passage"][language]
        groups[rows[other]["group"]] = rows[item]["group"]
    kept, report = cleaned(rows, skip=["ratio", "language"])
    assert report.dropped == {"near": len(LANGUAGES)}
    assert list(kept.values()) == expected
    for row in rows:
        row["group"] = groups.get(row["group"], row["group"])
    assert cleaned(rows, skip=["ratio", "language"])[1].dropped == {}


def test_every_bar_is_told_of_all_its_work_and_near_duplicates_of_each_step() -> None:
    begun: list[tuple[str, int]] = []
    told: list[list[int]] = []

    def progress(what: str, total: int, /, unit: str = "texts") -> Progress:
        begun.append((what, total))
        told.append([])
        return told[-1].append

    rows = sample_rows()
    rows.append({**rows[0], "id": "another", "group": "another page"})  # equal passages are compared once
    data = build(rows)
    clean(data, options=CleaningConfig.parse({"skip": ["language"]}, where="test"), progress=progress)
    assert [sum(counts) for counts in told] == [total for _, total in begun]
    passages = int(data.has("passage").sum())
    assert dict(begun)["cleaning: near"] == len(data) + 2 * passages


def test_a_pair_that_repeats_within_its_group_loses_the_later_query() -> None:
    rows = sample_rows()
    again = {**rows[ITEMS[0]], "id": "again", "passage": {"de": rows[ITEMS[0]]["passage"]["de"]}}
    kept, report = cleaned([*rows, {**again, "query": dict(rows[ITEMS[0]]["query"])}])
    assert "again" in kept
    assert "de" not in kept["again"]["query"]
    assert report.dropped == {"near": 1}


def test_a_group_that_is_gone_is_told() -> None:
    rows = sample_rows()
    copy = {**rows[ITEMS[0]], "id": "copy", "group": "another page"}
    _, report = cleaned([*rows, copy])
    assert report.lost_groups == {"near": ("another page",)}
    assert report.groups[0] - report.groups[1] == 1
    assert report.dropped == {"near": len(LANGUAGES), "alone": len(LANGUAGES)}


def test_boilerplate_is_counted_by_groups() -> None:
    rows = sample_rows()
    groups = list(dict.fromkeys(row["group"] for row in rows))[:4]
    for row in rows:
        if row["group"] in groups:
            row["query"]["hi"] = "अधिक जानकारी के लिए यहाँ देखें"
    assert cleaned(rows, boilerplate={"groups": 4}, skip=["ratio", "near"])[1].dropped == {}
    found = cleaned(rows, boilerplate={"groups": 3}, skip=["ratio", "near"])[1].dropped
    assert found == {"boilerplate": sum(row["group"] in groups for row in rows)}


class _Meanings:
    """An encoder that knows which item a text belongs to; a text that it does not know means something else."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._groups = {text: row["group"] for row in rows for text in row["passage"].values()}
        self._groups |= {text: row["id"] for row in rows for text in row["query"].values()}

    def encode_query(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        def vector(meaning: str) -> npt.NDArray[np.float64]:
            return np.random.default_rng(list(meaning.encode())).standard_normal(64)

        return np.stack([vector(self._groups.get(text, text)) for text in inputs]).astype(np.float32)

    encode_document = encode_query


def test_translations_of_something_else_go() -> None:
    rows, expected = sample_rows(), sample_rows()
    encoder = _Meanings(rows)
    config = CleaningConfig.parse({"similarity": {"floor": 0.8}, "skip": ["near"]}, where="test")
    assert clean(build(rows), options=config, encoder=encoder).report.dropped == {}
    for item, language in zip(ITEMS, LANGUAGES, strict=True):
        rows[item]["query"][language] = rows[item]["passage"][language] + "."
        del expected[item]["query"][language]
    found = clean(build(rows), options=config, encoder=encoder)
    made, report = found.data, found.report
    assert report.dropped == {"similarity": len(LANGUAGES)}
    assert list(made) == expected


def test_an_encoder_that_compares_by_distance_is_refused_before_encoding() -> None:
    encoder = _Meanings(sample_rows())
    encoder.similarity_fn_name = "euclidean"  # type: ignore[attr-defined]
    config = CleaningConfig.parse({"similarity": {"floor": 0.8}, "skip": ["near"]}, where="test")
    with pytest.raises(EncoderError, match="by cosine, but the encoder compares vectors by euclidean"):
        clean(build(sample_rows()), options=config, encoder=encoder)


def test_an_encoder_repaired_by_language_gets_the_languages_that_texts_are_in(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    base = SentenceTransformer(str(tiny_encoder), device="cpu")
    unlike = {language: int(language == "hi") for language in LANGUAGES}  # the others all mean the same
    encoder = load_encoder(str(repair(base, axis_of_language(**unlike), tmp_path / "out")))
    config = CleaningConfig.parse({"similarity": {"floor": 0.5}, "skip": ["near", "language"]}, where="test")
    report = clean(build(sample_rows()), options=config, encoder=encoder).report
    assert {part.language for part in report.languages if part.dropped} == {"hi"}


@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cleaning_again_drops_nothing_and_every_text_is_accounted_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = sample_rows(40)
    for row in rows:
        for side in ("query", "passage"):
            for language in LANGUAGES:
                row[side][language] = _spoilt(row, side, language, rows, rng)
        row["negatives"] = {"de": [rows[int(rng.integers(40))]["passage"]["de"], "\u200b", "<br>" * 9]}
    config = CleaningConfig.parse({"ratio": {"pairs": 10, "deviations": 4}, "boilerplate": {"groups": 3}}, where="test")
    first = clean(build(rows), options=config)
    made, report = first.data, first.report
    found = clean(made, options=config)
    again, second = found.data, found.report
    assert (second.dropped, second.lost_groups) == ({}, {})
    assert list(again) == list(made)
    for part in report.languages:
        assert part.before.texts - part.after.texts == sum(part.dropped.values())
    assert json.loads(json.dumps(report.to_dict()))["dropped"] == report.dropped


def _spoilt(row: dict[str, Any], side: str, language: str, rows: list[dict[str, Any]], rng: np.random.Generator) -> str:
    text = str(row[side][language])
    other = rows[int(rng.integers(len(rows)))]
    spoilt = [
        f"\ufeff {text}\u00ad\n",
        text[: int(rng.integers(len(text)))] + "\x07",
        f"{text} {text}",
        f"<p>{text}</p>",
        other[side][language],
        row[side][LANGUAGES[int(rng.integers(7))]],
        "\u200b",
    ]
    return spoilt[int(rng.integers(len(spoilt)))] if rng.random() < 0.3 else text


def test_section_numbers_before_queries_are_mended() -> None:
    rows = sample_rows()
    queries = rows[ITEMS[0]]["query"]
    rows[ITEMS[0]]["query"] = {language: f"8.18. {text}" for language, text in queries.items()}
    rows[ITEMS[1]]["query"] = {language: f"3. {text}" for language, text in rows[ITEMS[1]]["query"].items()}
    kept, _ = cleaned(rows)
    assert kept[rows[ITEMS[0]]["id"]]["query"] == queries
    assert not any(text.startswith("3.") for text in kept[rows[ITEMS[1]]["id"]]["query"].values())


def test_negatives_are_mended_and_judged_as_passages() -> None:
    rows = sample_rows()
    good, wrong = rows[OTHERS[0]]["passage"]["de"], rows[OTHERS[0]]["passage"]["vi"]
    rows[ITEMS[0]]["negatives"] = {"de": [f"{good}\u00ad", wrong, "\u200b"]}
    kept, report = cleaned(rows)
    assert kept[rows[ITEMS[0]]["id"]]["negatives"] == {"de": [good]}
    [part] = [part for part in report.languages if part.kind == "negative"]
    assert (part.before.texts, part.after.texts, part.mended) == (3, 1, 2)
    assert part.dropped == {"empty": 1, "language": 1}


def test_the_table_has_a_row_for_each_language_and_side() -> None:
    rows = sample_rows()
    rows[ITEMS[0]]["query"]["zh"] = "的"
    header, *body = cleaned(rows)[1].table()
    assert header == ["language", "texts", "before", "after", "mended", "length", "words", "words after"]
    assert [line[:2] for line in body] == [[tag, kind] for tag in LANGUAGES for kind in ("query", "passage")]
    assert body[-2][2:6] == [66, 65, 0, 1]


def test_refusals() -> None:
    rows = sample_rows(4)
    with pytest.raises(DataError, match=r"leaves nothing of 4 items \(length 28, alone 28\)"):
        cleaned(rows, length={"passage_least": 9_000})
    with pytest.raises(ConfigError, match="give the encoder that measures it"):
        cleaned(rows, similarity={"floor": 0.5})
    with pytest.raises(ConfigError, match=r"similarity\.floor: say the least cosine"):
        clean(build(rows), options=CleaningConfig.parse({}, where="test"), encoder=_Meanings(rows))
    with pytest.raises(ConfigError, match=r"c\.toml: key 'ratio\.deviation'"):
        CleaningConfig.parse({"ratio": {"deviation": 3}}, where="c.toml")
    with pytest.raises(ConfigError, match=r"key 'length': query_least is 500, more than query_most, 400"):
        CleaningConfig.parse({"length": {"query_least": 500}}, where="c.toml")


def test_a_library_that_a_check_lacks_is_named_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    config = CleaningConfig.parse({"skip": ["language"]}, where="test")
    with pytest.raises(ConfigError, match=r"'isoglot\[cleaning\]', or leave the check out \(skip = \[\"near\"\]\)"):
        build_checks(config, encoder=None, identifier=None)
    config = CleaningConfig.parse({"skip": ["language", "near"]}, where="test")
    assert "near" not in build_checks(config, encoder=None, identifier=None).names
