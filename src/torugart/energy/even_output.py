"""A solved case whose output is spread over months as evenly as costs nothing. Method: docs/methods/gas_backcast.md."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from torugart.energy.gas_supply import Balance, GasCase, solve_balance

OUTPUT_STEPS = 40  # in which a supply's output of a month is taken
CUTS = 4  # times as fine as in the case is each demand cut
# How much the last step costs more than the first: far below any cost that matters, far above what the solver passes over.
DEARER = 1e-3


def solve_evenly(case: GasCase, steps: int = OUTPUT_STEPS) -> Balance:
    """Solve a case; of all courses of the year that cost the same take the one in which every supply is used evenly.

    Each supply is cut into steps, each a little dearer than the one before, so that of courses of equal cost the one with the least
    sum of a convex function of each month's output is taken, to within a step. Where the case cuts demand in steps, they are finer.

    Parameters
    ----------
    case : GasCase
    steps : int
        Of each supply.

    Returns
    -------
    Balance
        Of the case as given; ``cost`` without what the steps of supplies add. Where demand is cut in one step it is at most
        ``DEARER`` times the output above the least.
    """
    n = case.supply_node.size
    extra = np.repeat(DEARER * np.arange(steps) / steps, n)
    found = solve_balance(
        replace(
            case,
            supply_node=np.tile(case.supply_node, steps),
            supply_group=np.tile(case.supply_group, steps),
            supply_max=np.tile(case.supply_max / steps, (steps, 1)),
            supply_cost=np.tile(case.supply_cost, steps) + extra,
            steps=case.steps * CUTS if case.steps > 1 else 1,
            labels={**case.labels, "supply": case.labels.get("supply", ()) * steps},
        )
    )
    return replace(
        found,
        supply=found.supply.reshape(steps, n, case.n_months).sum(axis=0),
        supply_value=found.supply_value.reshape(steps, n, case.n_months)[-1],
        cost=found.cost - float((extra[:, None] * found.supply).sum()),
    )
