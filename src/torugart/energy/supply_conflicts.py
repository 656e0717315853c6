"""Why a case of supply has no solution: which limits, of what, in which month. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from torugart.errors import InputError

if TYPE_CHECKING:
    from torugart.energy.gas_supply import GasCase, Programme

LEAST = 1e-6  # below it a rest of the solver
# Gas that leaves a storage and has nowhere to go is told as that: it gives way before the storage does.
AT_NODE, IN_STORAGE = 1.0, 10.0


def label(case: GasCase, kind: str, place: int) -> str:
    """What a thing of a case is called in a message."""
    names = case.labels.get(kind, ())
    return names[place] if place < len(names) else str(place + 1)


def _unit(case: GasCase) -> str:
    """Unit of the amounts, as columns of a folder have it."""
    return case.labels.get("unit", ("bcm",))[0]


def _shown(case: GasCase) -> str:
    return {"mt": "Mt"}.get(_unit(case), _unit(case))


def _supplied(case: GasCase) -> str:
    return {"mt": "crude"}.get(_unit(case), "gas")


def refuse_crossed_limits(case: GasCase, programme: Programme) -> None:
    """Raise for every limit that is no number or below the least that must be.

    Raises
    ------
    InputError
        With kind, name, month and value of each.
    """
    p, faults = programme, []
    for kind, what, places, values in (
        ("arc", "line {}: capacity", p.flow, case.arc_max),
        ("supply", "field {}: output", p.supply, case.supply_max),
        ("demand", "demand {}: volume", p.unserved[: case.demand_node.size], case.demand),
        ("storage", "storage {}: most put in", p.put_in, None),
        ("storage", "storage {}: most taken out", p.taken, None),
        ("storage", "storage {}: working volume", p.level, None),
    ):
        wrong = ~(p.low[places] <= p.high[places])
        for k, m in zip(*np.nonzero(wrong), strict=True):
            value = (p.high[places] if values is None else values)[k, m]
            faults.append(
                f"  {what.format(label(case, kind, k))} of month {label(case, 'month', m)} is {value:g}; give 0 or more"
            )
    if faults:
        raise InputError(
            f"{_supplied(case)} cannot be supplied with limits below nothing:\n" + "\n".join(faults)
        )


def refuse_conflicts(case: GasCase, programme: Programme) -> None:
    """Solve a programme without a solution again with balances that may be missed, and raise with those that must be.

    Raises
    ------
    InputError
        With each storage or node, month and volume, and the limits it conflicts with. Returns when nothing need be missed.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    p, t = programme, case.n_months
    rows = p.equal.shape[0]
    one = csr_array(np.eye(rows))
    weight = np.where(np.arange(rows) < case.n_nodes * t, AT_NODE, IN_STORAGE)
    n = p.price.size
    some = p.at_most.shape[0] > 0
    found = linprog(
        np.concatenate([np.zeros(n), weight, weight]),
        A_ub=hstack([p.at_most, csr_array((p.at_most.shape[0], 2 * rows))], format="csr") if some else None,
        b_ub=p.limits if some else None,
        A_eq=hstack([p.equal, one, -one], format="csr"),
        b_eq=p.right,
        bounds=np.column_stack(
            [np.concatenate([p.low, np.zeros(2 * rows)]), np.append(p.high, [np.inf] * 2 * rows)]
        ),
        method="highs",
    )
    if found.status != 0:
        return
    lacks, left = found.x[n : n + rows].reshape(-1, t), found.x[n + rows :].reshape(-1, t)
    faults = []
    for k, m in zip(*np.nonzero((left > LEAST) | (lacks > LEAST)), strict=True):
        # A node has what is left over beyond its demand; the row of a storage falls short of what was in it before.
        over = float(left[k, m] - lacks[k, m])
        if k < case.n_nodes:
            faults.append(_at_node(case, k, m, over))
        else:
            faults.append(_in_storage(case, k - case.n_nodes, m, -over))
    if faults:
        raise InputError(f"{_supplied(case)} cannot be supplied so; in conflict are:\n" + "\n".join(faults))


def _at_node(case: GasCase, node: int, month: int, amount: float) -> str:
    stores = [label(case, "storage", int(j)) for j in np.flatnonzero(case.store_node == node)]
    unit, shown = _unit(case), _shown(case)
    where = f"  month {label(case, 'month', month)}, node {label(case, 'node', node)}"
    if amount < 0:
        return f"{where}: {-amount:.3g} {shown} must come in and cannot"
    return (
        f"{where}: {amount:.3g} {shown} that must leave storage {', '.join(stores) or 'elsewhere'} have nowhere to go: demand and"
        f" lines there take no more; lower start_{unit}, or raise working_{unit}"
    )


def _in_storage(case: GasCase, store: int, month: int, amount: float) -> str:
    unit, shown = _unit(case), _shown(case)
    where = f"  month {label(case, 'month', month)}, storage {label(case, 'storage', store)}"
    held, most = float(case.store_start[store]), float(case.store_max[store])
    if amount < 0:
        return (
            f"{where}: starts with {held:g} {shown} (start_{unit}), must hold 0 or more and takes in at most"
            f" {case.store_in[store]:g} a month (in_{unit}_per_month): {-amount:.3g} {shown} lack"
        )
    return (
        f"{where}: starts with {held:g} {shown} (start_{unit}), holds at most {most:g} (working_{unit}) and gives at most"
        f" {case.store_out[store]:g} a month (out_{unit}_per_month): {amount:.3g} {shown} too much"
    )
