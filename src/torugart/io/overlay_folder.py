"""A user's own tables on top of a package: rows added to a folder of partial CSV files, or none of them."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from torugart.errors import InputError
from torugart.schema.definition import read_schema
from torugart.schema.problems import Problem
from torugart.schema.text_table import needed_in_part, read_text_table

Row = Mapping[str, str]
Rows = Mapping[str, Sequence[Row]]


@contextmanager
def tried_folder(overlay: Path, rows: Rows) -> Iterator[Path]:
    """Give a copy of an overlay with rows added, in a temporary place and under the overlay's own name.

    Parameters
    ----------
    overlay : Path
        The folder; it may not be there yet.
    rows : mapping of str to sequence of mapping
        Rows by table; a row whose key stands in the overlay already fills in that row.

    Raises
    ------
    InputError
        If the tables of the overlay cannot be read as tables.
    """
    with tempfile.TemporaryDirectory() as parent:
        copy = Path(parent) / (overlay.name or "overlay")
        copy.mkdir()
        for path in sorted(overlay.glob("*.csv")) if overlay.is_dir() else ():
            if path.is_file():
                shutil.copyfile(path, copy / path.name)
        _write(copy, _texts(copy, rows))
        yield copy


def add_rows(overlay: Path, rows: Rows) -> tuple[Path, ...]:
    """Add rows to the tables of an overlay; each file is put in place whole.

    Sources are written first, then the other tables in the order of the schema, so that even after a power cut
    every row there has its source.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be read or written.
    """
    try:
        overlay.mkdir(parents=True, exist_ok=True)
        return _write(overlay, _texts(overlay, rows))
    except OSError as fault:
        reason = fault.strerror or "not writable"
        raise InputError(f"{overlay} cannot be written ({reason}); give a folder you may write to") from None


def overlay_ids(overlay: Path, table: str) -> dict[str, str]:
    """Return the source of each row an overlay has of a table, by row id; empty where it has none to read."""
    present, _ = _present(overlay, table)
    key = read_schema()[table].key
    return {"/".join(row.get(column, "") for column in key): row.get("source_id", "") for row in present}


def _texts(folder: Path, rows: Rows) -> dict[str, str]:
    """Return the text of every table that gets rows, as it will stand."""
    order = ["sources", *(name for name in read_schema() if name != "sources")]
    texts, problems = dict[str, str](), list[Problem]()
    for name in order:
        if rows.get(name):
            present, faults = _present(folder, name)
            problems.extend(faults)
            texts[name] = _table_text(name, present, rows[name])
    if problems:
        raise InputError("\n".join(["the overlay cannot be read; nothing was written", *map(str, problems)]))
    return texts


def _present(folder: Path, name: str) -> tuple[list[dict[str, str]], list[Problem]]:
    path = folder / read_schema()[name].file
    if not path.exists():
        return [], []
    table, problems = read_text_table(path, name, f"{folder.name}/{path.name}", part=True)
    if table is None or problems:
        return [], problems
    columns = [column for column in table.cells if column not in table.absent]
    cells = [table.cells[column] for column in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)], []


def _table_text(name: str, present: Sequence[Row], added: Sequence[Row]) -> str:
    schema = read_schema()[name]
    rows = [dict(row) for row in present]
    at = {tuple(row.get(column, "") for column in schema.key): row for row in rows}
    for row in added:
        key = tuple(row.get(column, "") for column in schema.key)
        if key in at:
            at[key].update({column: text for column, text in row.items() if text})
        else:
            at[key] = dict(row)
            rows.append(at[key])
    used = {column for row in rows for column in row} | needed_in_part(schema)
    columns = [column for column in schema.columns if column in used]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    written = []
    for name, text in texts.items():
        path = folder / read_schema()[name].file
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            Path(part).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        written.append(path)
    return tuple(written)
