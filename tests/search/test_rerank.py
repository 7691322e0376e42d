"""Hits of a store that is not isoglot's, in the order of a policy."""

import numpy as np
import pytest

import isoglot

TAGS = ["en", "en", "en", "de", "de"]


@pytest.mark.parametrize(
    ("policy", "expected"), [("plain", [0, 1, 2, 3, 4]), ("balanced", [0, 3, 1, 4, 2]), ("fused", [0, 1, 3, 2, 4])]
)
def test_the_order_is_the_policys_in_whatever_order_hits_come(policy: str, expected: list[int]) -> None:
    scores = np.array([0.9, 0.8, 0.3, -0.1, -0.2])
    assert isoglot.rerank(scores, TAGS, policy=policy).tolist() == expected
    turned = isoglot.rerank(scores[::-1].tolist(), TAGS[::-1], policy=policy)
    assert (4 - turned).tolist() == expected


def test_no_hits_are_no_hits() -> None:
    assert isoglot.rerank([], []).tolist() == []


@pytest.mark.parametrize(
    ("scores", "languages", "options", "message"),
    [
        ([1.0], ["en"], {"policy": "calibrated"}, "plain, balanced, fused, not by 'calibrated'; the other policies"),
        ([1.0, 0.5], ["en"], {}, "2 scores need as many languages, but got 1"),
        ([1.0, np.nan], ["en", "en"], {}, "finite numbers, one a hit"),
        ([[1.0]], ["en"], {}, "finite numbers, one a hit"),
        (["much"], ["en"], {}, "must be numbers, one a hit"),
    ],
)
def test_wrong_hits_are_refused(
    scores: list[float], languages: list[str], options: dict[str, str], message: str
) -> None:
    with pytest.raises(isoglot.IsoglotError, match=message):
        isoglot.rerank(scores, languages, **options)
