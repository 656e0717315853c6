"""From dollars and days to the change of a trade cost: freight and time as parts of the value of the goods.

Formulas, units, sources and limits: docs/methods/trade_costs.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_FAULTS = 20


def trade_cost_hat(
    freight_share: FloatArray,
    time_share_per_day: FloatArray,
    time_days: FloatArray,
    freight_share_after: FloatArray,
    time_days_after: FloatArray,
) -> FloatArray:
    """Change of what it costs to have goods delivered, new over old: ``(1 + m' + v T') / (1 + m + v T)``.

    Parameters
    ----------
    freight_share, freight_share_after : ndarray
        m: freight, fees and handling over the value of the goods, a fraction; any shapes that broadcast together.
    time_share_per_day : ndarray
        v: part of their value that goods lose in a day on the way (Hummels and Schaur 2013).
    time_days, time_days_after : ndarray
        T: mean days from door to door.

    Returns
    -------
    ndarray
        tau-hat; 1 where nothing changes.

    Raises
    ------
    InputError
        If a share or a time is negative or no number; names the cells, all at once.

    Examples
    --------
    >>> float(trade_cost_hat(np.array(0.10), np.array(0.008), np.array(20.0), np.array(0.08), np.array(15.0)).round(4))
    0.9524
    """
    given = {
        "freight over goods value": freight_share,
        "share of value per day": time_share_per_day,
        "days": time_days,
        "freight over goods value after": freight_share_after,
        "days after": time_days_after,
    }
    faults = [
        fault for name, values in given.items() for fault in _no_amounts(name, np.asarray(values, float))
    ]
    if faults:
        raise InputError("trade cost: " + _several(faults))
    before = 1 + freight_share + time_share_per_day * time_days
    after = 1 + freight_share_after + time_share_per_day * time_days_after
    return np.asarray(after / before)


def hat_of_gain(
    freight_share: FloatArray, time_share_per_day: FloatArray, time_days: FloatArray, gain_share: FloatArray
) -> FloatArray:
    """Change of a trade cost that falls by what users gain: ``1 - b / (1 + m + v T)``.

    Parameters
    ----------
    freight_share, time_share_per_day, time_days : ndarray
        m, v and T of the ways taken before, as in ``trade_cost_hat``.
    gain_share : ndarray
        b: fall of the expected least cost (logsum) over the value of the goods; negative where users lose.

    Returns
    -------
    ndarray
        tau-hat; exactly 1 where nothing is gained.

    Raises
    ------
    InputError
        If a share or a time is negative or no number, or more is gained than delivery cost; names the cells.
    """
    given = {
        "freight over goods value": freight_share,
        "share of value per day": time_share_per_day,
        "days": time_days,
    }
    faults = [
        fault for name, values in given.items() for fault in _no_amounts(name, np.asarray(values, float))
    ]
    before = 1 + freight_share + time_share_per_day * time_days
    hat = 1 - gain_share / before
    right = np.isfinite(hat) & (hat > 0)
    if not right.all():
        faults += [
            f"gain{list(map(int, k)) if len(k) else ''} is no number or takes all that the goods are worth"
            for k in np.argwhere(~right)
        ]
    if faults:
        raise InputError("trade cost: " + _several(faults))
    return np.asarray(hat)


def hats_of_countries(
    hat: FloatArray,
    weight_usd: FloatArray,
    exporter: IntArray,
    importer: IntArray,
    flows: FloatArray,
    countries: Sequence[str],
    domestic: bool = False,
) -> FloatArray:
    """Mean change of trade cost between countries, from that of city pairs and classes, weighted by base trade.

    Trade that no row carries (by pipe, wire or air, or between places outside the network) keeps its cost, so
    ``tau_ij = 1 + sum over rows of weight (hat - 1) / flow_ij``.

    Parameters
    ----------
    hat : ndarray, shape (n_rows,) or (n_rows, n_draws)
        Change of cost of each city pair and class.
    weight_usd : ndarray, shape (n_rows,)
        Their trade in the base, USD a year.
    exporter, importer : ndarray of int, shape (n_rows,)
        Places of the two countries in ``countries``.
    flows : ndarray, shape (n, n)
        Whole trade of the base, exporter by importer, USD a year.
    countries : sequence of str
    domestic : bool
        Whether rows within a country count; otherwise the cost of trade at home stays at 1.

    Returns
    -------
    ndarray, shape (n, n) or (n, n, n_draws)

    Raises
    ------
    InputError
        If weights are no amounts, or add up to more than the trade of a pair; names the pairs.
    """
    n = len(countries)
    rows = np.asarray(weight_usd, float)
    faults = _no_amounts("trade of a row", rows)
    if faults:
        raise InputError("trade cost: " + _several(faults))
    carried = np.zeros((n, n))
    np.add.at(carried, (exporter, importer), rows)
    over = carried > flows * (1 + 1e-9)
    if not domestic:
        over &= ~np.eye(n, dtype=bool)
    faults = [
        f"{countries[i]} to {countries[j]}: rows carry {carried[i, j]:,.0f} USD of a trade of {flows[i, j]:,.0f}"
        for i, j in zip(*np.nonzero(over), strict=True)
    ]
    if faults:
        raise InputError(
            "trade cost: " + _several(faults) + "; give weights in the money and year of the trade"
        )
    out = np.ones((n, n, *hat.shape[1:]))
    abroad = np.ones(rows.size, bool) if domestic else exporter != importer
    i, j = exporter[abroad], importer[abroad]
    use = flows[i, j] > 0
    i, j = i[use], j[use]
    if not i.size:
        return out
    part = (rows[abroad][use] / flows[i, j]).reshape(-1, *([1] * (hat.ndim - 1)))
    pair = i * n + j
    order = np.argsort(pair, kind="stable")
    start = np.flatnonzero(np.diff(pair[order], prepend=-1))
    out.reshape(n * n, *hat.shape[1:])[pair[order][start]] += np.add.reduceat(
        (part * (hat[abroad][use] - 1))[order], start
    )
    return out


def _no_amounts(name: str, values: FloatArray) -> list[str]:
    """Cells that are no number of zero or more."""
    right = np.isfinite(values) & (values >= 0)
    if right.all():
        return []
    at = np.argwhere(~right)
    return [
        f"{name}{list(map(int, k)) if len(k) else ''} is {values[tuple(k)]:g}; give a number of 0 or more"
        for k in at
    ]


def _several(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "; ".join(faults[:MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
