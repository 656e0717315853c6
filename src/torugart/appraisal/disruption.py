"""A gate or line closed for some days: who waits, who goes round, what it costs whom. Method: docs/methods/break.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.benefits import Say, pairs_by_class, say_nothing
from torugart.appraisal.gate_queues import GateWaits, choosers, gate_waits, loads_today
from torugart.assignment.equilibrium import Choosers, Equilibrium, solve_equilibrium
from torugart.assignment.queues import clearing
from torugart.evaluate.class_ways import ClassWays, Searched, find_class_ways
from torugart.evaluate.limits import Limits, build_limits
from torugart.evaluate.sides import Network, State
from torugart.network.ways import WaySettings

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Closure:
    """What is closed, and for how long.

    Attributes
    ----------
    name : str
    arcs : ndarray of bool, shape (n_arcs,)
        Arcs that are shut.
    links : ndarray of bool, shape (n_links,)
        Links they belong to.
    days : float
    """

    name: str
    arcs: BoolArray
    links: BoolArray
    days: float


@dataclass(frozen=True, slots=True)
class Usual:
    """A network in its usual days: ways that avoid the closed place included, and who chooses among them.

    ``today_t_per_day`` are the loads by limit to which the hours observed today belong.
    """

    state: State
    limits: Limits
    ways: Sequence[ClassWays]
    choosers: Sequence[Choosers]
    waits: GateWaits
    found: Equilibrium
    today_t_per_day: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Disruption:
    """One closure on one network.

    Attributes
    ----------
    loss_usd : mapping of (exporter, importer, class) to float
        Users' loss in the days of the closure.
    box_days : mapping of class to float
    waiting_t : mapping of class to float
        Tonnes that wait for the reopening.
    diverted_t, beyond_t : float
        Tonnes that go round, and that stand in line at other full gates at the end.
    used_t : float
        Tonnes that would have passed in these days.
    wait_h : float
        Mean hours of those who wait.
    after_days, after_usd : float
        Days until the line has cleared after the reopening, and what it costs those who come meanwhile; NaN where not known.
    gates : DataFrame
        A row a crossing whose traffic changes: crossing_id, name, mode, t_per_day_before, t_per_day_in, hours_added.
    """

    loss_usd: Mapping[tuple[str, str, str], float]
    box_days: Mapping[str, float]
    waiting_t: Mapping[str, float]
    diverted_t: float
    beyond_t: float
    used_t: float
    wait_h: float
    after_days: float
    after_usd: float
    gates: pd.DataFrame

    @property
    def total_usd(self) -> float:
        """Users' loss in the days of the closure."""
        return float(sum(self.loss_usd.values()))


def usual_days(
    network: Network,
    state: State,
    projects: frozenset[str],
    demand: pd.DataFrame,
    closed_links: BoolArray,
    say: Say = say_nothing,
    known: Searched | None = None,
    today_t_per_day: Mapping[str, float] | None = None,
) -> Usual:
    """Search the ways of all pairs, with and without what is to be closed, and solve the usual equilibrium.

    Parameters
    ----------
    network : Network
        Central prices.
    state : State
        What is open in the usual days.
    projects : frozenset of str
        Projects whose own gates have their own capacity.
    demand : DataFrame
        As ``build_demand`` gives it.
    closed_links : ndarray of bool, shape (n_links,)
        Links to be closed: pairs that use them are searched once more without.
    say, known
        Progress; searches to be reused.
    today_t_per_day : mapping of limit to float, optional
        Loads to which the hours observed today belong, those without the project; by default the network is today's.
    """
    limits = build_limits(network, projects)
    known = known or Searched()
    theta = network.parameters["choice_theta"]
    by_class = pairs_by_class(demand)
    all_ways, all_choosers = [], []
    for k, (class_id, pairs) in enumerate(by_class.items()):
        say("searching the ways", k, len(by_class))
        cw = find_class_ways(class_id, pairs, state, state, state, WaySettings(), closed_links, known=known)
        all_ways.append(cw)
        all_choosers += choosers(cw, (state,), pairs["feu"].to_numpy(float), theta, limits)
    ids = limits.table["limit_id"]
    if today_t_per_day is None:
        today_t_per_day = dict(zip(ids, loads_today(all_choosers, limits.n), strict=True))
    # A gate that only the project opens carries nothing today.
    today = np.array([today_t_per_day.get(i, 0.0) for i in ids])
    waits = gate_waits(limits, today, network.parameters["queue_variability"])
    found = solve_equilibrium(all_choosers, waits, limits.n)
    return Usual(state, limits, all_ways, all_choosers, waits, found, today_t_per_day)


