"""Where a cell is from: its source, basis, rival values and assumption; and the digest of everything read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from torugart.errors import UnknownName
from torugart.schema.definition import Column, read_schema
from torugart.schema.text_table import TextTable
from torugart.tables.package import Package, row_ids


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell with all that is known about it.

    Attributes
    ----------
    value : float, int, str or None
        What the cell holds, after assumptions if they were filled; None when it is empty.
    unit : str
        Unit of the value, empty when it has none.
    source_id, basis, checked_on : str
        Whose figure it is, how it was got, and when it was last compared with its source.
    alternatives : DataFrame
        Rows of the table ``alternatives`` on this cell, the chosen one among them if it stands there.
    assumption_id : str
        The assumption that filled the cell; empty when it was not filled.
    """

    value: float | int | str | None
    unit: str
    source_id: str
    basis: str
    checked_on: str
    alternatives: pd.DataFrame
    assumption_id: str


def cell(package: Package, table: str, row_id: str, column: str) -> Cell:
    """Return a cell with its provenance.

    Parameters
    ----------
    package : Package
        The package, with or without its holes filled.
    table, row_id, column : str
        Which cell; ``row_id`` is the key columns joined by a slash.

    Returns
    -------
    Cell
        Its value and everything said about it.

    Raises
    ------
    UnknownName
        If there is no such table, row or column.
    """
    schema = read_schema()
    if table not in schema:
        raise UnknownName("table", table, schema)
    if column not in schema[table].columns:
        raise UnknownName(f"column of {table}", column, schema[table].columns)
    row = find_row(package, table, row_id)
    value = _value(row[column])
    where = (table, row_id, column)
    rivals = _on_cell(package, "alternatives", package.tables["alternatives"], where)
    assumed = _on_cell(package, "assumed", package.assumed, where)
    source_id, basis, checked_on = (str(row.get(name, "")) for name in ("source_id", "basis", "checked_on"))
    assumption_id = ""
    chosen = rivals[rivals["chosen"] == "yes"]
    if len(assumed):
        assumption_id = str(assumed["assumption_id"].iloc[0])
        rule = find_row(package, "assumptions", assumption_id)
        source_id, basis, checked_on = str(rule["source_id"]), "estimated", ""
    elif len(chosen):
        source_id, basis = (str(chosen[name].iloc[0]) for name in ("source_id", "basis"))
    unit = _unit(schema[table].columns[column], row)
    return Cell(value, unit, source_id, basis, checked_on, rivals, assumption_id)


def find_row(package: Package, table: str, row_id: str) -> pd.Series:
    """Return one row of a table by its id.

    Raises
    ------
    UnknownName
        If the table has no such row; the message offers the nearest ids.
    """
    frame = package.tables[table]
    if ("row", table) not in package.found:
        ids = row_ids(frame, table).tolist()
        package.found["row", table] = {name: [i] for i, name in reversed(list(enumerate(ids)))}
    at = package.found["row", table].get(row_id)
    if at is None:
        raise UnknownName(f"row of {table}", row_id, row_ids(frame, table))
    return frame.iloc[at[0]]


def describe_source(package: Package, source_id: str) -> str:
    """Return a source as a person would cite it.

    Parameters
    ----------
    package : Package
        The package that lists it.
    source_id : str
        Its id.

    Returns
    -------
    str
        Publisher, title, year, address and terms; what rests on no document says so.
    """
    source = find_row(package, "sources", source_id)
    year = _value(source["year"])
    text = f"{source['publisher']}, {source['title']}" + (f", {year}" if year is not None else "")
    licence = find_row(package, "licences", str(source["licence_id"]))
    parts = [text, str(source["url"]), f"terms: {licence['name']}"]
    if source["kind"] in ("general_knowledge", "judgement"):
        parts.insert(1, "no document stands behind it")
    return "; ".join(part for part in parts if part)


def digest_of(tables: Mapping[str, TextTable]) -> str:
    """Return the SHA-256 of tables of text, the same whatever the order of files, columns and rows.

    Numbers count by their value, so 1 and 1.0 are the same contents.
    """
    whole = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        columns = [_canonical(table, column) for column in sorted(table.cells)]
        # The separators are control characters, which no sound cell holds.
        rows = sorted("\x1f".join(row) for row in zip(*columns, strict=True))
        whole.update(f"\x1d{name}\x1e{len(rows)}\x1e".encode())
        whole.update("\x1e".join(rows).encode())
    return whole.hexdigest()


def _canonical(table: TextTable, column: str) -> list[str]:
    """Return the cells of a column, each number in its shortest form."""
    cells = table.cells[column]
    if not table.schema.columns[column].is_number:
        return cells
    # Adding zero makes -0 the same as 0.
    shortest = {text: repr(float(text) + 0.0) if text else "" for text in set(cells)}
    return [shortest[text] for text in cells]


def cell_text(value: object) -> str:
    """Return a value as it stands in a file: nothing for what is missing, numbers in their shortest form."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return str(value)


def cell_texts(cells: pd.Series) -> list[str]:
    """Return the cells of a column as they stand in a file."""
    return [cell_text(value) for value in cells.tolist()]


def _value(held: object) -> float | int | str | None:
    if held is None or held is pd.NA or held == "" or (isinstance(held, float) and held != held):
        return None
    if isinstance(held, str):
        return held
    return int(held) if hasattr(held, "__index__") else float(held)  # type: ignore[arg-type]


def _unit(column: Column, row: pd.Series) -> str:
    if column.unit or not column.is_number or "unit" not in row.index:
        return column.unit
    return str(row["unit"])


def _on_cell(package: Package, kind: str, frame: pd.DataFrame, where: tuple[str, str, str]) -> pd.DataFrame:
    """Return the rows of a frame that are about one cell."""
    if (kind, "") not in package.found:
        positions: dict[object, list[int]] = {}
        keys = zip(*(frame[column].tolist() for column in ("table", "row_id", "column")), strict=True)
        for i, key in enumerate(keys):
            positions.setdefault(key, []).append(i)
        package.found[kind, ""] = positions
    return frame.iloc[package.found[kind, ""].get(where, [])]


def sources_used(package: Package, source_ids: Iterable[str]) -> pd.DataFrame:
    """Return the rows of ``sources`` named, each once, in the order of the table."""
    sources = package.tables["sources"]
    return sources[sources["source_id"].isin(sorted(set(source_ids)))].reset_index(drop=True)
