"""Market access of places: how much market is within cheap reach of each (Donaldson and Hornbeck 2016).

Arrays in, arrays out; where trade costs come from is not asked here. Formulas, units and limits: docs/methods/market_access.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.trade.anderson import find_fixed_point

FloatArray = NDArray[np.float64]
TOLERANCE, MOST_ITERATIONS = 1e-12, 2_000
ASYMMETRY = 1e-9  # relative: costs further apart in the two directions are refused
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class MarketAccess:
    """Market access of every place, without and with the competition of others for the same markets.

    Attributes
    ----------
    first_order : ndarray, shape (n,)
        Sum of sizes, each divided by the trade cost to it to the power theta. In the unit of the sizes.
    solved : ndarray, shape (n,)
        Where each market counts less the better it is reached by others. Only its changes and ratios have a meaning.
    residual : float
        Largest relative miss of the equation of ``solved``.
    iterations : int
    """

    first_order: FloatArray
    solved: FloatArray
    residual: float
    iterations: int


def first_order_access(tau: FloatArray, size: FloatArray, theta: float) -> FloatArray:
    """Market access to first order, ``sum_d tau_od^-theta N_d``.

    Parameters
    ----------
    tau : ndarray, shape (n, n)
        Trade cost from place to place as a factor of 1 or more, its own on the diagonal; infinite where no way is.
    size : ndarray, shape (n,)
        People, or another size of markets; any unit.
    theta : float
        Trade elasticity.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        Naming the cells that make no sense.
    """
    _refuse(tau, size, theta)
    return np.asarray(tau ** -float(theta) @ size)


def solve_market_access(tau: FloatArray, size: FloatArray, theta: float) -> MarketAccess:
    """Market access that its own equation determines, ``MA_o = sum_d tau_od^-theta MA_d^(-(1 + theta) / theta) N_d``.

    With people who may move and costs alike in both directions, one number a place is the access of its firms and of its consumers
    alike [1]_. The search starts from first order; Anderson acceleration of a damped round.

    Parameters
    ----------
    tau : ndarray, shape (n, n)
        As in ``first_order_access``; alike in both directions.
    size : ndarray, shape (n,)
        People.
    theta : float

    Raises
    ------
    InputError
        Naming the cells that make no sense, or that differ by direction.
    NotConverged
        If the equation is missed by more than 1e-11.

    References
    ----------
    .. [1] Donaldson, D. and R. Hornbeck (2016). Railroads and American economic growth: a "market access" approach. Quarterly Journal
       of Economics 131(2), 799-858.
    """
    first = first_order_access(tau, size, theta)
    with np.errstate(invalid="ignore"):  # infinity in both directions is alike
        apart = np.abs(tau - tau.T) > ASYMMETRY * np.minimum(tau, tau.T)
    if apart.any():
        cells = [
            f"{tau[o, d]:g} from {o + 1} to {d + 1} and {tau[d, o]:g} back"
            for o, d in np.argwhere(np.triu(apart))
        ]
        raise InputError(
            _told([f"trade cost differs by direction: {cell}; give the mean of both" for cell in cells])
        )
    kernel = tau ** -float(theta) * size
    power = (1 + theta) / theta

    def gap(log_access: FloatArray) -> FloatArray:
        return np.asarray(np.log(kernel @ np.exp(-power * log_access)) - log_access)

    # A market's own access is in both sides, so a whole step would overshoot by the power.
    point = find_fixed_point(
        lambda x: x + gap(x) / (1 + power),
        np.log(first) / (1 + power),
        TOLERANCE,
        MOST_ITERATIONS,
        "market access",
    )
    residual = float(np.max(np.abs(np.expm1(gap(point.x)))))
    return MarketAccess(first, np.exp(point.x), residual, point.iterations)


def _refuse(tau: FloatArray, size: FloatArray, theta: float) -> None:
    n = size.size
    faults = [] if theta > 0 else [f"trade elasticity {theta}: give a number above 0, such as 5.03"]
    if size.shape != (n,) or tau.shape != (n, n) or not n:
        faults.append(f"trade costs have shape {tau.shape}, sizes {size.shape}; give (n, n) and (n,)")
    else:
        faults += [
            f"trade cost from {o + 1} to {d + 1} is {tau[o, d]}; give a factor of 1 or more"
            for o, d in np.argwhere(~(tau >= 1))
        ]
        faults += [
            f"trade cost of {o + 1} to itself is infinite" for o in np.flatnonzero(np.isinf(np.diag(tau)))
        ]
        faults += [
            f"size of {o + 1} is {size[o]}; give a number above 0"
            for o in np.flatnonzero(~(np.isfinite(size) & (size > 0)))
        ]
    if faults:
        raise InputError(_told(faults))


def _told(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "market access: " + "; ".join(faults[:MOST_FAULTS]) + (f"; and {more} more" if more > 0 else "")
