"""What a few questions find: counts of relevant passages on page 1, and texts that do not turn a sentence round."""

from dataclasses import replace

from helpers.literal import make_case
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.report.page.blocks import Listing, Points
from isoglot.report.sections.asked import asked

CASE = make_case(languages=["ar", "de", "zh"], queries=40, passages=90, values=4, seed=3)


def test_a_question_has_its_relevant_passages_with_their_places() -> None:
    result = evaluate_embedded(CASE.embedded, options=EvaluationOptions(draws=20))
    assert result.hits is not None
    ids = CASE.collection.queries["id"].to_pylist()
    relevant = set(CASE.collection.relevant_passages(3).tolist())
    assert relevant == {passage for passage, grade in CASE.grades(3).items() if grade > 0}
    page = [int(passage) for passage in result.hits[3]]
    nothing = replace(result, hits=None)
    section = asked({"before": nothing, "\u202eafter": result}, CASE.collection, [ids[3]])
    points, listing = section.blocks
    assert isinstance(points, Points)
    assert isinstance(listing, Listing)
    assert f"has 0 of its {len(relevant)} relevant passage" in points.sentences[0]
    assert f"before, and {len(relevant & set(page))} after." in points.sentences[0]
    places = {str(page.index(passage) + 1) if passage in page else "–" for passage in relevant}
    assert {row[2] for row in listing.table.rows} == places
    assert {row[1] for row in listing.table.rows} == {"–"}
    assert "\u2068\u202eafter\u2069" in section.reading[0]
