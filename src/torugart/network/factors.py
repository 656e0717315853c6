"""The uncertain quantities of the network, and how each factor of the cost components follows from them.

Ignorance is shared: one draw of the speed of Kazakh railways holds for every link of theirs, with and without a
project. A factor is the ratio of a drawn value to the central one; at central values every factor is 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.draws.quantities import Quantity
from torugart.network.costs import Components

FloatArray = NDArray[np.float64]


def parameter_values(parameters: pd.DataFrame) -> dict[str, float]:
    """Central value of every parameter, by id."""
    return dict(zip(parameters["parameter_id"], parameters["value"].astype(float), strict=True))


def parameter_quantity(
    parameters: pd.DataFrame, parameter_id: str, quantity_id: str = "", label: str = ""
) -> Quantity:
    """Make a quantity from a row of ``parameters``, under its own name or another."""
    row = parameters.loc[parameters["parameter_id"] == parameter_id].iloc[0]
    return _quantity_of(row.to_dict(), quantity_id, label)


def _quantity_of(row: Mapping[str, object], quantity_id: str, label: str) -> Quantity:
    value = float(row["value"])  # type: ignore[arg-type]
    lo, hi = (value if pd.isna(row[end]) else float(row[end]) for end in ("lo", "hi"))  # type: ignore[arg-type]
    name = str(row["parameter_id"])
    return Quantity(
        quantity_id or name, label or str(row["meaning"]), value, lo, hi, str(row["dist"]), f"param:{name}"
    )


def build_network_quantities(
    tables: Mapping[str, pd.DataFrame], components: Components, crossing_model: pd.DataFrame
) -> list[Quantity]:
    """List every uncertain quantity that the factors of these components hang on, sorted by id."""
    parameters = tables["parameters"]
    names = dict(zip(tables["countries"]["iso3"], tables["countries"]["name"], strict=True))
    crossing_names = dict(zip(tables["crossings"]["crossing_id"], tables["crossings"]["name"], strict=True))
    sides = _crossing_sides(tables)
    found: dict[str, Quantity] = {}
    records = {r["parameter_id"]: r for r in parameters.to_dict("records")}

    def need(parameter_id: str, quantity_id: str = "", label: str = "") -> None:
        key = quantity_id or parameter_id
        if key not in found:
            found[key] = _quantity_of(records[parameter_id], quantity_id, label)

    level = dict(zip(crossing_model["crossing_id"], crossing_model["level_parameter"], strict=True))
    for factor in components.time_factors:
        kind, *rest = factor.split(":")
        if kind == "run" and len(rest) == 2:
            need("speed_country_factor", f"speed_{rest[0]}_{rest[1]}", f"{rest[0]} speed in {names[rest[1]]}")
        elif kind == "run":
            need("speed_country_factor", f"speed_{rest[0]}", f"{rest[0]} speed")
        elif kind == "cross":
            need("dwell_crossing_factor", f"dwell_{rest[0]}", f"hours at {crossing_names[rest[0]]}")
            need(level[rest[0]])
            for iso3 in sides[rest[0]]:
                need("dwell_side_factor", f"dwell_side_{iso3}", f"hours at the borders of {names[iso3]}")
        elif kind == "gauge_change":
            need("gauge_change_h")
        elif kind == "transfer":
            q = _transfer_quantity(tables["assumptions"], rest[0], rest[1], "hours")
            found.setdefault(q.quantity_id, q)
        elif kind == "wait" or kind == "handling":
            need(rest[0])
        elif kind == "first_mile":
            need("first_mile_h")
    if any(f.startswith("run:road") for f in components.time_factors):
        need("road_driving_h_per_day")
    for factor in components.money_factors:
        kind, *rest = factor.split(":")
        if kind == "rate":
            need(f"{rest[0]}_rate_usd_per_feu_km")
            if len(rest) == 2:
                need(
                    "rate_country_factor", f"rate_{rest[0]}_{rest[1]}", f"{rest[0]} rates in {names[rest[1]]}"
                )
        elif kind == "fee":
            need(rest[0])
        elif kind == "gauge_change":
            need("gauge_change_usd_per_feu")
        elif kind == "first_mile":
            need("first_mile_usd_per_feu")
        elif kind == "transfer":
            q = _transfer_quantity(tables["assumptions"], rest[0], rest[1], "usd_per_feu")
            found.setdefault(q.quantity_id, q)
    return [found[key] for key in sorted(found)]


def time_factor_draws(
    tables: Mapping[str, pd.DataFrame],
    components: Components,
    crossing_model: pd.DataFrame,
    quantities: Mapping[str, Quantity],
    draws: Mapping[str, FloatArray],
) -> FloatArray:
    """Draws of every time factor, shape (n_factors, n_draws)."""
    n = len(next(iter(draws.values()))) if draws else 1
    sides = _crossing_sides(tables)
    model = {
        c: (p, s)
        for c, p, s in crossing_model[["crossing_id", "level_parameter", "prior_share"]].itertuples(
            index=False
        )
    }

    def ratio(quantity_id: str) -> FloatArray:
        return draws[quantity_id] / quantities[quantity_id].value

    out = np.ones((len(components.time_factors), n))
    for k, factor in enumerate(components.time_factors):
        kind, *rest = factor.split(":")
        if kind == "run":
            out[k] = 1 / ratio("speed_" + "_".join(rest))
            if rest[0] == "road":
                out[k] /= ratio("road_driving_h_per_day")
        elif kind == "cross":
            level, prior_share = model[rest[0]]
            side = np.ones(n)
            for iso3 in sides[rest[0]]:
                side *= ratio(f"dwell_side_{iso3}") ** 0.5
            out[k] = ratio(f"dwell_{rest[0]}") * side * ratio(level) ** prior_share
        elif kind == "gauge_change":
            out[k] = ratio("gauge_change_h")
        elif kind == "transfer":
            out[k] = ratio(_transfer_quantity(tables["assumptions"], rest[0], rest[1], "hours").quantity_id)
        elif kind == "wait":
            out[k] = 1 / ratio(rest[0])
        elif kind == "handling":
            out[k] = ratio(rest[0])
        elif kind == "first_mile":
            out[k] = ratio("first_mile_h")
    return out


def money_factor_draws(
    tables: Mapping[str, pd.DataFrame],
    components: Components,
    quantities: Mapping[str, Quantity],
    draws: Mapping[str, FloatArray],
) -> FloatArray:
    """Draws of every money factor, shape (n_factors, n_draws)."""
    n = len(next(iter(draws.values()))) if draws else 1

    def ratio(quantity_id: str) -> FloatArray:
        return draws[quantity_id] / quantities[quantity_id].value

    out = np.ones((len(components.money_factors), n))
    for k, factor in enumerate(components.money_factors):
        kind, *rest = factor.split(":")
        if kind == "rate":
            out[k] = ratio(f"{rest[0]}_rate_usd_per_feu_km")
            if len(rest) == 2:
                out[k] *= ratio("rate_" + "_".join(rest))
        elif kind == "fee":
            out[k] = ratio(rest[0])
        elif kind == "gauge_change":
            out[k] = ratio("gauge_change_usd_per_feu")
        elif kind == "first_mile":
            out[k] = ratio("first_mile_usd_per_feu")
        elif kind == "transfer":
            out[k] = ratio(
                _transfer_quantity(tables["assumptions"], rest[0], rest[1], "usd_per_feu").quantity_id
            )
    return out


def _crossing_sides(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    iso3 = dict(zip(tables["places"]["place_id"], tables["places"]["iso3"], strict=True))
    return {
        c.crossing_id: (iso3[c.place_a], iso3[c.place_b]) for c in tables["crossings"].itertuples(index=False)
    }


def _transfer_quantity(assumptions: pd.DataFrame, from_mode: str, to_mode: str, column: str) -> Quantity:
    """The assumption on the hours or cost of a change between two modes, as a quantity."""
    wanted = {f"from_mode={from_mode};to_mode={to_mode}", f"to_mode={to_mode};from_mode={from_mode}"}
    hit = assumptions[
        (assumptions["table"] == "transfers")
        & (assumptions["column"] == column)
        & assumptions["where"].isin(wanted)
    ]
    label = f"{'hours' if column == 'hours' else 'cost'} of a change from {from_mode} to {to_mode}"
    if hit.empty:
        return Quantity(f"transfer_{column}_{from_mode}_{to_mode}", label, 1.0, 1.0, 1.0, "fixed", "")
    row = hit.iloc[0]
    value = float(row["value"])
    lo = value if pd.isna(row["lo"]) else float(row["lo"])
    hi = value if pd.isna(row["hi"]) else float(row["hi"])
    return Quantity(
        f"assumption_{row['assumption_id']}",
        label,
        value,
        lo,
        hi,
        "lognormal",
        f"assumption:{row['assumption_id']}",
    )
