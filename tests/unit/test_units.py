"""Each factor against its definition, and units as the data write them."""

from __future__ import annotations

import pytest

from torugart.errors import InputError
from torugart.units import (
    ATOMS,
    COUNTED,
    convert,
    name_without_unit,
    parse_unit,
    same_unit,
    unit_in_name,
    unknown_unit,
)


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "mi", "m", 1609.344),
        (1, "nmi", "m", 1852),
        (1, "h", "s", 3600),
        (1, "day", "min", 1440),
        (1, "week", "day", 7),
        (1, "year", "day", 365),
        (12, "month", "year", 1),
        (1, "t", "kg", 1000),
        (1, "Mt", "kt", 1000),
        (1, "kg", "g", 1000),
        (2, "TEU", "FEU", 1),
        (100, "cent", "USD", 1),
        (1, "MWh", "GJ", 3.6),
        (1, "TWh", "GWh", 1000),
        (3.6, "PJ", "TWh", 1),
        (1, "GJ", "MJ", 1000),
        (1, "GW", "MW", 1000),
        (1, "MW", "MWh/h", 1),
        (1000, "l", "m3", 1),
        (100, "%", "share", 1),
        (1435, "mm", "m", 1.435),
        (1, "km/h", "m/s", 1 / 3.6),
        (1, "million USD", "USD", 1e6),
        (1, "musd", "million USD", 1),
        (1, "tkm", "t km", 1),
        (34.7, "gCO2e/tkm", "kg/tkm", 0.0347),
        (1, "h2/km", "min2/km", 3600),
        (0.6, "USD/(FEU km)", "USD/TEU-km", 0.3),
        (52, "departures/year", "1/week", 52 * 7 / 365),
    ],
)
def test_factors_follow_their_definitions(value, unit, to, expected):
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)
    assert convert(expected, to, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("USD/FEU-km", "USD/(FEU km)", True),
        ("hours", "h", True),
        ("h", "day", False),
        ("km", "USD", False),
        ("wagons", "trucks", True),
        ("furlong", "km", None),
        ("furlong", "furlong", True),
    ],
)
def test_same_unit(a, b, same):
    assert same_unit(a, b) is same


@pytest.mark.parametrize("text", ["", "furlong", "USD/", "/", "km//h", "ton", "=1", "9", "x" * 500, "km/h/"])
def test_no_unit(text):
    assert parse_unit(text) is None


@pytest.mark.parametrize(("unit", "to"), [("furlong", "km"), ("km", "furlong"), ("km", "h")])
def test_convert_refuses(unit, to):
    with pytest.raises(InputError, match=r"furlong|different things"):
        convert(1.0, unit, to)


def test_unknown_unit_offers_the_nearest():
    assert "did you mean km?" in unknown_unit("kms.")


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("rail_rate_usd_per_feu_km", "USD/FEU-km", "rail rate"),
        ("sea_departures_per_week", "1/week", "sea departures"),
        ("first_mile_h", "h", "first mile"),
        ("road_driving_h_per_day", "h/day", "road driving"),
        ("rail_variance_h2_per_km", "h2/km", "rail variance"),
        ("rail_diesel_g_co2e_per_tkm", "g/tkm", "rail diesel"),
        ("value_of_variance_usd_per_feu_h2", "USD/FEU-h2", "value of variance"),
        ("crossing_h_rail_eu", "", "crossing h rail eu"),
        ("choice_theta", "", "choice theta"),
        ("length_km", "km", "length"),
        ("km", "km", "km"),
        ("cost_per", "", "cost"),
    ],
)
def test_units_in_names(name, unit, words):
    assert unit_in_name(name) == unit
    assert name_without_unit(name) == words
    assert not unit or parse_unit(unit)


def test_every_atom_has_a_definition():
    assert all(definition for _, _, definition in ATOMS.values())
    assert not set(ATOMS) & COUNTED
