"""Projects in the Open Contracting for Infrastructure Data Standard (OC4IDS) 0.9, one project package.

What the standard has no word for stands in ``x_torugart``: the status as computed, dates as stated, the basis.
The mappings are described in ``docs/exports.md``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from torugart.io.geojson import project_geometry
from torugart.io.plain import (
    Citations,
    Record,
    filled_cells,
    is_web_address,
    plain,
    without_nothing,
    write_json,
)
from torugart.tables.package import Package

VERSION = "0.9"
PREFIX = "torugart-"  # not registered with the standard's list of prefixes
STATUSES = {
    "announced": "identification",
    "agreed": "preparation",
    "financed": "preparation",
    "under construction": "implementation",
    "suspended": "implementation",
    "trial": "implementation",
    "operating": "maintenance",  # which the standard explains as operation; its completion is the handover
    "completed": "maintenance",  # handed over and in use; the standard's own "completed" is deprecated
    "closed": None,  # the standard knows only what is disposed of, which a closure does not say
    "cancelled": "cancelled",
    "dropped": "cancelled",
}
SECTORS = {
    "transport": ("transport",),
    "gas": ("energy",),
    "oil": ("energy",),
    "power": ("energy",),
    "mining": ("naturalResources",),
    "industry": ("economy",),
    "agriculture": ("economy",),
    "building": (),  # what a building is for, the record does not say
    "digital": ("communications",),
}
SUBSECTORS = {
    "rail": ("transport.rail",),
    "urban_rail": ("transport.rail", "transport.urban"),
    "road": ("transport.road",),
    "port": ("transport.water",),
    "ferry": ("transport.water",),
    "hydro": ("energy.hydropower",),
    "solar": ("energy.solar",),
    "wind": ("energy.wind",),
    "waste_to_energy": ("waterAndWaste",),
}
# Roles the standard's open list has no code for keep our word; a buyer there pays for the works, here for the output.
ROLES = {
    "lender": "funder",
    "grantor": "funder",
    "financier": "funder",
    "contractor": "supplier",
    "supplier": "supplier",
    "buyer": "offtaker",
    "studies": "consultant",
}
MILESTONES = {
    "announced": "preProcurement",
    "agreed": "approval",
    "financed": "financing",
}


def write_oc4ids(package: Package, folder: Path, statuses: pd.DataFrame, as_of: str, licence: str) -> None:
    """Write ``projects.json``, a project package.

    Parameters
    ----------
    package : Package
        The package.
    folder : Path
        Folder to write into.
    statuses : DataFrame
        project_id, status, since, silence: where projects stand by dated evidence on ``as_of``.
    as_of : str
        Day the statuses hold for, ISO 8601; also the date of publication, so that the same data give the same file.
    licence : str
        Address of the licence, when one licence covers all; else empty.
    """
    write_json(folder / "projects.json", project_package(package, statuses, as_of, licence))


def project_package(package: Package, statuses: pd.DataFrame, as_of: str, licence: str = "") -> Record:
    """Return all projects as one package of the standard."""
    described = without_nothing(
        {
            "uri": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, package.digest)}",
            "publishedDate": first_moment(as_of),
            "version": VERSION,
            "publisher": {"name": "torugart data export"},
            "license": licence,
        }
    )
    return {**described, "projects": list(projects(package, statuses))}


def projects(package: Package, statuses: pd.DataFrame) -> Iterator[Record]:
    """Yield each project as the standard describes it."""
    standing = {str(row["project_id"]): row for row in statuses.to_dict("records")}
    described = _Describing(package)
    for row in package.tables["projects"].to_dict("records"):
        yield described.project(row, standing.get(str(row["project_id"]), {}))


class _Describing:
    """The tables looked up by project once."""

    def __init__(self, package: Package) -> None:
        self.package = package
        tables = package.tables
        self.evidence = _by(tables["evidence"].sort_values(["date", "evidence_id"]), "entity_id")
        self.shares = _by(tables["project_parties"], "project_id")
        rivals = tables["alternatives"]
        self.rivals = _by(rivals[rivals["table"] == "projects"], "row_id")
        self.parties = {row["party_id"]: row for row in tables["parties"].to_dict("records")}
        self.sources = {row["source_id"]: row for row in tables["sources"].to_dict("records")}
        self.names = {row["project_id"]: row["name"] for row in tables["projects"].to_dict("records")}
        countries = tables["countries"]
        self.countries = dict(zip(countries["iso3"], countries["name"], strict=True))
        self.citations = Citations(package)

    def project(self, row: Mapping[Any, Any], standing: Mapping[Any, Any]) -> Record:
        project_id = str(row["project_id"])
        evidence, shares = self.evidence.get(project_id, []), self.shares.get(project_id, [])
        cited = [
            *(row["source_id"], *(e["source_id"] for e in evidence), *(s["source_id"] for s in shares)),
            *(rival["source_id"] for rival in self.rivals.get(project_id, [])),
        ]
        return without_nothing(
            {
                "id": PREFIX + project_id,
                "updated": first_moment(row["checked_on"]),
                "title": row["name"],
                "description": _description(row),
                "status": STATUSES.get(str(standing.get("status", ""))),
                "period": _period(row, evidence),
                "sector": [*SECTORS[row["sector"]], *SUBSECTORS.get(row["mode"], ())],
                "relatedProjects": list(self._related(row)),
                "locations": self._locations(row),
                "budget": self._budget(row, shares),
                "parties": list(self._parties(shares)),
                "documents": [self._document(source) for source in dict.fromkeys(cited)],
                "milestones": [self._milestone(e) for e in evidence],
                "x_torugart": _own_words(row, standing),
            }
        )

    def _related(self, row: Mapping[Any, Any]) -> Iterator[Record]:
        for column, relationship in (("part_of", "partOf"), ("requires_project", "requires")):
            if row[column]:
                yield {
                    "id": f"{relationship}-{row[column]}",
                    "scheme": "oc4ids",
                    "identifier": PREFIX + str(row[column]),
                    "relationship": relationship,
                    "title": str(self.names.get(row[column], row[column])),
                }

    def _locations(self, row: Mapping[Any, Any]) -> list[Record]:
        geometry, _ = project_geometry(self.package, str(row["project_id"]))
        found: list[Record] = []
        if geometry is not None:
            words = "straight lines between the places it joins"
            if geometry["type"] in ("Point", "MultiPoint"):
                words = "places it changes"
            found.append({"id": "course", "description": words, "geometry": geometry})
        for iso3 in str(row["countries"]).split(";"):
            name = str(self.countries.get(iso3, iso3))
            found.append({"id": iso3, "description": name, "address": {"countryName": name}})
        return found

    def _budget(self, row: Mapping[Any, Any], shares: Iterable[Mapping[Any, Any]]) -> Record:
        by_source = [
            {
                "id": f"{share['party_id']}-{share['role']}",
                "description": share["role"],
                "amount": _money(share["amount_musd"]),
                "sourceParty": {"id": share["party_id"], "name": self.parties[share["party_id"]]["name"]},
            }
            for share in shares
            if plain(share["amount_musd"]) is not None
        ]
        breakdowns = [{"id": "parties", "description": "by party", "budgetBreakdown": by_source}]
        return without_nothing(
            {"amount": _money(row["cost_musd"]), "budgetBreakdowns": breakdowns if by_source else []}
        )

    def _parties(self, shares: Iterable[Mapping[Any, Any]]) -> Iterator[Record]:
        roles: dict[str, dict[str, None]] = {}
        for share in shares:
            role = ROLES.get(share["role"], share["role"])
            roles.setdefault(share["party_id"], {})[role] = None
        for party_id, played in roles.items():
            party = self.parties[party_id]
            country = {"countryName": str(self.countries[party["iso3"]])} if party["iso3"] else {}
            yield without_nothing(
                {"id": party_id, "name": party["name"], "address": country, "roles": list(played)}
            )

    def _document(self, source_id: str) -> Record:
        source = self.sources[source_id]
        return without_nothing(
            {
                "id": source_id,
                "title": source["title"],
                "author": source["publisher"],
                "url": source["url"] if is_web_address(source["url"]) else "",
                "description": self.citations.of(source_id),
            }
        )

    def _milestone(self, row: Mapping[Any, Any]) -> Record:
        words = str(row["milestone"]).replace("_", " ")
        note = f"; {row['note']}" if row["note"] else ""
        return without_nothing(
            {
                "id": row["evidence_id"],
                "title": words,
                "type": MILESTONES.get(row["milestone"], "delivery"),
                "description": f"{words}, {row['date']}{note}; {self.citations.of(row['source_id'])}",
                "dateMet": first_moment(row["date"]) if len(row["date"]) == 10 else "",
                "status": "partiallyMet" if row["milestone"] == "partly_delivered" else "met",
            }
        )


def first_moment(written: str) -> str:
    """Return the first moment of a day, month or year as the standard writes dates; empty for an empty text."""
    if not written:
        return ""
    return f"{_first_day(written).isoformat()}T00:00:00Z"


def _last_moment(year: int) -> str:
    return f"{year:04d}-12-31T23:59:59Z"


def _first_day(written: str) -> date:
    year, month, day = (int(part) for part in [*written.split("-"), "1", "1"][:3])
    return date(year, month, day)


def _period(row: Mapping[Any, Any], evidence: Iterable[Mapping[Any, Any]]) -> Record:
    begun = [str(e["date"]) for e in evidence if e["milestone"] == "works_started"]
    opens = plain(row["open_year"])
    return without_nothing(
        {
            "startDate": first_moment(min(begun, key=_first_day)) if begun else "",
            "endDate": _last_moment(int(opens)) if opens is not None else "",
        }
    )


def _description(row: Mapping[Any, Any]) -> str:
    words = [f"{row['mode'].replace('_', ' ').capitalize()} in {row['countries'].replace(';', ', ')}"]
    length, capacity = plain(row["length_km"]), row["capacity"]
    words.extend([f"{length:,} km"] if length is not None else [])
    words.extend([f"capacity {capacity}"] if capacity else [])
    return f"{', '.join(words)}. {row['note']}".strip()


def _own_words(row: Mapping[Any, Any], standing: Mapping[Any, Any]) -> Record:
    columns = ("sector", "mode", "stated_status", "start", "open_year", "basis", "source_id", "checked_on")
    computed = filled_cells(standing, [c for c in ("status", "since", "silence") if c in standing])
    return {**computed, **filled_cells(row, columns)}


def _money(musd: object) -> Record | None:
    amount = plain(musd)
    return None if amount is None else {"amount": plain(round(float(amount) * 1e6, 2)), "currency": "USD"}


def _by(frame: pd.DataFrame, column: str) -> dict[str, list[Mapping[Any, Any]]]:
    found: dict[str, list[Mapping[Any, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(str(row[column]), []).append(row)
    return found
