"""How long freight waits at a gate: by chance below its capacity, in a growing line above. Formulas: docs/methods/capacity.md."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
STEEPEST = 0.95  # share of capacity beyond which the wait goes on along its tangent


def mean_wait_h(
    load_t_per_day: FloatArray,
    capacity_t_per_day: FloatArray,
    batch_t: FloatArray,
    variability: float,
    days: float = 0.0,
    usual_t_per_day: FloatArray | float = 0.0,
) -> FloatArray:
    """Mean hours that freight waits at gates.

    Parameters
    ----------
    load_t_per_day, capacity_t_per_day : ndarray, shape (n_gates,)
    batch_t : ndarray, shape (n_gates,)
        Tonnes that are served together: a train, a lorry.
    variability : float
        (Ca^2 + Cs^2) / 2 of arrivals and service, dimensionless.
    days : float
        Length of the time looked at; what comes above capacity lines up for it. 0: a time without end, where no line can stand.
    usual_t_per_day : ndarray, shape (n_gates,), or float
        Load before that time; where it is above capacity already, only what comes above it adds to the line.

    References
    ----------
    Kingman, J. F. C. (1961), The single server queue in heavy traffic.
    """
    rho = load_t_per_day / capacity_t_per_day
    below = np.minimum(rho, STEEPEST)
    wait = below / (1 - below) + np.maximum(rho - STEEPEST, 0) / (1 - STEEPEST) ** 2
    service_h = 24 * batch_t / capacity_t_per_day
    line = np.maximum(rho - np.maximum(usual_t_per_day / capacity_t_per_day, 1), 0)
    return np.asarray(variability * service_h * wait + 12 * days * line)


def clearing(line_t: float, load_t_per_day: float, capacity_t_per_day: float) -> tuple[float, float]:
    """Days until a line has cleared, and tonne-days that those wait who come meanwhile (fluid queue, load below capacity).

    The area under the line is ``Q T / 2``; ``Q^2 / 2c`` of it, the wait of those who stand in it from the start, is not counted here.
    """
    days = line_t / (capacity_t_per_day - load_t_per_day)
    return days, load_t_per_day * line_t * days / (2 * capacity_t_per_day)
