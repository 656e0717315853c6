"""Projects in OC4IDS: the shape the standard asks for, and the record in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.json_shape import shape_faults
from tests.small_package import small_package, write_small_package

from torugart.io.oc4ids import SECTORS, STATUSES, first_moment, project_package
from torugart.record.evidence import LADDER, OFF_LADDER
from torugart.record.ledger import project_ledger
from torugart.schema.definition import read_schema
from torugart.tables.read import read_package

SHAPE = json.loads((Path(__file__).parent / "oc4ids_0_9.json").read_text(encoding="utf-8"))
DAY = "2026-11-25"


@pytest.fixture
def exported(tmp_path):
    tables = small_package()
    tables["projects"][1]["part_of"] = "pass_rail"
    package = read_package(write_small_package(tmp_path / "package", tables))
    found = project_package(package, project_ledger(package.tables, DAY), DAY, "https://example.org/terms")
    return found, {project["id"]: project for project in found["projects"]}


def test_the_built_in_projects_have_the_shape_of_the_standard():
    package = read_package()
    found = project_package(package, project_ledger(package.tables, DAY), DAY)
    assert list(shape_faults(found, SHAPE, SHAPE)) == []
    assert len(found["projects"]) == len(package.tables["projects"])
    json.dumps(found, allow_nan=False)


def test_the_shape_finds_faults():
    broken = {
        "version": "nine",
        "projects": [
            {"status": "begun", "sector": ["x"], "budget": {"budgetBreakdown": []}},
            {"id": 3, "updated": "2026", "period": {"durationInDays": 1.5}, "parties": [{}]},
        ],
    }
    faults = list(shape_faults(broken, SHAPE, SHAPE))
    for part in (
        *("uri is missing", "'nine'", "id is missing", "'begun'", "'x'", "3 is no string", "'2026'"),
        *("budgetBreakdown is no field", "1.5 is no integer", "parties[0]: is empty"),
    ):
        assert any(part in fault for fault in faults), part


def test_a_project_says_what_the_record_says(exported):
    found, projects = exported
    assert list(shape_faults(found, SHAPE, SHAPE)) == []
    project = projects["torugart-pass_rail"]
    assert project["title"] == "Railway over the pass"
    assert project["status"] == "implementation"
    assert project["sector"] == ["transport", "transport.rail"]
    assert project["period"] == {"startDate": "2024-12-27T00:00:00Z", "endDate": "2028-12-31T23:59:59Z"}
    assert project["budget"]["amount"] == {"amount": 4_700_000_000, "currency": "USD"}
    (breakdown,) = project["budget"]["budgetBreakdowns"]
    assert breakdown["budgetBreakdown"][0]["sourceParty"] == {
        "id": "east_bank",
        "name": "Bank of the East",
    }
    assert project["parties"][0]["roles"] == ["funder"]
    assert project["milestones"][0]["dateMet"] == "2024-12-27T00:00:00Z"
    assert {document["id"] for document in project["documents"]} == {"atlas", "customs"}
    assert project["locations"][0]["geometry"]["type"] == "MultiLineString"
    assert project["x_torugart"]["stated_status"] == "construction"


def test_parts_and_requirements_are_related_projects(exported):
    related = exported[1]["torugart-second_track"]["relatedProjects"]
    assert [(r["relationship"], r["identifier"]) for r in related] == [
        ("partOf", "torugart-pass_rail"),
        ("requires", "torugart-pass_rail"),
    ]


def test_nothing_is_said_that_is_not_known(exported):
    project = exported[1]["torugart-second_track"]
    assert "status" not in project  # no evidence
    assert "budget" not in project
    assert "startDate" not in project["period"]


def test_the_same_data_give_the_same_file(exported, tmp_path):
    package = read_package(tmp_path / "package")
    again = project_package(package, project_ledger(package.tables, DAY), DAY, "https://example.org/terms")
    assert json.dumps(again) == json.dumps(exported[0])


def test_every_status_and_sector_is_mapped():
    assert set(STATUSES) == {*LADDER, *OFF_LADDER}
    codes = SHAPE["definitions"]["Project"]["properties"]["status"]["enum"]
    assert set(STATUSES.values()) - {None} <= set(codes)
    assert set(SECTORS) == set(read_schema()["projects"].columns["sector"].choices)


@pytest.mark.parametrize(
    ("written", "moment"),
    [("2024", "2024-01-01T00:00:00Z"), ("2024-12", "2024-12-01T00:00:00Z"), ("", "")],
)
def test_dates_are_moments(written, moment):
    assert first_moment(written) == moment
