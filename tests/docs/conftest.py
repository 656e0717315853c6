"""A folder with the files the documents speak of."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from torugart.cli import main

OVERLAY = "parameter_id,value,source_id,basis\nrail_rate_usd_per_feu_km,0.65,judgement,estimated\n"
OBSERVED = "origin,destination,mode,year,days_typical,distance_km\nxian,tashkent,rail,2023,15,4486\n"


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with tables laid over the package, observed routes, and two result bundles."""
    folder = tmp_path_factory.mktemp("workplace")
    overlay = folder / "my_tables"
    overlay.mkdir()
    (overlay / "parameters.csv").write_text(
        "parameter_id,value,source_id,basis\nrail_rate_usd_per_feu_km,0.65,judgement,estimated\n",
        encoding="utf-8",
    )
    (folder / "observed_routes.csv").write_text(
        "origin,destination,mode,year,days_typical,distance_km\nxian,tashkent,rail,2023,15,4486\n",
        encoding="utf-8",
    )
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert main.run(["appraise", "cku", "--draws", "10", "--out", "my_bundle", "--quiet"]) == 0
    finally:
        os.chdir(before)
    shutil.copytree(folder / "my_bundle", folder / "torugart-out" / "cku")
    return folder
