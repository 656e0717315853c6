"""The page of ``torugart energy volumes``: gas delivered in all against its milestones, year by year, and claims on energy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from torugart.report import sections
from torugart.report.html import render_page, source_list
from torugart.report.numerals import is_missing, number, percent, plain, span
from torugart.report.volume_chart import volume_chart
from torugart.report.year_charts import year_chart

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
FITS = "fits"


def write_volumes_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page as the text of one HTML file.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        volumes, reported, milestones, milestone_tests, use, claims and sources.
    manifest : mapping
        That of the bundle.
    """
    asked = manifest["asked"]
    sources = source_list(tables)
    drawn = {(r["supplier"], r["buyer"]): None for r in sections.rows_of(tables, "milestones")}
    pairs = [pair_section(tables, *pair) for pair in drawn]
    others = [r for r in sections.rows_of(tables, "reported") if (r["supplier"], r["buyer"]) not in drawn]
    setting = [
        {"term": "From", "text": str(asked["from"])},
        {"term": "To", "text": str(asked["to"])},
        {"term": "Cubic metres at", "text": f"{asked['base_celsius']:g} °C"},
    ]
    return render_page(
        "volumes.html.j2",
        manifest,
        kind="Gas in all",
        setting=[item for item in setting if item["text"]],
        method="docs/methods/gas_volumes.md",
        pairs=pairs,
        others=[reported_row(r) | {"pair": f"{r['supplier']} to {r['buyer']}"} for r in others],
        claims=sections.claims_section(tables),
        sources=list(sources.values()),
        source_of=sources,
    )


def pair_section(tables: Tables, supplier: str, buyer: str) -> Row:
    """Return the charts and tables of one pair."""

    def mine(name: str) -> list[Row]:
        return [r for r in sections.rows_of(tables, name) if (r["supplier"], r["buyer"]) == (supplier, buyer)]

    volumes, milestones, tests = mine("volumes"), mine("milestones"), mine("milestone_tests")
    stem = f"volumes.{supplier}_{buyer}".lower().replace("+", "_")
    points = milestone_points(milestones)
    last = volumes[-1] if volumes else None
    spoken = f"Gas from {supplier} to {buyer} in all, {len(points)} published milestones"
    if last:
        spoken += f"; by yearly volumes {number(last['total_bcm'])} bcm by the end of {last['year']}"
    estimated = [r["how"] == "interpolated" for r in volumes]
    return {
        "anchor": stem.replace(".", "-"),
        "name": str(milestones[0]["pair"]),
        "chart": volume_chart(volumes, points, spoken),
        "yearly": year_chart(
            [r["year"] for r in volumes],
            [r["bcm"] for r in volumes],
            [],
            f"Gas from {supplier} to {buyer} by year, bcm",
            faint=estimated,
        ),
        "milestones": [milestone_row(m, tests, stem) for m in milestones],
        "volumes": [
            {
                "year": r["year"],
                "bcm": number(r["bcm"]),
                "span": span(r["lo"], r["hi"]),
                "how": r["how"],
                "total": number(r["total_bcm"]),
                "total_span": span(r["total_lo"], r["total_hi"]),
                "id": f"{stem}.{r['year']}",
            }
            for r in volumes
        ],
        "reported": [reported_row(r) for r in mine("reported")],
        "use": [use_row(r) for r in mine("use")],
    }


def milestone_points(milestones: list[Row]) -> list[Row]:
    """Return published milestones as points of the chart."""
    return [
        {
            **m,
            "when": year_of(str(m["by_date"])),
            "claimed": m["basis"] == "claimed",
            "told": f"{number(m['bcm'])} bcm until {m['by_date']}, {m['voice']}",
        }
        for m in milestones
    ]


def milestone_row(m: Row, tests: list[Row], stem: str) -> Row:
    """Return a milestone beside ours, with how it stands to each test."""
    held = is_missing(m["ours_bcm"])
    figure = f"{stem}.until_{m['by_date']}".replace("-", "_")
    return {
        "by_date": m["by_date"],
        "bcm": ("over " if m["at_least"] == "yes" else "") + plain(round(float(m["bcm"]), 3)),
        "claimed": m["basis"] == "claimed",
        "voice": m["voice"],
        "source_id": m["source_id"],
        "ours": "" if held else number(m["ours_bcm"]),
        "ours_span": "" if held else span(m["ours_lo"], m["ours_hi"]),
        "id": "" if held else figure,
        "estimated": "" if held else percent(m["estimated_share"]),
        "tests": [
            {
                "test": t["test"],
                "verdict": t["verdict"],
                "kind": "holds"
                if str(t["verdict"]).startswith(FITS)
                else "open"
                if is_missing(t["bcm"])
                else "fails",
                "figure": "" if is_missing(t["bcm"]) else number(t["bcm"]),
                "span": span(t["lo"], t["hi"]),
                "told": t["told"],
            }
            for t in tests
            if t["milestone_id"] == m["milestone_id"]
        ],
    }


def reported_row(r: Row) -> Row:
    """Return one source's figure of a year."""
    return {
        "year": r["year"],
        "bcm": plain(r["as_counted_bcm"]),
        "base": f"{r['reference_c']:g} °C" + ("" if r["reference_how"] == "stated" else " assumed"),
        "kind": r["kind"],
        "source_id": r["source_id"],
        "note": r["note"],
    }


def use_row(r: Row) -> Row:
    """Return a milestone beside one year of use."""
    return {
        "year": r["year"],
        "counted": plain(r["as_counted_bcm"]),
        "base": f"{r['reference_c']:g} °C" + ("" if r["reference_how"] == "stated" else " assumed"),
        "use": number(r["use_bcm"]),
        "milestone": f"{number(r['milestone_bcm'])} until {r['by_date']}",
        "ratio": percent(r["ratio"]),
        "matches": r["matches"],
        "reached": r["reached_by_ours"],
        "source_id": r["source_id"],
        "note": r["note"],
    }


def year_of(text: str) -> float:
    """Return a date as a year with its fraction; a month or year stands for its middle."""
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 1:
        return parts[0] + 0.5
    if len(parts) == 2:
        return parts[0] + (parts[1] - 0.5) / 12
    day = date(*parts)
    return day.year + (day.timetuple().tm_yday) / 365.25
