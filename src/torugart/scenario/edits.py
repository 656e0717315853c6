"""Scenarios: edits to tables, each with its reason, and their application to tables that stay untouched."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from torugart.errors import InputError, ScenarioError, nearest_names

Op = Literal["set", "scale", "open", "close"]
OPS = ("set", "scale", "open", "close")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to the rows of one table that match ``where``, and why.

    ``open`` and ``close`` act on links and crossings and need no column; ``set`` and ``scale`` act on ``column``.
    """

    table: str
    where: Mapping[str, str]
    op: Op
    reason: str
    column: str = ""
    value: float | str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name, projects taken as open or as absent, and further edits."""

    name: str
    with_projects: tuple[str, ...] = ()
    without_projects: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = field(default=())


def apply_edits(tables: Mapping[str, pd.DataFrame], edits: tuple[Edit, ...]) -> dict[str, pd.DataFrame]:
    """Return new tables with the ``set`` and ``scale`` edits made; the tables given are left alone.

    Raises
    ------
    ScenarioError
        Listing every edit whose table, column or rows do not exist, with the nearest known names.
    """
    edited = dict(tables)
    faults = []
    for edit in edits:
        fault = _fault_of(edit, edited)
        if fault:
            faults.append(f"  {fault}")
            continue
        if edit.op in ("open", "close"):
            continue
        table = edited[edit.table].copy()
        rows = matching_rows(table, edit.where)
        if edit.op == "scale":
            table.loc[rows, edit.column] = table.loc[rows, edit.column] * float(edit.value)  # type: ignore[arg-type]
        elif pd.api.types.is_numeric_dtype(table[edit.column]):
            table.loc[rows, edit.column] = float(edit.value)  # type: ignore[arg-type]
        else:
            table.loc[rows, edit.column] = str(edit.value)
        edited[edit.table] = table
    if faults:
        raise ScenarioError(f"scenario: {len(faults)} edits cannot be made\n" + "\n".join(faults))
    return edited


def matching_rows(table: pd.DataFrame, where: Mapping[str, str]) -> pd.Series:
    """Mask of the rows in which every column of ``where`` has the value given."""
    mask = pd.Series(True, index=table.index)
    for column, value in where.items():
        mask &= table[column].astype(str) == str(value)
    return mask


def _fault_of(edit: Edit, tables: Mapping[str, pd.DataFrame]) -> str:
    if edit.op not in OPS:
        return f"op {edit.op!r} is unknown; use {', '.join(OPS)}"
    if edit.table not in tables:
        return (
            f"table {edit.table!r} is unknown; near: {', '.join(nearest_names(edit.table, tables)) or 'none'}"
        )
    table = tables[edit.table]
    columns = [*edit.where, *([edit.column] if edit.op in ("set", "scale") else [])]
    for column in columns:
        if column not in table.columns:
            near = ", ".join(nearest_names(column, table.columns)) or ", ".join(table.columns[:6])
            return f"{edit.table} has no column {column!r}; near: {near}"
    if not matching_rows(table, edit.where).any():
        text = ", ".join(f"{k}={v}" for k, v in edit.where.items())
        close = [n for k, v in edit.where.items() for n in nearest_names(str(v), table[k].astype(str))]
        return f"no row of {edit.table} has {text}; near: {', '.join(close[:3]) or 'none'}"
    if edit.op == "scale" or (edit.op == "set" and pd.api.types.is_numeric_dtype(table[edit.column])):
        try:
            number = float(edit.value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return f"{edit.table}.{edit.column}: {edit.value!r} is not a number"
        if number != number or number in (float("inf"), float("-inf")):
            return f"{edit.table}.{edit.column}: {edit.value!r} is not a finite number"
        if edit.op == "scale" and number < 0:
            return f"{edit.table}.{edit.column}: cannot scale by a negative number"
    if edit.op in ("open", "close") and edit.table not in ("links", "crossings"):
        return f"only links and crossings can be opened or closed, not {edit.table}"
    return ""


def project_edits(tables: Mapping[str, pd.DataFrame], project_id: str) -> tuple[Edit, ...]:
    """The ``set`` and ``scale`` edits of a project; its ``open`` rows act through the status of its links."""
    rows = tables["project_edits"]
    rows = rows[(rows["project_id"] == project_id) & rows["op"].isin(["set", "scale"])]
    key = {
        "links": "link_id",
        "crossings": "crossing_id",
        "transfers": "transfer_id",
        "parameters": "parameter_id",
    }
    return tuple(
        Edit(r.table, {key[r.table]: r.row_id}, r.op, r.reason, r.column, r.after)
        for r in rows.itertuples(index=False)
    )


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a TOML file.

    The file holds ``name``, optional lists ``with_projects`` and ``without_projects``, and ``[[edit]]`` tables with
    ``table``, ``where`` (a table of column = value), ``op``, ``reason`` and, for ``set`` and ``scale``, ``column`` and
    ``value``.

    Raises
    ------
    InputError
        If the file cannot be read or a field is missing or unknown; all faults at once.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a TOML file ({error})") from None
    faults = [
        f"{k!r} is unknown" for k in data if k not in ("name", "with_projects", "without_projects", "edit")
    ]
    edits = []
    raw = data.get("edit", [])
    if not isinstance(raw, list) or not all(isinstance(e, dict) for e in raw):
        faults.append("edit must be a list of tables, written [[edit]]")
        raw = []
    for k, e in enumerate(raw, start=1):
        missing = [f for f in ("table", "where", "op", "reason") if f not in e]
        strange = [f for f in e if f not in ("table", "where", "op", "reason", "column", "value")]
        faults += [f"edit {k}: {f} is missing" for f in missing] + [
            f"edit {k}: {f!r} is unknown" for f in strange
        ]
        if e.get("op") in ("set", "scale") and ("column" not in e or "value" not in e):
            faults.append(f"edit {k}: {e['op']} needs column and value")
        if not isinstance(e.get("where", {}), dict):
            faults.append(f"edit {k}: where must be a table of column = value")
        if not faults:
            edits.append(
                Edit(e["table"], e["where"], e["op"], e["reason"], e.get("column", ""), e.get("value"))
            )
    for name in ("with_projects", "without_projects"):
        if not (isinstance(data.get(name, []), list) and all(isinstance(p, str) for p in data.get(name, []))):
            faults.append(f"{name} must be a list of project ids")
    if not isinstance(data.get("name", ""), str):
        faults.append("name must be text")
    if faults:
        raise InputError(f"{path}: {len(faults)} problems\n" + "\n".join(f"  {f}" for f in faults))
    return Scenario(
        data.get("name", path.stem),
        tuple(data.get("with_projects", [])),
        tuple(data.get("without_projects", [])),
        tuple(edits),
    )
