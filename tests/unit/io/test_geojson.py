"""Places, links and projects as GeoJSON."""

from __future__ import annotations

import json

import pytest
from tests.small_package import small_package, write_small_package

from torugart.io.geojson import links_features, places_features, project_geometry, projects_features
from torugart.record.ledger import project_ledger
from torugart.tables.read import read_package


@pytest.fixture
def package(tmp_path):
    tables = small_package()
    row = dict(tables["projects"][1])
    tables["projects"].append({**row, "project_id": "gate_works", "requires_project": "", "name": "Gate"})
    tables["projects"].append({**row, "project_id": "nowhere", "requires_project": "", "name": "Nowhere"})
    edit = {"edit_id": "pe_9", "project_id": "gate_works", "table": "crossings", "row_id": "x_road"}
    changed = {"column": "note", "op": "set", "before": "", "after": "wider", "reason": "works"}
    tables["project_edits"].append({**tables["project_edits"][0], **edit, **changed})
    return read_package(write_small_package(tmp_path / "package", tables))


def test_places_are_points_with_longitude_first(package):
    features = {feature["id"]: feature for feature in places_features(package)}
    assert features["east_city"]["geometry"] == {"type": "Point", "coordinates": [76.0, 39.5]}
    told = features["village"]["properties"]
    assert told["name"] == "O'Village <b>"
    assert told["basis"] == "reported"
    assert told["source"].startswith("The Atlas, Roads and rails of the valley, 2025")
    assert "locode" not in told  # what is not known is not told


def test_links_are_lines_between_their_places(package):
    features = {feature["id"]: feature for feature in links_features(package)}
    assert features["r_border"]["geometry"]["coordinates"] == [[75.4, 40.4], [75.3, 40.5]]
    assert features["r_border"]["properties"]["length_km"] == 16


def test_projects_stand_where_links_or_crossings_are(package):
    kinds = {p: project_geometry(package, p) for p in ("pass_rail", "second_track", "gate_works", "nowhere")}
    assert {p: by for p, (_, by) in kinds.items()} == {
        "pass_rail": "links",
        "second_track": "links",
        "gate_works": "places",
        "nowhere": "",
    }
    assert kinds["pass_rail"][0]["type"] == "MultiLineString"
    assert kinds["second_track"][0]["type"] == "LineString"
    assert kinds["gate_works"][0] == {"type": "MultiPoint", "coordinates": [[75.4, 40.4], [75.3, 40.5]]}
    assert kinds["nowhere"][0] is None


def test_projects_carry_their_status(package):
    statuses = project_ledger(package.tables, "2026-11-25")
    features = {feature["id"]: feature for feature in projects_features(package, statuses)}
    assert features["pass_rail"]["properties"]["status"] == "under construction"
    assert features["nowhere"]["geometry"] is None
    json.dumps(list(features.values()), allow_nan=False)
