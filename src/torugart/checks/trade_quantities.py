"""Quantities of trade between countries, by whose count, and of figures of a country by year."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.registry import quantity
from torugart.checks.series import known_countries, read_year, value_of_rows
from torugart.checks.value import Missing, Value, combined
from torugart.errors import InputError, UnknownName

CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
GROUP = "CA5"
CHINA, PARTNER = "CHN", "partner"
BUSD = "billion USD"


@quantity(kind="data", unit=BUSD)
def trade_total_busd(
    context: Context, a: str, b: str, year: str, reporter: str = "", group: str = "whole"
) -> Value | Missing:
    """Two-way trade of two countries as one side counts it; without a total the sum of both ways."""
    known_countries(context, (a, b))
    if group not in ("whole", "members"):
        raise InputError(f"group is {group!r}; write whole or members")
    if group == "members":
        return _sum_of_members(context, a, b, year, reporter)
    totals = context.package.tables["trade_totals"]
    pair = totals["country_a"].isin((a, b)) & totals["country_b"].isin((a, b))
    mine = _counted_by(context, totals[pair & (totals["year"] == read_year(year))], reporter, (a, b))
    if len(mine):
        return _in_busd("trade_totals", "total_id", mine, f"trade of {a} and {b} in {year}")
    there = trade_flow_busd(context, a, b, year, reporter)
    back = trade_flow_busd(context, b, a, year, reporter)
    if isinstance(there, Value) and isinstance(back, Value):
        return combined("+", there, back)
    if GROUP in (a, b):
        return _sum_of_members(context, a, b, year, reporter)
    return Missing(f"trade of {a} and {b} in {year} as counted by {_whose(reporter, (a, b))}")


@quantity(kind="data", unit=BUSD)
def trade_flow_busd(
    context: Context, exporter: str, importer: str, year: str, reporter: str = ""
) -> Value | Missing:
    """Exports of one country to another in a year, as one side counts them."""
    known_countries(context, (exporter, importer))
    flows = context.package.tables["trade_flows"]
    pair = (flows["exporter"] == exporter) & (flows["importer"] == importer)
    mine = flows[pair & (flows["year"] == read_year(year))]
    mine = _counted_by(context, mine, reporter, (exporter, importer))
    what = f"exports of {exporter} to {importer} in {year}"
    if mine.empty:
        return Missing(f"{what} as counted by {_whose(reporter, (exporter, importer))}")
    return _in_busd("trade_flows", "flow_id", mine, what)


@quantity(kind="data")
def country_figure(
    context: Context, iso3: str, variable: str, year: str = "", source: str = ""
) -> Value | Missing:
    """A figure of a country in a year; without a year the newest, with a source only that source's."""
    known_countries(context, (iso3,))
    series = context.package.tables["country_series"]
    for what, word, known in (
        ("variable of country_series", variable, context.words("country_series", "variable")),
        ("source", source, context.words("sources", "source_id")),
    ):
        if word and word not in known:
            raise UnknownName(what, word, known)
    mine = series[(series["iso3"] == iso3) & (series["variable"] == variable)]
    mine = mine[mine["source_id"] == source] if source else mine
    if len(mine):
        mine = mine[mine["year"] == (read_year(year) if year else mine["year"].max())]
    name = f"{variable.replace('_', ' ')} of {iso3}"
    if mine.empty:
        return Missing(f"{name}{f' in {year}' if year else ''}{f' by {source}' if source else ''}")
    keys = mine["iso3"] + "/" + mine["year"].astype("str") + "/" + variable + "/" + mine["source_id"]
    mine = mine.assign(row_id=keys)
    unit = str(mine.sort_values("row_id")["unit"].iloc[0])
    return value_of_rows(
        "country_series",
        "row_id",
        "value",
        mine[mine["unit"] == unit],
        unit,
        f"{name} in {mine['year'].iloc[0]}",
    )


def _sum_of_members(context: Context, a: str, b: str, year: str, reporter: str) -> Value | Missing:
    """Add up the trade of a country with each of the five, each as the same side counts it."""
    if (a == GROUP) == (b == GROUP):
        raise InputError(f"group=members goes with {GROUP} on one side, not with {a} and {b}")
    other = a if b == GROUP else b
    total: Value | Missing | None = None
    missing = []
    for member in CENTRAL_ASIA:
        part = trade_total_busd(context, other, member, year, reporter)
        if isinstance(part, Missing):
            missing.append(part.reason)
        elif isinstance(total, Value):
            total = combined("+", total, part)
        else:
            total = part
    if missing or total is None:
        return Missing("; ".join(missing))
    # A rival of one member is no rival of the sum of all.
    return total if isinstance(total, Missing) else replace(total, rivals=())


def _counted_by(context: Context, rows: pd.DataFrame, reporter: str, pair: tuple[str, str]) -> pd.DataFrame:
    """Keep the rows of one reporter; ``partner`` stands for the sides of a pair other than China."""
    if not reporter:
        # China's own count where China is a side, as everywhere in the package; else whoever counted.
        return rows[rows["reporter"] == CHINA] if CHINA in pair else rows
    if reporter == PARTNER:
        return rows[rows["reporter"].isin([*(side for side in pair if side != CHINA), PARTNER])]
    known = context.words("trade_totals", "reporter") | context.words("trade_flows", "reporter") | {PARTNER}
    known |= context.words("countries", "iso3")
    if reporter not in known:
        raise UnknownName("reporter of trade", reporter, known)
    return rows[rows["reporter"] == reporter]


def _whose(reporter: str, pair: tuple[str, str]) -> str:
    if reporter == PARTNER:
        return "/".join(side for side in pair if side != CHINA)
    return reporter or (CHINA if CHINA in pair else "anybody")


def _in_busd(table: str, key: str, rows: pd.DataFrame, what: str) -> Value:
    busd = rows.assign(usd=(rows["usd"] / 1e9).round(12))
    return value_of_rows(table, key, "usd", busd, BUSD, what)
