"""What debiasing says: what was done, what it gained, and what those pay who want their own language first."""

from typing import cast

import pytest
from sentence_transformers import SentenceTransformer

from helpers.biased import BIASED, PLANTED
from isoglot.debiasing.choose import choose
from isoglot.debiasing.effect import effect_of_choices
from isoglot.debiasing.run import Debiasing
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.evaluation.guard.evidence import Guard
from isoglot.report.debiased import debiased_summary
from isoglot.report.page.blocks import Panels
from isoglot.report.sections.debiased import debiased
from isoglot.summary import WIDTH

CENTRING = Choice(kind="centring")


def debiasing(guard: Guard) -> Debiasing:
    found = choose(BIASED, candidates=[CENTRING], guard=guard)
    on = {"texts": {"de": 40, "en": 40, "zh": 40}}
    return Debiasing(
        name="e5",
        start=cast(SentenceTransformer, None),
        transform=None,
        fitted=None if found.choice is None else Fitted(choice=found.choice, encoder=None, on=on),
        selection=found,
        effect=effect_of_choices(BIASED, found.nested.choices, guard=guard, fit_on=None),
    )


@pytest.mark.parametrize("level", [0.05, 0.0])  # no test passes at 0
def test_the_gain_and_the_cost_are_those_of_the_effect(level: float) -> None:
    found = debiasing(Guard(level=level, folds=4, draws=200, flips=500))
    assert (found.fitted is None) == (level == 0)
    text = debiased_summary(found, output="out", then="isoglot audit out data").text()
    assert all(len(line) <= WIDTH for line in text.splitlines())
    said = " ".join(text.split())
    if found.fitted is None:
        assert said.startswith("Nothing was written: with the best of 1 repair it is not shown that ")
        assert " would be " in said
    else:
        assert said.startswith("out is e5 repaired by centring, strength 1, which moves each language's mean vector")
    assert found.effect is not None
    row = found.effect.collections[PLANTED.name].row("bias", "same_language@1").macro
    assert f"top hit for {row.b:.1%} of queries ({row.a:.1%} before".replace("100.0%", "100%") in said
    assert [line.split("  ")[0] for line in text.splitlines() if line.startswith(("page 1: ", "recall@10"))] == [
        "page 1: own language",
        "page 1: other languages",
        "recall@10: all",
        "recall@10: own language",
        "recall@10: other languages",
    ]
    changed, pull, chosen, *_ = debiased(found)
    assert changed.reading == debiased_summary(found, output="The repaired encoder").finding
    dots, curves = (next(b.charts for b in part.blocks if isinstance(b, Panels)) for part in (changed, chosen))
    gain = found.effect.collections[PLANTED.name].row("multi", "map").macro.difference
    assert dots[0].data().rows[-1][:2] == ("multi mAP\N{NO-BREAK SPACE}↑", gain)
    assert found.selection is not None
    assert [chart.data().rows[0][2] for chart in curves] == [found.selection.mono, found.selection.multi]
    before, after, _ = next(block.charts for block in pull.blocks if isinstance(block, Panels))
    cells = found.effect.collections[PLANTED.name].row("bias", "same_language@1").cells
    assert [row[:2] for row in before.data().rows] == [(language, effect.a) for language, effect in cells.items()]
    assert [row[:2] for row in after.data().rows] == [(language, effect.b) for language, effect in cells.items()]
    assert "chosen fold by fold" not in said
    assert "chosen fold by fold" in debiased_summary(found, output="out").text(details=True)
