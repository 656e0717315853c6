"""Stand-ins for the verbs, so that the command line is tested alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import torugart
from torugart.cli import main

NAN = float("nan")


def fake_pairs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pair_id": ["kashgar_osh", "xian_tashkent", "kashgar_osh"],
            "class_id": ["manufactures", "manufactures", "bulk"],
            "origin_name": ["Kashgar", "Xi'an", "Kashgar"],
            "destination_name": ["Osh", "Tashkent", "Osh"],
            "days_without": [5.14, 15.02, 6.0],
            "days_with": [4.02, 15.02, 5.5],
            "d_days": [-1.12, 0.0, -0.5],
            "d_days_lo": [-2.5, 0.0, -1.0],
            "d_days_hi": [0.31, 0.0, 0.0],
            "usd_without": [2100.4, 4210.0, 2000.0],
            "usd_with": [1650.2, 4210.0, 1900.0],
            "d_usd": [-450.2, 0.0, -100.0],
            "d_usd_lo": [-900.0, 0.0, -200.0],
            "d_usd_hi": [-100.0, 0.0, -50.0],
            "project_share": [0.42, 0.001, 0.5],
            "prob_best": [0.6, 0.0, 0.5],
            "gap_usd": [-420.0, 310.0, NAN],
            "switch_h": [NAN, 4.5, NAN],
            "reason": ["", "Khorgos stays cheaper", ""],
        }
    )


def fake_appraisal(folder: Path) -> SimpleNamespace:
    gates = pd.DataFrame(
        {
            "crossing_id": ["torugart_rail", "khorgos_rail", "still"],
            "name": ["Torugart (rail)", "Khorgos (rail)", "Still"],
            "t_without": [0.0, 9.1e6, 5e5],
            "t_with": [3.2e6, 8.4e6, 5e5],
            "d_t": [3.2e6, -0.7e6, 0.0],
            "d_t_lo": [1.0e6, -2.0e6, 0.0],
            "d_t_hi": [6.0e6, -0.1e6, 0.0],
        }
    )
    benefits = pd.DataFrame(
        {
            "iso3": ["KAZ", "UZB"],
            "name": ["Kazakhstan", "Uzbekistan"],
            "musd": [-0.04, 63.21],
            "lo": [-0.2, 20.0],
            "hi": [0.0, 120.0],
        }
    )
    drivers = pd.DataFrame(
        {
            "quantity": ["benefit.total", "benefit.total"],
            "rank": [1, 2],
            "ref": ["param:rail_rate_usd_per_feu_km", "param:choice_theta"],
            "label": ["rail rate", "scale of choice"],
            "share": [0.44, 0.1],
            "value": [0.6, 8.0],
            "lo": [0.35, 5.0],
            "hi": [0.95, 10.0],
            "unit": ["USD/FEU-km", "1"],
            "basis": ["estimated", "modelled"],
        }
    )
    manifest = {
        "verb": "appraise",
        "title": "China-Kyrgyzstan-Uzbekistan railway",
        "asked": {"project": "cku", "year": 2032, "trade_base": "china", "draws": 400, "seed": 1},
        "headline": [{"figure_id": "benefit_total", "text": "Users gain 63 million USD a year."}],
        "notes": ["Demand is held fixed."],
    }
    return SimpleNamespace(
        folder=folder,
        report=folder / "report.html",
        manifest=manifest,
        tables={
            "pairs": fake_pairs(),
            "gates": gates,
            "benefits_country": benefits,
            "claims": fake_claims(),
            "drivers": drivers,
        },
    )


def fake_projects(folder: Path) -> SimpleNamespace:
    projects = pd.DataFrame(
        {
            "project_id": ["cku", "together"],
            "name": ["China-Kyrgyzstan-Uzbekistan railway", "All together"],
            "status": ["under construction", ""],
            "musd": [63.2, 80.0],
            "lo": [20.0, 30.0],
            "hi": [120.0, 150.0],
            "cost_musd": [6931.0, np.nan],
            "npv_6": [-2975.0, np.nan],
            "npv_6_lo": [-11138.3, np.nan],
            "npv_6_hi": [2324.7, np.nan],
            "eirr": [0.02, np.nan],
            "most_capital_6": [3542.4, np.nan],
            "note": ["", "less than the sum"],
        }
    )
    return SimpleNamespace(
        folder=folder,
        report=None,
        manifest={"verb": "appraise all", "asked": {"draws": 100}},
        tables={"projects": projects},
    )


def fake_claims() -> pd.DataFrame:
    working = [
        {
            "base_id": "xian_tashkent",
            "note": "Xi'an to Tashkent",
            "lo": 0.0,
            "mid": 2.5,
            "hi": 10.0,
            "unit": "km",
            "passes": False,
            "kind": "model",
            "steps": ["4,540 km without", "4,540 km with"],
            "cells": [],
        },
        {"base_id": "tehran", "note": "to Tehran", "mid": None, "passes": None, "steps": []},
    ]
    return pd.DataFrame(
        {
            "claim_id": ["cku_900_km_shorter"],
            "text": ["The railway makes the way 900 km shorter"],
            "said_by": ["a minister"],
            "said_on": ["2024-12-27"],
            "source_id": ["press_1"],
            "value": [900.0],
            "verdict": ["does not hold"],
            "reason": ["no reading passes"],
            "working": [json.dumps(working)],
        }
    )


def fake_route() -> SimpleNamespace:
    ways = pd.DataFrame(
        {
            "way_id": ["w1", "w2"],
            "rank": [1, 2],
            "modes": ["road", "rail > road"],
            "gates": ["Irkeshtam (road)", "Khorgos (rail)"],
            "km": [533.0, 3896.2],
            "days": [4.14, 14.2],
            "p95_days": [7.9, 22.0],
            "usd": [2100.0, 4500.0],
            "co2_kg": [812.0, 2412.0],
            "co2_kg_lo": [680.0, 2100.0],
            "co2_kg_hi": [1070.0, 2900.0],
            "share": [0.97, 0.03],
        }
    )
    legs = pd.DataFrame(
        {
            "way_id": ["w1", "w1", "w2"],
            "seq": [2, 1, 1],
            "kind": ["crossing", "link", "link"],
            "place_from": ["irkeshtam", "kashgar", "kashgar"],
            "place_to": ["irkeshtam", "irkeshtam", "korla"],
            "place_from_name": ["Irkeshtam", "Kashgar", "Kashgar"],
            "place_to_name": ["Irkeshtam", "Irkeshtam", "Korla"],
            "iso3": ["CHN", "CHN", "CHN"],
            "mode": ["road", "road", "rail"],
            "gauge_mm": [NAN, NAN, 1435.0],
            "km": [0.0, 230.0, 900.0],
            "hours": [10.0, 5.2, 24.0],
            "usd": [150.0, 250.0, 540.0],
        }
    )
    return SimpleNamespace(
        ways=ways, legs=legs, title="Kashgar to Osh, manufactures", notes=["The pass is open all year."]
    )


def fake_tree() -> SimpleNamespace:
    def node(
        label: str, value: str = "", detail: str = "", source: str = "", *children: Any
    ) -> SimpleNamespace:
        return SimpleNamespace(label=label, value=value, detail=detail, source=source, children=children)

    length = node("links/kashgar_torugart/length_km", "177.6 km", "", "a ministry, 2024")
    return node("km_with", "533 km", "sum of legs", "", length)


@pytest.fixture
def verbs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """Put stand-ins in place of the verbs; ``calls`` holds what each was asked."""
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    answers: dict[str, Any] = {
        "appraise": fake_appraisal(tmp_path / "cku-12345678"),
        "appraise_all": fake_projects(tmp_path / "all-12345678"),
        "route": fake_route(),
        "why": fake_tree(),
        "check": fake_claims(),
        "validate": SimpleNamespace(
            summary=pd.DataFrame({"mode": ["rail"], "km_median_error": [0.02]}),
            rows=pd.DataFrame({"route_id": ["r1", "r2"], "km_error": [0.01, NAN]}),
            notes=["One miss over 30 %."],
        ),
    }

    def stand_in(name: str) -> Callable[..., Any]:
        def verb(*args: Any, **kwargs: Any) -> Any:
            calls.append((name, args, kwargs))
            if isinstance(answers[name], BaseException):
                raise answers[name]
            return answers[name]

        return verb

    for name in answers:
        monkeypatch.setitem(torugart.__dict__, name, stand_in(name))
    return SimpleNamespace(calls=calls, answers=answers)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., SimpleNamespace]:
    """Return a function that carries out a command line and gives its exit code and what it wrote."""

    def carry_out(*arguments: str, width: int = 80) -> SimpleNamespace:
        monkeypatch.setenv("COLUMNS", str(width))
        code = main.run(list(arguments))
        written = capsys.readouterr()
        return SimpleNamespace(code=code, out=written.out, err=written.err)

    return carry_out
