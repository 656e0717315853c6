"""Values a record of one's own replaces, as rows of ``alternatives``."""

from __future__ import annotations

import hashlib

from torugart.io.overlay_folder import Row
from torugart.schema.cells import number_in, slug_of
from torugart.tables.package import Package
from torugart.tables.provenance import cell, cell_text

HASHED = 6  # letters of a digest at the end of an id made of what a row says
ROOM_FOR_ID = 73


def former_value(below: Package, table: str, row_id: str, column: str) -> Row:
    """Return the value a cell holds now as a row of alternatives."""
    held = cell(below, table, row_id, column)
    told = {
        "unit": held.unit,
        "as_of": held.checked_on,
        "basis": held.basis or "reported",
        "source_id": held.source_id,
    }
    return rival_value(
        table,
        row_id,
        column,
        cell_text(held.value),
        {**told, "chosen": "no", "note": "value before it was changed"},
    )


def stands_already(below: Package, rival: Row) -> bool:
    """Whether a value is among the rival values of its cell already, from the same source."""
    rows = below.tables["alternatives"]
    same = [rows[column] == rival[column] for column in ("table", "row_id", "column", "source_id")]
    values = rows.loc[same[0] & same[1] & same[2] & same[3], "value"]
    return any(value == rival["value"] or _same_number(value, rival["value"]) for value in values)


def _same_number(one: str, other: str) -> bool:
    a, b = number_in(one), number_in(other)
    return a is not None and a == b


def rival_value(table: str, row_id: str, column: str, value: str, told: Row) -> Row:
    """Return a value of a cell as a row of alternatives, with an id made of what it says."""
    said = "\x1f".join((table, row_id, column, value, told["source_id"]))
    digest = hashlib.sha256(said.encode()).hexdigest()[:HASHED]
    named = slug_of("_".join((table, row_id, column)))[:ROOM_FOR_ID].rstrip("_")
    where = {"table": table, "row_id": row_id, "column": column, "value": value}
    return {"alternative_id": f"{named}_{digest}", **where, **told}
