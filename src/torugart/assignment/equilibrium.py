"""Stochastic user equilibrium over fixed ways whose gates queue. Method: docs/methods/capacity.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from torugart.errors import NotConverged

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
OVERSHOT, ONWARD = 1.8, 0.01  # growth of the step's divisor: Liu, He and He (2009)


@dataclass(frozen=True, slots=True)
class Choosers:
    """Pairs of one class that choose among ways, and the gates on each way.

    Attributes
    ----------
    first : ndarray of int64, shape (n_pairs + 1,)
        Ways of a pair.
    cost_usd : ndarray, shape (n_ways,)
        USD per FEU without waits; infinite where a way is closed.
    size : ndarray, shape (n_ways,)
        Path-size terms.
    scale : ndarray, shape (n_pairs,)
        mu of the logit, per USD.
    t_per_day : ndarray, shape (n_pairs,)
        Tonnes a day.
    boxes_per_day : ndarray, shape (n_pairs,)
    vot_usd_per_h : float
        Worth of an hour of one FEU.
    gate_first, gate : ndarray of int64, shapes (n_ways + 1,), (n_entries,)
        Gates of a way.
    """

    first: NDArray[np.int64]
    cost_usd: FloatArray
    size: FloatArray
    scale: FloatArray
    t_per_day: FloatArray
    boxes_per_day: FloatArray
    vot_usd_per_h: float
    gate_first: NDArray[np.int64]
    gate: NDArray[np.int64]

    def choose(self, hours: FloatArray, n_gates: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shares of ways, logsum of pairs (USD per FEU; infinite where nothing is open) and tonnes a day at gates, given waits."""
        shares, logsum = _choose(
            self.first,
            self.cost_usd,
            self.size,
            self.scale,
            self.vot_usd_per_h * hours,
            self.gate_first,
            self.gate,
        )
        tonnes = shares * np.repeat(self.t_per_day, np.diff(self.first))
        over = np.repeat(tonnes, np.diff(self.gate_first))
        return shares, logsum, np.bincount(self.gate, over, minlength=n_gates).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """Loads that give the waits that give the loads.

    Attributes
    ----------
    load_t_per_day, hours : ndarray, shape (n_gates,)
        Tonnes a day of the choosers; hours added to those without queues.
    shares, logsum : sequence of ndarray
        By class: of ways, of pairs.
    gap : float
        Sum of differences of loads in the last round over their sum.
    iterations : int
    """

    load_t_per_day: FloatArray
    hours: FloatArray
    shares: Sequence[FloatArray]
    logsum: Sequence[FloatArray]
    gap: float
    iterations: int


def solve_equilibrium(
    classes: Sequence[Choosers],
    hours_of: Callable[[FloatArray], FloatArray],
    n_gates: int,
    start: FloatArray | None = None,
    target: float = 1e-6,
    most: int = 2000,
) -> Equilibrium:
    """Find the equilibrium by self-regulated averaging.

    Parameters
    ----------
    classes : sequence of Choosers
    hours_of : callable
        From tonnes a day of all classes at gates, shape (n_gates,), to hours added there; rising in each.
    n_gates : int
    start : ndarray, shape (n_gates,), optional
        Loads to begin with; those without waits by default.
    target : float
        Gap to reach.
    most : int
        Rounds at most.

    Raises
    ------
    NotConverged
        If the gap is not reached.

    References
    ----------
    Liu, H. X., X. He and B. He (2009), Networks and Spatial Economics 9(4).
    """

    def loads(hours: FloatArray) -> FloatArray:
        return np.sum([np.zeros(n_gates), *(c.choose(hours, n_gates)[2] for c in classes)], axis=0)

    x = loads(np.zeros(n_gates)) if start is None else start
    divisor, before, gap = 1.0, np.inf, np.inf
    for k in range(most):
        y = loads(hours_of(x))
        away = float(np.abs(y - x).sum())
        gap = away / max(float(x.sum()), 1e-300)
        if gap <= target or not away:
            chosen = [c.choose(hours_of(x), n_gates) for c in classes]
            return Equilibrium(x, hours_of(x), [c[0] for c in chosen], [c[1] for c in chosen], gap, k + 1)
        divisor += OVERSHOT if away >= before else ONWARD
        x, before = x + (y - x) / divisor, away
    raise NotConverged(f"equilibrium of queues: gap {gap:.3g} after {most} rounds, wanted {target:.3g}")


@njit(cache=True, parallel=True)
def _choose(first, cost, size, scale, wait_usd, gate_first, gate):  # type: ignore[no-untyped-def]
    n_pairs = first.size - 1
    shares, logsum = np.zeros(cost.size), np.full(n_pairs, np.inf)
    for p in prange(n_pairs):
        low = np.inf
        for w in range(first[p], first[p + 1]):
            c = cost[w]
            for g in range(gate_first[w], gate_first[w + 1]):
                c += wait_usd[gate[g]]
            shares[w] = c
            if c < low:
                low = c
        if low == np.inf:
            for w in range(first[p], first[p + 1]):
                shares[w] = 0.0
            continue
        total = 0.0
        for w in range(first[p], first[p + 1]):
            shares[w] = size[w] * np.exp(-scale[p] * (shares[w] - low))
            total += shares[w]
        for w in range(first[p], first[p + 1]):
            shares[w] /= total
        logsum[p] = low - np.log(total) / scale[p]
    return shares, logsum
