"""Formulas of robustness to a shift, on arrays: M is a measure such as mAP, the higher the better.

A transfer matrix holds M of models trained on each source and tested on each target, (..., sources, targets); what
stands before these axes (bootstrap draws) is carried along. NaN, such as a cell that failed, makes every figure
that needs it NaN: a figure over what is left would be another figure.
"""

from collections.abc import Callable

import numpy as np
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Bools, Floats, Ints
from isoglot.errors import ConfigError


def relative_robustness(shifted: Floats, clean: Floats) -> Floats:
    """M_shift / M_clean = 1 - (M_clean - M_shift) / M_clean (Schiappa et al. 2023, arXiv 2207.01398).

    The share of its quality that a model keeps; NaN where it has none to lose.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.asarray(shifted, float) / np.asarray(clean, float)
    kept: Floats = np.where(np.isfinite(ratio), ratio, np.nan)
    return kept


def absolute_robustness(shifted: Floats, clean: Floats) -> Floats:
    """1 - (M_clean - M_shift), M on a scale to 1 (Schiappa et al. 2023, arXiv 2207.01398)."""
    kept: Floats = 1 - (np.asarray(clean, float) - np.asarray(shifted, float))
    return kept


def source_drop(matrix: Floats, home: Ints) -> Floats:
    """(..., sources, targets) M[s, home(s)] - M[s, t]: how much worse a model does away from home.

    Calderon et al. 2024 (arXiv 2306.00168). It mixes two things: leaving home, and a target that is harder for
    all; :func:`target_drop` is without the second. NaN at home, and for a source without one.

    Args:
        matrix: (..., sources, targets).
        home: (sources,) the target that is the source's own domain; -1 for none.
    """
    at_home = np.take_along_axis(matrix, np.broadcast_to(home[:, None], (*matrix.shape[:-1], 1)), axis=-1)
    return np.where(_abroad(home, matrix.shape[-1]), at_home - matrix, np.nan)


def target_drop(matrix: Floats, home: Ints) -> Floats:
    """(..., sources, targets) M[s', t] - M[s, t], s' the source whose home is t: what coming from elsewhere costs.

    Calderon et al. 2024 (arXiv 2306.00168). Both are measured on the same queries, so their difficulty is out of
    it. NaN at home, and on targets that are no source's home.

    Raises:
        ConfigError: two sources have one home.
    """
    homes = home[home >= 0]
    if len(np.unique(homes)) < len(homes):
        raise ConfigError("target drop compares with the one source whose home a target is, but two share a home.")
    native = np.full((*matrix.shape[:-2], matrix.shape[-1]), np.nan)
    native[..., homes] = matrix[..., np.flatnonzero(home >= 0), homes]
    away = home[:, None] != np.arange(matrix.shape[-1])
    return np.where(away, native[..., None, :] - matrix, np.nan)


def domain_gap(matrix: Floats, home: Ints) -> Floats:
    """(..., sources) in-domain minus mean out-of-domain M: the mean of :func:`source_drop` over the targets abroad.

    NaN for a source without home, and where there is no target abroad.
    """
    drop = source_drop(matrix, home)
    abroad = _abroad(home, matrix.shape[-1])
    with np.errstate(invalid="ignore"):
        gap: Floats = np.where(abroad, drop, 0.0).sum(axis=-1) / abroad.sum(axis=-1)
    return gap


def in_domain(matrix: Floats, home: Ints) -> Floats:
    """(...,) mean M at home, over the sources that have one; NaN where none has."""
    sources = np.flatnonzero(home >= 0)
    return _mean(matrix[..., sources, home[sources]])


def out_of_domain(matrix: Floats, home: Ints) -> Floats:
    """(...,) mean M over the targets that are not a source's home, then over the sources that have such a target.

    For a source without a home every target is foreign. NaN where no source has a foreign target.
    """
    away = home[:, None] != np.arange(matrix.shape[-1])
    sources = away.any(axis=1)
    with np.errstate(invalid="ignore"):
        means = np.where(away, matrix, 0.0).sum(axis=-1) / away.sum(axis=-1)
    return _mean(means[..., sources])


def mean_gap(matrix: Floats, home: Ints) -> Floats:
    """(...,) :func:`domain_gap`, mean over the sources that have a home and a target abroad; NaN where none has."""
    return _mean(domain_gap(matrix, home)[..., _abroad(home, matrix.shape[-1]).any(axis=1)])


def mean_kept(matrix: Floats, home: Ints, kept: Callable[[Floats, Floats], Floats]) -> Floats:
    """(...,) :func:`relative_robustness` or :func:`absolute_robustness` of each target abroad against home.

    Means over a source's targets, then over the sources that have a home and a target abroad; NaN where none has.
    """
    sources = np.flatnonzero(_abroad(home, matrix.shape[-1]).any(axis=1))
    away = _abroad(home, matrix.shape[-1])[sources]
    shares = kept(matrix[..., sources, :], matrix[..., sources, home[sources], None])
    with np.errstate(invalid="ignore"):
        return _mean(np.where(away, shares, 0.0).sum(axis=-1) / away.sum(axis=-1))


def mean_target_drop(matrix: Floats, home: Ints) -> Floats:
    """(...,) :func:`target_drop`, mean over all pairs of a source and another's home; NaN where there is none."""
    away = home[:, None] != np.arange(matrix.shape[-1])
    compared = away & np.isin(np.arange(matrix.shape[-1]), home[home >= 0])
    return _mean(target_drop(matrix, home)[..., compared])


def effective_robustness(in_domain: Floats, out_of_domain: Floats, reference: Bools) -> Floats:
    """(..., models) out-of-domain M minus what in-domain M lets expect: rho = M_out - beta(M_in).

    Taori et al. 2020 (arXiv 2007.00644, section 2): beta is the least-squares line of logit(M_out) on
    logit(M_in) through the reference models, taken back to M's scale, so that a model which is better at home,
    and as much better abroad as such models are, has 0. (What they call relative robustness is another thing, a
    difference of M_out.) NaN where an M is 0 or 1, which has no logit.

    Args:
        in_domain: (..., models) in (0, 1).
        out_of_domain: (..., models), of the same models on a shifted domain.
        reference: (models,) which models the line is fitted to: those without the intervention in question.

    Raises:
        ConfigError: fewer than three reference models, through which any line would pass.
    """
    if reference.sum() < 3:
        raise ConfigError(
            f"effective robustness fits a line through reference models and needs at least 3, not {reference.sum()}."
        )
    x, y = _logit(in_domain), _logit(out_of_domain)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = (z[..., reference].mean(axis=-1, keepdims=True) for z in (x, y))
        away = x[..., reference] - mean_x
        slope = (away * (y[..., reference] - mean_y)).sum(axis=-1, keepdims=True) / (away**2).sum(
            axis=-1, keepdims=True
        )
        expected = special.expit(mean_y + slope * (x - mean_x))
    rho: Floats = np.asarray(out_of_domain, float) - expected
    return rho


def worst_domain(matrix: Floats) -> Floats:
    """(..., sources) the least M over targets (the worst-group view of Sagawa et al. 2020, arXiv 1911.08731)."""
    least: Floats = matrix.min(axis=-1)
    return least


def worst_language(cells: Floats) -> Floats:
    """(..., sources) the least over languages of M averaged over the targets that have the language.

    Args:
        cells: (..., sources, targets, languages); NaN where a target does not have a language. A target without
            any value has failed: the figure is NaN.
    """
    there = ~np.isnan(cells)
    with np.errstate(invalid="ignore"):
        means = np.where(there, cells, 0.0).sum(axis=-2) / there.sum(axis=-2)
    return _least(means, cells)


def worst_cell(cells: Floats) -> Floats:
    """(..., sources) the least M over targets and languages; ``cells`` as in :func:`worst_language`."""
    return _least(cells.reshape(*cells.shape[:-2], -1), cells)


def _mean(values: Floats) -> Floats:
    """(..., n) -> (...,); NaN of nothing."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    mean: Floats = values.mean(axis=-1)
    return mean


def _least(values: Floats, cells: Floats) -> Floats:
    """(..., n) -> (...,) the least that is known; NaN where one of the targets in ``cells`` has no value at all."""
    failed = np.isnan(cells).all(axis=-1).any(axis=-1)
    least = np.where(np.isnan(values), np.inf, values).min(axis=-1)
    return np.where(failed | np.isinf(least), np.nan, least)


def _abroad(home: Ints, targets: int) -> Bools:
    """(sources, targets) bool: targets that are not home, for sources that have one."""
    abroad: Bools = (home[:, None] >= 0) & (home[:, None] != np.arange(targets))
    return abroad


def _logit(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = special.logit(np.asarray(values, float))
    return np.where(np.isfinite(found), found, np.nan)
