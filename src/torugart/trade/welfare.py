"""What a change of real income is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.trade.many_sectors import SectorResult

FloatArray = NDArray[np.float64]


def split_welfare(result: SectorResult, hats: bool = False) -> pd.DataFrame:
    """Split the change of real income of every country, as fractions of its final spending in the base.

    With ``E`` exports, ``M`` imports before tariff, ``t`` base tariffs, ``c`` unit costs, ``d`` iceberg costs and ``I`` final
    spending::

        terms of trade   = (1/I) sum (E_n dln c_n - M_ni dln c_i)
        volume of trade  = (1/I) sum t_ni M_ni (dln M_ni - dln c_i - dln d_ni)
        technical        = -(1/I) sum F_ni dln d_ni      all flows, home as well: the part that melts
        transfers        = (1/I) (D' - D)                change of what is spent beyond what is earned
        tax              = ln(1 - infrastructure / income): what people pay for it
        remainder        = ln real income - the five: what changes beyond the first order

    so that the sum is ``ln`` of the change of real income exactly, and the remainder says how far first order carries.

    Parameters
    ----------
    result : SectorResult
    hats : bool
        Changes as ``new / old - 1`` instead of logarithms, as in the published tables; they add up to no identity,
        and the remainder is then that of ``new / old - 1`` of real income.

    Returns
    -------
    DataFrame
        A row a country: terms_of_trade, volume_of_trade, technical, transfers, tax, remainder, real_income, real_wage.

    References
    ----------
    Caliendo and Parro (2015), equation 17; the published welfare effects of their Table 2 are the sum of the first two terms in hats.
    """
    b = result.base
    change = (lambda v: v - 1) if hats else np.log
    before = b.share * b.spending[:, :, None] / (1 + b.tariff)
    abroad = before * (1 - np.eye(b.n))
    deficit = _deficit(before)
    income = b.income + (before * b.tariff).sum(axis=(0, 2)) + deficit
    cost = change(result.cost)
    iceberg = change(np.broadcast_to(result.change.iceberg, before.shape))
    traded = (before > 0) & (b.tariff > 0)
    ratio = np.ones_like(before)
    np.divide(result.flows, before, out=ratio, where=traded)
    terms = (abroad.sum(axis=1) * cost).sum(axis=0) - (abroad * cost[:, None, :]).sum(axis=(0, 2))
    volume = (np.where(traded, b.tariff * before, 0.0) * (change(ratio) - cost[:, None, :] - iceberg)).sum(
        axis=(0, 2)
    )
    melted = -(before * iceberg).sum(axis=(0, 2))
    tax = np.broadcast_to(result.change.infrastructure, (b.n,)) / (
        result.income + result.change.infrastructure
    )
    table = pd.DataFrame(
        {
            "terms_of_trade": terms / income,
            "volume_of_trade": volume / income,
            "technical": melted / income,
            "transfers": (_deficit(result.flows) - deficit) / income,
            "tax": -tax if hats else np.log1p(-tax),
        },
        index=pd.Index(b.countries, name="country"),
    )
    whole = change(result.real_income)
    table["remainder"] = whole - table.sum(axis=1)
    table["real_income"] = result.real_income - 1
    table["real_wage"] = result.real_wage - 1
    return table


def _deficit(flows: FloatArray) -> FloatArray:
    return np.asarray((flows.sum(axis=2) - flows.sum(axis=1)).sum(axis=0))
