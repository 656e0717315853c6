"""What the trade model is asked, run on the network where the question needs one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from torugart.appraisal.benefits import Benefits, Say, say_nothing, users_benefits
from torugart.appraisal.project import Question, sides_asked
from torugart.appraisal.trade_changes import TradeWatcher
from torugart.demand.freight import build_demand
from torugart.errors import InputError
from torugart.evaluate.sides import Draws, Network, draw_quantities
from torugart.network.ways import WaySettings
from torugart.scenario.cost_edits import ALL, CostEdit
from torugart.scenario.edits import Scenario
from torugart.trade.baseline import Baseline

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NetworkRun:
    """What the network says of trade costs, and of users, in every draw."""

    watcher: TradeWatcher
    benefits: Benefits
    draws: Draws


def factor_matrix(edits: Sequence[CostEdit], kind: str, countries: Sequence[str]) -> FloatArray:
    """New over old of one kind of cost, exporter by importer; trade at home keeps its cost, edits of a pair multiply."""
    n = len(countries)
    out = np.ones((n, n))
    for edit in edits:
        if edit.kind != kind:
            continue
        rows, columns = (
            np.array([name in (ALL, country) for country in countries])
            for name in (edit.exporter, edit.importer)
        )
        out[np.ix_(rows, columns)] *= edit.factor
    out[np.diag_indices(n)] = 1.0
    return out


def run_network(
    network: Network,
    base: Baseline,
    question: Question,
    scenario: Scenario | None,
    edits: Sequence[CostEdit],
    screen: bool,
    say: Say = say_nothing,
) -> NetworkRun:
    """Find ways and choice for all demand, and watch what they do to trade costs.

    Raises
    ------
    InputError
        If freight or time is to change between countries that do not trade over the network; names them all.
    """
    sides, *_ = sides_asked(network, question, scenario)
    slipping = [p for p in sides.state.under_way if p in sides.base.projects]
    draws = draw_quantities(network, slipping, question.draws, question.seed)
    case = sides.case(draws, question.year, question.project, sides.state.under_way)
    demand = build_demand(network.tables, question.trade_base)
    stated = [kind for kind in ("freight", "time") if any(e.kind == kind for e in edits)]
    factors = {kind: factor_matrix(edits, kind, base.countries) for kind in stated}
    watcher = TradeWatcher(case, base, demand, factors.get("freight"), factors.get("time"), screen)
    _refuse_off_network(watcher, edits)
    benefits = users_benefits(
        demand,
        case,
        WaySettings(),
        affected_only=not (screen or stated),
        say=say,
        watch=watcher.watch,
    )
    return NetworkRun(watcher, benefits, draws)


def _refuse_off_network(watcher: TradeWatcher, edits: Sequence[CostEdit]) -> None:
    at = {c: k for k, c in enumerate(watcher.base.countries)}
    faults = [
        f"{e.words}: no trade from {e.exporter} to {e.importer} goes over the network, so it has no {e.kind} to change; "
        "give tau instead"
        for e in edits
        if e.kind != "tau"
        and ALL not in (e.exporter, e.importer)
        and not watcher.on_network[at[e.exporter], at[e.importer]]
    ]
    if faults:
        raise InputError("\n".join(faults))
