"""A small bundle with made-up figures, for tests of the report only: every kind of row a real one has."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

CLASSES = {"manufactures": "Ordinary manufactures", "bulk": "Bulk"}
VERDICTS = (
    "holds",
    "holds (speaker's own figures only)",
    "holds on another base",
    "does not hold",
    "not yet due",
    "cannot be tested",
    "not a checkable statement",
)
PLACES = (
    ("kashgar", "Kashgar", "CHN", 75.99, 39.47),
    ("pass", "Pass", "KGZ", 75.4, 40.55),
    ("andijan", "Andijan", "UZB", 72.35, 40.78),
    ("almaty", "Almaty", "KAZ", 76.95, 43.25),
    ("aktau", "Aktau", "KAZ", 51.2, 43.6),
    ("alat_aze", "Alat", "AZE", 49.4, 39.9),
    ("cape", "Cape", "ZAF", 18.4, -33.9),
)


def sample_tables() -> dict[str, pd.DataFrame]:
    """Tables of a made-up appraisal."""
    return {
        "figures": _figures(),
        "pairs": pd.DataFrame([_pair("kashgar", "andijan", c) for c in CLASSES] + [_pair("kashgar", "almaty", "bulk", moved=True)]),
        "rail_only": pd.DataFrame([_rail_only()]),
        "switching": _switching(),
        "gates": _gates(),
        "links": _links(),
        "places": pd.DataFrame(
            [{"place_id": p, "name": n, "iso3": i, "lon": x, "lat": y, "kind": "city"} for p, n, i, x, y in PLACES]
        ),
        "benefits_country": _benefits("iso3", {"CHN": ("China", 12.5), "KAZ": ("Kazakhstan", -1.25), "GEO": ("Georgia", 0.0)}),
        "benefits_class": _benefits("class_id", {c: (n, 5.0) for c, n in CLASSES.items()}),
        "benefits_corridor": _benefits("corridor", {"CHN-UZB": ("China and Uzbekistan", 9.0)}),
        "benefits_baseline": _benefits("baseline", {"today": ("today: only what operates", 11.0)}).rename(columns={"name": "label"}),
        "drivers": _drivers(),
        "claims": pd.DataFrame([_claim(k, verdict) for k, verdict in enumerate(VERDICTS)]),
        "assumptions": _assumptions(),
        "conflicts": _conflicts(),
        "sources": _sources(),
    }  # fmt: skip


def sample_manifest() -> dict[str, Any]:
    """The manifest that goes with `sample_tables`."""
    return {
        "format": 1,
        "verb": "appraise",
        "title": "Sample railway",
        "asked": {"project": "sample", "year": 2032, "trade_base": "china", "draws": 40, "seed": 1, "baseline": "do_minimum"},
        "asked_digest": "a" * 64,
        "command": "torugart appraise sample --year 2032",
        "package": {"version": "test", "digest": "b" * 64},
        "torugart": "0.0",
        "headline": [
            {"figure_id": "benefit.total", "text": "Users gain 1,234 million USD (90 % interval -5 to 2,468)."},
            {"figure_id": "", "text": "Of 7 published statements 1 holds."},
        ],
        "notes": ["Intervals are 5-95 % of the draws."],
        "tables": {"figures": "c" * 64},
    }  # fmt: skip


def _figures() -> pd.DataFrame:
    ids = [
        "benefit.total",
        "benefit.country.CHN",
        "gate.kashgar_pass_rail.d_t",
        "pair.kashgar_andijan.bulk.d_days",
    ]
    row = {"value": 1234.0, "lo": -5.0, "hi": 2468.0, "unit": "million USD/year", "section": "benefits"}
    more = {"label": "a figure", "formula": "sum", "inputs": '["param:choice_theta"]', "note": ""}
    return pd.DataFrame([{"figure_id": i} | row | more for i in ids])


def _pair(origin: str, destination: str, class_id: str, moved: bool = False) -> dict[str, Any]:
    names = {p: n for p, n, *_ in PLACES}
    pair: dict[str, Any] = {"pair_id": f"{origin}_{destination}", "class_id": class_id}
    pair |= {"origin": origin, "destination": destination}
    pair |= {"origin_name": names[origin], "destination_name": names[destination]}
    for side, value in (("without", 10.0), ("with", 8.0 if moved else 10.0)):
        pair |= {
            f"way_{side}": f"{side if moved else 'same'}",
            f"km_{side}": 100 * value,
            f"days_{side}": value,
        }
        pair |= {f"p95_days_{side}": value + 3, f"usd_{side}": 1000 * value, f"co2_kg_{side}": 50 * value}
        pair |= {
            f"gc_usd_{side}": 1100 * value,
            f"modes_{side}": "road",
            f"gates_{side}": "Pass (road) > Plain (road)",
        }
    d = -2.0 if moved else 0.0
    pair |= {"d_km": 100 * d, "d_days": d, "d_days_lo": d - 0.5, "d_days_hi": 0.25, "d_usd": 1000 * d}
    pair |= {"d_usd_lo": 1000 * d - 300, "d_usd_hi": 0.0, "project_share": 0.25, "project_share_lo": 0.0}
    pair |= {"project_share_hi": 0.6, "prob_best": 0.2, "gap_usd": -50.0 if moved else 1234.0}
    reason = "the way through the project costs 1,234 USD per FEU more than the best other way"
    return pair | {"switch_h": 30.0 if moved else -12.0, "reason": reason}


def _rail_only() -> dict[str, Any]:
    row = {
        "pair_id": "kashgar_andijan",
        "class_id": "manufactures",
        "origin_name": "Kashgar",
        "destination_name": "Andijan",
    }
    row |= {"km_without": 3800.0, "km_with": 530.0, "days_without": 9.0, "days_with": 6.5}
    return row | {"usd_without": 3000.0, "usd_with": 1200.0, "gates_without": "Khorgos", "gates_with": "Pass"}


def _switching() -> pd.DataFrame:
    key = {"pair_id": "kashgar_andijan", "class_id": "bulk", "unit": "h", "base": 13.5, "note": ""}
    what = "hours at the project's crossings for equal "
    return pd.DataFrame(
        [
            key | {"quantity": what + q, "switch_value": v}
            for q, v in (("days", -3.0), ("generalised cost", -12.0))
        ]
    )


def _gates() -> pd.DataFrame:
    rows = []
    for name, lat, without, with_ in (
        ("pass", 40.0, 0.0, 2.1e6),
        ("plain", 44.2, 6.9e6, 6.4e6),
        ("idle", 45.0, 1e6, 1e6),
    ):
        d = with_ - without
        row = {
            "crossing_id": f"kashgar_{name}_rail",
            "name": f"{name.title()} (rail)",
            "mode": "rail",
            "lon": 75.7,
            "lat": lat,
        }
        row |= {"t_without": without, "t_with": with_, "feu_without": without / 20, "feu_with": with_ / 20}
        rows.append(row | {"d_t": d, "d_t_lo": min(d * 2, d / 2), "d_t_hi": max(d * 2, d / 2)})
    return pd.DataFrame(rows)


def _links() -> pd.DataFrame:
    at = {p: (x, y) for p, _, _, x, y in PLACES}
    listed = (
        ("rail_kashgar__pass", "kashgar", "pass", "rail", 1435, "project", 0.0, 2.1e6, "estimated"),
        ("rail_pass__andijan", "pass", "andijan", "rail", 1520, "project", 0.0, 2.1e6, "reported"),
        ("rail_kashgar__almaty", "kashgar", "almaty", "rail", 1520, "open", 6e6, 5e6, "reported"),
        ("road_kashgar__andijan", "kashgar", "andijan", "road", None, "open", 2e6, 1.5e6, "estimated"),
        ("rail_almaty__andijan", "almaty", "andijan", "rail", 1668, "closed", 0.0, 0.0, "estimated"),
        ("ferry_aktau__alat_aze", "aktau", "alat_aze", "ferry", None, "open", 1e5, 1e5, "estimated"),
        ("sea_cape__alat_aze", "cape", "alat_aze", "sea", None, "open", 1e3, 1e3, "estimated"),
    )
    rows = []
    for link, a, b, mode, gauge, status, without, with_, basis in listed:
        row = {
            "link_id": link,
            "name": f"{a.title()} – {b.title()}",
            "place_a": a,
            "place_b": b,
            "mode": mode,
        }
        row |= {
            "gauge_mm": gauge,
            "status": status,
            "project_id": "",
            "length_km": 178.0,
            "source_id": "press_1",
        }
        row |= {"lon_a": at[a][0], "lat_a": at[a][1], "lon_b": at[b][0], "lat_b": at[b][1], "basis": basis}
        rows.append(row | {"t_without": without, "t_with": with_, "d_t": with_ - without})
    return pd.DataFrame(rows).astype({"gauge_mm": "Int64"})


def _benefits(key: str, rows: dict[str, tuple[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [{key: k, "name": n, "musd": v, "lo": v - 3, "hi": v + 4} for k, (n, v) in rows.items()]
    )


def _drivers() -> pd.DataFrame:
    row = {
        "quantity": "benefit.total",
        "value": 8.0,
        "lo": 5.0,
        "hi": 10.0,
        "unit": "1",
        "source_id": "press_1",
    }
    one = {
        "rank": 1.0,
        "ref": "param:choice_theta",
        "label": "scale of choice",
        "share": 0.4,
        "kind": "quantity",
    }
    group = {"rank": None, "ref": None, "label": "hours at crossings", "share": 0.9, "kind": "group"}
    return pd.DataFrame([row | one | {"basis": "estimated"}, row | group | {"basis": ""}])


def _claim(k: int, verdict: str) -> dict[str, Any]:
    reading = {
        "base_id": "as_stated",
        "note": "as stated",
        "lo": 530.0,
        "mid": 532.5,
        "hi": 535.0,
        "unit": "km",
    }
    reading |= {"shown": "532.5 km (530 to 535)", "passes": k < 3, "kind": "data", "missing": ""}
    reading |= {"steps": ["read the length", "compare"], "cells": ["cell:projects/sample/length_km"]}
    reading |= {
        "rivals": [
            {"shown": "454 km", "source_id": "press_1", "as_of": "2023-05", "note": "", "passes": False}
        ]
    }
    missing = {
        "base_id": "by_road",
        "note": "by road",
        "shown": "",
        "passes": None,
        "missing": "a road",
        "kind": "missing",
    }
    claim = {
        "claim_id": f"cl_{k}",
        "text": f"Statement {k} of 532 km",
        "said_by": "A minister",
        "said_on": "2024-06",
    }
    claim |= {
        "source_id": "press_1",
        "relation": ">=",
        "value": "532",
        "value_hi": "",
        "unit": "km",
        "verdict": verdict,
    }
    return claim | {
        "verdict_base": "as_stated",
        "reason": "Computed by_road from press_1.",
        "working": json.dumps([reading, missing]),
    }


def _assumptions() -> pd.DataFrame:
    row = {
        "ref": "assumption:speed",
        "label": "links.speed where mode=ferry",
        "value": "20",
        "lo": 12.0,
        "hi": 28.0,
    }
    return pd.DataFrame(
        [
            row
            | {
                "unit": "km/h",
                "reason": "a usual speed",
                "source_id": "press_1",
                "basis": "estimated",
                "uses": 22,
            }
        ]
    )


def _conflicts() -> pd.DataFrame:
    cell = {
        "table": "projects",
        "row_id": "sample",
        "column": "length_km",
        "unit": "km",
        "as_of": "2024",
        "basis": "reported",
    }
    return pd.DataFrame(
        [
            cell | {"value": v, "chosen": c, "source_id": "press_1", "note": ""}
            for v, c in (("532.5", "yes"), ("454", "no"))
        ]
    )


def _sources() -> pd.DataFrame:
    row = {
        "publisher": "The Press",
        "title": "A long railway",
        "licence_id": "quotation",
        "kind": "press",
        "owner_party": "",
    }
    return pd.DataFrame(
        [
            row
            | {"source_id": "press_1", "year": 2024, "url": "https://example.org/a", "note": "", "rows": 3},
            row | {"source_id": "press_2", "year": None, "url": "javascript:alert(1)", "note": "", "rows": 0},
        ]
    )
