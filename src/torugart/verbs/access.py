"""``access``: what a project does to the market access of cities."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.appraisal.market_access import (
    ELASTICITY,
    CityCosts,
    access_by_country,
    build_city_costs,
    changed_costs,
    compare_access,
)
from torugart.appraisal.project import (
    Question,
    default_year,
    resolve_project,
    sides_asked,
)
from torugart.errors import InputError
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.prepare import prepare

METHOD = "docs/methods/market_access.md"
MOST_ELASTICITY = 50.0


def access(
    project: str,
    *,
    elasticity: float | None = None,
    year: int | None = None,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Compare the market access of cities without and with a project and write a bundle.

    Parameters
    ----------
    project : str
        Id, name or alias.
    elasticity : float, optional
        Trade elasticity; that of the package when not given. The ends of the package's range stand beside it.
    year, trade_base, data, overlays, out, progress
        As in ``appraise``; the trade base weighs the classes of goods.

    Returns
    -------
    Appraisal
        Tables access_cities, access_countries, access_pairs and figures.

    Raises
    ------
    InputError
        If the project is unknown or changes nothing of the network, or the elasticity makes no sense.
    NotConverged
        If market access cannot be solved.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    check_arguments(1, year, trade_base, out)
    if elasticity is not None and not 0 < elasticity <= MOST_ELASTICITY:
        raise InputError(
            f"--elasticity is {elasticity}; give a number above 0, at most {MOST_ELASTICITY:g}, such as 5.03"
        )
    say("reading the data package")
    ready = prepare(data, overlays)
    tables = ready.package.tables
    project_id = resolve_project(tables, project)
    question = Question(project_id, year or default_year(tables, project_id), ready.as_of, trade_base)
    sides = sides_asked(ready.network, question, None)[0]
    central, lo, hi = _elasticities(tables["parameters"])
    theta = central if elasticity is None else float(elasticity)
    say("pricing the ways between all cities")
    costs = build_city_costs(sides, trade_base)
    say("solving market access")
    cities = compare_access(costs, sorted({theta, lo, hi}))
    names = dict(zip(tables["countries"]["iso3"], tables["countries"]["name"], strict=True))
    countries = access_by_country(cities, names)
    asked = {
        "project": project_id,
        "elasticity": theta,
        "year": question.year,
        "trade_base": trade_base,
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    answer = {
        "access_cities": cities,
        "access_countries": countries,
        "access_pairs": changed_costs(costs),
        "figures": _figures(countries, theta, costs),
    }
    command = f"torugart access {project_id} --elasticity {theta:g} --year {question.year} --trade-base {trade_base}"
    manifest = make_manifest(
        "access",
        f"Market access with {tables['projects'].set_index('project_id').at[project_id, 'name']}",
        asked,
        ready.package,
        " ".join([command, *told_again(asked)]),
        _headline(cities[cities["elasticity"] == theta], countries, theta),
        _notes(costs),
    )
    return finish(out, f"access-{project_id}", manifest, answer, None, started)


def _elasticities(parameters: pd.DataFrame) -> tuple[float, float, float]:
    """The elasticity of the package and the ends of its range."""
    rows = parameters.set_index("parameter_id")
    if ELASTICITY not in rows.index or rows.loc[ELASTICITY, ["value", "lo", "hi"]].isna().any():
        raise InputError(
            f"parameters.csv: {ELASTICITY} needs value, lo and hi; add the row, as in the built-in package"
        )
    value, lo, hi = rows.loc[ELASTICITY, ["value", "lo", "hi"]].astype(float)
    if not 0 < lo <= value <= hi:
        raise InputError(
            f"parameters.csv: {ELASTICITY} is {value} from {lo} to {hi}; give numbers above 0 in order"
        )
    return value, lo, hi


def _headline(cities: pd.DataFrame, countries: pd.DataFrame, theta: float) -> list[dict[str, str]]:
    gain, lose = int((cities["d_solved"] > 0).sum()), int((cities["d_solved"] < 0).sum())
    rise, fall = int((cities["d_first"] > 0).sum()), int((cities["d_first"] < 0).sum())
    best, worst = cities.loc[cities["d_solved"].idxmax()], cities.loc[cities["d_solved"].idxmin()]
    text = f"To first order market access rises in {rise} of {len(cities)} cities and falls in {fall}. "
    text += f"Solved, with all cities after the same markets, it rises in {gain} and falls in {lose}"
    if gain:
        text += f": most in {best['name']} ({100 * best['d_solved']:+.2f} %)"
    if lose:
        text += f", least in {worst['name']} ({100 * worst['d_solved']:+.3f} %)"
    whole = countries[(countries["iso3"] == "ALL") & (countries["elasticity"] == theta)].iloc[0]
    mean = f"Mean over people of all cities: {100 * whole['d_first']:+.3f} % to first order, {100 * whole['d_solved']:+.3f} % solved."
    return [{"text": f"{text}.", "figure_id": ""}, {"text": mean, "figure_id": "access.ALL.d_solved"}]


def _notes(costs: CityCosts) -> list[str]:
    finite = costs.tau_without[np.isfinite(costs.tau_without) & (costs.tau_without > 1)]
    parts = ", ".join(f"{c.replace('_', ' ')} {100 * s:.0f} %" for c, s in costs.class_share.items())
    notes = [
        f"Trade cost between cities: freight and the worth of days over the value of goods, least way of all modes, both directions "
        f"alike; {np.min(finite):.2f} to {np.max(finite):.2f}, median {np.median(finite):.2f}. Classes by value traded: {parts}.",
        "Central values, one way a pair, all passes open. People of cities as the package holds them, not of the country around them; "
        "a city's own market is in.",
        "Tariffs, language and what else holds trade back at borders are not in the cost, so far markets count for more than they do.",
        "An index of what is within reach, not money; it reads the same gain as the users' benefit and is not added to it.",
    ]
    if costs.alone.any():
        names = ", ".join(costs.cities["name"][costs.alone])
        notes.append(f"No way leads to or from {names}.")
    return notes


def _figures(countries: pd.DataFrame, theta: float, costs: CityCosts) -> pd.DataFrame:
    """Figures for ``why``: the two changes of every country at the elasticity asked for."""
    inputs = [f"param:{ELASTICITY}"]
    for class_id in costs.class_share.index:
        inputs += [f"cell:classes/{class_id}/value_usd_per_t", f"cell:classes/{class_id}/vot_share_per_day"]
    formulas = {
        "d_first": (
            "to first order",
            "sum over cities of people x trade cost ^ -elasticity, with over without",
        ),
        "d_solved": ("solved", "MA_o = sum_d tau_od^-e MA_d^(-(1 + e) / e) N_d, with over without"),
    }
    rows: list[Mapping[str, Any]] = [
        {
            "figure_id": f"access.{c.iso3}.{column}",
            "label": f"change of market access {words}, {c.name}, mean over people",
            "value": 100 * getattr(c, column),
            "lo": np.nan,
            "hi": np.nan,
            "unit": "%",
            "section": "access",
            "formula": f"{formula}; elasticity {theta:g} ({METHOD})",
            "inputs": json.dumps(inputs),
            "note": "",
        }
        for c in countries[countries["elasticity"] == theta].itertuples(index=False)
        for column, (words, formula) in formulas.items()
    ]
    return pd.DataFrame(rows).sort_values("figure_id", ignore_index=True)
