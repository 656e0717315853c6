"""A folder with the files the documents speak of, and answers worked out once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.docs.commands import CLI_PAGE
from tests.gas_samples import MATGAS, write_supply_folder

import torugart
from torugart.cli import main

OVERLAY = "parameter_id,value,source_id,basis\nrail_rate_usd_per_feu_km,0.65,judgement,estimated\n"
OBSERVED = "origin,destination,mode,year,days_typical,distance_km\nxian,tashkent,rail,2023,15,4486\n"
ARTICLE = "The China-Kyrgyzstan-Uzbekistan railway is under construction and 532 km long.\n"
LINES = (
    "id,commodity,length_km,diameter_mm,pressure_bar,capacity,capacity_unit\nline_a,gas,530,1067,,15,bcm/yr\n"
)
FUTURES = 'projects = ["cku"]\nyears = [2035]\n[parameters]\nchoice_theta = [6, 16]\n'
REMEMBERED = ("appraise", "appraise_all", "check", "compare", "disrupt_gate", "sweep", "trade_effects")


def scenario_of_page() -> str:
    """Return the trade scenario that the page of the command line shows."""
    blocks = re.findall(
        r"^```toml\n(.*?)^```", CLI_PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return next(block for block in blocks if "[[trade_cost]]" in block)


def remembering(verb: Callable[..., Any], answers: dict[str, Any]) -> Callable[..., Any]:
    """Return a verb that works the same question out once; how an answer is shown is no new question."""

    def ask(*args: Any, **options: Any) -> Any:
        asked = {name: value for name, value in options.items() if name not in {"progress", "out"}}
        key = repr((verb.__name__, args, sorted(asked.items())))
        if key not in answers or options.get("out"):  # where a bundle is asked for, one is written
            answers[key] = verb(*args, **options)
        return answers[key]

    return ask


def remember_answers(patch: pytest.MonkeyPatch, answers: dict[str, Any]) -> None:
    for name in REMEMBERED:
        patch.setitem(torugart.__dict__, name, remembering(getattr(torugart, name), answers))


@pytest.fixture(scope="session")
def answers() -> dict[str, Any]:
    return {}


@pytest.fixture
def answered_once(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> None:
    """Let documented lines that ask the same share the answer."""
    remember_answers(monkeypatch, answers)


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory, answers: dict[str, Any]) -> Path:
    """Return a folder with tables laid over the package, observed routes, and two result bundles."""
    folder = tmp_path_factory.mktemp("workplace")
    write_supply_folder(folder / "my_gas")
    (folder / "my_tables").mkdir()
    (folder / "my_tables" / "parameters.csv").write_text(OVERLAY, encoding="utf-8")
    (folder / "observed_routes.csv").write_text(OBSERVED, encoding="utf-8")
    (folder / "futures.toml").write_text(FUTURES, encoding="utf-8")
    (folder / "faster_gate.toml").write_text(scenario_of_page(), encoding="utf-8")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "my_network.m").write_text(MATGAS, encoding="utf-8")
    (folder / "energy_links.csv").write_text(LINES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        remember_answers(patch, answers)
        assert main.run(["appraise", "cku", "--draws", "10", "--out", "my_bundle", "--quiet"]) == 0
    shutil.copytree(folder / "my_bundle", folder / "torugart-out" / "cku")
    return folder
