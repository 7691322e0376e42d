"""Curves over strengths, against what the evaluation says of each perturbed collection."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.scores import Scores
from isoglot.perturbation.perturbed import perturb
from isoglot.perturbation.sweep import sweep


def collection() -> Collection:
    queries = [
        {"id": f"{n}/{lang}", "text": text, "lang": lang, "group": str(n), "cluster": str(n // 2)}
        for n in range(40)
        for lang, text in (("en", "Where is the long river?"), ("de", "Wo ist der lange Fluss?"), ("ja", "川はどこ"))
    ]
    passages = [{"id": f"p/{lang}", "text": "there", "lang": lang} for lang in ("en", "de", "ja")]
    return Collection.from_rows("rivers", queries=queries, passages=passages, relevant={("0/en", "p/en"): 1})


def intact(collection: Collection) -> Mapping[str, Scores]:
    """A stand-in for an encoder: a query is worth the share of the letters of "river" and "Fluss" it still has."""
    texts = collection.queries["text"].to_pylist()
    seen.append(collection)
    values = np.array([0.8 * sum(letter in text for letter in "rivFlus") / 7 + 0.2 for text in texts])
    names = tuple(tag for n, tag in enumerate(collection.languages) if (collection.query_language == n).any())
    cell = np.unique(collection.query_language, return_inverse=True)[1]
    return {"mono": Scores(query=np.arange(len(texts)), cell=cell, cells=names, values={"map": values})}


seen: list[Collection] = []


def test_a_curve_says_what_each_evaluation_says() -> None:
    seen.clear()
    whole = collection()
    found = sweep(
        intact, whole, perturbations=["keyboard-drop"], strengths=[0.5, 0.0, 0.2], measures=[("mono", "map")], draws=200
    )
    assert [one is whole for one in seen] == [True, False, False]
    assert all(one.passages is whole.passages for one in seen)
    for cell in ("all", "de", "en"):
        curve = found.curve("keyboard-drop", setting="mono", measure="map", cell=cell)
        assert [point.strength for point in curve.points] == [0.0, 0.2, 0.5]
        for point in curve.points:
            scores = intact(perturb(whole, "keyboard-drop", strength=point.strength, seed=0))["mono"]
            expected = scores.macro("map") if cell == "all" else scores.by_cell("map")[cell]
            assert point.value == pytest.approx(expected)
            assert point.relative == pytest.approx(expected / curve.points[0].value)
            assert point.low - 1e-12 <= point.value <= point.high + 1e-12
        assert curve.points[0].relative_low == curve.points[0].relative_high == 1
        assert curve.points[0].changed == 0 < curve.points[1].changed <= curve.points[2].changed
    assert found.left_out == {"keyboard-drop": {"query in 'ja', for which 'keyboard-drop' is not defined": 40}}
    assert {curve.cell for curve in found.curves} == {"all", "de", "en"}
    assert [(example.language, example.query) for example in found.examples] == [("en", "0/en"), ("de", "0/de")]


def test_a_curve_that_does_not_change_keeps_all() -> None:
    found = sweep(intact, collection(), perturbations=["diacritics"], strengths=[1.0], measures=[("mono", "map")])
    point = found.curve("diacritics", setting="mono", measure="map").points[-1]
    assert (point.changed, point.relative, point.relative_low, point.relative_high) == (0, 1, 1, 1)


def test_the_file_has_no_nan(tmp_path: Path) -> None:
    whole = collection()
    one = Collection.from_rows(
        "one",
        queries=whole.queries.slice(0, 1).to_pylist(),
        passages=whole.passages.to_pylist(),
        relevant={("0/en", "p/en"): 1},
    )
    found = sweep(intact, one, perturbations=["spaces"], strengths=[1.0], measures=[("mono", "map")])
    found.save(tmp_path / "curves.json")
    read = json.loads((tmp_path / "curves.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert read["curves"][0]["points"][1]["low"] is None  # one cluster: no interval
    assert read["examples"][0]["after"] == "Whereisthelongriver?"


@pytest.mark.parametrize(
    ("strengths", "perturbations", "measure", "match"),
    [
        ([0.0], ["spaces"], "map", "strength above 0"),
        ([2.0], ["spaces"], "map", "from 0 to 1"),
        ([0.5], ["spaces", "typo"], "map", "no perturbation 'typo'"),
        ([0.5], ["spaces"], "ndcg@10", "no mono/ndcg@10 .* there is mono/map"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    strengths: list[float], perturbations: list[str], measure: str, match: str
) -> None:
    with pytest.raises(ConfigError, match=match):
        sweep(intact, collection(), perturbations=perturbations, strengths=strengths, measures=[("mono", measure)])
