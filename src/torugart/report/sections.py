"""The sections of the report as plain rows: what the template prints, formatted, with nothing newly computed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from torugart.report import strips
from torugart.report.numerals import (
    NOTHING,
    is_missing,
    megatonnes,
    number,
    percent,
    percent_span,
    plain,
    plain_span,
    sized,
    sized_span,
    span,
    typeset,
    unit_words,
)

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]
FIRST_CLASS = "manufactures"  # the class shown first; the headline speaks of it
GATES_SHOWN = 24
CORRIDORS_SHOWN = 16


def rows_of(tables: Tables, name: str) -> list[Row]:
    """Return the rows of a table, or none when the bundle lacks it."""
    table = tables.get(name)
    return [] if table is None or table.empty else table.to_dict("records")


def class_names(tables: Tables) -> dict[str, str]:
    """Return the classes in the order shown, id to name."""
    names = {str(row["class_id"]): str(row["name"]) for row in rows_of(tables, "benefits_class")}
    for row in rows_of(tables, "pairs"):
        names.setdefault(str(row["class_id"]), str(row["class_id"]).replace("_", " ").capitalize())
    return dict(sorted(names.items(), key=lambda item: (item[0] != FIRST_CLASS, item[1])))


def figure_ids(tables: Tables) -> Callable[..., str]:
    """Return a lookup that gives a figure id back if the bundle has it, and nothing otherwise."""
    known = set(tables["figures"]["figure_id"]) if "figures" in tables else set()

    def known_id(*parts: str) -> str:
        name = ".".join(parts)
        return name if name in known else ""

    return known_id


def change(value: Any, digits: int = 3, places: int | None = None) -> str:
    """Write a change: signed, and a change of zero as 0."""
    return number(value, digits, sign=True, places=places)


def project_gates(tables: Tables) -> list[Row]:
    """Return the gates that carry nothing without the project and something with it."""
    return [row for row in rows_of(tables, "gates") if row["t_without"] == 0 and row["t_with"] > 0]


def pairs_section(tables: Tables) -> Row:
    """Return the chart rows and table rows of the pairs, by class."""
    names, known = class_names(tables), figure_ids(tables)
    switches = switching_values(tables)
    pairs = rows_of(tables, "pairs")
    groups = []
    rows: list[Row] = []
    for class_id, name in names.items():
        own = sorted(
            (p for p in pairs if p["class_id"] == class_id), key=lambda p: (p["days_without"], p["pair_id"])
        )
        if not own:
            continue
        made = [pair_row(pair, known, switches, name) for pair in own]
        rows += made
        groups.append({"id": class_id, "name": name, **pair_charts(own, made)})
    moved = [p for p in pairs if p.get("way_without") != p.get("way_with")]
    return {
        "groups": groups,
        "rows": rows,
        "classes": [{"id": g["id"], "name": g["name"], "count": len(g["chart"])} for g in groups],
        "moved": len(moved),
        "moved_pairs": len({p["pair_id"] for p in moved}),
        "moved_by_class": [
            {
                "name": g["name"],
                "moved": sum(p["class_id"] == g["id"] for p in moved),
                "all": len(g["chart"]),
            }
            for g in groups
        ],
        "all_pairs": len({p["pair_id"] for p in pairs}),
        "all": len(pairs),
        "base_hours": sorted({number(base, places=1).removesuffix(".0") for base in switches["bases"]}),
    }


def pair_charts(pairs: list[Row], made: list[Row]) -> Row:
    """Return the axes and strips of a class: days before and after, the changes around zero, the share."""
    scales = {
        "days": strips.scale_for([p[f"days_{side}"] for p in pairs for side in ("without", "with")], ticks=3),
        "share": strips.Scale(0.0, 100.0, (0.0, 50.0, 100.0)),
    }
    for what in ("d_days", "d_usd"):
        scales[what] = strips.scale_for(
            [p[f"{what}{end}"] for p in pairs for end in ("", "_lo", "_hi")], ticks=3
        )
    drawn = []
    for pair, row in zip(pairs, made, strict=True):
        without, with_ = pair["days_without"], pair["days_with"]
        spoken = f"{number(without)} days without, {number(with_)} with"
        strip: Row = {
            "pair": row,
            "days": strips.before_after(scales["days"], without, with_, None, None, spoken),
        }
        for what, unit in (("d_days", "days"), ("d_usd", "USD per FEU")):
            ends = (pair[f"{what}_lo"], pair[f"{what}_hi"])
            spoken = (
                f"change {change(pair[what])} {unit}, 90 % interval {span(*ends, sign=True) or 'not drawn'}"
            )
            strip[what] = strips.change(scales[what], pair[what], *ends, spoken)
        share, ends = pair["project_share"], (pair["project_share_lo"], pair["project_share_hi"])
        middle, low, high = (None if is_missing(v) else 100 * v for v in (share, *ends))
        strip["share"] = strips.dot(scales["share"], middle, low, high, f"share {percent(share)}")
        drawn.append(strip)
    return {
        "chart": drawn,
        **{f"axis_{what}": strips.axis(scale, what, most=3) for what, scale in scales.items()},
    }


def switching_values(tables: Tables) -> dict[Any, Any]:
    """Return the switching values by pair and class, and the hours they are held against."""
    found: dict[Any, Any] = {"bases": set()}
    for row in rows_of(tables, "switching"):
        key = "days" if "equal days" in row["quantity"] else "cost"
        found[(row["pair_id"], row["class_id"], key)] = row
        if not is_missing(row["base"]):
            found["bases"].add(row["base"])
    return found


def switch_words(value: Any, base: Any) -> str:
    """Say at which hours at the borders the way through the project would be the best."""
    if is_missing(value):
        return NOTHING
    if value < 0:
        return "no stop is short enough"
    words = f"at {number(value, places=1 if value < 10 else 0)}\u202fh or less"
    return words if is_missing(base) else f"{words} (assumed {number(base, 3).removesuffix('.0')}\u202fh)"


def pair_row(pair: Row, known: Callable[..., str], switches: Mapping[Any, Any], class_name: str) -> Row:
    """Return a row of the table of pairs."""
    key = (pair["pair_id"], pair["class_id"])
    stem = ("pair", *key)
    cost, days = switches.get((*key, "cost"), {}), switches.get((*key, "days"), {})
    same = pair.get("way_without") == pair.get("way_with") or not (
        pair["d_km"] or pair["d_days"] or pair["d_usd"]
    )
    row: Row = {
        "class_id": pair["class_id"],
        "class_name": class_name,
        "name": f"{pair['origin_name']} \u2192 {pair['destination_name']}",
        "reason": typeset(str(pair.get("reason") or "")),
        "moved": not same,
        "way_without": way_words(pair, "without"),
        "way_with": "the same" if same else way_words(pair, "with"),
        "share": percent(pair["project_share"]),
        "share_span": percent_span(pair["project_share_lo"], pair["project_share_hi"]),
        "prob": percent(pair["prob_best"]),
        "gap": change(pair["gap_usd"], places=0),
        "switch": switch_words(pair["switch_h"], cost.get("base")),
        "switch_days": switch_words(days.get("switch_value"), days.get("base")) if days else "",
        "never": pair["switch_h"] < 0 and days.get("switch_value", 0) < 0,
        "raw": {
            k: pair[k] for k in ("days_without", "days_with", "d_days", "usd_without", "d_usd", "km_without")
        }
        | {"share": pair["project_share"], "prob": pair["prob_best"], "gap": pair["gap_usd"]}
        | {"switch": pair["switch_h"]},
    }
    for what, places in (("days", 1), ("p95_days", 1), ("usd", 0)):
        for side in ("without", "with"):
            row[f"{what}_{side}"] = number(pair[f"{what}_{side}"], places=places)
    for what in ("km", "co2_kg"):
        row[f"{what}_without"] = number(pair[f"{what}_without"], places=0)
        row[f"{what}_with"] = number(pair[f"{what}_with"], places=0)
    row["d_km"] = change(pair["d_km"], places=0)
    row["d_days"], row["d_usd"] = change(pair["d_days"], places=1), change(pair["d_usd"], places=0)
    row["d_days_span"] = span(pair["d_days_lo"], pair["d_days_hi"], sign=True, places=1)
    row["d_usd_span"] = span(pair["d_usd_lo"], pair["d_usd_hi"], sign=True, places=0)
    for key_ in (
        "days_without",
        "days_with",
        "d_days",
        "usd_without",
        "usd_with",
        "d_usd",
        "gap_usd",
        "switch_h",
    ):
        row[f"id_{key_}"] = known(*stem, key_)
    row["id_share"], row["id_prob"] = known(*stem, "project_share"), known(*stem, "prob_best")
    return row


def way_words(pair: Row, side: str) -> str:
    """Name a way by its modes and gates."""
    gates, modes = pair.get(f"gates_{side}") or "", pair.get(f"modes_{side}") or ""
    modes = modes.replace(" > ", " \u2192 ")
    gates = gates.replace(" > ", " \u2192 ")
    return f"{modes}: {gates}" if gates else f"{modes}, no land border"


def rail_only_section(tables: Tables) -> list[Row]:
    """Return the pairs on railways only, the largest change of length first, those without a railway last."""
    names = class_names(tables)
    rows = []
    for row in rows_of(tables, "rail_only"):
        made: Row = {"name": f"{row['origin_name']} \u2192 {row['destination_name']}"}
        made["class_name"] = names.get(str(row.get("class_id")), "")
        for what, places in (("km", 0), ("days", 1), ("usd", 0)):
            without, with_ = row.get(f"{what}_without"), row.get(f"{what}_with")
            ends = [math.nan if is_missing(v) else float(str(v)) for v in (without, with_)]
            moved = ends[1] - ends[0]
            made[what] = {
                "without": number(without, places=places),
                "with": number(with_, places=places),
                "change": change(moved, places=places),
                "raw": [*ends, moved],
            }
        made["none"] = is_missing(row.get("km_without")) and is_missing(row.get("km_with"))
        rows.append(made)
    return sorted(rows, key=lambda made: (made["none"], -abs(made["km"]["raw"][2]), made["name"]))


def queues_section(tables: Tables) -> Row:
    """Return the gates whose capacity is on record: how full, how long the wait, without and with."""
    if "queues" not in tables or tables["queues"].empty:
        return {"rows": []}
    known = figure_ids(tables)
    rows = [
        {
            "name": q["name"],
            "capacity": number(q["capacity_mt"], places=1),
            "full_without": number(100 * q["full_without"], places=0),
            "full_with": number(100 * q["full_with"], places=0),
            "hours_without": number(round(q["hours_without"], 1), places=1, sign=True),
            "hours_with": number(round(q["hours_with"], 1), places=1, sign=True),
            "excess": number(q["excess_mt_with"], places=1) if q["excess_mt_with"] > 0 else "",
            "id": known("queue", q["limit_id"], "hours_with"),
        }
        for q in rows_of(tables, "queues")
    ]
    benefit = tables["figures"].set_index("figure_id").at["benefit.with_queues", "value"]
    seasons = [
        {
            "name": q["name"],
            "months": q["months"],
            "hours_without": number(q["hours_without"], places=1),
            "hours_with": number(q["hours_with"], places=1),
        }
        for q in rows_of(tables, "queues_seasons")
        if q["varies"]
    ]
    fullest = tables["queues"].iloc[0]
    return {
        "rows": rows,
        "fullest": fullest["name"],
        "fullest_id": fullest["element_id"],
        "seasons": seasons,
        "benefit": number(benefit, places=1),
        "id": "benefit.with_queues",
    }


def gates_section(tables: Tables) -> Row:
    """Return the gates by how much their traffic changes: winners and losers in one table."""
    known = figure_ids(tables)
    gates = sorted(rows_of(tables, "gates"), key=lambda g: (-abs(g["d_t"]), g["name"]))
    shown = gates[:GATES_SHOWN]
    ends = [g[k] / 1e6 for g in shown for k in ("d_t", "d_t_lo", "d_t_hi") if not is_missing(g[k])]
    scale = strips.scale_for(ends)
    rows = []
    for gate in gates:
        spoken = f"{gate['name']}: change {megatonnes(gate['d_t'], sign=True)} Mt a year"
        low, high = (None if is_missing(gate[k]) else gate[k] / 1e6 for k in ("d_t_lo", "d_t_hi"))
        rows.append(
            {
                "name": gate["name"],
                "without": megatonnes(gate["t_without"]),
                "with": megatonnes(gate["t_with"]),
                "change": megatonnes(gate["d_t"], sign=True),
                "span": sized_span(low, high, sign=True),
                "raw": {"without": gate["t_without"], "with": gate["t_with"], "change": gate["d_t"]},
                "id": known("gate", gate["crossing_id"], "d_t"),
                "loses": gate["d_t"] < 0,
                "strip": strips.bar(scale, gate["d_t"] / 1e6, low, high, spoken),
            }
        )
    first = rows[:GATES_SHOWN]
    return {
        "rows": first,
        "more": rows[GATES_SHOWN:],
        "axis": strips.axis(scale, "Mt a year"),
        "gain": sum(g["d_t"] > 0 for g in gates),
        "lose": sum(g["d_t"] < 0 for g in gates),
    }


def benefits_section(tables: Tables) -> list[Row]:
    """Return the users' benefit by country, class, corridor and baseline."""
    known = figure_ids(tables)
    groups = []
    for table, key, title, stem in (
        ("benefits_country", "iso3", "By country", "country"),
        ("benefits_class", "class_id", "By class of goods", "class"),
        ("benefits_corridor", "corridor", "By pair of trading countries", "corridor"),
        ("benefits_baseline", "baseline", "By baseline", "baseline"),
    ):
        rows = rows_of(tables, table)
        if not rows:
            continue
        if stem != "baseline":
            rows = sorted(rows, key=lambda r: (-abs(r["musd"]), str(r[key])))
        shown = rows[:CORRIDORS_SHOWN] if stem == "corridor" else rows
        scale = strips.scale_for([r[k] for r in shown for k in ("musd", "lo", "hi")])
        made = []
        for row in rows:
            name = str(row.get("name") or row.get("label") or row[key])
            spoken = f"{name}: {number(row['musd'])} million USD a year"
            made.append(
                {
                    "name": name[:1].upper() + name[1:],
                    "value": sized(row["musd"]),
                    "span": sized_span(row["lo"], row["hi"]) or "central only",
                    "raw": row["musd"],
                    "id": known("benefit", stem, str(row[key])),
                    "loses": row["musd"] < 0,
                    "strip": strips.bar(scale, row["musd"], row["lo"], row["hi"], spoken),
                }
            )
        groups.append(
            {
                "id": stem,
                "title": title,
                "rows": made[: len(shown)],
                "more": made[len(shown) :],
                "axis": strips.axis(scale, "million USD a year"),
            }
        )
    return groups


