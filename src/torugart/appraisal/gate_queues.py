"""Queues at gates without and with a project: loads, waits, what exceeds capacity, and the benefit with queues counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.assignment.equilibrium import Choosers, Equilibrium, solve_equilibrium
from torugart.assignment.queues import mean_wait_h
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.comparison import Case, Outcome
from torugart.evaluate.limits import DAYS_A_YEAR, LEAST_OF_DWELL, Limits
from torugart.evaluate.sides import State, class_vot_usd_per_h

if TYPE_CHECKING:
    from torugart.appraisal.figures import FigureList

FloatArray = NDArray[np.float64]
METHOD = "docs/methods/capacity.md"
SIDES = ("today", "base", "with")


@dataclass(slots=True)
class QueueWatcher:
    """Watches the classes of an appraisal go by and keeps who chooses among what, at central values."""

    case: Case
    limits: Limits
    classes: dict[str, list[Choosers]] = field(default_factory=lambda: {side: [] for side in SIDES})

    def watch(self, cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        """Add one class with its boxes a year, shape (n_pairs, n_draws + 1)."""
        states = (self.case.today, self.case.base, self.case.with_)
        theta = float(self.case.draws.values["choice_theta"][0])
        for side, chooser in zip(SIDES, choosers(cw, states, feu[:, 0], theta, self.limits), strict=True):
            self.classes[side].append(chooser)


def choosers(
    cw: ClassWays, states: tuple[State, ...], feu: FloatArray, theta: float, limits: Limits
) -> list[Choosers]:
    """Who chooses among what in each of some states; the last but one gives the scale of choice its least cost.

    Parameters
    ----------
    cw : ClassWays
        The union of ways.
    states : tuple of State
    feu : ndarray, shape (n_pairs,)
        Boxes a year.
    theta : float
    limits : Limits
    """
    network = states[-2].network if len(states) > 1 else states[0].network
    t_per_feu = float(network.tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
    vot = class_vot_usd_per_h(network.tables)[cw.class_id]
    gate_first, gate = limits.on_ways(cw.ways)
    costs = []
    for state in states:
        total = cw.ways.total(state.network.usd) + vot * cw.ways.total(state.network.hours)
        is_shut = ~np.isfinite(state.network.generalised_cost(vot, state.open_link))
        costs.append(np.where(cw.ways.any_on(is_shut) | ~cw.in_choice, np.inf, total))
    least = np.full(len(cw.pairs), np.inf)
    np.minimum.at(least, cw.ways.pair, costs[-2] if len(costs) > 1 else costs[0])
    served = np.isfinite(least)
    scale = theta / np.where(served, least, 1.0)
    boxes = np.where(served, feu, 0.0) / DAYS_A_YEAR
    return [
        Choosers(cw.first, cost, cw.size, scale, t_per_feu * boxes, boxes, vot, gate_first, gate)
        for cost in costs
    ]


@dataclass(frozen=True, slots=True)
class Queues:
    """The equilibria of an appraisal.

    Attributes
    ----------
    limits : Limits
    today_t_per_day, beside_t_per_day : ndarray, shape (n_limits,)
        Load of the model today; traffic the model does not carry.
    base, with_ : Equilibrium
    benefit_usd : float
        Users' benefit a year between the two.
    """

    limits: Limits
    today_t_per_day: FloatArray
    beside_t_per_day: FloatArray
    base: Equilibrium
    with_: Equilibrium
    benefit_usd: float


@dataclass(frozen=True, slots=True)
class GateWaits:
    """Hours at limits beyond those observed today, for loads of the model."""

    limits: Limits
    beside_t_per_day: FloatArray
    today_h: FloatArray
    variability: float
    days: float = 0.0

    def __call__(self, load_t_per_day: FloatArray) -> FloatArray:
        """Hours added, at least what leaves a tenth of the observed hours, shape (n_limits,)."""
        hours = mean_wait_h(
            load_t_per_day + self.beside_t_per_day,
            self.limits.capacity_t_per_day,
            self.limits.batch_t,
            self.variability,
            self.days,
        )
        return np.maximum(hours - self.today_h, -(1 - LEAST_OF_DWELL) * self.limits.dwell_h)


def gate_waits(limits: Limits, today: FloatArray, variability: float, days: float = 0.0) -> GateWaits:
    """Waits whose zero is today's load: what is on record beyond it stands beside."""
    beside = np.maximum(np.nan_to_num(limits.table["observed_t_per_day"].to_numpy(float)) - today, 0.0)
    hours = mean_wait_h(today + beside, limits.capacity_t_per_day, limits.batch_t, variability)
    return GateWaits(limits, beside, hours, variability, days)


