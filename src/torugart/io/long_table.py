"""Long tables of trade in CSV or Parquet, by the ten million rows: read fast, and again slowly where something is wrong.

The fast reading takes typed columns block by block and stops at the first sign of a fault, without saying which. The slow one goes
through the cells one by one and finds every fault with its row. A sound file is never read slowly.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from torugart.schema.cells import HOSTILE, number_in
from torugart.schema.problems import Problem, quoted

BLOCK_BYTES, BLOCK_ROWS = 1 << 24, 1 << 19
MOST_TOLD = 2_000  # faults; what stands below in the file is then not looked at
MOST_DIGITS, LONGEST_NAME = 9, 80
KEY_BITS = 16  # of a label in a key of several: 65,536 countries or sectors
NOTHING = ("", "NA")

Row = tuple[int, list[str]]
Block = dict[str, Any]


class UnsoundTable(Exception):
    """Something is wrong with a file; the slow reading says what."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: ``whole`` number of 0 or more, ``name``, or ``amount`` of at least ``low``; ``empty`` where it may be unknown."""

    name: str
    kind: str
    low: float = 0.0
    empty: bool = False


def read_blocks(path: Path, fields: Sequence[Field]) -> Iterator[Block]:
    """Read columns block by block: whole numbers and amounts as arrays, names as pairs of codes and labels.

    An amount that may be empty is NaN where it is.

    Raises
    ------
    UnsoundTable
        At the first sign of a fault; ``find_problems`` tells which.
    """
    try:
        for batch in _parquet(path, fields) if is_parquet(path) else _csv(path, fields):
            yield {f.name: _typed(batch.column(f.name), f) for f in fields}
    except (pa.ArrowException, OSError, UnicodeDecodeError, KeyError) as fault:
        raise UnsoundTable(str(fault)) from None


def is_parquet(path: Path) -> bool:
    """Whether a file goes by a name of Parquet."""
    return path.suffix.lower() in (".parquet", ".pq")


def _csv(path: Path, fields: Sequence[Field]) -> Iterator[pa.RecordBatch]:
    types = {"whole": pa.int64(), "name": pa.dictionary(pa.int32(), pa.string()), "amount": pa.float64()}
    columns = {f.name: pa.string() if f.empty else types[f.kind] for f in fields}
    reader = pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES),
        convert_options=pa_csv.ConvertOptions(
            column_types=columns, include_columns=list(columns), null_values=[""]
        ),
    )
    with reader:
        yield from reader


