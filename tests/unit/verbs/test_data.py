"""The verbs of `torugart data`."""

from __future__ import annotations

import pytest
from tests.small_package import small_package, write_rows, write_small_package

from torugart.errors import InputError, UnknownName
from torugart.schema.definition import read_schema
from torugart.tables.read import read_package
from torugart.verbs.data import (
    data_assumptions,
    data_conflicts,
    data_diff,
    data_import,
    data_show,
    data_tables,
    data_verify,
    verdict,
)
from torugart.verbs.export import data_export


@pytest.fixture
def folder(tmp_path):
    return write_small_package(tmp_path / "package")


@pytest.fixture
def overlay(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    row = {"link_id": "r_border", "length_km": "15.2", "source_id": "customs", "basis": "measured"}
    write_rows(mine, "links", [row], list(row))
    return mine


def test_tables_are_listed(folder):
    listed = data_tables(folder).set_index("table")
    assert list(listed.index) == list(read_schema())
    assert listed.loc["links", "rows"] == 12
    assert listed.loc["trade_flows", "estimated"] == 1


def test_a_table_is_shown(folder):
    assert data_show("links", folder).equals(read_package(folder).tables["links"])


@pytest.mark.parametrize("name", ["pass_rail", "PR-1", "railway over the pass"])
def test_a_record_is_shown_by_id_alias_and_name(folder, name):
    shown = data_show(name, folder)
    cells = shown[shown["table"] == "projects"].set_index("column")
    assert cells.loc["length_km", ["value", "unit", "source_id", "rivals"]].tolist() == [
        "120",
        "km",
        "customs",
        1,
    ]
    assert "capacity" not in cells.index


def test_what_was_assumed_is_shown(folder):
    cells = data_show("r_border", folder).set_index("column")
    assert cells.loc["speed_km_per_h", ["value", "basis", "assumption_id"]].tolist() == [
        "30",
        "estimated",
        "speed_rail",
    ]


def test_an_unknown_record_offers_the_nearest(folder):
    with pytest.raises(UnknownName, match="pass_rail"):
        data_show("pas_rail", folder)


def test_verify(folder):
    assert verdict(data_verify(folder)) == "no problems found"
    (folder / "links.csv").unlink()
    assert "the file is missing" in verdict(data_verify(folder))


def test_conflicts_can_be_of_one_table(folder):
    assert set(data_conflicts(folder=folder)["table"]) == {"trade_totals", "trade_flows", "projects"}
    assert set(data_conflicts("projects", folder)["table"]) == {"projects"}
    assert data_conflicts("links", folder).empty
    with pytest.raises(UnknownName, match="projects"):
        data_conflicts("project", folder)


def test_no_alternatives_no_conflicts(folder):
    tables = {"alternatives": [], "trade_flows": [], "trade_totals": []}
    for name, rows in tables.items():
        write_rows(folder, name, rows)
    assert data_conflicts(folder=folder).empty


def test_assumptions_are_counted(folder):
    uses = data_assumptions(folder).set_index("assumption_id")["uses"]
    assert uses.to_dict() == {
        "speed_rail": 1,
        "speed_rail_west": 2,
        "capacity_all": 12,
        "lanes_road": 1,
        "terrain_all": 12,
    }


def test_diff(folder, tmp_path):
    tables = small_package()
    tables["links"][0]["length_km"] = "131"
    tables["links"][1]["length_km"] = "16.0"
    tables["services"][0]["service_id"] = "s_2"
    other = write_small_package(tmp_path / "other", tables)
    assert data_diff(folder, other).to_numpy().tolist() == [
        ["links", "r_city_gate", "length_km", "changed", "130", "131"],
        ["services", "s_1", "", "removed", "", ""],
        ["services", "s_2", "", "added", "", ""],
    ]
    assert data_diff(folder, folder).empty


def test_export_merges_overlays(folder, overlay, tmp_path):
    target = data_export(tmp_path / "out", folder, [overlay]).folder
    assert read_package(target).digest == read_package(folder, [overlay]).digest


def test_export_writes_folders(folder, tmp_path):
    with pytest.raises(InputError, match="give a folder"):
        data_export(tmp_path / "out.xlsx", folder)


def test_import_shows_what_would_change(folder, overlay):
    changes = data_import(overlay, folder)
    assert changes.iloc[0].tolist() == ["links", "r_border", "length_km", "changed", "16", "15.2"]
    assert changes.iloc[1:]["table"].tolist() == ["alternatives", "alternatives"]


def test_import_of_nothing_is_a_mistake(folder, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(InputError, match="holds no CSV file"):
        data_import(tmp_path / "nothing", folder)
    with pytest.raises(InputError, match="cannot be read"):
        data_import(tmp_path / "nowhere", folder)


def test_import_lists_faults(folder, overlay):
    row = {"link_id": "r_border", "length_km": "-3", "source_id": "nobody_known", "basis": "measured"}
    write_rows(overlay, "links", [row], list(row))
    with pytest.raises(InputError) as refusal:
        data_import(overlay, folder)
    assert "length_km is -3" in str(refusal.value)
    assert "nobody_known" in str(refusal.value)
