"""What the answer hangs on: correlated draws, first-order Sobol indices, how often a hurdle is passed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from torugart.draws.quantities import Z95, Quantity, rng_for, standard_normal

FloatArray = NDArray[np.float64]
FEWEST_FOR_INDICES = 50
RESAMPLES = 100


def from_normal(quantity: Quantity, z: FloatArray) -> FloatArray:
    """Values of a quantity at standard normal scores; the same two-piece law as independent draws have."""
    if quantity.dist == "fixed" or not (quantity.lo < quantity.hi):
        return np.full(z.size, quantity.value)
    if quantity.dist == "lognormal":
        below = np.log(quantity.value / quantity.lo) / Z95
        above = np.log(quantity.hi / quantity.value) / Z95
        return quantity.value * np.exp(np.where(z < 0, below, above) * z)
    below = (quantity.value - quantity.lo) / Z95
    above = (quantity.hi - quantity.value) / Z95
    return quantity.value + np.where(z < 0, below, above) * z


def scores(quantity_id: str, seed: int, n: int) -> FloatArray:
    """Standard normal scores of a quantity of the accounts, from a stream of its own."""
    return standard_normal(seed, f"account:{quantity_id}", n)


def correlated_scores(quantity_id: str, seed: int, with_: FloatArray, correlation: float) -> FloatArray:
    """Scores that have a given correlation with others (Gaussian copula)."""
    own = scores(quantity_id, seed, with_.size)
    return correlation * with_ + np.sqrt(1 - correlation**2) * own


def first_order_indices(
    inputs: Mapping[str, FloatArray],
    result: FloatArray,
    seed: int,
    groups: NDArray[np.int64] | None = None,
    shared: Mapping[str, FloatArray] | None = None,
    most: int = 10,
) -> dict[str, tuple[float, float]]:
    """First-order Sobol index of each input from draws already made, with its standard error.

    The variance of the means of equal classes of the input over the variance of the result, less what the same cut gives by chance
    (the adjusted correlation ratio; McKay 1995, Plischke, Borgonovo & Smith 2013).

    Parameters
    ----------
    inputs : mapping of str to ndarray, shape (n,)
    result : ndarray, shape (n,)
        Must be finite.
    seed : int
        Of the bootstrap.
    groups : ndarray of int, shape (n,), optional
        Draws of one group share an outcome of the network and are resampled together.
    shared : mapping of str to ndarray, shape (n_groups,), optional
        Inputs that are the same within a group; the result is averaged over it first.
    most : int
        Only the greatest indices are given, greatest first.

    Returns
    -------
    mapping of str to (index, standard error)
        Empty with fewer than 50 draws, or a result that does not vary.
    """
    n = result.size
    if n < FEWEST_FOR_INDICES or np.ptp(result) == 0:
        return {}
    group = np.arange(n) if groups is None else groups
    n_groups = int(group.max()) + 1
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], np.arange(n_groups + 1))
    mean = np.bincount(group, weights=result, minlength=n_groups) / np.maximum(np.diff(first), 1)
    cut = {k: (_classes(x), result, False) for k, x in inputs.items() if np.ptp(x) > 0}
    cut |= {k: (_classes(x), mean, True) for k, x in (shared or {}).items() if np.ptp(x) > 0}
    index = {name: _ratio(c, y) * _relative(y, result) for name, (c, y, _) in cut.items()}
    best = sorted(index, key=lambda k: (-index[k], k))[:most]
    again: dict[str, list[float]] = {name: [] for name in best}
    rng = rng_for(seed, "account:sobol")
    for _ in range(RESAMPLES):
        chosen = rng.integers(0, n_groups, n_groups)
        rows = np.concatenate([order[first[g] : first[g + 1]] for g in chosen])
        for name in best:
            classes, y, by_group = cut[name]
            picks = chosen if by_group else rows
            again[name].append(_ratio(classes[picks], y[picks]) * _relative(y[picks], result[rows]))
    return {name: (index[name], float(np.std(again[name]))) for name in best}


def _relative(part: FloatArray, whole: FloatArray) -> float:
    """Variance of a part over that of the whole."""
    spread = float(np.var(whole))
    return float(np.var(part)) / spread if spread > 0 else 0.0


def _classes(x: FloatArray) -> NDArray[np.int64]:
    """Equal classes by rank; their number grows with the draws, ten to fifty."""
    n_classes = int(np.clip(x.size // 40, 10, 50))
    order = np.argsort(x, kind="stable")
    rank = np.empty(x.size, np.int64)
    rank[order] = np.arange(x.size)
    return rank * n_classes // x.size


def _ratio(classes: NDArray[np.int64], y: FloatArray) -> float:
    """Adjusted correlation ratio."""
    n_classes = int(classes.max()) + 1
    count = np.bincount(classes, minlength=n_classes)
    used = count > 0
    mean = np.bincount(classes, weights=y, minlength=n_classes)[used] / count[used]
    total = float(((y - y.mean()) ** 2).sum())
    if total == 0:
        return 0.0
    between = float((count[used] * (mean - y.mean()) ** 2).sum())
    free = int(used.sum()) - 1
    by_chance = free * (total - between) / max(y.size - free - 1, 1)
    return (between - by_chance) / total


def passing_share(rates: FloatArray, hurdle: float) -> float:
    """Part of the draws whose rate of return is at least the hurdle; a draw without a rate does not pass."""
    return float(np.mean(np.nan_to_num(rates, nan=-1.0) >= hurdle)) if rates.size else np.nan
