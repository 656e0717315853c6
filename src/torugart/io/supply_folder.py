"""A folder of CSV files on gas or crude to be supplied: fields, lines, storages, demands. Format: docs/energy_supply.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.errors import InputError, nearest_names
from torugart.schema.problems import Problem, describe_problems
from torugart.schema.text_table import csv_records

MOST_A_YEAR = 2_000.0  # bcm or Mt; all the gas of the world is 4,000 bcm, all its oil 4,500 Mt
# What a number far too large is likely to be counted in.
SMALLER_UNIT = {"bcm": "million m3", "mt": "thousand tonnes"}

OF_UNIT = {"bcm": "gas", "mt": "crude"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a name, a number between bounds, a yes or no, or free text; ``default`` is taken where a cell is empty."""

    kind: str
    default: str | None = None
    low: float = 0.0
    high: float = MOST_A_YEAR
    refers: str = ""


YES_NO = ("yes", "no")
FILES: dict[str, tuple[bool, dict[str, Column]]] = {
    "nodes": (True, {"node": Column("id"), "name": Column("text", default=""), "country": Column("text")}),
    "profiles": (
        True,
        {
            "profile": Column("text"),
            "month": Column("number", low=1, high=12),
            "share": Column("number", high=1),
        },
    ),
    "lines": (
        True,
        {
            "line": Column("id"),
            "from_node": Column("text", refers="nodes"),
            "to_node": Column("text", refers="nodes"),
            "bcm_per_year": Column("number"),
            "both_ways": Column("yes_no", "no"),
            "length_km": Column("number", "0", high=20_000),
            "loss_share": Column("number", "0", high=0.5),
        },
    ),
    "supplies": (
        True,
        {
            "supply": Column("id"),
            "node": Column("text", refers="nodes"),
            "bcm_per_year": Column("number"),
            "bcm_per_month": Column("number", "nan"),
            "cost": Column("number", "0", high=1e6),
        },
    ),
    "demands": (
        True,
        {
            "demand": Column("id"),
            "node": Column("text", refers="nodes"),
            "sector": Column("text"),
            "bcm_per_year": Column("number"),
            "profile": Column("text", refers="profiles"),
            "penalty": Column("number", high=1e9),
        },
    ),
    "storages": (
        False,
        {
            "storage": Column("id"),
            "node": Column("text", refers="nodes"),
            "working_bcm": Column("number"),
            "in_bcm_per_month": Column("number"),
            "out_bcm_per_month": Column("number"),
            "start_bcm": Column("number"),
        },
    ),
    "contracts": (
        False,
        {
            "contract": Column("id"),
            "line": Column("text", refers="lines"),
            "bcm_per_year": Column("number"),
            "penalty": Column("number", high=1e9),
        },
    ),
}


def files_of(unit: str) -> dict[str, tuple[bool, dict[str, Column]]]:
    """Files and their columns, whether needed, with amounts in a unit: ``bcm_per_year`` is ``mt_per_year`` for crude."""
    return {
        name: (needed, {column.replace("bcm", unit): what for column, what in columns.items()})
        for name, (needed, columns) in FILES.items()
    }


