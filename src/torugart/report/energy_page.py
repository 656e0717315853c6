"""The page on a year of gas: what a project changes, where gas flows, the months, and what is missed when something is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from torugart.report import sections
from torugart.report.atlas import base_map, frame, line_path, view_box
from torugart.report.html import render_page, source_list
from torugart.report.numerals import is_missing, number, percent, plain, span, typeset
from torugart.report.strips import Scale, axis, bar, before_after, scale_for
from torugart.report.volume_chart import volume_chart
from torugart.report.volumes_page import milestone_points

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# In the order in which readers ask.
MEASURES = ("served", "short", "through", "output", "fuel")
WIDEST = 9.0  # pixels of the line that carries most
THINNEST = 0.7
LEAST_SHOWN = 5e-3  # bcm
CHANGED = 0.05  # bcm a year of a line, from which its change is drawn
FULL = 0.99
SHOWN_LINES = 40
CHART_HEIGHT, CHART_TOP, CHART_FOOT = 150, 8, 20


def write_energy_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page as the text of one HTML file.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As ``appraise_energy`` or ``report_energy`` make them; a section whose table lacks is left out.
    manifest : mapping
        That of the bundle.
    """
    asked = manifest["asked"]
    project, unit = str(asked.get("project", "")), str(asked["unit"])
    sources = source_list(tables)
    months = sections.rows_of(tables, "energy_months")
    losses = sections.rows_of(tables, "energy_losses")
    setting = [
        {"term": "Year of the record", "text": str(asked["year"])},
        {"term": "Draws", "text": str(asked["draws"])},
        {"term": "More output", "text": ", ".join(asked["output"])},
    ]
    return render_page(
        "energy.html.j2",
        manifest,
        kind="Gas by month" if unit == "bcm" else "Crude by month",
        unit=unit,
        word="gas" if unit == "bcm" else "crude",
        setting=[item for item in setting if item["text"]],
        method="docs/methods/energy_balance.md",
        project=project,
        compared=bool(project),
        changes=change_groups(tables, unit),
        countries=country_rows(tables),
        map=flow_map(tables, unit),
        charts=month_charts(months, tables),
        losses=loss_rows(losses, unit),
        mends=[
            r
            | {
                "short": number(r["short_bcm"], places=2),
                "with_": number(r["short_with_bcm"], places=2),
                "month_name": MONTHS[int(r["month"]) - 1],
            }
            for r in sections.rows_of(tables, "energy_mends")
        ],
        more=[
            {
                "country": r["country"],
                "more": number(r["more"], places=1),
                "brings": number(r["brings"], places=1),
            }
            for r in sections.rows_of(tables, "energy_more_output")
        ],
        carbon=[
            {
                "label": typeset(str(r["label"])),
                "value": number(_moved(r["mt_co2e"]), places=2, sign=True),
                "span": span(_moved(r["lo"]), _moved(r["hi"]), places=2, sign=True),
                "id": f"carbon.{r['quantity']}",
            }
            for r in sections.rows_of(tables, "energy_carbon")
        ],
        plant=[
            {
                "label": typeset(str(r["label"])),
                "value": f"{number(r['value'], places=2)} {r['unit']}",
                "span": span(r["lo"], r["hi"], places=2),
                "id": f"plant.{r['quantity']}",
            }
            for r in sections.rows_of(tables, "energy_plant")
        ],
        products=[
            {
                "side": str(r["side"]),
                "country": str(r["country"]),
                "left": number(r["left_mt"], places=1, sign=True),
                "span": span(r["left_lo"], r["left_hi"], places=1, sign=True),
            }
            for r in sections.rows_of(tables, "energy_products")
            if not is_missing(r["left_mt"])
        ],
        lines=line_rows(tables, bool(project)),
        in_all=in_all_charts(tables),
        volumes=[
            {
                "item": r["item"],
                "amount": number(r["amount"], places=2),
                "span": span(r["lo"], r["hi"], places=2) if r["lo"] < r["hi"] else "",
                "year": r["year"],
                "how": typeset(str(r["how"])),
                "source_ids": [s for s in str(r["source_id"]).split(";") if s],
            }
            for r in sections.rows_of(tables, "volumes")
        ],
        record=sections.rows_of(tables, "record"),
        claims=sections.claims_section(tables),
        sources=list(sources.values()),
        source_of=sources,
    )


