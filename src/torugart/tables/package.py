"""A data package in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from torugart.schema.definition import read_schema

ASSUMED_COLUMNS = ("table", "row_id", "column", "assumption_id", "value")


def nothing_assumed() -> pd.DataFrame:
    """Return the record of holes filled when none is."""
    return pd.DataFrame({column: pd.Series([], dtype="str") for column in ASSUMED_COLUMNS})


@dataclass(frozen=True, eq=False)
class Package:
    """Tables read and found sound, and where they are from.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Every table of the schema; texts as str with "" for an empty cell, whole numbers as Int64, others as
        float64.
    folder : Path
        Folder the tables were read from.
    overlays : tuple of Path
        Folders read on top, in order.
    digest : str
        SHA-256 of the contents, the same whatever the order of files and rows.
    version : str
        Version of the package, empty when it states none.
    assumed : DataFrame
        Holes filled by assumptions: table, row_id, column, assumption_id, value; empty until they are filled.
    """

    tables: Mapping[str, pd.DataFrame]
    folder: Path
    overlays: tuple[Path, ...]
    digest: str
    version: str
    assumed: pd.DataFrame = field(default_factory=nothing_assumed, repr=False)
    # Where rows were found, by what was looked up; a changed package begins with none.
    found: dict[tuple[str, str], dict[object, list[int]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


def row_ids(frame: pd.DataFrame, table: str) -> pd.Series:
    """Return the id of each row: its key columns joined by a slash.

    Parameters
    ----------
    frame : DataFrame
        Rows of the table.
    table : str
        Which table it is.

    Returns
    -------
    Series of str
        With the index of ``frame``.
    """
    first, *others = read_schema()[table].key
    ids = frame[first].astype("str")
    for column in others:
        ids = ids + "/" + frame[column].astype("str")
    return ids
