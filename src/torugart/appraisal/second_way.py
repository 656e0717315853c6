"""The account's sum by another way: hours saved, worth of choice and resource cost, from arcs and links at central values.

Nothing here uses the ledger, the fused choice kernel or the cost components of rates, so that a slip in either shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from torugart.accounts.ledger import UnitCosts
from torugart.accounts.new_traffic import MOST_FALL
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.sides import Network
from torugart.network.arcs import LINK

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
QUADRATURE_NODES = 24


@dataclass(slots=True)
class SecondSum:
    """Central sums of a year, with less without: what the account rests on before prices of resources are put to it.

    Attributes
    ----------
    hours_usd : float
        Worth of the hours saved, USD.
    choice_usd : float
        Worth of the wider choice, USD.
    demand_usd : float
        What new traffic is worth to those who send it, at least: the area under their demand, USD.
    rail_tkm, line_tkm, road_tkm : float
        Tonne-km on railways other than the line, on the line, and on roads.
    rail_cost_tkm : float
        Those of ``rail_tkm``, each times the cost of rail in its country over the common one.
    road_usd, carried_usd : float
        Paid on roads; paid for sea, ferry, short hauls and changes of mode, whose cost is their price.
    gauge_boxes, fee_usd, co2_t : float
        Boxes that change gauge, border fees, tonnes CO2e.
    """

    hours_usd: float = 0.0
    choice_usd: float = 0.0
    demand_usd: float = 0.0
    rail_tkm: float = 0.0
    rail_cost_tkm: float = 0.0
    line_tkm: float = 0.0
    road_tkm: float = 0.0
    road_usd: float = 0.0
    carried_usd: float = 0.0
    gauge_boxes: float = 0.0
    fee_usd: float = 0.0
    co2_t: float = 0.0

    def add(self, other: SecondSum) -> None:
        """Add another class or block."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    def year_usd(self, costs: UnitCosts) -> float:
        """Resource cost saved plus worth of time and choice, accidents in, CO2e and fixed cost out, USD a year."""
        resources = (
            self.rail_cost_tkm * _one(costs.rail_usd_per_tkm)
            + self.line_tkm * _one(costs.line_usd_per_tkm)
            + self.road_usd * (1 - _one(costs.road_toll_share))
            + self.carried_usd
            + self.gauge_boxes * _one(costs.gauge_change_usd)
            + self.fee_usd * _one(costs.fee_cost_share)
        )
        accidents = self.road_tkm * _one(costs.road_accident_usd_per_tkm)
        accidents += (self.rail_tkm + self.line_tkm) * _one(costs.rail_accident_usd_per_tkm)
        return self.hours_usd + self.choice_usd + self.demand_usd - resources - accidents


def _one(value: FloatArray) -> float:
    return float(np.atleast_1d(value)[0])


