"""The tables as they grow: rows with their provenance, rival values, and the sources they cite."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tools.build_package.facts import Facts, Row
from tools.build_package.sourcebook import SourceBook
from tools.build_package.text import hashed_slug, is_number, joined, number

READ_ON = "2026-11-25"
BASIS = {
    "reported": "reported",
    "measured": "measured",
    "derived": "modelled",
    "modelled": "modelled",
    "claimed": "claimed",
    "source": "reported",
    "estimate": "estimated",
    "estimated": "estimated",
    "": "reported",
}


class Draft:
    """The package under construction."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.sources = SourceBook()
        self.tables: dict[str, list[Row]] = defaultdict(list)
        self.operation_sources: Row | None = None

    def add(self, table: str, row: dict[str, Any]) -> Row:
        """Add a row, its numbers written short; return it as written."""
        written = {key: as_cell(value) for key, value in row.items()}
        self.tables[table].append(written)
        return written

    def resolved(self, source: str) -> str:
        """Return the source of the observation that a decision cites (``op_109``), else the text."""
        if self.operation_sources is None:
            self.operation_sources = {row["id"]: row["source"] for row in self.facts.rows("operations")}
        return self.operation_sources.get(source, source)

    def cited(self, source: str, basis: str = "", note: str = "") -> Row:
        """Return the cells of provenance (and the note) for a free-text source."""
        cited = self.sources.cite(self.resolved(source))
        return {
            "note": joined(note, cited.note),
            "source_id": cited.source_id,
            "basis": BASIS[basis] if cited.is_document else "estimated",
            "checked_on": READ_ON,
        }

    def rival(self, table: str, row_id: str, column: str, value: Any, source: str, **more: str) -> None:
        """Add a rival value of a cell (or, with ``chosen="yes"``, the source of the value it holds)."""
        cited = self.sources.cite(self.resolved(source))
        basis = BASIS[more.get("basis", "")] if cited.is_document else "estimated"
        cell = as_cell(value)
        chosen = more.get("chosen", "no")
        key = (table, row_id, column, cell, cited.source_id, chosen, more.get("as_of", ""))
        self.add(
            "alternatives",
            {
                "alternative_id": hashed_slug(f"{table}_{row_id}_{column}", *key),
                "table": table,
                "row_id": row_id,
                "column": column,
                "value": cell,
                "unit": more.get("unit", ""),
                "as_of": more.get("as_of", ""),
                "basis": basis,
                "source_id": cited.source_id,
                "chosen": chosen,
                "scope": more.get("scope", ""),
                "note": joined(more.get("note", ""), cited.note),
            },
        )

    def by_key(self, table: str, key: str) -> dict[str, Row]:
        """Return the rows of a table by one key column."""
        return {row[key]: row for row in self.tables[table]}


def as_cell(value: Any) -> str:
    """Return a value as a cell: numbers short, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(value)
    return str(value)


def scaled(text: str, factor: float) -> str:
    """Return a number written as text times ``factor``; empty stays empty."""
    return number(float(text) * factor) if text and is_number(text) else ""
