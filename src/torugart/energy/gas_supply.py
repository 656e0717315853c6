"""Least-cost supply of gas by month over a network: a linear programme in sparse matrices. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from torugart.energy.supply_conflicts import refuse_conflicts, refuse_crossed_limits
from torugart.errors import NotConverged

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
INFEASIBLE = 2  # status of scipy.optimize.linprog
STEP = 1e-4  # by which each step of cutting a demand is dearer than the one before


@dataclass(frozen=True, slots=True)
class GasCase:
    """What is to be supplied, from where and through what; volumes in bcm a month.

    Attributes
    ----------
    n_nodes : int
    arc_from, arc_to : ndarray of int, shape (n_arcs,)
        Nodes; a line that works both ways is two arcs.
    arc_max : ndarray, shape (n_arcs, n_months)
    arc_cost, arc_loss : ndarray, shape (n_arcs,)
        A bcm sent; share of it that does not arrive.
    supply_node, supply_group : ndarray of int, shape (n_supplies,)
        Node; row of ``group_max``, -1 for none.
    supply_max : ndarray, shape (n_supplies, n_months)
    supply_cost : ndarray, shape (n_supplies,)
    group_max : ndarray, shape (n_groups,)
        Output of all supplies of a group in all months together.
    demand_node : ndarray of int, shape (n_demands,)
    demand : ndarray, shape (n_demands, n_months)
    penalty : ndarray, shape (n_demands,)
        Of a bcm not supplied.
    store_node : ndarray of int, shape (n_stores,)
    store_max, store_in, store_out, store_start : ndarray, shape (n_stores,)
        Working volume, most a month in and out, and what is in it at the start.
    contract_arc : ndarray of int, shape (n_contracts,)
    contract_min, contract_penalty : ndarray, shape (n_contracts,)
        Volume over all months, and the penalty of a bcm that lacks.
    keep_level : bool
        Whether storages must end no lower than they started.
    steps : int
        Steps in which a demand is cut, each a little dearer than the one before, so that what must be short is spread over
        months and places of the same penalty; with one step the solver picks any of them.
    labels : mapping of str to tuple of str
        What "node", "arc", "supply", "demand", "storage" and "month" are called, in order, where a message names them; a number
        where there is no label. "unit" holds the unit of amounts as columns have it, bcm where there is none.
    """

    n_nodes: int
    arc_from: IntArray
    arc_to: IntArray
    arc_max: FloatArray
    arc_cost: FloatArray
    arc_loss: FloatArray
    supply_node: IntArray
    supply_group: IntArray
    supply_max: FloatArray
    supply_cost: FloatArray
    group_max: FloatArray
    demand_node: IntArray
    demand: FloatArray
    penalty: FloatArray
    store_node: IntArray
    store_max: FloatArray
    store_in: FloatArray
    store_out: FloatArray
    store_start: FloatArray
    contract_arc: IntArray
    contract_min: FloatArray
    contract_penalty: FloatArray
    keep_level: bool = True
    steps: int = 1
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n_months(self) -> int:
        """Months of the case."""
        return int(self.demand.shape[1])


@dataclass(frozen=True, slots=True)
class Balance:
    """A solved case.

    Attributes
    ----------
    flow : ndarray, shape (n_arcs, n_months)
        Sent into the arc.
    supply, unserved : ndarray, shapes (n_supplies, n_months), (n_demands, n_months)
    put_in, taken_out, level : ndarray, shape (n_stores, n_months)
        Level at the end of the month.
    lacking : ndarray, shape (n_contracts,)
    price : ndarray, shape (n_nodes, n_months)
        Cost of a bcm more drawn at the node, beyond all demand; see ``demand_prices``.
    arc_value, supply_value, store_value : ndarray, shapes (n_arcs, n_months), (n_supplies, n_months), (n_stores, n_months)
        What a bcm more of capacity, of output and of what a storage may give would save; 0 or more.
    cost : float
    """

    flow: FloatArray
    supply: FloatArray
    unserved: FloatArray
    put_in: FloatArray
    taken_out: FloatArray
    level: FloatArray
    lacking: FloatArray
    price: FloatArray
    arc_value: FloatArray
    supply_value: FloatArray
    store_value: FloatArray
    cost: float


@dataclass(frozen=True, slots=True)
class Programme:
    """A case as a linear programme: least ``price x`` with ``equal x = right``, ``at_most x <= limits``, ``low <= x <= high``.

    Attributes
    ----------
    price, low, high : ndarray, shape (n,)
    equal, at_most : csr_array
        Rows of ``equal``: nodes by month, then storages by month.
    right, limits : ndarray
    rank : ndarray, shape (n_arcs,)
        What is on the price of a flow only to tell equal ways apart.
    flow, supply, unserved, put_in, taken, level : ndarray of int
        Places of the variables in ``x``, things by month; of ``unserved`` the steps one after another.
    lacking : ndarray of int, shape (n_contracts,)
    """

    price: FloatArray
    equal: Any
    right: FloatArray
    at_most: Any
    limits: FloatArray
    low: FloatArray
    high: FloatArray
    rank: FloatArray
    flow: IntArray
    supply: IntArray
    unserved: IntArray
    put_in: IntArray
    taken: IntArray
    level: IntArray
    lacking: IntArray


def build_programme(case: GasCase) -> Programme:
    """Write a case down as a linear programme."""
    from scipy.sparse import csr_array

    c, t = case, case.n_months
    n_demands = c.demand_node.size
    sizes = [c.arc_from.size, c.supply_node.size, c.steps * n_demands, *(3 * [c.store_node.size])]
    first = np.concatenate([[0], np.cumsum(np.array(sizes) * t)])
    flow, supply, unserved, put_in, taken, level = (
        np.arange(first[k], first[k + 1]).reshape(size, t) for k, size in enumerate(sizes)
    )
    lacking = np.arange(first[-1], first[-1] + c.contract_arc.size)
    n = int(first[-1]) + lacking.size

    node_row = np.arange(c.n_nodes * t).reshape(c.n_nodes, t)
    store_row = c.n_nodes * t + np.arange(c.store_node.size * t).reshape(-1, t)
    entries = [
        (node_row[c.arc_from], flow, -1.0),
        (node_row[c.arc_to], flow, np.repeat(1 - c.arc_loss, t)),
        (node_row[c.supply_node], supply, 1.0),
        (node_row[np.tile(c.demand_node, c.steps)], unserved, 1.0),
        (node_row[c.store_node], taken, 1.0),
        (node_row[c.store_node], put_in, -1.0),
        (store_row, level, 1.0),
        (store_row[:, 1:], level[:, :-1], -1.0),
        (store_row, put_in, -1.0),
        (store_row, taken, 1.0),
    ]
    equal = _matrix(entries, (c.n_nodes * t + store_row.size, n), csr_array)
    right = np.zeros(equal.shape[0])
    np.add.at(right, node_row[c.demand_node].ravel(), c.demand.ravel())
    right[store_row[:, :1].ravel()] = c.store_start

    grouped = np.flatnonzero(c.supply_group >= 0)
    group_row = np.repeat(c.supply_group[grouped][:, None], t, axis=1)
    contract_row = c.group_max.size + np.arange(c.contract_arc.size)
    at_most = _matrix(
        [
            (group_row, supply[grouped], 1.0),
            (np.repeat(contract_row[:, None], t, axis=1), flow[c.contract_arc], -1.0),
            (contract_row, lacking, -1.0),
        ],
        (c.group_max.size + contract_row.size, n),
        csr_array,
    )
    limits = np.concatenate([c.group_max, -c.contract_min])

    low, high = np.zeros(n), np.full(n, np.inf)
    high[flow], high[supply] = c.arc_max, c.supply_max
    high[unserved] = np.tile(c.demand / c.steps, (c.steps, 1))
    high[put_in], high[taken] = c.store_in[:, None], c.store_out[:, None]
    high[level] = c.store_max[:, None]
    if c.keep_level and c.store_node.size:
        low[level[:, -1]] = np.clip(np.minimum(c.store_start, c.store_max), 0, None)
    price = np.zeros(n)
    # Flows of equal cost are told apart by the order of arcs, far below any cost that matters.
    rank = 1e-9 * np.arange(c.arc_from.size, dtype=np.float64)
    price[flow], price[supply] = (c.arc_cost + rank)[:, None], c.supply_cost[:, None]
    dearer = 1 + STEP * np.repeat(np.arange(c.steps), n_demands)
    price[unserved] = (np.tile(c.penalty, c.steps) * dearer)[:, None]
    price[lacking] = c.contract_penalty
    return Programme(
        price, equal, right, at_most, limits, low, high, rank, flow, supply, unserved, put_in, taken, level, lacking
    )  # fmt: skip


def solve_balance(case: GasCase) -> Balance:
    """Solve a case.

    Raises
    ------
    InputError
        If no month can be as the case wants it: limits below nothing, or a storage that holds more than it may and cannot give it
        away; every such limit is named with its month.
    NotConverged
        If the solver finds no optimum for another reason; with demand and contracts that may go unmet there always is one.
    """
    from scipy.optimize import linprog

    p = build_programme(case)
    refuse_crossed_limits(case, p)
    found = linprog(
        p.price,
        A_ub=p.at_most if p.at_most.shape[0] else None,
        b_ub=p.limits if p.at_most.shape[0] else None,
        A_eq=p.equal,
        b_eq=p.right,
        bounds=np.column_stack([p.low, p.high]),
        method="highs",
    )
    if found.status == INFEASIBLE:
        refuse_conflicts(case, p)
    if found.status != 0:
        raise NotConverged(f"the balance has no optimum: {found.message}")
    x, t = found.x, case.n_months
    return Balance(
        x[p.flow],
        x[p.supply],
        x[p.unserved].reshape(case.steps, case.demand_node.size, t).sum(axis=0),
        x[p.put_in],
        x[p.taken],
        x[p.level],
        x[p.lacking],
        found.eqlin.marginals[: case.n_nodes * t].reshape(case.n_nodes, t),
        -found.upper.marginals[p.flow],
        -found.upper.marginals[p.supply],
        -found.upper.marginals[p.taken],
        float(found.fun - (p.rank[:, None] * x[p.flow]).sum()),
    )


def demand_prices(case: GasCase, balance: Balance) -> FloatArray:
    """Cost of a bcm more of each demand, shape (n_demands, n_months): that of its node, or its penalty where it would go unmet."""
    return np.minimum(balance.price[case.demand_node], case.penalty[:, None])


def _matrix(entries, shape, kind):  # type: ignore[no-untyped-def]
    """Join blocks of (rows, columns, value) into one sparse matrix."""
    rows = np.concatenate([np.asarray(r).ravel() for r, _, _ in entries])
    columns = np.concatenate([np.asarray(k).ravel() for _, k, _ in entries])
    values = np.concatenate(
        [
            np.broadcast_to(np.asarray(v, float).ravel() if np.ndim(v) else v, np.size(k))
            for _, k, v in entries
        ]
    )
    return kind((values, (rows, columns)), shape=shape)
