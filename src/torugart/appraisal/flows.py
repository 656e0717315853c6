"""What a project moves from which way to which: the change of payments, tonne-km and CO2e by part, in every draw.

Central figures come from all pairs. How the draws differ from them comes from the pairs that gain most, with ``DRAWN_WAYS`` ways of
each class, raised in proportion to the users' central benefit: it only makes intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from torugart.accounts.ledger import HAULS, Part
from torugart.appraisal.second_way import SecondSum, second_sum
from torugart.assignment.logit import least_cost, logsum_and_shares
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.comparison import Case, Outcome, open_in_draws, pairs_of
from torugart.evaluate.pricing import features, way_costs
from torugart.evaluate.sides import Network, vot_draws
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
DRAWN_WAYS = 1000


@dataclass(slots=True)
class FlowRecorder:
    """Watches the classes of an appraisal go by and keeps the change of their flows; emptied by ``appraisal.worth``."""

    case: Case
    usd: dict[Part, FloatArray] = field(default_factory=dict)
    amount: dict[Part, FloatArray] = field(default_factory=dict)
    co2_t: FloatArray = field(default_factory=lambda: np.zeros(0))
    second: SecondSum = field(default_factory=SecondSum)
    known_parts: dict[int, tuple[list[Part], NDArray[np.int32], FloatArray]] = field(default_factory=dict)

    def watch(self, cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        """Add one class: its ways, what came of them, and its boxes of shape (n_pairs, n_draws + 1)."""
        if not self.co2_t.size:
            self.co2_t = np.zeros(self.case.draws.n + 1)
        differs = cw.on_project | (cw.open_base != cw.open_with)
        moved = np.zeros(len(cw.pairs), bool)
        moved[cw.ways.pair[differs]] = True
        gain = np.abs(outcome.benefit_usd_per_feu[:, 0] * feu[:, 0]) * moved
        if not moved.any():
            return
        whole = pairs_of(cw, moved)
        central = np.zeros(1, np.int64)
        before = {part: v[0] for part, v in self.usd.items()}, {part: v[0] for part, v in self.amount.items()}
        co2_before = self.co2_t[0]
        self._add(whole, feu[moved], central)
        self.second.add(self._second(whole, feu[moved, 0]))
        if not self.case.draws.n:
            return
        kept = _largest(cw, gain)
        # The spread of the draws comes from these pairs, the middle from all: central + draws of some - central of some.
        for mine, old in zip((self.usd, self.amount), before, strict=True):
            for part, values in mine.items():
                values[1:] += values[0] - old.get(part, 0.0)
        self.co2_t[1:] += self.co2_t[0] - co2_before
        if not kept.any():
            return
        raised = float(gain.sum() / gain[kept].sum())
        self._add(pairs_of(cw, kept), feu[kept], np.arange(self.case.draws.n + 1), raised)

    def _add(
        self, cw: ClassWays, feu: FloatArray, columns: NDArray[np.int64], raised: float | None = None
    ) -> None:
        """Add the central run of some pairs, or what their draws differ from it, raised."""
        t_per_feu = float(self._tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
        sides = self._moves(cw, feu[:, columns], columns)
        for state, factors, move in zip(
            (self.case.base, self.case.with_), self.case.factors, sides, strict=True
        ):
            network = state.network
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
                grams = cw.ways.total(c.per_arc(c.co2_g_per_t)) @ move
            for k in np.flatnonzero(used.any(axis=1) | paid.any(axis=1)):
                if parts[k].kind == "none":
                    continue
                self._keep(self.usd, parts[k], paid[k], raised)
                self._keep(self.amount, parts[k], used[k], raised)
            grams = grams * t_per_feu / 1e6
            if raised is None:
                self.co2_t[0] += grams[0]
            else:
                self.co2_t[1:] += raised * (grams[1:] - grams[0])

    def _keep(
        self, into: dict[Part, FloatArray], part: Part, values: FloatArray, raised: float | None
    ) -> None:
        if part not in into:
            into[part] = np.zeros(self.case.draws.n + 1)
        if raised is None:
            into[part][0] += values[0]
        else:
            into[part][1:] += raised * (values[1:] - values[0])

    def _parts(self, network: Network) -> tuple[list[Part], NDArray[np.int32], FloatArray]:
        if id(network) not in self.known_parts:
            self.known_parts[id(network)] = component_parts(network, network.arcs_of_links(self.new_links))
        return self.known_parts[id(network)]

    def _moves(
        self, cw: ClassWays, feu: FloatArray, columns: NDArray[np.int64]
    ) -> tuple[FloatArray, FloatArray]:
        """Boxes that leave the base and boxes that come with the project, by way: shape (n_ways, n_columns)."""
        cost_b, cost_w = self._costs(cw, columns)
        open_b, open_w = self._open(cw, columns)
        theta = self.case.draws.values["choice_theta"][columns]
        out_b, out_w = np.zeros(cost_b.shape), np.zeros(cost_b.shape)
        for free, weight in self._states(cw):
            may_b, may_w = open_b & free[:, None], open_w & free[:, None]
            low_b, low_w = least_cost(cw.first, cost_b, may_b), least_cost(cw.first, cost_w, may_w)
            both = np.isfinite(low_b) & np.isfinite(low_w)
            scale = theta / np.where(both, low_b, 1.0)
            boxes = (weight * feu * both)[cw.ways.pair]
            out_b -= boxes * logsum_and_shares(cw.first, cost_b, may_b, cw.size, scale)[1]
            out_w += boxes * logsum_and_shares(cw.first, cost_w, may_w, cw.size, scale)[1]
        return out_b, out_w

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

    def _second(self, cw: ClassWays, feu: FloatArray) -> SecondSum:
        column = np.zeros(1, np.int64)
        open_b, open_w = self._open(cw, column)
        vot = float(vot_draws(self.case.base.network, self.case.draws, cw.class_id)[0])
        theta = float(self.case.draws.values["choice_theta"][0])
        networks = (self.case.base.network, self.case.with_.network)
        lines = (networks[0].arcs_of_links(self.new_links), networks[1].arcs_of_links(self.new_links))
        return second_sum(
            cw, networks, lines, (open_b[:, 0], open_w[:, 0]), feu, vot, theta, self._states(cw)
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
