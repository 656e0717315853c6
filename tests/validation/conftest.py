"""One appraisal of the shipped package, shared by all that look at it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import torugart
from torugart.bundle.folder import Bundle, read_bundle
from torugart.tables.read import built_in_folder
from torugart.verbs.prepare import Ready, prepare

DRAWS = 20


@pytest.fixture(scope="session")
def ready() -> Ready:
    return prepare()


@pytest.fixture(scope="session")
def cku_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "cku"
    return torugart.appraise("cku", draws=DRAWS, out=folder, report=False).folder


@pytest.fixture(scope="session")
def cku(cku_folder: Path) -> Bundle:
    return read_bundle(cku_folder)


@pytest.fixture(scope="session")
def few_trades(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped package with the trade of China and its two neighbours only: the same laws, in less time."""
    folder = tmp_path_factory.mktemp("few") / "package"
    shutil.copytree(built_in_folder(), folder)
    few = {"CHN", "KGZ", "UZB"}

    def keep(table: str, mask: object) -> None:
        rows = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
        rows[mask(rows)].to_csv(folder / f"{table}.csv", index=False)

    keep("trade_flows", lambda t: t["exporter"].isin(few) & t["importer"].isin(few))
    keep("through_flows", lambda t: t["class_id"].eq("bulk"))
    keep("appraisal_pairs", lambda t: t["pair_id"].isin(("kashgar_osh", "xian_tashkent", "andijan_kashgar")))
    some_claims = {"cl_010", "cl_026", "cl_040d"}
    for table in ("claims", "claim_bases"):
        keep(table, lambda t: t["claim_id"].isin(some_claims))
    all_claims = set(pd.read_csv(built_in_folder() / "claims.csv", dtype=str)["claim_id"])
    keep("aliases", lambda t: ~t["entity_id"].isin(all_claims - some_claims))
    keep("alternatives", lambda t: ~t["table"].isin(("trade_flows", "claims")))
    return folder
