"""Does a language's score depend on the domain otherwise than other languages' scores do?

The table of means m_ld (language l, domain d) has no interaction where m_ld = a_l + b_d. The test asks whether the
interaction contrasts c_ld = m_ld - m_l. - m_.d + m.. are 0, by T = sum c_ld^2. Clusters are what is exchanged, and
it makes no difference whether every cluster is in all domains (one test collection, models of several training
domains) or in one (several test collections): each contributes a table of its own to the contrasts,

    C_g = double centring of ((s_gld - n_gld f_ld^(-g)) / N_ld),

with s_gld the sum and n_gld the number of its topics, N_ld = sum_g n_gld, and f^(-g) the table without interaction
(row plus column minus grand mean) fitted to the other clusters' means. Under the null hypothesis the C_g have mean
0; their signs are flipped at random, g by g, and p is the share of flips with sum (sum_g +-C_g)^2 >= T. The null
hypothesis is imposed in the residuals as in the wild cluster bootstrap (Cameron, Gelbach and Miller 2008, doi
10.1162/rest.90.3.414) with Rademacher signs, which lets domains and languages differ in variance; leaving the
cluster out of its own fit (the jackknife form HC3, MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7)
keeps small domains from false alarms. Where every cluster has all cells the fit drops out, and this is the exact
sign-flip test for contrasts that are symmetric around 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.errors import ConfigError

_BLOCK = 512
_ROUNDING = 1e-12  # sums of the same numbers in another order are equal


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """Attributes:
    contrasts: (languages, domains) c_ld, what the language gains in the domain beyond what both have anyway.
    statistic: T, their sum of squares.
    p: of "no interaction".
    clusters: how many clusters it is tested with.
    """

    contrasts: Floats
    statistic: float
    p: float
    clusters: int


def interaction(
    values: Floats,
    *,
    cluster: Ints,
    language: Ints,
    domain: Ints,
    languages: Sequence[str],
    domains: Sequence[str],
    draws: int = 10_000,
    seed: int,
) -> Interaction:
    """Test the language x domain interaction of per-topic values.

    For "does hybrid training help some languages in some domains", take the topics' differences between two
    models as values. Average several training seeds first.

    Args:
        values: (topics,) float64; NaN is left out.
        cluster: (topics,) int64, numbered over all domains: topics of one cluster are not independent.
        language: (topics,) int64, index into ``languages``.
        domain: (topics,) int64, index into ``domains``.
        languages, domains: names.
        draws: random sign flips, at least 1; p is (b + 1) / (draws + 1).
        seed: of the flips.

    Raises:
        ConfigError: fewer than two languages or domains, a language that has fewer than two clusters in a domain,
            or no draw.
    """
    if draws < 1:
        raise ConfigError(f"the interaction test needs at least 1 draw, but got {draws}.")
    if len(languages) < 2 or len(domains) < 2:
        raise ConfigError(
            f"an interaction needs at least 2 languages and 2 domains, but got {len(languages)} and {len(domains)}."
        )
    known = ~np.isnan(values)
    _, number = np.unique(cluster[known], return_inverse=True)
    shape = (int(number.max(initial=-1)) + 1, len(languages), len(domains))
    sums, sizes = _tables(values[known], (number, language[known], domain[known]), shape)
    for lonely in np.argwhere((sizes > 0).sum(axis=0) < 2):
        raise ConfigError(
            f"the interaction test needs 2 clusters of every language in every domain, which {languages[lonely[0]]} "
            f"does not have in {domains[lonely[1]]}: leave out the language or the domain."
        )
    total, count = sums.sum(axis=0), sizes.sum(axis=0)
    contrasts = _centred(total / count)
    others = (total - sums) / (count - sizes)  # (clusters, languages, domains) means without each cluster
    scores = _centred((sums - sizes * _additive(others)) / count).reshape(len(sums), -1)
    statistic = float((contrasts**2).sum())
    rounding = _ROUNDING * float((np.abs(sums).sum(axis=0) / count).max())
    least = statistic * (1 - _ROUNDING) - rounding**2 * contrasts.size
    rng, extreme = np.random.default_rng(seed), 0
    for start in range(0, draws, _BLOCK):
        signs = 1.0 - 2.0 * rng.integers(2, size=(min(_BLOCK, draws - start), len(scores)))
        extreme += int((((signs @ scores) ** 2).sum(axis=1) >= least).sum())
    return Interaction(contrasts=contrasts, statistic=statistic, p=(extreme + 1) / (draws + 1), clusters=len(sums))


def _tables(values: Floats, place: tuple[Ints, Ints, Ints], shape: tuple[int, int, int]) -> tuple[Floats, Floats]:
    """(clusters, languages, domains) sums and numbers of topics."""
    slot, size = np.ravel_multi_index(place, shape), int(np.prod(shape))
    sums = np.bincount(slot, weights=values, minlength=size).reshape(shape)
    sizes = np.bincount(slot, minlength=size).reshape(shape)
    return sums.astype(np.float64, copy=False), sizes.astype(np.float64)


def _additive(means: Floats) -> Floats:
    """(..., languages, domains) row mean plus column mean minus grand mean."""
    fitted: Floats = (
        means.mean(axis=-1, keepdims=True)
        + means.mean(axis=-2, keepdims=True)
        - means.mean(axis=(-1, -2), keepdims=True)
    )
    return fitted


def _centred(means: Floats) -> Floats:
    return means - _additive(means)
