"""The map: its projection, its packaged land, and what is drawn on it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.report.sample_bundle import sample_tables

import torugart
from torugart.report.atlas import EARTH_KM, base_map, build_map, layer_of, line_path, project, sea_lanes

MAP = Path(torugart.__file__).parent / "package" / "map"
PACKAGE = MAP.parent


def test_the_packaged_map_is_small() -> None:
    assert sum(path.stat().st_size for path in MAP.glob("*.json")) < 400_000


@pytest.mark.parametrize("name", ["land.json", "lanes.json"])
def test_arcs_stay_on_the_map(name: str) -> None:
    whole = json.loads((MAP / name).read_text(encoding="utf-8"))
    scale, shift = np.array(whole["transform"]["scale"]), np.array(whole["transform"]["translate"])
    for arc in whole["arcs"]:
        points = np.cumsum(np.array(arc), axis=0) * scale + shift
        assert points[:, 0].min() >= -28.01
        assert points[:, 0].max() <= 168.01
        assert points[:, 1].min() >= -13.01
        assert points[:, 1].max() <= 78.01
        # No stroke runs across the map: nothing jumps at the date line.
        long = np.abs(np.diff(points[:, 0])) > 60
        on_edge = np.abs(points[1:, 1] - points[:-1, 1]) < 0.02
        assert not (long & ~on_edge).any()


def land_rings() -> list[np.ndarray]:
    whole = json.loads((MAP / "land.json").read_text(encoding="utf-8"))
    scale, shift = np.array(whole["transform"]["scale"]), np.array(whole["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in whole["arcs"]]
    return [arcs[n] for rings in whole["objects"]["land"]["arcs"] for ring in rings for n in ring]


def on_land(lon: float, lat: float, rings: list[np.ndarray]) -> bool:
    """Even-odd rule over all rings, as the browser fills them."""
    crossings = 0
    for ring in rings:
        x1, y1 = ring[:-1, 0], ring[:-1, 1]
        x2, y2 = ring[1:, 0], ring[1:, 1]
        cut = (y1 > lat) != (y2 > lat)
        x = x1[cut] + (lat - y1[cut]) * (x2[cut] - x1[cut]) / (y2[cut] - y1[cut])
        crossings += int((x > lon).sum())
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("name", "lon", "lat", "land"),
    [
        ("Bishkek", 74.6, 42.9, True),
        ("Moscow", 37.6, 55.7, True),
        ("Madrid", -3.7, 40.4, True),
        ("Delhi", 77.2, 28.6, True),
        ("Yakutsk", 129.7, 62.0, True),
        ("the Caspian", 50.8, 41.0, False),
        ("the Black Sea", 34.0, 43.0, False),
        ("the Arabian Sea", 64.0, 16.0, False),
        ("the Kara Sea", 70.0, 75.0, False),
    ],
)
def test_land_is_land_and_sea_is_sea(name: str, lon: float, lat: float, land: bool) -> None:
    assert on_land(lon, lat, land_rings()) is land, name


def test_lanes_belong_to_links_of_the_package() -> None:
    links = pd.read_csv(PACKAGE / "links.csv").set_index("link_id")
    assert set(links.loc[list(sea_lanes()), "mode"]) <= {"sea", "ferry"}
    there = links.index[links["mode"].isin(["sea", "ferry"])]
    assert len(there.difference(list(sea_lanes()))) <= 10  # a canal, and the way round Africa


def test_the_projection_keeps_areas() -> None:
    # A degree by a degree at two latitudes: areas stand in the ratio of the sphere's.
    areas = []
    for lat in (20.0, 60.0):
        lon, north = np.array([70.0, 71.0, 71.0, 70.0]), np.array([lat, lat, lat + 1, lat + 1])
        x, y = project(lon, north)
        areas.append(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
    exact = [
        EARTH_KM**2 * np.radians(1) * (np.sin(np.radians(lat + 1)) - np.sin(np.radians(lat)))
        for lat in (20, 60)
    ]
    assert areas == pytest.approx(exact, rel=2e-4)


def test_north_is_up_and_east_is_right() -> None:
    x, y = project(np.array([72.0, 72.0, 80.0]), np.array([40.0, 45.0, 40.0]))
    assert y[1] < y[0]
    assert x[2] > x[0]


def test_paths_are_closed_on_request_and_points_give_none() -> None:
    corner = np.array([0.0, 1.0, 1.0])
    assert line_path(corner, corner[::-1], close=True).endswith("z")
    assert line_path(np.zeros(3), np.zeros(3)) == ""


@pytest.mark.parametrize(
    ("status", "mode", "gauge", "layer"),
    [
        ("project", "rail", 1435, "project"),
        ("open", "rail", 1435, "rail1435"),
        ("open", "rail", 1520, "rail1520"),
        ("open", "rail", 1668, "railother"),
        ("open", "rail", pd.NA, "railother"),
        ("open", "road", pd.NA, "road"),
        ("open", "ferry", pd.NA, "water"),
        ("closed", "rail", 1520, "closed"),
    ],
)
def test_each_kind_of_link_has_its_layer(status: str, mode: str, gauge: object, layer: str) -> None:
    assert layer_of({"status": status, "mode": mode, "gauge_mm": gauge}) == layer


def test_changes_are_drawn_by_size_and_sign() -> None:
    picture = build_map(sample_tables())
    assert picture is not None
    sizes = [item["size"] for item in picture["changed"]]
    assert sizes == sorted(sizes, reverse=True)
    signs = {item["name"]: item["sign"] for item in picture["changed"]}
    assert signs["Kashgar – Pass"] == "up"
    assert signs["Kashgar – Andijan"] == "down"


def test_links_beyond_the_land_are_counted_not_drawn() -> None:
    picture = build_map(sample_tables())
    assert picture is not None
    assert picture["beyond"] == 1
    assert "Cape – Alat_Aze" not in [item["name"] for item in picture["links"]]


def test_the_first_view_holds_the_project() -> None:
    picture = build_map(sample_tables())
    assert picture is not None
    left, top, width, height = picture["region"]
    for item in picture["project"]:
        x, y = np.reshape(item["course"], (-1, 2)).T
        assert ((x > left) & (x < left + width)).all()
        assert ((y > top) & (y < top + height)).all()


def test_what_is_not_open_is_hidden_at_first() -> None:
    picture = build_map(sample_tables())
    assert picture is not None
    assert [layer["key"] for layer in picture["layers"] if not layer["shown"]] == ["closed"]


def test_without_links_there_is_no_map() -> None:
    assert build_map({}) is None
    assert build_map({"links": sample_tables()["links"].iloc[:0]}) is None


def test_the_base_map_has_its_layers() -> None:
    assert all(base_map()[key].startswith("M") for key in ("land", "lakes", "rivers", "borders", "disputed"))
