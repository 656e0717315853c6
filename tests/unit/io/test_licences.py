"""Licences by table, and packages without what may not be passed on."""

from __future__ import annotations

import json

import pytest
from tests.small_package import small_package, write_small_package

from torugart.io.licences import licences_by_table, shippable, source_columns
from torugart.schema.check import check_package
from torugart.tables.read import read_package
from torugart.verbs.export import data_export

CLOSED = {"licence_id": "closed", "name": "All rights reserved", "may_ship": "no"}
SECRET = {
    "source_id": "secret",
    "publisher": "A vendor",
    "title": "Its base",
    "licence_id": "closed",
    "kind": "database",
}


def closed_package(folder, change):
    """Write the small package with a source that may not be passed on, after a change to its rows."""
    tables = small_package()
    tables["licences"].append({**dict.fromkeys(tables["licences"][0], ""), **CLOSED})
    tables["sources"].append({**dict.fromkeys(tables["sources"][0], ""), **SECRET})
    change(tables)
    return read_package(write_small_package(folder, tables))


def test_nothing_in_the_package_that_is_shipped_is_closed():
    # The wheel holds the tables of the package, and nothing but them (tests/test_wheel.py).
    package = read_package()
    licences = licences_by_table(package)
    assert set(licences["may_ship"]) == {"yes"}
    assert set(licences["table"]) == {name for name, _ in source_columns() if len(package.tables[name])}
    kept, left_out = shippable(package)
    assert kept is package
    assert left_out.empty


def test_licences_are_counted_by_table(tmp_path):
    def change(tables):
        tables["speed_obs"][0]["source_id"] = "secret"

    found = licences_by_table(closed_package(tmp_path / "p", change)).set_index(["table", "licence_id"])
    assert found.loc[("speed_obs", "closed"), "rows"] == 1
    assert found.loc[("links", "open"), "rows"] == 12


def test_rows_of_closed_sources_are_left_out(tmp_path):
    def change(tables):
        tables["speed_obs"][0]["source_id"] = "secret"

    kept, left_out = shippable(closed_package(tmp_path / "p", change))
    assert kept.tables["speed_obs"].empty
    assert left_out[["table", "row_id", "source_id"]].to_numpy().tolist() == [["speed_obs", "v_1", "secret"]]


def test_what_refers_to_a_row_left_out_goes_with_it(tmp_path):
    def change(tables):
        village = next(row for row in tables["places"] if row["place_id"] == "village")
        village["source_id"] = "secret"
        tables["aliases"].append({"entity_id": "village", "lang": "en", "alias": "Hamlet"})

    package = closed_package(tmp_path / "p", change)
    kept, left_out = shippable(package)
    assert {(row.table, row.row_id) for row in left_out.itertuples()} == {
        ("places", "village"),
        ("links", "r_village"),
        ("aliases", "village/en/Hamlet"),
    }
    assert kept.digest != package.digest


def test_a_cell_that_may_be_empty_is_emptied(tmp_path):
    def change(tables):
        tables["alternatives"][1]["source_id"] = "secret"  # the chosen length

    kept, left_out = shippable(closed_package(tmp_path / "p", change))
    assert kept.tables["projects"].set_index("project_id")["length_km"].isna()["pass_rail"]
    assert set(left_out["column"]) == {"length_km", ""}


def test_a_cell_that_may_not_be_empty_takes_its_row_along(tmp_path):
    def change(tables):
        rival = {**tables["alternatives"][1], "alternative_id": "len_3", "table": "links"}
        tables["alternatives"].append({**rival, "row_id": "r_village", "value": "90", "source_id": "secret"})

    kept, left_out = shippable(closed_package(tmp_path / "p", change))
    assert "r_village" not in set(kept.tables["links"]["link_id"])
    assert ("links", "r_village") in {(row.table, row.row_id) for row in left_out.itertuples()}


@pytest.mark.parametrize("own_use", [False, True])
def test_an_export_says_what_it_left_out(tmp_path, own_use):
    def change(tables):
        tables["speed_obs"][0]["source_id"] = "secret"

    closed_package(tmp_path / "p", change)
    done = data_export(tmp_path / "out", tmp_path / "p", own_use=own_use)
    told = json.loads((tmp_path / "out" / "licences.json").read_text(encoding="utf-8"))
    assert bool(told["left_out"]) is not own_use
    notes = " ".join(done.notes)
    assert ("your own use" in notes) is own_use
    assert ("--own-use keeps them" in notes) is not own_use
    assert ("Its base" in (tmp_path / "out" / "speed_obs.csv").read_text(encoding="utf-8")) is False
    assert len(read_package(tmp_path / "out").tables["speed_obs"]) == own_use
    assert (
        "All rights reserved" in (tmp_path / "out" / "LICENCES.txt").read_text(encoding="utf-8")
        or not own_use
    )


def test_what_is_left_can_be_read_or_is_said_not_to_be(tmp_path):
    def change(tables):
        tables["zones"][0]["source_id"] = "secret"

    closed_package(tmp_path / "p", change)
    done = data_export(tmp_path / "out", tmp_path / "p")
    assert check_package(tmp_path / "out")
    assert any("weights of CHN" in note for note in done.notes)
