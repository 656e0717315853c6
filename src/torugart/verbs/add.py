"""`torugart data add`: a record of one's own on top of the package, with its source, checked before it is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from torugart.checks.verdict import claim_faults
from torugart.errors import InputError, UnknownName, nearest_names
from torugart.io.overlay_folder import Row, add_rows, overlay_ids, tried_folder
from torugart.schema.cells import cell_fault, slug_of
from torugart.schema.definition import TableSchema, read_schema
from torugart.schema.problems import Problem, count_of, describe_problems, printable, quoted
from torugart.tables.package import Package, row_ids
from torugart.tables.provenance import cell, cell_text, find_row
from torugart.tables.read import built_in_folder, check_folder, fill_assumptions, read_package
from torugart.verbs.doubts import doubts_of
from torugart.verbs.new_source import is_text, source_of
from torugart.verbs.rivals import HASHED, ROOM_FOR_ID, former_value, rival_value, stands_already

DEFAULT_OVERLAY = Path("torugart-data")
# Tables whose ids are made of what the row says, when none is given.
ID_PARTS = {
    "evidence": ("entity_id", "milestone", "date"),
    "alternatives": ("table", "row_id", "column"),
}
WORD = re.compile(r"[\w/]+")


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What was added.

    Attributes
    ----------
    folder : Path
        The overlay.
    table, row_id : str
        The record.
    source_id : str
        Its source, empty for a table whose rows name none.
    files : tuple of Path
        The files written.
    kept : tuple of str
        Columns whose former value is kept as a row of ``alternatives``.
    doubts : tuple of Problem
        What is doubtful about the record, though it is sound: one like it that is there already.
    """

    folder: Path
    table: str
    row_id: str
    source_id: str
    files: tuple[Path, ...]
    kept: tuple[str, ...]
    doubts: tuple[Problem, ...]


def data_add(
    table: str,
    values: Sequence[str],
    source: str = "",
    to: Path = DEFAULT_OVERLAY,
    *,
    edit: bool = False,
    keep_old: bool = False,
    licence: str = "",
    kind: str = "press",
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
) -> Added:
    """Add a record to an overlay folder of one's own, or change one, after checking it against the whole package.

    Parameters
    ----------
    table : str
        Table the record belongs to.
    values : sequence of str
        Cells as ``column=value``. An id that is left out is made from the name, or from what the row says;
        ``basis`` left out is reported, or estimated without a document; ``checked_on`` left out is today.
    source : str
        Id of a source that is there, or ``"Publisher, title, year, address"``; a source that is not there is added.
    to : Path
        The overlay folder, made when it is not there. The package itself is never written.
    edit : bool
        Change a record that is there instead of adding one.
    keep_old : bool
        With ``edit``: write the former value of each cell changed as a row of ``alternatives``.
    licence, kind : str
        Licence and kind of a source that is added; the licence left out is that for single facts quoted.
    folder : Path, optional
        The package; the built-in one when left out.
    overlays : sequence of Path
        Folders read on top of the package and below ``to``.

    Returns
    -------
    Added

    Raises
    ------
    InputError
        With every fault at once; nothing is written then.
    UnknownName
        If there is no such table.
    """
    schema = read_schema()
    if table not in schema:
        raise UnknownName("table", table, schema)
    to = Path(to)
    _check_place(to, folder, overlays)
    below = read_package(folder, [*overlays, *([to] if _has_tables(to) else [])])
    row, faults = _cells(schema[table], values)
    has_source = "source_id" in schema[table].columns and table != "sources"
    source_row: Row | None = None
    if has_source and "source_id" not in row:
        row["source_id"], source_row, source_faults = source_of(below, source, licence, kind)
        faults.extend(source_faults)
    elif source:
        why = "source_id is given as well" if has_source else f"rows of {table} name no source"
        faults.append(
            Problem(f"{table}.csv", None, "", "source", f"--source is given, but {why}", "leave out one")
        )
    if keep_old and not edit:
        faults.append(Problem(f"{table}.csv", None, "", "", "--keep-old without --edit", "add --edit"))
    _fill_in(schema[table], row, below, source_row, edit=edit)
    row_id = "/".join(row.get(column, "") for column in schema[table].key)
    known = row_id in set(row_ids(below.tables[table], table))
    faults.extend(_key_faults(schema[table], row, row_id, below, edit=edit, known=known))
    said_by = row.get("source_id", "")
    changed = _changed(below, table, row_id, row) if edit and known else {}
    if edit and known and not changed and not faults:
        what = f"{row_id} says so already"
        faults.append(Problem(f"{table}.csv", None, row_id, "", what, "give a column with a new value"))
    kept = [column for column, old in changed.items() if old] if keep_old else []
    former = [] if faults else [former_value(below, table, row_id, column) for column in kept]
    rivals = [rival for rival in former if not stands_already(below, rival)]
    if changed and not faults and schema[table].provenance:
        row, chosen, clashes = _under_its_source(to, table, row_id, row, changed, below, folder, overlays)
        rivals.extend(chosen)
        faults.extend(clashes)
    rows: dict[str, list[Row]] = {table: [row]}
    if source_row is not None:
        rows["sources"] = [source_row]
    if rivals:
        rows["alternatives"] = rivals
    faults.extend(_package_faults(to, rows, folder, overlays, faults))
    if faults:
        heading = f"{count_of(len(faults), 'problem')}; nothing was written to {to}"
        raise InputError(f"{printable(heading)}\n{describe_problems(faults)}")
    files = add_rows(to, rows)
    after = read_package(folder, [*overlays, to])
    doubts = tuple(doubt for doubt in doubts_of(after) if _is_about(doubt, row_id, row))
    return Added(to, table, row_id, said_by, files, tuple(kept), doubts)


