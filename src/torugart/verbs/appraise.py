"""``appraise``: the main job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.appraisal.headline import headline
from torugart.appraisal.model import AppraisalModel
from torugart.appraisal.project import (
    Answer,
    Question,
    answer_tables,
    appraise_project,
    default_year,
    resolve_project,
)
from torugart.appraisal.switches import Switches
from torugart.bundle.folder import may_replace
from torugart.checks.verdict import check_claims
from torugart.demand.freight import TRADE_BASES
from torugart.errors import InputError
from torugart.record.summary import project_record
from torugart.report.html import write_report
from torugart.scenario.edits import Scenario, read_scenario
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.energy_project import appraise_energy, is_energy_project
from torugart.verbs.prepare import Ready, prepare
from torugart.verbs.status import newest_check

MOST_DRAWS = 100_000
DRAWS, DRAWS_OF_ENERGY = 400, 100


def appraise(
    project: str,
    *,
    year: int | None = None,
    draws: int | None = None,
    seed: int = 1,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    report: bool = True,
    output: Sequence[str] = (),
    generated: bool = False,
    residual: bool = False,
    growth: str = "central",
    carbon: str = "central",
    importer_share: float | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Say what a project changes, against the do-minimum, and write it as a bundle.

    Parameters
    ----------
    project : str
        Id, name or alias of a project, or the path of a scenario file (TOML).
    year : int, optional
        Year appraised; by default the stated opening plus the usual slip.
    draws, seed : int
        Draws of what we do not know, 400 by default and 100 for a project on gas or power, and the seed of their streams.
    trade_base : {"china", "partner"}
        Whose count of the trade the demand follows.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.
    out : path, optional
        Folder of the bundle; by default ``torugart-out/PROJECT-DIGEST``.
    report : bool
        Whether to write ``report.html``.
    output : sequence of str
        For a project on gas: bcm a year that a country makes beyond the record, as ``TKM=+36``.
    generated, residual : bool
        Whether the accounts count traffic that there would not be without the project, and what the line is worth at the end.
    growth, carbon : {"low", "central", "high"}
        Course of traffic growth and of the carbon price in the accounts.
    importer_share : float, optional
        Part of the users' benefit that goes to importing countries, from 0 to 1; that of the package when not given.
    progress : callable, optional
        Told in a few words what is being done, and for long stages how much of it is done, of how much.

    Returns
    -------
    Appraisal

    Raises
    ------
    InputError
        If the data, the project or the arguments cannot be used.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    switches = Switches(generated, residual, growth, carbon, importer_share)
    check_arguments(draws or 0, year, trade_base, out, switches)
    say("reading the data package")
    ready = prepare(data, overlays)
    scenario = read_scenario(Path(project)) if str(project).endswith(".toml") else None
    if scenario is None:
        energy = resolve_project(ready.package.tables, project)
        if is_energy_project(ready.package, energy):
            return appraise_energy(
                energy, year=year, draws=DRAWS_OF_ENERGY if draws is None else draws, seed=seed, output=output,
                data=data, overlays=overlays, out=out, report=report, progress=progress,
            )  # fmt: skip
    if output:
        raise InputError(f"--output goes with a project on gas or power; {project} is none")
    drawn = DRAWS if draws is None else draws
    question = replace(_question(ready, project, scenario, year, drawn, seed, trade_base), switches=switches)
    answer = appraise_project(ready.network, question, scenario, say)
    say("checking the claims")
    tables, figures = answer_tables(answer)
    tables["assumptions"] = figures.assumptions(ready.filled)
    tables["claims"] = _claims(ready, answer)
    tables["record"] = project_record(
        ready.package.tables, question.project, newest_check(ready.package.tables)
    )
    manifest = _manifest(ready, answer, tables, data, overlays, project, scenario)
    say("writing the report")
    html = write_report(tables, manifest) if report else None
    return finish(out, _slug(question, scenario), manifest, tables, html, started)


def _question(
    ready: Ready,
    project: str,
    scenario: Scenario | None,
    year: int | None,
    draws: int,
    seed: int,
    trade_base: str,
) -> Question:
    if scenario is None:
        project_id = resolve_project(ready.package.tables, project)
    else:
        project_id = (
            resolve_project(ready.package.tables, scenario.with_projects[0]) if scenario.with_projects else ""
        )
    if year is None:
        year = default_year(ready.package.tables, project_id) if project_id else int(ready.as_of[:4])
    return Question(project_id, year, ready.as_of, trade_base, draws, seed)


def check_arguments(
    draws: int,
    year: int | None,
    trade_base: str,
    out: Path | str | None,
    switches: Switches | None = None,
) -> None:
    """Refuse what cannot be computed or written before anything is."""
    faults = [] if switches is None else switches.faults()
    if not 0 <= draws <= MOST_DRAWS:
        faults.append(f"--draws is {draws}; give a number from 0 to {MOST_DRAWS}")
    if year is not None and not 1990 <= year <= 2100:
        faults.append(f"--year is {year}; give a year from 1990 to 2100")
    if trade_base not in TRADE_BASES:
        faults.append(f"--trade-base is {trade_base[:40]!r}; give {' or '.join(TRADE_BASES)}")
    if out is not None and "\x00" in str(out):
        faults.append(f"--out is {str(out)[:120]!r}, which is not a path")
    elif out is not None and Path(out).exists() and not may_replace(Path(out)):
        faults.append(f"{out}: exists and is not a bundle; choose another --out, or empty it")
    if faults:
        raise InputError("\n".join(faults))


def _slug(question: Question, scenario: Scenario | None) -> str:
    name = question.project if scenario is None else scenario.name
    return "".join(c if c.isalnum() else "_" for c in name.lower()).strip("_")[:60] or "scenario"


def _claims(ready: Ready, answer: Answer) -> pd.DataFrame:
    claims = ready.package.tables["claims"]
    mine = claims[claims["subject_id"] == answer.question.project]
    model = AppraisalModel(answer.question, answer.sides, answer.draws, lambda: answer.benefits)
    return check_claims(ready.package, mine, model, ready.as_of)


def _manifest(
    ready: Ready,
    answer: Answer,
    tables: dict[str, pd.DataFrame],
    data: Path | str | None,
    overlays: Sequence[Path | str],
    project: str,
    scenario: Scenario | None,
) -> dict[str, Any]:
    q = answer.question
    asked: dict[str, Any] = {
        "project": q.project,
        "year": q.year,
        "trade_base": q.trade_base,
        "draws": q.draws,
    }
    asked |= {"seed": q.seed, "baseline": q.baseline, "as_of": q.as_of}
    asked |= {"data": str(data) if data else "", "overlays": [str(o) for o in overlays]}
    if q.switches.made():
        asked["accounts"] = q.switches.made()
    if scenario is not None:
        asked["scenario"] = {"file": str(project), "name": scenario.name, "edits": len(scenario.edits)}
    name = ready.package.tables["projects"].set_index("project_id")["name"].get(q.project, "")
    title = name or (scenario.name if scenario else q.project)
    return make_manifest(
        "appraise",
        title,
        asked,
        ready.package,
        _command(asked, project),
        headline(answer, tables),
        answer.notes,
    )


def _command(asked: dict[str, Any], project: str) -> str:
    parts = [
        "torugart appraise",
        str(project),
        f"--year {asked['year']}",
        f"--draws {asked['draws']}",
        f"--seed {asked['seed']}",
    ]
    parts += [f"--trade-base {asked['trade_base']}"]
    parts += told_again(asked)
    for name, value in asked.get("accounts", {}).items():
        option = f"--{name.replace('_', '-')}"
        parts.append(option if value is True else f"{option} {value}")
    return " ".join(parts)


def no_change(tables: dict[str, pd.DataFrame]) -> bool:
    """Whether an appraisal found exactly nothing: the law of the empty scenario."""
    figures = tables["figures"]
    change = figures["figure_id"].str.contains(r"^benefit\.|\.d_(?:km|days|usd|t)$", regex=True)
    return bool(np.all(figures.loc[change, "value"] == 0.0))
