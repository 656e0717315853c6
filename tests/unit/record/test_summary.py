"""The record as a whole: timeline, places, counts and sums."""

from __future__ import annotations

import pandas as pd
import pytest

from torugart.record.ledger import commitment_ledger, project_ledger
from torugart.record.summary import (
    money_by_sector,
    pledges_by_event,
    project_places,
    project_record,
    timeline,
)
from torugart.tables.read import read_package

TABLES = read_package().tables


def test_the_timeline_ends_on_the_day_asked_for_and_runs_forward() -> None:
    line = timeline(TABLES, "2024-06")
    assert line["year"].is_monotonic_increasing
    assert line["year"].max() == 2024
    assert "astana_summit_2025" not in set(line["record_id"])
    assert "xian_summit_2023" in set(line["record_id"])


@pytest.mark.parametrize("day", ["2018", "2022-06", "2024-02-01", "2025-12-15"])
def test_the_timeline_tells_of_no_project_before_the_ledger_does(day: str) -> None:
    line = timeline(TABLES, day)
    told = line[line["table"] == "projects"]
    ledger = project_ledger(TABLES, day).set_index("project_id")
    assert set(told["record_id"]) <= set(ledger.index)
    operating = set(told.loc[told["kind"] == "operating", "record_id"])
    assert not (ledger.loc[sorted(operating), "status"].isin(["announced", "agreed", "undated"])).any()


def test_every_point_of_the_timeline_has_a_source() -> None:
    line = timeline(TABLES, "2026-11-27")
    assert set(line["source_id"]) <= set(TABLES["sources"]["source_id"])
    assert not line.duplicated(["record_id", "kind"]).any()


def test_projects_stand_where_their_links_or_names_say_and_nowhere_else() -> None:
    places = project_places(TABLES).set_index("project_id")
    assert places.loc["cku", "located_by"] == "links"
    assert 72 < places.loc["cku", "lon"] < 77
    # The plant's name names Dushanbe.
    dushanbe = TABLES["places"].set_index("place_id").loc["dushanbe"]
    assert places.loc["dushanbe_2_chp", "lon"] == pytest.approx(dushanbe["lon"])
    assert "powerchina_manganese" not in places.index


@pytest.mark.parametrize("order", [1, -1])
def test_of_places_called_alike_the_one_in_the_country_of_the_project_counts(order: int) -> None:
    tables = dict(TABLES)
    places = tables["places"]
    twin = places[places["place_id"] == "dushanbe"].assign(place_id="twin", iso3="UZB", lon=60.0, lat=40.0)
    tables["places"] = pd.concat([places, twin][::order], ignore_index=True)
    found = project_places(tables).set_index("project_id")
    assert found.loc["dushanbe_2_chp", ["lon", "lat"]].tolist() == pytest.approx(
        places.set_index("place_id").loc["dushanbe", ["lon", "lat"]].tolist()
    )


def test_counts_of_pledges_add_up_to_the_commitments() -> None:
    ledger = commitment_ledger(TABLES, "2026-11-27")
    ledger["event"] = ledger["event_id"]
    counted = pledges_by_event(ledger)
    assert counted["count"].sum() == (ledger["status"] != "nothing promised").sum()


def test_money_is_added_up_without_parts_and_apart_by_document() -> None:
    projects = pd.DataFrame(
        [
            ("a", "gas", 100.0, "reported", "yes"),
            ("b", "gas", 30.0, "estimated", "yes"),
            ("c", "gas", 50.0, "reported", "no"),
            ("d", "power", 200.0, "reported", "yes"),
        ],
        columns=["project_id", "sector", "cost_musd", "basis", "summable"],
    )
    money = money_by_sector(projects)
    assert money["sector"].tolist() == ["power", "gas"]
    gas = money.iloc[1]
    assert (gas["projects"], gas["with_cost"]) == (3, 2)
    assert (gas["documented_musd"], gas["estimated_musd"], gas["total_musd"]) == (100.0, 30.0, 130.0)


def test_the_record_of_a_project_names_status_parties_and_milestones_with_sources() -> None:
    record = project_record(TABLES, "cku", "2026-11-27")
    assert record["kind"].value_counts().loc["party"] >= 6
    assert (
        record.loc[record["kind"] == "status", "text"]
        .iloc[0]
        .startswith("under construction since 2024-12-27")
    )
    assert record.loc[record["kind"] == "milestone", "source_id"].isin(TABLES["sources"]["source_id"]).all()


def test_before_anybody_had_heard_of_it_a_project_has_no_record() -> None:
    assert project_record(TABLES, "samarkand_waste_to_energy", "2020").empty
    assert project_record(TABLES, "", "2026").empty
