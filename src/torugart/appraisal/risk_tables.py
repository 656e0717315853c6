"""Sensitivities, switching values, tornado, indices and probabilities, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.discounting import present_value, rate_of_return, switching_factor
from torugart.accounts.risk import first_order_indices, passing_share
from torugart.appraisal.account_tables import ends
from torugart.appraisal.worth import MATRIX_RATE, Worth
from torugart.draws.quantities import Quantity
from torugart.evaluate.sides import Draws

FloatArray = NDArray[np.float64]
COLUMNS = ("kind", "item", "label", "value", "lo", "hi", "npv_6", "eirr", "error", "unit", "note")
HURDLES = (0.06, 0.09)
INDICES = 10
LABELS = {
    "capital_musd": "announced capital cost",
    "overrun": "cost overrun",
    "outturn": "traffic against forecast",
    "growth": "growth of traffic",
    "ramp_first": "traffic in the first year",
    "renewal_share": "renewals",
    "conversion": "conversion factor",
    "carbon_usd_per_t": "price of carbon in 2030",
    "rail": "cost of rail, flat lines",
    "line": "cost of rail on the project's line",
    "gauge_change": "cost of a gauge change",
    "road_toll_share": "tolls in lorry rates",
    "fee_cost_share": "cost in border fees",
    "road_accident": "accidents of lorries",
    "rail_accident": "accidents of trains",
    "maintenance_musd": "maintenance of the line",
    "delay_years": "delay of opening",
}


def risk_table(worth: Worth, draws: Draws, results: Mapping[str, FloatArray]) -> pd.DataFrame:
    """Every part of the risk of an account whose cost is known."""
    rows = [*_sensitivities(worth), *_switching(worth), *_tornado(worth)]
    if draws.n:
        rows += [*_indices(worth, draws, results["npv_6"]), *_chances(results)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(kind: str, item: str, label: str, **cells: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(COLUMNS[3:9], np.nan) | {"unit": "", "note": ""}
    return {"kind": kind, "item": item, "label": label} | empty | cells


def _sensitivities(worth: Worth) -> list[dict[str, Any]]:
    sums, inputs = worth.central()
    dearer, poorer = {"overrun": 1.2}, {"benefit": 0.8}
    cases: list[tuple[str, str, dict[str, float]]] = [
        ("central", "as announced", {}),
        ("cost_20", "cost 20 % higher", dearer),
        ("benefit_20", "benefits 20 % lower", poorer),
        ("delay_1", "opens one year later, money spent on time", {"delay_years": 1.0}),
        ("delay_2", "opens two years later, money spent on time", {"delay_years": 2.0}),
        ("all", "all of these, two years later", dearer | poorer | {"delay_years": 2.0}),
        (
            "reference_class",
            "overrun and traffic at the medians of the reference class",
            {k: worth.quantities[k].value for k in ("overrun", "outturn")},
        ),
    ]
    rows = []
    for item, label, changes in cases:
        net = worth.streams_of(sums, inputs.with_(**changes), capital_on_time=True).net[0]
        found = rate_of_return(net)
        npv = float(present_value(net, MATRIX_RATE))
        rows.append(_row("sensitivity", item, label, npv_6=npv, eirr=found.rate, note=found.note))
    return rows


def _switching(worth: Worth) -> list[dict[str, Any]]:
    s, rows = worth.streams, []
    for rate in HURDLES:
        cost, gain = -s.costs[0], s.benefits[0]
        for item, label, part, rest in (
            ("cost", "factor on capital and fixed cost", cost, gain),
            ("benefit", "factor on all benefits", gain, cost),
        ):
            factor = switching_factor(part, rest, rate)
            note = "no factor above zero is enough" if factor < 0 else ""
            name = f"{item}_{100 * rate:.0f}"
            text = f"{label} at which NPV is zero at {100 * rate:.0f} %"
            rows.append(_row("switching", name, text, value=factor, unit="factor", note=note))
    return rows


def _tornado(worth: Worth) -> list[dict[str, Any]]:
    """NPV at 6 % with one input at its 5 or 95 % point and the rest central; the network's draws as one input."""
    sums, inputs = worth.central()
    rows = []
    for field, quantity in _uncertain(worth).items():
        values = []
        for end in (quantity.lo, quantity.hi):
            at = end - quantity.value if field == "delay_years" else end
            if field == "maintenance_musd":
                at = end * worth.line_km / 1e6
            at = max(at, worth.plan.start + 1 - worth.plan.opening) if field == "delay_years" else at
            net = worth.streams_of(sums, inputs.with_(**{field: at})).net[0]
            values.append(float(present_value(net, MATRIX_RATE)))
        rows.append(
            _row(
                "tornado",
                field,
                LABELS[field],
                lo=values[0],
                hi=values[1],
                unit="million USD",
                note=f"from {quantity.lo:g} to {quantity.hi:g}",
            )
        )
    n = int(worth.rows.max()) + 1
    if n > 2:
        first = np.arange(n)
        fixed = worth.inputs.take(np.zeros(n, np.int64))
        npv = present_value(worth.streams_of(worth.sums.take(first), fixed).net, MATRIX_RATE)
        lo, hi = ends(npv)
        text = "days, rates, values of time, choice: all of the network"
        rows.append(
            _row("tornado", "network", text, lo=lo, hi=hi, unit="million USD", note="5-95 % of draws")
        )
    return sorted(rows, key=lambda r: (-abs(r["hi"] - r["lo"]), r["item"]))


def _uncertain(worth: Worth) -> dict[str, Quantity]:
    named = {("maintenance_musd" if k == "maintenance" else k): q for k, q in worth.quantities.items()}
    return {k: q for k, q in named.items() if q.dist != "fixed" and q.lo < q.hi and k in LABELS}


def _indices(worth: Worth, draws: Draws, npv: FloatArray) -> list[dict[str, Any]]:
    own = {f"account:{k}": getattr(worth.inputs, k)[1:] for k in _uncertain(worth)}
    labels = {f"account:{k}": LABELS[k] for k in _uncertain(worth)}
    network = {k: draws.values[k][1:] for k, q in draws.quantities.items() if q.dist != "fixed"}
    labels |= {k: draws.quantities[k].label for k in network}
    groups = worth.rows[1:] - 1
    found = first_order_indices(own, npv[1:], draws.seed, groups, network, INDICES)
    return [
        _row("sobol", name.removeprefix("account:"), labels[name], value=index, error=error, unit="share")
        for name, (index, error) in found.items()
    ]


def _chances(results: Mapping[str, FloatArray]) -> list[dict[str, Any]]:
    eirr, rows = results["eirr"][1:], []
    for hurdle in HURDLES:
        text = f"draws in which the rate of return is {100 * hurdle:.0f} % or more"
        rows.append(
            _row(
                "probability",
                f"eirr_{100 * hurdle:.0f}",
                text,
                value=passing_share(eirr, hurdle),
                unit="share",
            )
        )
    rows.append(
        _row(
            "probability",
            "npv_6",
            "draws in which NPV at 6 % is above zero",
            value=float(np.mean(results["npv_6"][1:] > 0)),
            unit="share",
        )
    )
    for name, unit in (("npv_6", "million USD"), ("eirr", "1/year")):
        values = results[name][1:]
        known = values[np.isfinite(values)]
        if known.size > 1:
            lo, mid, hi = np.percentile(known, [5, 50, 95])
            text = f"median of the draws, {'NPV at 6 %' if name == 'npv_6' else 'rate of return'}"
            rows.append(_row("quantile", name, text, value=mid, lo=lo, hi=hi, unit=unit))
    return rows
