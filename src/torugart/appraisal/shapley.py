"""Shares of a joint value among players, exact or sampled. Formulas: docs/methods/compare.md."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def shapley_exact(values: FloatArray) -> FloatArray:
    """Shapley shares from the value of every set.

    Parameters
    ----------
    values : ndarray, shape (2**n, ...)
        Row ``m`` is the value of the set whose members are the bits of ``m``; row 0 is the empty set.

    Returns
    -------
    ndarray, shape (n, ...)

    References
    ----------
    Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II.
    """
    n = values.shape[0].bit_length() - 1
    masks = np.arange(values.shape[0])
    size = np.array([m.bit_count() for m in masks])
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    out = np.zeros((n, *values.shape[1:]))
    for p in range(n):
        without = masks[(masks >> p) & 1 == 0]
        out[p] = np.tensordot(weight[size[without]], values[without | (1 << p)] - values[without], axes=1)
    return out


def shapley_sampled(
    n: int, value: Callable[[int], FloatArray], orders: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Shapley shares from random orders and their reverse.

    Parameters
    ----------
    n : int
    value : callable
        From the bits of a set to its value, shape (...); value(0) is zero.
    orders : int
        Random orders; each is also taken backwards.

    Returns
    -------
    tuple of ndarray, shape (n, ...)
        Shares, which sum to the value of all exactly, and their standard errors.
    """
    gains = []
    for _ in range(orders):
        order = rng.permutation(n)
        pair = np.zeros((n, *np.shape(value(0))))
        for way in (order, order[::-1]):
            mask, before = 0, value(0)
            for p in way:
                mask |= 1 << int(p)
                now = value(mask)
                pair[p] += (now - before) / 2
                before = now
        gains.append(pair)
    sample = np.array(gains)
    error = sample.std(axis=0, ddof=1) / np.sqrt(orders) if orders > 1 else np.full(sample.shape[1:], np.nan)
    return sample.mean(axis=0), error
