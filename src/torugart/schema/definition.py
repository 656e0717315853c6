"""What a row means: the tables and columns of a data package, read from the two CSV files beside this one."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

HERE = Path(__file__).parent

DType = Literal["slug", "iso3", "text", "date", "int", "float"]

BASES = ("measured", "reported", "estimated", "modelled", "claimed")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what may stand in it and what it means."""

    name: str
    dtype: DType
    unit: str
    required: bool
    lower: float | None
    upper: float | None
    choices: tuple[str, ...]
    references: tuple[str, str] | None
    meaning: str

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.dtype in ("int", "float")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: its key, its columns in order, and whether its rows carry provenance."""

    name: str
    key: tuple[str, ...]
    provenance: bool
    columns: Mapping[str, Column]
    meaning: str

    @property
    def file(self) -> str:
        """Name of the file that holds the table."""
        return f"{self.name}.csv"


# Every figure says where it is from; these columns stand last in each table that carries provenance.
PROVENANCE = (
    Column("source_id", "slug", "", True, None, None, (), ("sources", "source_id"), "who says so"),
    Column("basis", "text", "", True, None, None, BASES, None, "how the figures of the row were got"),
    Column(
        "checked_on", "date", "", False, None, None, (), None, "day the row was last compared with its source"
    ),
)


def _rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _column(row: Mapping[str, str]) -> Column:
    table, _, column = row["references"].partition(".")
    return Column(
        name=row["column"],
        dtype=row["dtype"],  # type: ignore[arg-type]  # a test holds the file to the known dtypes
        unit=row["unit"],
        required=row["required"] == "yes",
        lower=float(row["lower"]) if row["lower"] else None,
        upper=float(row["upper"]) if row["upper"] else None,
        choices=tuple(row["choices"].split(";")) if row["choices"] else (),
        references=(table, column) if table else None,
        meaning=row["meaning"],
    )


@cache
def read_schema() -> Mapping[str, TableSchema]:
    """Return the schema of every table by name, in the order in which tables are listed.

    Returns
    -------
    Mapping of str to TableSchema
        Columns include the provenance columns, last, where the table carries them.
    """
    columns: dict[str, dict[str, Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], {})[row["column"]] = _column(row)
    schema = {}
    for row in _rows("tables.csv"):
        name, provenance = row["table"], row["provenance"] == "yes"
        own = columns[name]
        if provenance:
            own.update({column.name: column for column in PROVENANCE})
        schema[name] = TableSchema(
            name=name,
            key=tuple(row["key"].split(";")),
            provenance=provenance,
            columns=MappingProxyType(own),
            meaning=row["meaning"],
        )
    return MappingProxyType(schema)
