"""The one-sector model under many draws: trade costs, trade elasticity and openness drawn together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.trade.baseline import Baseline
from torugart.trade.country_base import with_output
from torugart.trade.one_sector import (
    SMALL,
    CostChange,
    OneSectorResult,
    OneSectorSettings,
    base_inverse,
    solve_one_sector,
)

FloatArray = NDArray[np.float64]
ROWS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class DrawnTrade:
    """Changes of an equilibrium in every draw; column 0 is the central run.

    Attributes
    ----------
    base : Baseline
        Of the central run.
    central : OneSectorResult
    real_income : ndarray, shape (n, n_draws)
        New over old.
    gain_usd : ndarray, shape (n, n_draws)
        What the change of real income is worth at the spending of the base, USD a year.
    exports, imports : ndarray, shape (n, n_draws)
        New over old value, trade at home apart; 1 where there was none.
    price_index : ndarray, shape (n, n_draws)
        New over old, in units of world output.
    residual : ndarray, shape (n_draws,)
        Largest excess demand of any market, over its output.
    """

    base: Baseline
    central: OneSectorResult
    real_income: FloatArray
    gain_usd: FloatArray
    exports: FloatArray
    imports: FloatArray
    price_index: FloatArray
    residual: FloatArray


def solve_in_draws(
    base: Baseline,
    iceberg: FloatArray,
    trade_elasticity: FloatArray,
    settings: OneSectorSettings,
    output_factor: FloatArray | None = None,
) -> DrawnTrade:
    """Solve the one-sector model for every draw.

    Parameters
    ----------
    base : Baseline
    iceberg : ndarray, shape (n, n, n_draws)
        tau-hat of every draw; the first is the central one.
    trade_elasticity : ndarray, shape (n_draws,)
    settings : OneSectorSettings
        Of everything but the trade elasticity.
    output_factor : ndarray, shape (n_draws,), optional
        Gross output over that of the base: a larger one makes every country less open.

    Raises
    ------
    InputError
        If shapes do not match, an elasticity has the wrong sign, or a draw leaves a country without sales at home.
    NotConverged
        If any draw is not solved.
    """
    n, columns = base.n, trade_elasticity.size
    factor = np.ones(columns) if output_factor is None else output_factor
    if iceberg.shape != (n, n, columns) or factor.shape != (columns,):
        raise InputError(
            f"trade in draws: iceberg has shape {iceberg.shape}, elasticity {trade_elasticity.shape} and output {factor.shape}; "
            f"{n} countries need ({n}, {n}, draws), (draws,) and (draws,)"
        )
    income, gain, exports, imports, index = (np.empty((n, columns)) for _ in range(5))
    residual = np.empty(columns)
    central: OneSectorResult | None = None
    inverse = base_inverse(base, settings) if n > SMALL else None
    by_draw = _draws_first(iceberg)
    for d in range(columns):
        still = bool(np.all(by_draw[d] == 1))
        if still:  # exactly nothing, and nothing to solve but for the record of the central run
            income[:, d] = index[:, d] = exports[:, d] = imports[:, d] = 1.0
            gain[:, d] = residual[d] = 0.0
            if d:
                continue
        mine = base if factor[d] == 1 else with_output(base, float(factor[d]))
        found = solve_one_sector(
            mine,
            CostChange(by_draw[d]),
            replace(settings, trade_elasticity=float(trade_elasticity[d])),
            inverse,
        )
        central = central or found
        if still:
            continue
        income[:, d], index[:, d] = found.real_income, found.price_index
        gain[:, d] = (found.real_income - 1) * mine.expenditure
        exports[:, d] = _ratio(_abroad(found.flows, 1), _abroad(mine.flows, 1))
        imports[:, d] = _ratio(_abroad(found.flows, 0), _abroad(mine.flows, 0))
        residual[d] = np.max(np.abs(found.excess_demand))
    if central is None:
        raise InputError("trade in draws: no draw is given; the first is the central one")
    return DrawnTrade(base, central, income, gain, exports, imports, index, residual)


def _draws_first(values: FloatArray) -> FloatArray:
    """Copy of an array of shape (n, n, n_draws) as (n_draws, n, n), a block of rows at a time, which the cache holds."""
    n, _, columns = values.shape
    flat = values.reshape(n * n, columns)
    out = np.empty((columns, n * n))
    for first in range(0, n * n, ROWS_AT_ONCE):
        out[:, first : first + ROWS_AT_ONCE] = flat[first : first + ROWS_AT_ONCE].T
    return out.reshape(columns, n, n)


def _abroad(flows: FloatArray, axis: int) -> FloatArray:
    return np.asarray(flows.sum(axis=axis) - np.diag(flows))


def _ratio(new: FloatArray, old: FloatArray) -> FloatArray:
    return np.divide(new, old, out=np.ones_like(new), where=old > 0)
