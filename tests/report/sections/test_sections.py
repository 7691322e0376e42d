"""What sections say is what results hold: ranks by language, the worst queries, repairs, perturbations."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.literal import make_case
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.scores import Scores
from isoglot.perturbation.curves import Curve, CurvePoint, Robustness
from isoglot.report.charts.curves import Curves
from isoglot.report.charts.spread import Spread
from isoglot.report.page.blocks import Panels, Rankings, Section
from isoglot.report.page.write import plot
from isoglot.report.sections.landing import landing
from isoglot.report.sections.robust import robust
from isoglot.report.sections.worst import worst

CASE = make_case(languages=["ar", "de", "zh"], queries=40, passages=90, values=4, seed=3)


@pytest.fixture(scope="module")
def result() -> CollectionResult:
    return evaluate_embedded(CASE.embedded, options=EvaluationOptions(draws=20))


def panels(section: Section | None) -> Panels:
    assert section is not None
    (block,) = (block for block in section.blocks if isinstance(block, Panels))
    return block


def test_ranks_land_where_the_only_relevant_passage_stands(result: CollectionResult) -> None:
    ranks = [1, 2, 4, 8, 16, 32]
    cells = np.array([0, 0, 1, 1, 1, 2])
    values = {"map": 1 / np.array(ranks, dtype=np.float64)}
    scores = Scores(query=np.arange(6), cell=cells, cells=("de>de", "de>en", "en>de"), values=values)
    made = replace(result, topics=replace(result.topics, tables={"single-gold": scores}))
    (chart,) = panels(landing({"arm": made})).charts
    assert isinstance(chart, Spread)
    assert [(row.name, row.count, row.median) for row in chart.rows] == [
        ("query's own", 2, 1.0),
        ("German", 1, 32.0),
        ("English", 3, 8.0),
    ]


def test_the_worst_queries_are_shown_with_what_came_instead(result: CollectionResult) -> None:
    section = worst({"arm": result}, CASE.collection)
    assert section is not None
    (block,) = section.blocks
    assert isinstance(block, Rankings)
    texts = CASE.collection.queries["text"].to_pylist()
    scores = result.topics.tables["multi"]
    lowest = min(zip(scores.values["map"], scores.query, strict=True))
    assert block.queries[0].text == texts[lowest[1]]
    assert [float(query.value) for query in block.queries] == sorted(float(query.value) for query in block.queries)
    assert len(block.queries) == len(np.unique(CASE.collection.query_cluster[scores.query]))
    query = int(lowest[1])
    expected, relevant = CASE.ranking(query)[:5], CASE.grades(query)
    passages = CASE.collection.passages["text"].to_pylist()
    assert [hit.text for hit in block.queries[0].hits] == [passages[passage] for passage in expected]
    assert [hit.relevant for hit in block.queries[0].hits] == [passage in relevant for passage in expected]
    assert worst({"read": replace(result, hits=None)}, CASE.collection) is None


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [(("mono", "cross"), "mono"), (("cross",), "cross"), (("cross", "multi"), "multi")],
)
def test_the_worst_queries_are_of_the_setting_that_the_sentence_names(
    result: CollectionResult, settings: tuple[str, ...], chosen: str
) -> None:
    tables = {setting: result.topics.tables[setting] for setting in settings}
    section = worst({"arm": replace(result, topics=replace(result.topics, tables=tables))}, CASE.collection)
    assert section is not None
    (block,) = section.blocks
    assert isinstance(block, Rankings)
    assert f"mAP ({chosen})" in section.reading[0]
    assert float(block.queries[0].value) == pytest.approx(np.nanmin(tables[chosen].values["map"]), abs=5e-4)


def test_charts_of_results_are_those_of_their_page(result: CollectionResult) -> None:
    found = Evaluation(encoder="e", encoder_fingerprint=None, collections={"random": result}, options={})
    charts = plot(found)
    assert [chart.title for chart in charts][:3] == [
        "One language (mono)",
        "Across languages (cross)",
        "One pool of all (multi)",
    ]
    assert charts[0].data().rows[0][1] == result.settings["mono"]["map"].value
    assert "<svg" in charts._repr_html_()


def test_robustness_has_a_curve_a_perturbation_and_a_language_of_the_worst() -> None:
    def curve(perturbation: str, cell: str, left: float) -> Curve:
        points = tuple(
            CurvePoint(
                strength=strength,
                changed=strength,
                value=value,
                low=value - 0.1,
                high=value + 0.1,
                relative=value / 0.8,
                relative_low=0,
                relative_high=1,
            )
            for strength, value in ((0.0, 0.8), (1.0, left))
        )
        return Curve(perturbation=perturbation, setting="mono", measure="map", cell=cell, points=points)

    curves = [
        curve(*each) for each in (("ocr", "all", 0.2), ("ocr", "de", 0.1), ("ocr", "en", 0.3), ("case", "all", 0.7))
    ]
    found = Robustness(
        collection="c",
        fingerprint="f",
        seed=0,
        draws=20,
        curves=tuple(curves),
        examples=(),
        left_out={"ocr": {"no": 1}},
    )
    whole, languages = panels(robust(found)).charts
    assert isinstance(whole, Curves)
    assert whole.data().rows == (("ocr", 0, 0.8), ("ocr", 1, 0.2), ("case", 0, 0.8), ("case", 1, 0.7))
    assert languages.data().rows == (("de", 0, 0.8), ("de", 1, 0.1), ("en", 0, 0.8), ("en", 1, 0.3))
