"""CSV files as tables of text: what stands in the file, before anyone asks what it means."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from torugart.errors import nearest_names
from torugart.schema.definition import TableSchema, read_schema
from torugart.schema.problems import Problem, count_of, quoted

MOST_BYTES = 256 * 1024 * 1024
MOST_NEAREST = 20
MOST_COMPARED = 40_000  # names compared for hints on one column; about a second


@dataclass(frozen=True)
class TextTable:
    """The cells of one table as text, column by column, each row knowing its file and line.

    ``absent`` are columns the file does not have (their cells are empty here); ``broken`` are rows whose
    number of cells is wrong, already reported, so that nothing else is said about them.
    """

    name: str
    cells: Mapping[str, list[str]]
    files: list[str]
    lines: list[int]
    absent: frozenset[str] = frozenset()
    broken: frozenset[int] = field(default=frozenset())

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def schema(self) -> TableSchema:
        """What the columns mean."""
        return read_schema()[self.name]

    @cached_property
    def row_ids(self) -> list[str]:
        """Key columns of each row joined by a slash."""
        keys = [self.cells[column] for column in self.schema.key]
        return keys[0] if len(keys) == 1 else ["/".join(parts) for parts in zip(*keys, strict=True)]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Position of each row by its id; of the first one when ids repeat."""
        return {row_id: i for i, row_id in reversed(list(enumerate(self.row_ids)))}

    def problem(self, i: int, column: str, what: str, mend: str) -> Problem:
        """Return a fault of row ``i`` of this table."""
        return Problem(self.files[i], self.lines[i], self.row_ids[i], column, what, mend)


Tables = Mapping[str, TextTable]
Rule = Callable[[Tables], Iterator[Problem]]  # finds the faults of one kind between tables


def rows_of(table: TextTable) -> Iterator[int]:
    """Return the positions of the rows whose cells stand under their own columns."""
    return (i for i in range(len(table)) if i not in table.broken)


