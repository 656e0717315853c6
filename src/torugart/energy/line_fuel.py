"""The gas that lines burn is in the statistics of use: taken out of what places use. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from torugart.energy.country_case import ABROAD
from torugart.energy.gas_supply import Balance, solve_balance
from torugart.energy.supply_case import NamedCase


def kept_shares(named: NamedCase) -> dict[str, float]:
    """Part of each country's use that is left when what its lines burn is taken off; 1 for a country without use.

    One pass: what the lines burn of the gas they no longer carry is left (the fuel is 2 % of the gas, so 0.04 %).
    """
    case = named.case
    burnt = line_fuel(named, solve_balance(case))
    country, at_home = _of_demands(named)
    shares = {}
    for c in np.unique(country):
        total = float(case.demand[(country == c) & at_home].sum())
        shares[str(c)] = max(1 - burnt.get(str(c), 0.0) / total, 0.0) if total else 1.0
    return shares


def with_kept(named: NamedCase, shares: Mapping[str, float]) -> NamedCase:
    """Take the share off all places and sectors of a country alike. Buyers abroad, who take what a border counts, keep theirs."""
    country, at_home = _of_demands(named)
    keep = np.where(at_home, [shares.get(c, 1.0) for c in country], 1.0)
    return replace(named, case=replace(named.case, demand=named.case.demand * keep[:, None]))


def _of_demands(named: NamedCase) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    country = named.tables["nodes"]["country"].to_numpy(str)[named.case.demand_node]
    return country, (named.tables["demands"]["sector"] != ABROAD).to_numpy()


def line_fuel(named: NamedCase, balance: Balance) -> dict[str, float]:
    """Gas that does not arrive, by the country where a line begins, bcm of the year."""
    case = named.case
    lost = (case.arc_loss[:, None] * balance.flow).sum(axis=1)
    country = named.tables["nodes"]["country"].to_numpy(str)[case.arc_from]
    return {str(c): float(lost[country == c].sum()) for c in np.unique(country)}
