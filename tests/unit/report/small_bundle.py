"""A bundle of a few rows, as the report reads it."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

NAN = float("nan")
PAIR: dict[str, Any] = {
    "pair_id": "a_b", "class_id": "bulk", "origin": "a", "destination": "b", "origin_name": "Alpha",
    "destination_name": "Beta", "way_without": "w1", "way_with": "w2", "km_without": 500.0, "km_with": 400.0,
    "days_without": 5.0, "days_with": 4.0, "p95_days_without": 8.0, "p95_days_with": 7.0, "usd_without": 1200.0,
    "usd_with": 1000.0, "co2_kg_without": 900.0, "co2_kg_with": 500.0, "gc_usd_without": 1500.0,
    "gc_usd_with": 1300.0, "modes_without": "road", "modes_with": "rail", "gates_without": "Old Gate",
    "gates_with": "New Gate", "d_km": -100.0, "d_days": -1.0, "d_usd": -200.0, "d_days_lo": -2.0, "d_days_hi": 0.0,
    "d_usd_lo": -400.0, "d_usd_hi": 0.0, "project_share": 0.6, "project_share_lo": 0.2, "project_share_hi": 0.9,
    "prob_best": 0.7, "gap_usd": -200.0, "switch_h": 30.0, "reason": "the way through the project is the best",
}  # fmt: skip
ZERO = PAIR | {
    "pair_id": "a_c", "destination": "c", "destination_name": "Gamma", "way_with": "w1", "km_with": 500.0,
    "days_with": 5.0, "usd_with": 1200.0, "modes_with": "road", "gates_with": "Old Gate", "d_km": 0.0, "d_days": 0.0,
    "d_usd": 0.0, "d_days_lo": 0.0, "d_usd_lo": 0.0, "gap_usd": 321.0, "switch_h": -5.0, "prob_best": 0.0,
    "reason": "the way through the project costs 321 USD per FEU more than the best other way",
}  # fmt: skip


def link(name: str, status: str, lon: float, change: float, basis: str = "reported") -> dict[str, Any]:
    """Return a link two degrees long."""
    return {
        "link_id": name.lower(), "name": name, "place_a": "a", "place_b": "b", "mode": "rail", "gauge_mm": 1520,
        "lon_a": lon, "lat_a": 41.0, "lon_b": lon + 2, "lat_b": 42.0, "status": status, "project_id": "",
        "length_km": 210.0, "t_without": 2e6, "t_with": 2e6 + change, "d_t": change, "source_id": "ministry",
        "basis": basis,
    }  # fmt: skip


def gate(name: str, without: float, change: float) -> dict[str, Any]:
    """Return a gate with an interval of a half to twice the change."""
    ends = sorted((change / 2, change * 2))
    return {
        "crossing_id": name.lower().replace(" ", "_"), "name": name, "mode": "rail", "lon": 73.0, "lat": 41.0,
        "t_without": without, "t_with": without + change, "feu_without": 1.0, "feu_with": 1.0, "d_t": change,
        "d_t_lo": ends[0], "d_t_hi": ends[1],
    }  # fmt: skip


def small_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the bundle."""
    working = {
        "base_id": "package", "note": "as recorded", "lo": 520.0, "mid": 532.5, "hi": 540.0, "unit": "km",
        "shown": "532.5 km", "passes": False, "kind": "record", "missing": "", "steps": ["300 + 232.5 = 532.5 km"],
        "cells": ["cell:projects/cku/length_km"], "rivals": [],
    }  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "figures": [
            {"figure_id": "benefit.total", "value": 114.2, "lo": 21.9, "hi": 471.9, "unit": "million USD/year"},
            {"figure_id": "pair.a_c.bulk.d_days", "value": 0.0, "lo": 0.0, "hi": 0.0, "unit": "days"},
        ],
        "pairs": [PAIR, ZERO],
        "rail_only": [
            {"pair_id": "a_b", "class_id": "bulk", "origin_name": "Alpha", "destination_name": "Beta"}
            | {"km_without": 3896.0, "km_with": 548.0, "days_without": 9.3, "days_with": 6.6},
            {"pair_id": "a_c", "class_id": "bulk", "origin_name": "Alpha", "destination_name": "Gamma"}
            | {"km_without": NAN, "km_with": NAN, "days_without": NAN, "days_with": NAN},
        ],
        "switching": [
            {"pair_id": "a_c", "class_id": "bulk", "unit": "h", "base": 27.0, "switch_value": -5.0, "note": ""}
            | {"quantity": "hours at the project's crossings for equal generalised cost"}
        ],
        "gates": [gate("New Gate", 0.0, 1.5e6), gate("Old Gate", 3e6, -0.4e6)],
        "links": [link("Alpha-Beta", "project", 73.0, 1.5e6), link("Old road", "open", 75.0, -4e5, "estimated")],
        "places": [
            {"place_id": "a", "name": "Alpha", "iso3": "KGZ", "lon": 73.0, "lat": 41.0, "kind": "city"},
            {"place_id": "b", "name": "Beta", "iso3": "UZB", "lon": 75.0, "lat": 42.0, "kind": "city"},
        ],
        "benefits_country": [
            {"iso3": "KGZ", "name": "Kyrgyzstan", "musd": 12.0, "lo": 3.0, "hi": 48.0},
            {"iso3": "KAZ", "name": "Kazakhstan", "musd": -3.25, "lo": -9.0, "hi": -1.0},
        ],
        "benefits_class": [{"class_id": "bulk", "name": "Bulk", "musd": 5.5, "lo": 1.0, "hi": 47.0}],
        "claims": [
            {
                "claim_id": "cl_1", "text": "The railway is 454 km long", "said_by": "A ministry", "said_on": "2023",
                "source_id": "ministry", "relation": "=", "value": "454", "value_hi": "", "unit": "km",
                "verdict": "does not hold", "verdict_base": "package", "reason": "Computed 532.5 km.",
                "working": json.dumps([working]),
            }
        ],
        "drivers": [
            {
                "quantity": "benefit.total", "rank": 1.0, "ref": "param:theta", "quantity_id": "theta",
                "label": "scale of choice", "share": 0.45, "value": 15.0, "lo": 5.0, "hi": 25.0, "kind": "quantity",
                "unit": "1", "source_id": "ministry", "basis": "estimated",
            }
        ],
        "assumptions": [
            {
                "ref": "param:theta", "label": "Scale of choice", "value": "15.0", "lo": 5.0, "hi": 25.0, "unit": "1",
                "reason": "no document", "source_id": "ministry", "basis": "estimated", "uses": 0,
            }
        ],
        "conflicts": [
            {
                "table": "projects", "row_id": "cku", "column": "length_km", "value": value, "unit": "km", "as_of": "",
                "basis": "reported", "source_id": "ministry", "chosen": chosen, "note": "",
            }
            for value, chosen in (("454", "no"), ("532.53", "yes"))
        ],
        "sources": [
            {
                "source_id": "ministry", "publisher": "Ministry", "title": "A page", "year": 2024,
                "url": "https://example.org/page", "licence_id": "quotation", "kind": "official", "owner_party": "",
                "note": "", "rows": 3,
            }
        ],
    }  # fmt: skip
    return {name: pd.DataFrame(listed) for name, listed in rows.items()}


def small_manifest() -> dict[str, Any]:
    """Return the manifest as it stands when the report is written: without the digests of the tables."""
    return {
        "format": 1,
        "verb": "appraise",
        "title": "A railway",
        "asked": {
            "project": "cku",
            "year": 2032,
            "trade_base": "china",
            "draws": 10,
            "baseline": "do_minimum",
        },
        "command": "torugart appraise cku --year 2032",
        "package": {"version": "2026.11", "digest": "abc"},
        "torugart": "0.1.0",
        "headline": [
            {"figure_id": "benefit.total", "text": "Users gain 114 million USD (change -1.5 to 2)."}
        ],
        "notes": ["Trade held fixed."],
    }
