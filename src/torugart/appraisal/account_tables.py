"""The accounts as tables of a bundle: matrix, years, results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.discounting import (
    benefit_cost_ratio,
    first_year_return,
    present_value,
    rate_of_return,
    rates_of_return,
    switching_factor,
)
from torugart.accounts.economy import Streams, build_streams
from torugart.accounts.ledger import AT_SEA, PARTIES, WORLD
from torugart.appraisal.flows import UserGroups
from torugart.appraisal.worth import MATRIX_RATE, Worth, present_ledger

FloatArray = NDArray[np.float64]
RATES = (0.03, 0.06, 0.09, 0.12)
NAMES = {WORLD: "the world's climate", AT_SEA: "at sea"}
RESULT_COLUMNS = ("result_id", "label", "value", "lo", "hi", "unit", "note")
SMALLEST_MUSD = 1e-9


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws of the results that have them, by result id; column 0 is central."""

    values: dict[str, FloatArray]


def ends(values: FloatArray) -> tuple[float, float]:
    """5th and 95th percentile of the draws; NaN where nothing was drawn."""
    drawn = values[1:]
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size < 2:
        return np.nan, np.nan
    lo, hi = np.percentile(drawn, [5, 95])
    return float(lo), float(hi)


def matrix_table(worth: Worth, names: dict[str, str]) -> pd.DataFrame:
    """Gain of each country and party: in the year of the trade, and present value over the whole account."""
    present = present_ledger(worth)
    order = {p: k for k, p in enumerate(PARTIES)}
    rows = []
    for (iso3, party), pv in present.items():
        year = worth.ledger.get((iso3, party), np.zeros(1))[0] / 1e6
        if abs(year) < SMALLEST_MUSD and np.abs(pv).max() < SMALLEST_MUSD:
            continue
        lo, hi = ends(pv)
        name = names.get(iso3, NAMES.get(iso3, iso3))
        rows.append((iso3, name, party, float(year), float(pv[0]), lo, hi, order[party]))
    columns = ["iso3", "name", "party", "musd", "pv_musd", "pv_lo", "pv_hi", "_order"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["iso3", "_order"], kind="stable")
    return table.drop(columns="_order").reset_index(drop=True)


def years_table(streams: Streams, *, residual: bool) -> pd.DataFrame:
    """The central account by year; ``residual`` is 0 where it does not count."""
    last = np.flatnonzero((streams.scale[0] != 0) | (streams.capital[0] != 0) | (streams.fixed[0] != 0))
    n = int(last.max()) + 1 if last.size else 0
    data: dict[str, Any] = {"year": streams.years[:n], "traffic_factor": streams.scale[0, :n]}
    data |= {name.replace(" ", "_"): values[0, :n] for name, values in streams.parties.items()}
    data |= {"fixed": streams.fixed[0, :n], "capital": streams.capital[0, :n]}
    data |= {"converted": streams.converted[0, :n], "residual": streams.residual[0, :n] * residual}
    data |= {"net": streams.net[0, :n]}
    return pd.DataFrame(data)


def users_table(worth: Worth, groups: UserGroups) -> pd.DataFrame:
    """Users' boxes and gains in the year of the trade: those who keep their way, those who change it, those who are new."""
    year = present_value(worth.streams.scale[0], MATRIX_RATE)
    new_musd = sum(float(v[0]) for v in worth.new_traffic.users_usd.values()) / 1e6
    rows = [
        ("existing", groups.existing_feu, groups.existing_usd / 1e6, True),
        ("diverted", groups.diverted_feu, groups.diverted_usd / 1e6, True),
        ("generated", groups.new_feu, new_musd, worth.generated),
    ]
    table = pd.DataFrame(rows, columns=["group", "feu", "musd", "counted"])
    return table.assign(pv_musd=table["musd"] * year)[["group", "feu", "musd", "pv_musd", "counted"]]


