"""Files to tables: a data package, with a user's overlays on top, read whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.errors import InputError
from torugart.schema.check import (
    check_references,
    check_rules,
    check_table,
    missing_cells,
    read_text_tables,
)
from torugart.schema.definition import Column
from torugart.schema.problems import Problem, count_of, describe_problems, printable
from torugart.schema.text_table import TextTable, needed_in_part
from torugart.tables.assumptions import fill_assumptions
from torugart.tables.overlay import merge_overlay
from torugart.tables.package import Package, row_ids
from torugart.tables.provenance import Cell, cell, describe_source, digest_of, find_row

__all__ = [
    "Cell",
    "Package",
    "built_in_folder",
    "cell",
    "check_folder",
    "describe_source",
    "fill_assumptions",
    "find_row",
    "read_package",
    "row_ids",
]


def built_in_folder() -> Path:
    """Return the folder of the data package that comes with Torugart."""
    return Path(__file__).parent.parent / "package"


def read_package(folder: Path | None = None, overlays: Sequence[Path] = ()) -> Package:
    """Read a data package, or raise with every fault it has.

    Parameters
    ----------
    folder : Path, optional
        Folder with one CSV file a table; the built-in package when left out.
    overlays : sequence of Path
        Folders with some of the same files. A row whose key is known replaces that row's cells where its own
        are not empty; any other row is added. Later overlays lie on earlier ones.

    Returns
    -------
    Package
        Typed tables with their digest.

    Raises
    ------
    InputError
        If anything is wrong; the message names file, row, column and mend of every fault.
    """
    base = built_in_folder() if folder is None else Path(folder)
    on_top = tuple(Path(overlay) for overlay in overlays)
    tables, problems = _read_texts(base, on_top)
    version, version_problems = _version(base)
    problems.extend(version_problems)
    if problems:
        raise InputError(_refusal(base, on_top, problems))
    return Package(
        tables={name: typed_frame(table) for name, table in tables.items()},
        folder=base,
        overlays=on_top,
        digest=digest_of(tables),
        version=version,
    )


def check_folder(folder: Path | None = None, overlays: Sequence[Path] = ()) -> list[Problem]:
    """Return every fault of a package with its overlays; empty when `read_package` would read it."""
    base = built_in_folder() if folder is None else Path(folder)
    _, problems = _read_texts(base, tuple(Path(overlay) for overlay in overlays))
    return problems + _version(base)[1]


def typed_frame(table: TextTable) -> pd.DataFrame:
    """Return a sound table of text as a table of values, columns in the order of the schema."""
    columns = table.schema.columns
    return pd.DataFrame(
        {name: _typed(column, table.cells[name]) for name, column in columns.items()}, copy=False
    )


def _read_texts(base: Path, overlays: Sequence[Path]) -> tuple[dict[str, TextTable], list[Problem]]:
    tables, problems = read_text_tables(base)
    base_tables, parts = tables, list[dict[str, TextTable]]()
    problems.extend(_table_problems(tables))
    for overlay in overlays:
        label = f"{overlay.name}/"
        texts, faults = read_text_tables(overlay, part=True, label=label)
        problems.extend(faults)
        problems.extend(_table_problems(texts, part=True))
        parts.append(texts)
        before, tables = tables, merge_overlay(tables, texts)
        problems.extend(_new_row_problems(before, tables))
    # Cells are checked where they stand, so that a row that changes nothing is checked as well.
    for part in (base_tables, *parts):
        problems.extend(check_references(part, tables))
    problems.extend(check_rules(tables))
    return tables, problems


def _table_problems(tables: Mapping[str, TextTable], part: bool = False) -> list[Problem]:
    found = (check_table(table, name, table.schema.file, part) for name, table in tables.items())
    return [problem for problems in found for problem in problems]


def _new_row_problems(before: Mapping[str, TextTable], after: Mapping[str, TextTable]) -> list[Problem]:
    """Find the cells that rows added by an overlay lack; rows it changes may leave cells empty."""
    problems: list[Problem] = []
    for name, table in after.items():
        new = range(len(before[name]) if name in before else 0, len(table))
        for column in table.schema.columns.values() if new else ():
            if column.name not in needed_in_part(table.schema):
                problems.extend(missing_cells(table, column, new))
    return problems


def _typed(column: Column, cells: list[str]) -> pd.api.extensions.ExtensionArray | np.ndarray:
    if column.dtype == "float":
        return np.array([float(text) if text else np.nan for text in cells], dtype=float)
    if column.dtype == "int":
        missing = np.array([not text for text in cells], dtype=bool)
        return pd.arrays.IntegerArray(np.array([int(text or 0) for text in cells], dtype=np.int64), missing)
    return pd.array(cells, dtype="str")


def _version(folder: Path) -> tuple[str, list[Problem]]:
    """Return the version a package states in its descriptor, if it has one."""
    path = folder / "datapackage.json"
    if not path.is_file():
        return "", []
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        return str(stated.get("version", "")), []
    except (OSError, ValueError, AttributeError, RecursionError):
        mend = "mend it, or delete it; the tables do not need it"
        return "", [Problem(path.name, None, "", "", "the descriptor cannot be read as a JSON object", mend)]


def _refusal(folder: Path, overlays: Sequence[Path], problems: Sequence[Problem]) -> str:
    files = len({problem.file for problem in problems})
    what = "the built-in package" if folder == built_in_folder() else str(folder)
    on_top = f" with {', '.join(str(overlay) for overlay in overlays)}" if overlays else ""
    heading = (
        f"{what}{on_top} cannot be read: {count_of(len(problems), 'problem')} in {count_of(files, 'file')}"
    )
    faults = describe_problems(problems)
    return f"{printable(heading)}\n{faults}\nNothing was read. Mend these rows and try again."
