"""What an answer on crude has beyond one on gas: products, what changes, lines beside what systems said, and output without an end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from torugart.energy.crude_backcast import crude_backcast
from torugart.energy.crude_case import MONTHS, REFINERIES
from torugart.energy.crude_draws import draw_crude, month_of_draw
from torugart.energy.gas_supply import Balance, solve_balance
from torugart.energy.oil_products import products_of_runs
from torugart.energy.supply_case import NamedCase
from torugart.verbs.gas_case import GasQuestion, again

LEAST_CHANGE = 1e-7  # Mt; below it a rest of the solver
LEAST_LEFT = 0.05  # Mt; below it what is left over is rounding


def crude_parts(asked: GasQuestion, b: Balance) -> dict[str, Any]:
    """The tables products, changes and backcast, and the notes, of a solved year of the record; as in ``SupplyAnswer``."""
    assert asked.package is not None
    tables = asked.package.tables
    now = _amounts(asked.named, b)
    return {
        "products": products_of_runs(tables, asked.year, _runs(asked.named, b)),
        "changes": _changes(asked, now),
        "backcast": crude_backcast(tables, asked.year, now.loc["line"].abs().to_dict()),
        "notes": _unplaced(asked.named, b),
    }


def crude_intervals(asked: GasQuestion, draws: int, seed: int) -> pd.DataFrame:
    """What is supplied, got and carried over draws of what is not known, and its change against the record as it is.

    Returns
    -------
    DataFrame
        what (supply, demand or line), item, median_mt, lo_mt, hi_mt (5 and 95 % points of the year), change_lo_mt, change_hi_mt
        (the same of the change; empty where nothing was asked to change).
    """
    now = _drawn(asked, draws, seed)
    points = now.quantile([0.05, 0.5, 0.95])
    found = pd.DataFrame({"median_mt": points.loc[0.5], "lo_mt": points.loc[0.05], "hi_mt": points.loc[0.95]})
    if _changed(asked):
        change = now.sub(_drawn(again(asked, standing=(), absent=(), more={}), draws, seed), fill_value=0.0)
        found["change_lo_mt"], found["change_hi_mt"] = change.quantile(0.05), change.quantile(0.95)
    else:
        found["change_lo_mt"] = found["change_hi_mt"] = np.nan
    return found.rename_axis(["what", "item"]).reset_index()


def _drawn(asked: GasQuestion, draws: int, seed: int) -> pd.DataFrame:
    """Amounts of the year, a row a draw."""
    assert asked.package is not None
    tables, named = asked.package.tables, asked.named
    drawn = draw_crude(named, asked.volumes, tables["oil_rests"], tables["parameters"], seed, draws)
    rows = []
    for k in range(draws):
        month = replace(named, case=month_of_draw(named.case, drawn, k))
        rows.append(MONTHS * _amounts(month, solve_balance(month.case)))
    return pd.DataFrame(rows)


def _changed(asked: GasQuestion) -> bool:
    return bool(asked.standing or asked.absent or asked.more)


def _runs(named: NamedCase, b: Balance) -> dict[str, float]:
    """What refineries get in the year, by country."""
    demands, case = named.tables["demands"], named.case
    got = (case.demand - b.unserved).sum(axis=1)
    country = named.tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    mine = pd.Series(got, country)[(demands["sector"] == REFINERIES).to_numpy()]
    return {str(c): float(mt) for c, mt in mine.groupby(level=0).sum().items()}


def _changes(asked: GasQuestion, now: pd.Series) -> pd.DataFrame:
    """What comes from elsewhere, goes elsewhere and runs elsewhere, against the record without what was asked to change."""
    columns = ["what", "item", "without_mt", "with_mt"]
    if not _changed(asked):
        return pd.DataFrame(columns=[*columns, "change_mt"])
    base = again(asked, standing=(), absent=(), more={}).named
    before = _amounts(base, solve_balance(base.case))
    found = pd.DataFrame({"without_mt": before, "with_mt": now}).fillna(0.0)
    found = found.assign(change_mt=found["with_mt"] - found["without_mt"])
    found = found[found["change_mt"].abs() > LEAST_CHANGE]
    return found.rename_axis(["what", "item"]).reset_index()


def _amounts(named: NamedCase, b: Balance) -> pd.Series:
    """What is supplied, got and carried in the year, by what it is and its id; a line backwards is below zero."""
    tables, case = named.tables, named.case
    sign = np.where(named.backwards, -1.0, 1.0)
    parts = {
        "supply": (tables["supplies"]["supply"], b.supply.sum(axis=1)),
        "demand": (tables["demands"]["demand"], (case.demand - b.unserved).sum(axis=1)),
        "line": (tables["lines"]["line"].to_numpy(str)[named.line_of_arc], sign * b.flow.sum(axis=1)),
    }
    return pd.concat(
        {
            what: pd.Series(amounts, np.asarray(items, str)).groupby(level=0).sum()
            for what, (items, amounts) in parts.items()
        }
    )


def _unplaced(named: NamedCase, b: Balance) -> list[str]:
    left = float(named.case.group_max.sum() - b.supply.sum())
    if left < LEAST_LEFT:
        return []
    return [
        f"{left:.1f} Mt of output find no end on record: what goes by rail, losses, stock, and what is wrong in the other"
        " figures; which field they are left in is decided by distance and says nothing"
    ]
