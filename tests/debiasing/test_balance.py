"""Languages' means from items that do not exist in every language."""

import numpy as np

from isoglot.debiasing.balance import balance


def cells(items: list[int], language: int) -> tuple[np.ndarray, np.ndarray]:
    """Texts of these items: an item's own vector, and a language's."""
    item_vectors = np.array([np.random.default_rng([9, item]).normal(size=4) * 5 for item in items])
    texts = item_vectors + np.arange(4) * language
    return texts.astype(np.float32), np.array(items)


def test_what_items_bring_is_not_a_difference_between_languages() -> None:
    # The last two languages share no item; both share items with the first.
    vectors, groups = zip(
        *(cells(list(span), n) for n, span in enumerate((range(40), range(20), range(20, 60)))), strict=True
    )
    found = balance(vectors, groups, least=20)
    np.testing.assert_allclose(np.diff(found.means, axis=0), [np.arange(4)] * 2, atol=1e-5)
    plain = np.stack([rows.mean(axis=0) for rows in vectors])
    assert np.abs(np.diff(plain, axis=0) - np.arange(4)).max() > 0.5
    np.testing.assert_allclose(found.means.mean(axis=0), plain.mean(axis=0), atol=1e-5)
    assert (found.items, found.everywhere, found.part.tolist()) == (40, 0, [0, 0, 0])


def test_languages_without_enough_items_in_common_keep_their_plain_means() -> None:
    vectors, groups = zip(
        *(cells(list(span), n) for n, span in enumerate((range(30), range(30), range(25, 60)))), strict=True
    )
    found = balance(vectors, groups, least=20)
    assert found.part.tolist() == [0, 0, 1]
    np.testing.assert_allclose(found.means[2], vectors[2].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(found.means[1] - found.means[0], np.arange(4), atol=1e-5)


def test_texts_of_one_item_in_a_language_count_once() -> None:
    (one, items), (other, _) = cells([1, 2], 0), cells([1, 2], 1)
    found = balance([one[[0, 0, 0, 1]], other], [items[[0, 0, 0, 1]], items], least=1)
    np.testing.assert_allclose(found.means[1] - found.means[0], np.arange(4), atol=1e-5)
