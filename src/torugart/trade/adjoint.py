"""What one more per cent of any trade cost does to a country's real income: all pairs for the price of one linear solve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from torugart.errors import UnknownName
from torugart.trade.baseline import Baseline
from torugart.trade.one_sector import OneSectorSettings, price_jacobian, spent_of_output

FloatArray = NDArray[np.float64]


def real_income_slopes(base: Baseline, country: str, settings: OneSectorSettings) -> FloatArray:
    """Elasticity of a country's real income by every bilateral trade cost, at the base.

    The equilibrium is ``F(u, t) = 0`` in log prices ``u`` and log costs ``t``; with ``g`` that of log real income, the slope by
    all costs is ``g_t - F_t' m`` where ``F_u' m = g_u``: one solve, whatever the number of pairs.

    Parameters
    ----------
    base : Baseline
        Without tariffs.
    country : str
    settings : OneSectorSettings
        Without economies of scale.

    Returns
    -------
    ndarray, shape (n, n)
        d ln real income / d ln cost, exporter by importer; negative where a dearer trade costs the country income.

    Raises
    ------
    UnknownName
        If the country is not in the base.
    """
    if country not in base.countries:
        raise UnknownName("country", country, base.countries)
    n, theta, psi = base.n, settings.trade_elasticity, settings.supply_elasticity
    output, spent = base.output, base.expenditure
    share, sold = base.share, base.flows / output[:, None]
    transfer = spent - output
    excess, by_output, by_spent = price_jacobian(share, sold, output, spent, transfer, settings)
    at = np.zeros(n)
    at[base.countries.index(country)] = 1.0
    # Real income is expenditure over the price index; a uniform rise of prices leaves it and the markets alone, so one direction
    # of the system is fixed by the numeraire.
    slope = by_spent.T @ at - share @ at
    weight = output / output.sum()
    multiplier = np.linalg.solve((excess + np.outer(np.ones(n), weight @ by_output)).T, slope)
    # What a price index does at given prices: to output, and by it to expenditure; the numeraire row sees output.
    output_by_index = -psi * np.eye(n)
    spent_by_index = spent_of_output(output, spent, transfer, settings) @ output_by_index
    by_index = output_by_index - sold @ spent_by_index - theta * sold
    by_index = by_index + np.outer(np.ones(n), weight @ output_by_index)
    index_effect = spent_by_index.T @ at - at - by_index.T @ multiplier
    return np.asarray(share * index_effect[None, :] - theta * sold * multiplier[:, None])
