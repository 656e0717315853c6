"""Every fault of a table or a package, found before anything is computed from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from torugart.errors import nearest_names
from torugart.schema import energy_rules, network_rules, record_rules, trade_rules
from torugart.schema.cells import cell_fault
from torugart.schema.definition import Column, read_schema
from torugart.schema.problems import Problem, quoted
from torugart.schema.text_table import (
    Nearest,
    TextTable,
    needed_in_part,
    read_text_table,
    text_table,
)

RULES = (*network_rules.RULES, *trade_rules.RULES, *record_rules.RULES, *energy_rules.RULES)


def check_table(
    rows: TextTable | Sequence[Mapping[str, str]], name: str, file: str, part: bool = False
) -> list[Problem]:
    """Return every fault that shows in one table alone.

    Parameters
    ----------
    rows : TextTable or sequence of mapping
        The cells as text, by column.
    name : str
        Table the rows belong to.
    file : str
        What to call the file in the faults; a `TextTable` names its own.
    part : bool
        Whether cells may be empty that a whole table needs, as in an overlay.

    Returns
    -------
    list of Problem
        Cells that are empty though required, of the wrong type, out of bounds, hostile; keys that repeat.
    """
    table = rows if isinstance(rows, TextTable) else text_table(name, rows, file)
    problems: list[Problem] = []
    for column in table.schema.columns.values():
        problems.extend(_column_problems(table, column))
        if not part or column.name in needed_in_part(table.schema):
            problems.extend(missing_cells(table, column, range(len(table))))
    problems.extend(_duplicate_problems(table))
    return problems


def check_package(source: Path | Mapping[str, TextTable]) -> list[Problem]:
    """Return every fault of a data package: of its files, its tables, and between its tables.

    Parameters
    ----------
    source : Path or mapping of str to TextTable
        The folder, or tables already read as text.

    Returns
    -------
    list of Problem
        Empty when the package is sound.
    """
    problems: list[Problem] = []
    if isinstance(source, Path):
        tables, problems = read_text_tables(source)
    else:
        tables = dict(source)
    for name, table in tables.items():
        problems.extend(check_table(table, name, table.schema.file))
    problems.extend(check_references(tables, tables))
    problems.extend(check_rules(tables))
    return problems


def read_text_tables(
    folder: Path, part: bool = False, label: str = ""
) -> tuple[dict[str, TextTable], list[Problem]]:
    """Read every table of a folder as text.

    Parameters
    ----------
    folder : Path
        Folder with one CSV file a table.
    part : bool
        Whether tables and columns may be left out, as in an overlay.
    label : str
        What to put before the names of files in faults.

    Returns
    -------
    dict of str to TextTable
        The tables that can be read.
    list of Problem
        The faults of files; not yet those of cells.
    """
    tables: dict[str, TextTable] = {}
    folder_problems = _folder_problems(folder, label)
    if any(problem.file == str(folder) for problem in folder_problems):
        return tables, folder_problems
    problems = folder_problems
    for name, schema in read_schema().items():
        path = folder / schema.file
        if part and not path.exists():
            continue
        table, faults = read_text_table(path, name, label + schema.file, part)
        problems.extend(faults)
        if table is not None:
            tables[name] = table
    return tables, problems


def check_references(tables: Mapping[str, TextTable], known: Mapping[str, TextTable]) -> list[Problem]:
    """Return the cells of tables that refer to rows which are not among the known ones."""
    return [problem for table in tables.values() for problem in _reference_problems(table, known)]


def check_rules(tables: Mapping[str, TextTable]) -> list[Problem]:
    """Return the faults that show only when tables are read together."""
    return [problem for rule in RULES for problem in rule(tables)]


def _folder_problems(folder: Path, label: str) -> list[Problem]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as fault:
        reason = fault.strerror or "not readable"
        return [
            Problem(
                str(folder),
                None,
                "",
                "",
                f"the folder cannot be read ({reason})",
                "give a folder of CSV tables",
            )
        ]
    known = {schema.file for schema in read_schema().values()}
    problems = []
    for name in names:
        if name.lower().endswith(".csv") and not name.startswith(".") and name not in known:
            near = nearest_names(name.lower(), known, 1)
            hint = f"did you mean {near[0]}?" if near else "move it elsewhere"
            problems.append(Problem(label + name, None, "", "", "no table is called so", hint))
    return problems


def _column_problems(table: TextTable, column: Column) -> Iterator[Problem]:
    if column.name in table.absent:
        return
    cells = table.cells[column.name]
    different = set(cells)
    faults = {text: fault for text in different if text and (fault := cell_fault(column, text))}
    if not faults:
        return
    for i, text in enumerate(cells):
        if text in faults and i not in table.broken:
            yield table.problem(i, column.name, *faults[text])


def missing_cells(table: TextTable, column: Column, rows: Iterable[int]) -> Iterator[Problem]:
    """Find the cells of some rows that are empty though every row needs them."""
    if column.name in table.absent or not (column.required or column.name in table.schema.key):
        return
    cells = table.cells[column.name]
    if "" not in cells:
        return
    for i in rows:
        if not cells[i] and i not in table.broken:
            yield table.problem(i, column.name, f"{column.name} is empty", _empty_mend(column))


def _empty_mend(column: Column) -> str:
    if column.name == "source_id" and column.references:
        return "name the row of sources.csv that says so"
    unit = f", in {column.unit}" if column.unit and column.unit not in ("year", "share") else ""
    return f"write {column.meaning or 'it'}{unit}"


def _duplicate_problems(table: TextTable) -> Iterator[Problem]:
    if len(table.row_of) == len(table):
        return
    key = " and ".join(table.schema.key)
    for i, row_id in enumerate(table.row_ids):
        first = table.row_of[row_id]
        if first != i and row_id.strip("/") and i not in table.broken:
            where = f"row {table.lines[first]}"
            if table.files[first] != table.files[i]:
                where += f" of {table.files[first]}"
            yield table.problem(
                i,
                key,
                f"{key} {quoted(row_id)} stands in {where} already",
                "delete one or give it its own id",
            )


def _reference_problems(table: TextTable, tables: Mapping[str, TextTable]) -> Iterator[Problem]:
    for column in table.schema.columns.values():
        if column.references is None or column.references[0] not in tables:
            continue
        home, target = column.references
        known = set(tables[home].cells[target])
        cells = table.cells[column.name]
        unknown = set(cells) - known - {""}
        if not unknown:
            continue
        nearest = Nearest(known)
        for i, text in enumerate(cells):
            if text in unknown and i not in table.broken:
                what = f"{column.name} {quoted(text)} is not in {home}.csv"
                hint = nearest.hint(text, "")
                mend = f"{hint} Otherwise add it to {home}.csv" if hint else f"add it to {home}.csv"
                yield table.problem(i, column.name, what, mend)
