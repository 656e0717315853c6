"""Trip variability: the 95th percentile of the days a consignment takes.

Trip variance adds over the independent parts of a way: per km on links, per stop at crossings, transfers and waits.
Along one way the parts that share a country and mode, or a crossing, share one random factor (a slow railway is slow
all day): hours = sum over groups g of m_g exp(s_g z_g - s_g^2 / 2), with s_g^2 = ln(1 + v_g / m_g^2), so that the mean
and the variance of every group are those of the record. This is a train being late, not our ignorance of its mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from torugart.draws.quantities import rng_for
from torugart.evaluate.pricing import features
from torugart.network.costs import Components
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]
TRIPS = 2000


def group_moments(ways: WaySet, components: Components) -> tuple[FloatArray, FloatArray]:
    """Mean hours and variance of each group (time factor) of each way, each of shape (n_ways, n_groups)."""
    n = len(components.time_factors)
    mean = features(ways, components, components.time_factor, components.hours, n)
    variance = features(ways, components, components.time_factor, components.variance_h2, n)
    return mean, variance


def late_hours(
    ways: WaySet, components: Components, seed: int, percentile: float = 95.0, trips: int = TRIPS
) -> FloatArray:
    """Percentile of the hours of each way over simulated trips, shape (n_ways,).

    The random factor of a group comes from a stream keyed by the group's name: two ways over the same railway see the
    same days.
    """
    mean, variance = group_moments(ways, components)
    used_groups = np.flatnonzero((mean > 0).any(axis=0))
    z = {k: rng_for(seed, f"trip:{components.time_factors[k]}").standard_normal(trips) for k in used_groups}
    out = np.zeros(ways.n_ways)
    for w in range(ways.n_ways):
        used = np.flatnonzero(mean[w] > 0)
        total = np.zeros(trips)
        for k in used:
            spread2 = np.log1p(variance[w, k] / mean[w, k] ** 2)
            total += mean[w, k] * np.exp(np.sqrt(spread2) * z[k] - spread2 / 2)
        out[w] = np.percentile(total, percentile) if used.size else 0.0
    return out
