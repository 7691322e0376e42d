"""What a parallel data set hands out of its texts is what its rows hold, whole, selected or restricted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.random_parallel import LANGUAGES, build, complete, parallel_data, row
from isoglot.data.parallel import ParallelDataset
from isoglot.roles import ROLES, Role
from isoglot.text.normal import normal_form


@st.composite
def some_data(draw: st.DrawFn) -> ParallelDataset:
    """As it was written, or some of its items, or fewer languages."""
    data = draw(parallel_data())
    kind = draw(st.sampled_from(["whole", "selected", "restricted"]))
    if kind == "selected":
        return data.select(draw(st.lists(st.integers(0, len(data) - 1), max_size=20)))
    return data.restrict(data.languages[1:]) if kind == "restricted" else data


def places(data: ParallelDataset) -> Iterator[tuple[Role, int, str]]:
    return ((role, number, language) for role in ROLES for number, language in enumerate(data.languages))


@given(some_data())
@settings(max_examples=12, deadline=None)
def test_blocks_and_columns_hold_the_texts_of_the_rows(data: ParallelDataset) -> None:
    rows = list(data)
    for role, number, language in places(data):
        texts = [row[role].get(language) for row in rows]
        assert [text for block in data.blocks() for text in block.texts(role, language)] == texts
        assert data.column(role, language).to_pylist() == texts
        assert [text is not None for text in texts] == data.has(role)[:, number].tolist()
        items = np.arange(len(data))[::-2]
        assert data.column(role, language, items).to_pylist() == [texts[item] for item in items]
    for language in data.languages:
        negatives = [row["negatives"].get(language, []) for row in rows]
        assert [texts for block in data.blocks() for texts in block.negatives(language)] == negatives
        counts = [count for block in data.blocks() for count in block.negative_counts(language).tolist()]
        assert counts == list(map(len, negatives))


@pytest.mark.parametrize("order", [1, -1])
def test_blocks_are_runs_of_items_that_hold_back_what_is_not_wanted(order: int) -> None:
    data = complete(2_300, ["de", "en"]).select(np.arange(2_300)[::order])
    rng = np.random.default_rng(0)
    where: dict[Role, Any] = {role: rng.random((len(data), 2)) < 0.5 for role in ROLES}
    where["passage"][1_000:2_000, 0] = False
    blocks = list(data.blocks(where))
    assert [(block.span.start, block.span.stop, len(block)) for block in blocks] == [
        (0, 1_000, 1_000),
        (1_000, 2_000, 1_000),
        (2_000, 2_300, 300),
    ]
    for role, number, language in places(data):
        texts = data.column(role, language).to_pylist()
        wanted = [text if there else None for text, there in zip(texts, where[role][:, number], strict=True)]
        assert [text for block in blocks for text in block.texts(role, language)] == wanted
        digests = np.concatenate([block.digests(role) for block in blocks])
        assert digests.tolist() == np.where(where[role], data.digests(role), 0).tolist()


@given(some_data())
@settings(max_examples=12, deadline=None)
def test_digests_are_equal_where_the_texts_are(data: ParallelDataset) -> None:
    texts = [[row["passage"].get(language) for language in data.languages] for row in data]
    digests = data.digests("passage")
    assert (digests != 0).tolist() == data.has_passage.tolist()
    seen = {pair for row, codes in zip(texts, digests.tolist(), strict=True) for pair in zip(row, codes, strict=True)}
    assert len({text for text, _ in seen}) == len({digest for _, digest in seen}) == len(seen)


def test_digests_go_by_a_form_and_see_the_languages_that_a_restriction_leaves_out() -> None:
    rows = [row(n, query=["en"], passage=["de", "en"]) for n in range(4)]
    for item, text in enumerate(["Insert", "INSERT!", "...", "Paste"]):
        rows[item]["query"] = {"en": text}
    data = build(rows, ["de", "en"])
    one, same, empty, other = data.digests("query", form=normal_form)[:, 1].tolist()
    assert one == same != other
    assert empty == 0
    assert len(set(data.digests("query")[:, 1].tolist())) == 4
    english = data.restrict(["en"])
    assert english.stored_languages == ("de", "en")
    assert english.digests("passage").shape == (4, 1)
    assert english.digests("passage", languages=["de", "en"]).tolist() == data.digests("passage").tolist()


def test_a_sample_is_of_different_items_in_their_order() -> None:
    rows = [row(n, query=LANGUAGES, passage=["de"] if n % 2 else ["en"]) for n in range(60)]
    data = build(rows)
    drawn = data.sample("passage", "de", 12, np.random.default_rng(3))
    numbers = [int(text.split()[1]) for text in drawn]
    assert len(numbers) == 12
    assert numbers == sorted(set(numbers))
    assert all(number % 2 for number in numbers)
    assert drawn == data.sample("passage", "de", 12, np.random.default_rng(3))
    assert drawn != data.sample("passage", "de", 12, np.random.default_rng(4))
    assert len(data.sample("passage", "de", 100, np.random.default_rng(3))) == 30
    assert data.sample("passage", "es", 5, np.random.default_rng(3)) == []
