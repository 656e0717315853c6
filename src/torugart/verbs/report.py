"""`torugart.report_record`: the whole record on one page, with the bundle it is made from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.bundle.folder import may_replace
from torugart.errors import InputError
from torugart.record.chinese_money import KNOWLEDGE, chinese_money, counts_of_knowledge
from torugart.record.summary import money_by_sector, pledges_by_event, project_places, timeline
from torugart.record.weakness import record_weaknesses
from torugart.report.record_page import write_record_page
from torugart.tables.read import read_package
from torugart.verbs.bundled import finish, make_manifest, told_again
from torugart.verbs.check import check
from torugart.verbs.series import data_series
from torugart.verbs.status import Ledger, status

TITLE = "What was promised, what was built, what was said"
NOTES = (
    "Status comes from dated evidence alone; what a source calls a project is kept beside it and decides nothing.",
    "Not reviewed is no finding: nobody looked for news since the last evidence.",
    "Health (0 to 100) is the mean of independence of sources and completeness of the row.",
    "Money is as published, of different years; only costs that are no part of another cost are added up.",
    "Projects, pledges and the timeline are those of the day named above; claims and trade are those the package holds today.",
    "A claim is judged under every reading that could make it true; verdicts are about numbers, never motives.",
)
DRAWS = 100
# Statuses under which a project counts as one that moves.
MOVING = ("financed", "under construction", "trial")


@dataclass(frozen=True, slots=True)
class RecordReport:
    """The bundle of a report on the record."""

    folder: Path
    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    report: Path


def report_record(
    *,
    as_of: str | None = None,
    out: Path | str | None = None,
    draws: int = DRAWS,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> RecordReport:
    """Write timeline, projects, pledges, money, claims and mirror gaps as a bundle with one HTML page.

    Parameters
    ----------
    as_of : str, optional
        Day to be replayed; the last day anything of the package was checked when left out. Claims are judged
        as of the package's own day.
    out : path, optional
        Folder of the bundle; ``torugart-out/record-DIGEST`` when left out.
    draws : int
        Draws behind the claims that only the network can test.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    RecordReport

    Raises
    ------
    InputError
        If the data are faulty, the date cannot be read, or the folder holds something else.
    """
    started = time.perf_counter()
    if out is not None and ("\x00" in str(out) or (Path(out).exists() and not may_replace(Path(out)))):
        raise InputError(
            f"{str(out)[:120]!r}: is not a folder for a bundle; choose another --out, or empty it"
        )
    package = read_package(None if data is None else Path(data), [Path(o) for o in overlays])
    ledger = status(as_of=as_of, data=data, overlays=overlays)
    claims = check(draws=draws, data=data, overlays=overlays)
    tables = record_tables(package.tables, ledger, claims)
    tables["series"] = data_series("trade", data=data, overlays=overlays)
    tables["figures"] = record_figures(tables, package.tables)
    tables["sources"] = sources_of(package.tables, tables)
    asked = {
        "as_of": ledger.as_of,
        "draws": draws,
        "data": str(data) if data else "",
        "overlays": [str(overlay) for overlay in overlays],
    }
    command = ["torugart report record", f"--as-of {ledger.as_of}", f"--draws {draws}", *told_again(asked)]
    manifest = make_manifest(
        "report record", TITLE, asked, package, " ".join(command), record_headline(tables), NOTES
    )
    written = finish(out, "record", manifest, tables, write_record_page(tables, manifest), started)
    return RecordReport(written.folder, written.manifest, written.tables, written.folder / "report.html")


def record_tables(
    tables: Mapping[str, pd.DataFrame], ledger: Ledger, claims: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of the bundle: rows of the ledger with places, counts and sums over them."""
    projects = ledger.projects.merge(project_places(tables), on="project_id", how="left")
    chinese = chinese_money(tables, projects)
    aliases = tables["aliases"]
    return {
        "weaknesses": record_weaknesses(projects, ledger.commitments, claims),
        "chinese_money": chinese,
        "chinese_counts": counts_of_knowledge(chinese),
        "names": aliases[aliases["entity_id"].isin(projects["project_id"])].reset_index(drop=True),
        "timeline": timeline(tables, ledger.as_of),
        "projects": projects,
        "commitments": ledger.commitments,
        "pledges": pledges_by_event(ledger.commitments),
        "money": money_by_sector(projects),
        "claims": claims,
        "events": tables["events"],
    }


