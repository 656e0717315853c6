"""What must hold for records about records: sources, alternatives, assumptions, edits, evidence, claims."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from torugart.errors import nearest_names
from torugart.schema.cells import ISO3, cell_fault, number_in
from torugart.schema.conditions import ConditionError, parse_conditions
from torugart.schema.definition import Column, read_schema
from torugart.schema.problems import Problem, quoted
from torugart.schema.text_table import Nearest, Rule, Tables, TextTable, rows_of
from torugart.units import parse_unit, same_unit, unit_in_name, unknown_unit

INTERVALS = (  # table, value, low end, high end
    ("parameters", "value", "lo", "hi"),
    ("classes", "value_usd_per_t", "value_lo", "value_hi"),
    ("classes", "vot_share_per_day", "vot_lo", "vot_hi"),
    ("commodity_obs", "value", "lo", "hi"),
    ("operations", "value", "value_lo", "value_hi"),
    ("assumptions", "value", "lo", "hi"),
)
# What the engines read from observations at crossings, and the unit they take it in.
OBSERVED_IN = {"mean_hours": "h", "cost_usd": "USD"}
UNVERIFIED = frozenset({"general_knowledge", "judgement"})
SAME_VALUE = 1e-6
# Tables whose rows are about records of other tables.
ABOUT_RECORDS = ("aliases", "evidence", "alternatives", "assumptions", "searches")
# Columns that list countries with semicolons, and what a list looks like.
COUNTRY_LISTS = (
    ("projects", "countries", ";"),
    ("events", "countries", ";"),
    ("commitments", "who", ";"),
    ("commitments", "to_whom", ";"),
    ("gas_flows", "supplier", "+"),
    ("gas_flows", "buyer", "+"),
    ("gas_milestones", "supplier", "+"),
    ("gas_milestones", "buyer", "+"),
)
# An amount and the unit it is in.
AMOUNTS = (("commitments", "amount", "unit"), ("projects", "capacity_value", "capacity_unit"))


def intervals_hold_their_value(tables: Tables) -> Iterator[Problem]:
    """Find values outside their own range."""
    for name, value_column, lo_column, hi_column in INTERVALS:
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            lo, value, hi = (number_in(table.cells[c][i]) for c in (lo_column, value_column, hi_column))
            known = [
                (c, v) for c, v in ((lo_column, lo), (value_column, value), (hi_column, hi)) if v is not None
            ]
            for (low, a), (high, b) in pairwise(known):
                if a > b:
                    yield table.problem(
                        i, low, f"{low} {a:g} is above {high} {b:g}", f"make {low} {high} or less"
                    )


def parameters_can_be_drawn(tables: Tables) -> Iterator[Problem]:
    """Find parameters without the range their law needs, or with another unit than their name states."""
    if "parameters" not in tables:
        return
    table = tables["parameters"]
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        if cell["dist"] in ("lognormal", "normal"):
            for end in ("lo", "hi"):
                if not cell[end]:
                    mend = "write it, or make dist fixed"
                    yield table.problem(i, end, f"{end} is empty though dist is {cell['dist']}", mend)
        if cell["dist"] == "lognormal":
            for column in ("lo", "value"):
                number = number_in(cell[column])
                if number is not None and number <= 0:
                    what = f"{column} is {cell[column]} though dist is lognormal"
                    yield table.problem(i, column, what, "write a value above 0, or another dist")
        stated = unit_in_name(cell["parameter_id"])
        if cell["unit"]:
            yield from _unit_problems(table, i, cell["unit"], stated, "its name")


def observations_are_in_their_unit(tables: Tables) -> Iterator[Problem]:
    """Find hours at a crossing that are not in hours, and fees not in dollars."""
    if "crossing_obs" not in tables:
        return
    table = tables["crossing_obs"]
    for i in rows_of(table):
        expected, unit = OBSERVED_IN.get(table.cells["metric"][i]), table.cells["unit"][i]
        if expected and unit:
            yield from _unit_problems(table, i, unit, expected, table.cells["metric"][i])


def unverified_is_estimated(tables: Tables) -> Iterator[Problem]:
    """Find figures from general knowledge or judgement that call themselves measured or reported."""
    if "sources" not in tables:
        return
    sources = tables["sources"]
    kind = dict(zip(sources.row_ids, sources.cells["kind"], strict=True))
    for table in tables.values():
        if not table.schema.provenance and table.name != "alternatives":
            continue
        for i in rows_of(table):
            source, basis = table.cells["source_id"][i], table.cells["basis"][i]
            if kind.get(source) in UNVERIFIED and basis in ("measured", "reported"):
                what = f"basis is {basis} but {quoted(source)} is {kind[source].replace('_', ' ')}"
                yield table.problem(i, "basis", what, "write estimated, or name the document")


def alternatives_meet_their_cell(tables: Tables) -> Iterator[Problem]:
    """Find rival values of no cell, in another unit, or chosen though the cell holds something else."""
    if "alternatives" not in tables:
        return
    table = tables["alternatives"]
    nearest: dict[str, Nearest] = {}
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        column, fault = _target_column(cell["table"], cell["column"])
        if fault:
            yield table.problem(i, *fault)
        home = tables.get(cell["table"])
        if home is not None and cell["row_id"] and cell["row_id"] not in home.row_of:
            yield table.problem(i, "row_id", *_no_row(cell["row_id"], home, nearest))
        if column is None:
            continue
        if cell["value"]:
            yield from _value_problems(table, i, column, cell["value"])
        if home is None or cell["row_id"] not in home.row_of:
            continue
        row = home.row_of[cell["row_id"]]
        unit = unit_of_cell(home, row, column)
        if cell["unit"] and unit:
            yield from _unit_problems(table, i, cell["unit"], unit, f"{home.name}.{column.name}")
        held = home.cells[column.name][row]
        if cell["chosen"] == "yes" and not _same_value(held, cell["value"]):
            what = f"chosen is yes but {home.name} {quoted(cell['row_id'])} has {column.name} {quoted(held)}"
            yield table.problem(i, "chosen", what, f"write no, or {cell['value']} in the cell")


def assumptions_can_fill(tables: Tables) -> Iterator[Problem]:
    """Find assumptions whose table, column, conditions or value cannot be used."""
    if "assumptions" not in tables:
        return
    table = tables["assumptions"]
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        column, fault = _target_column(cell["table"], cell["column"])
        if fault:
            yield table.problem(i, *fault)
        if cell["table"] in read_schema():
            try:
                parse_conditions(cell["where"], cell["table"])
            except ConditionError as reason:
                what, _, mend = str(reason).partition("; ")
                yield table.problem(i, "where", f"where: {what}", mend)
        if column is None:
            continue
        if cell["value"]:
            yield from _value_problems(table, i, column, cell["value"])
        if cell["unit"] and column.unit:
            yield from _unit_problems(table, i, cell["unit"], column.unit, f"{cell['table']}.{column.name}")


def edits_change_what_is_there(tables: Tables) -> Iterator[Problem]:
    """Find edits of rows and columns that are not there, or with values they may not hold."""
    if "project_edits" not in tables:
        return
    table = tables["project_edits"]
    nearest: dict[str, Nearest] = {}
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        home = tables.get(cell["table"])
        if cell["table"] and cell["table"] not in read_schema():
            yield table.problem(i, "table", *_no_table(cell["table"]))
        if home is not None and cell["row_id"] and cell["row_id"] not in home.row_of:
            yield table.problem(i, "row_id", *_no_row(cell["row_id"], home, nearest))
        if cell["op"] in ("open", "close"):
            yield from _opening_problems(table, i, cell, home)
        elif cell["op"] in ("set", "scale"):
            yield from _setting_problems(table, i, cell, home)


def _opening_problems(
    table: TextTable, i: int, cell: dict[str, str], home: TextTable | None
) -> Iterator[Problem]:
    if cell["column"]:
        yield table.problem(
            i, "column", f"column is {quoted(cell['column'])} though op is {cell['op']}", "leave it empty"
        )
    if cell["op"] == "open" and home is not None and home.name == "links" and cell["row_id"] in home.row_of:
        owner = home.cells["project_id"][home.row_of[cell["row_id"]]]
        if owner != cell["project_id"]:
            state = f"belongs to {quoted(owner)}" if owner else "is of no project, so that it is open anyway"
            what = f"the link {quoted(cell['row_id'])} {state}"
            yield table.problem(
                i, "row_id", what, f"write {cell['project_id']} in links.csv, or delete the edit"
            )


def _setting_problems(
    table: TextTable, i: int, cell: dict[str, str], home: TextTable | None
) -> Iterator[Problem]:
    for needed in ("column", "after"):
        if not cell[needed]:
            yield table.problem(i, needed, f"{needed} is empty though op is {cell['op']}", "write it")
    if not cell["column"] or cell["table"] not in read_schema():
        return
    column, fault = _target_column(cell["table"], cell["column"])
    if fault:
        yield table.problem(i, *fault)
    if column is None:
        return
    if cell["op"] == "scale":
        if not column.is_number or number_in(cell["after"] or "1") is None:
            what = f"{column.name} cannot be scaled by {quoted(cell['after'])}"
            yield table.problem(i, "after", what, "scale a column of numbers by a number, or use set")
        return
    for side in ("before", "after"):
        if cell[side]:
            yield from _value_problems(table, i, column, cell[side], side)
    if home is not None and cell["row_id"] in home.row_of and cell["before"]:
        held = home.cells[column.name][home.row_of[cell["row_id"]]]
        if held and not _same_value(held, cell["before"]) and not _same_value(held, cell["after"]):
            row = f"{home.name} {quoted(cell['row_id'])}"
            what = f"before is {quoted(cell['before'])} but {row} has {quoted(held)}"
            yield table.problem(i, "before", what, "make the two agree")


def names_are_of_records(tables: Tables) -> Iterator[Problem]:
    """Find aliases, evidence and claims about records that are not there."""
    known = {
        row_id
        for table in tables.values()
        if len(table.schema.key) == 1 and table.name not in ABOUT_RECORDS
        for row_id in table.row_ids
    }
    known |= {row_id.lower() for row_id in known if ISO3.fullmatch(row_id)}  # a slug has no capitals
    nearest = Nearest(known)
    for name, column in (
        ("aliases", "entity_id"),
        ("evidence", "entity_id"),
        ("searches", "entity_id"),
        ("claims", "subject_id"),
    ):
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            text = table.cells[column][i]
            if text and text not in known:
                hint = nearest.hint(text, "add the record, or delete the row")
                yield table.problem(i, column, f"{column} {quoted(text)} is no record of any table", hint)


def readings_belong_to_claims(tables: Tables) -> Iterator[Problem]:
    """Find claims whose stated reading is none of their readings."""
    if not {"claims", "claim_bases"} <= tables.keys():
        return
    claims, bases = tables["claims"], tables["claim_bases"]
    known = set(zip(bases.cells["claim_id"], bases.cells["base_id"], strict=True))
    for i in rows_of(claims):
        claim, base = claims.row_ids[i], claims.cells["stated_base"][i]
        if base and (claim, base) not in known:
            what = f"stated_base {quoted(base)} is no reading of this claim"
            yield claims.problem(i, "stated_base", what, "add it to claim_bases.csv")


def requirements_do_not_turn_round(tables: Tables) -> Iterator[Problem]:
    """Find projects that require themselves, or are a part of themselves, by however many steps."""
    if "projects" not in tables:
        return
    table = tables["projects"]
    for column in ("requires_project", "part_of"):
        needs = dict(zip(table.row_ids, table.cells[column], strict=True))
        for i in rows_of(table):
            start = table.row_ids[i]
            seen, at = {start}, needs.get(start, "")
            while at and at not in seen:
                seen.add(at)
                at = needs.get(at, "")
            if at and at == start:
                what = f"{column} {quoted(needs[start])} leads back to the project itself"
                yield table.problem(i, column, what, "delete one step of the ring")


def lists_name_countries(tables: Tables) -> Iterator[Problem]:
    """Find lists of countries that hold something else."""
    if "countries" not in tables:
        return
    known = set(tables["countries"].row_ids)
    for name, column, sign in COUNTRY_LISTS:
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            text = table.cells[column][i]
            for iso3 in text.split(sign) if text else ():
                if iso3.strip() not in known:
                    what = f"{column} has {quoted(iso3)}, which is not in countries.csv"
                    yield table.problem(i, column, what, f"write {column} as KGZ{sign}UZB")


def amounts_have_their_unit(tables: Tables) -> Iterator[Problem]:
    """Find amounts without a unit, or in one nobody knows."""
    for name, column, unit_column in AMOUNTS:
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            amount, unit = table.cells[column][i], table.cells[unit_column][i]
            if amount and not unit:
                what = f"{unit_column} is empty though {column} is {quoted(amount)}"
                yield table.problem(i, unit_column, what, "write the unit, such as million USD")
            elif unit and parse_unit(unit) is None:
                what, _, mend = unknown_unit(unit).partition("; ")
                yield table.problem(i, unit_column, what, mend)


def periods_run_forward(tables: Tables) -> Iterator[Problem]:
    """Find periods that end before they begin."""
    for name, first, last in (("events", "date", "date_end"), ("gas_flows", "first_day", "last_day")):
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            start, end = table.cells[first][i], table.cells[last][i]
            # ISO dates of one precision sort as text; of two, the shorter one is compared as far as it goes.
            if start and end and end[: len(start)] < start[: len(end)]:
                what = f"{last} {quoted(end)} is before {first} {quoted(start)}"
                yield table.problem(i, last, what, "write the later day here")


def unit_of_cell(table: TextTable, row: int, column: Column) -> str:
    """Return the unit of a cell: its column's, or the one its row states."""
    if column.unit or not column.is_number or "unit" not in table.cells:
        return column.unit
    return table.cells["unit"][row]


