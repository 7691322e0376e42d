from helpers.bias_table import HEAD, PAGE, bias_table
from helpers.literal import make_case
from isoglot.evaluation.bias.recall import RECALL_ITEM
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.evaluate import evaluate_embedded


def test_every_bias_of_a_result_has_a_record_and_every_record_is_in_some_result() -> None:
    case = make_case(languages=["ar", "de", "en", "zh"], queries=60, passages=150, values=30, seed=1)
    names = [measure.name for measure in BIAS_MEASURES]
    assert len(set(names)) == len(names)
    of_items = {RECALL_ITEM.name}  # where an item is one hit: tests/search/test_evaluating.py
    assert set(evaluate_embedded(case.embedded).bias) | of_items == set(names)


def test_a_record_says_how_its_values_are_written() -> None:
    for measure in BIAS_MEASURES:
        assert measure.form.format(0.5) not in ("", measure.form), measure.name
        assert measure.title, measure.name


def test_the_documentation_lists_the_records() -> None:
    text = PAGE.read_text(encoding="utf-8")
    start = text.index(HEAD[0])
    shown = text[start : text.index("\n\n", start)]
    assert shown == bias_table(), "run python tests/helpers/bias_table.py"
