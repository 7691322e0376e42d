"""Near pairs of a batch are those whose n-gram sets have the Jaccard index."""

import numpy as np

from isoglot.text.near.jaccard import near_pairs
from isoglot.text.normal import normal_form, shingles


def test_passages_are_near_by_their_exact_jaccard_index() -> None:
    texts = [
        normal_form(text)
        for text in ("An old cat sat on the mat today.", "An old cat sat on a mat today!", "x", "!", "")
    ]
    texts += ["x", "昨日新しい本を買いました", "昨日新しい本を買いましたよ", "entirely different words stand here"]
    expected = np.array(
        [
            [
                bool(one and other)
                and len(shingles(one) & shingles(other)) >= 0.5 * len(shingles(one) | shingles(other))
                for other in texts
            ]
            for one in texts
        ]
    )
    np.fill_diagonal(expected, False)
    assert expected.sum() == 6
    assert (near_pairs(texts, threshold=0.5) == expected).all()
