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

    References
    ----------
    Kingman, J. F. C. (1961), The single server queue in heavy traffic.
    """
    rho = load_t_per_day / capacity_t_per_day
    below = np.minimum(rho, STEEPEST)
    wait = below / (1 - below) + np.maximum(rho - STEEPEST, 0) / (1 - STEEPEST) ** 2
    service_h = 24 * batch_t / capacity_t_per_day
    return np.asarray(variability * service_h * wait + 12 * days * np.maximum(rho - 1, 0))
