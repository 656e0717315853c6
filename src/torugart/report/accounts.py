"""The chapters on accounts and risk as plain rows: what the template prints, nothing newly computed."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from torugart.report import strips, year_charts
from torugart.report.numerals import is_missing, number, percent, span, typeset
from torugart.report.sections import Row, Tables, figure_ids, rows_of

PARTIES = ("users", "carriers", "owners", "treasuries", "third parties")
COUNTRIES_SHOWN = 12
SHADES = 5
USERS = {
    "existing": "Keep their way",
    "diverted": "Change to another way",
    "generated": "Would not be sent without the project",
}
CHARTED = ("npv_3", "npv_6", "npv_9", "npv_12")
TRAFFIC = {"announced": "the traffic announced", "model": "the model\u2019s traffic", "": ""}


def accounts_section(tables: Tables) -> Row:
    """Return the chapter on accounts; without rows where the bundle has none."""
    known = figure_ids(tables)
    results = rows_of(tables, "accounts_results")
    charted = [r for r in results if r["result_id"] in CHARTED]
    scale = strips.scale_for([r[k] for r in charted for k in ("value", "lo", "hi")])
    values = [
        {
            "name": raised(str(r["label"])),
            "value": number(r["value"], sign=True),
            "span": span(r["lo"], r["hi"], sign=True) or "central only",
            "raw": r["value"],
            "id": known("account", str(r["result_id"])),
            "loses": r["value"] < 0,
            "strip": strips.bar(scale, r["value"], r["lo"], r["hi"], f"{r['label']}: {number(r['value'])}"),
        }
        for r in charted
    ]
    others = [
        {
            "name": raised(str(r["label"])),
            "value": amount(r["value"], str(r["unit"])),
            "span": interval(r["lo"], r["hi"], str(r["unit"])),
            "note": typeset(str(r["note"] or "")),
            "id": known("account", str(r["result_id"])),
        }
        for r in results
        if r["result_id"] not in CHARTED
    ]
    return {
        "values": values,
        "axis": strips.axis(scale, "million USD"),
        "others": others,
        **matrix_rows(tables),
        "years": [year_row(r) for r in rows_of(tables, "accounts_years")],
        "years_chart": net_chart(tables),
        "users": user_rows(tables),
    }


def net_chart(tables: Tables) -> Markup:
    """Return the net of each year as columns, and what has been spent and gained by then as a line."""
    rows = rows_of(tables, "accounts_years")
    net = [float(r["net"]) for r in rows]
    if not any(net):
        return Markup("")
    total = [sum(net[: k + 1]) for k in range(len(net))]
    back = next((r["year"] for r, t in zip(rows, total, strict=True) if t >= 0 and r["net"] > 0), None)
    ends = "never makes up for what was spent" if back is None else f"makes up for what was spent by {back}"
    spoken = f"net of all parties from {rows[0]['year']} to {rows[-1]['year']}; undiscounted, the sum {ends}"
    return year_charts.year_chart([int(r["year"]) for r in rows], net, [("line total", total)], spoken)


def user_rows(tables: Tables) -> list[Row]:
    """Return users by what they do: keep their way, change it, or be new."""
    return [
        {
            "name": USERS[r["group"]] + ("" if r["counted"] else ", not counted here (--generated)"),
            "feu": number(r["feu"], places=0),
            "musd": number(r["musd"], places=1, sign=True),
            "pv": number(r["pv_musd"], places=0, sign=True),
        }
        for r in rows_of(tables, "accounts_users")
        if r["feu"]
    ]


def matrix_rows(tables: Tables) -> Row:
    """Return the matrix of countries and parties, and the parties' totals as bars."""
    known = figure_ids(tables)
    figures = {str(r["figure_id"]): r for r in rows_of(tables, "figures")}
    cells: dict[str, Row] = {}
    for r in rows_of(tables, "accounts_matrix"):
        row = cells.setdefault(str(r["iso3"]), {"iso3": str(r["iso3"]), "name": str(r["name"]), "by": {}})
        row["by"][r["party"]] = r
    countries = []
    for iso3, row in cells.items():
        total = figures.get(f"account.country.{iso3}")
        shown = []
        for party in PARTIES:
            cell = row["by"].get(party)
            shown.append(
                {"text": "", "span": "", "id": "", "raw": "", "label": party}
                if cell is None
                else {
                    "text": number(cell["pv_musd"], places=0, sign=True),
                    "span": span(cell["pv_lo"], cell["pv_hi"], sign=True, places=0),
                    "id": known("account", iso3, party.replace(" ", "_")),
                    "raw": cell["pv_musd"],
                    "label": party,
                }
            )
        value = None if total is None else total["value"]
        countries.append(
            {
                "name": raised(row["name"]),
                "cells": shown,
                "total": number(value, places=0, sign=True),
                "raw": value,
                "id": known("account", "country", iso3),
                "size": max(abs(c["pv_musd"]) for c in row["by"].values()),
            }
        )
    deepest = max((abs(float(r["pv_musd"])) for r in rows_of(tables, "accounts_matrix")), default=0.0)
    for country in countries:
        for cell in country["cells"]:
            cell["heat"] = heat(cell["raw"], deepest)
    countries.sort(key=lambda c: (-c["size"], c["name"]))
    totals = [figures[k] for p in PARTIES if (k := f"account.party.{p.replace(' ', '_')}") in figures]
    scale = strips.scale_for([t[k] for t in totals for k in ("value", "lo", "hi")])
    parties = [
        {
            "name": str(t["label"]).removeprefix("net present value at 6 % for all ").capitalize(),
            "value": number(t["value"], places=0, sign=True),
            "span": span(t["lo"], t["hi"], places=0, sign=True),
            "raw": t["value"],
            "id": str(t["figure_id"]),
            "loses": t["value"] < 0,
            "strip": strips.bar(scale, t["value"], t["lo"], t["hi"], f"{t['label']}: {number(t['value'])}"),
        }
        for t in totals
    ]
    return {
        "countries": countries[:COUNTRIES_SHOWN],
        "more_countries": countries[COUNTRIES_SHOWN:],
        "party_names": [p.capitalize() for p in PARTIES],
        "parties": parties,
        "party_axis": strips.axis(scale, "million USD"),
    }


