"""Write the page on the record: one HTML file that opens offline, made from the tables of a bundle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from torugart.report import sections
from torugart.report.atlas import ASPECT, base_map, frame, on_base_points, view_box
from torugart.report.html import asset, script_hash, source_list, template
from torugart.report.numerals import is_missing, number, plain, typeset

Row = dict[str, Any]
Tables = Mapping[str, pd.DataFrame]

# What stands for a status on the map: class of colour, outline (drawn around the origin), words.
CIRCLE = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0"
SHAPES = {
    "operating": ("done", CIRCLE, "Operating or completed"),
    "trial": ("trial", "M-5-5h10v10h-10z", "On trial, in part"),
    "under construction": ("building", "M0-6.5 6 4.5h-12z", "Under construction"),
    "agreed": ("planned", "M0-6 6 0 0 6-6 0z", "Announced, agreed or financed"),
    "suspended": ("stopped", "M-5-5 5 5M-5 5 5-5", "Suspended, closed or given up"),
    "undated": ("undated", "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0", "No dated evidence"),
}
SAME_AS = {
    "completed": "operating",
    "announced": "agreed",
    "financed": "agreed",
    "closed": "suspended",
    "cancelled": "suspended",
    "dropped": "suspended",
}
BADGES = {"done": "holds", "trial": "partly", "building": "partly", "stopped": "fails"}
PLEDGES = (
    ("kept", "kept"),
    ("partly kept", "partly"),
    ("under way", "way"),
    ("overdue", "overdue"),
    ("dropped", "dropped"),
    ("not yet due", "due"),
    ("no due date", "nodate"),
    ("not reviewed", "unseen"),
)
# A mark beside the colour, for those who do not tell the colours apart; no two statuses share one.
PLEDGE_MARKS = {
    "kept": "✓",
    "partly kept": "◐",
    "under way": "▸",
    "overdue": "!",
    "dropped": "✕",
    "not yet due": "◷",
    "no due date": "∅",
    "not reviewed": "?",
    "nothing promised": "–",
}
PLEDGE_BADGES = {"kept": "holds", "partly": "partly", "way": "partly", "overdue": "fails", "dropped": "fails"}
OTHERS = ""  # key of the bar of all meetings with one commitment; no event has it
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))  # spreads points evenly over a disc (Vogel 1979)
MARK_APART = 11.0  # pixels between two marks on one place
RECENT_YEARS = 6  # of the timeline that are open at first
REGION = (45.0, 100.0, 34.0, 52.0)  # west, east, south, north: what the map opens with


def write_record_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page as the text of one HTML file; every value is escaped."""
    sources = source_list(tables)
    claims = sections.claims_section(tables)
    projects = sections.rows_of(tables, "projects")
    commitments = sections.rows_of(tables, "commitments")
    called: dict[str, list[Row]] = {}
    for alias in sections.rows_of(tables, "names"):
        called.setdefault(str(alias["entity_id"]), []).append(alias)
    page = template("record.html.j2").render(
        css=Markup(asset("report.css")),
        js=Markup(asset("report.js")),
        script_hash=script_hash(),
        title=manifest["title"],
        manifest=manifest,
        counts=f"{len(projects)} projects, {len(commitments)} commitments, {len(claims['rows'])} claims",
        headline=[{"id": h["figure_id"], "text": typeset(h["text"])} for h in manifest["headline"]],
        cards=cards(tables, claims),
        years=years(tables),
        recent_years=RECENT_YEARS,
        map=projects_map(tables),
        unplaced=sum(is_missing(p["lon"]) for p in projects),
        projects=[project_row(p, called.get(str(p["project_id"]), [])) for p in projects],
        pledge_keys=[{"label": word, "kind": kind, "mark": PLEDGE_MARKS[word]} for word, kind in PLEDGES],
        pledge_bars=pledge_bars(tables),
        commitments=[commitment_row(c) for c in commitments],
        money=money_rows(tables),
        chinese=chinese_rows(tables),
        mirror=mirror_table(tables),
        weak=weak_groups(tables),
        claims=claims,
        sources=list(sources.values()),
        source_of=sources,
    )
    return page if page.endswith("\n") else page + "\n"


