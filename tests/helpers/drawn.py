"""Random data of the batching tests, with queries and passages that stand on several items, and plans over it."""

from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from helpers.random_parallel import LANGUAGES, build, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import BatchPlan, draw_plan
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError

POLICIES: list[Policy] = [Monolingual(), CrossLingual(), Hybrid(0.5), Mixed()]


def repeating(items: int, seed: int, *, cover: float = 0.8, groups: float = 0.7) -> ParallelDataset:
    """Items of which many share a group, some a query, some a passage and some almost a passage."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for item in range(items):
        sides = [[lang for lang in LANGUAGES if rng.random() < cover] or [LANGUAGES[0]] for _ in range(2)]
        one = row(item, query=sides[0], passage=sides[1], group=f"g{rng.integers(int(groups * items))}")
        for language in one["query"]:
            if rng.random() < 0.4:
                one["query"][language] = f"Syntax {rng.integers(items // 10)}{':' * int(rng.integers(2))} {language}"
        words = np.random.default_rng(rng.integers(items) if rng.random() < 0.5 else [item, 1]).integers(1000, 9999, 30)
        words[rng.integers(30)] = item
        one["passage"] = {language: f"{' '.join(map(str, words))} {language}" for language in one["passage"]}
        rows.append(one)
    return build(rows)


@st.composite
def plans(draw: st.DrawFn) -> BatchPlan:
    """Batches of 2 to 8 of 40 to 80 such items, over one to three epochs."""
    pairs = PairDataset(
        repeating(draw(st.integers(40, 80)), draw(st.integers(0, 999))), negatives=draw(st.sampled_from([0, 2]))
    )
    try:
        sampler = LanguageBatchSampler(
            pairs,
            draw(st.sampled_from(POLICIES)),
            batch_size=draw(st.integers(2, 4)),
            processes=draw(st.sampled_from([1, 2])),
            seed=draw(st.integers(0, 99)),
        )
    except ConfigError:
        reject()
    return draw_plan(sampler, steps=draw(st.integers(1, 30)))
