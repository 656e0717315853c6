"""The report's map as inline SVG: an Albers conic projection in numpy, nothing fetched.

Words and gates keep their size at every zoom: they are scaled by the CSS variable ``--k``, drawing units per pixel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from torugart.report.numerals import megatonnes, number

Row = dict[str, Any]

WIDTH = 4000.0  # drawing units from the western to the eastern edge of the whole view
WINDOW = (-12.0, 150.0, 3.0, 68.0)  # west, east, south, north of the drawing
BASE = (-27.0, 167.0, -12.0, 77.0)  # of the packaged land; a link that ends beyond it is told of, not drawn
PARALLELS = (28.0, 55.0)
MERIDIAN, ORIGIN = 72.0, 40.0
EARTH_KM = 6371.0
REGION_KM = 1700.0  # the least width of the view the map opens with
REGION_PAD, WHOLE_PAD = 1.35, 1.06  # width of a view over that of what it holds
ASPECT = 0.6  # height over width of the view
LAID_OUT = 1000.0  # pixels of the width for which names are placed
WIDEST = 15.0  # pixels of the band of the largest change
SHOWN_SHARE = 0.008  # of the largest change; smaller changes are told, not drawn
GATES_NAMED = 6
LAYERS = (
    ("water", "Sea and ferry"),
    ("road", "Road"),
    ("railother", "Rail, other gauge"),
    ("rail1520", "Rail 1520 mm"),
    ("rail1435", "Rail 1435 mm"),
    ("closed", "Not open in the year"),
)
HIDDEN_AT_FIRST = frozenset({"closed"})


def project(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project degrees to kilometres on an Albers equal-area cone (spherical), y downwards."""
    one, two = np.radians(PARALLELS)
    n = (np.sin(one) + np.sin(two)) / 2
    c = np.cos(one) ** 2 + 2 * n * np.sin(one)
    rho = EARTH_KM * np.sqrt(np.maximum(c - 2 * n * np.sin(np.radians(lat)), 0)) / n
    rho0 = EARTH_KM * np.sqrt(c - 2 * n * np.sin(np.radians(ORIGIN))) / n
    angle = n * np.radians(np.asarray(lon) - MERIDIAN)
    return rho * np.sin(angle), rho * np.cos(angle) - rho0