def cards(tables: Tables, claims: Row) -> list[Row]:
    """Return the key figures shown at the top."""
    figures = {str(row["figure_id"]): row["value"] for row in sections.rows_of(tables, "figures")}
    pledged = sum(value for name, value in figures.items() if name.startswith("pledges."))
    projects = sum(value for name, value in figures.items() if name.startswith("projects."))

    def card(label: str, name: str, of: float, note: str, href: str) -> Row:
        value = plain(figures.get(name, 0.0))
        return {"label": label, "value": value, "unit": f"of {plain(of)}", "note": note, "href": href}

    unseen = plain(figures.get("pledges.not_reviewed", 0.0))
    return [
        card("Commitments kept", "pledges.kept", pledged, f"{unseen} nobody has looked at", "#pledges"),
        card("Commitments overdue", "pledges.overdue", pledged, "the date passed and somebody looked", "#pledges"),
        card("Projects that operate", "projects.operating", projects, "by dated evidence", "#map"),
        card("Projects under construction", "projects.under_construction", projects, "by dated evidence", "#map"),
        card(
            "Claims that do not hold", "claims.does_not_hold", len(claims["rows"]),
            f"{plain(figures.get('claims.cannot_be_tested', 0.0))} cannot be tested", "#claims",
        ),
    ]  # fmt: skip


def years(tables: Tables) -> list[Row]:
    """Return the timeline year by year, the newest first."""
    found: dict[int, Row] = {}
    words = {"works_started": "begun", "operating": "opened", "delivered": "opened"}
    for row in sections.rows_of(tables, "timeline"):
        year = found.setdefault(
            int(row["year"]),
            {"year": int(row["year"]), "events": [], "begun": [], "opened": [], "stopped": []},
        )
        if row["table"] == "events":
            year["events"].append({**row, "name": typeset(str(row["name"]))})
        else:
            told = {"name": typeset(str(row["name"])), "source_id": row["source_id"]}
            listed = year[words.get(str(row["kind"]), "stopped")]
            if told["name"] not in {other["name"] for other in listed}:
                listed.append(told)
    return [found[year] for year in sorted(found, reverse=True)]


def shape_of(status: str) -> tuple[str, str, str]:
    """Return colour class, outline and legend of a status."""
    return SHAPES[SAME_AS.get(status, status)]


def fanned(count: int) -> tuple[float, float]:
    """Return how far, in pixels, a mark stands from a place that so many others share: on a spiral, none on another."""
    angle, radius = count * GOLDEN_ANGLE, MARK_APART * math.sqrt(count)
    return round(radius * math.cos(angle), 1), round(radius * math.sin(angle), 1)


def projects_map(tables: Tables) -> Row:
    """Return the base map and a mark for every project that has a place on it."""
    projects = tables["projects"]
    known = projects.dropna(subset=["lon", "lat"])
    known = known[on_base_points(known["lon"], known["lat"])]
    x, y = frame().place(known["lon"], known["lat"])
    points = []
    here: dict[tuple[float, float], int] = {}
    for i, row in enumerate(known.to_dict("records")):
        kind, shape, _ = shape_of(str(row["status"]))
        at = (round(float(x[i]), 1), round(float(y[i]), 1))
        dx, dy = fanned(here.get(at, 0))
        here[at] = here.get(at, 0) + 1
        points.append(
            {
                "x": at[0],
                "y": at[1],
                "dx": dx,
                "dy": dy,
                "kind": kind,
                "shape": shape,
                "name": typeset(str(row["name"])),
                "status": row["status"],
                "since": row["since"],
                "silence": typeset(str(row["silence"])),
                "source_id": str(row["source_id"]),
            }
        )
    west, east, south, north = REGION
    corner_x, corner_y = frame().place(
        np.array([west, east, west, east]), np.array([south, south, north, north])
    )
    view = view_box(corner_x, corner_y, 1.0)
    count: dict[str, int] = {}
    for status in projects["status"]:
        kind = shape_of(str(status))[0]
        count[kind] = count.get(kind, 0) + 1
    names = [n for n in base_map()["names"] if n["kind"] == "country" and n["rank"] == 1]
    return {
        **{key: value for key, value in base_map().items() if key != "names"},
        "names": names,
        "view": view,
        "k": round(view[2] / 1000, 4),
        "aspect": ASPECT,
        "points": sorted(points, key=lambda p: p["kind"] == "building"),
        "legend": [
            {"kind": kind, "shape": shape, "label": label, "count": count.get(kind, 0)}
            for kind, shape, label in SHAPES.values()
        ],
    }


