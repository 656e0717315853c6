"""Write the tables: columns of the schema, rows by key, the same bytes for the same facts."""

from __future__ import annotations

import csv
from pathlib import Path

from tools.build_package.draft import Draft
from tools.build_package.facts import read_rows
from tools.build_package.text import is_number, number, safe_text

FREE_COLUMNS = {("claims", "relation")}


def write_tables(draft: Draft, out: Path, schema: Path) -> dict[str, int]:
    """Write every table of the schema that has rows; return how many each has."""
    out.mkdir(parents=True, exist_ok=True)
    columns = schema_columns(schema)
    counts = {}
    for table in read_rows(schema / "tables.csv"):
        name = table["table"]
        rows = draft.tables.get(name, [])
        counts[name] = len(rows)
        write_table(out / f"{name}.csv", name, rows, columns[name], table["key"].split(";"))
    return counts


def schema_columns(schema: Path) -> dict[str, dict[str, str]]:
    """Return the columns of each table with their dtype, those of provenance last."""
    columns: dict[str, dict[str, str]] = {}
    for row in read_rows(schema / "columns.csv"):
        columns.setdefault(row["table"], {})[row["column"]] = row["dtype"]
    for table in read_rows(schema / "tables.csv"):
        if table["provenance"] == "yes":
            columns[table["table"]] |= {"source_id": "slug", "basis": "text", "checked_on": "text"}
    return columns


def write_table(
    path: Path, name: str, rows: list[dict[str, str]], columns: dict[str, str], key: list[str]
) -> None:
    """Write one table."""
    unknown = {column for row in rows for column in row} - set(columns)
    if unknown:
        raise ValueError(f"{name}: columns not in the schema: {sorted(unknown)}")
    written = [
        [
            cell(row.get(column, ""), dtype, (name, column) in FREE_COLUMNS)
            for column, dtype in columns.items()
        ]
        for row in rows
    ]
    places = [list(columns).index(column) for column in key]
    written.sort(key=lambda cells: [cells[at] for at in places])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(written)


def cell(value: str, dtype: str, free: bool) -> str:
    """Return a cell in its final form."""
    if dtype in ("float", "int"):
        return number(value) if is_number(value) or value == "" else value
    return value if free else safe_text(value)
