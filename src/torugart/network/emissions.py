"""CO2e of a tonne over a kilometre, well to wheel, from energy, grade, empty running and the grid. Method: docs/methods/co2.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.network.arcs import LINK, Arcs
from torugart.network.link_countries import link_countries

FloatArray = NDArray[np.float64]
GRID = "grid_g_co2e_per_kwh"
OTHER_MODES = ("road", "ferry", "sea")
# Parameters that the grams of each kind are proportional to; the grid of a country on record stands in country_series.
_DIESEL = ("diesel_kg_co2e_per_l", "rail_gross_over_net")
_ELECTRIC = ("grid_uncertainty", "rail_gross_over_net")
KINDS: dict[str, tuple[str, ...]] = {
    "diesel": ("traction_diesel_l_per_tkm", *_DIESEL),
    "diesel_mountain": ("traction_diesel_mountain_l_per_tkm", *_DIESEL),
    "electric": ("traction_electric_kwh_per_tkm", *_ELECTRIC),
    "electric_mountain": ("traction_electric_mountain_kwh_per_tkm", *_ELECTRIC),
    "electric_other_grid": ("traction_electric_kwh_per_tkm", "grid_other_g_co2e_per_kwh", *_ELECTRIC),
    "electric_mountain_other_grid": (
        "traction_electric_mountain_kwh_per_tkm",
        "grid_other_g_co2e_per_kwh",
        *_ELECTRIC,
    ),
    **{mode: (f"{mode}_g_co2e_per_tkm",) for mode in OTHER_MODES},
}
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

    def parts_per_tkm(self, links: pd.DataFrame, iso3: NDArray[np.str_]) -> FloatArray:
        """Grams CO2e for a tonne-km of each link in the country its train is in, by ``KINDS``: shape (n_kinds, n_links).

        A line that is electrified in part takes the mean of both tractions; one of unknown traction takes diesel.
        """
        grid = np.array([self.grid.get(str(c), self.other_grid) for c in iso3])
        known = np.array([str(c) in self.grid for c in iso3], bool)
        steep = (
            (links["terrain"] == "mountain") | links["project_id"].isin(self.mountain_projects)
        ).to_numpy()
        mode = links["mode"].to_numpy(str)
        rail = mode == "rail"
        part = links["electrified"].map({"yes": 1.0, "part": 0.5}).fillna(0.0).to_numpy(float)
        rows = {
            "diesel": self.diesel * (1 - part) * (rail & ~steep),
            "diesel_mountain": self.diesel_mountain * (1 - part) * (rail & steep),
        }
        for suffix, here in (("", known), ("_other_grid", ~known)):
            rows[f"electric{suffix}"] = self.electric * grid * part * (rail & ~steep & here)
            rows[f"electric_mountain{suffix}"] = self.electric_mountain * grid * part * (rail & steep & here)
        rows |= {m: self.by_mode[m] * (mode == m) for m in OTHER_MODES}
        return np.array([rows[kind] for kind in KINDS], np.float64)

    def per_tkm(self, links: pd.DataFrame, iso3: NDArray[np.str_]) -> FloatArray:
        """Grams CO2e for a tonne-km of each link in the country its train is in, shape (n_links,)."""
        return np.asarray(self.parts_per_tkm(links, iso3).sum(axis=0))


def arc_emissions(
    tables: Mapping[str, pd.DataFrame], arcs: Arcs, parameters: Mapping[str, float]
) -> FloatArray:
    """Grams CO2e of a tonne over each arc by ``KINDS``, shape (n_kinds, n_arcs); the sum is that of the cost components."""
    links = tables["links"]
    factors = EmissionFactors.of(tables, parameters)
    iso_a, iso_b, share = link_countries(links, tables["places"])
    per_tkm = share * factors.parts_per_tkm(links, iso_a) + (1 - share) * factors.parts_per_tkm(links, iso_b)
    out = np.zeros((len(KINDS), arcs.n_arcs))
    is_link = arcs.kind == LINK
    out[:, is_link] = (links["length_km"].to_numpy(float) * per_tkm)[:, arcs.row[is_link]]
    return out


def grids(country_series: pd.DataFrame) -> dict[str, float]:
    """Grams CO2e a kWh by country: the geometric mean of each publisher's newest figure."""
    rows = country_series[country_series["variable"] == GRID].sort_values("year")
    newest = rows.groupby(["iso3", "source_id"])["value"].last().astype(float)
    return {str(k): float(v) for k, v in np.exp(np.log(newest).groupby(level="iso3").mean()).items()}
