"""One case of a sweep: the users' benefit of a set of projects under changed parameters and closures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.benefits import pairs_by_class, total_benefit
from torugart.appraisal.project import Question, build_sides, default_year, interval
from torugart.demand.freight import build_demand
from torugart.errors import InputError
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.sides import Network, build_network, draw_quantities
from torugart.network.ways import WaySettings
from torugart.scenario.sweep_plan import Case


def appraise_case(network: Network, case: Case, as_of: str, draws: int, seed: int) -> dict[str, float]:
    """Users' benefit of a case, million USD a year, with its interval where there are draws.

    Raises
    ------
    InputError
        If a parameter makes no price, or the closure names nothing.
    """
    tables = with_parameters(network.tables, case.parameters)
    priced = network if tables is network.tables else build_network(tables, arcs=network.arcs)
    year = case.year or max(default_year(tables, p) for p in case.projects)
    question = Question(case.projects[0], year, as_of, case.trade_base, draws, seed)
    sides = build_sides(priced, frozenset(case.projects), question)
    if case.closure:
        shut = closed_links(tables, case.closure)
        sides = replace(
            sides, today=sides.today.shut(shut), base=sides.base.shut(shut), with_=sides.with_.shut(shut)
        )
    drawn = draw_quantities(
        priced, [p for p in sides.state.under_way if p in sides.base.projects], draws, seed
    )
    demand = pairs_by_class(build_demand(tables, case.trade_base))
    opened = case.projects[0] if len(case.projects) == 1 else ""
    total = total_benefit(
        demand, sides.case(drawn, year, opened, sides.state.under_way), WaySettings(), Searched()
    )
    lo, hi = interval(total[1:])
    if not np.isfinite(total[0]):
        raise InputError(f"{case.axes()}: no benefit can be computed; a parameter is out of reason")
    return {"year": year, "musd": total[0] / 1e6, "lo": lo / 1e6, "hi": hi / 1e6}


def with_parameters(
    tables: Mapping[str, pd.DataFrame], parameters: tuple[tuple[str, float], ...]
) -> Mapping[str, pd.DataFrame]:
    """Tables in which some parameters have other values, their ranges in proportion."""
    if not parameters:
        return tables
    changed = tables["parameters"].copy()
    for name, value in parameters:
        row = changed.index[changed["parameter_id"] == name][0]
        old = float(changed.at[row, "value"])
        for column in ("lo", "hi"):
            if pd.notna(changed.at[row, column]) and old:
                changed.loc[row, column] = float(changed.at[row, column]) * value / old
        changed.loc[row, "value"] = value
    return {**tables, "parameters": changed}


def closed_links(tables: Mapping[str, pd.DataFrame], name: str) -> NDArray[np.bool_]:
    """Links of a crossing or link by its id, shape (n_links,)."""
    links, crossings = tables["links"], tables["crossings"]
    hit = crossings[crossings["crossing_id"] == name]
    if len(hit):
        gate = hit.iloc[0]
        ends = {gate["place_a"], gate["place_b"]}
        same = links["place_a"].isin(ends) & links["place_b"].isin(ends) & (links["mode"] == gate["mode"])
        return same.to_numpy(bool)
    return (links["link_id"] == name).to_numpy(bool)
