"""Places, links and projects as GeoJSON (RFC 7946): longitude before latitude, WGS 84."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.io.plain import Citations, Record, filled_cells, without_nothing, write_json
from torugart.schema.definition import read_schema
from torugart.tables.package import Package

Position = list[float]


def write_geojson_folder(package: Package, folder: Path, statuses: pd.DataFrame) -> None:
    """Write ``places.geojson``, ``links.geojson`` and ``projects.geojson``.

    Parameters
    ----------
    package : Package
        The package.
    folder : Path
        Folder to write into.
    statuses : DataFrame
        project_id, status, since, silence: where projects stand by dated evidence.
    """
    for name, features in (
        ("places", places_features(package)),
        ("links", links_features(package)),
        ("projects", projects_features(package, statuses)),
    ):
        write_json(folder / f"{name}.geojson", {"type": "FeatureCollection", "features": list(features)})


def places_features(package: Package) -> Iterator[Record]:
    """Yield places as points."""
    at = positions(package)
    for row, told in _rows(package, "places"):
        yield _feature(row["place_id"], {"type": "Point", "coordinates": at[row["place_id"]]}, told)


def links_features(package: Package) -> Iterator[Record]:
    """Yield links as straight lines between their places; their course is not in the package."""
    at = positions(package)
    for row, told in _rows(package, "links"):
        line = [at[row["place_a"]], at[row["place_b"]]]
        yield _feature(row["link_id"], {"type": "LineString", "coordinates": line}, told)


def projects_features(package: Package, statuses: pd.DataFrame) -> Iterator[Record]:
    """Yield projects where their links run, or as points where only places are known; else without geometry."""
    standing = {str(row["project_id"]): row for row in statuses.to_dict("records")}
    for row, told in _rows(package, "projects"):
        project_id = str(row["project_id"])
        geometry, located_by = project_geometry(package, project_id)
        status = (
            filled_cells(
                standing.get(project_id, {}),
                [c for c in ("status", "since", "silence") if c in statuses.columns],
            )
            if project_id in standing
            else {}
        )
        yield _feature(project_id, geometry, {**told, **status, "located_by": located_by})


def project_geometry(package: Package, project_id: str) -> tuple[Record | None, str]:
    """Return the geometry of a project and what it was located by; None where no coordinates are known.

    A project is located by the links that have its status or that its edits change; failing that, by the places
    of the crossings and changes of mode that its edits change.
    """
    at, links = positions(package), package.tables["links"]
    edits = package.tables["project_edits"]
    edited = edits[edits["project_id"] == project_id]
    changed = set(edited.loc[edited["table"] == "links", "row_id"])
    mine = links[(links["project_id"] == project_id) | links["link_id"].isin(sorted(changed))]
    lines = [[at[a], at[b]] for a, b in zip(mine["place_a"], mine["place_b"], strict=True)]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}, "links"
    if lines:
        return {"type": "MultiLineString", "coordinates": lines}, "links"
    points = [at[place] for place in _edited_places(package, edited)]
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}, "places"
    return ({"type": "MultiPoint", "coordinates": points}, "places") if points else (None, "")


def positions(package: Package) -> dict[str, Position]:
    """Return the position of every place: longitude, latitude."""
    places = package.tables["places"]
    return {
        str(place): [float(lon), float(lat)]
        for place, lon, lat in zip(places["place_id"], places["lon"], places["lat"], strict=True)
    }


def _edited_places(package: Package, edited: pd.DataFrame) -> list[str]:
    found: dict[str, None] = {}
    for table in ("places", "crossings", "transfers"):
        rows = package.tables[table]
        ids = set(edited.loc[edited["table"] == table, "row_id"])
        here = rows[rows[read_schema()[table].key[0]].isin(sorted(ids))]
        for column in ("place_id", "place_a", "place_b"):
            if column in here.columns:
                found.update(dict.fromkeys(str(place) for place in here[column]))
    return list(found)


def _rows(package: Package, table: str) -> Iterator[tuple[Mapping[Any, Any], Record]]:
    """Yield the rows of a table with what is told of each: the cells that hold something, and its source."""
    citations = Citations(package)
    columns = [c for c in read_schema()[table].columns if c not in ("lon", "lat")]
    for row in package.tables[table].to_dict("records"):
        yield row, {**filled_cells(row, columns), "source": citations.of(row["source_id"])}


def _feature(feature_id: str, geometry: Record | None, properties: Record) -> Record:
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": geometry,
        "properties": without_nothing(properties),
    }