def project_row(row: Row, called: list[Row]) -> Row:
    """Return a row of the table of projects, with its names in other languages."""
    summable = row["summable"] == "yes"
    activity = "" if row["activity"] in ("settled", "active") else f"{row['activity']}: "
    return {
        **row,
        "name": typeset(str(row["name"])),
        "badge": BADGES.get(shape_of(str(row["status"]))[0], "open"),
        "called": [{"lang": str(c["lang"]), "name": str(c["alias"])} for c in called if c["lang"] != "en"],
        "news": typeset(f"{activity}{row['silence']}"),
        "cost": "" if is_missing(row["cost_musd"]) else number(row["cost_musd"], places=0),
        "raw_cost": "" if is_missing(row["cost_musd"]) else row["cost_musd"],
        "why_not": "" if summable or is_missing(row["cost_musd"]) else typeset(str(row["why_not"])),
    }


def commitment_row(row: Row) -> Row:
    """Return a row of the table of commitments."""
    kinds = dict(PLEDGES)
    late = "" if is_missing(row["late_days"]) else f", {plain(row['late_days'])} days late"
    amount = "" if is_missing(row["amount"]) else f"{plain(row['amount'])} {row['unit']}"
    return {
        **row,
        "text": typeset(str(row["text"])),
        "event": typeset(str(row["event"])),
        "amount": typeset(amount),
        "badge": PLEDGE_BADGES.get(kinds.get(str(row["status"]), ""), "open"),
        "outcome": f"{row['status']}{late}",
        "mark": PLEDGE_MARKS[str(row["status"])],
    }


def pledge_bars(tables: Tables) -> list[Row]:
    """Return a bar for each meeting with several commitments, and one for all the others together."""
    kinds = dict(PLEDGES)
    order = [word for word, _ in PLEDGES]
    dates = {str(e["event_id"]): str(e["date"]) for e in sections.rows_of(tables, "events")}
    bars: dict[str, Row] = {}
    for row in sections.rows_of(tables, "pledges"):
        bar = bars.setdefault(
            str(row["event_id"]),
            {"event": typeset(str(row["event"])), "date": dates.get(str(row["event_id"]), ""), "parts": []},
        )
        status, count = str(row["status"]), int(row["count"])
        bar["parts"].append(
            {"status": status, "count": count, "kind": kinds[status], "mark": PLEDGE_MARKS[status]}
        )
    several = {key: bar for key, bar in bars.items() if sum(p["count"] for p in bar["parts"]) > 1}
    single = [bar for key, bar in bars.items() if key not in several]
    if single:
        words = f"{len(single)} meetings and signings with one commitment each"
        several[OTHERS] = {"event": words, "date": "", "parts": merged(single)}
    bars = several
    longest = max((sum(p["count"] for p in bar["parts"]) for bar in bars.values()), default=1)
    for bar in bars.values():
        bar["parts"].sort(key=lambda part: order.index(part["status"]))
        for part in bar["parts"]:
            part["width"] = round(100 * part["count"] / longest, 2)
        bar["spoken"] = ", ".join(f"{p['count']} {p['status']}" for p in bar["parts"])
    return sorted(bars.values(), key=lambda bar: bar["date"], reverse=True)


def merged(bars: list[Row]) -> list[Row]:
    """Add up the parts of several bars."""
    counts: dict[tuple[str, str], int] = {}
    for part in (part for bar in bars for part in bar["parts"]):
        key = (part["status"], part["kind"])
        counts[key] = counts.get(key, 0) + part["count"]
    return [
        {"status": status, "kind": kind, "count": count, "mark": PLEDGE_MARKS[status]}
        for (status, kind), count in counts.items()
    ]


def money_rows(tables: Tables) -> list[Row]:
    """Return the money of each sector as numbers and as a bar."""
    rows = sections.rows_of(tables, "money")
    largest = max((row["total_musd"] for row in rows), default=1.0) or 1.0
    made = []
    for row in rows:
        documented, estimated = (
            number(row[f"{kind}_musd"], places=0) for kind in ("documented", "estimated")
        )
        made.append(
            {
                "sector": str(row["sector"]).capitalize(),
                "projects": row["projects"],
                "with_cost": row["with_cost"],
                "documented": documented,
                "estimated": estimated,
                "id": f"money.{row['sector']}",
                "guessed_id": f"guessed.{row['sector']}",
                "doc_width": round(100 * row["documented_musd"] / largest, 2),
                "est_width": round(100 * row["estimated_musd"] / largest, 2),
                "spoken": f"{documented} documented, {estimated} estimated, million USD",
            }
        )
    return made


