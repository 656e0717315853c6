"""Holes are filled by assumptions and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from tests.small_package import small_package, write_rows, write_small_package

from torugart.schema.conditions import parse_conditions
from torugart.tables.assumptions import is_empty, rows_meeting
from torugart.tables.read import cell, fill_assumptions, read_package


@pytest.fixture
def folder(tmp_path):
    return write_small_package(tmp_path / "package")


@pytest.fixture
def package(folder):
    return read_package(folder)


def with_rules(folder, *rules):
    sound = small_package()["assumptions"][0]
    write_rows(folder, "assumptions", [{**sound, **rule} for rule in rules])
    return read_package(folder)


def speeds(package):
    links = package.tables["links"].set_index("link_id")["speed_km_per_h"]
    return {name: links[name] for name in ("r_city_gate", "r_border", "r_gate_change", "h_border")}


def test_the_rule_with_most_conditions_fills(package):
    filled, record = fill_assumptions(package)
    assert speeds(filled) == {"r_city_gate": 40, "r_border": 30, "r_gate_change": 25, "h_border": 30}
    rules = record.set_index(["table", "row_id", "column"])["assumption_id"]
    assert rules["links", "r_gate_change", "speed_km_per_h"] == "speed_rail_west"
    assert ("links", "r_city_gate", "speed_km_per_h") not in rules.index


def test_ties_go_to_the_first_id(folder):
    one, other = {"assumption_id": "b", "value": "1"}, {"assumption_id": "a", "value": "2"}
    clear = {"lo": "", "hi": ""}
    filled, _ = fill_assumptions(with_rules(folder, {**one, **clear}, {**other, **clear}))
    assert speeds(filled)["r_border"] == 2


def test_the_record_is_what_was_filled(package):
    filled, record = fill_assumptions(package)
    holes = {
        (table, column): int(is_empty(package.tables[table][column]).sum() - is_empty(frame[column]).sum())
        for table, frame in filled.tables.items()
        for column in frame.columns
    }
    counts = record.groupby(["table", "column"]).size().to_dict()
    assert {where: count for where, count in holes.items() if count} == counts
    assert list(record.columns) == ["table", "row_id", "column", "assumption_id", "value"]
    assert filled.assumed is record or filled.assumed.equals(record)


def test_types_stay(package):
    filled, _ = fill_assumptions(package)
    for name, frame in package.tables.items():
        assert frame.dtypes.equals(filled.tables[name].dtypes)
    assert filled.tables["links"]["lanes"].dropna().tolist() == [2, 2, 2, 2]
    assert filled.tables["links"]["terrain"].unique().tolist() == ["rolling"]


def test_the_package_given_is_left_alone(package):
    before = {name: frame.copy() for name, frame in package.tables.items()}
    filled, _ = fill_assumptions(package)
    assert all(frame.equals(before[name]) for name, frame in package.tables.items())
    assert filled.digest == package.digest
    assert package.assumed.empty


def test_filling_twice_is_filling_once(package):
    once, record = fill_assumptions(package)
    twice, again = fill_assumptions(once)
    assert all(frame.equals(twice.tables[name]) for name, frame in once.tables.items())
    assert again.equals(record)


def test_cells_say_what_filled_them(package):
    filled, _ = fill_assumptions(package)
    found = cell(filled, "links", "r_border", "speed_km_per_h")
    assert (found.value, found.unit) == (30.0, "km/h")
    assert (found.assumption_id, found.source_id, found.basis) == ("speed_rail", "bench", "estimated")
    assert cell(package, "links", "r_border", "speed_km_per_h").value is None


def test_no_rules_fill_nothing(folder):
    filled, record = fill_assumptions(with_rules(folder))
    assert record.empty
    assert np.isnan(speeds(filled)["r_border"])


@pytest.mark.parametrize(
    ("where", "links"),
    [
        ("mode=sea", {"s_ports"}),
        ("mode=sea|ferry", {"s_ports", "f_quays"}),
        ("mode=road;surface!=paved", {"h_border"}),
        ("tracks=2", {"r_city_port"}),
        ("gauge_mm=1520", {"r_change_city", "r_village"}),
        ("mode=rail;opened_year=", {"r_village", "r_city_port"}),
        ("place_a.iso3!=place_b.iso3", {"r_border", "h_border"}),
        ("place_b.kind=station", {"r_village"}),
        ("season_id.meaning=snow on the pass", {"h_border"}),
        ("length_km=60.0", {"f_quays"}),
        ("mode=rail;mode=road", set()),
    ],
)
def test_conditions_choose_rows(package, where, links):
    met = rows_meeting(package.tables, "links", parse_conditions(where, "links"))
    assert set(package.tables["links"]["link_id"][met]) == links


def test_the_built_in_package_is_filled():
    filled, record = fill_assumptions(read_package())
    assert len(record) > 0
    links = filled.tables["links"]
    assert not is_empty(links["speed_km_per_h"])[(links["mode"] != "rail").to_numpy()].any()
