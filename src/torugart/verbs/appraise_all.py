"""``appraise --all``: every transport project, alone and all together."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from torugart.appraisal.programme import Programme, appraise_together, appraise_worth
from torugart.appraisal.project import Question, build_sides, trade_in_words
from torugart.record.evidence import project_status
from torugart.scenario.do_minimum import UNDER_WAY, ProjectState
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.prepare import prepare

DEFAULT_YEAR = 2035
TOGETHER = "all_together"


def appraise_all(
    *,
    year: int | None = None,
    draws: int = 100,
    seed: int = 1,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Appraise every transport project that changes the network, each alone and all together.

    The year is the same for all (2035 unless given). Those not yet open have their accounts, as if opened in that year. Operating
    projects are taken away instead of added: their row says what the network would lose without them. Returns a bundle whose table
    ``projects`` has one row each and the row ``all_together`` for those not yet open.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    check_arguments(draws, year, trade_base, out)
    ready = prepare(data, overlays)
    network, tables = ready.network, ready.package.tables
    question = Question("", year or DEFAULT_YEAR, ready.as_of, trade_base, draws, seed)
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    sides = build_sides(network, frozenset(), question)
    moving = sorted(set(tables["project_edits"]["project_id"]) | set(tables["links"]["project_id"]) - {""})
    # Those that change nothing of the do-minimum come first, so that all may share what is searched there.
    moving.sort(key=lambda p: (p in sides.base.projects, p))
    to_come = frozenset(p for p in moving if p not in sides.state.operating)
    evident = project_status(tables["evidence"], ready.as_of).set_index("project_id")["status"]
    programme = Programme(network, question)
    stage, rows = "appraising one project after another", []
    for k, project_id in enumerate(moving):
        say(stage, k, len(moving) + 1)
        asked = replace(question, project=project_id)
        found = (appraise_worth if project_id in to_come else appraise_together)(
            programme, asked, frozenset({project_id})
        )
        status = _status(sides.state, evident.get(project_id, ""), project_id)
        rows.append(
            {"project_id": project_id, "name": names[project_id], "status": status}
            | found
            | {"note": _note(status, project_id, tables)}
        )
    say(stage, len(moving), len(moving) + 1)
    together = appraise_together(programme, question, to_come)
    last = {
        "project_id": TOGETHER,
        "name": f"the {len(to_come)} that are not open yet, together",
        "status": "",
    }
    result = pd.DataFrame(rows).sort_values(["musd", "project_id"], ascending=[False, True])
    alone = float(result[result["project_id"].isin(to_come)]["musd"].sum())
    result = pd.concat([result, pd.DataFrame([last | together | {"note": ""}])], ignore_index=True)
    asked_for = {"year": question.year, "draws": draws, "seed": seed, "trade_base": trade_base}
    asked_for |= {"data": str(data) if data else "", "overlays": [str(overlay) for overlay in overlays]}
    options = [
        f"--{name.replace('_', '-')} {asked_for[name]}" for name in ("year", "draws", "seed", "trade_base")
    ]
    command = " ".join(["torugart appraise --all", *options, *told_again(asked_for)])
    notes = _notes(question, network.parameters, alone, together["musd"])
    manifest = make_manifest(
        "appraise --all", "All transport projects", asked_for, ready.package, command, notes=notes
    )
    return finish(out, f"all-{question.year}", manifest, {"projects": result}, None, started)


def _notes(question: Question, parameters: Mapping[str, float], alone: float, together: float) -> list[str]:
    year, trade = question.year, trade_in_words(parameters)
    return [
        f"Users' benefit in million USD of constant prices a year, {trade}, network of {year}.",
        f"One by one the projects not yet open add up to {alone:,.0f}; together they give {together:,.0f}. "
        "The difference is what they take from, or give, one another.",
        "Operating projects: what the network would lose without them; their capital is spent.",
        f"Net present value: all parties over {parameters['account_years']:.0f} years of operation, each project as if it opened in "
        f"{year}. Central: cost as announced, traffic as modelled; brackets: overruns and outturns of the reference classes.",
        "Bears: the capital cost at which the central net present value is zero, whether a cost is on record or not; none where "
        "what it brings does not pay its upkeep.",
    ]


def _status(state: ProjectState, evident: str, project_id: str) -> str:
    if project_id in state.operating:
        return "operating"
    # Works without a year of opening are no part of the do-minimum, but they are not mere plans either.
    return "under construction" if evident in UNDER_WAY else "planned"


def _note(status: str, project_id: str, tables: Mapping[str, pd.DataFrame]) -> str:
    if status == "operating":
        return "what would be lost without it"
    needed = tables["projects"].set_index("project_id").at[project_id, "requires_project"]
    return f"needs {needed}" if needed else ""
