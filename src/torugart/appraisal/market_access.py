"""Market access of cities without and with a project: the network's costs put to the model of ``trade/market_access.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.project import Sides
from torugart.demand.freight import build_demand
from torugart.errors import InputError
from torugart.evaluate.class_ways import end_nodes
from torugart.evaluate.sides import State, class_vot_usd_per_h
from torugart.network.ways import Trees
from torugart.trade.market_access import MarketAccess, solve_market_access

FloatArray = NDArray[np.float64]
ELASTICITY = "market_access_elasticity"
SAME = 1e-9  # relative changes of access below this are what the solver leaves


@dataclass(frozen=True, slots=True)
class CityCosts:
    """Trade costs between cities, without and with.

    Attributes
    ----------
    cities : DataFrame
        place_id, name, iso3, population_k; a row a city.
    tau_without, tau_with : ndarray, shape (n, n)
        Factors of 1 or more, alike in both directions, 1 on the diagonal; infinite where no way is.
    class_share : Series
        Part of each class of goods in the value traded.
    """

    cities: pd.DataFrame
    tau_without: FloatArray
    tau_with: FloatArray
    class_share: pd.Series

    @property
    def alone(self) -> NDArray[np.bool_]:
        """Cities from which no way leads to any other, with the project, shape (n,)."""
        return np.asarray(np.isfinite(self.tau_with).sum(axis=1) <= 1)


def build_city_costs(sides: Sides, trade_base: str) -> CityCosts:
    """Price the least way between all cities whose people are known, in both states.

    Raises
    ------
    InputError
        If fewer than two places have people.
    """
    tables = sides.base.network.tables
    places = tables["places"]
    cities = places.loc[places["population_k"] > 0, ["place_id", "name", "iso3", "population_k"]]
    cities = cities.sort_values("place_id", ignore_index=True)
    if len(cities) < 2:
        raise InputError(
            "places.csv: fewer than two places have population_k; market access needs their people"
        )
    value = build_demand(tables, trade_base).groupby("class_id")["usd"].sum()
    share = value / value.sum()
    without = trade_costs(sides.base, cities["place_id"], share)
    same = sides.with_.network is sides.base.network and np.array_equal(
        sides.with_.open_link, sides.base.open_link
    )
    with_ = without if same else trade_costs(sides.with_, cities["place_id"], share)
    return CityCosts(cities, without, with_, share)


def trade_costs(state: State, place_ids: pd.Series, class_share: pd.Series) -> FloatArray:
    """Trade cost between places, ``1 + sum_c share_c (m_c + v_c T_c)`` along the least way, the mean of both directions.

    The generalised cost of a box over the value of its goods is exactly freight over value plus days times their share of it a
    day, so the least way is that of least trade cost. The mean is geometric.

    Parameters
    ----------
    state : State
        Priced network and what is open.
    place_ids : Series of str, length n
    class_share : Series
        By class of goods; sums to 1.

    Returns
    -------
    ndarray, shape (n, n)
    """
    network, n = state.network, len(place_ids)
    classes = network.tables["classes"].set_index("class_id")
    worth_usd = (classes["value_usd_per_t"] * classes["t_per_feu"]).astype(float)
    vot = class_vot_usd_per_h(network.tables)
    ids = place_ids.to_numpy(object)
    pairs = pd.DataFrame({"origin": np.repeat(ids, n), "destination": np.tile(ids, n)})
    origins, destinations = end_nodes(pairs, network)
    added = np.zeros((n, n))
    for class_id, share in class_share.items():
        trees = Trees(network.arcs, network.generalised_cost(vot[str(class_id)], state.open_link))
        added += share * trees.least(origins, destinations).reshape(n, n) / worth_usd[class_id]
    tau = 1 + added
    tau = np.sqrt(tau * tau.T)
    np.fill_diagonal(tau, 1.0)
    return tau


def compare_access(costs: CityCosts, elasticities: Sequence[float]) -> pd.DataFrame:
    """Market access of every city without and with, to first order and solved, for each elasticity.

    Returns
    -------
    DataFrame
        place_id, name, iso3, population_k, elasticity, first_without, first_with, d_first, solved_without, solved_with, d_solved;
        access in thousand people (solved: in a unit of its own), changes as fractions, exactly 0 where they are what the solver
        leaves.
    """
    size = costs.cities["population_k"].to_numpy(float)
    parts = []
    for theta in elasticities:
        without, with_ = (
            solve_market_access(tau, size, theta) for tau in (costs.tau_without, costs.tau_with)
        )
        parts.append(_access_rows(costs.cities, theta, without, with_))
    return pd.concat(parts, ignore_index=True)


def _access_rows(
    cities: pd.DataFrame, theta: float, without: MarketAccess, with_: MarketAccess
) -> pd.DataFrame:
    return cities.assign(
        elasticity=float(theta),
        first_without=without.first_order,
        first_with=with_.first_order,
        d_first=_change(without.first_order, with_.first_order),
        solved_without=without.solved,
        solved_with=with_.solved,
        d_solved=_change(without.solved, with_.solved),
    )


def _change(before: FloatArray, after: FloatArray) -> FloatArray:
    change = after / before - 1
    return np.where(np.abs(change) > SAME, change, 0.0)


def access_by_country(access: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Changes by country: means of logarithms weighted by people, and how many cities gain and lose when solved.

    Returns
    -------
    DataFrame
        iso3, name, elasticity, cities, population_k, d_first, d_solved, gain, lose, least_city, least_d_solved; the row of iso3
        ``ALL`` is all cities together. Most gained first.
    """
    whole = pd.concat([access, access.assign(iso3="ALL")])
    rows = []
    for (theta, iso3), mine in whole.groupby(["elasticity", "iso3"], sort=True):
        people = mine["population_k"].to_numpy(float)
        least = mine.loc[mine["d_solved"].idxmin()]
        rows.append(
            {
                "iso3": iso3,
                "name": "all cities" if iso3 == "ALL" else names.get(str(iso3), str(iso3)),
                "elasticity": theta,
                "cities": len(mine),
                "population_k": people.sum(),
                "d_first": np.expm1(np.average(np.log1p(mine["d_first"]), weights=people)),
                "d_solved": np.expm1(np.average(np.log1p(mine["d_solved"]), weights=people)),
                "gain": int((mine["d_solved"] > 0).sum()),
                "lose": int((mine["d_solved"] < 0).sum()),
                "least_city": least["name"],
                "least_d_solved": least["d_solved"],
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values(
        ["elasticity", "d_solved", "iso3"], ascending=[True, False, True], ignore_index=True
    )


def changed_costs(costs: CityCosts) -> pd.DataFrame:
    """Pairs of cities whose trade cost changes: place_a, place_b, tau_without, tau_with; most changed first."""
    before, after = costs.tau_without, costs.tau_with
    a, b = np.nonzero(np.triu(before != after, 1))
    ids = costs.cities["place_id"].to_numpy(object)
    table = pd.DataFrame(
        {"place_a": ids[a], "place_b": ids[b], "tau_without": before[a, b], "tau_with": after[a, b]}
    )
    order = np.argsort(table["tau_with"] / table["tau_without"], kind="stable")
    return table.iloc[order].reset_index(drop=True)
