"""Hours, money and generalised cost of ways in every draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from torugart.evaluate.sides import Draws, Network
from torugart.network.costs import Components
from torugart.network.factors import money_factor_draws, time_factor_draws
from torugart.network.ways import WaySet

WAYS_PRICED_TOGETHER = 16  # one cache line of results or two
FloatArray = NDArray[np.float64]


def features(
    ways: WaySet, components: Components, factor: NDArray[np.int32], values: FloatArray, n: int
) -> FloatArray:
    """Sum component values along ways by factor, shape (n_ways, n)."""
    first = np.searchsorted(components.arc, np.arange(components.n_arcs + 1))
    count = np.diff(first)[ways.arc]
    entry_way = np.repeat(ways.way_of_entry(), count)
    start = np.repeat(first[ways.arc], count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    part = start + offset
    key = entry_way * n + factor[part]
    total = np.bincount(key, weights=values[part], minlength=ways.n_ways * n).astype(np.float64)
    return total.reshape(ways.n_ways, n)


@dataclass(frozen=True, slots=True)
class FactorDraws:
    """Draws of the time and money factors of one priced network, shape (n_factors, n_draws + 1)."""

    time: FloatArray
    money: FloatArray


def factor_draws(network: Network, draws: Draws) -> FactorDraws:
    """Draws of all factors of a network; column 0 is 1."""
    c = network.components
    return FactorDraws(
        time=time_factor_draws(network.tables, c, network.crossing_model, draws.quantities, draws.values),
        money=money_factor_draws(network.tables, c, draws.quantities, draws.values),
    )


def way_costs(ways: WaySet, network: Network, factors: FactorDraws) -> tuple[FloatArray, FloatArray]:
    """Hours and USD per FEU of ways in every draw, each of shape (n_ways, n_draws + 1)."""
    c = network.components
    hours = features(ways, c, c.time_factor, c.hours, len(c.time_factors)) @ factors.time
    usd = features(ways, c, c.money_factor, c.usd, len(c.money_factors)) @ factors.money
    return hours, usd


def price_ways(ways: WaySet, network: Network, factors: FactorDraws, vot: FloatArray) -> FloatArray:
    """Generalised cost of ways in every draw, draws first: shape (n_draws + 1, n_ways)."""
    c = network.components
    first = np.searchsorted(c.arc, np.arange(c.n_arcs + 1))
    time, money = (np.ascontiguousarray(f) for f in (factors.time, factors.money))
    return np.asarray(
        _price_each(
            ways.first, ways.arc, first, c.time_factor, c.hours, time, c.money_factor, c.usd, money, vot
        )
    )


@njit(cache=True, parallel=True)
def _price_each(  # type: ignore[no-untyped-def]
    way_first, arc, first, time_factor, hours, time_draws, money_factor, usd, money_draws, vot
):
    """Sum the parts of each way by factor, then multiply by the draws of the few factors it meets.

    A way meets some twenty of several hundred factors, so this is far less than a product of whole matrices.
    """
    n_ways, n_draws = way_first.size - 1, vot.size
    out = np.empty((n_draws, n_ways))
    for block in prange((n_ways + WAYS_PRICED_TOGETHER - 1) // WAYS_PRICED_TOGETHER):
        w0 = block * WAYS_PRICED_TOGETHER
        w1 = min(w0 + WAYS_PRICED_TOGETHER, n_ways)
        by_time, by_money = np.zeros(time_draws.shape[0]), np.zeros(money_draws.shape[0])
        met_time, met_money = np.zeros(by_time.size, np.bool_), np.zeros(by_money.size, np.bool_)
        times, moneys = np.empty(by_time.size, np.int64), np.empty(by_money.size, np.int64)
        cost = np.empty((w1 - w0, n_draws))
        for w in range(w0, w1):
            n_times, n_moneys = 0, 0
            for k in range(way_first[w], way_first[w + 1]):
                for part in range(first[arc[k]], first[arc[k] + 1]):
                    f, g = time_factor[part], money_factor[part]
                    if not met_time[f]:
                        met_time[f] = True
                        times[n_times] = f
                        n_times += 1
                    by_time[f] += hours[part]
                    if not met_money[g]:
                        met_money[g] = True
                        moneys[n_moneys] = g
                        n_moneys += 1
                    by_money[g] += usd[part]
            row = cost[w - w0]
            row[:] = 0.0
            for i in range(n_times):
                f = times[i]
                value, drawn = by_time[f], time_draws[f]
                for d in range(n_draws):
                    row[d] += value * drawn[d]
                by_time[f], met_time[f] = 0.0, False
            for d in range(n_draws):
                row[d] *= vot[d]
            for i in range(n_moneys):
                g = moneys[i]
                value, drawn = by_money[g], money_draws[g]
                for d in range(n_draws):
                    row[d] += value * drawn[d]
                by_money[g], met_money[g] = 0.0, False
        for d in range(n_draws):
            for w in range(w0, w1):
                out[d, w] = cost[w - w0, d]
    return out


def mean_costs(
    ways: WaySet, pair_first: NDArray[np.int64], share: FloatArray, network: Network, factors: FactorDraws
) -> tuple[FloatArray, FloatArray]:
    """Hours and USD per FEU that users of each pair meet on average, in every draw.

    Parameters
    ----------
    ways : WaySet
    pair_first : ndarray of int, shape (n_pairs + 1,)
        Ways of pair ``p`` are ``pair_first[p]:pair_first[p + 1]``.
    share : ndarray, shape (n_ways,)
        Part of a pair's boxes on each way, held in every draw.

    Returns
    -------
    hours, usd : ndarray, shape (n_pairs, n_draws + 1)
    """
    c = network.components
    first = np.searchsorted(c.arc, np.arange(c.n_arcs + 1))
    time, money = (np.ascontiguousarray(f) for f in (factors.time, factors.money))
    hours, usd = _mean_each(
        pair_first,
        ways.first,
        ways.arc,
        share,
        first,
        c.time_factor,
        c.hours,
        time,
        c.money_factor,
        c.usd,
        money,
    )
    return np.asarray(hours), np.asarray(usd)


@njit(cache=True, parallel=True)
def _mean_each(  # type: ignore[no-untyped-def]
    pair_first,
    way_first,
    arc,
    share,
    first,
    time_factor,
    hours,
    time_draws,
    money_factor,
    usd,
    money_draws,
):
    """Sum the parts of a pair's ways by factor, weighted by their shares, then multiply by the draws of the factors met."""
    n_pairs, n_draws = pair_first.size - 1, time_draws.shape[1]
    out_h, out_usd = np.zeros((n_pairs, n_draws)), np.zeros((n_pairs, n_draws))
    for p in prange(n_pairs):
        by_time, by_money = np.zeros(time_draws.shape[0]), np.zeros(money_draws.shape[0])
        for w in range(pair_first[p], pair_first[p + 1]):
            if share[w] == 0.0:
                continue
            for k in range(way_first[w], way_first[w + 1]):
                for part in range(first[arc[k]], first[arc[k] + 1]):
                    by_time[time_factor[part]] += share[w] * hours[part]
                    by_money[money_factor[part]] += share[w] * usd[part]
        for f in range(by_time.size):
            if by_time[f] != 0.0:
                for d in range(n_draws):
                    out_h[p, d] += by_time[f] * time_draws[f, d]
        for f in range(by_money.size):
            if by_money[f] != 0.0:
                for d in range(n_draws):
                    out_usd[p, d] += by_money[f] * money_draws[f, d]
    return out_h, out_usd
