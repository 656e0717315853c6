"""What a figure hangs on: the squared rank correlation of each uncertain quantity with it over the draws.

It is a share of spread only when effects are monotone and add up; it ranks, it does not decompose. Under no link at all
it averages 1 / (n - 1), so with few draws values below about 4 / n are noise and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.draws.quantities import standard_ranks
from torugart.evaluate.sides import Draws

FloatArray = NDArray[np.float64]
Groups = tuple[tuple[str, tuple[str, ...]], ...]

GROUPS: Groups = (
    ("value of time", ("vot_",)),
    ("goods value", ("goods_value_",)),
    (
        "freight rates and fees",
        (
            "rate_",
            "rail_rate",
            "road_rate",
            "sea_rate",
            "ferry_rate",
            "crossing_usd",
            "gauge_change_usd",
            "first_mile_usd",
            "assumption_transfers_usd",
        ),
    ),
    ("hours at crossings", ("dwell_", "crossing_h_")),
    ("gauge change and transfers", ("gauge_change_h", "assumption_")),
    ("speeds and driving hours", ("speed_", "road_driving")),
    (
        "waiting and handling",
        (
            "rail_departures",
            "sea_departures",
            "ferry_departures",
            "origin_",
            "destination_",
            "first_mile_h",
            "road_loading",
        ),
    ),
    ("choice scale", ("choice_theta",)),
    ("opening dates", ("slip_",)),
)


def rank_drivers(results: Mapping[str, FloatArray], draws: Draws, most: int = 5) -> pd.DataFrame:
    """The quantities that each result hangs on most, strongest first.

    Parameters
    ----------
    results : mapping of str to ndarray, shape (n_draws + 1,)
        Results by figure id; column 0, the central run, is left out.
    draws : Draws
        The draws the results came from.
    most : int
        Rows for each result at most.

    Returns
    -------
    DataFrame
        quantity (the figure id), rank, ref, quantity_id, label, share, value, lo, hi.
    """
    columns = ["quantity", "rank", "ref", "quantity_id", "label", "share", "value", "lo", "hi"]
    keys = [k for k, q in draws.quantities.items() if q.dist != "fixed"]
    moving = [name for name, values in results.items() if draws.n >= 10 and np.ptp(values[1:]) > 0]
    if not keys or not moving:
        return pd.DataFrame(columns=columns)
    share = squared_rank_correlations(
        np.array([results[name][1:] for name in moving]), np.array([draws.values[k][1:] for k in keys])
    )
    rows = []
    for r, name in enumerate(moving):
        order = np.lexsort((np.arange(len(keys)), -share[r]))[:most]
        for rank, k in enumerate([k for k in order if share[r, k] > 4 / draws.n], start=1):
            q = draws.quantities[keys[k]]
            rows.append((name, rank, q.ref, q.quantity_id, q.label, share[r, k], q.value, q.lo, q.hi))
    return pd.DataFrame(rows, columns=columns)


def squared_rank_correlations(results: FloatArray, inputs: FloatArray) -> FloatArray:
    """Squared Spearman correlation of every row of ``results`` with every row of ``inputs``."""
    a = np.array([standard_ranks(r) for r in results])
    b = np.array([standard_ranks(r) for r in inputs])
    return (a @ b.T / results.shape[1]) ** 2


def group_shares(
    results: Mapping[str, FloatArray], draws: Draws, groups: Groups = GROUPS
) -> dict[str, dict[str, float]]:
    """Squared rank correlations of each result summed by kind of quantity, for "what hangs on what"."""
    out = {result: {name: 0.0 for name, _ in groups} for result in results}
    keys = [k for k, q in draws.quantities.items() if q.dist != "fixed"]
    moving = [name for name, values in results.items() if draws.n >= 10 and np.ptp(values[1:]) > 0]
    if not keys or not moving:
        return out
    share = squared_rank_correlations(
        np.array([results[name][1:] for name in moving]), np.array([draws.values[k][1:] for k in keys])
    )
    for r, result in enumerate(moving):
        for key, s in zip(keys, share[r], strict=True):
            if s > 4 / draws.n:
                name = group_of(key, groups)
                out[result][name] = out[result].get(name, 0.0) + float(s)
    return out


def group_of(quantity_id: str, groups: Groups = GROUPS) -> str:
    """Kind of a quantity by its id."""
    for name, starts in groups:
        if quantity_id.startswith(starts):
            return name
    return "other"


def with_sources(table: pd.DataFrame, package: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Add the unit, source and basis of the cell behind each quantity, as its ``ref`` names it."""
    parameters = package["parameters"].set_index("parameter_id")
    classes = package["classes"].set_index("class_id")
    rules = package["assumptions"].set_index("assumption_id")
    rows = []
    for ref in table["ref"].fillna(""):
        kind, _, name = str(ref).partition(":")
        if kind == "param":
            row = parameters.loc[name]
            rows.append((row["unit"], row["source_id"], row["basis"]))
        elif kind == "cell" and name.startswith("classes/"):
            class_id, column = name.removeprefix("classes/").split("/")
            unit = "USD/t" if column == "value_usd_per_t" else "1/day"
            rows.append((unit, classes.at[class_id, "source_id"], classes.at[class_id, "basis"]))
        elif kind == "assumption":
            rows.append((rules.at[name, "unit"], rules.at[name, "source_id"], "estimated"))
        else:
            rows.append(("", "", ""))
    return table.assign(unit=[r[0] for r in rows], source_id=[r[1] for r in rows], basis=[r[2] for r in rows])