def _check_place(to: Path, folder: Path | None, overlays: Sequence[Path]) -> None:
    if "\x00" in str(to):
        raise InputError(f"{str(to)[:120]!r}: is not a path")
    try:
        place, package = to.resolve(), built_in_folder().resolve()
        base = package if folder is None else Path(folder).resolve()
        below = {Path(overlay).resolve() for overlay in overlays}
    except (OSError, RuntimeError):
        raise InputError(f"{to} cannot be read; give a folder you may write to") from None
    if place == package or package in place.parents:
        raise InputError(f"{to} is the installed package, which is never written; give a folder of your own")
    if place == base:
        raise InputError(f"{to} is the package itself; give another folder, or edit its tables")
    if place in below:
        raise InputError(f"{to} is an overlay already; leave out --overlay {to}")
    if place.exists() and not place.is_dir():
        raise InputError(f"{to} is a file; give a folder")
    if (place / "datapackage.json").exists():
        raise InputError(
            f"{to} is a whole package (it has a datapackage.json); give a folder of your own tables"
        )


def _has_tables(to: Path) -> bool:
    return to.is_dir() and any((to / schema.file).exists() for schema in read_schema().values())


def _cells(schema: TableSchema, values: Sequence[str]) -> tuple[dict[str, str], list[Problem]]:
    """Return the cells given, and what is wrong with how they are given or what they hold."""
    row: dict[str, str] = {}
    faults: list[Problem] = []

    def fault(column: str, what: str, mend: str) -> None:
        faults.append(Problem(schema.file, None, "", column, what, mend))

    if not values:
        fault("", "no cell is given", f"write column=value, such as {next(iter(schema.columns))}=...")
    for given in values:
        column, sign, text = given.partition("=")
        column = column.strip()
        if not is_text(given):
            fault("", f"{quoted(given)} holds a character that is none", "write it again, in UTF-8")
        elif not sign:
            fault("", f"{quoted(given)} has no =", "write column=value, in quotes when it holds blanks")
        elif column not in schema.columns:
            near = nearest_names(column[:80], schema.columns, 1)
            hint = f"did you mean {near[0]}?" if near else f"columns are {', '.join(schema.columns)}"
            fault(column, f"no column of {schema.name} is called {quoted(column)}", hint)
        elif column in row:
            fault(column, f"{column} is given twice", "give it once")
        else:
            row[column] = text.strip()
            found = cell_fault(schema.columns[column], row[column]) if row[column] else None
            if found:
                fault(column, *found)
    return row, faults


def _fill_in(
    schema: TableSchema, row: dict[str, str], below: Package, source_row: Row | None, *, edit: bool
) -> None:
    """Fill in the id, the basis and the day, where they are not given and can be known."""
    if schema.provenance:
        if not row.get("basis"):
            row["basis"] = "estimated" if _no_document(below, row["source_id"], source_row) else "reported"
        if not row.get("checked_on"):
            row["checked_on"] = date.today().isoformat()
    if len(schema.key) > 1 or row.get(schema.key[0]) or edit:
        return
    parts = [row.get(column, "") for column in ID_PARTS.get(schema.name, ())]
    if parts and all(parts):
        said = "\x1f".join([*parts, row.get("value", ""), row.get("source_id", "")])
        digest = hashlib.sha256(said.encode()).hexdigest()[:HASHED]
        row[schema.key[0]] = f"{slug_of('_'.join(parts))[:ROOM_FOR_ID].rstrip('_')}_{digest}"
    elif row.get("name"):
        row[schema.key[0]] = slug_of(row["name"])


