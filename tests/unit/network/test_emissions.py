"""Laws of emissions: grade, grid, distance and sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.network.emissions import EmissionFactors, grids

FACTORS = EmissionFactors(
    20.0,
    40.0,
    0.02,
    0.04,
    {"AAA": 800.0, "BBB": 100.0},
    480.0,
    {"road": 95.0, "ferry": 63.0, "sea": 20.0},
    frozenset({"steep"}),
)


def links(**columns) -> pd.DataFrame:
    row = {"mode": "rail", "terrain": "", "project_id": "", "electrified": "no"} | columns
    return pd.DataFrame([row])


def grams(factors: EmissionFactors, iso3: str = "AAA", **columns) -> float:
    return float(factors.per_tkm(links(**columns), np.array([iso3]))[0])


def test_each_traction_by_hand():
    assert grams(FACTORS) == 20
    assert grams(FACTORS, electrified="yes") == 16
    assert grams(FACTORS, electrified="yes", iso3="BBB") == 2
    assert grams(FACTORS, electrified="yes", iso3="ZZZ") == pytest.approx(9.6)
    assert grams(FACTORS, electrified="part") == 18
    assert grams(FACTORS, electrified="") == 20
    assert grams(FACTORS, mode="road") == 95


@given(st.sampled_from(["yes", "no", "part", ""]), st.sampled_from(["AAA", "BBB", "ZZZ"]))
def test_a_steeper_line_never_emits_less(electrified, iso3):
    flat = grams(FACTORS, iso3, electrified=electrified)
    assert grams(FACTORS, iso3, electrified=electrified, terrain="mountain") >= flat
    assert grams(FACTORS, iso3, electrified=electrified, project_id="steep") >= flat


@given(st.floats(0, 1), st.sampled_from(["yes", "no", "part"]))
def test_a_cleaner_grid_never_emits_more(part, electrified):
    cleaner = replace(FACTORS, grid={k: part * v for k, v in FACTORS.grid.items()})
    assert grams(cleaner, electrified=electrified) <= grams(FACTORS, electrified=electrified)


def test_a_grid_is_the_mean_of_each_publishers_newest():
    rows = [
        ("A", 2021, 900.0, "one"),
        ("A", 2022, 400.0, "one"),
        ("A", 2025, 900.0, "two"),
        ("B", 2022, 50.0, "one"),
    ]
    series = pd.DataFrame(rows, columns=["iso3", "year", "value", "source_id"]).assign(
        variable="grid_g_co2e_per_kwh"
    )
    assert grids(series) == pytest.approx({"A": 600.0, "B": 50.0})