def heat(value: Any, deepest: float) -> str:
    """Return the class of a cell's shade: the square root keeps small sums in sight beside the capital cost."""
    if value == "" or is_missing(value) or deepest == 0:
        return ""
    shade = math.ceil(SHADES * math.sqrt(abs(float(value)) / deepest) - 0.5)
    return f"{'gains' if value > 0 else 'losses'}{shade}" if shade > 0 else ""


def year_row(r: Row) -> Row:
    """Return a year of the account."""
    names = ("users", "carriers", "owners", "treasuries", "third_parties", "fixed", "capital", "net")
    return {"year": str(int(r["year"])), "cells": [number(r[name], places=0) for name in names]}


def company_section(tables: Tables) -> Row:
    """Return the chapter on the project company."""
    known = figure_ids(tables)
    results = rows_of(tables, "finance_results")
    even = [r for r in results if str(r["result_id"]).startswith("break_even")]
    tariffs = [
        {
            "name": f"{percent(int(str(r['result_id']).rpartition('_')[2]) / 100)} return, {TRAFFIC[r['traffic']]}",
            "value": number(r["value"], places=1),
            "span": span(r["lo"], r["hi"], places=1),
            "id": known("finance", str(r["result_id"]), str(r["traffic"])),
        }
        for r in even
    ]
    facts = []
    for r in results:
        if r in even:
            continue
        parts = [p for p in ("finance", str(r["result_id"]), str(r["traffic"])) if p]
        value = str(int(r["value"])) if r["unit"] == "year" and not is_missing(r["value"]) else ""
        facts.append(
            {
                "name": raised(str(r["label"])) + (f", {TRAFFIC[r['traffic']]}" if r["traffic"] else ""),
                "value": value or amount(r["value"], str(r["unit"])),
                "unit": "" if r["unit"] in ("share", "ratio", "year") else str(r["unit"]),
                "span": interval(r["lo"], r["hi"], str(r["unit"])),
                "note": typeset(str(r["note"] or "")),
                "id": known(*parts),
            }
        )
    years = [
        {
            "traffic": TRAFFIC[r["traffic"]],
            "year": str(int(r["year"])),
            "cells": [
                number(r["traffic_mt"], places=2),
                *(number(r[k], places=0) for k in ("revenue", "operating")),
                number(r["interest"] + r["repayment"], places=0),
                number(r["debt"], places=0),
                number(r["coverage"], places=2),
            ],
        }
        for r in rows_of(tables, "finance_years")
    ]
    return {"tariffs": tariffs, "facts": facts, "years": years, "charts": coverage_charts(tables)}


