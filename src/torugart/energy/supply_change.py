"""What a project changes in a year of gas: countries and carbon, case against case. Method: docs/methods/energy_projects.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.energy.country_case import POWER
from torugart.energy.gas_supply import Balance
from torugart.energy.line_fuel import line_fuel
from torugart.energy.plant_record import COMMON, parameter, with_centre
from torugart.energy.power_plants import methane_kg_per_m3
from torugart.energy.supply_case import NamedCase

FloatArray = NDArray[np.float64]
# What is told of a country: name of the measure to its words.
MEASURES = {
    "served": "what it gets",
    "short": "what it is short of",
    "output": "what it makes",
    "through": "what crosses it",
    "fuel": "what its lines burn",
}


def country_measures(named: NamedCase, balance: Balance) -> pd.Series:
    """Measure every country of a solved case; keys are ``country/measure``, a year in the unit of the case.

    What crosses a country is the least of what comes in over its borders and what goes out.
    """
    case = named.case
    country = named.tables["nodes"]["country"].to_numpy(str)
    of_demand, of_supply = country[case.demand_node], country[case.supply_node]
    start, end = country[case.arc_from], country[case.arc_to]
    sent = balance.flow.sum(axis=1)
    arrives = (1 - case.arc_loss) * sent
    short, wanted, made = balance.unserved.sum(axis=1), case.demand.sum(axis=1), balance.supply.sum(axis=1)
    fuel = line_fuel(named, balance)
    found: dict[str, float] = {}
    for c in np.unique(country):
        come, go = arrives[(end == c) & (start != c)].sum(), sent[(start == c) & (end != c)].sum()
        lacks = short[of_demand == c].sum()
        found |= {
            f"{c}/served": float(wanted[of_demand == c].sum() - lacks),
            f"{c}/short": float(lacks),
            f"{c}/output": float(made[of_supply == c].sum()),
            f"{c}/through": float(min(come, go)),
            f"{c}/fuel": fuel.get(str(c), 0.0),
        }
    return pd.Series(found)


def less_power(named: NamedCase, saved: Mapping[str, float]) -> NamedCase:
    """Take gas saved off the power plants of a country; never below nothing.

    Parameters
    ----------
    named : NamedCase
    saved : mapping of str to float
        bcm a year by country.
    """
    case, tables = named.case, named.tables
    country = tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    of_power = (tables["demands"]["sector"] == POWER).to_numpy()
    demand = case.demand.copy()
    for iso3, bcm in saved.items():
        mine = of_power & (country == iso3)
        total = float(demand[mine].sum())
        if total > 0:
            demand[mine] *= max(1 - bcm / total, 0.0)
    return replace(named, case=replace(case, demand=demand))


def carbon_of_change(
    tables: Mapping[str, pd.DataFrame], burnt_bcm: FloatArray, made_bcm: FloatArray, seed: int
) -> dict[str, FloatArray]:
    """Carbon of gas burnt and methane lost where it is made, million tonnes of CO2 equivalent a year.

    Parameters
    ----------
    tables
        With ``parameters``: heating value, carbon, leakage, methane in gas and its warming.
    burnt_bcm, made_bcm : ndarray, shape (1 + n_draws,)
        Change of what is burnt, by users and lines, and of what is made; the central run first.
    seed : int

    Returns
    -------
    dict
        co2_mt, methane_mt_co2e and total_mt_co2e, each of shape (1 + n_draws,).
    """
    draws = burnt_bcm.size - 1
    drawn = {name: with_centre(name, parameter(tables, row), seed, draws) for name, row in COMMON.items()}
    co2 = burnt_bcm * drawn["heating_mj_per_m3"] * drawn["kg_co2_per_gj"] / 1000
    lost = made_bcm * drawn["methane_share"] * drawn["leak_share"]
    density = methane_kg_per_m3(parameter(tables, "gas_reference_c").value)
    methane = lost * density * drawn["gwp"]
    return {"co2_mt": co2, "methane_mt_co2e": methane, "total_mt_co2e": co2 + methane}