def change_groups(tables: Tables, unit: str) -> list[Row]:
    """What each country gets, lacks, makes and lets through, without and with the project; what does not change is left out."""
    groups = []
    rows = sections.rows_of(tables, "energy_countries")
    for measure in MEASURES:
        mine = [r for r in rows if r["measure"] == measure and "change" in r]
        moved = [r for r in mine if max(abs(r["change"]), abs(r["lo"]), abs(r["hi"])) >= CHANGED]
        if not moved:
            continue
        scale = scale_for([v for r in moved for v in (r["without"], r["with_project"])])
        groups.append(
            {
                "label": str(moved[0]["label"]),
                "axis": axis(scale, unit),
                "rows": [
                    {
                        "country": r["country"],
                        "without": number(r["without"], places=2),
                        "with_": number(r["with_project"], places=2),
                        "change": number(_moved(r["change"]), places=2, sign=True),
                        "span": span(_moved(r["lo"]), _moved(r["hi"]), places=2, sign=True)
                        if r["lo"] < r["hi"]
                        else "",
                        "id": f"energy.{str(r['iso3']).lower()}.{measure}",
                        "strip": before_after(
                            scale, r["without"], r["with_project"], None, None,
                            f"{r['country']}: {r['without']:.2f} without, {r['with_project']:.2f} with",
                        ),
                    }
                    for r in moved
                ],
            }
        )  # fmt: skip
    return groups


def _moved(value: Any) -> float:
    """A change, or nothing where it is what the solver leaves."""
    return 0.0 if abs(float(value)) < LEAST_SHOWN else float(value)


def country_rows(tables: Tables) -> Row | None:
    """What each country uses, is short of, makes, gets and sends in a year without a project to compare."""
    rows = sections.rows_of(tables, "countries")
    if not rows:
        return None
    known = {(r["country"], r["measure"]): r for r in sections.rows_of(tables, "intervals")}
    scale = scale_for([r["demand_bcm"] for r in rows])
    made = []
    for r in rows:
        reach = known.get((r["country"], "short_bcm"))
        made.append(
            {
                "name": r["name"],
                "demand": number(r["demand_bcm"], places=2),
                "short": number(r["short_bcm"], places=2) if r["short_bcm"] >= LEAST_SHOWN else "–",
                "short_span": ""
                if reach is None or reach["hi"] < LEAST_SHOWN
                else span(reach["lo"], reach["hi"], places=1),
                "output": number(r["output_bcm"], places=2),
                "arrives": number(r["arrives_bcm"], places=2),
                "leaves": number(r["leaves_bcm"], places=2),
                "through": number(r["through_bcm"], places=2),
                "id": f"gas.{str(r['country']).lower()}.short_bcm",
                "strip": bar(
                    scale, r["demand_bcm"], None, None, f"{r['name']}: {r['demand_bcm']:.1f} bcm used"
                ),
            }
        )
    return {"rows": made, "axis": axis(scale, "bcm")}


