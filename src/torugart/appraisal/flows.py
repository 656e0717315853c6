"""What a project moves from which way to which: the change of payments, tonne-km and CO2e by part, in every draw.

Central figures come from all pairs. How the draws differ from them comes from the pairs that gain most, with ``DRAWN_WAYS`` ways of
each class, raised in proportion to the users' central benefit: it only makes intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.ledger import HAULS, Part
from torugart.accounts.new_traffic import demand_factor, demand_integral
from torugart.appraisal.second_way import SecondSum, second_sum
from torugart.assignment.logit import least_cost, logsum_and_shares
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.comparison import Case, Outcome, open_in_draws, pairs_of
from torugart.evaluate.emission_draws import EmissionDraws, grams_by_kind
from torugart.evaluate.pricing import FactorDraws, features, way_costs
from torugart.evaluate.sides import Network, vot_draws
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
DRAWN_WAYS = 1000


@dataclass(slots=True)
class FlowSums:
    """Changes summed by part, each value ending in draws, and of CO2e; column 0 is central.

    Attributes
    ----------
    usd, amount : mapping of Part to ndarray
        What is paid; tonne-km of hauls, boxes of the rest.
    co2_t : ndarray
    """

    columns: int
    usd: dict[Part, FloatArray] = field(default_factory=dict)
    amount: dict[Part, FloatArray] = field(default_factory=dict)
    co2_t: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Start from nothing."""
        self.co2_t = np.zeros(self.columns)

    def add(self, part: Part, paid: FloatArray, used: FloatArray, raised: float | None) -> None:
        """Add a central value, or what the draws of some pairs differ from it, raised."""
        for into, values in ((self.usd, paid), (self.amount, used)):
            if part not in into:
                into[part] = np.zeros(self.columns)
            add_column(into[part], values, raised)

    def central(self) -> tuple[dict[Part, float], dict[Part, float], float]:
        """What stands in column 0 now."""
        usd, amount = ({p: float(v[0]) for p, v in each.items()} for each in (self.usd, self.amount))
        return usd, amount, float(self.co2_t[0])

    def spread(self, before: tuple[dict[Part, float], dict[Part, float], float]) -> None:
        """Give every draw what column 0 has gained since ``before``."""
        for mine, old in ((self.usd, before[0]), (self.amount, before[1])):
            for part, values in mine.items():
                values[1:] += values[0] - old.get(part, 0.0)
        self.co2_t[1:] += self.co2_t[0] - before[2]


def add_column(into: FloatArray, values: FloatArray, raised: float | None) -> None:
    """Add a central value to column 0, or raised differences from the central value to the draws."""
    if raised is None:
        into[0] += values[0]
    else:
        into[1:] += raised * (values[1:] - values[0])


@dataclass(slots=True)
class Moves:
    """Boxes by way, shape (n_ways, n_columns), and what users have of them.

    Attributes
    ----------
    out, into, new : ndarray
        Boxes of the do-minimum on its ways, negative; the same boxes with the project; new boxes with it.
    new_usd : ndarray, shape (n_pairs, n_columns)
        Users' benefit of the new boxes, USD a year.
    kept_feu, kept_usd, all_usd : float
        Central: boxes that keep their way, what they gain on it, and what all boxes of the do-minimum gain.
    """

    out: FloatArray
    into: FloatArray
    new: FloatArray
    new_usd: FloatArray
    kept_feu: float = 0.0
    kept_usd: float = 0.0
    all_usd: float = 0.0


@dataclass(slots=True)
class UserGroups:
    """Central boxes and gains a year of the pairs that the project can serve, by what their users do.

    Attributes
    ----------
    existing_feu, diverted_feu, new_feu : float
        Boxes that keep their way, boxes that change it, boxes that there would not be without the project.
    existing_usd, diverted_usd : float
    """

    existing_feu: float = 0.0
    diverted_feu: float = 0.0
    new_feu: float = 0.0
    existing_usd: float = 0.0
    diverted_usd: float = 0.0


