"""Demand that answers to its cost: new traffic, and what it is worth to users.

A pair's boxes follow a constant elasticity on its cost, measured from the do-minimum::

    T(f) / T0 = (1 - min(f, MOST_FALL))^-e            f = fall of the logsum / least cost without, e = elasticity, positive

The logsum has no level of its own (a constant added to it changes no share), so its fall is set against the least cost, which has
one. Users' benefit is the integral of T between both logsums; with e = 0 it is boxes times the fall of the logsum. Half of the cost
is further than any elasticity was measured over: a fall beyond it brings no more boxes. Formulas: docs/methods/accounts.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
MOST_FALL = 0.5


def demand_factor(fall_share: ArrayLike, elasticity: ArrayLike) -> FloatArray:
    """Boxes over those of the do-minimum, for a fall of cost given as a share of it.

    Parameters
    ----------
    fall_share : array_like
        Fall of the logsum over the least cost without the project; negative where cost rises.
    elasticity : array_like
        Of boxes to cost, taken positive; 0 holds demand fixed.

    Examples
    --------
    >>> round(float(demand_factor(0.1, 0.7)), 4)
    1.0765
    """
    fall = np.minimum(np.asarray(fall_share, np.float64), MOST_FALL)
    return np.asarray(np.exp(-np.asarray(elasticity) * np.log1p(-fall)))


def demand_integral(fall_share: ArrayLike, elasticity: ArrayLike) -> FloatArray:
    """Integral of ``demand_factor`` from 0 to a fall: users' benefit over (boxes without x least cost without).

    Examples
    --------
    >>> round(float(demand_integral(0.1, 0.7)), 5)
    0.10371
    """
    whole = np.asarray(fall_share, np.float64)
    log_cost = np.log1p(-np.minimum(whole, MOST_FALL))
    power = 1.0 - np.asarray(elasticity, np.float64)
    unit = np.where(power == 0, 1.0, power)
    curved = np.where(power == 0, -log_cost, -np.expm1(unit * log_cost) / unit)
    return curved + np.maximum(whole - MOST_FALL, 0.0) * demand_factor(whole, elasticity)
