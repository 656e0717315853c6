"""Read the raw facts as they are: every cell a string, every row a dictionary."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

Row = dict[str, str]
DECISIONS = Path(__file__).parent / "decisions"


class Facts:
    """The CSV files of one folder, read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, name: str) -> list[Row]:
        """Return the rows of ``name``.csv, without blanks around the cells."""
        return read_rows(self.folder / f"{name}.csv")


@cache
def decisions(name: str) -> tuple[Row, ...]:
    """Return the rows decided by hand on one subject (``decisions/<name>.csv``)."""
    return tuple(read_rows(DECISIONS / f"{name}.csv"))


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file, without blanks around the cells."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