RELATIONS = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "less than",
    "~": "about",
    "!=": "not",
    "=": "is",
    "==": "is",
}
LONGEST_READING = 40  # letters of a reading's meaning that may stand inside a sentence
VERDICT_MARKS = {
    "holds": ("holds", "\u2713"),
    "holds on another base": ("partly", "\u2248"),
    "does not hold": ("fails", "\u2715"),
    "not yet due": ("open", "\u2026"),
    "cannot be tested": ("open", "?"),
    "not a checkable statement": ("none", "\u2013"),
}


def verdict_mark(verdict: str) -> tuple[str, str]:
    """Return the badge's kind and sign for a verdict; the words stand beside them."""
    for words in sorted(VERDICT_MARKS, key=len, reverse=True):
        if verdict.startswith(words):
            return VERDICT_MARKS[words]
    return ("none", "\u2013")


def claims_section(tables: Tables) -> Row:
    """Return the claims with their verdicts and working, and how many there are of each."""
    rows = []
    counts: dict[str, int] = {}
    order = {words: i for i, words in enumerate(("fails", "partly", "holds", "open", "none"))}
    names = names_of_records(tables)
    for claim in rows_of(tables, "claims"):
        kind, mark = verdict_mark(str(claim["verdict"]))
        working = [entry for entry in read_json(claim.get("working")) if isinstance(entry, dict)]
        tested = [entry for entry in working if not entry.get("missing")]
        verdict = str(claim["verdict"])
        counts[verdict] = counts.get(verdict, 0) + 1
        rows.append(
            {
                **claim,
                "kind": kind,
                "mark": mark,
                "order": order[kind],
                "text": typeset(str(claim["text"])),
                "claimed": claimed_words(claim),
                "reason": typeset(in_words(str(claim.get("reason") or ""), names | short_readings(working))),
                "readings": len(working),
                "working": [working_row(entry, names) for entry in tested],
                "untested": untested_groups(working, names),
            }
        )
    rows.sort(key=lambda row: (row["order"], str(row["claim_id"])))
    listed = [
        {
            "verdict": words,
            "anchor": f"claims-{re.sub('[^a-z0-9]+', '-', words.lower()).strip('-')}",
            "count": counts[words],
            "kind": verdict_mark(words)[0],
            "mark": verdict_mark(words)[1],
        }
        for words in sorted(counts, key=lambda w: order[verdict_mark(w)[0]])
    ]
    return {"rows": rows, "counts": listed}


