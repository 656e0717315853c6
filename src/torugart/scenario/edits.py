"""Scenarios: edits to tables, each with its reason, and their application to tables that stay untouched."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from torugart.errors import InputError, ScenarioError, nearest_names
from torugart.schema.definition import read_schema

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


# What a scenario may change of the numbers. Topology and demand are held: a change of them is another data package.
EDITABLE = {
    "links": (
        "length_km",
        "speed_km_per_h",
        "share_in_a",
        "electrified",
        "tracks",
        "lanes",
        "surface",
        "capacity_t_per_year",
    ),
    "transfers": ("hours", "usd_per_feu", "capacity_t_per_year"),
    "parameters": ("value",),
    "crossing_obs": ("value",),
}


# Read once for both sides of a comparison, so an edit of them could not do what it says.
HELD_PARAMETERS = frozenset(
    {
        "choice_theta",
        "path_size_weight",
        "importer_share_of_benefit",
        "project_slip_years",
        "value_of_variance_usd_per_feu_h2",
    }
)


def apply_edits(tables: Mapping[str, pd.DataFrame], edits: tuple[Edit, ...]) -> dict[str, pd.DataFrame]:
    """Return new tables with the ``set`` and ``scale`` edits made; the tables given are left alone.

    Raises
    ------
    ScenarioError
        Listing every edit that cannot be made: an unknown table, column or row with the nearest known names, or a
        value that the schema does not allow.
    """
    edited = dict(tables)
    faults = []
    for k, edit in enumerate(edits, start=1):
        fault = _fault_of(edit, edited)
        if not fault and edit.op in ("set", "scale"):
            rows = matching_rows(edited[edit.table], edit.where)
            old = edited[edit.table].loc[rows, edit.column]
            value = _typed(edit, old)
            new = old * value if edit.op == "scale" else pd.Series(value, index=old.index)
            fault = _out_of_bounds(edit, new)
            if not fault and not new.equals(old):
                changed = edited[edit.table].copy()
                changed.loc[rows, edit.column] = new
                edited[edit.table] = changed
        if fault:
            faults.append(f"  edit {k}: {fault}")
    if faults:
        raise ScenarioError(f"scenario: {len(faults)} edits cannot be made\n" + "\n".join(faults))
    return edited


def _typed(edit: Edit, old: pd.Series) -> float | str:
    if pd.api.types.is_numeric_dtype(old):
        return float(str(edit.value))
    return str(edit.value)


def _out_of_bounds(edit: Edit, new: pd.Series) -> str:
    """What the schema says against the new values of a column, if anything."""
    column = read_schema()[edit.table].columns[edit.column]
    for value in new.dropna():
        if column.choices and str(value) not in column.choices:
            return f"{edit.table}.{edit.column}: {value!r} is not one of {', '.join(column.choices)}"
        low = column.lower if column.lower is not None else -float("inf")
        high = column.upper if column.upper is not None else float("inf")
        if not isinstance(value, str) and not low <= value <= high:
            return f"{edit.table}.{edit.column}: {value:g} is outside {low:g} to {high:g}"
    return ""


def matching_rows(table: pd.DataFrame, where: Mapping[str, str]) -> pd.Series:
    """Mask of the rows in which every column of ``where`` has the value given."""
    mask = pd.Series(True, index=table.index)
    for column, value in where.items():
        mask &= table[column].astype(str) == str(value)
    return mask


def _fault_of(edit: Edit, tables: Mapping[str, pd.DataFrame]) -> str:
    """Why an edit cannot be made, or nothing."""
    if edit.table not in tables:
        return (
            f"table {edit.table!r} is unknown; near: {', '.join(nearest_names(edit.table, tables)) or 'none'}"
        )
    table = tables[edit.table]
    changes = edit.op in ("set", "scale")
    for column in (*edit.where, *((edit.column,) if changes else ())):
        if column not in table.columns:
            near = ", ".join(nearest_names(column, table.columns)) or ", ".join(table.columns[:6])
            return f"{edit.table} has no column {column!r}; near: {near}"
    if not matching_rows(table, edit.where).any():
        text = ", ".join(f"{k}={v}" for k, v in edit.where.items())
        close = [n for k, v in edit.where.items() for n in nearest_names(str(v), table[k].astype(str))]
        return f"no row of {edit.table} has {text}; near: {', '.join(close[:3]) or 'none'}"
    if not changes:
        if edit.table == "links" or (edit.table == "crossings" and edit.op == "close"):
            return ""
        return f"{edit.table} cannot be {'opened' if edit.op == 'open' else 'closed'}; links can, and crossings can be closed"
    if edit.column not in EDITABLE.get(edit.table, ()):
        known = "; ".join(f"{t}: {', '.join(c)}" for t, c in EDITABLE.items())
        return f"{edit.table}.{edit.column} is held in a scenario; make an overlay of the data for it (can change: {known})"
    if edit.table == "parameters":
        held = HELD_PARAMETERS & set(table.loc[matching_rows(table, edit.where), "parameter_id"])
        if held:
            return f"{', '.join(sorted(held))}: the same on both sides of a comparison; make an overlay of the data to change it"
    if pd.api.types.is_numeric_dtype(table[edit.column]):
        try:
            number = float(edit.value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return f"{edit.table}.{edit.column}: {edit.value!r} is not a number"
        if not math.isfinite(number) or (edit.op == "scale" and number < 0):
            return f"{edit.table}.{edit.column}: {edit.value!r} is not a finite{' positive' if edit.op == 'scale' else ''} number"
    elif edit.op == "scale":
        return f"{edit.table}.{edit.column} holds text and cannot be scaled"
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
    return scenario_of(read_toml(path), path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        If it cannot be read or is none.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r}: not a TOML file ({str(error)[:200]})") from None


def scenario_of(data: Mapping[str, Any], path: Path) -> Scenario:
    """Take a scenario from what a TOML file holds; faults as in ``read_scenario``."""
    faults = [
        f"{k!r} is unknown" + ("; give the file to `torugart trade --scenario`" if k == "trade_cost" else "")
        for k in data
        if k not in ("name", "with_projects", "without_projects", "edit")
    ]
    raw = data.get("edit", [])
    if not isinstance(raw, list) or not all(isinstance(e, dict) for e in raw):
        faults.append("edit must be a list of tables, written [[edit]]")
        raw = []
    edits = []
    for k, e in enumerate(raw, start=1):
        wrong = _edit_faults(e)
        faults += [f"edit {k}: {w}" for w in wrong]
        if not wrong:
            where = {str(c): str(v) for c, v in e["where"].items()}
            edits.append(Edit(e["table"], where, e["op"], e["reason"], e.get("column", ""), e.get("value")))
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


def _edit_faults(e: Mapping[str, object]) -> list[str]:
    """Everything wrong with the form of one edit of a scenario file."""
    out = [f"{f} is missing" for f in ("table", "where", "op", "reason") if f not in e]
    out += [f"{f!r} is unknown" for f in e if f not in ("table", "where", "op", "reason", "column", "value")]
    out += [
        f"{f} must be text"
        for f in ("table", "op", "reason", "column")
        if f in e and not isinstance(e[f], str)
    ]
    if "where" in e and not isinstance(e["where"], dict):
        out.append("where must be a table of column = value")
    op = e.get("op")
    if isinstance(op, str) and op not in OPS:
        out.append(f"op {op!r} is unknown; use {', '.join(OPS)}")
    if op in ("set", "scale") and not ("column" in e and "value" in e):
        out.append(f"{op} needs column and value")
    if "value" in e and (isinstance(e["value"], bool) or not isinstance(e["value"], int | float | str)):
        out.append("value must be a number or text")
    return out
