"""Uncertain quantities and their draws.

A quantity has a central value and the 5th and 95th percentiles of what is thought possible. Its draws come
from a stream of its own, keyed by the seed and the quantity's id, so that adding a quantity, or changing the
order of the tables, leaves the draws of all others alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z95 = 1.6448536269514722  # standard normal quantile of 0.95


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing we do not know exactly: ``value`` is its median, ``lo`` and ``hi`` its 5 and 95 % points."""

    quantity_id: str
    label: str
    value: float
    lo: float
    hi: float
    dist: str
    ref: str


def rng_for(seed: int, quantity_id: str) -> np.random.Generator:
    """Return the random stream of one quantity under one seed."""
    digest = hashlib.sha256(f"{seed}:{quantity_id}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def standard_normal(seed: int, quantity_id: str, n: int) -> NDArray[np.float64]:
    """Return ``n`` standard normal draws, one from each of ``n`` equally likely strata, in random order.

    Stratifying each quantity (a Latin hypercube over all of them; McKay, Beckman & Conover 1979) makes the
    percentiles of figures steadier than plain draws of the same number.
    """
    rng = rng_for(seed, quantity_id)
    u = (rng.permutation(n) + rng.random(n)) / n
    return normal_quantile(u)


def normal_quantile(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of the standard normal distribution (Wichura 1988, algorithm AS 241, by the standard library)."""
    from statistics import NormalDist

    inv = NormalDist().inv_cdf
    return np.array([inv(min(max(float(x), 1e-12), 1 - 1e-12)) for x in u])


def draw(quantity: Quantity, seed: int, n: int) -> NDArray[np.float64]:
    """Draw a quantity ``n`` times.

    ``lognormal`` and ``normal`` are two-piece laws: the spread below the median comes from ``lo``, above it
    from ``hi``, so that the 5, 50 and 95 % points are exactly those of the record. ``fixed`` does not vary.
    """
    if quantity.dist == "fixed" or not (quantity.lo < quantity.hi):
        return np.full(n, quantity.value)
    z = standard_normal(seed, quantity.quantity_id, n)
    if quantity.dist == "lognormal":
        below = np.log(quantity.value / quantity.lo) / Z95
        above = np.log(quantity.hi / quantity.value) / Z95
        return quantity.value * np.exp(np.where(z < 0, below, above) * z)
    below = (quantity.value - quantity.lo) / Z95
    above = (quantity.hi - quantity.value) / Z95
    return quantity.value + np.where(z < 0, below, above) * z


def draw_all(quantities: Iterable[Quantity], seed: int, n: int) -> dict[str, NDArray[np.float64]]:
    """Draw every quantity; the mapping goes from quantity id to its draws, shape (n,)."""
    return {q.quantity_id: draw(q, seed, n) for q in quantities}


def standard_ranks(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks, ties averaged, with mean 0 and variance 1; all 0 where nothing varies."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    spread = ranks.std()
    return (ranks - ranks.mean()) / spread if spread > 0 else np.zeros(x.size)
