"""Tariffs between countries by sector, as they stand beside an input-output table. Format: docs/trade_tables.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError, nearest_names
from torugart.io.long_table import (
    Field,
    UnsoundTable,
    find_problems,
    packed_key,
    read_blocks,
    stands_twice,
)
from torugart.schema.cells import number_in
from torugart.schema.problems import describe_problems, quoted

FloatArray = NDArray[np.float64]
KEY = ("importer", "exporter", "sector")
FIELDS = (*(Field(name, "name") for name in KEY), Field("tariff", "amount"))
MOST_TARIFF = 30.0  # as a fraction: 3,000 per cent


def read_tariffs(path: Path, countries: Sequence[str], sectors: Sequence[str]) -> FloatArray:
    """Read ad-valorem tariffs, columns importer, exporter, sector and tariff (a fraction).

    Returns
    -------
    ndarray, shape (n_sectors, n, n)
        By sector, importer and exporter; NaN where the file has no row.

    Raises
    ------
    InputError
        With every fault: a name that is none of the countries or sectors, a tariff below 0, above 30 or on sales at home, rows twice.
    """
    known = {"importer": countries, "exporter": countries, "sector": sectors}
    place = {column: {name: k for k, name in enumerate(names)} for column, names in known.items()}
    try:
        return _fill(path, place)
    except UnsoundTable as fault:
        sign = str(fault)

    def more(_: int, row: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        for column in KEY:
            if row[column] not in place[column]:
                told = f"{column} is {quoted(row[column])}, not in the table"
                yield column, told, nearest_hint(row[column], known[column])
        tariff = number_in(row["tariff"]) or 0.0
        if tariff > MOST_TARIFF:
            yield "tariff", f"tariff is {row['tariff']}", "give a fraction, 0.25 for 25 per cent"
        if row["importer"] == row["exporter"] and tariff > 0:
            yield "tariff", f"tariff is {row['tariff']} on sales at home", "take the row out"

    problems = find_problems(path, FIELDS, KEY, more)
    raise InputError(describe_problems(problems) if problems else f"{path.name} cannot be read: {sign}")


def _fill(path: Path, place: Mapping[str, Mapping[str, int]]) -> FloatArray:
    n = len(place["importer"])
    out, keys = np.full((len(place["sector"]), n, n), np.nan), []
    for block in read_blocks(path, FIELDS):
        if not all(set(block[column][1]) <= set(place[column]) for column in KEY):
            raise UnsoundTable("names that the table has not")
        m, e, s = (
            np.array([place[column][label] for label in block[column][1]], np.int64)[block[column][0]]
            for column in KEY
        )
        if (block["tariff"] > MOST_TARIFF).any() or (block["tariff"][m == e] > 0).any():
            raise UnsoundTable("tariffs")
        out[s, m, e] = block["tariff"]
        keys.append(packed_key(m, e, s))
    if stands_twice(keys) or not keys:
        raise UnsoundTable("the same tariff twice, or none")
    return out


def nearest_hint(name: str, known: Sequence[str]) -> str:
    """How to mend a name that is not known: the nearest one, if any is near."""
    near = nearest_names(name, known, 1)
    return f"did you mean {near[0]}?" if near else "mend the name, or take the row out"