def names_of_records(tables: Tables) -> dict[str, str]:
    """Return what the bundle calls its sources (by who published them), links and places, by id."""
    names = {str(row["source_id"]): str(row["publisher"]) for row in rows_of(tables, "sources")}
    names |= {str(row["link_id"]): str(row["name"]) for row in rows_of(tables, "links")}
    return names | {str(row["place_id"]): str(row["name"]) for row in rows_of(tables, "places")}


def short_readings(working: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what readings mean, by id, in few words.

    Where the whole meaning is too long for a sentence it is cut at a comma, as long as no two readings become the same.
    """
    notes = {str(entry.get("base_id") or ""): str(entry.get("note") or "") for entry in working}
    cut = {name: shortened(note) for name, note in notes.items()}
    seen = list(cut.values())
    return {
        name: short
        for name, short in cut.items()
        if len(short) <= LONGEST_READING and (short == notes[name] or seen.count(short) == 1) and short
    }


def shortened(note: str) -> str:
    """Leave out the last clauses of a meaning until it fits a sentence or is a single clause."""
    while len(note) > LONGEST_READING and "," in note:
        note = note.rpartition(",")[0]
    return note


def in_words(text: str, names: Mapping[str, str]) -> str:
    """Put names in place of ids, but not inside the address of a cell.

    Ids of a single word are taken for ids only where a way begins and ends: "xian to tehran, least cost".
    """
    ends = re.match(r"([a-z0-9_]+) to ([a-z0-9_]+)(?=,| by )", text)
    if ends and ends[1] in names and ends[2] in names:
        text = f"{names[ends[1]]} to {names[ends[2]]}{text[ends.end() :]}"
    ids = r"(?<![\w/:])[a-z0-9]+(?:_+[a-z0-9]+)+(?![\w/])"
    return re.sub(ids, lambda found: names.get(found[0], found[0]), text)


def untested_groups(working: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Row]:
    """Gather the readings that cannot be tested by what they lack."""
    groups: dict[str, list[str]] = {}
    for entry in working:
        if entry.get("missing"):
            reading = str(entry.get("note") or entry.get("base_id") or "").replace("_", " ")
            groups.setdefault(str(entry["missing"]), []).append(reading)
    return [
        {"missing": typeset(in_words(missing, names)), "readings": readings}
        for missing, readings in groups.items()
    ]


def read_json(text: Any) -> list[Any]:
    """Read a JSON list; an empty or broken cell is an empty list."""
    if not isinstance(text, str) or not text:
        return []
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return []
    return found if isinstance(found, list) else [found]


def claimed_words(claim: Row) -> str:
    """Write what is claimed: relation, value and unit."""
    if plain(claim.get("value")) == NOTHING:
        return ""
    unit = str(claim.get("unit") or "")
    write = percent if unit == "share" else plain
    ends = write(claim.get("value"))
    if plain(claim.get("value_hi")) != NOTHING:
        ends += f" to {write(claim['value_hi'])}"
    said = str(claim.get("relation") or "")
    relation = RELATIONS.get(said, said.replace("_", " "))
    unit = "" if unit in ("date", "share", "text") else unit_words(unit)
    return " ".join(part for part in (relation, ends, unit) if part)


def working_row(entry: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """Return the working of one reading of a claim."""
    passes = entry.get("passes")
    unit = str(entry.get("unit") or "")
    shown = entry.get("shown") or ""
    if not shown and plain(entry.get("mid")) != NOTHING:
        ends = [plain(entry.get(k)) for k in ("lo", "hi")]
        shown = plain(entry["mid"]) + ("" if ends[0] == ends[1] else f" ({ends[0]} to {ends[1]})")
        shown += "" if unit in ("", "1") else f" {unit}"
    return {
        "base": str(entry.get("base_id") or "").replace("_", " "),
        "note": typeset(str(entry.get("note") or "")),
        "shown": typeset(str(shown)),
        "verdict": "passes" if passes is True else "does not pass" if passes is False else "not tested",
        "kind": "holds" if passes is True else "fails" if passes is False else "open",
        "how": entry.get("kind") or "",
        "steps": [typeset(in_words(str(step), names)) for step in entry.get("steps") or []],
        "cells": [str(cell) for cell in entry.get("cells") or []],
        "rivals": [
            {**rival, "shown": typeset(str(rival.get("shown") or ""))}
            for rival in entry.get("rivals") or []
            if isinstance(rival, dict)
        ],
    }


def weak_section(tables: Tables) -> Row:
    """Return what the total hangs on, the assumptions and the rival values."""
    drivers = [row for row in rows_of(tables, "drivers") if row["quantity"] == "benefit.total"]
    quantities = sorted(
        (d for d in drivers if d.get("kind", "quantity") == "quantity"), key=lambda d: d["rank"]
    )
    groups = sorted((d for d in drivers if d.get("kind") == "group"), key=lambda d: -d["share"])
    return {
        "quantities": driver_rows(quantities),
        "groups": driver_rows(groups),
        "assumptions": [assumption_row(row) for row in rows_of(tables, "assumptions")],
        "conflicts": conflict_groups(rows_of(tables, "conflicts")),
    }


def driver_rows(drivers: Iterable[Row]) -> list[Row]:
    """Return drivers with a bar each, all on one scale."""
    listed = list(drivers)
    scale = strips.Scale(0.0, max([d["share"] for d in listed] + [0.01]), ())
    rows = []
    for driver in listed:
        label = str(driver["label"])
        rows.append(
            {
                **driver,
                "label": label[:1].upper() + label[1:],
                "share": f"{driver['share']:.2f}"
                if driver["share"] >= 0.005
                else "<0.01"
                if driver["share"]
                else "0",
                "value": plain(driver.get("value")),
                "span": plain_span(driver.get("lo"), driver.get("hi")),
                "unit": unit_words(driver.get("unit")),
                "strip": strips.share_bar(scale, driver["share"], f"{label}: {driver['share']:.2f}"),
            }
        )
    return rows


def assumption_row(row: Row) -> Row:
    """Return a row of the table of assumptions."""
    uses = row.get("uses")
    return {
        **row,
        "value": plain(row.get("value")),
        "span": plain_span(row.get("lo"), row.get("hi")),
        "uses": NOTHING if is_missing(uses) or not uses else number(uses, places=0),
        "raw_uses": 0 if is_missing(uses) else uses,
        "unit": unit_words(row.get("unit")),
    }


def conflict_groups(conflicts: Iterable[Row]) -> list[Row]:
    """Return the rival values gathered by cell."""
    groups: dict[tuple[str, ...], Row] = {}
    for row in conflicts:
        key = (str(row["table"]), str(row["row_id"]), str(row["column"]))
        group = groups.setdefault(key, {"cell": "/".join(key), "label": row.get("label") or "", "values": []})
        group["values"].append(
            {**row, "value": plain(row["value"]), "unit": unit_words(row["unit"])}
            | {"chosen": str(row.get("chosen")).lower() in ("yes", "true", "1")}
        )
    return sorted(groups.values(), key=lambda g: (not g["cell"].startswith("projects"), g["cell"]))