def coverage_charts(tables: Tables) -> list[Row]:
    """Return the company's revenue, running cost and debt service by year, one chart for each traffic."""
    courses: dict[str, list[Row]] = {}
    for r in rows_of(tables, "finance_years"):
        courses.setdefault(str(r["traffic"]), []).append(r)
    charts = []
    for traffic, rows in courses.items():
        running = [r for r in rows if r["operating"] > 0]
        left = [float(r["revenue"]) - float(r["operating"]) for r in running]
        service = [float(r["interest"]) + float(r["repayment"]) for r in running]
        known = [r["coverage"] for r in running if not is_missing(r["coverage"])]
        best = number(max(known), places=2) if known else "none"
        words = f"revenue less running cost by year under {TRAFFIC[traffic]}; coverage of debt service at best {best}"
        charts.append(
            {
                "name": TRAFFIC[traffic],
                "best": best,
                "chart": year_charts.year_chart(
                    [int(r["year"]) for r in running], left, [("line service", service)], words
                ),
            }
        )
    return charts


def risk_section(tables: Tables) -> Row:
    """Return the chapter on risk: cases, tornado, indices, chances."""
    known = figure_ids(tables)
    rows: dict[str, list[Row]] = {}
    for r in rows_of(tables, "risk"):
        rows.setdefault(str(r["kind"]), []).append(r)
    cases = rows.get("sensitivity", [])
    central = cases[0]["npv_6"] if cases else None
    tornado = rows.get("tornado", [])
    wide = strips.scale_for([central, *(r[k] for r in tornado for k in ("lo", "hi"))])
    indices = rows.get("sobol", [])
    share = strips.scale_for([r["value"] + r["error"] for r in indices], ticks=4)
    return {
        "cases": [
            {
                "name": raised(str(r["label"])),
                "npv": number(r["npv_6"], places=0, sign=True),
                "eirr": amount(r["eirr"], "1/year"),
            }
            for r in cases
        ],
        "turns": [
            {
                "name": raised(str(r["label"])),
                "value": number(r["value"], places=2),
                "note": str(r["note"] or ""),
            }
            for r in rows.get("switching", [])
        ],
        "tornado": [
            {
                "name": raised(str(r["label"])),
                "note": typeset(str(r["note"])),
                "span": span(r["lo"], r["hi"], places=0, sign=True),
                "strip": strips.swing(
                    wide, central, r["lo"], r["hi"], f"{r['label']}: {span(r['lo'], r['hi'])}"
                ),
            }
            for r in tornado
        ],
        "tornado_axis": strips.axis(wide, "million USD"),
        "indices": [
            {
                "name": raised(str(r["label"])),
                "value": number(r["value"], places=2),
                "error": number(r["error"], places=2),
                "strip": strips.bar(
                    share,
                    r["value"],
                    r["value"] - r["error"],
                    r["value"] + r["error"],
                    f"{r['label']}: {number(r['value'], places=2)}",
                ),
            }
            for r in indices
        ],
        "index_axis": strips.axis(share, "share of the variance"),
        "chances": [
            {"text": f"{r['label']}", "value": percent(r["value"]), "id": known("risk", str(r["item"]))}
            for r in rows.get("probability", [])
        ],
    }


def raised(text: str) -> str:
    """Return a text with its first letter large and the rest as it is."""
    return text[:1].upper() + text[1:]


def amount(value: Any, unit: str) -> str:
    """Write a result in the digits of its unit."""
    if is_missing(value):
        return "none"
    if unit == "1/year":
        return f"{number(100 * value, places=1)}\u202f%"
    if unit == "share":
        return percent(value)
    return number(value, places=2) if unit == "ratio" else number(value)


def interval(lo: Any, hi: Any, unit: str) -> str:
    """Write an interval in the digits of its unit."""
    if is_missing(lo) or is_missing(hi):
        return ""
    if unit == "1/year":
        return f"{span(100 * lo, 100 * hi, places=1)}\u202f%"
    return span(lo, hi)
