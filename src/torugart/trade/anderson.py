"""Fixed points by Anderson acceleration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from torugart.errors import NotConverged

FloatArray = NDArray[np.float64]
DEPTH = 8
WORST_GROWTH = 4.0  # of the residual, before the memory is dropped and steps are halved
LEAST_DAMPING = 1e-4
RIDGE = 1e-10  # relative: steps nearly alike must not make the small system singular


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """Where ``step`` leaves a point alone, to ``gap`` in the largest component, and how many steps that took."""

    x: FloatArray
    gap: float
    iterations: int


def find_fixed_point(
    step: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    tolerance: float,
    most: int,
    what: str,
    depth: int = DEPTH,
) -> FixedPoint:
    """Iterate ``x = step(x)`` with memory of the last steps (Anderson 1965; type II, Walker and Ni 2011).

    Parameters
    ----------
    step : callable
        Array of shape (n,) to array of shape (n,), in logarithms or another scale on which changes compare.
    start : ndarray, shape (n,)
    tolerance : float
        Largest absolute component of ``step(x) - x`` at which to stop.
    most : int
        Steps at most.
    what : str
        What is sought, for the error.

    Raises
    ------
    NotConverged
        If the gap is still larger after ``most`` steps, or stops being a number.

    References
    ----------
    Anderson, D. G. (1965), Iterative procedures for nonlinear integral equations, Journal of the ACM 12(4).
    Walker, H. F. and P. Ni (2011), Anderson acceleration for fixed-point iterations, SIAM Journal on Numerical Analysis 49(4).
    """
    x = start
    xs: list[FloatArray] = []  # differences of points and of residuals, oldest first
    rs: list[FloatArray] = []
    last_x = last_r = best_x = best_r = np.zeros(0)
    best, damping = np.inf, 1.0
    for k in range(most):
        with np.errstate(all="ignore"):  # a step too far is seen below, and taken back
            r = step(x) - x
        gap = float(np.max(np.abs(r), initial=0.0))
        if gap <= tolerance:
            return FixedPoint(x + r, gap, k + 1)
        if not gap <= WORST_GROWTH * best:
            if not np.isfinite(best) or damping < LEAST_DAMPING:
                raise NotConverged(f"{what}: the search left the numbers; the change may be too large")
            damping /= 2
            xs.clear()
            rs.clear()
            last_x, last_r = best_x, best_r
            x = best_x + damping * best_r
            continue
        if gap < best:
            best, best_x, best_r = gap, x, r
        if last_x.size and np.any(x != last_x):
            xs.append(x - last_x)
            rs.append(r - last_r)
            del xs[:-depth], rs[:-depth]
        last_x, last_r = x, r
        x = x + damping * r
        if rs:
            dr = np.array(rs)
            gram = dr @ dr.T
            gram.flat[:: len(rs) + 1] *= 1 + RIDGE
            weight = np.linalg.solve(gram, dr @ r)
            x = x - weight @ (np.array(xs) + damping * dr)
    raise NotConverged(f"{what}: gap {gap:.3g} after {most} steps, wanted {tolerance:.3g}")
