"""Power from gas: fuel burnt for an output, gas, carbon dioxide and methane with it. Arrays in, arrays out.

Every function takes numbers or arrays of draws of one shape. Method: ``docs/methods/power_from_gas.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from torugart.energy.gas_law import ATMOSPHERE_PA, GAS_CONSTANT_J_PER_MOL_K
from torugart.errors import InputError
from torugart.units import ZERO_CELSIUS_K

PJ_PER_TWH = 3.6  # by definition
HOURS = 8760.0
METHANE_KG_PER_MOL = 0.0160425
# What no plant, gas or factor leaves; beyond it a unit is mixed up. Value, and what it probably is.
BOUNDS: dict[str, tuple[float, float, str]] = {
    "output_twh": (0.0, 500.0, "TWh a year; 12,000 would be GWh"),
    "efficiency": (0.1, 0.66, "a share; 58 would be per cent, 6,200 a heat rate"),
    "heating_mj_per_m3": (25.0, 45.0, "MJ/m3; 9.5 would be kWh/m3, 8,100 kcal/m3"),
    "kg_co2_per_gj": (45.0, 70.0, "kg/GJ; 202 would be kg/MWh, 56,100 kg/TJ"),
    "leak_share": (0.0, 0.3, "a share; 2.3 would be per cent"),
    "methane_share": (0.5, 1.0, "a share; 93 would be per cent"),
    "gwp": (1.0, 120.0, "tonnes of CO2 a tonne of methane"),
}


@dataclass(frozen=True, slots=True)
class GasPower:
    """A year of power from gas; every field a number or an array of draws.

    Attributes
    ----------
    fuel_pj : float or ndarray, shape (n_draws,)
        Fuel burnt, on the lower heating value.
    gas_bcm : float or ndarray
        The same as gas, at the temperature of the heating value.
    co2_mt : float or ndarray
        Carbon dioxide of what is burnt.
    methane_mt_co2e : float or ndarray
        Methane lost on the way to the plant, as carbon dioxide over 100 years.
    """

    fuel_pj: Any
    gas_bcm: Any
    co2_mt: Any
    methane_mt_co2e: Any

    @property
    def total_mt_co2e(self) -> Any:
        """Carbon dioxide and methane together."""
        return self.co2_mt + self.methane_mt_co2e

    def less(self, other: GasPower) -> GasPower:
        """Return what this one burns and emits beyond another, draw by draw."""
        return GasPower(
            self.fuel_pj - other.fuel_pj,
            self.gas_bcm - other.gas_bcm,
            self.co2_mt - other.co2_mt,
            self.methane_mt_co2e - other.methane_mt_co2e,
        )


def check_bounds(values: Mapping[str, Any]) -> None:
    """Raise an InputError that names every value beyond what its unit allows, with what it probably is."""
    faults = []
    for name, value in values.items():
        lower, upper, hint = BOUNDS[name]
        numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
        wrong = numbers[~((numbers >= lower) & (numbers <= upper))]
        if wrong.size:
            faults.append(f"{name} is {wrong[0]:g}; expected {lower:g} to {upper:g} ({hint})")
    if faults:
        raise InputError("\n".join(faults))


def load_share(output_twh: float, capacity_mw: float) -> float:
    """Return what part of a year at full capacity an output is.

    Raises
    ------
    InputError
        If the plant cannot make so much in a year.
    """
    most = capacity_mw * HOURS / 1e6
    if output_twh > most * (1 + 1e-9):
        raise InputError(
            f"{output_twh:g} TWh a year is more than {capacity_mw:g} MW can make ({most:.4g}); is the output in GWh?"
        )
    return output_twh / most if most else 0.0


def burn_gas(
    output_twh: Any,
    efficiency: Any,
    *,
    heating_mj_per_m3: Any,
    kg_co2_per_gj: Any,
    leak_share: Any = 0.0,
    methane_share: Any = 1.0,
    gwp: Any = 29.8,
    celsius: float = 20.0,
) -> GasPower:
    """Return what a year of output takes and emits.

    Parameters
    ----------
    output_twh : float or ndarray, shape (n_draws,)
        Electricity of the year.
    efficiency : float or ndarray
        Electricity over the lower heating value of the fuel, as a share.
    heating_mj_per_m3 : float or ndarray
        Lower heating value, m3 at ``celsius`` and 101,325 Pa.
    kg_co2_per_gj : float or ndarray
        Carbon dioxide of gas burnt, on the lower heating value.
    leak_share : float or ndarray
        Methane lost before the plant, of what is produced.
    methane_share : float or ndarray
        Methane in the gas, by volume.
    gwp : float or ndarray
        Warming of a tonne of methane, tonnes of carbon dioxide.
    celsius : float
        Temperature of the cubic metres.

    Returns
    -------
    GasPower

    Raises
    ------
    InputError
        If a value is beyond what its unit allows; all of them at once.

    Examples
    --------
    >>> made = burn_gas(12.0, 0.6, heating_mj_per_m3=36.0, kg_co2_per_gj=56.1)
    >>> round(made.fuel_pj, 9), round(made.gas_bcm, 9), round(made.co2_mt, 4)
    (72.0, 2.0, 4.0392)
    """
    check_bounds(
        {
            "output_twh": output_twh,
            "efficiency": efficiency,
            "heating_mj_per_m3": heating_mj_per_m3,
            "kg_co2_per_gj": kg_co2_per_gj,
            "leak_share": leak_share,
            "methane_share": methane_share,
            "gwp": gwp,
        }
    )
    fuel_pj = output_twh * PJ_PER_TWH / efficiency
    gas_bcm = fuel_pj / heating_mj_per_m3  # 1e15 J over 1e6 J/m3 is 1e9 m3
    co2_mt = fuel_pj * kg_co2_per_gj / 1000  # 1e6 GJ times kg is 1e-3 Mt
    lost_bcm = gas_bcm * methane_share * leak_share / (1 - leak_share)
    methane_mt = lost_bcm * methane_kg_per_m3(celsius)  # 1e9 m3 times kg/m3 is 1 Mt
    return GasPower(fuel_pj, gas_bcm, co2_mt, methane_mt * gwp)


def methane_kg_per_m3(celsius: float) -> float:
    """Return the density of methane as an ideal gas at a temperature and 101,325 Pa."""
    return METHANE_KG_PER_MOL * ATMOSPHERE_PA / (GAS_CONSTANT_J_PER_MOL_K * (ZERO_CELSIUS_K + celsius))