def _parquet(path: Path, fields: Sequence[Field]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(BLOCK_ROWS, columns=[f.name for f in fields])


def _typed(column: Any, field: Field) -> Any:
    if field.kind == "name":
        coded = (
            column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
        )
        labels = coded.dictionary.cast(pa.string()).to_pylist()
        if coded.null_count or any(name_fault(label or "") for label in labels):
            raise UnsoundTable(field.name)
        return coded.indices.to_numpy(zero_copy_only=False), labels
    if field.kind == "whole":
        whole = column.cast(pa.int64())
        if whole.null_count or (len(whole) and pc.min(whole).as_py() < 0):
            raise UnsoundTable(field.name)
        return whole.to_numpy(zero_copy_only=False)
    if field.empty and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        text = pc.utf8_trim_whitespace(column)
        column = pc.if_else(pc.is_in(text, pa.array(NOTHING)), None, text)
    amount = column.cast(pa.float64())
    values = amount.to_numpy(zero_copy_only=False)
    known = values[amount.is_valid().to_numpy(zero_copy_only=False)] if amount.null_count else values
    if (amount.null_count and not field.empty) or not (np.isfinite(known) & (known >= field.low)).all():
        raise UnsoundTable(field.name)
    return values


def find_problems(
    path: Path,
    fields: Sequence[Field],
    key: Sequence[str],
    more: Callable[[int, Mapping[str, str]], Iterable[tuple[str, str, str]]] = lambda *_: (),
) -> list[Problem]:
    """Go through a file cell by cell and return every fault with its row.

    Parameters
    ----------
    path : Path
    fields : sequence of Field
        Columns that are needed; others are passed over.
    key : sequence of str
        Columns of which no two rows may hold the same.
    more : callable
        Given the number and the cells of a row whose key is sound, yields further faults as column, what is wrong, how to mend it.
    """
    problems: list[Problem] = []
    hashes, lines = array("q"), array("q")
    whole = {f.name for f in fields if f.kind == "whole"}
    # Codes and names repeat: each text is looked at once.
    known: dict[str, dict[str, tuple[str, str] | None]] = {f.name: {} for f in fields if f.kind != "amount"}
    for found in text_rows(path, fields):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        number, texts = found
        row, faults, sound_key = {}, [], True
        for field, text in zip(fields, texts, strict=True):
            row[field.name] = text = text if field.kind == "name" else text.strip()
            seen = known.get(field.name)
            if seen is None:
                fault = cell_fault(text, field)
            else:
                fault = seen[text] if text in seen else seen.setdefault(text, cell_fault(text, field))
            if fault:
                faults.append((field.name, *fault))
                sound_key &= field.name not in key
        if sound_key:
            faults += more(number, row)
            hashes.append(
                hash(tuple([row[column].lstrip("0") if column in whole else row[column] for column in key]))
            )
            lines.append(number)
        if faults:
            row_id = "/".join(row[column] for column in key)
            problems += [Problem(path.name, number, row_id, *fault) for fault in faults]
        if len(problems) >= MOST_TOLD:
            what = f"the first {MOST_TOLD:,} faults are told; what stands below was not looked at"
            return [*problems, Problem(path.name, number, "", "", what, "mend these first")]
    return problems + _twice(path.name, ", ".join(key), hashes, lines)


def _twice(file: str, key: str, hashes: array[int], lines: array[int]) -> list[Problem]:
    """Rows that hold the same key as one before; equal hashes of 64 bits are taken for equal keys."""
    values, rows = np.frombuffer(hashes, np.int64), np.frombuffer(lines, np.int64)
    if not values.size:
        return []
    order = np.lexsort((rows, values))
    again = np.concatenate([[False], values[order][1:] == values[order][:-1]])
    first = np.maximum.accumulate(np.where(again, 0, np.arange(order.size)))
    mend = "keep one, or add them up"
    return [
        Problem(file, int(rows[order[k]]), "", key, f"{key} are those of row {rows[order[first[k]]]}", mend)
        for k in np.flatnonzero(again)[:MOST_TOLD]
    ]


def text_rows(path: Path, fields: Sequence[Field]) -> Iterator[Row | Problem]:
    """Yield rows as texts of the fields, each with its number, and what is wrong with the file as a file."""
    try:
        yield from _parquet_texts(path, fields) if is_parquet(path) else _csv_texts(path, fields)
    except FileNotFoundError:
        yield Problem(path.name, None, "", "", "the file is not there", "check its name and folder")
    except pa.ArrowException as fault:
        told = str(fault).splitlines()[0]
        yield Problem(
            path.name, None, "", "", f"this is no Parquet file ({told})", "write it anew, or give CSV"
        )
    except (OSError, EOFError, zlib.error) as fault:
        told = getattr(fault, "strerror", None) or str(fault)
        yield Problem(path.name, None, "", "", f"the file cannot be read ({told})", "check that it is whole")


def _lacking(header: Sequence[str], path: Path, fields: Sequence[Field]) -> Iterator[Problem]:
    wanted = [f.name for f in fields]
    expected = f"expected {', '.join(wanted)}" + ("" if is_parquet(path) else ", with commas between")
    missing = [name for name in wanted if name not in header]
    twice = [name for name in wanted if header.count(name) > 1]
    if missing:
        yield Problem(path.name, 1, "", "", f"no column {', '.join(missing)}", expected)
    if twice:
        yield Problem(path.name, 1, "", "", f"column {', '.join(twice)} stands twice", "delete one")


def _csv_texts(path: Path, fields: Sequence[Field]) -> Iterator[Row | Problem]:
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            faults = list(_lacking(header, path, fields))
            if faults:
                yield from faults
                return
            at, before, rows = [header.index(f.name) for f in fields], reader.line_num, 0
            for cells in reader:
                number, before = before + 1, reader.line_num
                if not cells:
                    continue
                rows += 1
                if before > number:
                    what, mend = f"the record runs to row {before}", "keep each record on one line"
                    yield Problem(path.name, number, "", "", what, mend)
                elif len(cells) != len(header):
                    what = f"{len(cells)} cells, the header has {len(header)}"
                    yield Problem(path.name, number, "", "", what, "add or take out commas")
                else:
                    yield number, [cells[k] for k in at]
            if not rows:
                yield Problem(path.name, None, "", "", "no row in it", "add rows")
        except csv.Error as fault:
            mend = "put cells with commas or quotes in quotes, inner quotes twice"
            yield Problem(path.name, reader.line_num, "", "", f"the line is not CSV ({fault})", mend)
        except UnicodeDecodeError:
            what = f"the text is not UTF-8, from about row {reader.line_num + 1} on"
            yield Problem(path.name, None, "", "", what, "save it as CSV in UTF-8")


def _parquet_texts(path: Path, fields: Sequence[Field]) -> Iterator[Row | Problem]:
    with pq.ParquetFile(path) as file:
        faults = list(_lacking(file.schema_arrow.names, path, fields))
        if faults:
            yield from faults
            return
        if not file.metadata.num_rows:
            yield Problem(path.name, None, "", "", "no row in it", "add rows")
        number = 0
        for batch in file.iter_batches(BLOCK_ROWS, columns=[f.name for f in fields]):
            columns = [batch.column(f.name).to_pylist() for f in fields]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def cell_fault(text: str, field: Field) -> tuple[str, str] | None:
    """What is wrong with a cell and how to mend it; None if sound."""
    shown = f"{field.name} is {quoted(text)}"
    if field.kind == "name":
        fault = name_fault(text)
        return (f"{field.name} {fault[0]}", fault[1]) if fault else None
    if text in NOTHING:
        return None if field.empty else (f"{field.name} is empty", "fill it in, or leave the row out")
    if field.kind == "whole":
        sound = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return None if sound else (shown, "give a whole number of 0 or more")
    value = number_in(text)
    if value is None:
        return shown, "give a number with a point, no other sign in it"
    return (
        (f"{field.name} is {quoted(text)}, below {field.low:g}", "write 0 or more")
        if value < field.low
        else None
    )


def name_fault(text: str) -> tuple[str, str] | None:
    """What is wrong with a name and how to mend it; None if sound."""
    if not text:
        return "is empty", "fill it in, or leave the row out"
    if text != text.strip():
        return f"is {quoted(text)}, with spaces around", "take them off"
    if HOSTILE.search(text):
        return f"is {quoted(text)}, with a character that does not print", "take it out"
    if len(text) > LONGEST_NAME:
        return f"is {quoted(text)}, {len(text)} characters long", f"give at most {LONGEST_NAME}"
    return None


class Labels:
    """Labels met so far, numbered as they come."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def numbers(self, codes: NDArray[np.int64], labels: Sequence[str]) -> NDArray[np.int64]:
        """Number of each row of a block, given its codes and labels."""
        own = np.array([self.of.setdefault(label, len(self.of)) for label in labels], np.int64)
        return own[codes] if own.size else np.zeros(len(codes), np.int64)


class Sums:
    """Sums by a whole-number key over blocks, kept sparse."""

    def __init__(self, n_values: int = 1) -> None:
        self._keys: list[NDArray[np.int64]] = []
        self._sums: list[NDArray[np.float64]] = []
        self._n = n_values

    def add(self, keys: NDArray[np.int64], *values: NDArray[np.float64]) -> None:
        """Add the values of a block to those of their keys."""
        own, at = np.unique(keys, return_inverse=True)
        self._keys.append(own)
        self._sums.append(np.stack([np.bincount(at, v, own.size) for v in values]))

    def total(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Keys in order, and the sums of each value, shape (n_values, n_keys)."""
        if not self._keys:
            return np.zeros(0, np.int64), np.zeros((self._n, 0))
        own, at = np.unique(np.concatenate(self._keys), return_inverse=True)
        sums = np.concatenate(self._sums, axis=1)
        return own, np.stack([np.bincount(at, v, own.size) for v in sums])


def stands_twice(keys: Sequence[NDArray[np.int64]]) -> bool:
    """Whether any key stands more than once over all blocks."""
    if not keys:
        return False
    every = np.concatenate(keys)
    if not (every[1:] > every[:-1]).all():  # tables are mostly in order already
        every.sort()
    return bool((every[1:] == every[:-1]).any())


def packed_key(*parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels of a row as one whole number, at most four of them."""
    key = np.zeros(parts[0].size, np.int64)
    for part in parts:
        key = (key << KEY_BITS) | part
    return key


def key_parts(keys: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    """The ``n`` labels that a key was made of."""
    return [(keys >> (KEY_BITS * k)) & ((1 << KEY_BITS) - 1) for k in reversed(range(n))]
