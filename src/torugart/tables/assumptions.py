"""Holes in the tables filled by rows of ``assumptions``, and only by those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from torugart.schema.conditions import Condition, Field, column_of, parse_conditions
from torugart.schema.definition import Column, read_schema
from torugart.tables.package import ASSUMED_COLUMNS, Package, nothing_assumed, row_ids


def fill_assumptions(package: Package) -> tuple[Package, pd.DataFrame]:
    """Return the package with its holes filled as its assumptions say, and the record of every hole filled.

    Of several assumptions that fit a cell the one with most conditions fills it; of those the first by id.

    Parameters
    ----------
    package : Package
        The package as read; it is left alone.

    Returns
    -------
    Package
        With the same digest, for its contents are the same; ``assumed`` holds the record.
    DataFrame
        The record: table, row_id, column, assumption_id, value, in the order of tables, columns and rows.
    """
    tables = dict(package.tables)
    records = []
    for (table, column), rules in _rules(package):
        frame = tables[table]
        filled_by, values = _fill(tables, table, column, rules)
        if values is None:
            continue
        at = np.flatnonzero(filled_by != "")
        tables[table] = frame.assign(**{column: values})
        ids = row_ids(frame.iloc[at], table).to_numpy(dtype=object)
        texts = {rule["assumption_id"]: rule["value"] for rule in rules}
        chosen = filled_by[at]
        records.append(
            pd.DataFrame(
                {
                    "table": table,
                    "row_id": ids,
                    "column": column,
                    "assumption_id": chosen,
                    "value": [texts[assumption_id] for assumption_id in chosen],
                }
            )
        )
    record = pd.concat([package.assumed, *records], ignore_index=True) if records else package.assumed
    record = record.astype(dict.fromkeys(ASSUMED_COLUMNS, "str")) if len(record) else nothing_assumed()
    return replace(package, tables=tables, assumed=record), record


def rows_meeting(
    tables: dict[str, pd.DataFrame], table: str, conditions: tuple[Condition, ...]
) -> np.ndarray:
    """Return which rows of a table meet every condition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables, since a condition may ask the row that a column refers to.
    table : str
        Table whose rows are asked.
    conditions : tuple of Condition
        As `parse_conditions` gives them.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True where all are met.
    """
    met: np.ndarray = np.ones(len(tables[table]), dtype=bool)
    for condition in conditions:
        cells = _cells(tables, table, condition.field)
        if condition.other is None:
            found = _is_one_of(cells, column_of(condition.field, table), condition.values)
        else:
            other = _cells(tables, table, condition.other)
            found = (cells.astype("str") == other.astype("str")).to_numpy(dtype=bool)
        met &= ~found if condition.negated else found
    return met


def _cells(tables: Mapping[str, pd.DataFrame], table: str, field: Field) -> pd.Series:
    """Return what a field reads in each row of a table."""
    cells = tables[table][field.column]
    references = read_schema()[table].columns[field.column].references
    if not field.through or references is None:
        return cells
    home, key = references
    return cells.map(tables[home].drop_duplicates(key).set_index(key)[field.through])


def _rules(package: Package) -> list[tuple[tuple[str, str], list[dict[str, str]]]]:
    """Return the assumptions by the column they fill, those with most conditions first."""
    order, schema = {}, read_schema()
    for i, (table, columns) in enumerate((name, list(schema[name].columns)) for name in schema):
        order.update({(table, column): (i, j) for j, column in enumerate(columns)})
    by_column: dict[tuple[str, str], list[dict[str, str]]] = {}
    needed = ["assumption_id", "table", "where", "column", "value"]
    for row in package.tables["assumptions"][needed].to_dict("records"):
        rule = {str(name): str(text) for name, text in row.items()}
        by_column.setdefault((rule["table"], rule["column"]), []).append(rule)
    for rules in by_column.values():
        rules.sort(
            key=lambda rule: (-len(parse_conditions(rule["where"], rule["table"])), rule["assumption_id"])
        )
    return sorted(by_column.items(), key=lambda item: order[item[0]])


def _fill(
    tables: dict[str, pd.DataFrame], table: str, column: str, rules: list[dict[str, str]]
) -> tuple[np.ndarray, pd.Series | None]:
    """Return which assumption fills each cell of a column, and the column filled; None when nothing is."""
    cells, schema = tables[table][column], read_schema()[table].columns[column]
    empty = is_empty(cells)
    filled_by = np.full(len(cells), "", dtype=object)
    filled = cells.copy()
    for rule in rules:
        if not empty.any():
            break
        here = empty & rows_meeting(tables, table, parse_conditions(rule["where"], table))
        if here.any():
            filled[here] = typed_value(schema, rule["value"])
            filled_by[here] = rule["assumption_id"]
            empty &= ~here
    return filled_by, filled if (filled_by != "").any() else None


def is_empty(cells: pd.Series) -> np.ndarray:
    """Return which cells of a column are empty."""
    empty: np.ndarray = cells.isna().to_numpy(dtype=bool, copy=True)
    if not pd.api.types.is_numeric_dtype(cells):
        empty |= (cells == "").to_numpy(dtype=bool)
    return empty


def typed_value(column: Column, text: str) -> float | int | str:
    """Return the text of a cell as a value of its column."""
    if column.dtype == "int":
        return int(text)
    return float(text) if column.dtype == "float" else text


def _is_one_of(cells: pd.Series, column: Column, values: tuple[str, ...]) -> np.ndarray:
    found: np.ndarray = is_empty(cells) if "" in values else np.zeros(len(cells), dtype=bool)
    named = [value for value in values if value]
    if column.is_number:
        numbers = cells.to_numpy(dtype=float, na_value=np.nan)
        found |= np.isin(numbers, [float(value) for value in named])
    else:
        found |= cells.isin(named).to_numpy(dtype=bool)
    return found