def _target_column(table: str, column: str) -> tuple[Column | None, tuple[str, str, str] | None]:
    """Return the column two cells name, or the fault of the pair as column, what and mend."""
    if not table or not column:
        return None, None
    if table not in read_schema():
        return None, ("table", *_no_table(table))
    columns = read_schema()[table].columns
    if column not in columns:
        near = nearest_names(column, columns, 1)
        mend = f"did you mean {near[0]}?" if near else f"name a column of {table}.csv"
        return None, ("column", f"column {quoted(column)} is not in {table}", mend)
    return columns[column], None


def _no_table(table: str) -> tuple[str, str]:
    near = nearest_names(table, read_schema(), 1)
    return f"no table is called {quoted(table)}", f"did you mean {near[0]}?" if near else "see the data model"


def _no_row(row_id: str, home: TextTable, nearest: dict[str, Nearest]) -> tuple[str, str]:
    hints = nearest.setdefault(home.name, Nearest(home.row_ids))
    mend = hints.hint(row_id, f"write its {'/'.join(home.schema.key)}")
    return f"{home.name} has no row {quoted(row_id)}", mend


def _value_problems(
    table: TextTable, i: int, column: Column, text: str, where: str = "value"
) -> Iterator[Problem]:
    fault = cell_fault(column, text)
    if fault:
        yield table.problem(i, where, f"{where} does not fit {column.name}: {fault[0]}", fault[1])


