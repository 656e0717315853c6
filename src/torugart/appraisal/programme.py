"""Many projects against one do-minimum: what each brings its users, and what its account comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.discounting import present_value, rate_of_return
from torugart.appraisal.account_tables import break_even_capital
from torugart.appraisal.benefits import Benefits, pairs_by_class, total_benefit, users_benefits
from torugart.appraisal.flows import FlowRecorder
from torugart.appraisal.project import Question, Sides, build_sides, interval
from torugart.appraisal.worth import (
    MATRIX_RATE,
    account_of,
    elasticity_draws,
    missing_parameters,
    rail_relative,
)
from torugart.demand.freight import build_demand
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.emission_draws import EmissionDraws, draw_emissions
from torugart.evaluate.sides import Draws, Network, draw_quantities

Row = dict[str, float]
NO_ACCOUNT: Row = dict.fromkeys(
    ("cost_musd", "npv_6", "npv_6_lo", "npv_6_hi", "eirr", "most_capital_6"), np.nan
)


@dataclass(frozen=True, slots=True)
class ProjectSides:
    """What the account of one project is made of."""

    question: Question
    sides: Sides
    draws: Draws
    benefits: Benefits
    flows: FlowRecorder


@dataclass(slots=True)
class Programme:
    """What all projects of one run share: the demand, the draws, and the ways that were searched already."""

    network: Network
    question: Question
    demand: pd.DataFrame = field(init=False)
    by_class: Mapping[str, pd.DataFrame] = field(init=False)
    draws: Draws = field(init=False)
    elasticity: NDArray[np.float64] = field(init=False)
    emissions: EmissionDraws = field(init=False)
    known: Searched = field(default_factory=Searched)

    def __post_init__(self) -> None:
        """Build what is shared."""
        q, tables = self.question, self.network.tables
        self.demand = build_demand(tables, q.trade_base)
        self.by_class = pairs_by_class(self.demand)
        self.draws = draw_quantities(self.network, [], q.draws, q.seed)
        self.elasticity = elasticity_draws(tables, q.seed, q.draws)
        self.emissions = draw_emissions(tables["parameters"], q.seed, q.draws)


def appraise_together(programme: Programme, question: Question, project_ids: frozenset[str]) -> Row:
    """Users' benefit of some projects together, million USD a year with its interval; no account."""
    sides = build_sides(programme.network, project_ids, question)
    case = sides.case(programme.draws, question.year)
    total = total_benefit(programme.by_class, case, question.settings, programme.known)
    return _benefit(total) | NO_ACCOUNT


def appraise_worth(programme: Programme, question: Question, project_ids: frozenset[str]) -> Row:
    """Users' benefit of a project and its account: present value at 6 % with interval, rate of return, the cost that it bears."""
    tables = programme.network.tables
    if missing_parameters(tables):
        return appraise_together(programme, question, project_ids)
    sides = build_sides(programme.network, project_ids, question)
    case = sides.case(programme.draws, question.year)
    flows = FlowRecorder(
        case, programme.demand, programme.elasticity, rail_relative(tables), programme.emissions
    )
    benefits = users_benefits(
        programme.demand,
        case,
        question.settings,
        affected_only=True,
        known=programme.known,
        watch=flows.watch,
    )
    worth = account_of(ProjectSides(question, sides, programme.draws, benefits, flows))
    row = _benefit(benefits.total) | NO_ACCOUNT | {"most_capital_6": break_even_capital(worth)}
    if worth.has_cost:
        npv = present_value(worth.streams.net, MATRIX_RATE)
        lo, hi = interval(npv[1:])
        row |= {"cost_musd": float(worth.inputs.capital_musd[0]), "npv_6": float(npv[0])}
        row |= {"npv_6_lo": lo, "npv_6_hi": hi, "eirr": rate_of_return(worth.streams.net[0]).rate}
    return row


def _benefit(total: NDArray[np.float64]) -> Row:
    lo, hi = interval(total[1:])
    return {"musd": total[0] / 1e6, "lo": lo / 1e6, "hi": hi / 1e6}