def flow_map(tables: Tables, unit: str) -> Row | None:
    """The base map with every line as wide as what it carries, full ones and those that change told apart."""
    lines = tables.get("energy_lines")
    if lines is None or lines.empty:
        return None
    lines = lines.dropna(subset=["lon_a", "lat_a", "lon_b", "lat_b"])
    lines = lines[~lines["is_made"].astype(bool)]
    # Strings beside one another between the same two stations are drawn as one.
    lines = lines.groupby(["from_node", "to_node"], as_index=False, sort=True).agg(
        name=("name", "first"), carries_without=("carries_without", "sum"), carries_with=("carries_with", "sum"),
        change=("change", "sum"), full=("full_with", "max"),
        lon_a=("lon_a", "first"), lat_a=("lat_a", "first"), lon_b=("lon_b", "first"), lat_b=("lat_b", "first"),
    )  # fmt: skip
    xa, ya = frame().place(lines["lon_a"], lines["lat_a"])
    xb, yb = frame().place(lines["lon_b"], lines["lat_b"])
    most = max(float(lines["carries_with"].max()), float(lines["carries_without"].max()), 1e-9)
    drawn = []
    for i, r in enumerate(lines.to_dict("records")):
        carried = float(r["carries_with"])
        kind = "idle" if carried < LEAST_SHOWN else "full" if r["full"] >= FULL else "flows"
        if abs(r["change"]) >= CHANGED:
            kind = "more" if r["change"] > 0 else "less"
        told = f"{number(carried, places=2)} {unit} a year"
        if abs(r["change"]) >= LEAST_SHOWN:
            told += f", {number(r['change'], places=2, sign=True)}"
        if r["full"] >= FULL and carried >= LEAST_SHOWN:
            told += "; full in its fullest month"
        drawn.append(
            {
                "d": line_path(np.array([xa[i], xb[i]]), np.array([ya[i], yb[i]])),
                "w": round(
                    max(THINNEST, WIDEST * (max(carried, float(r["carries_without"])) / most) ** 0.5), 1
                ),
                "kind": kind,
                "name": typeset(f"{r['name']}, {r['from_node']} to {r['to_node']}"),
                "told": told,
            }
        )
    carries = np.array(
        [r["carries_with"] + r["carries_without"] >= LEAST_SHOWN for r in lines.to_dict("records")]
    )
    view = view_box(
        np.concatenate([xa[carries], xb[carries]]), np.concatenate([ya[carries], yb[carries]]), 1.08
    )
    names = [n for n in base_map()["names"] if n["kind"] == "country" and n["rank"] == 1]
    kinds = {d["kind"] for d in drawn}
    legend = (
        ("flows", "carries something"), ("full", "full in its fullest month"), ("more", "carries more with the project"),
        ("less", "carries less with the project"), ("idle", "carries nothing"),
    )  # fmt: skip
    return {
        **{key: value for key, value in base_map().items() if key != "names"},
        "names": names,
        "view": view,
        "k": round(view[2] / 1000, 4),
        "lines": sorted(drawn, key=lambda d: (d["kind"] != "idle", d["w"])),
        "legend": [{"kind": k, "label": w} for k, w in legend if k in kinds],
    }


def month_charts(months: Sequence[Row], tables: Tables) -> list[Row]:
    """A chart a country: what it gets, lacks and makes by month, and what it got without the project."""
    names = {r["iso3"]: r["country"] for r in sections.rows_of(tables, "energy_countries")}
    names |= {r["country"]: r["name"] for r in sections.rows_of(tables, "countries")}
    found = []
    for iso3 in sorted({str(r["country"]) for r in months}):
        mine = [r for r in months if r["country"] == iso3]
        if sum(r["demand"] for r in mine) < LEAST_SHOWN:
            continue
        shown = [r for r in mine if r.get("side", "with") == "with"]
        before = [r for r in mine if r.get("side") == "without"]
        found.append(
            {"name": names.get(iso3, iso3), "chart": _month_chart(shown, before, str(names.get(iso3, iso3)))}
        )
    return found


def _month_chart(shown: Sequence[Row], before: Sequence[Row], name: str) -> Markup:
    """Columns of gas got and of gas short above, a mark for what is made at home, a dashed one for what was got before."""
    by_month = {int(r["month"]): r for r in shown}
    scale = scale_for([r["demand"] for r in shown], ticks=3)
    step = (100 - 9.0) / 12

    def up(value: float) -> float:
        share = (value - scale.low) / (scale.high - scale.low)
        return CHART_TOP + (CHART_HEIGHT - CHART_TOP - CHART_FOOT) * (1 - share)

    body = [_level_lines(scale, up)]
    got_before = {int(r["month"]): r["demand"] - r["short"] for r in before}
    for m in range(1, 13):
        r = by_month[m]
        got = r["demand"] - r["short"]
        x, width = 9.0 + (m - 1) * step + 0.12 * step, 0.76 * step
        body.append(_column("got", x, width, up(got), up(0.0)))
        if r["short"] >= LEAST_SHOWN:
            body.append(_column("lacks", x, width, up(r["demand"]), up(got)))
        if 0 < r["output"] <= scale.high:
            body.append(_level("made", x, width, up(float(r["output"]))))
        if m in got_before and abs(got_before[m] - got) >= LEAST_SHOWN:
            body.append(_level("before", x, width, up(got_before[m])))
        label = MONTHS[m - 1][0]
        body.append(
            f'<text x="{x + width / 2:.2f}%" y="{CHART_HEIGHT - 5}" text-anchor="middle">{label}</text>'
        )
    lacking = sum(r["short"] for r in shown)
    spoken = (
        f"{name}: gas used by month, {sum(r['demand'] for r in shown):.1f} bcm a year, {lacking:.2f} short"
    )
    return Markup(
        f'<svg class="yearchart monthchart" height="{CHART_HEIGHT}" role="img" aria-label="{escape(spoken)}">{"".join(body)}</svg>'
    )


