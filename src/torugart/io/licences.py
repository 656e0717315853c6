"""Under which licences the figures of each table stand, and a package without those that may not be passed on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.schema.definition import Column, read_schema
from torugart.schema.problems import count_of
from torugart.schema.text_table import text_table
from torugart.tables.package import Package, row_ids
from torugart.tables.provenance import cell_texts, digest_of

LICENCE_COLUMNS = ("table", "licence_id", "name", "may_ship", "rows", "attribution", "url")
LEFT_OUT_COLUMNS = ("table", "row_id", "column", "source_id", "licence_id", "reason")
# Columns that name a record of some table, without saying of which.
ABOUT_RECORDS = (
    ("aliases", "entity_id"),
    ("evidence", "entity_id"),
    ("searches", "entity_id"),
    ("claims", "subject_id"),
)
# Tables whose rows are about a cell or row of the table they name.
ABOUT_ROWS = ("alternatives", "project_edits")

LeftOut = tuple[str, str, str, str, str, str]


def source_columns() -> Iterator[tuple[str, Column]]:
    """Yield the tables whose rows name a source, each with the column that does."""
    for name, schema in read_schema().items():
        for column in schema.columns.values():
            if column.references == ("sources", "source_id"):
                yield name, column


def licences_by_table(package: Package, tables: Iterable[str] | None = None) -> pd.DataFrame:
    """Return under which licences the rows of each table stand.

    Parameters
    ----------
    package : Package
        The package.
    tables : iterable of str, optional
        Only these tables; all that name sources when left out.

    Returns
    -------
    DataFrame
        table, licence_id, name, may_ship, rows, attribution, url; one row for each licence of a table.
    """
    wanted = None if tables is None else set(tables)
    licence_of = package.tables["sources"].set_index("source_id")["licence_id"]
    terms = package.tables["licences"].set_index("licence_id")
    rows = []
    for name, column in source_columns():
        if wanted is not None and name not in wanted:
            continue
        counted = package.tables[name][column.name].map(licence_of).value_counts()
        for licence_id in sorted(counted.index):
            told = terms.loc[licence_id]
            rows.append(
                (
                    *(name, licence_id, told["name"], told["may_ship"], int(counted[licence_id])),
                    *(told["attribution"], told["url"]),
                )
            )
    return pd.DataFrame(rows, columns=list(LICENCE_COLUMNS))


def shippable(package: Package) -> tuple[Package, pd.DataFrame]:
    """Return the package without what its sources' licences do not allow to be passed on, and a list of that.

    Rows of such a source are left out. A cell that holds a value of such a source is emptied where it may be
    empty; else its row is left out. What refers to a row left out is left out, or emptied where it may be.

    Parameters
    ----------
    package : Package
        The package; it is left alone.

    Returns
    -------
    Package
        With its own digest when anything is left out.
    DataFrame
        table, row_id, column (empty when the whole row is left out), source_id, licence_id, reason.
    """
    sources, licences = package.tables["sources"], package.tables["licences"]
    closed = set(licences.loc[licences["may_ship"] == "no", "licence_id"])
    licence_of = {
        str(source): str(licence)
        for source, licence in zip(sources["source_id"], sources["licence_id"], strict=True)
        if licence in closed
    }
    if not licence_of:
        return package, pd.DataFrame([], columns=list(LEFT_OUT_COLUMNS))
    tables = {name: frame.copy() for name, frame in package.tables.items()}
    left_out = [*_cells_taken(tables, licence_of), *_rows_of_sources(tables, licence_of)]
    gone = {(table, row_id) for table, row_id, column, *_ in left_out if not column}
    while True:
        more = [*_references_lost(tables), *_subjects_lost(tables, gone)]
        if not more:
            break
        left_out.extend(more)
        gone |= {(table, row_id) for table, row_id, column, *_ in more if not column}
    if not left_out:
        return package, pd.DataFrame([], columns=list(LEFT_OUT_COLUMNS))
    tables = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    found = pd.DataFrame(left_out, columns=list(LEFT_OUT_COLUMNS)).drop_duplicates(ignore_index=True)
    return replace(package, tables=tables, digest=_digest(tables)), found


def licence_notes(licences: pd.DataFrame, left_out: pd.DataFrame, *, own_use: bool) -> list[str]:
    """Return what a person who passes the export on has to know, a sentence each."""
    notes = []
    counted = licences.groupby("licence_id", sort=False)["rows"].sum().sort_values(ascending=False)
    if len(counted) > 1:
        named = ", ".join(f"{name} ({count_of(int(rows), 'row')})" for name, rows in counted.items())
        notes.append(
            f"Figures under {len(counted)} licences stand side by side: {named}. "
            "licences.json tells them apart by table."
        )
    closed = licences[licences["may_ship"] == "no"]
    if len(closed):
        notes.append(
            f"{count_of(int(closed['rows'].sum()), 'row')} may not be passed on; this export is for your own use."
        )
    elif len(left_out) and not own_use:
        rows, cells = (left_out["column"] == "").sum(), (left_out["column"] != "").sum()
        what = " and ".join(count_of(int(n), thing) for n, thing in ((rows, "row"), (cells, "cell")) if n)
        notes.append(
            f"{what} left out because a source's licence does not allow passing them on; "
            "licences.json lists them. --own-use keeps them."
        )
    return notes


def write_licences(
    folder: Path, licences: pd.DataFrame, left_out: pd.DataFrame, notes: Sequence[str]
) -> None:
    """Write ``licences.json`` and, for people, ``LICENCES.txt`` beside the tables of an export."""
    told = {
        "notes": list(notes),
        "tables": {
            str(name): {
                "licences": [
                    {column: row[column] for column in LICENCE_COLUMNS[1:]} for row in part.to_dict("records")
                ],
                "mixed": len(part) > 1,
            }
            for name, part in licences.groupby("table", sort=False)
        },
        "left_out": left_out.to_dict("records"),
    }
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / "licences.json").write_text(text, encoding="utf-8", newline="\n")
    (folder / "LICENCES.txt").write_text(_licences_text(licences, notes), encoding="utf-8", newline="\n")


def _licences_text(licences: pd.DataFrame, notes: Sequence[str]) -> str:
    lines = ["Terms under which the figures of this folder may be used", ""]
    for _, part in licences.groupby("licence_id", sort=True):
        first = part.iloc[0]
        lines.append(f"{first['name']}{'' if first['may_ship'] == 'yes' else ' - not to be passed on'}")
        lines.extend(f"  {text}" for text in (first["url"], first["attribution"]) if text)
        tables = ", ".join(f"{row.table} ({row.rows})" for row in part.itertuples())
        lines.extend([f"  rows by table: {tables}", ""])
    lines.append("Tables that name no source are the project's own words.")
    return "\n".join([*lines, *notes]) + "\n"


def _rows_of_sources(tables: dict[str, pd.DataFrame], licence_of: dict[str, str]) -> Iterator[LeftOut]:
    for name, column in source_columns():
        frame = tables[name]
        bad = frame[column.name].isin(list(licence_of)).to_numpy(dtype=bool)
        for row_id, source in zip(row_ids(frame[bad], name), frame.loc[bad, column.name], strict=True):
            yield name, row_id, "", source, licence_of[source], "licence of its source"
        tables[name] = frame[~bad]


def _cells_taken(tables: dict[str, pd.DataFrame], licence_of: dict[str, str]) -> Iterator[LeftOut]:
    """Empty the cells that hold a value chosen from such a source, or leave out their rows."""
    rivals = tables["alternatives"]
    taken = rivals[(rivals["chosen"] == "yes") & rivals["source_id"].isin(list(licence_of))]
    for rival in taken.itertuples():
        frame = tables[str(rival.table)]
        here = (row_ids(frame, str(rival.table)) == rival.row_id).to_numpy(dtype=bool)
        if not here.any():
            continue
        told = (str(rival.source_id), licence_of[str(rival.source_id)], "licence of the source of its value")
        schema = read_schema()[str(rival.table)]
        column = schema.columns[str(rival.column)]
        if column.required or column.name in schema.key:
            tables[str(rival.table)] = frame[~here]
            yield str(rival.table), str(rival.row_id), "", *told
        else:
            tables[str(rival.table)] = _emptied(frame, column, here)
            yield str(rival.table), str(rival.row_id), column.name, *told


def _references_lost(tables: dict[str, pd.DataFrame]) -> Iterator[LeftOut]:
    for name, schema in read_schema().items():
        for column in schema.columns.values():
            if column.references is None:
                continue
            home, key = column.references
            frame = tables[name]
            cells = frame[column.name]
            lost = ((cells != "") & ~cells.isin(tables[home][key])).to_numpy(dtype=bool)
            if not lost.any():
                continue
            ids = row_ids(frame[lost], name).tolist()
            whole = column.required or column.name in schema.key
            tables[name] = frame[~lost] if whole else _emptied(frame, column, lost)
            for row_id in ids:
                yield name, row_id, "" if whole else column.name, "", "", f"its {column.name} is left out"


def _subjects_lost(tables: dict[str, pd.DataFrame], gone: set[tuple[str, str]]) -> Iterator[LeftOut]:
    ids = {row_id for _, row_id in gone}
    ids -= {row_id for name, frame in tables.items() for row_id in row_ids(frame, name)}
    for name, column in ABOUT_RECORDS:
        frame = tables[name]
        yield from _dropped(tables, name, frame[column].isin(list(ids)).to_numpy(dtype=bool))
    for name in ABOUT_ROWS:
        frame = tables[name]
        pairs = zip(frame["table"], frame["row_id"], strict=True)
        yield from _dropped(tables, name, np.array([pair in gone for pair in pairs], dtype=bool))


def _dropped(tables: dict[str, pd.DataFrame], name: str, lost: np.ndarray) -> Iterator[LeftOut]:
    if not lost.any():
        return
    frame = tables[name]
    ids = row_ids(frame[lost], name).tolist()
    tables[name] = frame[~lost]
    for row_id in ids:
        yield name, row_id, "", "", "", "what it is about is left out"


def _emptied(frame: pd.DataFrame, column: Column, here: np.ndarray) -> pd.DataFrame:
    cells = frame[column.name].copy()
    cells[here] = (pd.NA if column.dtype == "int" else float("nan")) if column.is_number else ""
    return frame.assign(**{column.name: cells})


def _digest(tables: dict[str, pd.DataFrame]) -> str:
    texts = {}
    for name, frame in tables.items():
        columns = {column: cell_texts(frame[column]) for column in frame.columns}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        texts[name] = text_table(name, rows, f"{name}.csv")
    return digest_of(texts)