@dataclass(frozen=True)
class Frame:
    """Puts projected kilometres on the drawing."""

    left: float
    top: float
    km_per_unit: float
    height: float

    def place(self, lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return drawing units for degrees."""
        x, y = project(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return (x - self.left) / self.km_per_unit, (y - self.top) / self.km_per_unit


@cache
def frame() -> Frame:
    """Return the frame that just holds the window of the whole view."""
    west, east, south, north = WINDOW
    run, rise = np.linspace(west, east, 80), np.linspace(south, north, 40)
    lon = np.concatenate([run, run, np.full(40, west), np.full(40, east)])
    lat = np.concatenate([np.full(80, south), np.full(80, north), rise, rise])
    x, y = project(lon, lat)
    scale = float(np.ptp(x)) / WIDTH
    return Frame(float(x.min()), float(y.min()), scale, float(np.ptp(y)) / scale)


def line_path(x: np.ndarray, y: np.ndarray, *, close: bool = False) -> str:
    """Write a polyline as a relative SVG path on a grid of a fifth of a unit."""
    grid = np.rint(np.column_stack([x, y]) * 5).astype(int)
    steps = np.diff(grid, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if len(steps) == 0:
        return ""
    head = f"M{grid[0, 0] / 5:g} {grid[0, 1] / 5:g}l"
    body = " ".join(f"{dx / 5:g} {dy / 5:g}" for dx, dy in steps.tolist())
    return head + body.replace(" -", "-") + ("z" if close else "")


class Topology:
    """A packaged TopoJSON whose arcs and points are read in drawing units."""

    def __init__(self, name: str) -> None:
        text = files("torugart").joinpath("package", "map", name).read_text(encoding="utf-8")
        whole = json.loads(text)
        self.shapes: dict[str, Any] = whole["objects"]
        self._arcs = whole["arcs"]
        self._scale, self._shift = (np.array(whole["transform"][key]) for key in ("scale", "translate"))

    def place(self, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return drawing units for points of the topology's grid, one a row."""
        degrees = grid * self._scale + self._shift
        return frame().place(degrees[:, 0], degrees[:, 1])

    def arc(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return an arc, which is stored as steps from its first point."""
        return self.place(np.cumsum(np.array(self._arcs[index]), axis=0))

    def areas(self, name: str) -> str:
        """Return the closed paths of an object."""
        polygons = self.shapes.get(name, {"arcs": []})["arcs"]
        arcs = (n for rings in polygons for ring in rings for n in ring)
        return "".join(line_path(*self.arc(n), close=True) for n in arcs)

    def lines(self, name: str) -> str:
        """Return the open paths of an object."""
        lines = self.shapes.get(name, {"arcs": []})["arcs"]
        return "".join(line_path(*self.arc(n)) for line in lines for n in line)


@cache
def base_map() -> Row:
    """Return the paths of land, waters and borders and the countries' names, placed on the drawing."""
    topology = Topology("land.json")
    points = topology.shapes["names"]["geometries"]
    x, y = topology.place(np.array([point["coordinates"] for point in points]))
    names = [{**p["properties"], "x": float(x[i]), "y": float(y[i])} for i, p in enumerate(points)]
    lines = {key: topology.lines(key) for key in ("rivers", "borders", "disputed")}
    return {"land": topology.areas("land"), "lakes": topology.areas("lakes"), **lines, "names": names}


@cache
def sea_lanes() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the drawn course of each sea and ferry link that has one."""
    topology = Topology("lanes.json")
    return {lane["id"]: topology.arc(lane["arcs"][0]) for lane in topology.shapes["lanes"]["geometries"]}


def layer_of(link: Mapping[str, Any]) -> str:
    """Return the layer of the map a link is drawn on."""
    if link["status"] == "project":
        return "project"
    if link["status"] == "closed":
        return "closed"
    if link["mode"] in ("sea", "ferry"):
        return "water"
    if link["mode"] == "road":
        return "road"
    gauge = link["gauge_mm"]
    return f"rail{int(gauge)}" if not pd.isna(gauge) and int(gauge) in (1435, 1520) else "railother"


def on_base(links: pd.DataFrame) -> np.ndarray:
    """Tell which links have both ends on the packaged land."""
    west, east, south, north = BASE
    inside = np.ones(len(links), dtype=bool)
    for end in ("a", "b"):
        inside &= links[f"lon_{end}"].between(west, east).to_numpy()
        inside &= links[f"lat_{end}"].between(south, north).to_numpy()
    return inside


def on_base_points(lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Tell which points lie on the packaged land."""
    west, east, south, north = BASE
    return (lon.between(west, east) & lat.between(south, north)).to_numpy(bool)


def view_box(x: np.ndarray, y: np.ndarray, pad: float = REGION_PAD) -> list[float]:
    """Return the view (x, y, width, height) around points, padded, at least `REGION_KM` wide."""
    least = REGION_KM / frame().km_per_unit
    width = max(float(np.ptp(x)) * pad, float(np.ptp(y)) * pad / ASPECT, least)
    height = width * ASPECT
    left, top = (x.max() + x.min() - width) / 2, (y.max() + y.min() - height) / 2
    return [round(float(v), 1) for v in (left, top, width, height)]


def describe_link(link: Mapping[str, Any]) -> str:
    """Return what a link is in a few words: mode, gauge, length."""
    gauge = "" if pd.isna(link["gauge_mm"]) else f" {int(link['gauge_mm'])} mm"
    return f"{str(link['mode']).capitalize()}{gauge}, {number(link['length_km'], places=0)} km"


def build_map(tables: Mapping[str, pd.DataFrame]) -> Row | None:
    """Return all that the template needs to draw the map, or None if the bundle has no links."""
    table = tables.get("links")
    if table is None or table.empty:
        return None
    links = table.dropna(subset=["lon_a", "lat_a", "lon_b", "lat_b"])
    inside = on_base(links)
    beyond = int((~inside & (links["status"] != "closed")).sum())
    links = links[inside].reset_index(drop=True)
    if links.empty:
        return None
    view, lanes = frame(), sea_lanes()
    xa, ya = view.place(links["lon_a"], links["lat_a"])
    xb, yb = view.place(links["lon_b"], links["lat_b"])
    changes = links["d_t"].fillna(0.0).to_numpy(float)
    largest = float(np.abs(changes).max(initial=0.0))
    drawn = (np.abs(changes) >= SHOWN_SHARE * largest) & (changes != 0)
    items: list[Row] = []
    for i, link in enumerate(links.to_dict("records")):
        course = lanes.get(
            link["link_id"], (xa[[i]].tolist() + xb[[i]].tolist(), ya[[i]].tolist() + yb[[i]].tolist())
        )
        x, y = np.asarray(course[0]), np.asarray(course[1])
        items.append(
            {
                "d": line_path(x, y),
                "course": np.rint(np.column_stack([x, y])).astype(int).ravel().tolist(),
                "layer": layer_of(link),
                "name": link["name"],
                "kind": describe_link(link),
                "without": megatonnes(link["t_without"]),
                "with": megatonnes(link["t_with"]),
                "change": megatonnes(changes[i], sign=True),
                "size": abs(float(changes[i])),
                "sign": "up" if changes[i] > 0 else "down",
                "w": round(max(1.6, WIDEST * abs(float(changes[i])) / largest), 1) if largest else 0.0,
                "drawn": bool(drawn[i]),
                "source_id": link["source_id"],
                "estimated": link["basis"] == "estimated",
            }
        )
    everywhere = np.concatenate([np.reshape(item["course"], (-1, 2)) for item in items])
    focus = (links["status"] == "project").to_numpy()
    focus = focus if focus.any() else drawn if drawn.any() else np.ones(len(links), dtype=bool)
    region = view_box(np.concatenate([xa[focus], xb[focus]]), np.concatenate([ya[focus], yb[focus]]))
    paths = {key: [item["d"] for item in items if item["layer"] == key] for key, _ in LAYERS}
    gates = gate_marks(tables.get("gates"), SHOWN_SHARE * largest)
    return {
        **base_map(),
        "region": region,
        "whole": view_box(everywhere[:, 0], everywhere[:, 1], WHOLE_PAD),
        "k": round(region[2] / LAID_OUT, 4),
        "layers": [
            {
                "key": key,
                "label": label,
                # Long dotted lanes are drawn one by one: a browser skips those out of view, dot by dot otherwise.
                "paths": paths[key] if key == "water" else ["".join(paths[key])],
                "shown": key not in HIDDEN_AT_FIRST,
            }
            for key, label in LAYERS
            if paths[key]
        ],
        "beyond": beyond,
        "smallest": megatonnes(SHOWN_SHARE * largest),
        "changed": sorted((item for item in items if item["drawn"]), key=lambda item: -item["size"]),
        "project": [item for item in items if item["layer"] == "project"],
        "links": items,
        "gates": gates,
        "labels": labels(tables, links, gates, region),
        "km_per_unit": view.km_per_unit,
    }


def gate_marks(gates: pd.DataFrame | None, smallest: float) -> list[Row]:
    """Return the gates with their places on the drawing, those that change most last, so that they lie on top."""
    if gates is None or gates.empty:
        return []
    x, y = frame().place(gates["lon"], gates["lat"])
    marks = []
    for i, gate in enumerate(gates.to_dict("records")):
        if not (np.isfinite(x[i]) and np.isfinite(y[i])):
            continue
        change = 0.0 if pd.isna(gate["d_t"]) else float(gate["d_t"])
        kind = "none" if abs(change) < smallest or change == 0 else "up" if change > 0 else "down"
        marks.append(
            {
                "x": round(float(x[i]), 1),
                "y": round(float(y[i]), 1),
                "name": gate["name"],
                "without": megatonnes(gate["t_without"]),
                "with": megatonnes(gate["t_with"]),
                "change": megatonnes(change, sign=True),
                "size": abs(change),
                "kind": kind,
            }
        )
    return sorted(marks, key=lambda mark: mark["size"])


def labels(
    tables: Mapping[str, pd.DataFrame], links: pd.DataFrame, gates: list[Row], region: list[float]
) -> list[Row]:
    """Return the names on the map: each with the finest scale at which it finds room.

    ``k`` is in drawing units per pixel: a name is shown while the map's own scale is at most that.
    """
    wanted: list[Row] = []
    places = tables.get("places")
    if places is not None and not places.empty:
        own = links[links["status"] == "project"]
        near = dict.fromkeys([*own["place_a"], *own["place_b"]])
        pairs = tables.get("pairs")
        far = {} if pairs is None else dict.fromkeys([*pairs["origin"], *pairs["destination"]])
        degree = pd.concat([links["place_a"], links["place_b"]]).value_counts()
        x, y = frame().place(places["lon"], places["lat"])
        for i, place in enumerate(places.to_dict("records")):
            key = place["place_id"]
            if key not in near and key not in far and place["kind"] != "city":
                continue
            rank = 0 if key in near else 0.4 if key in far else 4
            kind = "own" if key in near else "place"
            wanted.append(
                {"name": place["name"], "kind": kind, "rank": (rank, -int(degree.get(key, 0)))}
                | {"x": float(x[i]), "y": float(y[i])}
            )
    for gate in sorted(gates, key=lambda g: -g["size"])[:GATES_NAMED]:
        if gate["kind"] != "none":
            text = f"{gate['name']} {gate['change']} Mt"
            wanted.append({**gate, "name": text, "kind": f"gate {gate['kind']}", "rank": (0.5, 0)})
    for name in base_map()["names"]:
        rank = 3 if name["kind"] == "country" and name["rank"] == 1 else 5
        wanted.append({**name, "rank": (rank, 0), "k": 99.0 if name["rank"] == 1 else 2.2})
    wanted.sort(key=lambda label: label["rank"])
    return room_for(wanted, region)


def room_for(wanted: list[Row], region: list[float]) -> list[Row]:
    """Give each name the largest scale of a short ladder at which it covers no name before it."""
    first = region[2] / LAID_OUT
    ladder = (WIDTH / LAID_OUT, 2.0, first, first / 2, first / 4)
    placed: list[
        tuple[float, float, float, float, float]
    ] = []  # left and right of the anchor in pixels; x, y; k
    kept = []
    for label in wanted:
        found = first_clear(label, ladder, placed)
        if found is None:
            continue
        k, side = found
        placed.append((*extent(label, side), label["x"], label["y"], k))
        kept.append(
            {
                "name": label["name"],
                "kind": label["kind"],
                "k": round(min(k, label.get("k", k)), 4),
                "side": side,
            }
            | {"x": round(label["x"], 1), "y": round(label["y"], 1), "shown": first <= k * 1.001}
        )
    return kept


def extent(label: Row, side: str) -> tuple[float, float]:
    """Return how far a name reaches left and right of its point, in pixels."""
    width = 6.5 * len(str(label["name"])) + 8
    return {"middle": (-width / 2, width / 2), "right": (-5.0, width), "left": (-width, 5.0)}[side]


def first_clear(
    label: Row, ladder: tuple[float, ...], placed: list[tuple[float, float, float, float, float]]
) -> tuple[float, str] | None:
    """Return the coarsest scale, and the side of its point, at which a name covers none placed before it."""
    sides = ("middle",) if label["kind"] in ("country", "sea") else ("right", "left")
    for k in ladder:
        for side in sides:
            left, right = extent(label, side)
            clear = all(
                other_k < k * 0.999
                or (label["x"] - x) / k + right < other_left
                or (label["x"] - x) / k + left > other_right
                or abs(label["y"] - y) / k > 15
                for other_left, other_right, x, y, other_k in placed
            )
            if clear:
                return k, side
    return None