def chinese_rows(tables: Tables) -> Row | None:
    """Return what is known of Chinese money, by how much is known, and the projects with an amount or a share."""
    counts = sections.rows_of(tables, "chinese_counts")
    if not any(row["projects"] for row in counts):
        return None
    told = [
        {
            **row,
            "name": typeset(str(row["name"])),
            "cost": number(row["cost_musd"], places=0),
            "documented": money_text(row["documented_musd"]),
            "estimated": money_text(row["estimated_musd"]),
            "share": share_text(row["equity_share"]),
            "source_ids": str(row["source_id"]).split(";"),
        }
        for row in sections.rows_of(tables, "chinese_money")
        if row["known"] in ("amount", "equity")
    ]
    listed = [
        {
            "meaning": row["meaning"][:1].upper() + row["meaning"][1:],
            "projects": row["projects"],
            "id": f"chinese.{row['known']}" if row["projects"] else "",
            "cost": money_text(row["cost_musd"]),
            "documented": money_text(row["documented_musd"]),
            "estimated": money_text(row["estimated_musd"]),
        }
        for row in counts
    ]
    return {"counts": listed, "projects": told}


def money_text(musd: float) -> str:
    """Write an amount in million USD; nothing where none is known."""
    return number(musd, places=0) if musd else ""


def weak_groups(tables: Tables) -> list[Row]:
    """Return the weaknesses by kind, with how to mend them."""
    groups: dict[str, Row] = {}
    for row in sections.rows_of(tables, "weaknesses"):
        group = groups.setdefault(
            str(row["kind"]),
            {"kind": row["kind"], "label": row["label"], "mend": typeset(str(row["mend"])), "rows": []},
        )
        told = {"name": typeset(str(row["name"])), "detail": typeset(str(row["detail"]))}
        group["rows"].append({**row, **told})
    return list(groups.values())


def mirror_table(tables: Tables) -> Row | None:
    """Return the series of trade as heads and cells; None when the bundle has none."""
    rows = sections.rows_of(tables, "series")
    if not rows:
        return None
    columns = (
        ("partner_name", "Partner", False),
        ("year", "Year", True),
        ("china_busd", "China’s count, billion USD", True),
        ("partner_busd", "Partner’s count, billion USD", True),
        ("gap_busd", "Gap, billion USD", True),
        ("gap_share", "Gap, share of China’s count", True),
    )
    shown = [column for column in columns if column[0] in rows[0]]
    sides = ("china_busd", "partner_busd")
    counted = [row[side] for row in rows for side in sides if side in row and not is_missing(row[side])]
    largest = max(counted, default=1.0) or 1.0
    made = []
    bars = []
    for row in rows:
        # A bar that nobody counted is left out: an empty one would read as nothing traded.
        bars.append(
            [
                {
                    "kind": side.removesuffix("_busd"),
                    "width": round(100 * max(0.0, row[side]) / largest, 2),
                    "spoken": f"{'China’s' if side == 'china_busd' else 'partner’s'} count {cell_text(row[side])}",
                }
                for side in sides
                if side in row and not is_missing(row[side])
            ]
        )
        cells = []
        for name, _, numeric in shown:
            value = row[name]
            side = name.removesuffix("_busd")
            text = (
                share_text(value)
                if name == "gap_share"
                else plain(value)
                if name == "year"
                else cell_text(value)
            )
            cells.append(
                {
                    "text": text if numeric else typeset(str(value)),
                    "num": numeric,
                    "raw": "" if is_missing(value) else value,
                    "basis": str(row.get(f"{side}_basis") or ""),
                    # A sum of two counts names the source of each.
                    "source_ids": str(row.get(f"{side}_source_id") or "").split(";"),
                }
            )
        made.append(cells)
    return {
        "heads": [{"label": label, "num": numeric} for _, label, numeric in shown],
        "rows": list(zip(made, bars, strict=True)),
    }


def cell_text(value: Any) -> str:
    """Write a number of billions; nothing where nobody counted."""
    return "" if is_missing(value) else number(value, places=2)


def share_text(value: Any) -> str:
    """Write a share in per cent; nothing where it is not known."""
    return "" if is_missing(value) else f"{number(100 * value, places=0)} %"
