"""Present values, rates of return and annuities of yearly streams, in constant prices.

The first year of a stream is year 0 and is not discounted. Streams may be stacked: the last axis is time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from torugart.errors import InputError

FloatArray = NDArray[np.float64]
LEAST_RATE, GREATEST_RATE = -0.99, 10.0
GREATEST_DISCOUNT_RATE = 1.0
# Finer near the rates that occur, so that two roots close together are not missed there.
_GRID = np.unique(
    np.concatenate(
        [np.linspace(LEAST_RATE, 0.0, 199), np.linspace(0, 1, 401), np.geomspace(1, GREATEST_RATE, 60)]
    )
)
_HALVINGS = 60


def check_rate(rate: float, what: str = "discount rate") -> float:
    """Refuse a rate that is no rate: given in per cent by mistake, below zero, or not a number."""
    if not np.isfinite(rate) or not 0 <= rate <= GREATEST_DISCOUNT_RATE:
        raise InputError(
            f"{what} is {rate:g}, which is {100 * rate:g} % a year; give a fraction from 0 to 1, as in 0.06 for 6 %"
        )
    return float(rate)


def discount_factors(rate: float, n_years: int) -> FloatArray:
    """Worth today of one unit in years 0, 1, ..., n_years - 1."""
    return (1.0 + check_rate(rate)) ** -np.arange(n_years, dtype=np.float64)


def present_value(stream: ArrayLike, rate: float) -> FloatArray:
    """Sum of a stream, or of each of a stack of streams, discounted to its first year.

    Parameters
    ----------
    stream : array_like, shape (..., n_years)
        Amounts by year.
    rate : float
        Discount rate a year, as a fraction from 0 to 1.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    InputError
        If the rate is outside 0 to 1.

    Examples
    --------
    >>> round(float(present_value([-100.0, 60.0, 60.0], 0.1)), 4)
    4.1322
    """
    amounts = np.asarray(stream, dtype=np.float64)
    return amounts @ discount_factors(rate, amounts.shape[-1])


def annuity(principal: float, rate: float, n_years: int) -> float:
    """Equal payment at the end of each of ``n_years`` that repays a loan with interest.

    Examples
    --------
    >>> round(annuity(2332.0, 0.03, 35), 1)
    108.5
    """
    check_rate(rate, "interest rate")
    if n_years < 1:
        raise InputError(f"a loan of {n_years} years cannot be repaid; give 1 or more")
    if rate == 0:
        return principal / n_years
    return float(principal * rate / -np.expm1(-n_years * np.log1p(rate)))


@dataclass(frozen=True, slots=True)
class RateOfReturn:
    """The internal rate of return of one stream: its only root, or why there is none.

    Attributes
    ----------
    rate : float
        NaN where there is no root, or more than one.
    roots : tuple of float
        Every rate between -99 % and 1,000 % at which the present value is zero.
    note : str
        Empty when the rate stands alone; otherwise why it does not.
    """

    rate: float
    roots: tuple[float, ...]
    note: str


def rate_of_return(stream: ArrayLike) -> RateOfReturn:
    """Internal rate of return of a stream, with no and several roots told apart.

    Examples
    --------
    >>> round(rate_of_return([-100.0, 60.0, 60.0]).rate, 6)
    0.130662
    >>> rate_of_return([100.0, 60.0]).note
    'no rate: the sum never changes sign'
    """
    amounts = np.asarray(stream, dtype=np.float64)
    if not amounts.any():
        return RateOfReturn(np.nan, (), "no rate: nothing is spent and nothing is gained")
    values = _values_on(amounts[None], _GRID)[0]
    at = np.flatnonzero(np.signbit(values[:-1]) != np.signbit(values[1:]))
    roots = tuple(float(_halve(amounts[None], _GRID[[k]], _GRID[[k + 1]])[0]) for k in at)
    if not roots:
        return RateOfReturn(np.nan, (), "no rate: the sum never changes sign")
    if len(roots) > 1:
        listed = ", ".join(f"{100 * r:.1f} %" for r in roots)
        return RateOfReturn(np.nan, roots, f"several rates fit ({listed}), so none is the rate of return")
    return RateOfReturn(roots[0], roots, "")


def rates_of_return(streams: FloatArray) -> FloatArray:
    """Internal rates of return of many streams; NaN where there is no root or more than one."""
    values = _values_on(streams, _GRID)
    turns = np.signbit(values[:, :-1]) != np.signbit(values[:, 1:])
    single = (turns.sum(axis=1) == 1) & streams.any(axis=1)
    out = np.full(len(streams), np.nan)
    if single.any():
        k = turns[single].argmax(axis=1)
        out[single] = _halve(streams[single], _GRID[k], _GRID[k + 1])
    return out


def _values_on(streams: FloatArray, rates: FloatArray) -> FloatArray:
    """Present values of streams at rates, scaled so that the early years never overflow: shape (n, n_rates).

    Multiplied by (1 + r)^(years - 1) where r < 0, which leaves the sign alone.
    """
    years = np.arange(streams.shape[1], dtype=np.float64)
    grown = 1.0 + rates[:, None]
    powers = np.where(rates[:, None] < 0, grown ** (years[-1] - years), grown**-years)
    return np.asarray(streams @ powers.T)


def _halve(streams: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Bisect each stream between its two rates, which have values of different sign."""
    low, high = low.copy(), high.copy()
    years = np.arange(streams.shape[1], dtype=np.float64)

    def sign_at(rates: FloatArray) -> NDArray[np.bool_]:
        grown = 1.0 + rates[:, None]
        powers = np.where(rates[:, None] < 0, grown ** (years[-1] - years), grown**-years)
        return np.signbit((streams * powers).sum(axis=1))

    first = sign_at(low)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = sign_at(middle) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return 0.5 * (low + high)


def benefit_cost_ratio(benefits: ArrayLike, costs: ArrayLike, rate: float) -> float:
    """Present value of benefits over present value of costs; NaN without costs."""
    paid = float(present_value(costs, rate))
    return float(present_value(benefits, rate)) / paid if paid > 0 else np.nan


def first_year_return(costs: ArrayLike, first_net_benefit: float, year: int, rate: float) -> float:
    """Net benefit of one year over the capital compounded to it; NaN without capital."""
    spent = np.asarray(costs, dtype=np.float64)[:year]
    grown = float(spent @ (1.0 + check_rate(rate)) ** (year - np.arange(spent.size, dtype=np.float64)))
    return first_net_benefit / grown if grown > 0 else np.nan


def switching_factor(part: ArrayLike, rest: ArrayLike, rate: float) -> float:
    """Factor on one part of a stream at which the present value of the whole is zero; NaN when the part is worth nothing."""
    own = float(present_value(part, rate))
    return -float(present_value(rest, rate)) / own if own != 0 else np.nan