def disrupt(usual: Usual, closure: Closure, demand: pd.DataFrame) -> Disruption:
    """Close a place for some days: the equilibrium of these days against the usual one."""
    limits, network = usual.limits, usual.state.network
    shut_limits, part = _shut_limits(limits, closure)
    beside = usual.waits.beside_t_per_day
    ways_shut = [cw.ways.any_on(closure.arcs) for cw in usual.ways]
    used_t = {cw.class_id: 0.0 for cw in usual.ways}
    for cw, c, shut, share in zip(usual.ways, usual.choosers, ways_shut, usual.found.shares, strict=True):
        used_t[cw.class_id] += float(np.repeat(c.t_per_day, np.diff(c.first)) @ (share * shut))
    load = sum(used_t.values()) + float(beside[shut_limits] @ part)
    capacity = _left_to_the_line(usual, shut_limits, part, load)
    line_at = limits.n  # the line before the closed place stands as one more limit
    in_days = replace(usual.waits, days=closure.days, usual_t_per_day=usual.found.load_t_per_day)

    def hours_of(load: FloatArray) -> FloatArray:
        line = load[line_at] * closure.days / (2 * capacity)
        return np.append(in_days(load[: limits.n]), 24 * (closure.days / 2 + line))

    waiting = [
        _with_line(c, shut, shut_limits, line_at) for c, shut in zip(usual.choosers, ways_shut, strict=True)
    ]
    found = solve_equilibrium(
        waiting, hours_of, limits.n + 1, start=np.append(usual.found.load_t_per_day, 0.0)
    )
    loss, box_days = {}, {}
    for cw, before, after in zip(usual.ways, usual.found.logsum, found.logsum, strict=True):
        rise = np.where(np.isfinite(before) & np.isfinite(after), after - before, 0.0)
        per_feu = closure.days * rise
        for key, usd in _by_trade(demand, cw, per_feu).items():
            loss[key] = usd
    for k, cw in enumerate(usual.ways):
        own = cw.ways.total(network.hours)
        before_h = own + _over(usual.choosers[k], usual.found.hours)
        after_h = own + _over(waiting[k], found.hours)
        boxes = np.repeat(usual.choosers[k].boxes_per_day, np.diff(cw.first))
        lost = float(boxes @ (found.shares[k] * after_h - usual.found.shares[k] * before_h))
        box_days[cw.class_id] = closure.days * lost / 24
    waits_t = {cw.class_id: 0.0 for cw in usual.ways}
    for cw, c, shut, share in zip(usual.ways, usual.choosers, ways_shut, found.shares, strict=True):
        waits_t[cw.class_id] += float(np.repeat(c.t_per_day, np.diff(c.first)) @ (share * shut))
    excess = found.load_t_per_day[: limits.n] + beside - limits.capacity_t_per_day
    base_excess = usual.found.load_t_per_day + beside - limits.capacity_t_per_day
    excess[shut_limits] = 0.0
    beyond = np.maximum(excess, 0) - np.maximum(base_excess, 0) * (excess > 0)
    used, waits = sum(used_t.values()), sum(waits_t.values())
    after_days, after_usd = _after(usual, closure, waits, used_t, capacity, load)
    return Disruption(
        loss,
        box_days,
        {class_id: closure.days * t for class_id, t in waits_t.items()},
        closure.days * max(used - waits, 0.0),
        closure.days * float(np.maximum(beyond, 0).sum()),
        closure.days * used,
        float(found.hours[line_at]) if waits > 0 else 0.0,
        after_days,
        after_usd,
        _gate_table(usual, found, closure, shut_limits[part == 1]),
    )


def _shut_limits(limits: Limits, closure: Closure) -> tuple[NDArray[np.int64], FloatArray]:
    """Limits that the closure shuts, and how much of each: 1, or half where it shuts one way of a limit of both."""
    on = limits.of_arc[closure.arcs]
    shut = np.unique(on[on >= 0])
    return shut, np.array([closure.arcs[limits.of_arc == k].mean() for k in shut], float)


def _left_to_the_line(
    usual: Usual, shut_limits: NDArray[np.int64], part: FloatArray, load_t_per_day: float
) -> float:
    """What shut limits pass for the line, t a day: all but the load the other way, at least their shut part; infinite if not known."""
    if not shut_limits.size:
        return np.inf
    capacity = usual.limits.capacity_t_per_day[shut_limits]
    all_loads = (usual.found.load_t_per_day + usual.waits.beside_t_per_day)[shut_limits].sum()
    return max(float(capacity.sum() - (all_loads - load_t_per_day)), float(capacity @ part))