def _no_document(below: Package, source_id: str, source_row: Row | None) -> bool:
    sources = below.tables["sources"]
    kinds = sources.loc[sources["source_id"] == source_id, "kind"].tolist()
    kind = source_row["kind"] if source_row else (kinds or [""])[0]
    return kind in ("general_knowledge", "judgement")


def _key_faults(
    schema: TableSchema, row: Row, row_id: str, below: Package, *, edit: bool, known: bool
) -> list[Problem]:
    lacking = [column for column in schema.key if not row.get(column)]
    if lacking:
        meant = {column: schema.columns[column].meaning for column in lacking}
        return [
            Problem(schema.file, None, "", column, f"{column} is not given", f"write {column}=, {meaning}")
            for column, meaning in meant.items()
        ]
    if known and not edit:
        mend = "give it another id, or --edit to change that record"
        return [Problem(schema.file, None, row_id, schema.key[0], f"{quoted(row_id)} is there already", mend)]
    if edit and not known:
        near = nearest_names(row_id, row_ids(below.tables[schema.name], schema.name), 1)
        mend = f"did you mean {near[0]}?" if near else "leave out --edit to add it"
        return [Problem(schema.file, None, row_id, schema.key[0], f"{quoted(row_id)} is not there", mend)]
    return []


def _changed(below: Package, table: str, row_id: str, row: Row) -> dict[str, str]:
    """Return the cells that will hold something else, with what they hold now."""
    schema, held = read_schema()[table], find_row(below, table, row_id)
    fixed = {*schema.key, *(("source_id", "basis", "checked_on") if schema.provenance else ())}
    now = {column: cell_text(held[column]) for column in row if column not in fixed}
    return {column: old for column, old in now.items() if row[column] and row[column] != old}


def _under_its_source(
    to: Path,
    table: str,
    row_id: str,
    row: dict[str, str],
    changed: Mapping[str, str],
    below: Package,
    folder: Path | None,
    overlays: Sequence[Path],
) -> tuple[dict[str, str], list[Row], list[Problem]]:
    """Return a change so that no other cell of the overlay's row gets its source.

    A row has one source. Where the overlay added the row, it keeps its own, and each cell changed names the new one
    in ``alternatives``. Where the overlay changes a row of the package after another source, a second one has no
    place in it.
    """
    if row_id not in overlay_ids(to, table):
        return row, [], []
    held = find_row(below, table, row_id)
    under = read_package(folder, overlays)
    if row_id not in set(row_ids(under.tables[table], table)):
        if held["source_id"] == row["source_id"]:
            return row, [], []
        told = {"source_id": row["source_id"], "basis": row["basis"], "as_of": row["checked_on"]}
        chosen = [
            rival_value(
                *(table, row_id, column, row[column]),
                {
                    **told,
                    "unit": cell(below, table, row_id, column).unit,
                    "chosen": "yes",
                    "note": "changed later",
                },
            )
            for column in changed
        ]
        return {**row, **{name: str(held[name]) for name in ("source_id", "basis", "checked_on")}}, chosen, []
    before = overlay_ids(to, table)[row_id]
    if before == row["source_id"]:
        return row, [], []
    what = f"{to.name} changes {quoted(row_id)} after the source {before} already, and a row has one source"
    return (
        row,
        [],
        [
            Problem(
                f"{table}.csv",
                None,
                row_id,
                "source_id",
                what,
                f"write it elsewhere: --overlay {to} --to FOLDER",
            )
        ],
    )


def _package_faults(
    to: Path,
    rows: dict[str, list[Row]],
    folder: Path | None,
    overlays: Sequence[Path],
    known: Sequence[Problem],
) -> list[Problem]:
    """Return the faults the package would have, without those of cells that are known already."""
    told = {(fault.column, fault.what) for fault in known}
    bad = {fault.column for fault in known if fault.column}
    with tried_folder(to, rows) as tried:
        found = check_folder(folder, [*overlays, tried])
        if not found and not known and set(rows) & {"claims", "claim_bases"}:
            package, _ = fill_assumptions(read_package(folder, [*overlays, tried]))
            found = [_claim_problem(fault) for fault in claim_faults(package)]
    return [
        fault
        for fault in found
        if (fault.column, fault.what) not in told
        and fault.column not in bad
        and not ("source" in bad and (fault.column == "source_id" or fault.file.endswith("sources.csv")))
    ]


def _claim_problem(fault: str) -> Problem:
    what, sign, mend = fault.strip().partition("; ")
    return Problem("claims.csv", None, "", "expr", what, mend if sign else "see docs/methods/claims.md")


def _is_about(doubt: Problem, row_id: str, row: Row) -> bool:
    """Whether a doubt names the record, or the one it is evidence of."""
    return bool({row_id, row.get("entity_id") or row_id} & set(WORD.findall(doubt.what)))
