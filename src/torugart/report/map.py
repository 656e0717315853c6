"""The map: a conic projection of the packaged base map, the network over it, and what changed in it.

Drawn in Python as SVG so that it shows without scripts; report.js adds zooming, and naming what is pointed at. Lines keep
their width and words their size at every zoom: both hang on the CSS variable ``--k``, kilometres of the plane per pixel.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from torugart.report.charts import tag
from torugart.report.numbers import fixed, signed

FloatArray = NDArray[np.float64]

EARTH_KM = 6371.0
UNIT_KM = 4.0  # kilometres in one unit of the drawing
PARALLELS = (28.0, 54.0)  # true to scale; they embrace the corridors
MERIDIAN = 76.0
WIDTH, HEIGHT = 1080.0, 640.0  # of the drawing as first laid out, pixels
WIDEST_BAND = 16.0
SMALLEST_SHARE = 0.01  # of the largest change; smaller ones are named when pointed at, not drawn
REGION_SHARE = 0.35  # links that change by more than this share of the largest are inside the first view
SMALLEST_VIEW_KM = 1900.0
LABELLED_GATES = 8
MODE_ORDER = ("sea", "ferry", "road", "rail_other", "rail_1520", "rail_1435", "planned")
MODE_WORDS = {
    "rail_1435": "rail 1435 mm",
    "rail_1520": "rail 1520 mm",
    "rail_other": "rail, other gauge",
    "road": "road",
    "sea": "sea lane",
    "ferry": "ferry",
    "planned": "planned or closed",
}


@dataclass(frozen=True, slots=True)
class MapView:
    """The drawing, what the script needs to name its parts, and what was left out of it."""

    svg: Markup
    records: dict[str, Any]
    kinds: Sequence[str]
    smallest_t: float
    off_map: int


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The packaged map, projected: path data by layer, lanes by link, and names."""

    paths: Mapping[str, str]
    lanes: Mapping[str, FloatArray]
    names: Sequence[tuple[float, float, str, int, str]]