def _unit_problems(table: TextTable, i: int, unit: str, expected: str, of: str) -> Iterator[Problem]:
    """Yield the fault of a unit that is not known, or not the expected one if there is one."""
    if parse_unit(unit) is None and unit != expected:
        what, _, mend = unknown_unit(unit).partition("; ")
        yield table.problem(i, "unit", what, f"write {expected}" if expected else mend)
    elif expected and same_unit(unit, expected) is False:
        what = f"unit is {quoted(unit)} but {of} is in {expected}"
        yield table.problem(i, "unit", what, f"write the value in {expected}")


def _same_value(a: str, b: str) -> bool:
    one, other = number_in(a), number_in(b)
    if one is None or other is None:
        return a.strip() == b.strip()
    return abs(one - other) <= SAME_VALUE * max(abs(one), abs(other))


RULES: tuple[Rule, ...] = (
    intervals_hold_their_value,
    parameters_can_be_drawn,
    observations_are_in_their_unit,
    unverified_is_estimated,
    alternatives_meet_their_cell,
    assumptions_can_fill,
    edits_change_what_is_there,
    names_are_of_records,
    readings_belong_to_claims,
    requirements_do_not_turn_round,
    lists_name_countries,
    amounts_have_their_unit,
    periods_run_forward,
)