def second_sum(
    cw: ClassWays,
    networks: tuple[Network, Network],
    lines: tuple[BoolArray, BoolArray],
    is_open: tuple[BoolArray, BoolArray],
    feu: FloatArray,
    vot_usd_per_h: float,
    theta: float,
    states: Sequence[tuple[BoolArray, float]],
    elasticity: float,
    rail_relative: Mapping[str, float],
) -> tuple[SecondSum, SecondSum]:
    """Central sums of one class of pairs, of the boxes of the do-minimum and of new ones.

    Both members of a tuple of arguments are without and with.
    """
    fixed, new = SecondSum(), SecondSum()
    t_per_feu = float(networks[0].tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
    totals = {id(n): (cw.ways.total(n.usd), cw.ways.total(n.hours)) for n in networks}
    usd, hours = zip(*(totals[id(n)] for n in networks), strict=True)
    cost = [u + vot_usd_per_h * h for u, h in zip(usd, hours, strict=True)]
    flows = [np.zeros(cw.ways.n_ways), np.zeros(cw.ways.n_ways)]
    more = np.zeros(cw.ways.n_ways)
    for free, weight in states:
        may = [o & free for o in is_open]
        low = [
            np.minimum.reduceat(np.where(m, c, np.inf), cw.first[:-1]) for m, c in zip(may, cost, strict=True)
        ]
        served = np.isfinite(low[0]) & np.isfinite(low[1])
        least = np.where(served, low[0], 1.0)
        boxes = weight * feu * served
        level, choice, shares = [], [], []
        for side in (0, 1):
            mu = (theta / least)[cw.ways.pair]
            with np.errstate(over="ignore", invalid="ignore"):
                raw = cw.size * np.exp(-mu * (cost[side] - low[side][cw.ways.pair]))
            weightless = np.where(may[side] & served[cw.ways.pair], raw, 0.0)
            total = np.add.reduceat(weightless, cw.first[:-1])[cw.ways.pair]
            share = np.divide(weightless, total, out=np.zeros_like(total), where=total > 0)
            chosen = share > 0
            entropy = np.zeros_like(share)
            entropy[chosen] = -share[chosen] * np.log(share[chosen] / cw.size[chosen]) / mu[chosen]
            shares.append(share)
            choice.append(np.add.reduceat(entropy, cw.first[:-1]))
            level.append(np.add.reduceat(share * cost[side], cw.first[:-1]) - choice[side])
            flows[side] += boxes[cw.ways.pair] * share
        fixed.choice_usd += float(boxes @ (choice[1] - choice[0]))
        added = boxes * (new_boxes((level[0] - level[1]) / least, elasticity))
        more += added[cw.ways.pair] * shares[1]
        new.choice_usd += float(added @ choice[1])
        new.demand_usd += float(area_under_demand(boxes, added, level[0], least, elasticity))
    for side, flow, out in ((0, -flows[0], fixed), (1, flows[1], fixed), (1, more, new)):
        out.hours_usd -= vot_usd_per_h * float(flow @ hours[side])
        _add_resources(out, networks[side], lines[side], cw, flow, t_per_feu, rail_relative)
    return fixed, new


def new_boxes(fall_share: FloatArray, elasticity: float) -> FloatArray:
    """New boxes over those of the do-minimum."""
    return np.asarray((1 - np.minimum(fall_share, MOST_FALL)) ** -elasticity - 1)


def area_under_demand(
    boxes: FloatArray, added: FloatArray, level: FloatArray, least: FloatArray, elasticity: float
) -> float:
    """Integral of the cost at which each new box would be sent, from the first to the last of them, by Gauss-Legendre.

    ``level`` is the logsum without; the inverse of the demand of ``docs/methods/accounts.md`` is level - least + least x
    (T / T0)^(-1 / elasticity).
    """
    if elasticity == 0:
        return 0.0
    nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE_NODES)
    grown = np.divide(added, boxes, out=np.zeros_like(added), where=boxes > 0)
    at = 1 + grown[:, None] * (nodes + 1) / 2
    cost = (level - least)[:, None] + least[:, None] * at ** (-1 / elasticity)
    return float(added @ (cost @ weights) / 2)


def _add_resources(
    out: SecondSum,
    network: Network,
    line: BoolArray,
    cw: ClassWays,
    flow: FloatArray,
    t_per_feu: float,
    rail_relative: Mapping[str, float],
) -> None:
    arcs, c, links = network.arcs, network.components, network.tables["links"]
    over = np.bincount(cw.ways.arc, weights=flow[cw.ways.way_of_entry()], minlength=arcs.n_arcs)
    is_link = arcs.kind == LINK
    row = np.where(is_link, arcs.row, 0)
    km = np.where(is_link, links["length_km"].to_numpy(float)[row], 0.0) * over
    mode = np.where(is_link, links["mode"].to_numpy(str)[row], "")
    out.line_tkm += t_per_feu * float(km[(mode == "rail") & line].sum())
    others = (mode == "rail") & ~line
    out.rail_tkm += t_per_feu * float(km[others].sum())
    out.rail_cost_tkm += t_per_feu * float((km * _relative(network, rail_relative)[row])[others].sum())
    road_km = float(km[mode == "road"].sum())
    out.road_tkm += t_per_feu * road_km
    out.road_usd += road_km * network.parameters["road_rate_usd_per_feu_km"]
    for other in ("sea", "ferry"):
        out.carried_usd += float(km[mode == other].sum()) * network.parameters[f"{other}_rate_usd_per_feu_km"]
    money = over[c.arc] * c.usd
    by_factor = np.bincount(c.money_factor, weights=money, minlength=len(c.money_factors))
    boxes = np.bincount(c.money_factor, weights=over[c.arc], minlength=len(c.money_factors))
    for k, name in enumerate(c.money_factors):
        if name.startswith("fee:"):
            out.fee_usd += float(by_factor[k])
        elif name == "gauge_change":
            out.gauge_boxes += float(boxes[k])
        elif not name.startswith(("rate:", "none")):
            out.carried_usd += float(by_factor[k])
    out.co2_t += float(over @ c.per_arc(c.co2_g_per_t)) * t_per_feu / 1e6


def _relative(network: Network, rail_relative: Mapping[str, float]) -> FloatArray:
    """Cost of rail on each link over the common one; a link over a border takes both countries by its length in each."""
    links = network.tables["links"]
    iso3 = network.tables["places"].set_index("place_id")["iso3"]
    a, b = (links[end].map(iso3) for end in ("place_a", "place_b"))
    ends = (a.map(rail_relative).fillna(1.0), b.map(rail_relative).fillna(1.0))
    part = links["share_in_a"].astype(float).fillna(0.5).where(a != b, 1.0)
    return np.asarray(part * ends[0] + (1 - part) * ends[1], np.float64)
