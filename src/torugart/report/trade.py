"""Trade and real income, as a report and the page of ``torugart trade`` show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from torugart.report import sections
from torugart.report.numerals import number, percent, plain, sized, sized_span, span, typeset
from torugart.report.strips import axis, bar, scale_for

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
WHOSE = {"china": "China’s count", "partner": "the partners’ count"}
COSTS_SHOWN = 12


def trade_section(tables: Tables) -> Row:
    """Return real income by country under both counts, trade costs, what flips, what it hangs on, and the screen."""
    effects = sections.rows_of(tables, "trade_effects")
    if not effects:
        return {"rows": []}
    asked = str(effects[0]["trade_base"])
    other = next(w for w in WHOSE if w != asked)
    beside = {r["iso3"]: r for r in effects if r["trade_base"] == other}
    mine = sorted(
        (r for r in effects if r["trade_base"] == asked), key=lambda r: (-r["gain_musd"], r["iso3"])
    )
    known = sections.figure_ids(tables)
    scale = scale_for(v for r in mine for v in (r["gain_musd"], r["gain_musd_lo"], r["gain_musd_hi"]))
    return {
        "rows": [income_row(r, beside[r["iso3"]], asked, other, known, scale) for r in mine],
        "axis": axis(scale, "million USD a year"),
        "asked": WHOSE[asked],
        "other": WHOSE[other],
        "with_users": any(not pd.isna(r["users_musd"]) for r in mine),
        "with_incomes": any(not pd.isna(r["incomes_musd"]) for r in mine),
        "flips": [
            {
                "conclusion": typeset(str(r["conclusion"])),
                "asked": typeset(r[asked]),
                "other": typeset(r[other]),
            }
            for r in sections.rows_of(tables, "trade_flips")
            if r["flips"] == "yes"
        ],
        "hangs": hang_rows(tables),
        "costs": cost_rows(tables, known)[:COSTS_SHOWN],
        "more_costs": cost_rows(tables, known)[COSTS_SHOWN:],
        "valuable": valuable_groups(tables, known),
        "notes": [typeset(str(r["note"])) for r in sections.rows_of(tables, "trade_notes")],
    }


def income_row(r: Row, beside: Row, asked: str, other: str, known: Any, scale: Any) -> Row:
    """Return one country: its real income, trade cost and trade, and the same by the other count."""
    iso3 = str(r["iso3"])
    return {
        "name": typeset(str(r["name"])),
        "loses": r["gain_musd"] < 0,
        "gain": sized(r["gain_musd"]),
        "raw": r["gain_musd"],
        "span": sized_span(r["gain_musd_lo"], r["gain_musd_hi"]) or "central only",
        "id": known("trade", asked, "gain", iso3),
        "other": sized(beside["gain_musd"]),
        "other_raw": beside["gain_musd"],
        "other_span": sized_span(beside["gain_musd_lo"], beside["gain_musd_hi"]),
        "id_other": known("trade", other, "gain", iso3),
        "users": "" if pd.isna(r["users_musd"]) else sized(r["users_musd"]),
        "incomes": "" if pd.isna(r["incomes_musd"]) else sized(r["incomes_musd"]),
        "income": number(r["real_income_pct"], places=4, sign=True),
        "income_span": span(r["real_income_pct_lo"], r["real_income_pct_hi"], places=4, sign=True),
        "id_income": known("trade", asked, "income", iso3),
        "changes": [
            {
                "value": number(r[e], places=3, sign=True),
                "span": span(r[f"{e}_lo"], r[f"{e}_hi"], places=3, sign=True),
                "raw": r[e],
            }
            for e in ("trade_cost_pct", "exports_pct", "imports_pct")
        ],
        "strip": bar(
            scale,
            r["gain_musd"],
            r["gain_musd_lo"],
            r["gain_musd_hi"],
            f"{r['name']}: {sized(r['gain_musd'])} million USD a year",
        ),
    }


def hang_rows(tables: Tables) -> list[Row]:
    """Return what the gain of all countries hangs on; value of time and trade elasticity always."""
    mine = [r for r in sections.rows_of(tables, "trade_hangs_on") if r["result"] == "the world"]
    return [
        {"group": r["group"], "share": percent(r["share"]) if r["share"] > 0 else "no more than chance"}
        for r in sorted(mine, key=lambda r: -r["share"])
    ]


def cost_rows(tables: Tables, known: Any) -> list[Row]:
    """Return the trade costs that change, the largest change first, and what they are made of."""
    rows = sorted(sections.rows_of(tables, "trade_costs"), key=lambda r: -abs(r["tau_pct"]))
    return [
        {
            "pair": typeset(str(r["pair"])),
            "tau": number(r["tau_pct"], places=3, sign=True),
            "span": span(r["tau_lo"], r["tau_hi"], places=3, sign=True),
            "raw": r["tau_pct"],
            "id": known("trade", "tau", f"{r['exporter']}-{r['importer']}"),
            "trade": number(r["trade_musd"], places=0),
            "parts": [
                before_after(r, "freight_share", 100),
                before_after(r, "time_share", 100),
                before_after(r, "days", 1),
            ],
        }
        for r in rows
    ]


def before_after(r: Row, name: str, times: float) -> str:
    """Write a part of a trade cost before and after, or nothing where the network does not say."""
    before, after = r.get(f"{name}_before"), r.get(f"{name}_after")
    if before is None or after is None or pd.isna(before):
        return ""
    return f"{number(times * before, places=2)} → {number(times * after, places=2)}"


def valuable_groups(tables: Tables, known: Any) -> list[Row]:
    """Return the crossings, and the links, whose improvement would raise a country's real income most."""
    rows = sections.rows_of(tables, "trade_valuable")
    effects = {r["iso3"]: r["name"] for r in sections.rows_of(tables, "trade_effects")}
    groups = []
    for kind in ("crossing", "link"):
        mine = [
            {
                "rank": plain(r["rank"]),
                "name": typeset(str(r["name"])),
                "mode": r["mode"],
                "first": number(r["first_order_musd"], places=2, sign=True),
                "solved": number(r["solved_musd"], places=2, sign=True),
                "pct": number(r["solved_pct"], places=4, sign=True),
                "id": known("trade", "valuable", str(r["element_id"])),
            }
            for r in rows
            if r["kind"] == kind
        ]
        if mine:
            country = typeset(str(effects.get(rows[0]["country"], rows[0]["country"])))
            groups.append({"kind": kind, "country": country, "rows": mine})
    return groups
