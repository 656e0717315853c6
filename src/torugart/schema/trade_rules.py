"""What must hold between zones, flows, totals and shares so that nothing is counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torugart.schema.cells import number_in
from torugart.schema.problems import Problem, quoted
from torugart.schema.text_table import Rule, Tables, TextTable, rows_of

WEIGHT_TOLERANCE = 1e-3  # a dozen weights written with four decimals
TWO_WAY = re.compile(r"\b(two[- ]way|both ways|turnover)\b", re.IGNORECASE)
LEFT_OF_ONE = re.compile(r"\b(less|minus|derived|split|share|half|from)\b", re.IGNORECASE)
PAIRS = (  # tables with two ends that must differ
    ("trade_flows", "exporter", "importer"),
    ("trade_totals", "country_a", "country_b"),
    ("trade_world", "exporter", "importer"),
    ("through_flows", "from_iso3", "to_iso3"),
    ("appraisal_pairs", "origin", "destination"),
)


def ends_differ(tables: Tables) -> Iterator[Problem]:
    """Find flows and pairs that end where they begin."""
    for name, one, other in PAIRS:
        if name not in tables:
            continue
        table = tables[name]
        for i in rows_of(table):
            end = table.cells[one][i]
            if end and end == table.cells[other][i]:
                yield table.problem(
                    i, other, f"{one} and {other} are both {quoted(end)}", "name two different ones"
                )


def weights_sum_to_one(tables: Tables) -> Iterator[Problem]:
    """Find countries whose zones do not share out all of their trade."""
    if "zones" not in tables:
        return
    zones = tables["zones"]
    for country, rows in _groups(zones, ("trade_iso3",)).items():
        weights = [number_in(zones.cells["weight"][i]) for i in rows]
        if any(weight is None for weight in weights):
            continue
        total = sum(weight for weight in weights if weight is not None)
        if abs(total - 1) > WEIGHT_TOLERANCE:
            what = f"the weights of {country[0]} sum to {total:.4g}"
            yield zones.problem(rows[0], "weight", what, f"make the {len(rows)} weights sum to 1")


def shares_stay_within_one(tables: Tables) -> Iterator[Problem]:
    """Find pairs whose classes share out more than their trade."""
    if "trade_shares" not in tables:
        return
    table = tables["trade_shares"]
    for pair, rows in _groups(table, ("exporter", "importer")).items():
        total = sum(number_in(table.cells["share"][i]) or 0.0 for i in rows)
        if total > 1 + WEIGHT_TOLERANCE:
            what = f"the shares of {pair[0]} to {pair[1]} sum to {total:.4g}"
            yield table.problem(rows[0], "share", what, "make them sum to 1 or less")


def one_flow_is_the_base(tables: Tables) -> Iterator[Problem]:
    """Find pairs with more than one flow for a base."""
    if "trade_flows" not in tables:
        return
    flows = tables["trade_flows"]
    for base in ("china_base", "partner_base"):
        first: dict[tuple[str, str], int] = {}
        for i in rows_of(flows):
            pair = (flows.cells["exporter"][i], flows.cells["importer"][i])
            if flows.cells[base][i] == "yes" and first.setdefault(pair, i) != i:
                what = f"{base} of {pair[0]} to {pair[1]} is {quoted(flows.row_ids[first[pair]])} already"
                yield flows.problem(i, base, what, "write yes for one row of the pair")


def totals_stay_apart(tables: Tables) -> Iterator[Problem]:
    """Find two-way totals stored as flows, where they would count twice."""
    if "trade_flows" not in tables:
        return
    flows = tables["trade_flows"]
    totals = _totals(tables["trade_totals"]) if "trade_totals" in tables else {}
    for i in rows_of(flows):
        cell = {name: column[i] for name, column in flows.cells.items()}
        usd = number_in(cell["usd"])
        pair = tuple(sorted((cell["exporter"], cell["importer"])))
        total = totals.get((*pair, cell["year"], cell["reporter"], cell["source_id"]))
        if usd and total is not None and usd >= total[0] * (1 - 1e-9):
            what = (
                f"usd {cell['usd']} is not less than the two-way total {quoted(total[1])} of the same source"
            )
            yield flows.problem(i, "usd", what, "write the one-way value, or delete the row")
        elif _is_two_way(cell["note"]):
            mend = "move the row to trade_totals.csv, or say how the one-way value was got"
            what = f"note {quoted(cell['note'])} speaks of a two-way total"
            yield flows.problem(i, "note", what, mend)


def _is_two_way(note: str) -> bool:
    """Whether a note calls the figure a two-way total, and not what is left of one."""
    return bool(TWO_WAY.search(note)) and not LEFT_OF_ONE.search(note)


def _totals(table: TextTable) -> dict[tuple[str, ...], tuple[float, str]]:
    found = {}
    for i in rows_of(table):
        usd = number_in(table.cells["usd"][i])
        if usd is not None:
            a, b = sorted((table.cells["country_a"][i], table.cells["country_b"][i]))
            key = (a, b, *(table.cells[column][i] for column in ("year", "reporter", "source_id")))
            found[key] = (usd, table.row_ids[i])
    return found


def _groups(table: TextTable, columns: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for i in rows_of(table):
        key = tuple(table.cells[column][i] for column in columns)
        if all(key):
            groups.setdefault(key, []).append(i)
    return groups


RULES: tuple[Rule, ...] = (
    ends_differ,
    weights_sum_to_one,
    shares_stay_within_one,
    one_flow_is_the_base,
    totals_stay_apart,
)
