"""A month without one element: who is short, and what binds. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from torugart.energy.gas_supply import Balance, GasCase, solve_balance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Element:
    """What may be lost at once.

    Attributes
    ----------
    name : str
    arcs, supplies, stores : tuple of int
        Rows of the case that go with it.
    """

    name: str
    arcs: tuple[int, ...] = ()
    supplies: tuple[int, ...] = ()
    stores: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outage:
    """One month without one element.

    Attributes
    ----------
    element : Element
    month : int
        From 0.
    short : ndarray, shape (n_demands,)
        Rise of the demand not met, bcm.
    cost : float
        Rise of the cost, penalties in.
    balance : Balance
        The month without the element.
    """

    element: Element
    month: int
    short: FloatArray
    cost: float
    balance: Balance


def month_case(case: GasCase, usual: Balance, month: int) -> GasCase:
    """One month alone: storages at the level that the usual course leaves them, no contracts, no limits over the year."""
    one = slice(month, month + 1)
    level = usual.level[:, month - 1] if month else case.store_start
    none = np.zeros(0)
    return replace(
        case,
        arc_max=case.arc_max[:, one],
        supply_max=case.supply_max[:, one],
        supply_group=np.full(case.supply_group.size, -1),
        group_max=none,
        demand=case.demand[:, one],
        store_start=level,
        contract_arc=np.zeros(0, np.int64),
        contract_min=none,
        contract_penalty=none,
        keep_level=False,
        labels={**case.labels, "month": case.labels["month"][one]} if "month" in case.labels else case.labels,
    )


def without(case: GasCase, element: Element) -> GasCase:
    """The same case with nothing through, from or out of an element."""
    arc_max, supply_max = case.arc_max.copy(), case.supply_max.copy()
    store_in, store_out = case.store_in.copy(), case.store_out.copy()
    arc_max[list(element.arcs)] = 0.0
    supply_max[list(element.supplies)] = 0.0
    store_in[list(element.stores)] = 0.0
    store_out[list(element.stores)] = 0.0
    return replace(case, arc_max=arc_max, supply_max=supply_max, store_in=store_in, store_out=store_out)


def lose_each(
    case: GasCase, usual: Balance, elements: Sequence[Element], months: Sequence[int] | None = None
) -> list[Outage]:
    """Lose each element in each month; elements in order, months within."""
    found: dict[tuple[int, int], Outage] = {}
    for month in range(case.n_months) if months is None else months:
        alone = month_case(case, usual, month)
        base = solve_balance(alone)
        for k, element in enumerate(elements):
            if _idle(base, element):
                # What carries nothing is missed by nobody: the optimum without it is the same.
                short, cost, lost = np.zeros(case.demand_node.size), 0.0, base
            else:
                lost = solve_balance(without(alone, element))
                short = (lost.unserved - base.unserved)[:, 0]
                cost = lost.cost - base.cost
            found[k, month] = Outage(element, month, short, cost, lost)
    return [found[key] for key in sorted(found)]


def _idle(base: Balance, element: Element) -> bool:
    used = [base.flow[list(element.arcs)], base.supply[list(element.supplies)]]
    used += [base.taken_out[list(element.stores)], base.put_in[list(element.stores)]]
    return not any(part.any() for part in used)
