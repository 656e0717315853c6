"""The company's account as tables: years under the announced and the modelled traffic, break-even tariffs, exposures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.accounts.finance import (
    Company,
    CompanyYears,
    announced_traffic,
    break_even_tariff,
    break_even_tariffs,
    company_years,
)
from torugart.accounts.risk import from_normal, scores
from torugart.appraisal.worth import Worth
from torugart.network.factors import parameter_quantity

FloatArray = NDArray[np.float64]
RESULT_COLUMNS = ("result_id", "traffic", "label", "value", "lo", "hi", "unit", "note")
YEAR_COLUMNS = ("traffic_mt", "revenue", "operating", "capital", "interest", "repayment", "debt", "coverage")
RETURNS = (0.0, 0.06, 0.09)
MOST_DRAWS = 1000
WORDS = {"announced": "announced traffic", "model": "the model's traffic"}


def finance_tables(
    tables: Mapping[str, pd.DataFrame], project: str, worth: Worth, seed: int
) -> dict[str, pd.DataFrame]:
    """Tables ``finance_years`` and ``finance_results``; empty where nothing is known of a company."""
    empty = {
        "finance_years": pd.DataFrame(columns=["traffic", "year", *YEAR_COLUMNS, "cash"]),
        "finance_results": pd.DataFrame(columns=list(RESULT_COLUMNS)),
    }
    parameters = tables["parameters"]
    known = set(parameters["parameter_id"])
    if not {f"finance_{project}_cost_musd", f"finance_{project}_line_km"} <= known:
        return empty
    company = company_of(parameters, project, worth)
    courses = traffic_courses(parameters, project, worth, company)
    years, rows = [], []
    for traffic, mt in courses.items():
        y = company_years(company, mt)
        years.append(_years(traffic, y))
        rows += _results(traffic, company, y, mt)
    rows += _break_even(parameters, project, worth, company, courses, seed)
    rows += _exposures(tables, worth, company, company_years(company, courses["model"]))
    return {
        "finance_years": pd.concat(years, ignore_index=True),
        "finance_results": pd.DataFrame(rows, columns=list(RESULT_COLUMNS)),
    }


def _value(parameters: pd.DataFrame, name: str, default: float = 0.0) -> float:
    hit = parameters.loc[parameters["parameter_id"] == name, "value"]
    return float(hit.iloc[0]) if len(hit) else default


def company_of(parameters: pd.DataFrame, project: str, worth: Worth) -> Company:
    """What is published of a project's company, and the accounts' unit costs for the rest."""
    stem = f"finance_{project}"
    km, cost = _value(parameters, f"{stem}_line_km"), _value(parameters, f"{stem}_cost_musd")
    i = worth.inputs
    per_km = worth.quantities["maintenance"].value
    return Company(
        start=worth.plan.start,
        opening=worth.plan.opening,
        operation_years=worth.plan.operation_years,
        cost_musd=cost,
        line_km=km,
        cost_usd_per_tkm=float(i.line[0]),
        fixed_musd=per_km * km / 1e6 + cost * float(i.renewal_share[0]),
        tariff_usd_per_tkm=_value(parameters, "finance_tariff_usd_per_tkm"),
        loan_musd=_value(parameters, f"{stem}_loan_musd"),
        loan_rate=_value(parameters, f"{stem}_loan_rate", _value(parameters, "finance_loan_rate")),
        loan_years=int(_value(parameters, f"{stem}_loan_years")),
    )


def announced_points(parameters: pd.DataFrame, project: str) -> dict[int, float]:
    """Traffic announced for given years, Mt a year."""
    pattern = re.compile(rf"finance_{re.escape(project)}_traffic_(\d{{4}})_mt_per_year")
    found = ((pattern.fullmatch(r.parameter_id), r.value) for r in parameters.itertuples(index=False))
    return {int(m.group(1)): float(v) for m, v in found if m}


def traffic_courses(
    parameters: pd.DataFrame, project: str, worth: Worth, company: Company
) -> dict[str, FloatArray]:
    """Mt a year by course: as announced, and as the model has it on the whole new line."""
    out = {}
    points = announced_points(parameters, project)
    if points:
        out["announced"] = announced_traffic(
            company, points, float(worth.inputs.ramp_first[0]), worth.plan.ramp_years
        )
    mt = worth.sums.line_tkm[0] / worth.line_km / 1e6 if worth.line_km > 0 else 0.0
    out["model"] = mt * worth.streams.scale[0, : company.years.size]
    return out


def _years(traffic: str, y: CompanyYears) -> pd.DataFrame:
    data: dict[str, Any] = {"traffic": traffic, "year": y.years}
    data |= {name: getattr(y, name) for name in YEAR_COLUMNS} | {"cash": y.cash}
    return pd.DataFrame(data)


def _results(traffic: str, company: Company, y: CompanyYears, mt: FloatArray) -> list[dict[str, Any]]:
    words = WORDS[traffic]
    served = np.isfinite(y.coverage)
    rows = [
        _row(
            "traffic_full",
            traffic,
            f"{words} in the tenth year",
            float(mt[company.opening - company.start + 9]) if company.operation_years > 9 else np.nan,
            "Mt/year",
        )
    ]
    if served.any():
        tariff = f"tariff {100 * company.tariff_usd_per_tkm:g} US cents per tkm"
        meets = np.flatnonzero(served & (y.coverage >= 1))
        first = float(y.years[meets[0]]) if meets.size else np.nan
        note = tariff if meets.size else f"never within {company.operation_years} years; {tariff}"
        tenth = min(company.opening - company.start + 9, y.years.size - 1)
        rows += [
            _row(
                "coverage_tenth",
                traffic,
                "coverage of debt service in the tenth year",
                float(y.coverage[tenth]),
                "ratio",
                tariff,
            ),
            _row("first_covered", traffic, "first year that covers its debt service", first, "year", note),
        ]
    return rows


def _row(
    result_id: str,
    traffic: str,
    label: str,
    value: float,
    unit: str,
    note: str = "",
    lo: float = np.nan,
    hi: float = np.nan,
) -> dict[str, Any]:
    return dict(zip(RESULT_COLUMNS, (result_id, traffic, label, value, lo, hi, unit, note), strict=True))


def _break_even(
    parameters: pd.DataFrame,
    project: str,
    worth: Worth,
    company: Company,
    courses: Mapping[str, FloatArray],
    seed: int,
) -> list[dict[str, Any]]:
    """Break-even tariffs with the draws' overrun, outturn, growth and operating cost."""
    i, n = worth.inputs, min(worth.rows.size - 1, MOST_DRAWS)
    per_km = worth.quantities["maintenance"].value
    rows = []
    for traffic, mt in courses.items():
        cost = company.cost_musd * i.overrun[1 : n + 1]
        fixed = per_km * company.line_km / 1e6 + cost * i.renewal_share[1 : n + 1]
        grown = mt * i.outturn[1 : n + 1, None]
        if traffic == "model" and worth.sums.line_tkm[0] > 0:
            years = company.years - worth.plan.demand_year
            growth = (1 + i.growth[1 : n + 1, None]) / (1 + i.growth[0])
            grown = grown * (worth.sums.line_tkm[1 : n + 1, None] / worth.sums.line_tkm[0]) * growth**years
        for rate in RETURNS:
            central = break_even_tariff(company, mt, rate)
            drawn = break_even_tariffs(company, grown, rate, cost, i.line[1 : n + 1], fixed)
            known = drawn[np.isfinite(drawn)]
            lo, hi = np.percentile(known, [5, 95]) if known.size > 1 else (np.nan, np.nan)
            rows.append(
                _row(
                    f"break_even_{100 * rate:.0f}",
                    traffic,
                    f"break-even tariff at a return of {100 * rate:.0f} %, {WORDS[traffic]}",
                    100 * central,
                    "US cents/tkm",
                    "" if np.isfinite(central) else "no traffic",
                    100 * float(lo),
                    100 * float(hi),
                )
            )
    if company.loan_musd > 0:
        service = company_years(company, courses["model"]).service.max()
        low, high = service, service
        lent = parameter_quantity(parameters, "finance_loan_rate")
        if f"finance_{project}_loan_rate" not in set(parameters["parameter_id"]):
            rates = from_normal(lent, scores("finance_loan_rate", seed, 200))
            spread = [
                company_years(
                    replace(company, loan_rate=float(np.clip(r, 0, 1))), courses["model"]
                ).service.max()
                for r in rates
            ]
            low, high = np.percentile(spread, [5, 95])
        note = f"rate {100 * company.loan_rate:g} %, not published: {100 * lent.lo:g} to {100 * lent.hi:g} %"
        rows.append(
            _row("debt_service", "", "debt service a year", service, "million USD/year", note, low, high)
        )
    return rows


