"""What `torugart data verify` doubts in a sound package: records twice, evidence and statuses that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from torugart.record.evidence import evidence_conflicts
from torugart.record.ledger import project_ledger
from torugart.record.names import plain_name
from torugart.schema.definition import read_schema
from torugart.schema.problems import Problem, quoted
from torugart.tables.package import Package
from torugart.tables.read import read_package
from torugart.verbs.prepare import data_date

# Tables in which a name stands for one thing; places of one name in two countries are two places.
NAMED = {
    "projects": (),
    "places": ("iso3",),
    "parties": (),
    "events": (),
    "countries": (),
    "crossings": ("mode",),
}
IDS = re.compile(r"[a-z0-9_]+")
SAME_PLACE = 3  # decimals of a degree: about a hundred metres
# Computed statuses that bear out a stated one.
BORNE_OUT = {
    "operational": ("trial", "operating", "completed", "closed"),
    "construction": ("under construction", "trial", "suspended"),
    "planned": ("announced", "agreed", "financed", "undated"),
    "proposed": ("announced", "agreed", "undated"),
}


def data_doubts(folder: Path | None = None, overlays: Sequence[Path] = ()) -> list[Problem]:
    """Return what is doubtful in a sound package; none of it keeps the package from being used.

    Records that look like one another (the same name or alias, the same coordinates), evidence whose order decides a
    status and cannot be told from its dates, stated statuses that the evidence does not bear out, and sources that
    nothing cites.

    Parameters
    ----------
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    list of Problem
        Each with file, record, column, what is doubtful and how to settle it.

    Raises
    ------
    InputError
        If the package is not sound; `torugart.data_verify` lists its faults.
    """
    return list(doubts_of(read_package(folder, overlays)))


def doubts_of(package: Package) -> Iterator[Problem]:
    """Yield what is doubtful in a package."""
    yield from same_names(package)
    yield from same_coordinates(package)
    yield from evidence_doubts(package)
    yield from status_doubts(package)
    yield from uncited_sources(package)


def same_names(package: Package) -> Iterator[Problem]:
    """Yield records of one table that share a name or an alias, once for each pair."""
    aliases = package.tables["aliases"]
    for table, apart in NAMED.items():
        frame = package.tables[table]
        key = read_schema()[table].key[0]
        ids = frame[key].astype(str).tolist()
        kept_apart = dict(zip(ids, frame[list(apart)].itertuples(index=False, name=None), strict=True))
        names = [*zip(ids, frame["name"], strict=True)]
        names.extend(
            (str(entity), str(alias))
            for entity, alias in zip(aliases["entity_id"], aliases["alias"], strict=True)
            if entity in kept_apart
        )
        first: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}
        told: set[tuple[str, str]] = set()
        for record_id, name in names:
            plain = plain_name(str(name))
            other, other_name = first.setdefault((plain, kept_apart[record_id]), (record_id, str(name)))
            if not plain or other == record_id or (other, record_id) in told:
                continue
            told.add((other, record_id))
            what = f"{record_id} is called {quoted(str(name))}, {other} {quoted(other_name)}"
            yield _doubt(table, record_id, "name", what, "if they are one, merge them; else name them apart")


def same_coordinates(package: Package) -> Iterator[Problem]:
    """Yield places that stand where another one stands."""
    places, first = package.tables["places"], dict[tuple[float, float], str]()
    for place, lon, lat in zip(places["place_id"], places["lon"], places["lat"], strict=True):
        other = first.setdefault((round(float(lon), SAME_PLACE), round(float(lat), SAME_PLACE)), str(place))
        if other != place:
            what = f"{place} stands where {other} stands ({lat:g} N, {lon:g} E)"
            yield _doubt(
                "places", str(place), "lon", what, "if they are one, merge them; else mend a position"
            )


def evidence_doubts(package: Package) -> Iterator[Problem]:
    """Yield milestones whose order decides a status and cannot be told from their dates."""
    for row in evidence_conflicts(package.tables["evidence"]).itertuples():
        what = f"{row.entity_id}: {row.reason} ({row.evidence_id}, {row.other_id})"
        yield _doubt("evidence", row.evidence_id, "date", what, "find the day or month of one of them")


def status_doubts(package: Package) -> Iterator[Problem]:
    """Yield projects whose stated status the evidence does not bear out."""
    day = data_date(package)
    if not day:
        return
    for row in project_ledger(package.tables, day).itertuples():
        if row.status not in BORNE_OUT[row.stated_status]:
            what = f"{row.project_id} is stated as {row.stated_status}, evidence makes it {row.status}"
            since = f" since {row.since}" if row.since else ""
            mend = "add the evidence that is missing, or mend stated_status"
            yield _doubt("projects", row.project_id, "stated_status", what + since, mend)


def uncited_sources(package: Package) -> Iterator[Problem]:
    """Yield sources that no row of any table cites, in its own cell or in its note."""
    cited: set[str] = set()
    for name, frame in package.tables.items():
        if name != "sources" and "source_id" in frame.columns:
            cited.update(frame["source_id"])
        if "note" in frame.columns:
            cited.update(word for note in frame["note"] for word in IDS.findall(note))
    sources: pd.Series = package.tables["sources"]["source_id"]
    for source_id in sources[~sources.isin(sorted(cited))]:
        what = f"nothing cites {source_id}"
        yield _doubt("sources", str(source_id), "source_id", what, "cite it, or delete its row")


def _doubt(table: str, row_id: str, column: str, what: str, mend: str) -> Problem:
    return Problem(f"{table}.csv", None, row_id, column, what, mend)
