"""Density, potential and units of gas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from tests.unit.energy.networks import GAS, LAWS

from torugart.energy.gas_law import (
    PA_PER_PSI,
    Gas,
    compressibility,
    density_kg_per_m3,
    gas_law,
    mass_flow_kg_per_s,
    norm_density_kg_per_m3,
    potential_pa2,
    pressure_at,
    reference_density_kg_per_m3,
    volume_bcm_per_year,
)
from torugart.errors import InputError
from torugart.units import AIR_G_PER_MOL


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
@given(st.floats(-4e7, 4e7))
def test_pressure_and_potential_are_inverse(law, pressure: float) -> None:
    assert pressure_at(law, potential_pa2(law, pressure)) == pytest.approx(pressure, rel=1e-12, abs=1e-3)


@pytest.mark.parametrize("law", LAWS.values(), ids=str)
def test_the_potential_is_the_integral_of_density(law) -> None:
    area, _ = quad(lambda p: density_kg_per_m3(law, p), 1e6, 8e6)
    assert potential_pa2(law, 8e6) - potential_pa2(law, 1e6) == pytest.approx(
        law.a2_m2_per_s2 * area, rel=1e-10
    )


def test_a_published_compressibility() -> None:
    # The usual worked example: 1,000 psi gauge, 80 F taken as 540 R, gravity 0.6: Z = 0.8746
    law = gas_law("cnga", Gas(0.6 * AIR_G_PER_MOL, 540 / 1.8, 0.73))
    assert compressibility(law, (1000 + 14.69595) * PA_PER_PSI) == pytest.approx(0.8746, abs=1e-4)


def test_the_formula_of_the_network_programs_differs_by_half_a_percent() -> None:
    one, other = (density_kg_per_m3(LAWS[name], 6e6) for name in ("cnga", "cnga-2023"))
    assert other / one - 1 == pytest.approx(0.0046, abs=5e-4)


def test_at_the_atmosphere_cnga_is_an_ideal_gas() -> None:
    assert compressibility(LAWS["cnga"], 101_325.0) == pytest.approx(1, abs=1e-12)


def test_yearly_volumes() -> None:
    # 15 bcm a year is 342 kg/s at 0.72 kg/m3 and 323 at 0.68
    assert round(mass_flow_kg_per_s(15, 0.72)) == 342
    assert round(mass_flow_kg_per_s(15, 0.68)) == 323
    assert volume_bcm_per_year(mass_flow_kg_per_s(55.0, 0.7), 0.7) == pytest.approx(55.0, rel=1e-14)


def test_a_warmer_reference_makes_more_cubic_metres() -> None:
    assert reference_density_kg_per_m3(GAS, 0) == GAS.norm_density_kg_per_m3
    assert reference_density_kg_per_m3(GAS, 20) / reference_density_kg_per_m3(GAS, 15) == pytest.approx(
        288.15 / 293.15
    )


def test_norm_density_is_that_of_the_molar_volume() -> None:
    assert norm_density_kg_per_m3(22.413969) == pytest.approx(1.0, rel=1e-6)  # 22.413969 m3 a kmol, CODATA


def test_no_pressure_at_no_potential() -> None:
    assert np.array_equal(pressure_at(LAWS["cnga"], np.zeros(3)), np.zeros(3))


def test_an_unknown_law_is_refused() -> None:
    with pytest.raises(InputError, match="write cnga"):
        gas_law("van der Waals", GAS)
