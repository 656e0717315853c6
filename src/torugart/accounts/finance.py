"""The account of the company that builds and runs a line: revenue, cost, loan, coverage, break-even tariff.

Formulas: docs/methods/accounts.md. Constant prices; rates are real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from torugart.accounts.discounting import annuity, check_rate, present_value
from torugart.errors import InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Company:
    """What is known of a company and its line.

    Attributes
    ----------
    start, opening, operation_years : int
        First year of construction, first of operation, years of operation.
    cost_musd, line_km : float
    cost_usd_per_tkm, fixed_musd : float
        Operating cost of a tonne-km; fixed cost a year.
    tariff_usd_per_tkm : float
    loan_musd, loan_rate, loan_years : float, float, int
        No loan where ``loan_musd`` is 0.
    """

    start: int
    opening: int
    operation_years: int
    cost_musd: float
    line_km: float
    cost_usd_per_tkm: float
    fixed_musd: float
    tariff_usd_per_tkm: float
    loan_musd: float = 0.0
    loan_rate: float = 0.0
    loan_years: int = 0

    def __post_init__(self) -> None:
        """Refuse what no company can have."""
        faults = []
        if not np.isfinite(self.tariff_usd_per_tkm) or self.tariff_usd_per_tkm < 0:
            faults.append(f"tariff is {self.tariff_usd_per_tkm:g} USD per tkm; give 0 or more")
        if self.opening <= self.start:
            faults.append(f"opening {self.opening} is not after the first year of construction {self.start}")
        if self.cost_musd < 0 or self.line_km <= 0:
            faults.append("cost must not be negative and the line must have a length")
        if self.loan_musd < 0 or (self.loan_musd > 0 and self.loan_years < 1):
            faults.append("a loan needs an amount of 0 or more and a tenor of 1 year or more")
        if faults:
            raise InputError("company: " + "; ".join(faults))
        check_rate(self.loan_rate, "interest rate")

    @property
    def years(self) -> NDArray[np.int64]:
        """Years of construction and operation."""
        return np.arange(self.start, self.opening + self.operation_years)


@dataclass(frozen=True, slots=True)
class CompanyYears:
    """A company's money by year, million USD; coverage is NaN in years without debt service."""

    years: NDArray[np.int64]
    traffic_mt: FloatArray
    revenue: FloatArray
    operating: FloatArray
    capital: FloatArray
    interest: FloatArray
    repayment: FloatArray
    debt: FloatArray
    coverage: FloatArray

    @property
    def service(self) -> FloatArray:
        """Interest and repayment."""
        return self.interest + self.repayment

    @property
    def cash(self) -> FloatArray:
        """What is left to owners after debt service, capital apart."""
        return self.revenue - self.operating - self.service


def announced_traffic(
    company: Company, points: Mapping[int, float], first_share: float, ramp_years: int
) -> FloatArray:
    """Traffic by year from the traffic announced for some years: straight lines, flat after the last, ramped up at the start.

    Before the first announced year traffic is that year's, times the ramp-up.
    """
    years = company.years
    known = sorted(points)
    level = np.interp(years, known, [points[y] for y in known])
    done = np.clip((years - company.opening) / max(ramp_years - 1, 1), 0, 1)
    ramp = first_share + (1 - first_share) * done
    return np.where(years >= company.opening, level * ramp, 0.0)


def company_years(company: Company, traffic_mt: FloatArray) -> CompanyYears:
    """Revenue, cost and loan by year: the loan is drawn as construction goes and repaid as an annuity from opening."""
    years = company.years
    building = years < company.opening
    tkm = traffic_mt * 1e6 * company.line_km
    revenue = tkm * company.tariff_usd_per_tkm / 1e6
    operating = np.where(building, 0.0, tkm * company.cost_usd_per_tkm / 1e6 + company.fixed_musd)
    capital = np.where(building, company.cost_musd / building.sum(), 0.0)
    drawn = company.loan_musd / building.sum()
    interest, repayment, debt = (np.zeros(years.size) for _ in range(3))
    owed = 0.0
    for k in np.flatnonzero(building):
        owed = owed * (1 + company.loan_rate) + drawn
        debt[k] = owed
    if owed > 0:
        payment = annuity(owed, company.loan_rate, company.loan_years)
        for k in np.flatnonzero(~building)[: company.loan_years]:
            interest[k] = owed * company.loan_rate
            repayment[k] = payment - interest[k]
            owed -= repayment[k]
            debt[k] = max(owed, 0.0)
    service = interest + repayment
    coverage = np.divide(revenue - operating, service, out=np.full(years.size, np.nan), where=service > 0)
    return CompanyYears(years, traffic_mt, revenue, operating, capital, interest, repayment, debt, coverage)


def break_even_tariff(company: Company, traffic_mt: FloatArray, rate: float) -> float:
    """Tariff in USD per tkm at which capital and operating cost return ``rate``; NaN without traffic."""
    one = (company.cost_musd, company.cost_usd_per_tkm, company.fixed_musd)
    return float(break_even_tariffs(company, traffic_mt[None], rate, *(np.array([v]) for v in one))[0])


def break_even_tariffs(
    company: Company,
    traffic_mt: FloatArray,
    rate: float,
    cost_musd: FloatArray,
    cost_usd_per_tkm: FloatArray,
    fixed_musd: FloatArray,
) -> FloatArray:
    """Break-even tariffs of many draws of traffic, shape (n, n_years), and of costs, each of shape (n,)."""
    building = company.years < company.opening
    tkm = present_value(np.where(building, 0.0, traffic_mt * 1e6 * company.line_km), rate)
    capital = cost_musd * present_value(building / building.sum(), rate)
    fixed = fixed_musd * present_value(np.where(building, 0.0, 1.0), rate)
    spent = (capital + fixed) * 1e6
    return np.divide(spent, tkm, out=np.full(tkm.size, np.nan), where=tkm > 0) + cost_usd_per_tkm