def loads_today(classes: list[Choosers], n: int) -> FloatArray:
    """Tonnes a day of the model at limits without added waits."""
    return np.sum([np.zeros(n), *(c.choose(np.zeros(n), n)[2] for c in classes)], axis=0)


def solve_queues(watcher: QueueWatcher, variability: float) -> Queues:
    """Find both equilibria, without and with."""
    limits = watcher.limits
    today = loads_today(watcher.classes["today"], limits.n)
    waits = gate_waits(limits, today, variability)
    base = solve_equilibrium(watcher.classes["base"], waits, limits.n)
    with_ = solve_equilibrium(watcher.classes["with"], waits, limits.n, start=base.load_t_per_day)
    benefit = 0.0
    for c, before, after in zip(watcher.classes["base"], base.logsum, with_.logsum, strict=True):
        both = np.isfinite(before) & np.isfinite(after)
        benefit += DAYS_A_YEAR * float(c.boxes_per_day[both] @ (before - after)[both])
    return Queues(limits, today, waits.beside_t_per_day, base, with_, benefit)


def queue_table(queues: Queues) -> pd.DataFrame:
    """A row for each limit that carries something: loads in Mt a year, share of capacity, hours added, what exceeds it."""
    limits, beside = queues.limits, queues.beside_t_per_day
    mt = DAYS_A_YEAR / 1e6
    capacity = limits.capacity_t_per_day
    out = limits.table[["limit_id", "name", "mode", "direction"]].copy()
    out["capacity_mt"] = mt * capacity
    out["beside_mt"] = mt * beside
    out["today_mt"] = mt * queues.today_t_per_day
    for side, found in (("without", queues.base), ("with", queues.with_)):
        whole = found.load_t_per_day + beside
        out[f"mt_{side}"] = mt * found.load_t_per_day
        out[f"full_{side}"] = whole / capacity
        out[f"hours_{side}"] = found.hours
        out[f"excess_mt_{side}"] = mt * np.maximum(whole - capacity, 0)
    carried = (out[["today_mt", "mt_without", "mt_with"]] > 0).any(axis=1)
    return out[carried].sort_values(["full_with", "limit_id"], ascending=[False, True]).reset_index(drop=True)


def add_queue_figures(queues: Queues, table: pd.DataFrame, figures: FigureList) -> None:
    """Add the benefit with queues counted and the state of each limit, so that ``why`` explains them."""
    limits = queues.limits.table.set_index("limit_id")
    shared = ["param:queue_variability", "param:train_net_t", "param:truck_net_t", "param:choice_theta"]
    for r in table.itertuples(index=False):
        refs = [str(limits.at[r.limit_id, "ref"]), *shared]
        for side in ("without", "with"):
            figures.add(
                f"queue.{r.limit_id}.hours_{side}",
                f"hours added at {r.name}, {side} the project",
                getattr(r, f"hours_{side}"),
                "h",
                "queues",
                f"wait at the equilibrium's load less wait at today's ({METHOD})",
                refs,
                note=f"{100 * getattr(r, f'full_{side}'):.0f} % of capacity",
            )
    figures.add(
        "benefit.with_queues",
        "users' benefit a year with queues at gates counted",
        queues.benefit_usd / 1e6,
        "million USD/year",
        "queues",
        f"sum of boxes x fall of the logsum between two stochastic user equilibria ({METHOD})",
        ["figure:benefit.total", *(f"figure:queue.{i}.hours_with" for i in table["limit_id"])],
        note=f"central values; gaps {queues.base.gap:.1e} and {queues.with_.gap:.1e} of all loads",
    )
