"""Natural gas as pipelines see it: density and potential at a pressure, and mass against volume.

``docs/methods/gas_flow.md`` has the formulas. Pressures here are absolute, in Pa.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from torugart.errors import InputError
from torugart.units import AIR_G_PER_MOL

GAS_CONSTANT_J_PER_MOL_K = 8.314462618  # CODATA 2018
ATMOSPHERE_PA = 101_325.0
PA_PER_BAR = 1e5
PA_PER_PSI = 6_894.757293168  # pound-force per square inch, from 0.45359237 kg, 9.80665 m/s2 and 25.4 mm
SECONDS_PER_YEAR = 365 * 86_400.0
LAWS = ("cnga", "cnga-2023", "ideal")


@dataclass(frozen=True, slots=True)
class Gas:
    """The one gas of a network.

    ``molar_mass_g_per_mol``, ``temperature_k``; ``norm_density_kg_per_m3`` at 0 °C and 101,325 Pa;
    ``compressibility`` is the constant Z a file gives, 1 where it gives none.
    """

    molar_mass_g_per_mol: float
    temperature_k: float
    norm_density_kg_per_m3: float
    compressibility: float = 1.0


@dataclass(frozen=True, slots=True)
class GasLaw:
    """Density as (b1 p + b2 p²) / a²: ``b1``, ``b2_per_pa``, and ``a2_m2_per_s2`` = R T / M."""

    name: str
    b1: float
    b2_per_pa: float
    a2_m2_per_s2: float


def gas_law(name: str, gas: Gas) -> GasLaw:
    """Return the law of that name for a gas.

    Parameters
    ----------
    name : {"cnga", "cnga-2023", "ideal"}
        The formula of the California Natural Gas Association in gauge pressure [1]_; the same with the
        atmosphere's sign as programs that go with [2]_ have it; constant compressibility.
    gas : Gas
        Of which molar mass, temperature and, for ``ideal``, compressibility are used.

    Returns
    -------
    GasLaw

    Raises
    ------
    InputError
        If there is no such law.

    References
    ----------
    .. [1] Menon, E. S. (2005). Gas Pipeline Hydraulics. CRC Press, chapter 1.
    .. [2] Srinivasan, S., Sundar, K., Gyrya, V. and Zlotnik, A. (2023). Numerical solution of the steady-state
       network flow equations for a nonideal gas. IEEE Trans. Control of Network Systems 10(3), 1449-1461.

    Examples
    --------
    1,000 psi gauge at 300 K and gravity 0.6 gives Z = 0.8746.

    >>> law = gas_law("cnga", Gas(0.6 * AIR_G_PER_MOL, 300.0, 0.73))
    >>> round(compressibility(law, 1014.696 * PA_PER_PSI), 4)
    0.8746
    """
    if name not in LAWS:
        raise InputError(f"no gas law is called {name!r}; write {', '.join(LAWS)}")
    a2 = GAS_CONSTANT_J_PER_MOL_K * gas.temperature_k / (gas.molar_mass_g_per_mol / 1000)
    if name == "ideal":
        return GasLaw(name, 1 / gas.compressibility, 0.0, a2)
    gravity = gas.molar_mass_g_per_mol / AIR_G_PER_MOL
    per_pa = 344_400 * 10 ** (1.785 * gravity) / (1.8 * gas.temperature_k) ** 3.825 / PA_PER_PSI
    sign = -1 if name == "cnga" else 1
    return GasLaw(name, 1 + sign * per_pa * ATMOSPHERE_PA, per_pa, a2)


def compressibility(law: GasLaw, pressure_pa: Any) -> Any:
    """Compressibility factor Z at a pressure."""
    return 1 / (law.b1 + law.b2_per_pa * pressure_pa)


def density_kg_per_m3(law: GasLaw, pressure_pa: Any) -> Any:
    """Density at a pressure; odd in the pressure, as its continuation below zero is."""
    return pressure_pa * (law.b1 + law.b2_per_pa * np.abs(pressure_pa)) / law.a2_m2_per_s2


def potential_pa2(law: GasLaw, pressure_pa: Any) -> Any:
    """Potential of a pressure: a² times the integral of density, so that a pipe takes R f|f| of it."""
    square = pressure_pa * np.abs(pressure_pa)
    return square * (law.b1 / 2 + law.b2_per_pa * np.abs(pressure_pa) / 3)


def pressure_at(law: GasLaw, potential: Any) -> np.ndarray:
    """Pressure in Pa of a potential in Pa²; below zero, its odd continuation.

    The cubic is solved by Newton from above, where it is convex: every step stays above the root.
    """
    size = np.abs(np.asarray(potential, float))
    pressure = np.sqrt(2 * size / law.b1)
    if law.b2_per_pa:
        b1, b2 = law.b1, law.b2_per_pa
        for _ in range(60):
            slope = pressure * (b1 + b2 * pressure)
            excess = pressure * pressure * (b1 / 2 + b2 * pressure / 3) - size
            step = np.divide(excess, slope, out=np.zeros_like(pressure), where=slope > 0)
            pressure = pressure - step
            if not step.size or np.all(step <= 4e-16 * pressure):
                break
    return np.copysign(pressure, potential)


def mass_flow_kg_per_s(bcm_per_year: Any, density_kg_per_m3: float) -> Any:
    """Mass flow of a yearly volume at the density of its reference conditions; a year is 365 days.

    Examples
    --------
    >>> [round(mass_flow_kg_per_s(15.0, density)) for density in (0.72, 0.68)]
    [342, 323]
    """
    return bcm_per_year * 1e9 * density_kg_per_m3 / SECONDS_PER_YEAR


def volume_bcm_per_year(flow_kg_per_s: Any, density_kg_per_m3: float) -> Any:
    """Yearly volume of a mass flow at the density of its reference conditions; a year is 365 days."""
    return flow_kg_per_s * SECONDS_PER_YEAR / density_kg_per_m3 / 1e9


def reference_density_kg_per_m3(gas: Gas, reference_celsius: float) -> float:
    """Density at 101,325 Pa and a reference temperature, from that at 0 °C."""
    return gas.norm_density_kg_per_m3 * 273.15 / (273.15 + reference_celsius)


def norm_density_kg_per_m3(molar_mass_g_per_mol: float) -> float:
    """Density at 0 °C and 101,325 Pa of an ideal gas of that molar mass."""
    return molar_mass_g_per_mol / 1000 * ATMOSPHERE_PA / (GAS_CONSTANT_J_PER_MOL_K * 273.15)
