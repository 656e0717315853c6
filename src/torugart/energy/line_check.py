"""What diameter and length alone say of a line's stated capacity, where no pressure is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from torugart.energy.gas_law import (
    PA_PER_BAR,
    Gas,
    GasLaw,
    density_kg_per_m3,
    mass_flow_kg_per_s,
    potential_pa2,
    pressure_at,
)
from torugart.energy.gas_network import friction_factor

# Erosional speed in m/s times the root of density in kg/m3: C = 100 of API RP 14E in ft/s and lb/ft3, 5th ed. (1991), 2.5.
EROSIONAL = 100 * 0.3048 * (0.45359237 / 0.3048**3) ** 0.5
MISSING = (("diameter_mm", "no diameter"), ("capacity_bcm_per_year", "no capacity in bcm a year"))


def check_lines(
    lines: pd.DataFrame,
    gas: Gas,
    law: GasLaw,
    reference_density_kg_per_m3: float,
    roughness_mm: float,
    inlet_bar: float | None = None,
    outlet_bar: float | None = None,
) -> pd.DataFrame:
    """Hold the stated capacity of each line against its diameter and length.

    Parameters
    ----------
    lines : DataFrame
        link_id, commodity, length_km, diameter_mm, capacity_bcm_per_year; NaN where nothing is known.
    gas, law : Gas, GasLaw
        The gas assumed.
    reference_density_kg_per_m3 : float
        Density at the reference of the capacities.
    roughness_mm : float
        Assumed of every line.
    inlet_bar, outlet_bar : float, optional
        Pressures behind one station and before the next, for ``spacing_km`` and ``speed_m_per_s``; NaN without them.

    Returns
    -------
    DataFrame
        link_id, commodity, length_km, diameter_mm, capacity_bcm_per_year; flow_kg_per_s; ``speed_pressure_bar``, above which
        the flow stays under the erosional speed; ``single_inlet_bar``, below which the flow cannot pass the line without a
        station in between; ``spacing_km``, how far it gets from inlet to outlet; ``speed_m_per_s`` at the outlet;
        ``not_checked``, why not, empty where it was. A line without a length is checked for speed and spacing.
    """
    found = lines[["link_id", "commodity", "length_km", "diameter_mm", "capacity_bcm_per_year"]].reset_index(
        drop=True
    )
    reason = np.full(len(found), "", dtype=object)
    for column, why in MISSING[::-1]:
        reason[found[column].isna().to_numpy()] = why
    reason[(found["commodity"] != "gas").to_numpy()] = "no gas"
    checked = reason == ""
    diameter_m = np.where(checked, found["diameter_mm"].to_numpy(float) / 1000, np.nan)
    length_km = np.where(checked, found["length_km"].to_numpy(float), np.nan)
    area = np.pi / 4 * diameter_m**2
    flow = mass_flow_kg_per_s(found["capacity_bcm_per_year"].to_numpy(float), reference_density_kg_per_m3)
    flow = np.where(checked, flow, np.nan)
    drag = friction_factor(np.full(len(found), np.nan), np.full(len(found), roughness_mm), diameter_m * 1000)
    per_km = law.a2_m2_per_s2 * drag * 1000 / (2 * diameter_m * area**2) * flow**2
    found["flow_kg_per_s"] = flow
    found["speed_pressure_bar"] = _pressure_of_density(law, (flow / (EROSIONAL * area)) ** 2) / PA_PER_BAR
    found["single_inlet_bar"] = pressure_at(law, per_km * length_km) / PA_PER_BAR
    found["spacing_km"], found["speed_m_per_s"] = np.nan, np.nan
    if inlet_bar is not None and outlet_bar is not None:
        before, behind = inlet_bar * PA_PER_BAR, outlet_bar * PA_PER_BAR
        found["spacing_km"] = (potential_pa2(law, before) - potential_pa2(law, behind)) / per_km
        found["speed_m_per_s"] = flow / (density_kg_per_m3(law, behind) * area)
    found["not_checked"] = reason
    return found


def _pressure_of_density(law: GasLaw, density: np.ndarray) -> np.ndarray:
    """Pressure in Pa at which a gas has that density."""
    if not law.b2_per_pa:
        return law.a2_m2_per_s2 * density / law.b1
    return (np.sqrt(law.b1**2 + 4 * law.b2_per_pa * law.a2_m2_per_s2 * density) - law.b1) / (
        2 * law.b2_per_pa
    )
