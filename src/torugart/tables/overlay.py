"""Rows on top of a package: a user's corrections and additions, each keeping its own source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from torugart.schema.cells import cell_fault
from torugart.schema.definition import read_schema
from torugart.schema.text_table import TextTable

Cells = dict[str, str]


def merge_overlay(tables: Mapping[str, TextTable], overlay: Mapping[str, TextTable]) -> dict[str, TextTable]:
    """Return the tables with the rows of an overlay on top.

    A row whose key is known replaces that row's cells where its own are not empty; any other row is added.
    Provenance is by cell: the row keeps its source, and the value replaced becomes a rival value in
    ``alternatives``, beside the new one, which is marked as chosen there and carries the overlay's source.

    Parameters
    ----------
    tables, overlay : mapping of str to TextTable
        Tables as text; the tables given are left alone.

    Returns
    -------
    dict of str to TextTable
        All tables, those of the overlay merged.
    """
    merged = dict(tables)
    rivals: list[tuple[Cells, TextTable, int]] = []
    # Rival values come last, so that those the overlay itself brings are known by then.
    for name, table in overlay.items():
        if name in merged:
            merged[name], found = _merged(merged[name], table)
            rivals.extend(found)
        else:
            merged[name] = table
    if rivals and "alternatives" in merged:
        merged["alternatives"] = _with_rivals(merged["alternatives"], rivals)
    return merged


def _merged(table: TextTable, overlay: TextTable) -> tuple[TextTable, list[tuple[Cells, TextTable, int]]]:
    schema = read_schema()[table.name]
    cells = {column: list(values) for column, values in table.cells.items()}
    files, lines, broken = list(table.files), list(table.lines), set(table.broken)
    rivals: list[tuple[Cells, TextTable, int]] = []
    kept = {*schema.key, *(("source_id", "basis", "checked_on") if schema.provenance else ())}
    for i in range(len(overlay)):
        at = table.row_of.get(overlay.row_ids[i])
        if at is None or overlay.row_ids[i].strip("/") == "":
            for column, values in cells.items():
                values.append(overlay.cells[column][i])
            files.append(overlay.files[i])
            lines.append(overlay.lines[i])
            if i in overlay.broken:
                broken.add(len(lines) - 1)
            continue
        for column, values in cells.items():
            new, old = overlay.cells[column][i], values[at]
            if column in kept or not new or new == old or cell_fault(schema.columns[column], new):
                continue
            values[at] = new
            files[at], lines[at] = overlay.files[i], overlay.lines[i]
            if schema.provenance:
                rivals.extend((rival, overlay, i) for rival in _rivals(table, at, overlay, i, column, old))
    return TextTable(table.name, cells, files, lines, table.absent, frozenset(broken)), rivals


def _rivals(table: TextTable, at: int, overlay: TextTable, i: int, column: str, old: str) -> list[Cells]:
    """Return the new value, and the old one when there was any, as rows of alternatives."""
    common = {"table": table.name, "row_id": table.row_ids[at], "column": column}
    rows = [
        {
            **common,
            "value": overlay.cells[column][i],
            "chosen": "yes",
            "note": "value of an overlay",
            **_provenance(overlay, i),
        }
    ]
    if old:
        rows.append(
            {
                **common,
                "value": old,
                "chosen": "no",
                "note": "value before the overlay",
                **_provenance(table, at),
            }
        )
    return rows


def _provenance(table: TextTable, i: int) -> Cells:
    return {
        "as_of": table.cells["checked_on"][i],
        **{name: table.cells[name][i] for name in ("source_id", "basis")},
    }


def _with_rivals(alternatives: TextTable, rivals: list[tuple[Cells, TextTable, int]]) -> TextTable:
    cells = {column: list(values) for column, values in alternatives.cells.items()}
    files, lines = list(alternatives.files), list(alternatives.lines)
    replaced = {_cell(row) for row, _, _ in rivals}
    known = set[tuple[str, ...]]()
    for k in range(len(lines)):
        row = {column: values[k] for column, values in cells.items()}
        if _cell(row) in replaced:
            # What was chosen has its own row already, so the former value is not written twice.
            known.add((*_cell(row), row["value"], row["source_id"]))
            if row["chosen"] == "yes":
                known.add((*_cell(row), row["value"], ""))
            cells["chosen"][k] = "no"
    for row, origin, i in rivals:
        former = row["chosen"] == "no" and (*_cell(row), row["value"], "") in known
        same = (*_cell(row), row["value"], row["source_id"]) in known
        if same and row["chosen"] == "yes":
            _choose(cells, row)
        if former or same:
            continue
        row = {**row, "alternative_id": _rival_id(row)}
        for column, values in cells.items():
            values.append(row.get(column, ""))
        files.append(origin.files[i])
        lines.append(origin.lines[i])
    return TextTable("alternatives", cells, files, lines, alternatives.absent, alternatives.broken)


def _choose(cells: dict[str, list[str]], row: Cells) -> None:
    wanted = (*_cell(row), row["value"], row["source_id"])
    for k, chosen in enumerate(cells["chosen"]):
        found = tuple(cells[column][k] for column in ("table", "row_id", "column", "value", "source_id"))
        if found == wanted and chosen == "no":
            cells["chosen"][k] = "yes"
            return


def _cell(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["table"], row["row_id"], row["column"]


def _rival_id(row: Cells) -> str:
    text = "\x1f".join((*_cell(row), row["value"], row["source_id"], row["chosen"]))
    return f"overlay_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