@dataclass(slots=True)
class FlowRecorder:
    """Watches the classes of an appraisal go by and keeps the change of their flows.

    New traffic is kept apart from the boxes of the do-minimum: at central values always, in the draws where ``draw_new`` asks.

    Attributes
    ----------
    demand : DataFrame
        Boxes by exporter, importer, origin, destination and class.
    elasticity : ndarray, shape (n_draws + 1,)
        Of boxes to cost, positive.
    rail_relative : mapping of country to float
        Cost of rail in a country over the common one, where it is known.
    emissions : EmissionDraws
        Of grams CO2e, with as many draws as the case.
    """

    case: Case
    demand: pd.DataFrame
    elasticity: FloatArray
    rail_relative: Mapping[str, float]
    emissions: EmissionDraws
    draw_new: bool = False
    fixed: FlowSums = field(init=False)
    new: FlowSums = field(init=False)
    new_by_trade: dict[tuple[str, str], FloatArray] = field(default_factory=dict)
    groups: UserGroups = field(default_factory=UserGroups)
    second: SecondSum = field(default_factory=SecondSum)
    second_new: SecondSum = field(default_factory=SecondSum)
    known_parts: dict[int, tuple[list[Part], NDArray[np.int32], FloatArray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start from nothing."""
        n = self.case.draws.n + 1
        self.fixed, self.new = FlowSums(n), FlowSums(n)

    def watch(self, cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        """Add one class: its ways, what came of them, and its boxes of shape (n_pairs, n_draws + 1)."""
        differs = cw.on_project | (cw.open_base != cw.open_with)
        moved = np.zeros(len(cw.pairs), bool)
        moved[cw.ways.pair[differs]] = True
        gain = np.abs(outcome.benefit_usd_per_feu[:, 0] * feu[:, 0]) * moved
        if not moved.any():
            return
        whole = pairs_of(cw, moved)
        before = self.fixed.central(), self.new.central()
        new_before = {trade: float(v[0]) for trade, v in self.new_by_trade.items()}
        self._add(whole, feu[moved], np.zeros(1, np.int64))
        fixed, new = self._second(whole, feu[moved, 0])
        self.second.add(fixed)
        self.second_new.add(new)
        if not self.case.draws.n:
            return
        kept = _largest(cw, gain)
        # The spread of the draws comes from these pairs, the middle from all: central + draws of some - central of some.
        self.fixed.spread(before[0])
        self.new.spread(before[1])
        for trade, values in self.new_by_trade.items():
            values[1:] += values[0] - new_before.get(trade, 0.0)
        if not kept.any():
            return
        raised = float(gain.sum() / gain[kept].sum())
        self._add(pairs_of(cw, kept), feu[kept], np.arange(self.case.draws.n + 1), raised)

    def _add(
        self, cw: ClassWays, feu: FloatArray, columns: NDArray[np.int64], raised: float | None = None
    ) -> None:
        """Add the central run of some pairs, or what their draws differ from it, raised."""
        t_per_feu = float(self._tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
        moves = self._moves(cw, feu[:, columns], columns)
        (base, with_), (factors_b, factors_w) = (self.case.base, self.case.with_), self.case.factors
        if with_.network is base.network:
            self._count(cw, base.network, factors_b, t_per_feu, moves.out + moves.into, self.fixed, raised)
        else:
            self._count(cw, base.network, factors_b, t_per_feu, moves.out, self.fixed, raised)
            self._count(cw, with_.network, factors_w, t_per_feu, moves.into, self.fixed, raised)
        if raised is None or self.draw_new:
            self._count(cw, with_.network, factors_w, t_per_feu, moves.new, self.new, raised)
            self._share_new(cw, moves.new_usd, raised)
        if raised is None:
            groups, boxes = self.groups, -float(moves.out.sum())
            groups.existing_feu += moves.kept_feu
            groups.diverted_feu += boxes - moves.kept_feu
            groups.new_feu += float(moves.new.sum())
            groups.existing_usd += moves.kept_usd
            groups.diverted_usd += moves.all_usd - moves.kept_usd

    def _count(
        self,
        cw: ClassWays,
        network: Network,
        factors: FactorDraws,
        t_per_feu: float,
        move: FloatArray,
        into: FlowSums,
        raised: float | None,
    ) -> None:
        """Add what boxes on ways pay and use, part by part, and what they emit."""
        c = network.components
        parts, code, km = self._parts(network)
        amount = np.where(km > 0, c.usd * km * t_per_feu, 1.0)
        if raised is None:
            over = _over_arcs(cw.ways, move[:, 0], network.arcs.n_arcs)[c.arc]
            paid, used = (_summed(code, over * v, len(parts))[:, None] for v in (c.usd, amount))
            grams = np.array([over @ c.co2_g_per_t])
        else:
            paid = features(cw.ways, c, code, c.usd, len(parts)).T @ move
            used = features(cw.ways, c, code, amount, len(parts)).T @ move
            row = {name: k for k, name in enumerate(c.money_factors)}
            paid *= factors.money[[row[p.factor] for p in parts]]
            # Grams of a kind move alike in a draw: kinds x draws, times what the kinds are in the draw.
            by_kind = grams_by_kind(cw.ways, network) @ move
            grams = (by_kind * self.emissions.ratio).sum(axis=0)
        for k in np.flatnonzero(used.any(axis=1) | paid.any(axis=1)):
            if parts[k].kind != "none":
                into.add(parts[k], paid[k], used[k], raised)
        add_column(into.co2_t, grams * t_per_feu / 1e6, raised)

    def _share_new(self, cw: ClassWays, usd: FloatArray, raised: float | None) -> None:
        """Give the benefit of new boxes to the trades whose boxes the pairs carry."""
        ends = ["origin", "destination"]
        rows = self.demand[self.demand["class_id"] == cw.class_id]
        whole = rows.groupby(ends)["feu"].transform("sum")
        rows = rows.assign(_part=rows["feu"] / whole)
        rows = rows.merge(cw.pairs[ends].assign(_pair=np.arange(len(cw.pairs))), on=ends)
        for trade, mine in rows.groupby(["exporter", "importer"], sort=True):
            if trade not in self.new_by_trade:
                self.new_by_trade[trade] = np.zeros(self.case.draws.n + 1)
            gain = mine["_part"].to_numpy() @ usd[mine["_pair"].to_numpy()]
            add_column(self.new_by_trade[trade], gain, raised)

    def _parts(self, network: Network) -> tuple[list[Part], NDArray[np.int32], FloatArray]:
        if id(network) not in self.known_parts:
            self.known_parts[id(network)] = component_parts(network, network.arcs_of_links(self.new_links))
        return self.known_parts[id(network)]

    def _moves(self, cw: ClassWays, feu: FloatArray, columns: NDArray[np.int64]) -> Moves:
        """Who goes where in both states; see ``Moves``."""
        cost_b, cost_w = self._costs(cw, columns)
        open_b, open_w = self._open(cw, columns)
        theta, elasticity = self.case.draws.values["choice_theta"][columns], self.elasticity[columns]
        out, into, new = (np.zeros(cost_b.shape) for _ in range(3))
        moves = Moves(out, into, new, np.zeros(feu.shape))
        for free, weight in self._states(cw):
            may_b, may_w = open_b & free[:, None], open_w & free[:, None]
            low_b, low_w = least_cost(cw.first, cost_b, may_b), least_cost(cw.first, cost_w, may_w)
            both = np.isfinite(low_b) & np.isfinite(low_w)
            least = np.where(both, low_b, 1.0)
            boxes = weight * feu * both
            logsum_b, share_b = logsum_and_shares(cw.first, cost_b, may_b, cw.size, theta / least)
            logsum_w, share_w = logsum_and_shares(cw.first, cost_w, may_w, cw.size, theta / least)
            fall = np.subtract(logsum_b, logsum_w, out=np.zeros_like(least), where=both)
            moves.out -= boxes[cw.ways.pair] * share_b
            moves.into += boxes[cw.ways.pair] * share_w
            if columns.size == 1 or self.draw_new:
                more = boxes * (demand_factor(fall / least, elasticity) - 1)
                moves.new += more[cw.ways.pair] * share_w
                moves.new_usd += boxes * (least * demand_integral(fall / least, elasticity) - fall)
            if columns.size == 1:
                stays = boxes[cw.ways.pair] * np.minimum(share_b, share_w)
                moves.kept_feu += float(stays.sum())
                moves.kept_usd += float((stays * (cost_b - cost_w)).sum())
                moves.all_usd += float((boxes * fall).sum())
        return moves

    def _costs(self, cw: ClassWays, columns: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        vot = vot_draws(self.case.base.network, self.case.draws, cw.class_id)[columns]
        costs: list[FloatArray] = []
        for state, factors in zip((self.case.base, self.case.with_), self.case.factors, strict=True):
            if costs and state.network is self.case.base.network:
                return costs[0], costs[0]
            if columns.size == 1:
                hours, usd = (cw.ways.total(v)[:, None] for v in (state.network.hours, state.network.usd))
            else:
                hours, usd = way_costs(cw.ways, state.network, factors)
            costs.append(usd + hours * vot)
        return costs[0], costs[1]

    def _open(self, cw: ClassWays, columns: NDArray[np.int64]) -> tuple[BoolArray, BoolArray]:
        may = cw.in_choice[:, None]
        if columns.size == 1:
            return cw.open_base[:, None] & may, cw.open_with[:, None] & may
        case = self.case
        rest = (case.draws, case.under_way, case.year)
        open_b = open_in_draws(cw.ways, cw.open_base, case.base, *rest, "") & may
        open_w = open_in_draws(cw.ways, cw.open_with, case.with_, *rest, case.opened) & may
        return open_b, open_w

    def _states(self, cw: ClassWays) -> list[tuple[BoolArray, float]]:
        """Ways that are free in each season, with the season's part of the year."""
        network = self.case.base.network
        season_of = network.tables["links"]["season_id"]
        found: dict[bytes, tuple[BoolArray, float]] = {}
        parts_of_year: dict[frozenset[str], float] = {}
        for closed, weight in self.case.seasons:
            parts_of_year[closed] = parts_of_year.get(closed, 0.0) + weight
        for closed, weight in parts_of_year.items():
            free = ~cw.ways.any_on(network.arcs_of_links(season_of.isin(closed).to_numpy(bool)))
            key = free.tobytes()
            found[key] = (free, found.get(key, (free, 0.0))[1] + weight)
        return list(found.values())

    def _second(self, cw: ClassWays, feu: FloatArray) -> tuple[SecondSum, SecondSum]:
        column = np.zeros(1, np.int64)
        open_b, open_w = self._open(cw, column)
        vot = float(vot_draws(self.case.base.network, self.case.draws, cw.class_id)[0])
        theta = float(self.case.draws.values["choice_theta"][0])
        networks = (self.case.base.network, self.case.with_.network)
        lines = (networks[0].arcs_of_links(self.new_links), networks[1].arcs_of_links(self.new_links))
        states, elasticity = self._states(cw), float(self.elasticity[0])
        return second_sum(
            cw,
            networks,
            lines,
            (open_b[:, 0], open_w[:, 0]),
            feu,
            vot,
            theta,
            states,
            elasticity,
            self.rail_relative,
        )

    @property
    def new_links(self) -> BoolArray:
        """Links that only the project opens: its own line."""
        return self.case.with_.open_link & ~self.case.base.open_link

    @property
    def _tables(self) -> Mapping:
        return self.case.base.network.tables


def _largest(cw: ClassWays, gain: FloatArray) -> BoolArray:
    """The pairs that gain most, as many as have about ``DRAWN_WAYS`` ways together."""
    order = np.argsort(-gain, kind="stable")
    ways = np.cumsum(np.diff(cw.first)[order])
    enough = max(int(np.searchsorted(ways, DRAWN_WAYS)), 1)
    kept = np.zeros(gain.size, bool)
    kept[order[:enough]] = True
    return kept & (gain > 0)


def _summed(code: NDArray[np.int32], values: FloatArray, n: int) -> FloatArray:
    """Values summed by code."""
    return np.bincount(code, weights=values, minlength=n).astype(np.float64)


def _over_arcs(ways: WaySet, flow: FloatArray, n_arcs: int) -> FloatArray:
    """Flow of ways summed over their arcs."""
    return _summed(ways.arc, flow[ways.way_of_entry()], n_arcs)


def component_parts(
    network: Network, line_arcs: BoolArray
) -> tuple[list[Part], NDArray[np.int32], FloatArray]:
    """Which part each cost component belongs to, and km per USD of a haul (0 for anything else).

    A haul's tonne-km are USD x km per USD x tonnes a box; of the rest, boxes count.
    """
    c, tables = network.components, network.tables
    iso3 = dict(zip(tables["places"]["place_id"], tables["places"]["iso3"], strict=True))
    crossings = tables["crossings"]
    sides = [f"{iso3[a]};{iso3[b]}" for a, b in zip(crossings["place_a"], crossings["place_b"], strict=True)]
    code = np.zeros(c.arc.size, np.int32)
    km_per_usd = np.zeros(c.arc.size)
    parts: dict[Part, int] = {}
    on_line = line_arcs[c.arc]
    per_km = {m: network.parameters[f"{m}_rate_usd_per_feu_km"] for m in HAULS}
    for k, factor in enumerate(c.money_factor):
        name = c.money_factors[factor]
        kind, _, rest = name.partition(":")
        where = str(c.iso3[k])
        if kind == "rate":
            kind = rest.partition(":")[0]
            km_per_usd[k] = 1 / per_km[kind]
        elif kind == "fee":
            where = sides[c.crossing[k]]
        part = Part(kind, where, bool(on_line[k]) and kind in HAULS, name)
        code[k] = parts.setdefault(part, len(parts))
    return list(parts), code, km_per_usd