def results_table(worth: Worth) -> tuple[pd.DataFrame, Drawn]:
    """What the account comes to, and the draws behind the intervals."""
    s, rows = worth.streams, _Rows()
    central = rate_of_return(s.net[0])
    if worth.has_cost:
        for rate in RATES:
            npv = present_value(s.net, rate)
            rows.add(
                f"npv_{100 * rate:.0f}",
                f"net present value at {100 * rate:.0f} %",
                npv[0],
                "million USD",
                draws=npv,
            )
        rows.add(
            "eirr",
            "economic internal rate of return",
            central.rate,
            "1/year",
            central.note,
            rates_of_return(s.net),
        )
        ratio = benefit_cost_ratio(s.benefits[0], s.costs[0], MATRIX_RATE)
        rows.add("bcr_6", "benefit-cost ratio at 6 %", ratio, "ratio")
        full = worth.plan.opening - worth.plan.start + worth.plan.ramp_years - 1
        fyrr = first_year_return((s.capital - s.converted)[0], float(s.net[0, full]), full, MATRIX_RATE)
        rows.add("first_year_return", "first-year return, full operation, at 6 %", fyrr, "share")
        _variants(rows, worth)
        rows.add("capital", "announced capital cost", worth.inputs.capital_musd[0], "million USD")
    rows.add(
        "co2_t",
        "change of CO2e a year, well to wheel, t",
        worth.flows.co2_t[0],
        "t/year",
        "trade of the demand year, before growth",
        worth.flows.co2_t,
    )
    most = break_even_capital(worth)
    note = "" if most > 0 else "no cost is low enough"
    rows.add(
        "most_capital_6", "capital cost at which the account breaks even at 6 %", most, "million USD", note
    )
    return pd.DataFrame(rows.rows, columns=list(RESULT_COLUMNS)), Drawn(rows.draws)


def break_even_capital(worth: Worth) -> float:
    """Capital cost at which the central account's present value at 6 % is zero, million USD; renewals follow it."""
    s = worth.streams
    whole = present_value(s.capital, MATRIX_RATE)[0]
    if whole > 0:
        factor = switching_factor(
            -(s.capital + s.fixed - s.converted)[0] + _maintenance(worth),
            s.benefits[0] - _maintenance(worth),
            MATRIX_RATE,
        )
        return float(factor * worth.inputs.capital_musd[0])
    spread = worth.plan.opening - worth.plan.start
    unit = np.where(s.years < worth.plan.opening, 1 / spread, 0.0)
    renewal = np.where(s.scale[0] > 0, worth.inputs.renewal_share[0], 0.0)
    return float(
        present_value(s.net[0], MATRIX_RATE)
        / present_value((unit + renewal) * worth.inputs.conversion[0], MATRIX_RATE)
    )


def _maintenance(worth: Worth) -> FloatArray:
    """The part of fixed cost that does not follow the capital, central, at shadow prices."""
    runs = worth.streams.fixed[0] > 0
    return np.where(runs, worth.inputs.maintenance_musd[0] * worth.inputs.conversion[0], 0.0)


def _variants(rows: _Rows, worth: Worth) -> None:
    """The switches and scenarios at 6 %: growth, carbon price, residual value, cost as a promoter states it."""
    sums, inputs = worth.central()
    q = worth.quantities
    for field, label in (("growth", "growth"), ("carbon_usd_per_t", "carbon price")):
        for end in ("lo", "hi") if q[field].lo < q[field].hi else ():
            net = worth.streams_of(sums, inputs.with_(**{field: getattr(q[field], end)})).net[0]
            word = "low" if end == "lo" else "high"
            name = f"{'growth' if field == 'growth' else 'carbon'}_{word}"
            value = float(present_value(net, MATRIX_RATE))
            rows.add(f"npv_6_{name}", f"net present value at 6 %, {word} {label}", value, "million USD")
            if field == "growth":
                found = rate_of_return(net)
                rows.add(
                    f"eirr_{name}",
                    f"rate of return, {word} {label}",
                    found.rate,
                    "1/year",
                    found.note,
                )
    other = build_streams(sums, worth.plan, inputs, residual=not worth.residual).net[0]
    new = worth.new_sums.take(np.zeros(1, np.int64))
    more = worth.streams_of(sums.plus(new, -1.0 if worth.generated else 1.0), inputs).net[0]
    for name, net, counted, label in (
        ("residual", other, worth.residual, "residual value"),
        ("generated", more, worth.generated, "generated traffic"),
    ):
        word = "without" if counted else "with"
        rows.add(
            f"npv_6_{word}_{name}",
            f"net present value at 6 %, {word} {label}",
            float(present_value(net, MATRIX_RATE)),
            "million USD",
        )


class _Rows:
    """Collects rows of results and the draws behind them."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.draws: dict[str, FloatArray] = {}

    def add(
        self,
        result_id: str,
        label: str,
        value: float,
        unit: str,
        note: str = "",
        draws: FloatArray | None = None,
    ) -> None:
        lo, hi = (np.nan, np.nan) if draws is None else ends(draws)
        if draws is not None:
            self.draws[result_id] = draws
            lost = int(np.isnan(draws[1:]).sum())
            if lost:
                note = f"{note + '; ' if note else ''}{100 * lost / (draws.size - 1):.0f} % of the draws have none"
        self.rows.append((result_id, label, float(value), lo, hi, unit, note))