def _level_lines(scale: Scale, up: Any) -> str:
    parts = []
    for tick in scale.ticks:
        kind = ' class="zero"' if tick == 0 else ""
        parts.append(f'<line{kind} x1="9%" x2="100%" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>')
        parts.append(f'<text x="8%" y="{up(tick) + 4:.1f}" text-anchor="end">{escape(plain(tick))}</text>')
    return f'<g class="grid">{"".join(parts)}</g>'


def _column(kind: str, x: float, width: float, top: float, bottom: float) -> str:
    return f'<rect class="{kind}" x="{x:.2f}%" width="{width:.2f}%" y="{top:.1f}" height="{max(bottom - top, 0):.1f}"/>'


def _level(kind: str, x: float, width: float, y: float) -> str:
    return f'<line class="{kind}" x1="{x:.2f}%" x2="{x + width:.2f}%" y1="{y:.1f}" y2="{y:.1f}"/>'


def in_all_charts(tables: Tables) -> list[Row]:
    """The volume delivered in all between countries with its published milestones, a chart a pair."""
    totals, marks = sections.rows_of(tables, "cumulative"), sections.rows_of(tables, "milestones")
    charts = []
    for pair in dict.fromkeys((m["supplier"], m["buyer"]) for m in marks):
        mine = [m for m in marks if (m["supplier"], m["buyer"]) == pair]
        spoken = f"{mine[0]['pair']}: gas delivered in all, {len(mine)} published milestones"
        charts.append(
            {
                "name": mine[0]["pair"],
                "chart": volume_chart(
                    [r for r in totals if (r["supplier"], r["buyer"]) == pair], milestone_points(mine), spoken
                ),
            }
        )
    return charts


def loss_rows(losses: Sequence[Row], unit: str) -> Row | None:
    """The worst elements at their worst months: what is short then, and with the project where one is asked about."""
    if not losses:
        return None
    key = "short_without" if "short_without" in losses[0] else "short_bcm"
    scale = scale_for([r[key] for r in losses])
    rows = []
    for r in losses:
        with_ = r.get("short_with")
        spoken = f"{r['element']}: {r[key]:.2f} {unit} short"
        rows.append(
            {
                "element": str(r["element"]),
                "label": typeset(str(r["label"])),
                "month": MONTHS[int(r["month"]) - 1],
                "short": number(r[key], places=2),
                "with_": "" if is_missing(with_) else number(with_, places=2),
                "who": typeset(str(r.get("who", ""))),
                "strip": bar(scale, r[key], None, None, spoken)
                if is_missing(with_)
                else before_after(
                    scale, r[key], with_, None, None, f"{spoken}, {with_:.2f} with the project"
                ),
            }
        )
    return {"rows": rows, "axis": axis(scale, unit)}


def line_rows(tables: Tables, compared: bool) -> list[Row]:
    """The lines that carry most or change most, as a table."""
    rows = [r for r in sections.rows_of(tables, "energy_lines") if not r["is_made"]]
    rows.sort(key=lambda r: (-abs(r["change"]) if compared else 0.0, -r["carries_with"], str(r["line"])))
    return [
        {
            "name": typeset(str(r["name"])),
            "line": r["line"],
            "ends": f"{r['from_node']} – {r['to_node']}",
            "without": number(r["carries_without"], places=2),
            "with_": number(r["carries_with"], places=2),
            "change": number(r["change"], places=2, sign=True) if abs(r["change"]) >= LEAST_SHOWN else "",
            "full": "" if is_missing(r["full_with"]) else percent(r["full_with"]),
            "capacity": "" if is_missing(r["capacity"]) else number(r["capacity"]),
        }
        for r in rows[:SHOWN_LINES]
    ]
