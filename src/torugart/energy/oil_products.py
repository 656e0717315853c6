"""Products that refineries make against what a country uses. Method: docs/methods/energy_balance.md."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from torugart.energy.oil_balance import country_figure
from torugart.energy.year_volumes import NEAREST

COLUMNS = (
    "country", "run_mt", "made_mt", "made_lo", "made_hi", "use_mt", "use_lo", "use_hi", "use_year", "left_mt", "left_lo", "left_hi",
)  # fmt: skip


def products_of_runs(
    tables: Mapping[str, pd.DataFrame], year: int, runs_mt: Mapping[str, float]
) -> pd.DataFrame:
    """Set what refineries make beside what is used, a row a country of which use is on record.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        country_series and parameters; ``refinery_product_yield`` is the share of crude that becomes products to be sold.
    year : int
        Use is of that year or the nearest within three.
    runs_mt : mapping of str to float
        Crude that refineries run, by country; a country that is not in it has runs that are not known.

    Returns
    -------
    DataFrame
        Made is runs times yield, left is made less use; the ends take both ends of the yield and of use. Unknown is NaN.
    """
    row = tables["parameters"].set_index("parameter_id").loc["refinery_product_yield"]
    share = row[["value", "lo", "hi"]].astype(float).to_numpy()
    rows = []
    for iso3 in sorted({*tables["country_series"]["iso3"].astype(str), *runs_mt}):
        for off in NEAREST:
            use = country_figure(tables, iso3, year + off, "use")
            if use[3]:
                break
        else:
            continue
        made = share * runs_mt.get(iso3, np.nan)
        left = (made[0] - use[0], made[1] - use[2], made[2] - use[1])
        rows.append((iso3, runs_mt.get(iso3, np.nan), *made, *use[:3], year + off, *left))
    return pd.DataFrame(rows, columns=list(COLUMNS))
