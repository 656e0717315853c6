"""The chapters on accounts and risk as plain rows: what the template prints, nothing newly computed."""

from __future__ import annotations

from typing import Any

from torugart.report import strips
from torugart.report.numerals import is_missing, number, percent, span, typeset
from torugart.report.sections import Row, Tables, figure_ids, rows_of

PARTIES = ("users", "carriers", "owners", "treasuries", "third parties")
COUNTRIES_SHOWN = 12
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
    }


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
    return {"tariffs": tariffs, "facts": facts, "years": years}


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
                "strip": strips.dot(
                    wide,
                    central,
                    min(r["lo"], r["hi"]),
                    max(r["lo"], r["hi"]),
                    f"{r['label']}: {span(r['lo'], r['hi'])}",
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