def _with_line(c: Choosers, shut: BoolArray, shut_limits: NDArray[np.int64], line: int) -> Choosers:
    """The same choosers: ways through the closed place wait in its line instead of passing it."""
    way = np.repeat(np.arange(shut.size), np.diff(c.gate_first))
    passes = ~(shut[way] & np.isin(c.gate, shut_limits))
    ways = np.concatenate([way[passes], np.flatnonzero(shut)])
    gates = np.concatenate([c.gate[passes], np.full(int(shut.sum()), line)])
    order = np.argsort(ways, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(ways, minlength=shut.size))]).astype(np.int64)
    return replace(c, gate_first=first, gate=gates[order].astype(np.int64))


def _over(c: Choosers, hours: FloatArray) -> FloatArray:
    """Hours added on each way."""
    way = np.repeat(np.arange(c.cost_usd.size), np.diff(c.gate_first))
    return np.bincount(way, hours[c.gate], minlength=c.cost_usd.size).astype(np.float64)


def _by_trade(
    demand: pd.DataFrame, cw: ClassWays, usd_per_daily_feu: FloatArray
) -> dict[tuple[str, str, str], float]:
    """Loss by exporter, importer and class: boxes a day of each trade times the loss of a daily box of its pair."""
    rows = demand[demand["class_id"] == cw.class_id]
    pair = pd.Series(usd_per_daily_feu, pd.MultiIndex.from_frame(cw.pairs[["origin", "destination"]]))
    at = pair.reindex(pd.MultiIndex.from_frame(rows[["origin", "destination"]])).to_numpy()
    usd = rows["feu"].to_numpy(float) / 365.0 * at
    sums = pd.Series(usd).groupby([rows["exporter"].to_numpy(), rows["importer"].to_numpy()]).sum()
    return {(e, i, cw.class_id): float(v) for (e, i), v in sums.items() if v}


def _after(
    usual: Usual,
    closure: Closure,
    waits_t: float,
    used_t: Mapping[str, float],
    capacity: float,
    load: float,
) -> tuple[float, float]:
    """Days until the line has cleared, and the cost of the wait of those who come meanwhile: the usual users of the place.

    ``capacity`` left to the line and the usual ``load`` of what was closed, t a day.
    """
    if not waits_t:
        return 0.0, 0.0
    if not np.isfinite(capacity) or capacity <= load:
        return np.nan, np.nan
    days, later = clearing(waits_t * closure.days, load, capacity)
    classes = usual.state.network.tables["classes"].set_index("class_id")["t_per_feu"]
    worth = sum(
        used_t[cw.class_id] * c.vot_usd_per_h / classes[cw.class_id]
        for cw, c in zip(usual.ways, usual.choosers, strict=True)
    )
    return days, 24 * later * worth / sum(used_t.values())


def _gate_table(
    usual: Usual, found: Equilibrium, closure: Closure, shut_limits: NDArray[np.int64]
) -> pd.DataFrame:
    """Traffic of every crossing in usual days and in the closure; no hours at limits where nothing passes at all."""
    network = usual.state.network
    crossings = network.tables["crossings"]
    c = network.components
    of_arc = np.full(network.arcs.n_arcs, -1, np.int64)
    at = c.crossing >= 0
    of_arc[c.arc[at]] = c.crossing[at]
    loads = []
    for shares, shut in ((usual.found.shares, np.zeros_like(closure.arcs)), (found.shares, closure.arcs)):
        total = np.zeros(len(crossings))
        for cw, share, choose in zip(usual.ways, shares, usual.choosers, strict=True):
            flow = share * np.repeat(choose.t_per_day, np.diff(cw.first))
            gate = of_arc[cw.ways.arc]
            use = (gate >= 0) & ~shut[cw.ways.arc]
            total += np.bincount(gate[use], flow[cw.ways.way_of_entry()[use]], minlength=len(crossings))
        loads.append(total)
    hours_at = found.hours[:-1].copy()
    hours_at[shut_limits] = np.nan
    hours = pd.Series(hours_at, usual.limits.table["element_id"]).groupby(level=0).max()
    table = pd.DataFrame(
        {
            "crossing_id": crossings["crossing_id"],
            "name": crossings["name"],
            "mode": crossings["mode"],
            "t_per_day_before": loads[0],
            "t_per_day_in": loads[1],
        }
    )
    table["hours_added"] = table["crossing_id"].map(hours)
    moved = (table["t_per_day_in"] - table["t_per_day_before"]).abs()
    return (
        table[moved > 0.5]
        .iloc[np.argsort(-moved[moved > 0.5].to_numpy(), kind="stable")]
        .reset_index(drop=True)
    )
