"""All transport projects together, and what they change between cities: the sums behind docs/methods/belt_and_road.md."""

from __future__ import annotations

import numpy as np
import pandas as pd

from torugart.appraisal.project import Question, Sides, build_sides
from torugart.demand.freight import build_demand
from torugart.evaluate.class_ways import end_nodes
from torugart.evaluate.sides import State, class_vot_usd_per_h
from torugart.network.ways import Trees, WaySettings, find_ways
from torugart.verbs.prepare import Ready

YEAR = 2035
CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
CORRIDORS = {
    "China and Central Asia": (("CHN",), CENTRAL_ASIA),
    "China and West Asia (Iran, Türkiye)": (("CHN",), ("IRN", "TUR")),
    "within Central Asia": (CENTRAL_ASIA, CENTRAL_ASIA),
    "Central Asia and Iran": (CENTRAL_ASIA, ("IRN",)),
    "Central Asia and Pakistan": (CENTRAL_ASIA, ("PAK",)),
}


def network_projects(ready: Ready, built: bool = True) -> frozenset[str]:
    """Projects that change the network: all, or those that do not operate yet."""
    tables = ready.package.tables
    every = frozenset(tables["project_edits"]["project_id"]) | frozenset(tables["links"]["project_id"]) - {""}
    operating = build_sides(ready.network, frozenset(), Question("", YEAR, ready.as_of)).state.operating
    return every if built else every - operating


def together(ready: Ready, built: bool) -> Sides:
    """None of the projects, and all of them."""
    return build_sides(ready.network, network_projects(ready, built), Question("", YEAR, ready.as_of))


def pairs_abroad(ready: Ready) -> pd.DataFrame:
    """Pairs of cities of different countries that trade, with usd by class."""
    tables = ready.package.tables
    demand = (
        build_demand(tables, "china")
        .groupby(["origin", "destination", "class_id"], as_index=False)["usd"]
        .sum()
    )
    country = tables["places"].set_index("place_id")["iso3"]
    demand = demand.assign(
        exporter=demand["origin"].map(country), importer=demand["destination"].map(country)
    )
    return demand[demand["exporter"] != demand["importer"]].reset_index(drop=True)


def fastest(ready: Ready, sides: Sides, pairs: pd.DataFrame, without_roads: bool) -> pd.DataFrame:
    """Change of the hours of the fastest way, ``d_time``; rows without a way in either state are left out."""
    ends = pairs.groupby(["origin", "destination", "exporter", "importer"], as_index=False)["usd"].sum()
    road = (ready.package.tables["links"]["mode"] == "road").to_numpy(bool)

    def hours(state: State) -> np.ndarray:
        is_open = state.open_link & ~road if without_roads else state.open_link
        shut = ~np.isfinite(state.network.generalised_cost(0.0, is_open))
        trees = Trees(state.network.arcs, np.where(shut, np.inf, state.network.hours))
        return trees.least(*end_nodes(ends, state.network))

    before, after = hours(sides.base), hours(sides.with_)
    served = np.isfinite(before)
    return ends[served].assign(d_time=after[served] / before[served] - 1)


def least_cost(ready: Ready, sides: Sides, pairs: pd.DataFrame, without_roads: bool) -> pd.DataFrame:
    """Changes along the ways of least generalised cost, rows without a way before left out.

    ``d_time`` of hours, ``d_cost`` of freight with the worth of days, ``d_tau`` of the trade cost ``1 + m + vT``.
    """
    road = (ready.package.tables["links"]["mode"] == "road").to_numpy(bool)
    tables = ready.package.tables
    vot, classes = class_vot_usd_per_h(tables), tables["classes"].set_index("class_id")
    parts = []
    for class_id, mine in pairs.groupby("class_id"):
        worth = classes.at[class_id, "value_usd_per_t"] * classes.at[class_id, "t_per_feu"]
        sums, served = {}, np.ones(len(mine), bool)
        for name, state in (("before", sides.base), ("after", sides.with_)):
            is_open = state.open_link & ~road if without_roads else state.open_link
            cost = state.network.generalised_cost(vot[class_id], is_open)
            ways = find_ways(state.network.arcs, cost, *end_nodes(mine, state.network), WaySettings(most=1))
            hours, usd = np.full(len(mine), np.nan), np.full(len(mine), np.nan)
            hours[ways.pair], usd[ways.pair] = ways.total(state.network.hours), ways.total(state.network.usd)
            served &= np.isfinite(hours)
            sums[name] = hours, usd + vot[class_id] * hours
        (h0, c0), (h1, c1) = sums["before"], sums["after"]
        changes = mine.assign(d_time=h1 / h0 - 1, d_cost=c1 / c0 - 1, d_tau=(worth + c1) / (worth + c0) - 1)
        parts.append(changes[served])
    return pd.concat(parts, ignore_index=True)


def in_corridor(rows: pd.DataFrame, corridor: str) -> pd.Series:
    """Rows between the two sides of a corridor, either way."""
    one, other = CORRIDORS[corridor]
    there = rows["exporter"].isin(one) & rows["importer"].isin(other)
    back = rows["exporter"].isin(other) & rows["importer"].isin(one)
    return there | back


def means(rows: pd.DataFrame, column: str) -> tuple[float, float]:
    """Mean of a change in per cent, each row alike and weighted by what is traded."""
    return 100 * rows[column].mean(), 100 * np.average(rows[column], weights=rows["usd"])