def record_figures(tables: Mapping[str, pd.DataFrame], package: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of the page with what each counts or adds up, for ``why``."""
    rows: list[dict[str, Any]] = []

    def add(figure_id: str, label: str, value: float, unit: str, formula: str, cells: list[str]) -> None:
        rows.append(
            {
                "figure_id": figure_id, "label": label, "value": float(value), "lo": np.nan, "hi": np.nan,
                "unit": unit, "section": figure_id.partition(".")[0], "formula": formula,
                "inputs": json.dumps(cells), "note": "",
            }
        )  # fmt: skip

    commitments = tables["commitments"]
    counted = commitments[commitments["status"] != "nothing promised"]
    for word, part in counted.groupby("status", sort=True):
        cells = [
            f"cell:evidence/{i}/date" if i else f"cell:commitments/{c}/text"
            for i, c in zip(part["evidence_id"], part["commitment_id"], strict=True)
        ]
        name = str(word).replace(" ", "_")
        add(f"pledges.{name}", f"commitments that are {word}", len(part), "", "number of commitments", cells)
    for word, part in tables["projects"].groupby("status", sort=True):
        cells = [
            f"cell:evidence/{i}/date" if i else f"cell:projects/{p}/name"
            for i, p in zip(part["evidence_id"], part["project_id"], strict=True)
        ]
        name = str(word).replace(" ", "_")
        add(f"projects.{name}", f"projects that are {word}", len(part), "", "number of projects", cells)
    late = counted[counted["late_days"].notna()]
    cells = [f"cell:evidence/{i}/date" for i in late["evidence_id"]]
    add(
        "late.commitments",
        "commitments kept after their due date",
        len(late),
        "",
        "number of commitments",
        cells,
    )
    projects = tables["projects"]
    moving = projects[projects["status"].isin(MOVING)]
    cells = [f"cell:evidence/{i}/date" for i in moving["evidence_id"]]
    add("moving.projects", f"projects {', '.join(MOVING)}", len(moving), "", "number of projects", cells)
    for word, part in projects.groupby("activity", sort=True):
        cells = [f"cell:projects/{p}/name" for p in part["project_id"]]
        name = str(word).replace(" ", "_")
        formula = "number of projects; the last evidence against the last search"
        add(f"activity.{name}", f"projects that are {word}", len(part), "", formula, cells)
    summed = projects[projects["summable"] == "yes"]
    for row in tables["money"].itertuples(index=False):
        mine = summed[(summed["sector"] == row.sector) & (summed["basis"] != "estimated")]
        cells = [f"cell:projects/{p}/cost_musd" for p in mine["project_id"]]
        label = f"documented cost of projects in {row.sector}"
        add(f"money.{row.sector}", label, row.documented_musd, "million USD", "sum of costs", cells)
        mine = summed[(summed["sector"] == row.sector) & (summed["basis"] == "estimated")]
        cells = [f"cell:projects/{p}/cost_musd" for p in mine["project_id"]]
        label = f"estimated cost of projects in {row.sector}"
        add(f"guessed.{row.sector}", label, row.estimated_musd, "million USD", "sum of costs", cells)
    for (kind, label), part in tables["weaknesses"].groupby(["kind", "label"], sort=False):
        keys = {"projects": "name", "commitments": "text", "claims": "text"}
        cells = [f"cell:{t}/{i}/{keys[t]}" for t, i in zip(part["table"], part["record_id"], strict=True)]
        add(f"weak.{kind}", str(label).lower(), len(part), "", "number of records", cells)
    for kind, part in tables["chinese_money"].groupby("known", sort=False):
        cells = [f"cell:projects/{p}/cost_musd" for p in part["project_id"]]
        label = f"projects with a cost of which {KNOWLEDGE[kind]}"
        add(f"chinese.{kind}", label, len(part), "", "number of projects", cells)
    verdicts = tables["claims"]["verdict"].str.partition(" (")[0]
    for word, part in tables["claims"].groupby(verdicts, sort=True):
        cells = [f"cell:claims/{c}/text" for c in part["claim_id"]]
        name = str(word).replace(" ", "_")
        add(f"claims.{name}", f"claims: {word}", len(part), "", "number of claims", cells)
    return pd.DataFrame(rows)


def record_headline(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Return what the record says in three sentences, each with the figure behind it."""
    commitments = tables["commitments"]
    counted = commitments[commitments["status"] != "nothing promised"]
    stands = counted["status"].value_counts()
    late = int(counted["late_days"].notna().sum())
    kept = int(stands.get("kept", 0))
    others = ", ".join(
        f"{int(stands[word])} {word}"
        for word in ("partly kept", "under way", "overdue", "not yet due", "no due date", "not reviewed")
        if word in stands
    )
    projects = tables["projects"]
    activity = projects["activity"].value_counts()
    moving = projects["status"].isin(MOVING)
    operating = int((projects["status"] == "operating").sum())
    verdicts = tables["claims"]["verdict"].str.partition(" (")[0].value_counts()
    own = int(tables["claims"]["verdict"].str.contains("own figures").sum())
    fails, holds = int(verdicts.get("does not hold", 0)), int(verdicts.get("holds", 0))
    return [
        {
            "figure_id": "pledges.kept",
            "text": f"Of {len(counted)} commitments {kept} were kept"
            + (f", {late} of them late" if late else "")
            + f"; {others}.",
        },
        {
            "figure_id": "projects.under_construction",
            "text": f"Of {len(projects)} projects {operating} operate and {int(moving.sum())} are financed, under"
            f" construction or on trial; {int(activity.get('silent', 0))} have been silent for two years, and of"
            f" {int(activity.get('not reviewed', 0))} nobody has looked for news since the last evidence.",
        },
        {
            "figure_id": "claims.does_not_hold",
            "text": f"Of {len(tables['claims'])} published claims {holds} hold ({own} of those that hold by the speaker's own"
            f" figures only), {int(verdicts.get('holds on another base', 0))} on another base, {fails} do not hold,"
            f" {int(verdicts.get('cannot be tested', 0))} cannot be tested yet; {int(verdicts.get('not yet due', 0))} are"
            f" not yet due, and {int(verdicts.get('not a checkable statement', 0))} state nothing that could be checked.",
        },
    ]


def sources_of(package: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the sources named in the tables, with the number of rows that name each."""
    named = pd.concat(
        [
            frame[column].astype(str).str.split(";").explode()
            for frame in tables.values()
            for column in frame.columns
            if column.endswith("source_id")
        ]
    )
    counts = named.value_counts()
    sources = package["sources"]
    used = sources[sources["source_id"].isin(counts.index)].copy()
    used["rows"] = used["source_id"].map(counts)
    return used.reset_index(drop=True)