def _exposures(
    tables: Mapping[str, pd.DataFrame], worth: Worth, company: Company, y: CompanyYears
) -> list[dict[str, Any]]:
    """What each state stands to lose: its equity, and its share of the debt at its height."""
    parameters = tables["parameters"]
    names = dict(zip(tables["countries"]["iso3"], tables["countries"]["name"], strict=True))
    peak = float(y.debt.max(initial=0.0))
    rows = []
    for iso3, share in worth.owners.items():
        name = names.get(iso3, iso3)
        equity = share * max(company.cost_musd - company.loan_musd, 0.0)
        both = equity + share * peak
        note = f"equity {equity:,.0f}, and {100 * share:g} % of a debt of {peak:,.0f} should lenders turn to the owners"
        rows.append(
            _row(
                f"exposure_{iso3}", "", f"exposure of {name} if the company fails", both, "million USD", note
            )
        )
        for stem, what in (("debt_{}_external_musd", "external debt"), ("budget_{}_musd", "yearly budget")):
            whole = _value(parameters, stem.format(iso3.lower()), np.nan)
            rows.append(
                _row(
                    f"exposure_{'share' if stem.startswith('debt') else 'budget'}_{iso3}",
                    "",
                    f"exposure of {name} against the state's {what}",
                    both / whole if np.isfinite(whole) else np.nan,
                    "share",
                    "" if np.isfinite(whole) else f"{what} not in the package",
                )
            )
    return rows
