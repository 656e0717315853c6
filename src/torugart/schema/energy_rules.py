"""What must hold for the tables of gas and oil: shares of a country, rules of its ends, and what projects change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torugart.schema.cells import cell_fault, number_in
from torugart.schema.definition import read_schema
from torugart.schema.problems import Problem, quoted
from torugart.schema.text_table import Nearest, Rule, Tables, rows_of

SHARE_TOLERANCE = 1e-3
TERM = r"(flow [A-Z]{3}(\+[A-Z]{3})* [A-Z]{3}|total gas_(output|use|export|import)_bcm [A-Z]{3}|capacity [a-z0-9_]+)"
RULE = re.compile(f"{TERM}( [+-] {TERM})*")
KIND = "(export|transit|domestic|total)"
OIL_TERM = rf"(total oil_(output|use|refined)_mt [A-Z]{{3}}|carried [a-z0-9_]+ {KIND}|system \S.* {KIND})"
OIL_RULE = re.compile(f"{OIL_TERM}( or {OIL_TERM})*")


def ends_have_a_rule(tables: Tables) -> Iterator[Problem]:
    """Find ends of the gas network that are nowhere, or whose rule cannot be read."""
    if "gas_ends" not in tables:
        return
    table = tables["gas_ends"]
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        home = tables.get("energy_links" if cell["role"] == "trade" else "energy_nodes")
        if home is not None and cell["at"] and cell["at"] not in home.row_of:
            mend = Nearest(home.row_ids).hint(cell["at"], f"name a row of {home.name}")
            yield table.problem(i, "at", f"{home.name} has no row {quoted(cell['at'])}", mend)
        if cell["rule"] and not RULE.fullmatch(cell["rule"]):
            mend = "write flow KAZ+TKM CHN, total gas_import_bcm UZB or capacity LINE, joined by + and -"
            yield table.problem(i, "rule", f"rule is {quoted(cell['rule'])}", mend)


def oil_has_a_rule_and_a_place(tables: Tables) -> Iterator[Problem]:
    """Find ends of the crude network without a place, or whose rule cannot be read, and shares of a country that are not all of it."""
    if "oil_ends" in tables:
        table = tables["oil_ends"]
        for i in rows_of(table):
            cell = {name: column[i] for name, column in table.cells.items()}
            if not cell["at"] and cell["role"] != "refineries":
                yield table.problem(i, "at", f"a {cell['role']} stands nowhere", "name a row of energy_nodes")
            if cell["rule"] and not OIL_RULE.fullmatch(cell["rule"]):
                mend = "write total oil_refined_mt KAZ, carried cpc_ru export or system KazTransOil domestic, joined by or"
                yield table.problem(i, "rule", f"rule is {quoted(cell['rule'])}", mend)
            links = tables.get("energy_links")
            for name in re.findall(r"\bcarried (\S+)", cell["rule"]):
                if links is not None and name not in links.row_of:
                    mend = Nearest(links.row_ids).hint(name, f"name a row of {links.name}")
                    yield table.problem(i, "rule", f"{links.name} has no row {quoted(name)}", mend)
    if "oil_rests" in tables and "energy_nodes" in tables:
        table, nodes = tables["oil_rests"], tables["energy_nodes"]
        of_country: dict[str, list[int]] = {}
        for i in rows_of(table):
            low, share, high = (number_in(table.cells[c][i]) for c in ("share_lo", "share", "share_hi"))
            if None not in (low, share, high) and not low <= share <= high:  # type: ignore[operator]
                what = f"share is {share:g}, its ends {low:g} and {high:g}"
                yield table.problem(i, "share", what, "put the share between its ends")
            row = nodes.row_of.get(table.cells["node_id"][i])
            if row is not None:
                of_country.setdefault(nodes.cells["iso3"][row], []).append(i)
        for iso3, rows in of_country.items():
            total = sum(number_in(table.cells["share"][i]) or 0.0 for i in rows)
            if abs(total - 1) > SHARE_TOLERANCE:
                what = f"the shares of {iso3} sum to {total:.4g}"
                yield table.problem(rows[0], "share", what, "make the shares of a country sum to 1")


def months_make_a_year(tables: Tables) -> Iterator[Problem]:
    """Find countries whose months of gas are not twelve, or do not make up the year."""
    if "gas_months" not in tables:
        return
    table = tables["gas_months"]
    of_country: dict[str, list[int]] = {}
    for i in rows_of(table):
        of_country.setdefault(table.cells["iso3"][i], []).append(i)
    for iso3, rows in of_country.items():
        months = sorted(number_in(table.cells["month"][i]) or 0.0 for i in rows)
        if months != [float(m) for m in range(1, 13)]:
            what = f"{iso3} has months {', '.join(f'{m:g}' for m in months)}"
            yield table.problem(rows[0], "month", what, "give each month from 1 to 12 once")
            continue
        total = sum(number_in(table.cells["share"][i]) or 0.0 for i in rows)
        if abs(total - 1) > SHARE_TOLERANCE:
            what = f"the shares of {iso3} sum to {total:.4g}"
            yield table.problem(rows[0], "share", what, "make the twelve shares sum to 1")


def energy_edits_change_what_is_there(tables: Tables) -> Iterator[Problem]:
    """Find edits of rows and columns that are not there, or with values they may not hold."""
    if "energy_edits" not in tables:
        return
    table = tables["energy_edits"]
    for i in rows_of(table):
        cell = {name: column[i] for name, column in table.cells.items()}
        home = tables.get(cell["table"])
        if home is None:
            continue
        if cell["row_id"] and cell["row_id"] not in home.row_of:
            mend = Nearest(home.row_ids).hint(cell["row_id"], f"name a row of {home.name}")
            yield table.problem(i, "row_id", f"{home.name} has no row {quoted(cell['row_id'])}", mend)
        column = read_schema()[home.name].columns.get(cell["column"])
        if column is None:
            if cell["column"]:
                what = f"{home.name} has no column {quoted(cell['column'])}"
                yield table.problem(i, "column", what, "name a column of the table")
            continue
        for side in ("before", "after"):
            fault = cell_fault(column, cell[side]) if cell[side] else None
            if fault:
                yield table.problem(i, side, f"{side} does not fit {column.name}: {fault[0]}", fault[1])


RULES: tuple[Rule, ...] = (
    ends_have_a_rule,
    oil_has_a_rule_and_a_place,
    months_make_a_year,
    energy_edits_change_what_is_there,
)
