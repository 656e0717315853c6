"""A year of gas for many draws of what is not known: output, use, winter, fuel, lines. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.draws.quantities import Quantity, draw
from torugart.energy.country_case import ABROAD
from torugart.energy.gas_supply import Balance, solve_balance
from torugart.energy.supply_case import NamedCase

FloatArray = NDArray[np.float64]
WINTER = (11, 12, 1, 2, 3)
LEAST_SPREAD = 0.01  # rivals closer than this say nothing of what is not known


@dataclass(frozen=True, slots=True)
class SupplyDraws:
    """Factors on a case, one row a draw.

    Attributes
    ----------
    output, use : mapping of str to ndarray, shape (n,)
        By country.
    winter, fuel, swing : ndarray, shape (n,)
    outage : mapping of str to ndarray, shape (n,)
        By line: part of every month that it is out.
    """

    output: Mapping[str, FloatArray]
    use: Mapping[str, FloatArray]
    winter: FloatArray
    fuel: FloatArray
    swing: FloatArray
    outage: Mapping[str, FloatArray]


def draw_supply(
    named: NamedCase, volumes: pd.DataFrame, parameters: pd.DataFrame, seed: int, n: int
) -> SupplyDraws:
    """Draw the factors.

    Output and use of a country vary between the least and greatest figure on record for them; where all sources agree, output
    varies as ``gas_output_uncertainty`` and use not at all.

    Parameters
    ----------
    named : NamedCase
    volumes : DataFrame
        Of ``CountryCase``.
    parameters : DataFrame
        Of the package.
    seed, n : int
    """
    table = parameters.set_index("parameter_id")

    def of(parameter: str, stream: str = "") -> FloatArray:
        row = table.loc[parameter]
        quantity = Quantity(
            stream or parameter, parameter, float(row["value"]), float(row["lo"]), float(row["hi"]),
            str(row["dist"]), f"parameters/{parameter}",
        )  # fmt: skip
        return draw(quantity, seed, n)

    factors: dict[str, dict[str, FloatArray]] = {"output": {}, "use": {}}
    for volume in volumes.itertuples(index=False):
        kind, _, iso3 = str(volume.item).partition(" ")
        if kind not in factors or volume.bcm <= 0:
            continue
        low, high = volume.lo / volume.bcm, volume.hi / volume.bcm
        if high - low >= LEAST_SPREAD:
            quantity = Quantity(f"gas_{kind}_{iso3}", "", 1.0, low, high, "normal", "")
            factors[kind][iso3] = draw(quantity, seed, n)
        elif kind == "output":
            factors[kind][iso3] = of("gas_output_uncertainty", f"gas_output_{iso3}")
    lines = named.tables["lines"]
    return SupplyDraws(
        factors["output"],
        factors["use"],
        of("gas_demand_winter"),
        of("gas_line_fuel_share") / float(table.loc["gas_line_fuel_share", "value"]),
        of("gas_field_swing") / float(table.loc["gas_field_swing", "value"]),
        {
            str(line): of("gas_line_outage_share", f"gas_line_outage_{line}")
            for line, made in zip(lines["line"], lines["is_made"], strict=True)
            if not made
        },
    )


def drawn_case(named: NamedCase, draws: SupplyDraws, k: int) -> NamedCase:
    """The case of one draw."""
    case, tables = named.case, named.tables
    country = tables["nodes"]["country"].to_numpy(str)
    of_supply, of_demand = country[case.supply_node], country[case.demand_node]
    at_home = (tables["demands"]["sector"] != ABROAD).to_numpy()
    output = np.array([float(draws.output[c][k]) if c in draws.output else 1.0 for c in of_supply])
    use = np.array(
        [
            float(draws.use[c][k]) if home and c in draws.use else 1.0
            for c, home in zip(of_demand, at_home, strict=True)
        ]
    )
    winter = np.ones(case.n_months)
    winter[[m - 1 for m in WINTER]] = draws.winter[k]
    lines = tables["lines"]["line"].to_numpy(str)
    works = np.array([1 - min(float(draws.outage[x][k]), 1.0) if x in draws.outage else 1.0 for x in lines])
    months = np.where(at_home[:, None], winter, 1.0)
    return replace(
        named,
        case=replace(
            case,
            supply_max=case.supply_max * (output * draws.swing[k])[:, None],
            group_max=case.group_max * output,
            demand=case.demand * use[:, None] * months,
            arc_max=case.arc_max * works[named.line_of_arc][:, None],
            arc_loss=np.minimum(case.arc_loss * draws.fuel[k], 0.9),
        ),
    )


def balance_draws(
    named: NamedCase,
    draws: SupplyDraws,
    measure: Callable[[NamedCase, Balance], pd.Series],
    change: Callable[[NamedCase, int], NamedCase] | None = None,
) -> pd.DataFrame:
    """Solve every draw and measure it; a row a draw. ``change`` alters the case of a draw, given its number."""
    rows = []
    for k in range(draws.winter.size):
        case = drawn_case(named, draws, k)
        case = case if change is None else change(case, k)
        rows.append(measure(case, solve_balance(case.case)))
    return pd.DataFrame(rows)