class Nearest:
    """The known name nearest to an unknown one.

    Looking is slow and nobody reads hundreds of hints, so after the first few unknown names none is offered.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(known)
        self._most = min(MOST_NEAREST, MOST_COMPARED // max(1, len(self._known)))
        self._found: dict[str, str] = {}

    def hint(self, text: str, otherwise: str) -> str:
        """Return a question that offers the nearest name, or else what else to do."""
        if text not in self._found and len(self._found) < self._most:
            near = nearest_names(text, self._known, 1)
            self._found[text] = near[0] if near else ""
        near_name = self._found.get(text, "")
        return f"did you mean {near_name}?" if near_name else otherwise


def text_table(name: str, rows: Sequence[Mapping[str, str]], file: str) -> TextTable:
    """Return rows that did not come from a file as a table of text; the first row counts as line 2."""
    columns = read_schema()[name].columns
    return TextTable(
        name=name,
        cells={column: [row.get(column, "") for row in rows] for column in columns},
        files=[file] * len(rows),
        lines=list(range(2, len(rows) + 2)),
    )


def read_text_table(
    path: Path, name: str, label: str, part: bool = False
) -> tuple[TextTable | None, list[Problem]]:
    """Read one CSV file as text.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Table it holds.
    label : str
        How the file is called in faults.
    part : bool
        Whether the file may leave out columns, as an overlay may; key and provenance columns are needed.

    Returns
    -------
    TextTable or None
        None when the file cannot be read as a table at all.
    list of Problem
        Every fault of the file as a file: encoding, quoting, header, number of cells.
    """
    records, fault = csv_records(path)
    if fault:
        return None, [Problem(label, fault[0], "", "", *fault[1:])]
    if not records:
        return None, [Problem(label, None, "", "", "the file is empty", "write at least its header line")]
    (_, header), body = records[0], records[1:]
    header_problems = _header_problems(header, name, label, part)
    if any(fault.row == 0 for fault in header_problems):
        return None, [Problem(f.file, 1, "", f.column, f.what, f.mend) for f in header_problems]
    table, row_problems = _table(name, header, body, label)
    return table, header_problems + row_problems


Record = tuple[int, list[str]]


def csv_records(path: Path) -> tuple[list[Record], tuple[int | None, str, str] | None]:
    """Read any CSV file as records, each with the line it begins on, blank lines passed over.

    The fault, if there is one, is the line (None for the file's), what is wrong and how to mend it; there are no records then.
    """
    text, fault = _decoded(path)
    return ([], (None, *fault)) if fault else _records(text)


def _decoded(path: Path) -> tuple[str, tuple[str, str] | None]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return "", ("the file is larger than 256 MB", "is it the right file? Split it if it is")
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", ("the file is missing", "add it; the header line alone will do when it has no rows")
    except IsADirectoryError:
        return "", ("this is a folder, not a file", "put a CSV file in its place")
    except OSError as fault:
        return "", (f"the file cannot be read ({fault.strerror})", "check that it is there and may be read")
    kind = _foreign_kind(raw)
    if kind:
        return "", (f"this is {kind}", "save it as CSV, comma separated, UTF-8")
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        what = f"the text is not UTF-8 (byte 0x{raw[fault.start]:02x} in line {line})"
        return "", (what, "save it as CSV in UTF-8")


def _foreign_kind(raw: bytes) -> str:
    """Return what a file is that is plainly no UTF-8 text; empty when it may be one."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "a spreadsheet or an archive, not CSV"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text in UTF-16, not UTF-8"
    if raw.startswith((b"PAR1", b"SQLite format 3")):
        return "a database file, not CSV"
    if raw.lstrip()[:1] in (b"{", b"[", b"<"):
        return "JSON or a web page, not CSV"
    return "a file with NUL bytes, not text" if b"\0" in raw else ""


def _records(text: str) -> tuple[list[Record], tuple[int, str, str] | None]:
    """Return the records with the line each begins on; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, line = [], 1
    try:
        for record in reader:
            if record:
                records.append((line, record))
            line = reader.line_num + 1
    except csv.Error as fault:
        return [], (
            line,
            f"the line is not CSV ({fault})",
            "put cells with commas or quotes in quotes, inner quotes twice",
        )
    return records, None


def _header_problems(header: list[str], name: str, label: str, part: bool) -> list[Problem]:
    """Return the faults of a header; a fault with row 0 means that the columns cannot be told apart."""
    columns = read_schema()[name].columns

    def fault(row: int, column: str, what: str, mend: str) -> Problem:
        return Problem(label, row, "", column, what, mend)

    for separator, spoken in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            return [
                fault(
                    0, "", f"the cells are separated by {spoken}", "save the file with commas between cells"
                )
            ]
    if not set(header) & set(columns):
        return [
            fault(
                0,
                "",
                f"the first line {quoted(','.join(header))} is not the header of {name}",
                f"begin with {','.join(list(columns)[:3])},...",
            )
        ]
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        return [
            fault(0, column, f"column {quoted(column)} stands there twice", "delete one") for column in twice
        ]
    problems = []
    for column in header:
        if column not in columns:
            near = nearest_names(column, columns, 1)
            hint = f"did you mean {near[0]}?" if near else "delete it, or write it in note"
            unit = f" ({columns[near[0]].unit})" if near and columns[near[0]].unit else ""
            problems.append(fault(1, column, f"no column of {name} is called {quoted(column)}", hint + unit))
    for column in missing_columns(header, name, part):
        problems.append(
            fault(
                1,
                column,
                f"column {column} is missing",
                "add it; cells may be empty where not known"
                if not columns[column].required
                else "add it; each row needs it",
            )
        )
    return problems


def missing_columns(header: Iterable[str], name: str, part: bool) -> list[str]:
    """Return the columns a file of this table should have and has not."""
    schema = read_schema()[name]
    needed = needed_in_part(schema) if part else set(schema.columns)
    present = set(header)
    return [column for column in schema.columns if column in needed and column not in present]


def needed_in_part(schema: TableSchema) -> set[str]:
    """Return the columns that even part of a table needs: which row is meant, and who says so."""
    return {*schema.key, *(("source_id", "basis") if schema.provenance else ())}


def _table(name: str, header: list[str], body: list[Record], label: str) -> tuple[TextTable, list[Problem]]:
    columns, width = read_schema()[name].columns, len(header)
    ragged = [i for i, (_, record) in enumerate(body) if len(record) != width]
    rows = [record for _, record in body]
    for i in ragged:
        rows[i] = (rows[i] + [""] * width)[:width]
    by_column = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    table = TextTable(
        name=name,
        cells={column: by_column.get(column) or [""] * len(rows) for column in columns},
        files=[label] * len(rows),
        lines=[line for line, _ in body],
        absent=frozenset(columns) - frozenset(header),
        broken=frozenset(ragged),
    )
    problems = []
    for i in ragged:
        what = f"there are {count_of(len(body[i][1]), 'cell')} where the header has {width}"
        problems.append(table.problem(i, "", what, "add or delete commas; put a text with a comma in quotes"))
    return table, problems
