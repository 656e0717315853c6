"""`torugart.status`: where projects and commitments stand, by dated evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.errors import InputError, UnknownName
from torugart.record.dates import parse_date, read_date
from torugart.record.health import health_on
from torugart.record.ledger import commitment_ledger, project_ledger
from torugart.record.names import find_record
from torugart.schema.definition import read_schema
from torugart.tables.read import read_package


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Where everything asked for stood on a day.

    Attributes
    ----------
    as_of : str
        The day, ISO 8601.
    projects, commitments : DataFrame
        As `torugart.record.ledger` gives them, with the columns ``health``, ``owners``, ``summable`` and ``why_not``; the
        projects with ``basis``, the commitments with ``event``, the name of the meeting.
    """

    as_of: str
    projects: pd.DataFrame
    commitments: pd.DataFrame


def status(
    *,
    country: str | None = None,
    sector: str | None = None,
    due: str | None = None,
    as_of: str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> Ledger:
    """Say where projects and commitments stand, or stood on a day.

    Parameters
    ----------
    country : str, optional
        Only those of a country: code or name.
    sector : str, optional
        Only those of a sector.
    due : str, optional
        Only commitments due by this day, month or year, and projects expected to open by its year that do
        not operate.
    as_of : str, optional
        Day, month or year to be replayed; the last day anything of the package was checked when left out.
    data : Path, optional
        A data package of one's own instead of the built-in one.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    Ledger
        Projects and commitments.

    Raises
    ------
    InputError
        If the data are faulty, or a date cannot be read.
    UnknownName
        If there is no such country or sector.

    Notes
    -----
    ``as_of`` counts the evidence of things that had surely happened by that day, for health too. It does not ask when their
    sources were published; stated values, rivals and parties have no day and stand as they are now.
    """
    package = read_package(None if data is None else Path(data), [Path(o) for o in overlays])
    tables = package.tables
    day = read_date(as_of, "--as-of").last.isoformat() if as_of else newest_check(tables)
    projects = project_ledger(tables, day).merge(
        health_on(tables, "projects", day).reset_index(), on="project_id", how="left"
    )
    more = tables["projects"][["project_id", "cost_musd", "open_year", "source_id", "basis"]]
    projects = projects.merge(more, on="project_id", how="left")
    commitments = commitment_ledger(tables, day).merge(
        health_on(tables, "commitments", day).reset_index(), on="commitment_id", how="left"
    )
    more = tables["commitments"][["commitment_id", "source_id", "basis"]]
    commitments = commitments.merge(more, on="commitment_id", how="left")
    events = tables["events"].set_index("event_id")
    commitments.insert(2, "event", commitments["event_id"].map(events["name"]))
    if country is not None:
        iso3 = country_code(tables, country)
        projects = projects[projects["countries"].map(lambda text: iso3 in text.split(";"))]
        named = commitments["who"].str.split(";") + commitments["to_whom"].fillna("").str.split(";")
        commitments = commitments[named.map(lambda codes: iso3 in codes)]
    if sector is not None:
        known = {*read_schema()["projects"].columns["sector"].choices}
        known |= {*read_schema()["commitments"].columns["sector"].choices}
        if sector not in known:
            raise UnknownName("sector", sector, known)
        projects = projects[projects["sector"] == sector]
        commitments = commitments[commitments["sector"] == sector]
    if due is not None:
        projects, commitments = due_by(projects, commitments, due)
    return Ledger(day, projects.reset_index(drop=True), commitments.reset_index(drop=True))


def newest_check(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the last day on which evidence was read or looked for."""
    searched = [str(day) for day in tables["searches"]["searched_on"] if day]
    checked = [str(day) for day in tables["evidence"]["checked_on"] if day]
    if not searched and not checked:
        raise InputError("no row of evidence.csv or searches.csv has a date; give --as-of")
    return read_date(max([*searched, *checked]), "checked_on").last.isoformat()


def country_code(tables: Mapping[str, pd.DataFrame], name: str) -> str:
    """Return the code of a country called by code or name."""
    codes = tables["countries"]["iso3"]
    if name.upper() in set(codes):
        return name.upper()
    try:
        table, record = find_record(tables, name)
    except InputError:
        table, record = "", ""
    if table != "countries":
        raise UnknownName("country", name, [*codes, *tables["countries"]["name"]])
    return record


def due_by(projects: pd.DataFrame, commitments: pd.DataFrame, due: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep what is due by a date: commitments, and projects expected to open that do not operate."""
    last = read_date(due, "--due").last

    def is_due(text: object) -> bool:
        span = parse_date(str(text)) if text else None
        return span is not None and span.last <= last

    waiting = ~projects["status"].isin(["operating", "completed", "cancelled", "dropped", "closed"])
    opens = projects["open_year"].fillna(9999).astype(int) <= last.year
    return projects[waiting & opens], commitments[commitments["due_date"].map(is_due)]
