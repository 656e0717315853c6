"""What is doubtful, what is stale, and what changed, in words."""

from __future__ import annotations

import pytest
from tests.small_package import small_package, write_small_package

from torugart.errors import InputError, UnknownName
from torugart.schema.definition import read_schema
from torugart.verbs.changes import data_changes, data_import_changes, thing_of
from torugart.verbs.doubts import data_doubts
from torugart.verbs.stale import data_stale


@pytest.fixture
def tables():
    return small_package()


@pytest.fixture
def write(tmp_path):
    def written(tables, name="package"):
        return write_small_package(tmp_path / name, tables)

    return written


def doubts(folder):
    return [(doubt.file, doubt.column, doubt.what) for doubt in data_doubts(folder)]


def test_the_small_package_has_one_doubt(tables, write):
    assert doubts(write(tables)) == []


def test_records_twice(tables, write):
    tables["projects"].append(
        {**tables["projects"][1], "project_id": "again", "name": "RAILWAY over the Pass"}
    )
    tables["aliases"].append({"entity_id": "west_city", "lang": "en", "alias": "village of O"})
    tables["aliases"].append({"entity_id": "change", "lang": "en", "alias": "Village of  Ó"})
    tables["places"][1].update(lon="76.0002", lat="39.5")
    found = doubts(write(tables))
    assert [(file, column) for file, column, _ in found] == [
        ("projects.csv", "name"),
        ("places.csv", "name"),
        ("places.csv", "lon"),
    ]
    assert "again is called 'RAILWAY over the Pass', pass_rail" in found[0][2]


def test_the_same_name_in_another_country_is_another_place(tables, write):
    tables["places"][5]["name"] = tables["places"][0]["name"]
    assert doubts(write(tables)) == []


def test_evidence_and_statuses_that_disagree(tables, write):
    works = tables["evidence"][0]
    tables["evidence"].append({**works, "evidence_id": "ev_2", "date": "2024", "milestone": "works_stopped"})
    tables["projects"][1]["stated_status"] = "operational"
    found = doubts(write(tables))
    assert [(file, column) for file, column, _ in found] == [
        ("evidence.csv", "date"),
        ("projects.csv", "stated_status"),
    ]
    assert "either order" in found[0][2]
    assert "second_track is stated as operational, evidence makes it undated" in found[1][2]


def test_sources_nothing_cites(tables, write):
    tables["sources"].append({**tables["sources"][0], "source_id": "unread"})
    assert [what for *_, what in doubts(write(tables))] == ["nothing cites unread"]


def test_a_faulty_package_is_refused(tables, write):
    tables["links"][0]["length_km"] = "-1"
    with pytest.raises(InputError, match="length_km is -1"):
        data_doubts(write(tables))


def test_stale_counts_from_the_last_look(tables, write):
    for row in tables["projects"]:
        row["checked_on"] = "2025-01-01"
    tables["links"][0]["checked_on"] = ""
    folder = write(tables)
    found = data_stale(180, "2026-11-26", folder=folder)
    assert found[["table", "row_id", "last_looked", "by"]].to_numpy().tolist() == [
        ["links", "r_city_gate", "", ""],
        ["projects", "second_track", "2025-01-01", "checked"],
        ["projects", "pass_rail", "2026-03-01", "searched"],
    ]
    assert found["days"].tolist()[1:] == [694, 270]
    assert data_stale(270, "2026-11-26", "projects", folder)["row_id"].tolist() == ["second_track"]
    assert data_stale(694, "2026-11-26", "projects", folder).empty


def test_what_was_looked_at_later_does_not_count(tables, write):
    folder = write(tables)
    assert set(data_stale(0, "2026-01-01", "projects", folder)["last_looked"]) == {""}


@pytest.mark.parametrize("days", [-1, 10**9, True, "many", 1.5])
def test_days_that_are_none(days):
    with pytest.raises(InputError, match="days is"):
        data_stale(days)


def test_stale_of_unknown_tables_and_dates():
    with pytest.raises(UnknownName, match="projects"):
        data_stale(table="project")
    with pytest.raises(InputError, match="as_of"):
        data_stale(as_of="soon")


def test_changes_in_words(tables, write):
    before = write(tables)
    after = small_package()
    after["projects"][0].update(cost_musd="8000", open_year="2030", source_id="customs")
    after["projects"].append({**after["projects"][1], "project_id": "new_line", "requires_project": ""})
    after["projects"].append({**after["projects"][1], "project_id": "new_road", "requires_project": ""})
    after["claims"], after["claim_bases"] = [], []
    after["links"][0]["speed_km_per_h"] = ""
    after["links"][1]["note"] = "word " * 40
    assert data_changes(before, write(after, "after")) == [
        "link r_city_gate: speed 40 km/h emptied (source atlas)",
        f"link r_border: note {'word ' * 15}wo..., was empty (source atlas)",
        "2 projects added: new_line, new_road",
        "pass_rail: open year 2028 -> 2030; cost 4,700 -> 8,000 million USD (source customs)",
        "claim cl_1 removed",
        "reading of a claim cl_1/all removed",
    ]
    assert data_changes(before, before) == []


def test_changes_of_who_says_so_alone(tables, write):
    before = write(tables)
    after = small_package()
    after["projects"][1]["checked_on"] = "2026-12-01"
    assert data_changes(before, write(after, "after")) == [
        "second_track: last checked 2026-11-25 -> 2026-12-01 (source atlas)"
    ]


def test_rival_values_an_overlay_brings_are_told_by_their_cell(tables, write, tmp_path):
    overlay = tmp_path / "mine"
    overlay.mkdir()
    (overlay / "projects.csv").write_text(
        "project_id,cost_musd,source_id,basis\npass_rail,8000,customs,reported\n", encoding="utf-8"
    )
    (overlay / "alternatives.csv").write_text(
        "alternative_id,table,row_id,column,value,unit,source_id,basis,chosen\n"
        "a_1,projects,pass_rail,tunnels,12,count,customs,claimed,no\n",
        encoding="utf-8",
    )
    assert data_import_changes(overlay, write(tables)) == [
        "pass_rail: cost 4,700 -> 8,000 million USD (source customs)",
        "rival value pass_rail tunnels 12 count (source customs) added",
    ]


def test_many_records_are_counted(tables, write):
    before = write(tables)
    after = small_package()
    after["parties"].extend({**after["parties"][0], "party_id": f"p_{i:02d}"} for i in range(20))
    [line] = data_changes(before, write(after, "after"))
    assert line.startswith("20 parties added: p_00, p_01")
    assert line.endswith("and 8 more")


def test_every_table_has_a_word():
    assert all(thing_of(table) and not thing_of(table).endswith("ie") for table in read_schema())
