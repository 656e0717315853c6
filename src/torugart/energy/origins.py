"""Whose gas flows where: proportional mixing at every node. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from torugart.energy.gas_supply import Balance, GasCase

FloatArray = NDArray[np.float64]
LEAST_BCM = 1e-9  # a node through which less passes has no mixture


def trace_origins(case: GasCase, balance: Balance, origin: NDArray[np.int64], n_origins: int) -> FloatArray:
    """Part of each origin in what leaves each node over the year, shape (n_nodes, n_origins).

    Rows sum to 1, or are 0 where nothing passes, as in gas that a contract sends round in a ring that no field feeds.

    Parameters
    ----------
    case, balance
        A case and its solution; flows of all months together, so that gas in store keeps its origin.
    origin : ndarray of int, shape (n_supplies,)
        Origin of each supply.
    n_origins : int
    """
    flow = balance.flow.sum(axis=1)
    supply = balance.supply.sum(axis=1)
    arrives = (1 - case.arc_loss) * flow
    through = np.zeros(case.n_nodes)
    np.add.at(through, case.arc_to, arrives)
    np.add.at(through, case.supply_node, supply)
    inflow = np.zeros((case.n_nodes, n_origins))
    np.add.at(inflow, (case.supply_node, origin), supply)
    used = through > LEAST_BCM
    # (through of n) X[n] - sum of what arrives x X[where it comes from] = supply at n
    matrix = np.diag(np.where(used, through, 1.0))
    np.add.at(matrix, (case.arc_to, case.arc_from), -arrives * used[case.arc_to])
    mixture = np.linalg.lstsq(matrix, inflow * used[:, None], rcond=None)[0]
    return np.asarray(np.clip(mixture, 0.0, None))
