"""The language x domain interaction test: its contrasts, false alarms and power."""

import numpy as np
import numpy.typing as npt
import pytest

from isoglot.errors import ConfigError
from isoglot.studies.shift.interaction import Interaction, interaction

Floats = npt.NDArray[np.float64]
LANGUAGES = ("ar", "de", "en", "hi", "zh")


def outcome(table: Floats, *, seed: int = 0, draws: int = 199) -> Interaction:
    """Of (clusters, languages, domains) values, NaN where a cluster has none."""
    cluster, language, domain = np.indices(table.shape)
    return interaction(
        table.ravel(),
        cluster=cluster.ravel(),
        language=language.ravel(),
        domain=domain.ravel(),
        languages=LANGUAGES[: table.shape[1]],
        domains=[f"domain {n}" for n in range(table.shape[2])],
        draws=draws,
        seed=seed,
    )


def crossed(rng: np.random.Generator) -> Floats:
    """Every cluster in all domains, as when models of three sources answer the same questions."""
    main = rng.normal(size=(1, 5, 1)) + rng.normal(size=(1, 1, 3)) + rng.normal(size=(30, 1, 1))
    return main + 0.5 * rng.normal(size=(30, 5, 1)) + rng.normal(size=(30, 5, 3)) * rng.uniform(0.2, 2, size=(1, 5, 1))


def nested(rng: np.random.Generator, sizes: tuple[int, ...], spreads: tuple[float, ...]) -> Floats:
    """Every cluster in one domain, as when one model is tested on several collections."""
    total = sum(sizes)
    domain = np.repeat(np.arange(len(sizes)), sizes)
    main = rng.normal(size=(1, 5)) + rng.normal(size=len(sizes))[domain, None] + rng.normal(size=(total, 1))
    table = np.full((total, 5, len(sizes)), np.nan)
    table[np.arange(total), :, domain] = main + rng.normal(size=(total, 5)) * np.array(spreads)[domain, None]
    return table


def patchy(rng: np.random.Generator) -> Floats:
    """Clusters in one domain and some of the languages, as in MLQA."""
    table = nested(rng, (30, 40, 50), (1, 1, 1))
    return np.where(rng.random((table.shape[0], 5, 1)) < 0.6, table, np.nan)


@pytest.mark.parametrize(
    "sample",
    [
        crossed,
        patchy,
        lambda rng: nested(rng, (30, 30, 30), (1, 1, 1)),
        lambda rng: nested(rng, (15, 40, 80), (2, 1, 0.5)),
        lambda rng: nested(rng, (15, 40, 80), (0.5, 1, 2)),
    ],
    ids=["crossed", "patchy", "nested", "small-and-noisy", "large-and-noisy"],
)
def test_false_alarms_are_as_many_as_said(sample: object) -> None:
    rng = np.random.default_rng(4)
    assert callable(sample)
    alarms = np.mean([outcome(sample(rng), seed=n).p <= 0.05 for n in range(1_000)])
    assert 0.035 < alarms < 0.065


def test_an_interaction_is_found() -> None:
    rng, found = np.random.default_rng(0), []
    for n in range(50):
        table = nested(rng, (30, 30, 30), (1, 1, 1))
        table[:, 0, 0] += 1.3  # one language does better than elsewhere in one domain
        found.append(outcome(table, seed=n).p <= 0.05)
    assert np.mean(found) > 0.8


def test_contrasts_are_what_is_beyond_rows_and_columns() -> None:
    means = np.array([[0.9, 0.5], [0.6, 0.4], [0.3, 0.6]])  # (languages, domains)
    table = means + np.random.default_rng(1).normal(size=(20, 1, 1))
    found = outcome(table)
    literal = [[means[i, j] - means[i].mean() - means[:, j].mean() + means.mean() for j in (0, 1)] for i in (0, 1, 2)]
    np.testing.assert_allclose(found.contrasts, literal, atol=1e-12)
    assert found.statistic == pytest.approx(np.sum(np.square(literal)))
    assert found.p == pytest.approx(1 / 200)  # cluster effects drop out, so no flip but all alike comes near
    assert found.clusters == 20


def test_no_interaction_at_all_is_certain() -> None:
    table = np.add.outer(np.arange(10.0), np.add.outer([0.1, 0.2], [0.3, 0.6]))
    assert outcome(table).p == 1


def test_topics_of_a_cluster_count_together() -> None:
    """Every topic ten times over is not ten times the evidence."""
    rng = np.random.default_rng(3)
    cluster, language, domain = (index.ravel() for index in np.indices((12, 3, 2)))
    values = rng.normal(size=len(cluster))
    p = []
    for times in (1, 10):
        columns = [np.repeat(column, times) for column in (cluster, language, domain)]
        found = interaction(
            np.repeat(values, times),
            cluster=columns[0],
            language=columns[1],
            domain=columns[2],
            languages=LANGUAGES[:3],
            domains=("x", "y"),
            seed=0,
        )
        p.append(found.p)
    assert p[0] == pytest.approx(p[1])


def test_what_cannot_be_tested_is_refused() -> None:
    table = np.random.default_rng(0).normal(size=(10, 3, 2))
    with pytest.raises(ConfigError, match="at least 2 languages and 2 domains, but got 3 and 1"):
        outcome(table[..., :1])
    table[1:, 1, 1] = np.nan
    with pytest.raises(ConfigError, match="which de does not have in domain 1"):
        outcome(table)
    with pytest.raises(ConfigError, match="at least 1 draw"):
        outcome(table, draws=0)
