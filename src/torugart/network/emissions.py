"""CO2e of a tonne over a kilometre, well to wheel, from energy, grade, empty running and the grid. Method: docs/methods/co2.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
GRID = "grid_g_co2e_per_kwh"
OTHER_MODES = ("road", "ferry", "sea")
MOUNTAIN_TUNNEL_SHARE = 0.1  # of a project's line, from which on it counts as one in mountains


@dataclass(frozen=True, slots=True)
class EmissionFactors:
    """What a package says on emissions, at central values or at one end of their ranges.

    Attributes
    ----------
    diesel, diesel_mountain, electric, electric_mountain : float
        Grams CO2e for a net tonne-km behind diesel; kWh for a net tonne-km behind electric traction.
    grid : mapping of country to float
        Grams CO2e a kWh.
    other_grid : float
        Of a country without a figure.
    by_mode : mapping of mode to float
        Grams CO2e for a tonne-km of road, ferry and sea.
    mountain_projects : frozenset of str
        Projects whose lines are in mountains.
    """

    diesel: float
    diesel_mountain: float
    electric: float
    electric_mountain: float
    grid: Mapping[str, float]
    other_grid: float
    by_mode: Mapping[str, float]
    mountain_projects: frozenset[str]

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], parameters: Mapping[str, float]) -> EmissionFactors:
        """Put the factors together from parameters and country figures."""
        p = parameters
        gross, litre = p["rail_gross_over_net"], p["diesel_kg_co2e_per_l"]
        # l per gross tkm x kg per l x 1000 g per kg x gross per net.
        diesel = {t: p[f"traction_diesel{t}_l_per_tkm"] * litre * 1000 * gross for t in ("", "_mountain")}
        electric = {t: p[f"traction_electric{t}_kwh_per_tkm"] * gross for t in ("", "_mountain")}
        grid, doubt = grids(tables["country_series"]), p["grid_uncertainty"]
        projects = tables["projects"]
        in_mountains = projects["tunnels_km"].fillna(0) >= MOUNTAIN_TUNNEL_SHARE * projects[
            "length_km"
        ].fillna(np.inf)
        return cls(
            diesel[""],
            diesel["_mountain"],
            electric[""],
            electric["_mountain"],
            {iso3: g * doubt for iso3, g in grid.items()},
            p["grid_other_g_co2e_per_kwh"] * doubt,
            {m: p[f"{m}_g_co2e_per_tkm"] for m in OTHER_MODES},
            frozenset(projects.loc[in_mountains, "project_id"]),
        )

    def per_tkm(self, links: pd.DataFrame, iso3: NDArray[np.str_]) -> FloatArray:
        """Grams CO2e for a tonne-km of each link in the country its train is in, shape (n_links,).

        A line that is electrified in part takes the mean of both tractions; one of unknown traction takes diesel.
        """
        grid = np.array([self.grid.get(str(c), self.other_grid) for c in iso3])
        steep = (links["terrain"] == "mountain") | links["project_id"].isin(self.mountain_projects)
        diesel = np.where(steep, self.diesel_mountain, self.diesel)
        electric = np.where(steep, self.electric_mountain, self.electric) * grid
        part = links["electrified"].map({"yes": 1.0, "part": 0.5}).fillna(0.0).to_numpy(float)
        other = links["mode"].map(self.by_mode).to_numpy(float)
        rail = part * electric + (1 - part) * diesel
        return np.where(links["mode"] == "rail", rail, other).astype(np.float64)


def grids(country_series: pd.DataFrame) -> dict[str, float]:
    """Grams CO2e a kWh by country: the geometric mean of each publisher's newest figure."""
    rows = country_series[country_series["variable"] == GRID].sort_values("year")
    newest = rows.groupby(["iso3", "source_id"])["value"].last().astype(float)
    return {str(k): float(v) for k, v in np.exp(np.log(newest).groupby(level="iso3").mean()).items()}
