"""``compare``: several projects alone, together, what each is worth among the others, and the best set under a budget."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.benefits import pairs_by_class
from torugart.appraisal.drivers import rank_drivers, with_sources
from torugart.appraisal.project import Question, interval, resolve_project, trade_in_words
from torugart.appraisal.project_sets import MOST_EXACT, ProjectSets, build_project_sets
from torugart.appraisal.worth import capital_cost
from torugart.demand.freight import build_demand
from torugart.errors import InputError, UnknownName
from torugart.report.comparison_page import write_comparison_page
from torugart.scenario.edits import project_edits
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.prepare import prepare

FloatArray = NDArray[np.float64]
MOST_PROJECTS, MOST_BUDGETED, SETS_SHOWN = 30, 20, 10
METHOD = "docs/methods/compare.md"


def compare(
    *projects: str,
    budget_usd: float | None = None,
    year: int | None = None,
    draws: int = 100,
    seed: int = 1,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Compare projects and write a bundle: each alone, all together, Shapley shares, complements and rivals, the best set.

    Parameters
    ----------
    *projects : str
        Two or more ids, names or aliases.
    budget_usd : float, optional
        Money for capital cost; asks for the set of most benefit that it pays for.
    year, draws, seed, trade_base, data, overlays, out, progress
        As in ``appraise``; the year is 2035 unless given.

    Returns
    -------
    Appraisal
        Tables projects, interactions, sets (with a budget), drivers and figures.

    Raises
    ------
    InputError
        If a project is unknown, named twice or changes nothing of the network, or the budget makes no sense; all faults at once.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    check_arguments(draws, year, trade_base, out)
    ready = prepare(data, overlays)
    tables = ready.package.tables
    ids = _project_ids(tables, projects, budget_usd)
    question = Question("", year or 2035, ready.as_of, trade_base, draws, seed)
    demand = pairs_by_class(build_demand(tables, trade_base))
    sets = build_project_sets(ready.network, ids, question, demand, say)
    share, error = sets.shares(seed, say)
    everything = (1 << len(ids)) - 1
    alone = np.array([sets.value(1 << k) for k in range(len(ids))])
    last = np.array([sets.value(everything) - sets.value(everything & ~(1 << k)) for k in range(len(ids))])
    together = sets.value(everything)
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    answer = {
        "projects": _project_table(sets, names, alone, share, error, last, tables),
        "interactions": _interaction_table(sets, names, alone),
    }
    if budget_usd is not None:
        answer["sets"] = _best_sets(sets, names, answer["projects"], budget_usd)
    answer["figures"], drawn = _figures(answer, sets, alone, share, last, together)
    ranked = rank_drivers(drawn, sets.draws).assign(kind="quantity")
    answer["drivers"] = with_sources(ranked, tables)
    lo, hi = interval(together[1:])
    asked = {
        "projects": list(ids),
        "budget_usd": budget_usd,
        "year": question.year,
        "trade_base": trade_base,
        "draws": draws,
        "seed": seed,
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    text = f"Together {together[0] / 1e6:,.0f} million USD a year for users ({lo / 1e6:,.0f} to {hi / 1e6:,.0f}); "
    text += f"one by one they add up to {alone[:, 0].sum() / 1e6:,.0f}."
    manifest = make_manifest(
        "compare",
        f"{len(ids)} projects compared",
        asked,
        ready.package,
        _command(asked),
        [{"text": text, "figure_id": "compare.together"}],
        _notes(sets, answer, error),
    )
    return finish(out, "compare", manifest, answer, write_comparison_page(answer, manifest), started)


def _command(asked: Mapping[str, Any]) -> str:
    """The command line that asks the same."""
    parts = ["torugart compare", *asked["projects"], f"--year {asked['year']}", f"--draws {asked['draws']}"]
    parts += [f"--seed {asked['seed']}", f"--trade-base {asked['trade_base']}"]
    parts += [f"--budget {asked['budget_usd']:g}"] if asked["budget_usd"] is not None else []
    return " ".join([*parts, *told_again(asked)])


def _project_ids(
    tables: Mapping[str, pd.DataFrame], projects: Sequence[str], budget_usd: float | None
) -> tuple[str, ...]:
    """Ids of the projects asked for; every fault of the question at once."""
    faults, ids = [], []
    for name in projects:
        try:
            project_id = resolve_project(tables, str(name))
        except UnknownName as fault:
            faults.append(str(fault))
            continue
        if project_id in ids:
            faults.append(f"{name}: {project_id} is named twice; name it once")
            continue
        ids.append(project_id)
    for project_id in ids:
        has_links = (tables["links"]["project_id"] == project_id).any()
        if not has_links and not project_edits(tables, project_id):
            faults.append(
                f"{project_id}: record only, no network effect modelled (project_edits has no row for it)"
            )
    if not faults and len(ids) < 2:
        faults.append("give two projects or more, as in `torugart compare cku ayagoz_bakhty`")
    if len(ids) > MOST_PROJECTS:
        faults.append(f"{len(ids)} projects; give at most {MOST_PROJECTS}")
    if budget_usd is not None and not (np.isfinite(budget_usd) and budget_usd > 0):
        faults.append(f"--budget is {budget_usd}; give USD above 0, such as 5e9")
    elif budget_usd is not None and len(ids) > MOST_BUDGETED:
        faults.append(
            f"--budget values every set; give at most {MOST_BUDGETED} projects with it, not {len(ids)}"
        )
    if faults:
        raise InputError("\n".join(faults))
    return tuple(ids)


def _musd(usd: FloatArray, suffix: str = "") -> dict[str, float]:
    lo, hi = interval(usd[1:])
    return {f"musd{suffix}": usd[0] / 1e6, f"lo{suffix}": lo / 1e6, f"hi{suffix}": hi / 1e6}


def _project_table(
    sets: ProjectSets,
    names: Mapping[str, str],
    alone: FloatArray,
    share: FloatArray,
    error: FloatArray,
    last: FloatArray,
    tables: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    rows = []
    for k, project_id in enumerate(sets.projects):
        cost, ref = capital_cost(tables, project_id)
        needs = ", ".join(sets.projects[r] for r in sets.requires[k])
        rows.append(
            {"project_id": project_id, "name": names[project_id]}
            | _musd(alone[k], "_alone")
            | _musd(share[k], "_share")
            | _musd(last[k], "_last")
            | {
                "sampling_error": error[k, 0] / 1e6,
                "cost_musd": cost.value if ref else np.nan,
                "cost_ref": ref,
                "note": f"needs {needs}" if needs else "",
            }
        )
    return pd.DataFrame(rows).sort_values(
        ["musd_share", "project_id"], ascending=[False, True], ignore_index=True
    )


def _interaction_table(sets: ProjectSets, names: Mapping[str, str], alone: FloatArray) -> pd.DataFrame:
    """What two projects bring together beyond what each brings alone; the same when all the others are there."""
    n = len(sets.projects)
    everything = (1 << n) - 1
    rows = []
    for a in range(n):
        for b in range(a + 1, n):
            both = 1 << a | 1 << b
            extra = sets.value(both) - alone[a] - alone[b]
            among = sets.value(everything) - sets.value(everything & ~(1 << a))
            among = among - sets.value(everything & ~(1 << b)) + sets.value(everything & ~both)
            found = _musd(extra)
            word = "neither"
            if not extra.any():
                word = "independent"
            elif found["lo"] > 0 or (np.isnan(found["lo"]) and extra[0] > 0):
                word = "complements"
            elif found["hi"] < 0 or (np.isnan(found["hi"]) and extra[0] < 0):
                word = "rivals"
            rows.append(
                {
                    "project_a": sets.projects[a],
                    "project_b": sets.projects[b],
                    "name_a": names[sets.projects[a]],
                    "name_b": names[sets.projects[b]],
                }
                | found
                | {"musd_among_all": among[0] / 1e6, "relation": word}
            )
    table = pd.DataFrame(rows)
    return table.iloc[np.argsort(-table["musd"].abs().to_numpy(), kind="stable")].reset_index(drop=True)


def _best_sets(
    sets: ProjectSets, names: Mapping[str, str], projects: pd.DataFrame, budget_usd: float
) -> pd.DataFrame:
    """The sets of most benefit that the budget pays for, best first, from the value of every one."""
    cost = projects.set_index("project_id")["cost_musd"].reindex(list(sets.projects)).to_numpy(float)
    masks = np.arange(1 << len(sets.projects))
    members = (masks[:, None] >> np.arange(len(sets.projects))) & 1 == 1
    priced = ~(members & np.isnan(cost)).any(axis=1)
    whole = np.array([sets.consistent(int(m)) == m for m in masks])
    total = members.astype(float) @ np.nan_to_num(cost)
    fits = priced & whole & (total <= budget_usd / 1e6)
    value = sets.central_values() / 1e6
    best = masks[fits][np.lexsort((total[fits], -value[fits]))][:SETS_SHOWN]
    rows = []
    for rank, m in enumerate(best, start=1):
        chosen = [p for k, p in enumerate(sets.projects) if m >> k & 1]
        lo, hi = interval(sets.value(int(m))[1:])
        rows.append(
            {
                "rank": rank,
                "projects": ";".join(chosen),
                "names": ", ".join(names[p] for p in chosen),
                "cost_musd": total[m],
                "musd": value[m],
                "lo": lo / 1e6,
                "hi": hi / 1e6,
            }
        )
    return pd.DataFrame(rows)


def _figures(
    answer: Mapping[str, pd.DataFrame],
    sets: ProjectSets,
    alone: FloatArray,
    share: FloatArray,
    last: FloatArray,
    together: FloatArray,
) -> tuple[pd.DataFrame, dict[str, FloatArray]]:
    """Figures for ``why``, and their draws."""
    rows: list[dict[str, Any]] = []
    drawn: dict[str, FloatArray] = {}

    def add(figure_id: str, label: str, usd: FloatArray, formula: str, inputs: list[str]) -> None:
        drawn[figure_id] = usd
        value = _musd(usd)
        rows.append(
            {
                "figure_id": figure_id,
                "label": label,
                "value": value["musd"],
                "lo": value["lo"],
                "hi": value["hi"],
                "unit": "million USD/year",
                "section": "compare",
                "formula": f"{formula} ({METHOD})",
                "inputs": json.dumps(inputs),
                "note": "",
            }
        )

    model = ["param:choice_theta", "param:path_size_weight"]
    names = answer["projects"].set_index("project_id")["name"]
    shares = [f"figure:compare.share.{p}" for p in sets.projects]
    add("compare.together", "users' benefit a year of all together", together, "sum of the shares", shares)
    for k, p in enumerate(sets.projects):
        own = [f"figure:compare.alone.{p}", f"figure:compare.last.{p}"]
        add(
            f"compare.share.{p}", f"share of {names[p]}", share[k], "mean gain over all orders of coming", own
        )
        add(
            f"compare.last.{p}",
            f"{names[p]}, when all the others are there",
            last[k],
            "v(all) - v(all without it)",
            model,
        )
        add(
            f"compare.alone.{p}",
            f"{names[p]}, alone",
            alone[k],
            "sum over pairs and classes of boxes a year x fall of the logsum, on the union of ways of all compared",
            model,
        )
    for r in answer["interactions"].itertuples(index=False):
        a, b = sets.projects.index(r.project_a), sets.projects.index(r.project_b)
        add(
            f"compare.pair.{r.project_a}.{r.project_b}",
            f"{r.name_a} and {r.name_b}: together beyond each alone",
            sets.value(1 << a | 1 << b) - alone[a] - alone[b],
            "v(both) - v(one) - v(other)",
            [f"figure:compare.alone.{r.project_a}", f"figure:compare.alone.{r.project_b}"],
        )
    return pd.DataFrame(rows).sort_values("figure_id", ignore_index=True), drawn


def _notes(sets: ProjectSets, answer: Mapping[str, pd.DataFrame], error: FloatArray) -> list[str]:
    exact = not error.any()
    trade = trade_in_words(sets.sides.base.network.parameters)
    notes = [
        f"Users' benefit in million USD of constant prices a year, {trade}; against the do-minimum with none of the projects.",
        "All sets are valued on one union of ways, so a project alone may differ by some per cent from its own appraisal.",
        "Shares: "
        + (
            "exact."
            if exact
            else f"sampled by random orders and their reverse where a pair of places hangs on more than {MOST_EXACT} projects."
        ),
    ]
    unpriced = answer["projects"].loc[answer["projects"]["cost_musd"].isna(), "name"]
    if "sets" in answer:
        notes.append(
            "Best set: every set that the budget pays for was valued; benefit a year, not net present value."
        )
        if len(unpriced):
            notes.append(f"Left out of the best set, no cost on record: {', '.join(unpriced)}.")
    return notes
