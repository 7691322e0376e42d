"""Options and named arguments: what is refused, in which words, and what is taken as it is meant."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import isoglot

EVALUATION = {
    "draws=1.5": "draws must be a whole number, but is 1.5.",
    "draws='20'": "draws must be a whole number, but is '20'.",
    "draws=True": "draws must be a whole number, but is True.",
    "draws=19": "draws must be at least 20, but is 19.",
    "seed=2**40": "seed must be at most 4294967295, but is 1099511627776.",
    "memory_mib=0": "memory_mib must be at least 1, but is 0.",
    "cache='yes'": "cache must be true or false, but is 'yes'.",
    "measures=None": "measures must be a list, but is None.",
    "measures=[3]": "measures.0 must be an instance of Measure or a text, but is 3.",
    "measures=['much']": "measures: 'much' is not a measure: use AP, ",
    "settings=['all']": "settings: there is no setting 'all': choose from mono, cross, multi.",
    "run=3": "run must be a text or an instance of Path, but is 3.",
    "run=''": "run: the name is empty: name a file or a folder.",
    "run=object()": "run must be a text or an instance of Path, but is of type object.",
    "draw=20": "EvaluationOptions has no option 'draw': choose from measures, draws, seed, ",
    "20": "EvaluationOptions takes options by name: write EvaluationOptions(measures=...).",
}


@pytest.mark.parametrize(("given", "sentence"), EVALUATION.items())
def test_an_option_says_what_it_may_be_and_what_it_is(given: str, sentence: str) -> None:
    with pytest.raises(isoglot.IsoglotError) as refused:
        eval(f"isoglot.EvaluationOptions({given})")
    assert str(refused.value).startswith(sentence)


def test_every_option_record_checks_its_values() -> None:
    records: list[Any] = [getattr(isoglot, name) for name in dir(isoglot) if name.endswith("Options")]
    assert len(records) == 8
    for record in records:
        with pytest.raises(isoglot.IsoglotError, match=f"{record.__name__} has no option 'no'"):
            record(no=1)


def test_what_is_meant_is_taken(tmp_path: Path) -> None:
    options = isoglot.EvaluationOptions(measures="AP", draws=np.int64(30), run=str(tmp_path / "pool.trec"))
    assert options.run == tmp_path / "pool.trec"
    assert type(options.draws) is int
    assert replace(options, seed=1) == pickle.loads(pickle.dumps(replace(options, seed=1)))
    assert isoglot.RobustnessOptions(strengths=np.linspace(0.5, 1, 2)).strengths == (0.5, 1.0)


def test_arguments_by_name_are_checked_before_any_work() -> None:
    verbs: Any = isoglot
    for call, sentence in (
        (lambda: verbs.evaluate("e5-small", "sample/test", options={"draws": 20}), "options must be an instance of Ev"),
        (lambda: verbs.audit("e5-small", "sample/test", progress=True), "progress must be .*, but is True"),
        (lambda: verbs.lint("none.toml", processes=0), "processes must be at least 1, but is 0"),
        (lambda: verbs.merge("a", "b", weight="x"), "weight must be a number or an instance of Criterion, but is 'x'"),
        (lambda: verbs.load_collection("sample/test", candidate="paragraf"), "candidate must be 'sentence', "),
        (lambda: verbs.load_parallel("sample/train", pairs="some"), "pairs must be 'positive', "),
        (lambda: verbs.Hybrid(2), "alpha must be at most 1, but is 2"),
        (lambda: verbs.Choice("centring"), r"Choice takes options by name: write Choice\(kind=...\)"),
        (lambda: verbs.CleaningConfig(near={"jaccard": 3}), r"key 'near\.jaccard': must be at most 1, but is 3"),
        (lambda: verbs.batch_sampler("hybrid"), "a policy is an object, such as .*, but is 'hybrid'"),
        (lambda: verbs.train("none.toml", resume="yes"), "resume must be true or false, but is 'yes'"),
    ):
        with pytest.raises(isoglot.IsoglotError, match=sentence):
            call()
