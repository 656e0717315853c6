"""The page of ``torugart break``: one closure without and with a project, or all gates ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from torugart.report import sections
from torugart.report.html import TRADE_BASES, render_page
from torugart.report.numerals import is_missing, number, plain
from torugart.report.strips import Scale, axis, bar, before_after, scale_for

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
MOST_ROWS = 12
# label, column, times, decimals, whether a figure of the bundle holds it
FACTS = (
    ("Passes in usual days, thousand t", "used_t", 1e-3, 0, False),
    ("Waits for the reopening, thousand t", "waiting_t", 1e-3, 0, True),
    ("Goes round, thousand t", "diverted_t", 1e-3, 0, True),
    ("In line at other full gates at the end, thousand t", "beyond_t", 1e-3, 0, True),
    ("Not past the border when it reopens, %", "unserved_share", 100, 0, False),
    ("Mean wait of those who wait, days", "wait_days", 1, 1, False),
    ("Lost, thousand box-days", "box_days", 1e-3, 1, True),
    ("Users’ loss, million USD", "loss_musd", 1, 1, True),
    ("Days until the line has cleared", "after_days", 1, 1, False),
    ("Wait of those who come meanwhile, million USD", "after_musd", 1, 1, True),
)


def write_closure_page(tables: Tables, manifest: Mapping[str, Any]) -> str:
    """Return the page on one closure, or on all gates, as the text of one HTML file.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        closure, losses and gates; or ranking.
    manifest : mapping
        That of the bundle.
    """
    asked = manifest["asked"]
    project = str(asked["with_project"])
    labels = {"without": "without" if project else "", "with": f"with {project}"}
    closure = tables["closure"] if "closure" in tables else pd.DataFrame({"side": []})
    sides = [{"side": side, "label": labels[side]} for side in closure["side"]]
    losses = sections.rows_of(tables, "losses")
    countries, country_axis = loss_rows(losses, "country", sides)
    classes, class_axis = loss_rows(losses, "class", sides)
    gates, gate_axis = gate_groups(tables, sides)
    ranking, ranking_axis = ranking_rows(tables)
    setting = [
        {"term": "From", "text": str(asked["start"])},
        {"term": "Days", "text": plain(asked["days"])},
        {"term": "Trade", "text": TRADE_BASES[asked["trade_base"]]},
        {"term": "Second way", "text": project},
    ]
    return render_page(
        "closure.html.j2",
        manifest,
        kind="Disruption",
        setting=[item for item in setting if item["text"]],
        method="docs/methods/break.md",
        days=plain(asked["days"]),
        per_year=plain(asked["per_year"]),
        project=project,
        sides=sides,
        facts=fact_rows(closure, labels) if len(closure) else [],
        countries=countries,
        country_axis=country_axis,
        classes=classes,
        class_axis=class_axis,
        gates=gates,
        gate_axis=gate_axis,
        ranking=ranking,
        ranking_axis=ranking_axis,
        ranking_with="ranking" in tables and "musd_with" in tables["ranking"],
    )


def fact_rows(closure: pd.DataFrame, labels: Mapping[str, str]) -> list[Row]:
    """Return what happens in the closure, a value for each side."""
    rows = []
    for label, column, times, places, is_figure in FACTS:
        values = [
            {
                "label": labels[row["side"]],
                "text": "" if is_missing(row[column]) else number(times * row[column], places=places),
                "id": f"break.{row['side']}.{column}" if is_figure and not is_missing(row[column]) else "",
            }
            for row in closure.to_dict("records")
        ]
        rows.append({"label": label, "values_": values})
    return rows


def loss_rows(losses: list[Row], kind: str, sides: list[Row]) -> tuple[list[Row], Any]:
    """Return who loses most, with a strip each, and the axis of the strips; the small ones are summed."""
    by_key: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for row in losses:
        if row["kind"] == kind:
            by_key.setdefault(str(row["key"]), {})[str(row["side"])] = float(row["musd"])
            names[str(row["key"])] = str(row["name"])
    order = sorted(by_key, key=lambda key: (-abs(by_key[key].get("without", 0.0)), key))
    shown, rest = order[:MOST_ROWS], order[MOST_ROWS:]
    told = [(names[key], by_key[key], f"{kind}.{key}") for key in shown]
    if rest:
        sums = {s["side"]: sum(by_key[k].get(s["side"], 0.0) for k in rest) for s in sides}
        told.append((f"{len(rest)} others", sums, ""))
    scale = scale_for(v for _, values, _ in told for v in values.values())
    rows = []
    for name, values, key in told:
        cells = [values.get(s["side"], 0.0) for s in sides]
        rows.append(
            {
                "name": name,
                "values_": [
                    {"text": number(v, places=2), "id": f"break.{s['side']}.{key}" if key else ""}
                    for v, s in zip(cells, sides, strict=True)
                ],
                "strip": loss_strip(scale, cells, name),
            }
        )
    return rows, axis(scale, "million USD")


def loss_strip(scale: Scale, values: list[float], name: str) -> Any:
    """Draw a loss as a bar, or both losses as a ring and a dot."""
    spoken = f"{name}: " + ", ".join(f"{number(v, places=2)} million USD" for v in values)
    if len(values) == 1:
        return bar(scale, values[0], None, None, spoken)
    return before_after(scale, values[0], values[1], None, None, spoken)


def gate_groups(tables: Tables, sides: list[Row]) -> tuple[list[Row], Any]:
    """Return the gates whose traffic changes most, side by side."""
    if "gates" not in tables:
        return [], ""
    groups: list[Row] = []
    gates = tables["gates"]
    scale = scale_for([*(gates["t_per_day_before"] / 1000), *(gates["t_per_day_in"] / 1000)])
    for side in sides:
        mine = gates[gates["side"] == side["side"]].head(MOST_ROWS)
        rows = [
            {
                "name": g["name"],
                "before": number(g["t_per_day_before"] / 1000, places=1),
                "during": number(g["t_per_day_in"] / 1000, places=1),
                "hours": ""
                if is_missing(g["hours_added"])
                else number(g["hours_added"], places=1, sign=True),
                "strip": before_after(
                    scale,
                    g["t_per_day_before"] / 1000,
                    g["t_per_day_in"] / 1000,
                    None,
                    None,
                    f"{g['name']}: {number(g['t_per_day_before'] / 1000, places=1)} thousand tonnes a day in usual days, "
                    f"{number(g['t_per_day_in'] / 1000, places=1)} in the closure",
                ),
            }
            for g in mine.to_dict("records")
        ]
        if rows:
            groups.append({"label": side["label"], "rows": rows})
    return groups, axis(scale, "thousand tonnes a day")


def ranking_rows(tables: Tables) -> tuple[list[Row], Any]:
    """Return all gates by what their closure costs."""
    rows = sections.rows_of(tables, "ranking")
    if not rows:
        return [], ""
    scale = scale_for(v for r in rows for v in (r["musd_without"], r.get("musd_with")))
    made = []
    for r in rows:
        with_ = r.get("musd_with")
        cells = [float(r["musd_without"])] + ([] if with_ is None else [float(with_)])
        made.append(
            {
                "name": r["name"],
                "load": number(r["t_per_day"] / 1000, places=1),
                "raw_load": r["t_per_day"],
                "loss": number(r["musd_without"], places=1),
                "raw": r["musd_without"],
                "loss_with": "" if with_ is None else number(with_, places=1),
                "raw_with": with_,
                "late": ""
                if is_missing(r["unserved_share"])
                else f"{number(100 * r['unserved_share'], places=0)} %",
                "strip": loss_strip(scale, cells, str(r["name"])),
            }
        )
    return made, axis(scale, "million USD")
