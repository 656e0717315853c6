"""`torugart data stale`: records nobody has compared with their source, or looked for, for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from torugart.errors import InputError, UnknownName
from torugart.record.dates import parse_date, read_date
from torugart.record.ledger import last_searches
from torugart.schema.definition import read_schema
from torugart.tables.package import Package, row_ids
from torugart.tables.read import read_package

STALE_COLUMNS = ("table", "row_id", "name", "last_looked", "by", "days", "source_id")
MOST_DAYS = 36_500
# Texts a record may be called by, the shortest first.
NAMES = ("name", "text", "note")


def data_stale(
    days: int = 180,
    as_of: str | None = None,
    table: str | None = None,
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
) -> pd.DataFrame:
    """List the records that were last looked at more than some days ago, those never looked at first.

    A record was looked at on the day it was compared with its source (``checked_on``), or on the day of the last row
    of ``searches`` about it, whichever is later.

    Parameters
    ----------
    days : int
        How old is stale.
    as_of : str, optional
        The day from which to count, ISO 8601; today when left out.
    table : str, optional
        Only records of this table.
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    DataFrame
        table, row_id, name, last_looked (empty when never), by (checked or searched), days since (missing when
        never), source_id.

    Raises
    ------
    InputError
        If the days or the date cannot be used, or the package is not sound.
    UnknownName
        If there is no such table.
    """
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= MOST_DAYS:
        raise InputError(f"days is {str(days)[:40]}; give a whole number from 0 to {MOST_DAYS:,}")
    today = read_date(as_of, "as_of").last if as_of is not None else date.today()
    dated = {name for name, schema in read_schema().items() if schema.provenance}
    if table is not None and table not in dated:
        raise UnknownName("table with dates of checking", table, dated)
    package = read_package(folder, overlays)
    searched = last_searches(package.tables["searches"], today)
    rows: list[tuple[object, ...]] = []
    for name in read_schema():
        if name in dated and table in (None, name):
            rows.extend(_stale_rows(package, name, searched, today, days))
    found = pd.DataFrame(rows, columns=list(STALE_COLUMNS))
    found["days"] = found["days"].astype("Int64")
    return found.sort_values(["last_looked", "table", "row_id"], kind="stable", ignore_index=True)


def _stale_rows(
    package: Package, table: str, searched: dict[str, date], today: date, days: int
) -> list[tuple[object, ...]]:
    frame = package.tables[table]
    named = next((column for column in NAMES if column in frame.columns), None)
    names = frame[named] if named else [""] * len(frame)
    rows: list[tuple[object, ...]] = []
    ids = row_ids(frame, table).tolist()
    for row_id, name, checked, source in zip(
        ids, names, frame["checked_on"], frame["source_id"], strict=True
    ):
        looked = [
            (day, by)
            for day, by in ((_day(checked, today), "checked"), (searched.get(row_id), "searched"))
            if day
        ]
        if not looked:
            rows.append((table, row_id, name, "", "", pd.NA, source))
            continue
        last, by = max(looked)
        if (today - last).days > days:
            rows.append((table, row_id, name, last.isoformat(), by, (today - last).days, source))
    return rows


def _day(written: str, today: date) -> date | None:
    """Return the last day a date may mean; None when it is empty or still to come."""
    span = parse_date(str(written))
    return span.last if span is not None and span.last <= today else None
