"""A quick look over the tables before they are written: keys, references, ranges of words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tools.build_package.draft import Draft
from tools.build_package.facts import Row, read_rows
from tools.build_package.text import is_number

PROVENANCE = {"source_id", "basis", "checked_on"}


def find_faults(draft: Draft, schema: Path) -> list[str]:
    """Return every fault found, one line each."""
    tables = read_rows(schema / "tables.csv")
    found = [fault for table in tables for fault in key_faults(table, draft.tables.get(table["table"], []))]
    for column in read_rows(schema / "columns.csv"):
        found += column_faults(column, draft)
    known = {row["source_id"] for row in draft.tables["sources"]}
    for table in tables:
        for row in draft.tables.get(table["table"], []):
            if table["provenance"] == "yes" and row.get("source_id") not in known:
                found.append(f"{table['table']}: unknown source {row.get('source_id')!r}")
    return found


def key_faults(table: Row, rows: list[Row]) -> list[str]:
    """Return keys that two rows share."""
    keys = Counter(tuple(row.get(part, "") for part in table["key"].split(";")) for row in rows)
    return [f"{table['table']}: {count} rows with key {key}" for key, count in keys.items() if count > 1]


def column_faults(column: Row, draft: Draft) -> list[str]:
    """Return the cells of one column that break its row of the schema."""
    name, table = column["column"], column["table"]
    target, _, key = column["references"].partition(".")
    known = {row[key] for row in draft.tables[target]} if target else set()
    choices = set(column["choices"].split(";")) if column["choices"] else set()
    found = []
    for row in draft.tables.get(table, []):
        value = row.get(name, "")
        if not value:
            if column["required"] == "yes":
                found.append(f"{table}.{name}: empty in {row}")
            continue
        if known and value not in known:
            found.append(f"{table}.{name}: {value!r} unknown")
        if choices and value not in choices:
            found.append(f"{table}.{name}: {value!r} not one of {sorted(choices)}")
        if column["dtype"] in ("int", "float") and not is_number(value):
            found.append(f"{table}.{name}: {value!r} is no number")
    return found