def project(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Project degrees to units of the drawing by the equidistant conic (Snyder, 1987, section 16), y downwards."""
    one, two = np.radians(PARALLELS)
    n = (math.cos(one) - math.cos(two)) / (two - one)
    g = math.cos(one) / n + one
    radius = g - np.radians(np.asarray(lat, dtype=float))
    angle = n * np.radians(np.asarray(lon, dtype=float) - MERIDIAN)
    middle = g - np.radians(41.0)
    scale = EARTH_KM / UNIT_KM
    return scale * radius * np.sin(angle), scale * (radius * np.cos(angle) - middle)


@cache
def read_base_map() -> BaseMap:
    """Read and project the packaged base map, once."""
    land, lanes = (_read_topology(name) for name in ("land.json", "lanes.json"))
    paths = {}
    for name in ("land", "lakes", "rivers", "borders", "disputed"):
        shape = land["objects"][name]
        rings = [a for arcs in shape["arcs"] for a in (arcs if name not in ("land", "lakes") else arcs[0])]
        paths[name] = "".join(path_data(land["lines"][a], closed=name in ("land", "lakes")) for a in rings)
    names = []
    for point in land["objects"]["names"]["geometries"]:
        (x,), (y,) = _projected(land, np.array([point["coordinates"]]))
        about = point["properties"]
        names.append((float(x), float(y), about["name"], about["rank"], about["kind"]))
    routes = {g["id"]: lanes["lines"][g["arcs"][0]] for g in lanes["objects"]["lanes"]["geometries"]}
    return BaseMap(paths, routes, names)


def _read_topology(name: str) -> dict[str, Any]:
    text = files("torugart").joinpath("package", "map", name).read_text(encoding="utf-8")
    topology: dict[str, Any] = json.loads(text)
    topology["lines"] = [
        np.column_stack(_projected(topology, np.cumsum(np.array(arc), axis=0))) for arc in topology["arcs"]
    ]
    return topology


def _projected(topology: Mapping[str, Any], steps: FloatArray) -> tuple[FloatArray, FloatArray]:
    degrees = steps * topology["transform"]["scale"] + topology["transform"]["translate"]
    return project(degrees[:, 0], degrees[:, 1])


def path_data(line: FloatArray, closed: bool = False) -> str:
    """Write a line as SVG path data: whole units where far apart would do, tenths here, steps after the first point."""
    tenths = np.round(line * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    start = f"M{_tenth(tenths[0, 0])} {_tenth(tenths[0, 1])}"
    rest = "".join(f"l{_tenth(x)} {_tenth(y)}" for x, y in steps.tolist())
    return (start + rest + ("z" if closed else "")).replace(" -", "-")


def _tenth(value: int) -> str:
    whole, part = divmod(abs(int(value)), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part}" if part and whole else f"{sign}.{part}" if part else f"{sign}{whole}"


def draw_map(
    links: pd.DataFrame,
    gates: pd.DataFrame,
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    source_number: Mapping[str, int],
    title: str,
) -> MapView:
    """Draw the map of an appraisal.

    Parameters
    ----------
    links, gates, places, pairs : DataFrame
        Tables of the bundle; any may be empty.
    source_number : mapping of str to int
        Number under which a source stands in the report.
    title : str
        What the map shows, for those who cannot see it.
    """
    base = read_base_map()
    links = links[links[["lon_a", "lat_a", "lon_b", "lat_b"]].notna().all(axis=1)].reset_index(drop=True)
    on_map = _on_map(links)
    off_map = int((~on_map & links["status"].ne("closed")).sum())
    links = links[on_map].reset_index(drop=True)
    lines = link_lines(links, base)
    kinds = [link_kind(m, g, s) for m, g, s in zip(links["mode"], links["gauge_mm"], links["status"], strict=True)]
    change = links["d_t"].fillna(0.0).to_numpy(float)
    largest = float(np.abs(change).max()) if len(change) else 0.0
    smallest = SMALLEST_SHARE * largest
    gate_x, gate_y = project(gates["lon"].to_numpy(float), gates["lat"].to_numpy(float))
    box = first_view(links, lines, change, largest, gate_x, gate_y)
    layers = [
        tag("path", d=base.paths["land"], class_="land"),
        tag("path", d=base.paths["lakes"], class_="lake"),
        tag("path", d=base.paths["rivers"], class_="river"),
        tag("path", d=base.paths["borders"], class_="border"),
        tag("path", d=base.paths["disputed"], class_="border disputed"),
        _bands(lines, change, largest, smallest),
        *_network(lines, kinds, links),
        _project(lines, links),
        _gate_marks(gates, gate_x, gate_y, smallest),
        *_labels(base, links, gates, places, pairs, gate_x, gate_y, box),
    ]
    k = box[2] / WIDTH
    view = " ".join(f"{v:.1f}" for v in box)
    svg = tag(
        "svg", tag("title", title) + Markup("").join(layers), class_="map", id="map", viewBox=view, role="img",
        preserveAspectRatio="xMidYMid slice", style=f"--k:{k:.3f}", data_home=view, data_whole=_whole_view(links, lines),
    )  # fmt: skip
    records = _records(links, lines, kinds, gates, gate_x, gate_y, source_number)
    return MapView(svg, records, [k for k in MODE_ORDER if k in set(kinds)], smallest, off_map)


def _on_map(links: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether both ends lie on the base map, which ends in the southern Indian Ocean."""
    inside = np.ones(len(links), bool)
    for end in ("a", "b"):
        inside &= links[f"lat_{end}"].between(-12, 77).to_numpy(bool)
        inside &= links[f"lon_{end}"].between(-27, 167).to_numpy(bool)
    return inside


def link_lines(links: pd.DataFrame, base: BaseMap) -> list[FloatArray]:
    """Points of every link: the packaged lane of a sea link where there is one, else a straight line."""
    xa, ya = project(links["lon_a"].to_numpy(float), links["lat_a"].to_numpy(float))
    xb, yb = project(links["lon_b"].to_numpy(float), links["lat_b"].to_numpy(float))
    ends = np.stack([xa, ya, xb, yb], axis=1).reshape(-1, 2, 2)
    return [base.lanes.get(link, ends[k]) for k, link in enumerate(links["link_id"])]


def link_kind(mode: str, gauge: object, status: str) -> str:
    """Return how a link is drawn."""
    if status == "closed":
        return "planned"
    if mode != "rail":
        return mode if mode in ("road", "sea", "ferry") else "rail_other"
    width = 0 if pd.isna(gauge) else int(float(str(gauge)))
    return f"rail_{width}" if width in (1435, 1520) else "rail_other"


def first_view(
    links: pd.DataFrame, lines: Sequence[FloatArray], change: FloatArray, largest: float, gate_x: FloatArray, gate_y: FloatArray
) -> tuple[float, float, float, float]:
    """Return the box first shown, x, y, width and height: the project, and around it the links that change most."""
    own = (links["status"] == "project").to_numpy(bool)
    chosen = own | (np.abs(change) >= REGION_SHARE * largest) if largest > 0 else own
    if not chosen.any():
        chosen = np.ones(len(links), bool)
    if not chosen.any():
        return (-WIDTH, -HEIGHT, 2 * WIDTH, 2 * HEIGHT)
    points = np.concatenate([lines[k] for k in np.flatnonzero(chosen)])
    core = np.concatenate([lines[k] for k in np.flatnonzero(own)]) if own.any() else points
    # Far ends of long corridors would shrink the project to a dot: the view is centred on it and bounded.
    middle = (core.min(axis=0) + core.max(axis=0)) / 2
    reach = np.percentile(np.abs(points - middle), 80, axis=0)
    half_width = max(reach[0], reach[1] * WIDTH / HEIGHT, SMALLEST_VIEW_KM / UNIT_KM / 2) * 1.1
    half_width = min(half_width, 2 * SMALLEST_VIEW_KM / UNIT_KM / 2)
    half_height = half_width * HEIGHT / WIDTH
    return (middle[0] - half_width, middle[1] - half_height, 2 * half_width, 2 * half_height)


def _whole_view(links: pd.DataFrame, lines: Sequence[FloatArray]) -> str:
    if not lines:
        return f"{-WIDTH} {-HEIGHT} {2 * WIDTH} {2 * HEIGHT}"
    points = np.concatenate(list(lines))
    lo, hi = points.min(axis=0) - 40, points.max(axis=0) + 40
    return f"{lo[0]:.0f} {lo[1]:.0f} {hi[0] - lo[0]:.0f} {hi[1] - lo[1]:.0f}"


def _bands(lines: Sequence[FloatArray], change: FloatArray, largest: float, smallest: float) -> Markup:
    """Bands under the links whose traffic changes, as wide as the change; the largest first, so that none is hidden."""
    parts = []
    for k in sorted(range(len(lines)), key=lambda k: (-abs(change[k]), k)):
        if abs(change[k]) < smallest or change[k] == 0:
            break
        width = max(1.2, WIDEST_BAND * abs(change[k]) / largest)
        kind = "gain" if change[k] > 0 else "loss"
        parts.append(tag("path", d=path_data(lines[k]), class_=f"band {kind}", stroke_width=width))
    return tag("g", Markup("").join(parts), class_="layer bands")


def _network(lines: Sequence[FloatArray], kinds: Sequence[str], links: pd.DataFrame) -> list[Markup]:
    """The links of each kind as one path; the standard gauge twice, for its white ties."""
    out = []
    for kind in MODE_ORDER:
        data = "".join(path_data(lines[k]) for k in range(len(lines)) if kinds[k] == kind)
        if not data:
            continue
        drawn = tag("path", d=data, class_="line")
        if kind == "rail_1435":
            drawn += tag("path", d=data, class_="ties")
        out.append(tag("g", drawn, class_=f"layer net {kind}"))
    return out


def _project(lines: Sequence[FloatArray], links: pd.DataFrame) -> Markup:
    data = "".join(path_data(lines[k]) for k in np.flatnonzero((links["status"] == "project").to_numpy(bool)))
    if not data:
        return Markup("")
    return tag("g", tag("path", d=data, class_="casing") + tag("path", d=data, class_="line"), class_="layer own")


def _gate_marks(gates: pd.DataFrame, x: FloatArray, y: FloatArray, smallest: float) -> Markup:
    """Gates as triangles up or down where traffic is won or lost, as small rings elsewhere."""
    parts = []
    for k, d_t in enumerate(gates["d_t"].fillna(0.0).tolist()):
        kind = "none" if abs(d_t) < max(smallest, 1e-9) else "gain" if d_t > 0 else "loss"
        shape = {"gain": "M0-5.4 5 4h-10z", "loss": "M0 5.4 5-4h-10z", "none": "M-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0"}[kind]
        place = f"transform:translate({x[k]:.1f}px,{y[k]:.1f}px) scale(var(--k))"
        parts.append(tag("path", d=shape, class_=f"gate {kind}", style=place))
    return tag("g", Markup("").join(parts), class_="layer gates")


def _labels(
    base: BaseMap,
    links: pd.DataFrame,
    gates: pd.DataFrame,
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    gate_x: FloatArray,
    gate_y: FloatArray,
    box: tuple[float, float, float, float],
) -> list[Markup]:
    """Names of places, gates, countries and seas; those that would cover one another at the first view start hidden."""
    wanted: list[tuple[float, float, str, str, int]] = []
    own = links[links["status"] == "project"]
    project_places = dict.fromkeys([*own["place_a"], *own["place_b"]])
    pair_places = dict.fromkeys([*pairs["origin"], *pairs["destination"]])
    at = places.drop_duplicates("place_id").set_index("place_id")
    px, py = project(at["lon"].to_numpy(float), at["lat"].to_numpy(float))
    where = {place: (px[k], py[k], str(at["name"].iloc[k])) for k, place in enumerate(at.index)}
    wanted += [(*where[p], "place own", 0) for p in project_places if p in where]
    order = gates["d_t"].fillna(0.0).abs().sort_values(ascending=False, kind="stable").index[:LABELLED_GATES]
    for k in order:
        d_t = float(gates.at[k, "d_t"])
        if d_t:
            kind = "gatename gain" if d_t > 0 else "gatename loss"
            wanted.append((gate_x[k], gate_y[k], f"{gates.at[k, 'name']} {kilotonnes(d_t, sign=True)}", kind, 1))
    wanted += [(*where[p], "place", 1) for p in pair_places if p in where and p not in project_places]
    wanted += [(x, y, name, kind, rank + 1) for x, y, name, rank, kind in base.names]
    placed: list[tuple[float, float, float, float]] = []
    k = box[2] / WIDTH
    words, dots = [], []
    for x, y, text, kind, _ in wanted:
        middle = kind in ("country", "sea")
        place = f"translate({x:.1f}px,{y:.1f}px) scale(var(--k))"
        hidden = _covers(placed, x / k, y / k, text, middle)
        label = tag("text", text, class_=f"lab {kind}{' off' if hidden else ''}", style=f"transform:{place}")
        words.append(label)
        if kind.startswith("place"):
            dots.append(tag("circle", r=2.6, class_="town", style=f"transform:{place}"))
    return [
        tag("g", Markup("").join(dots), class_="layer towns"),
        tag("g", Markup("").join(words), class_="layer labels"),
    ]


def _covers(placed: list[tuple[float, float, float, float]], x: float, y: float, text: str, middle: bool) -> bool:
    """Whether a label would cover one already placed; if not, its box is noted."""
    width = 6.6 * len(text)
    left = x - width / 2 if middle else x + 6
    mine = (left - 2, y - 8, left + width + 2, y + 8)
    if any(mine[0] < b[2] and b[0] < mine[2] and mine[1] < b[3] and b[1] < mine[3] for b in placed):
        return True
    placed.append(mine)
    return False


def kilotonnes(tonnes: float, sign: bool = False) -> str:
    """Write tonnes a year in kt or Mt, for labels."""
    if abs(tonnes) >= 1e6:
        return f"{signed(tonnes / 1e6, 2) if sign else fixed(tonnes / 1e6, 2)} Mt"
    return f"{signed(tonnes / 1e3, 0) if sign else fixed(tonnes / 1e3, 0)} kt"


def _records(
    links: pd.DataFrame,
    lines: Sequence[FloatArray],
    kinds: Sequence[str],
    gates: pd.DataFrame,
    gate_x: FloatArray,
    gate_y: FloatArray,
    source_number: Mapping[str, int],
) -> dict[str, Any]:
    """What the script needs to name a link or gate: parallel rows, compact."""
    rows = []
    for k, r in enumerate(links.itertuples(index=False)):
        rows.append(
            [
                r.link_id, r.name, kinds[k], _number(r.length_km, 1), _number(r.t_without, 0), _number(r.t_with, 0),
                source_number.get(r.source_id, 0), int(r.basis == "estimated"), int(r.status == "project"),
                [round(float(v), 1) for v in lines[k].ravel()],
            ]
        )  # fmt: skip
    stops = [
        [g.crossing_id, g.name, _number(g.t_without, 0), _number(g.t_with, 0), round(float(gate_x[k]), 1), round(float(gate_y[k]), 1)]
        for k, g in enumerate(gates.itertuples(index=False))
    ]  # fmt: skip
    return {"kinds": MODE_WORDS, "links": rows, "gates": stops}


def _number(value: Any, digits: int) -> float | int | None:
    if pd.isna(value):
        return None
    return round(float(value), digits) if digits else round(float(value))


def legend_swatch(kind: str) -> Markup:
    """Return a short line drawn as links of a kind are, for the legend."""
    line = tag("path", d="M1 7h28", class_="line")
    if kind == "rail_1435":
        line += tag("path", d="M1 7h28", class_="ties")
    if kind == "own":
        line = tag("path", d="M1 7h28", class_="casing") + line
    shapes: Iterable[Markup] = [tag("g", line, class_=f"net {kind}" if kind != "own" else "own")]
    if kind == "gates":
        shapes = [
            tag("path", d="M8 2l5 9h-10z", class_="gate gain"),
            tag("path", d="M22 12l5-9h-10z", class_="gate loss"),
        ]
    if kind in ("gain", "loss"):
        shapes = [tag("path", d="M1 7h28", class_=f"band {kind}", stroke_width=8.0)]
    return tag("svg", Markup("").join(shapes), class_="swatch", viewBox="0 0 30 14", width="30", height="14", aria_hidden="true")
