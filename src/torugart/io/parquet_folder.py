"""Tables as Parquet files: typed columns that carry their unit and meaning, files that carry their sources."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from torugart.io.plain import Record, filled_cells
from torugart.schema.definition import Column, read_schema
from torugart.tables.package import Package
from torugart.tables.provenance import sources_used

# Dates stay text: one may be a month or a year alone.
TYPES = {"int": pa.int64(), "float": pa.float64()}
SOURCE_COLUMNS = ("source_id", "publisher", "title", "year", "url", "licence_id", "kind", "owner_party")


def write_parquet_folder(package: Package, folder: Path, licences: pd.DataFrame) -> None:
    """Write every table as ``TABLE.parquet``.

    Parameters
    ----------
    package : Package
        The package.
    folder : Path
        Folder to write into.
    licences : DataFrame
        As `torugart.io.licences.licences_by_table` gives it.
    """
    for name in read_schema():
        pq.write_table(arrow_table(package, name, licences), folder / f"{name}.parquet")


def arrow_table(package: Package, name: str, licences: pd.DataFrame) -> pa.Table:
    """Return a table with its metadata.

    Each field tells ``unit``, ``meaning``, ``required``, ``choices`` and ``references``; the schema tells, as JSON
    under ``torugart``, the table's key and meaning, version and digest of the package, licences and sources.
    """
    schema, frame = read_schema()[name], package.tables[name]
    arrays = [_array(frame[column.name], column) for column in schema.columns.values()]
    fields = [
        pa.field(column.name, TYPES.get(column.dtype, pa.string()), metadata=_told(column))
        for column in schema.columns.values()
    ]
    cited = sources_used(package, frame["source_id"]) if "source_id" in schema.columns else None
    told: Record = {
        "table": name,
        "meaning": schema.meaning,
        "key": list(schema.key),
        "package": {"version": package.version, "digest": package.digest},
        "licences": licences.loc[licences["table"] == name, "licence_id"].tolist(),
        "sources": []
        if cited is None
        else [filled_cells(row, SOURCE_COLUMNS) for row in cited.to_dict("records")],
    }
    metadata = {"torugart": json.dumps(told, ensure_ascii=False)}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))


def _array(cells: pd.Series, column: Column) -> pa.Array:
    kind = TYPES.get(column.dtype, pa.string())
    values = cells.tolist()
    missing = [value is pd.NA or value == "" or value != value for value in values]
    return pa.array([None if gone else value for gone, value in zip(missing, values, strict=True)], type=kind)


def _told(column: Column) -> dict[str, str]:
    references = ".".join(column.references) if column.references else ""
    told = {
        "unit": column.unit,
        "meaning": column.meaning,
        "dtype": column.dtype,
        "required": "yes" if column.required else "no",
        "choices": ";".join(column.choices),
        "references": references,
    }
    return {name: text for name, text in told.items() if text}
