"""What changed between two packages, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.schema.cells import number_in
from torugart.schema.definition import read_schema
from torugart.schema.problems import count_of
from torugart.tables.package import Package
from torugart.tables.provenance import cell, find_row
from torugart.tables.read import read_package
from torugart.units import name_without_unit
from torugart.verbs.data import differences

MOST_NAMED = 12  # records of one table named one by one; the others are counted
SINGULAR = {
    "capacities": "capacity",
    "countries": "country",
    "country_series": "figure of a country",
    "aliases": "alias",
    "classes": "class",
    "crossings": "crossing",
    "parties": "party",
    "project_parties": "party of a project",
    "searches": "search",
    "evidence": "milestone",
    "trade_composition": "product group in trade",
    "claim_bases": "reading of a claim",
    "measure_bases": "reading of a measure",
    "alternatives": "rival value",
    "gas_ties": "tie of the gas network",
    "oil_ties": "tie of the crude network",
    "trade_economies": "economy of the trade model",
}
PLURAL = {
    "capacity": "capacities",
    "country": "countries",
    "figure of a country": "figures of countries",
    "alias": "aliases",
    "class": "classes",
    "party": "parties",
    "party of a project": "parties of projects",
    "search": "searches",
    "product group in trade": "product groups in trade",
    "reading of a claim": "readings of claims",
    "reading of a measure": "readings of measures",
    "tie of the gas network": "ties of the gas network",
    "tie of the crude network": "ties of the crude network",
    "economy of the trade model": "economies of the trade model",
}
WHO_SAYS = ("source_id", "basis", "checked_on")
LONGEST = 80  # characters of a text that changed


def data_changes(before: Path | None, after: Path | None) -> list[str]:
    """Say in words what differs between two packages.

    Parameters
    ----------
    before, after : Path or None
        Folders of two packages; None is the built-in one.

    Returns
    -------
    list of str
        A sentence a record changed, and one for all records added to or removed from a table; empty when the
        packages say the same.
    """
    return describe_changes(read_package(before), read_package(after))


def data_import_changes(overlay: Path, folder: Path | None = None) -> list[str]:
    """Say in words what an overlay would change in a package; it is checked as `torugart.data_import` checks it.

    Parameters
    ----------
    overlay : Path
        Folder with some of the tables.
    folder : Path, optional
        The package below; the built-in one when left out.

    Returns
    -------
    list of str
        As `data_changes` gives them.
    """
    return describe_changes(read_package(folder), read_package(folder, [Path(overlay)]))


def describe_changes(before: Package, after: Package) -> list[str]:
    """Return what differs between two packages as sentences, table by table."""
    found = differences(before, after)
    lines: list[str] = []
    said = set(
        found.loc[found["change"] == "changed", ["table", "row_id", "column"]].itertuples(
            index=False, name=None
        )
    )
    for table in read_schema():
        part = found[found["table"] == table]
        if table == "alternatives":
            new = [not _is_said(before, after, row_id, said) for row_id in part["row_id"]]
            part = part[np.array(new, dtype=bool)]
        for change, package in (("added", after), ("removed", before)):
            ids = part.loc[part["change"] == change, "row_id"].tolist()
            if ids:
                lines.append(_rows_line(package, table, ids, change))
        changed = part[part["change"] == "changed"]
        for row_id, cells in changed.groupby("row_id", sort=False):
            lines.append(_record_line(before, after, table, str(row_id), cells))
    return lines


def thing_of(table: str) -> str:
    """Return what a row of a table is called."""
    return SINGULAR.get(table, table.removesuffix("s").replace("_", " "))


def _rows_line(package: Package, table: str, ids: Sequence[str], change: str) -> str:
    thing, named = thing_of(table), [_called(package, table, row_id) for row_id in ids[:MOST_NAMED]]
    if len(ids) == 1:
        return f"{thing} {named[0]} {change}"
    counted = f"{len(ids):,} {PLURAL[thing]}" if thing in PLURAL else count_of(len(ids), thing)
    more = f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else ""
    return f"{counted} {change}: {', '.join(named)}{more}"


def _is_said(before: Package, after: Package, row_id: str, said: set[tuple[str, str, str]]) -> bool:
    """Whether a rival value is one of a cell whose change is told by itself: of what it held, or holds now."""
    for package in (after, before):
        rows = package.tables["alternatives"]
        here = rows[rows["alternative_id"] == row_id]
        if len(here):
            return tuple(here.iloc[0][["table", "row_id", "column"]]) in said
    return False


def _called(package: Package, table: str, row_id: str) -> str:
    """Return a record by its id; a rival value by its cell, value and source."""
    if table != "alternatives":
        return row_id
    row = find_row(package, table, row_id)
    value = f"{_value_words(row['value'], row['unit'])} {row['unit']}".rstrip()
    return f"{row['row_id']} {name_without_unit(row['column'])} {value} (source {row['source_id']})"


def _record_line(before: Package, after: Package, table: str, row_id: str, cells: pd.DataFrame) -> str:
    values = cells[~cells["column"].isin(WHO_SAYS)]
    shown = list(_cell_words(before, after, table, row_id, values if len(values) else cells))
    home = "" if table == "projects" else f"{thing_of(table)} "
    return f"{home}{row_id}: {'; '.join(shown)}"


def _cell_words(
    before: Package, after: Package, table: str, row_id: str, cells: pd.DataFrame
) -> Iterator[str]:
    rows = cells.to_dict("records")
    sources = [cell(after, table, row_id, str(row["column"])).source_id for row in rows]
    for i, row in enumerate(rows):
        # Said once where the same source changed several cells in a row.
        last = i + 1 == len(rows) or sources[i + 1] != sources[i]
        source = f" (source {sources[i]})" if last and sources[i] else ""
        yield f"{_one_change(before, after, table, row_id, row)}{source}"


def _one_change(
    before: Package, after: Package, table: str, row_id: str, row: Mapping[object, object]
) -> str:
    column, old, new = (str(row[name]) for name in ("column", "before", "after"))
    units = [cell(package, table, row_id, column).unit for package in (before, after)]
    name = column.replace("_", " ") if column.endswith("_year") else name_without_unit(column)
    if column in WHO_SAYS:
        name = {"source_id": "source", "checked_on": "last checked"}.get(column, column)
    first, second = (_value_words(text, unit) for text, unit in zip((old, new), units, strict=True))
    unit = units[1] if units[1] not in ("year", "degrees") else ""
    if units[0] != units[1] and old:
        first = f"{first} {units[0]}".rstrip()
    if not old:
        return f"{name} {second} {unit}".rstrip() + ", was empty"
    if not new:
        return f"{name} {first} {unit}".rstrip() + " emptied"
    return f"{name} {first} -> {second} {unit}".rstrip()


def _value_words(text: str, unit: str) -> str:
    value = number_in(text)
    if value is None or unit in ("year", "degrees"):
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    return f"{int(value):,}" if value.is_integer() and abs(value) < 1e15 else f"{value:,.10g}"
