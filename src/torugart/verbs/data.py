"""`torugart data`: what the package holds, where it disagrees with itself, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from torugart.errors import InputError, UnknownName
from torugart.schema.definition import read_schema
from torugart.schema.problems import Problem, describe_problems
from torugart.tables.conflicts import rival_values
from torugart.tables.provenance import cell_text, cell_texts
from torugart.tables.read import Package, cell, check_folder, fill_assumptions, read_package, row_ids

CELL_COLUMNS = (
    *("table", "row_id", "column", "value", "unit", "source_id", "basis", "checked_on"),
    *("assumption_id", "rivals"),
)
DIFF_COLUMNS = ("table", "row_id", "column", "change", "before", "after")


def data_tables(folder: Path | None = None, overlays: Sequence[Path] = ()) -> pd.DataFrame:
    """List the tables of a package.

    Parameters
    ----------
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    DataFrame
        table, rows, columns, key, estimated (rows that rest on no document), meaning.
    """
    package = read_package(folder, overlays)
    rows = []
    for name, schema in read_schema().items():
        frame = package.tables[name]
        estimated = int((frame["basis"] == "estimated").sum()) if "basis" in frame.columns else 0
        rows.append((name, len(frame), len(schema.columns), "/".join(schema.key), estimated, schema.meaning))
    return pd.DataFrame(rows, columns=["table", "rows", "columns", "key", "estimated", "meaning"])


def data_show(name: str, folder: Path | None = None, overlays: Sequence[Path] = ()) -> pd.DataFrame:
    """Show a table, or every cell of the records that an id or a name stands for.

    Parameters
    ----------
    name : str
        A table; or an id, name or alias of a record.
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    DataFrame
        The table as it is; or one row a cell that holds something: table, row_id, column, value, unit,
        source_id, basis, checked_on, assumption_id (what filled it, if it was empty) and rivals (how many
        rival values).

    Raises
    ------
    UnknownName
        If neither a table nor a record is called so.
    """
    package = read_package(folder, overlays)
    if name in read_schema():
        return package.tables[name]
    filled, _ = fill_assumptions(package)
    records = _records_called(filled, name)
    if not records:
        raise UnknownName("table or record", name, [*read_schema(), *_known_names(filled)])
    rows = [row for table, row_id in records for row in _cells_of_record(filled, table, row_id)]
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))


def data_verify(folder: Path | None = None, overlays: Sequence[Path] = ()) -> list[Problem]:
    """Return every fault of a package with its overlays; empty when it is sound.

    Parameters
    ----------
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    list of Problem
        Each with file, row, column, what is wrong and how to mend it.
    """
    return check_folder(folder, overlays)


def data_conflicts(
    table: str | None = None, folder: Path | None = None, overlays: Sequence[Path] = ()
) -> pd.DataFrame:
    """List the rival values of every disputed figure, the most disputed first.

    Figures are disputed when sources give a cell different values, and when two reporters count the same
    trade of a pair and year differently.

    Parameters
    ----------
    table : str, optional
        Only figures of this table.
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    DataFrame
        As `torugart.tables.conflicts.rival_values` gives it.

    Raises
    ------
    UnknownName
        If there is no such table.
    """
    schema = read_schema()
    if table is not None and table not in schema:
        raise UnknownName("table", table, schema)
    found = rival_values(read_package(folder, overlays))
    return found if table is None else found[found["table"] == table].reset_index(drop=True)


def data_assumptions(folder: Path | None = None, overlays: Sequence[Path] = ()) -> pd.DataFrame:
    """List every rule that fills holes, with the number of holes it fills.

    Parameters
    ----------
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top.

    Returns
    -------
    DataFrame
        The columns of ``assumptions`` with ``uses``, the cells filled, and ``rows``, all rows of the table.
    """
    package = read_package(folder, overlays)
    filled, record = fill_assumptions(package)
    rules = package.tables["assumptions"]
    uses = rules["assumption_id"].map(record["assumption_id"].value_counts()).fillna(0).astype("int64")
    sizes = {name: len(frame) for name, frame in filled.tables.items()}
    return rules.assign(uses=uses, rows=rules["table"].map(sizes)).reset_index(drop=True)


def data_diff(before: Path | None, after: Path | None) -> pd.DataFrame:
    """List what differs between two packages.

    Parameters
    ----------
    before, after : Path or None
        Folders of two packages; None is the built-in one.

    Returns
    -------
    DataFrame
        table, row_id, column, change (added, removed or changed), before, after. A row that is only in one
        package is one line, its column empty; numbers are compared by value.
    """
    return differences(read_package(before), read_package(after))


def data_import(overlay: Path, folder: Path | None = None) -> pd.DataFrame:
    """Try a folder of your own tables on top of a package and list what they change; nothing is written.

    Parameters
    ----------
    overlay : Path
        Folder with some of the tables; a row whose key is known replaces that row's cells, another is added.
    folder : Path, optional
        The package below; the built-in one when left out.

    Returns
    -------
    DataFrame
        The changes, as `data_diff` lists them.

    Raises
    ------
    InputError
        With every fault of the folder, by file and row.
    """
    overlay = Path(overlay)
    if overlay.is_dir() and not any(overlay.glob("*.csv")):
        raise InputError(f"{overlay} holds no CSV file; name the files as the tables, such as links.csv")
    return differences(read_package(folder), read_package(folder, [overlay]))


def verdict(problems: Sequence[Problem]) -> str:
    """Return the outcome of `data_verify` as text for people."""
    return describe_problems(problems) if problems else "no problems found"


def _records_called(package: Package, name: str) -> list[tuple[str, str]]:
    """Return the records an id, name or alias stands for, as table and row id."""
    wanted = name.strip().casefold()
    aliases = package.tables["aliases"]
    ids = {wanted, *aliases.loc[aliases["alias"].str.casefold() == wanted, "entity_id"]}
    records: list[tuple[str, str]] = []
    for table, schema in read_schema().items():
        frame = package.tables[table]
        found = row_ids(frame, table).str.casefold().isin(ids)
        if "name" in schema.columns:
            found |= frame["name"].str.casefold() == wanted
        if len(schema.key) > 1 and table != "aliases":
            found |= frame[schema.key[0]].str.casefold().isin(ids)
        records.extend((table, str(row_id)) for row_id in row_ids(frame[found], table))
    return records


def _known_names(package: Package) -> Iterator[str]:
    for table, schema in read_schema().items():
        frame = package.tables[table]
        if len(schema.key) == 1:
            yield from frame[schema.key[0]]
        if "name" in schema.columns:
            yield from frame["name"]
    yield from package.tables["aliases"]["alias"]


def _cells_of_record(package: Package, table: str, row_id: str) -> Iterator[tuple[object, ...]]:
    for column in read_schema()[table].columns:
        if column in ("source_id", "basis", "checked_on") and read_schema()[table].provenance:
            continue
        found = cell(package, table, row_id, column)
        if found.value is None:
            continue
        text = cell_text(found.value)
        told = (found.source_id, found.basis, found.checked_on, found.assumption_id)
        rivals = int((found.alternatives["chosen"] != "yes").sum())
        yield (table, row_id, column, text, found.unit, *told, rivals)


def differences(before: Package, after: Package) -> pd.DataFrame:
    """Return what differs between two packages, as `data_diff` gives it."""
    rows: list[tuple[str, ...]] = []
    for table in read_schema():
        old, new = (_texts_by_id(package, table) for package in (before, after))
        for row_id in [*old, *(row_id for row_id in new if row_id not in old)]:
            if row_id not in new:
                rows.append((table, row_id, "", "removed", "", ""))
            elif row_id not in old:
                rows.append((table, row_id, "", "added", "", ""))
            elif old[row_id] != new[row_id]:
                pairs = zip(read_schema()[table].columns, old[row_id], new[row_id], strict=True)
                rows.extend((table, row_id, column, "changed", a, b) for column, a, b in pairs if a != b)
    return pd.DataFrame(rows, columns=list(DIFF_COLUMNS))


def _texts_by_id(package: Package, table: str) -> dict[str, tuple[str, ...]]:
    frame = package.tables[table]
    columns = [cell_texts(frame[column]) for column in read_schema()[table].columns]
    return dict(zip(row_ids(frame, table).tolist(), zip(*columns, strict=True), strict=True))
