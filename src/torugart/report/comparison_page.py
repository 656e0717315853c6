"""The page of ``torugart compare``: what each project brings, which help or hinder one another, and the best sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from torugart.report import sections
from torugart.report.accounts import heat
from torugart.report.html import render_page
from torugart.report.numerals import number, plain, span, typeset, unit_words
from torugart.report.strips import axis, bar, scale_for

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
MOST_DRIVERS = 8


def write_comparison_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page on projects compared as the text of one HTML file.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        projects, interactions, drivers, and sets where there was a budget.
    manifest : mapping
        That of the bundle.
    """
    asked = manifest["asked"]
    projects, share_axis = project_rows(tables)
    sets, set_axis = set_rows(tables)
    budget = asked.get("budget_usd")
    setting = [
        {"term": "Projects", "text": plain(len(asked["projects"]))},
        {"term": "Year", "text": str(asked["year"])},
        {"term": "Draws of what is not known", "text": plain(asked["draws"])},
        {"term": "Budget, million USD", "text": "" if budget is None else number(budget / 1e6, places=0)},
    ]
    return render_page(
        "comparison.html.j2",
        manifest,
        kind="Projects compared",
        setting=[item for item in setting if item["text"]],
        method="docs/methods/compare.md",
        projects=projects,
        axis=share_axis,
        heat=heat_grid(tables),
        sets=sets,
        set_axis=set_axis,
        budget="" if budget is None else f"{number(budget / 1e6, places=0)} million USD",
        drivers=driver_rows(tables),
    )


def project_rows(tables: Tables) -> tuple[list[Row], Any]:
    """Return the projects, the greatest share first, with a bar each and the axis of the bars."""
    rows = sections.rows_of(tables, "projects")
    scale = scale_for(v for r in rows for v in (r["musd_share"], r["lo_share"], r["hi_share"]))
    made = []
    for r in rows:
        project_id = r["project_id"]
        share = number(r["musd_share"], places=1)
        made.append(
            {
                "name": typeset(str(r["name"])),
                "note": r["note"],
                "share": share,
                "alone": number(r["musd_alone"], places=1),
                "last": number(r["musd_last"], places=1),
                "span": span(r["lo_share"], r["hi_share"], places=1),
                "id_share": f"compare.share.{project_id}",
                "id_alone": f"compare.alone.{project_id}",
                "id_last": f"compare.last.{project_id}",
                "strip": bar(
                    scale,
                    r["musd_share"],
                    r["lo_share"],
                    r["hi_share"],
                    f"{r['name']}: {share} million USD a year",
                ),
            }
        )
    return made, axis(scale, "million USD a year")


def heat_grid(tables: Tables) -> Row | None:
    """Return the interactions as a square grid, projects in the order of their shares; None for a single pair without any."""
    pairs = sections.rows_of(tables, "interactions")
    projects = sections.rows_of(tables, "projects")
    if not pairs:
        return None
    largest = max(abs(p["musd"]) for p in pairs) or 1.0
    of_pair = {frozenset((p["project_a"], p["project_b"])): p for p in pairs}
    rows = []
    for one in projects:
        cells = []
        for other in projects:
            p = of_pair.get(frozenset((one["project_id"], other["project_id"])))
            if p is None or one is other:
                cells.append({"text": "", "heat": "", "id": "", "mark": ""})
                continue
            cells.append(
                {
                    "text": number(p["musd"], places=1, sign=True),
                    "heat": heat(p["musd"], largest),
                    "id": f"compare.pair.{p['project_a']}.{p['project_b']}",
                    "mark": " ·" if p["relation"] == "neither" else "",
                }
            )
        rows.append({"name": typeset(str(one["name"])), "cells": cells})
    return {"names": [typeset(str(p["name"])) for p in projects], "rows": rows}


def set_rows(tables: Tables) -> tuple[list[Row], Any]:
    """Return the best sets under the budget, with a bar each."""
    rows = sections.rows_of(tables, "sets")
    if not rows:
        return [], ""
    scale = scale_for(v for r in rows for v in (r["musd"], r["lo"], r["hi"]))
    made = [
        {
            "names": typeset(str(r["names"])) or "none of them",
            "cost": number(r["cost_musd"], places=0),
            "value": number(r["musd"], places=1),
            "span": span(r["lo"], r["hi"], places=1),
            "strip": bar(
                scale,
                r["musd"],
                r["lo"],
                r["hi"],
                f"{r['names']}: {number(r['musd'], places=1)} million USD a year",
            ),
        }
        for r in rows
    ]
    return made, axis(scale, "million USD a year")


def driver_rows(tables: Tables) -> list[Row]:
    """Return what the benefit of all together hangs on."""
    rows = [r for r in sections.rows_of(tables, "drivers") if r["quantity"] == "compare.together"]
    return [
        {
            "label": typeset(str(r["label"])),
            "share": f"{number(100 * r['share'], places=0)} %",
            "value": f"{number(r['value'])} {unit_words(r['unit'])}".strip(),
            "span": span(r["lo"], r["hi"]),
        }
        for r in rows[:MOST_DRIVERS]
    ]
