"""Tables as other programs want them: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torugart.cli.screen import write_answer
from torugart.cli.wording import is_missing

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]
# What a spreadsheet takes for the beginning of a formula, full-width forms too, and what it passes over before it.
_FORMULA_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"


def plain_value(value: Any) -> Any:
    """Return a value JSON can hold; what is missing becomes null, an infinity a word."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(held) for key, held in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(held) for held in value]
    if isinstance(value, str):
        return value
    if isinstance(value, Path):
        return str(value)
    if is_missing(value):
        return None
    if hasattr(value, "item"):  # numpy's scalars
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, (bool, int, float)):
        return value
    return str(value)


def records_of(table: pd.DataFrame) -> list[Record]:
    """Return a table's rows as plain records."""
    columns = [str(column) for column in table.columns]
    return [dict(zip(columns, map(plain_value, row), strict=True)) for row in rows_of(table)]


def rows_of(table: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    """Return a table's rows as tuples, in order."""
    return table.itertuples(index=False, name=None)


def write_json(answer: Any) -> None:
    """Write an answer as JSON."""
    write_answer(json.dumps(plain_value(answer), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def safe_cell(value: Any) -> Any:
    """Return a cell so that a spreadsheet takes text for text: an apostrophe before what begins like a formula.

    Numbers stay numbers, and a sign alone computes nothing.
    """
    if not isinstance(value, str):
        return value
    bare = value.lstrip(_BLANKS)
    begins = bare[:1] in _FORMULA_STARTS or value[:1] in {"\t", "\r"}
    if not bare or not begins or (len(bare) < 2 and bare == value):
        return value
    try:
        float(bare)
    except ValueError:
        return f"'{value}"
    return value


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV with a header; what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if (plain := plain_value(value)) is None else safe_cell(plain) for value in row])
    write_answer(text.getvalue())


def write_table_csv(table: pd.DataFrame) -> None:
    """Write a table as CSV."""
    write_csv([str(column) for column in table.columns], rows_of(table))
