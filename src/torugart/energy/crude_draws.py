"""A year of crude for many draws of what is not known: output, rests, ends told in part. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.draws.quantities import Quantity, draw
from torugart.energy.crude_case import MONTHS, PART_YEAR
from torugart.energy.gas_supply import GasCase
from torugart.energy.supply_case import NamedCase
from torugart.energy.supply_draws import LEAST_SPREAD

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CrudeDraws:
    """Factors on a case of crude.

    Attributes
    ----------
    supply : ndarray, shape (n_supplies, n)
    demand : ndarray, shape (n_demands, n)
    """

    supply: FloatArray
    demand: FloatArray


def draw_crude(
    named: NamedCase, masses: pd.DataFrame, rests: pd.DataFrame, parameters: pd.DataFrame, seed: int, n: int
) -> CrudeDraws:
    """Draw the factors; each quantity has a stream of its own, so that a case with a project has the same draws as without.

    Output of a country varies between the least and greatest figure on record, where they differ by a hundredth or more; the
    shares of ``oil_rests`` between their ends, and then make up the whole again; an end of which only months are told as
    ``oil_part_year_factor``.

    Parameters
    ----------
    named : NamedCase
    masses : DataFrame
        Of ``CrudeCase``.
    rests, parameters : DataFrame
        Tables of the package.
    seed, n : int
    """
    supplies, demands = named.tables["supplies"], named.tables["demands"]
    country = named.tables["nodes"].set_index("node")["country"]
    home = supplies["node"].map(country).to_numpy(str)
    found = masses.set_index("item")
    supply, demand = np.ones((len(supplies), n)), np.ones((len(demands), n))
    for item in found.index[found.index.str.startswith("output ")]:
        mass, iso3 = found.loc[item], item.removeprefix("output ")
        low, high = mass["lo"] / mass["mt"], mass["hi"] / mass["mt"]
        if high - low >= LEAST_SPREAD:
            factor = draw(Quantity(f"oil_output_{iso3}", "", 1.0, low, high, "normal", ""), seed, n)
            supply[home == iso3] *= np.clip(factor, 0, None)
    shares = rests.assign(iso3=rests["node_id"].map(country)).sort_values("node_id")
    for _, places in shares.groupby("iso3", sort=True):
        drawn = np.array(
            [
                draw(
                    Quantity(
                        f"oil_rest_{p.node_id}", "", float(p.share), float(p.share_lo), float(p.share_hi), "normal", ""
                    ),
                    seed,
                    n,
                )
                for p in places.itertuples(index=False)
            ]
        )  # fmt: skip
        drawn = np.clip(drawn, 0, None)
        drawn /= drawn.sum(axis=0)
        for row, place in zip(drawn, places.itertuples(index=False), strict=True):
            if place.share > 0:
                supply[(supplies["supply"] == f"rest_at_{place.node_id}").to_numpy()] *= row / place.share
    part = parameters.set_index("parameter_id").loc["oil_part_year_factor"]
    for item in found.index[found["how"].str.contains(PART_YEAR)]:
        end = item.partition(" ")[2]
        quantity = Quantity(
            f"oil_part_year_{end}", "", float(part["value"]), float(part["lo"]), float(part["hi"]), part["dist"], ""
        )  # fmt: skip
        demand[(demands["demand"] == end).to_numpy()] *= draw(quantity, seed, n)
    return CrudeDraws(supply, demand)


def month_of_draw(case: GasCase, draws: CrudeDraws, k: int) -> GasCase:
    """One month of a draw: the months of a year of crude are alike, so that the year is twelve times it."""
    return replace(
        case,
        arc_max=case.arc_max[:, :1],
        supply_max=case.supply_max[:, :1] * draws.supply[:, [k]],
        group_max=case.group_max / MONTHS * draws.supply[:, k],
        demand=case.demand[:, :1] * draws.demand[:, [k]],
        labels={**case.labels, "month": ("1",)},
    )