def read_supply_folder(folder: Path, unit: str = "bcm") -> dict[str, pd.DataFrame]:
    """Read the tables of a folder, every cell checked; a file that may lack is an empty table.

    Parameters
    ----------
    folder : path
    unit : str
        bcm, or mt for crude: names the columns of amounts.

    Raises
    ------
    InputError
        With every fault of every file: what is wrong, where, how to mend it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one with {', '.join(f'{n}.csv' for n in FILES)}")
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, (needed, columns) in files_of(unit).items():
        path = folder / f"{name}.csv"
        if path.exists():
            tables[name] = _read(path, columns, unit, problems)
        else:
            tables[name] = pd.DataFrame(columns=list(columns))
            if needed:
                problems.append(Problem(path.name, None, "", "", "the file is not there", "add it"))
    _check_references(tables, problems)
    _check_profiles(tables["profiles"], problems)
    _check_storages(tables["storages"], unit, problems)
    if problems:
        raise InputError(f"{folder}: {describe_problems(problems)}")
    return {name: table.drop(columns="row_", errors="ignore") for name, table in tables.items()}


def _read(path: Path, columns: Mapping[str, Column], unit: str, problems: list[Problem]) -> pd.DataFrame:
    def fault(row: int | None, row_id: str, column: str, what: str, mend: str) -> None:
        problems.append(Problem(path.name, row, row_id, column, what, mend))

    empty = pd.DataFrame(columns=[*columns, "row_"])
    records, unreadable = csv_records(path)
    if unreadable:
        fault(unreadable[0], "", "", *unreadable[1:])
        return empty
    header = [name.strip() for name in records[0][1]] if records else []
    lacking = [name for name in columns if name not in header]
    if lacking or len(set(header)) < len(header):
        what = f"no column {', '.join(lacking)}" if lacking else "a column stands twice"
        other = next(u for u in SMALLER_UNIT if u != unit)
        if lacking and all(name.replace(unit, other) in header for name in lacking):
            mend = f"amounts in {other} are of {OF_UNIT[other]}: give --commodity {OF_UNIT[other]}"
        else:
            mend = f"expected {', '.join(columns)}, with commas between"
        fault(1 if header else None, "", "", what, mend)
        return empty
    if len(records) == 1:
        fault(None, "", "", "no row in it", "add rows, or leave the file out where it may lack")
    found, seen = [], set()
    key = next(iter(columns))
    for number, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            fault(number, cells[0], "", f"{len(cells)} cells, the header has {len(header)}", "mend the row")
            continue
        row = dict(zip(header, cells, strict=True))
        made: dict[str, object] = {"row_": number}
        for name, column in columns.items():
            made[name], wrong = _cell(row[name].strip(), column, name, unit)
            if wrong:
                fault(number, row[key], name, *wrong)
        if columns[key].kind == "id":
            if row[key].strip() in seen:
                fault(number, row[key], key, f"{key} stands twice", "give each row a name of its own")
            seen.add(row[key].strip())
        found.append(made)
    return pd.DataFrame(found, columns=[*columns, "row_"])


def _cell(text: str, column: Column, name: str, unit: str) -> tuple[object, tuple[str, str] | None]:
    """The value of a cell, and what is wrong with it and how to mend it."""
    given = bool(text)
    if not given:
        if column.default is None:
            return "" if column.kind != "number" else math.nan, (f"{name} is empty", "fill it in")
        text = column.default
    if column.kind == "yes_no" and text not in YES_NO:
        return text, (f"{name} is {text[:40]!r}", "give yes or no")
    if column.kind != "number":
        return text, None
    try:
        value = float(text)
    except ValueError:
        return math.nan, (f"{name} is {text[:40]!r}", "give a number with a point")
    if given and not column.low <= value <= column.high:
        too_much = f"is it in {SMALLER_UNIT[unit]} (a thousand times too much)?"
        hint = too_much if value > column.high else "mend it"
        return value, (f"{name} is {text[:40]}; expected {column.low:g} to {column.high:g}", hint)
    return value, None


def _check_references(tables: Mapping[str, pd.DataFrame], problems: list[Problem]) -> None:
    for name, (_, columns) in FILES.items():
        for column, what in columns.items():
            if not what.refers:
                continue
            known = set(tables[what.refers].iloc[:, 0].astype(str))
            table = tables[name]
            # A file that could not be read says so itself, and an empty cell too.
            lost = ~table[column].isin(known) & (table[column] != "") & bool(known)
            for row in table[lost].itertuples(index=False):
                value = str(getattr(row, column))
                near = nearest_names(value, sorted(known), 1)
                mend = f"did you mean {near[0]}?" if near else f"add it to {what.refers}.csv"
                told = f"{column} is {value[:40]!r}, not in {what.refers}.csv"
                problems.append(Problem(f"{name}.csv", int(row.row_), str(row[0]), column, told, mend))


def _check_profiles(profiles: pd.DataFrame, problems: list[Problem]) -> None:
    for name, mine in profiles.groupby("profile", sort=True):
        months = sorted(mine["month"])
        first = int(mine["row_"].iloc[0])
        if months != list(range(1, 13)):
            what = f"profile {name} has months {', '.join(f'{m:g}' for m in months)}"
            problems.append(
                Problem("profiles.csv", first, str(name), "month", what, "give each month from 1 to 12 once")
            )
        elif abs(mine["share"].sum() - 1) > 1e-3:
            what = f"shares of profile {name} sum to {mine['share'].sum():.4f}"
            problems.append(Problem("profiles.csv", first, str(name), "share", what, "make them sum to 1"))


def _check_storages(storages: pd.DataFrame, unit: str, problems: list[Problem]) -> None:
    mend, start, room = "start with no more than there is room for", f"start_{unit}", f"working_{unit}"
    for _, row in storages[storages[start] > storages[room]].iterrows():
        what = f"{start} is {row[start]:g}, {room} {row[room]:g}"
        problems.append(Problem("storages.csv", int(row["row_"]), str(row["storage"]), start, what, mend))
