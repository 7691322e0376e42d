"""The sample: enough of everything to walk the whole way on, and a test half that training has not seen."""

from collections import Counter

import pytest

from isoglot.data.sample import is_sample, load_sample

LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")
HALVES = ("sample/train", "sample/test")


def test_every_item_has_all_languages() -> None:
    data = load_sample()
    assert len(data) >= 120
    assert data.languages == LANGUAGES
    assert data.has_query.all()
    assert data.has_passage.all()
    assert [is_sample(name) for name in ("sample", *HALVES, "sample/dev")] == [True, True, True, False]


def test_domains_and_groups_are_large_enough() -> None:
    data = load_sample()
    domains = Counter(data.rows["domain"])
    assert len(domains) == 4
    assert min(domains.values()) >= 30
    for half in HALVES:
        sizes = Counter(load_sample(half).groups.tolist())
        assert sum(size == 2 for size in sizes.values()) >= 4
        assert Counter(load_sample(half).rows["domain"]).keys() == domains.keys()
    for language in LANGUAGES:
        texts = [row["query"][language] for row in data]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_passages_are_of_one_length(language: str) -> None:
    texts = [row["passage"][language] for row in load_sample()]
    # Chinese is counted in characters, for want of spaces.
    low, high, sizes = (50, 140, map(len, texts)) if language == "zh" else (30, 70, (len(t.split()) for t in texts))
    assert [text for text, size in zip(texts, sizes, strict=True) if not low <= size <= high] == []


def test_the_halves_share_no_group_and_no_passage() -> None:
    train, test = (load_sample(half) for half in HALVES)
    assert len(train) + len(test) == len(load_sample())
    for key in ("id", "group"):
        assert not set(train.rows[key]) & set(test.rows[key])
    for language in LANGUAGES:
        for side in ("query", "passage"):
            first, second = ({row[side][language] for row in half} for half in (train, test))
            assert not first & second


def test_a_group_is_a_passage() -> None:
    for half in HALVES:
        passages = {(row["group"], tuple(sorted(row["passage"].items()))) for row in load_sample(half)}
        assert len(passages) == len({group for group, _ in passages}) == len({texts for _, texts in passages})
