"""Weighted least squares on fixed effects of one to many dimensions: what is left of a variable when they are taken out.

The dimension with most groups is averaged out directly; the coefficients of the others solve the system that remains (its Schur
complement) by conjugate gradients with a diagonal preconditioner, for several variables at once. Rows are kept in the order of the
first dimension, so a product reads every row twice and in order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from torugart.errors import NotConverged

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FixedEffects:
    """Groups of every row, in the order of rows in which the first dimension is sorted.

    Attributes
    ----------
    order : ndarray of int, shape (n,)
        Row of the data that stands at each place.
    first : ndarray of int, shape (n_groups_of_first + 1,)
        Rows of a group of the first dimension are ``first[g]:first[g + 1]``.
    code : ndarray of int, shape (n, n_other)
        Coefficient of each row in the other dimensions, numbered through.
    n_coefficients : int
    """

    order: IntArray
    first: IntArray
    code: NDArray[np.int32]
    n_coefficients: int

    @classmethod
    def of(cls, codes: list[IntArray]) -> FixedEffects:
        """Arrange dimensions given as group numbers from 0; one array of shape (n,) a dimension."""
        sizes = [int(c.max()) + 1 for c in codes]
        inner = int(np.argmax(sizes))
        order = np.argsort(codes[inner], kind="stable")
        first = np.searchsorted(codes[inner][order], np.arange(sizes[inner] + 1)).astype(np.int64)
        others = [(c, s) for k, (c, s) in enumerate(zip(codes, sizes, strict=True)) if k != inner]
        code = np.empty((order.size, len(others)), np.int32)
        start = 0
        for k, (c, size) in enumerate(others):
            code[:, k] = c[order] + start
            start += size
        return cls(order, first, code, start)


@dataclass(slots=True)
class Projector:
    """Takes fixed effects out of variables under one set of weights after another, starting each time from the last coefficients."""

    effects: FixedEffects
    coefficients: FloatArray  # (n_coefficients, n_variables)
    rounds: int = 0

    @classmethod
    def of(cls, effects: FixedEffects, n_variables: int) -> Projector:
        """Start from coefficients of zero."""
        return cls(effects, np.zeros((effects.n_coefficients, n_variables)))

    def residuals(
        self,
        values: FloatArray,
        weight: FloatArray,
        tolerance: float,
        reduction: float = 0.0,
        most: int = 5000,
    ) -> FloatArray:
        """What is left of variables, shape (n, n_variables), rows in the order of the effects.

        Parameters
        ----------
        values : ndarray, shape (n, n_variables)
        weight : ndarray, shape (n,)
            Above 0.
        tolerance : float
            Size of the residual of the normal equations relative to that of the variable.
        reduction : float
            Size of that residual relative to where the last coefficients leave it, which is enough as well.
        """
        e = self.effects
        if not e.n_coefficients:
            return _left(values, weight, e.first, e.code, self.coefficients)
        x = self.coefficients
        right, diagonal = _right_side(values, weight, e.first, e.code, e.n_coefficients)
        # Norms in the metric of the preconditioner, against the variable's own size: comparable over variables.
        scale = np.sqrt(weight @ values**2) + 1e-300
        r = right - _product(x, weight, e.first, e.code)
        z = r / diagonal[:, None]
        p = z.copy()
        rz = (r * z).sum(axis=0)
        enough = np.maximum(tolerance * scale, reduction * np.sqrt(rz))
        for _ in range(most):
            if np.all(np.sqrt(np.maximum(rz, 0)) <= enough):
                self.coefficients = x
                return _left(values, weight, e.first, e.code, x)
            q = _product(p, weight, e.first, e.code)
            pq = (p * q).sum(axis=0)
            alpha = np.divide(rz, pq, out=np.zeros_like(rz), where=pq > 0)
            x = x + alpha * p
            r = r - alpha * q
            z = r / diagonal[:, None]
            new = (r * z).sum(axis=0)
            p = z + np.divide(new, rz, out=np.zeros_like(rz), where=rz > 0) * p
            rz = new
            self.rounds += 1
        raise NotConverged(
            f"fixed effects: {np.max(np.sqrt(np.maximum(rz, 0)) / scale):.3g} left after {most} rounds, wanted {tolerance:.3g}"
        )


@njit(cache=True)
def _right_side(values, weight, first, code, n):  # type: ignore[no-untyped-def]
    n_others, k = code.shape[1], values.shape[1]
    right, diagonal = np.zeros((n, k)), np.zeros(n)
    mean = np.empty(k)
    for g in range(first.size - 1):
        total = 0.0
        mean[:] = 0.0
        for row in range(first[g], first[g + 1]):
            total += weight[row]
            for v in range(k):
                mean[v] += weight[row] * values[row, v]
        mean /= total
        for row in range(first[g], first[g + 1]):
            w = weight[row]
            for o in range(n_others):
                c = code[row, o]
                diagonal[c] += w * (1 - w / total)
                for v in range(k):
                    right[c, v] += w * (values[row, v] - mean[v])
    for c in range(n):
        if diagonal[c] <= 0.0:
            diagonal[c] = 1.0
    return right, diagonal


@njit(cache=True)
def _product(x, weight, first, code):  # type: ignore[no-untyped-def]
    n_others, k = code.shape[1], x.shape[1]
    out = np.zeros_like(x)
    longest = 0
    for g in range(first.size - 1):
        longest = max(longest, first[g + 1] - first[g])
    fitted, mean = np.empty((longest, k)), np.empty(k)
    for g in range(first.size - 1):
        start = first[g]
        total = 0.0
        mean[:] = 0.0
        for row in range(start, first[g + 1]):
            w = weight[row]
            total += w
            for v in range(k):
                f = 0.0
                for o in range(n_others):
                    f += x[code[row, o], v]
                fitted[row - start, v] = f
                mean[v] += w * f
        mean /= total
        for row in range(start, first[g + 1]):
            w = weight[row]
            for v in range(k):
                d = w * (fitted[row - start, v] - mean[v])
                for o in range(n_others):
                    out[code[row, o], v] += d
    return out


@njit(cache=True)
def _left(values, weight, first, code, x):  # type: ignore[no-untyped-def]
    n_others, k = code.shape[1], values.shape[1]
    out = np.empty_like(values)
    mean = np.empty(k)
    for g in range(first.size - 1):
        total = 0.0
        mean[:] = 0.0
        for row in range(first[g], first[g + 1]):
            w = weight[row]
            total += w
            for v in range(k):
                f = values[row, v]
                for o in range(n_others):
                    f -= x[code[row, o], v]
                out[row, v] = f
                mean[v] += w * f
        mean /= total
        for row in range(first[g], first[g + 1]):
            for v in range(k):
                out[row, v] -= mean[v]
    return out
