"""Results of the model of many sectors as tables with the names of countries and sectors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from torugart.trade.many_sectors import SectorResult


def country_frame(result: SectorResult) -> pd.DataFrame:
    """A row a country: country, wage, real_wage, real_income (hats), income (final spending, in the money of the base)."""
    return pd.DataFrame(
        {
            "country": list(result.base.countries),
            "wage": result.wage,
            "real_wage": result.real_wage,
            "real_income": result.real_income,
            "income": result.income,
        }
    )


def sector_frame(result: SectorResult) -> pd.DataFrame:
    """A row a country and sector: country, sector, cost, price (hats), output_before, output (in the money of the base)."""
    b = result.base
    before = b.spending[:, :, None] * b.share / (1 + b.tariff)
    return pd.DataFrame(
        {
            "country": np.repeat(np.array(b.countries, object), len(b.sectors)),
            "sector": np.tile(np.array(b.sectors, object), b.n),
            "cost": result.cost.T.ravel(),
            "price": result.price.T.ravel(),
            "output_before": before.sum(axis=1).T.ravel(),
            "output": result.flows.sum(axis=1).T.ravel(),
        }
    )


def flow_frame(result: SectorResult) -> pd.DataFrame:
    """A row a flow above 0 before or after: exporter, importer, sector, flow_before, flow (before tariffs)."""
    b = result.base
    before, after = b.spending[:, :, None] * b.share / (1 + b.tariff), result.flows
    s, m, e = np.nonzero((before > 0) | (after > 0))
    names = np.array(b.countries, object)
    table = pd.DataFrame(
        {
            "exporter": names[e],
            "importer": names[m],
            "sector": np.array(b.sectors, object)[s],
            "flow_before": before[s, m, e],
            "flow": after[s, m, e],
        }
    )
    return table.sort_values(["exporter", "importer", "sector"], ignore_index=True)
