"""Queues at gates without and with a project: loads, waits, what exceeds capacity, and the benefit with queues counted."""

from __future__ import annotations

from calendar import month_abbr
from dataclasses import dataclass, field, replace
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
BoolArray = NDArray[np.bool_]
METHOD = "docs/methods/capacity.md"
WORTH_TELLING_H = 0.5  # between two seasons
SIDES = ("today", "base", "with")


@dataclass(slots=True)
class QueueWatcher:
    """Watches the classes of an appraisal go by and keeps who chooses among what in each season, at central values.

    Attributes
    ----------
    classes : list of mapping of side to list of Choosers
        One mapping a season of ``case.seasons``, the open one first.
    differs : list of bool
        Whether a way of any class is shut in that season.
    """

    case: Case
    limits: Limits
    classes: list[dict[str, list[Choosers]]] = field(init=False)
    differs: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        """Start from nothing."""
        self.classes = [{side: [] for side in SIDES} for _ in self.case.seasons]
        self.differs = [False for _ in self.case.seasons]

    def watch(self, cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        """Add one class with its boxes a year, shape (n_pairs, n_draws + 1)."""
        states = (self.case.today, self.case.base, self.case.with_)
        theta = float(self.case.draws.values["choice_theta"][0])
        network = self.case.base.network
        season_of = network.tables["links"]["season_id"]
        in_open = choosers(cw, states, feu[:, 0], theta, self.limits)
        for k, (closed, _) in enumerate(self.case.seasons):
            shut = cw.ways.any_on(network.arcs_of_links(season_of.isin(closed).to_numpy(bool)))
            found = without_ways(in_open, shut, theta) if shut.any() else in_open
            self.differs[k] |= bool(shut.any())
            for side, chooser in zip(SIDES, found, strict=True):
                self.classes[k][side].append(chooser)


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
    tables = states[0].network.tables
    t_per_feu = float(tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
    vot = class_vot_usd_per_h(tables)[cw.class_id]
    gate_first, gate = limits.on_ways(cw.ways)
    totals: dict[int, FloatArray] = {}
    costs = []
    for state in states:
        network = state.network
        if id(network) not in totals:
            totals[id(network)] = cw.ways.total(network.usd) + vot * cw.ways.total(network.hours)
        is_shut = ~np.isfinite(network.generalised_cost(vot, state.open_link))
        costs.append(np.where(cw.ways.any_on(is_shut) | ~cw.in_choice, np.inf, totals[id(network)]))
    boxes = feu / DAYS_A_YEAR
    open_ = [
        Choosers(
            cw.first, cost, cw.size, np.ones(boxes.size), t_per_feu * boxes, boxes, vot, gate_first, gate
        )
        for cost in costs
    ]
    return _scaled(open_, theta)


def without_ways(found: list[Choosers], shut: BoolArray, theta: float) -> list[Choosers]:
    """The same choosers where some ways, shape (n_ways,), are closed in all states, as over a pass in winter."""
    return _scaled([replace(c, cost_usd=np.where(shut, np.inf, c.cost_usd)) for c in found], theta)


def _scaled(found: list[Choosers], theta: float) -> list[Choosers]:
    """Give choosers the scale of choice of the least cost in the last state but one; pairs without a way there send nothing."""
    like = found[-2] if len(found) > 1 else found[0]
    n_ways = np.diff(like.first)
    least = np.full(n_ways.size, np.inf)
    np.minimum.at(least, np.repeat(np.arange(n_ways.size), n_ways), like.cost_usd)
    served = np.isfinite(least)
    scale = theta / np.where(served, least, 1.0)
    return [
        replace(c, scale=scale, t_per_day=c.t_per_day * served, boxes_per_day=c.boxes_per_day * served)
        for c in found
    ]


@dataclass(frozen=True, slots=True)
class Season:
    """Both equilibria of the months in which the same passes are shut.

    Attributes
    ----------
    closed : frozenset of str
        Season ids of what is shut.
    share : float
        Part of the year.
    base, with_ : Equilibrium
    benefit_usd : float
        Users' benefit of a whole year like this.
    """

    closed: frozenset[str]
    share: float
    base: Equilibrium
    with_: Equilibrium
    benefit_usd: float


@dataclass(frozen=True, slots=True)
class Queues:
    """The equilibria of an appraisal.

    Attributes
    ----------
    limits : Limits
    today_t_per_day, beside_t_per_day : ndarray, shape (n_limits,)
        Load of the model today, mean of the year; traffic the model does not carry.
    seasons : list of Season
        Those that differ; their shares sum to 1.
    """

    limits: Limits
    today_t_per_day: FloatArray
    beside_t_per_day: FloatArray
    seasons: list[Season]

    @property
    def benefit_usd(self) -> float:
        """Users' benefit a year between both equilibria."""
        return sum(s.share * s.benefit_usd for s in self.seasons)

    @property
    def gap(self) -> float:
        """The widest gap of all equilibria."""
        return max(max(s.base.gap, s.with_.gap) for s in self.seasons)


@dataclass(frozen=True, slots=True)
class GateWaits:
    """Hours at limits beyond those observed today, for loads of the model.

    Over some ``days`` a line grows of what comes above capacity and above ``usual_t_per_day``.
    """

    limits: Limits
    beside_t_per_day: FloatArray
    today_h: FloatArray
    variability: float
    days: float = 0.0
    usual_t_per_day: FloatArray | float = 0.0

    def __call__(self, load_t_per_day: FloatArray) -> FloatArray:
        """Hours added, at least what leaves a tenth of the observed hours, shape (n_limits,)."""
        hours = mean_wait_h(
            load_t_per_day + self.beside_t_per_day,
            self.limits.capacity_t_per_day,
            self.limits.batch_t,
            self.variability,
            self.days,
            self.usual_t_per_day + self.beside_t_per_day,
        )
        return np.maximum(hours - self.today_h, -(1 - LEAST_OF_DWELL) * self.limits.dwell_h)


def gate_waits(limits: Limits, today: FloatArray, variability: float) -> GateWaits:
    """Waits whose zero is today's load: what is on record beyond it stands beside."""
    beside = np.maximum(np.nan_to_num(limits.table["observed_t_per_day"].to_numpy(float)) - today, 0.0)
    hours = mean_wait_h(today + beside, limits.capacity_t_per_day, limits.batch_t, variability)
    return GateWaits(limits, beside, hours, variability)


def loads_today(classes: list[Choosers], n: int) -> FloatArray:
    """Tonnes a day of the model at limits without added waits."""
    return np.sum([np.zeros(n), *(c.choose(np.zeros(n), n)[2] for c in classes)], axis=0)


def solve_queues(watcher: QueueWatcher, variability: float) -> Queues:
    """Find the equilibria without and with, once for each set of shut passes that shuts a way."""
    limits = watcher.limits
    share = [part for _, part in watcher.case.seasons]
    # Months that shut no way are like the open ones.
    for k in range(1, len(share)):
        if not watcher.differs[k]:
            share[0], share[k] = share[0] + share[k], 0.0
    in_use = [k for k, part in enumerate(share) if part > 0]
    today = np.sum([share[k] * loads_today(watcher.classes[k]["today"], limits.n) for k in in_use], axis=0)
    waits = gate_waits(limits, today, variability)
    seasons = []
    start = None
    for k in in_use:
        before = watcher.classes[k]["base"]
        base = solve_equilibrium(before, waits, limits.n, start=start)
        start = base.load_t_per_day
        with_ = solve_equilibrium(watcher.classes[k]["with"], waits, limits.n, start=start)
        benefit = 0.0
        for c, low, high in zip(before, base.logsum, with_.logsum, strict=True):
            both = np.isfinite(low) & np.isfinite(high)
            benefit += DAYS_A_YEAR * float(c.boxes_per_day[both] @ (low - high)[both])
        seasons.append(Season(watcher.case.seasons[k][0], share[k], base, with_, benefit))
    return Queues(limits, today, waits.beside_t_per_day, seasons)


def queue_table(queues: Queues) -> pd.DataFrame:
    """A row for each limit that carries something: loads in Mt a year, share of capacity, hours added, what exceeds it.

    Hours are those of a tonne of the year; those of each season stand in ``season_table``.
    """
    limits, beside = queues.limits, queues.beside_t_per_day
    mt = DAYS_A_YEAR / 1e6
    capacity = limits.capacity_t_per_day
    out = limits.table[["limit_id", "element_id", "name", "mode", "direction"]].copy()
    out["capacity_mt"] = mt * capacity
    out["beside_mt"] = mt * beside
    out["today_mt"] = mt * queues.today_t_per_day
    share = np.array([s.share for s in queues.seasons])
    for side, found in (
        ("without", [s.base for s in queues.seasons]),
        ("with", [s.with_ for s in queues.seasons]),
    ):
        loads = np.array([f.load_t_per_day for f in found])
        mean = share @ loads
        tonnes = share[:, None] * loads
        # A gate that nobody passes has the hours of the months, not of its tonnes.
        weight = np.where(mean > 0, tonnes / np.where(mean > 0, mean, 1.0), share[:, None])
        out[f"mt_{side}"] = mt * mean
        out[f"full_{side}"] = (mean + beside) / capacity
        out[f"hours_{side}"] = (weight * np.array([f.hours for f in found])).sum(axis=0)
        out[f"excess_mt_{side}"] = mt * (share @ np.maximum(loads + beside - capacity, 0))
    carried = (out[["today_mt", "mt_without", "mt_with"]] > 0).any(axis=1)
    return out[carried].sort_values(["full_with", "limit_id"], ascending=[False, True]).reset_index(drop=True)


def season_table(queues: Queues, seasons: pd.DataFrame) -> pd.DataFrame:
    """A row for each limit and set of shut passes: months, Mt in these months, hours added without and with.

    ``varies`` marks limits whose hours differ by ``WORTH_TELLING_H`` between two sets.
    """
    columns = ["limit_id", "name", "shut", "months", "mt_without", "mt_with", "hours_without", "hours_with"]
    if len(queues.seasons) < 2:
        return pd.DataFrame(columns=[*columns, "varies"])
    shut_in = {
        s.season_id: {int(m) for m in str(s.months_closed).split(";")}
        for s in seasons.itertuples(index=False)
    }
    told_apart = [s.closed for s in queues.seasons]
    months: dict[frozenset[str], set[int]] = {closed: set() for closed in told_apart}
    for month in range(1, 13):
        now = frozenset(i for i, shut in shut_in.items() if month in shut)
        # Months that shut no way were counted with the open ones.
        months[now if now in months else frozenset()].add(month)
    rows = []
    for s in queues.seasons:
        mt = DAYS_A_YEAR * s.share / 1e6
        for k, limit in enumerate(queues.limits.table.itertuples(index=False)):
            loads = [mt * found.load_t_per_day[k] for found in (s.base, s.with_)]
            hours = [found.hours[k] for found in (s.base, s.with_)]
            if any(loads):
                when, shut = months_in_words(months[s.closed]), ";".join(sorted(s.closed))
                rows.append((limit.limit_id, limit.name, shut, when, *loads, *hours))
    table = pd.DataFrame(rows, columns=columns).sort_values(["limit_id", "shut"], ignore_index=True)
    spread = table.groupby("limit_id")[["hours_without", "hours_with"]].transform(np.ptp).max(axis=1)
    return table.assign(varies=spread >= WORTH_TELLING_H)


def months_in_words(months: set[int]) -> str:
    """Write months of the year as spans, over the turn of the year where they go on.

    Examples
    --------
    >>> months_in_words({11, 12, 1, 2, 5})
    'May, Nov-Feb'
    """
    if len(months) == 12:
        return "all year"
    spans = []
    for first in sorted(m for m in months if (m - 2) % 12 + 1 not in months):
        last = first
        while last % 12 + 1 in months:
            last = last % 12 + 1
        ends = (month_abbr[first], month_abbr[last])
        spans.append(ends[0] if first == last else "-".join(ends))
    return ", ".join(spans)


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
        note=f"central values; gap at most {queues.gap:.1e} of all loads; {len(queues.seasons)} sets of shut passes",
    )
