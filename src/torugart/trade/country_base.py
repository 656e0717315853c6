"""The built-in base of countries: trade of a data package between countries and groups, with what they make for themselves.

What is taken from where: docs/methods/trade.md, The built-in base.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.trade.baseline import Baseline

FloatArray = NDArray[np.float64]
WORLDS = {"china": "trade as China reports it", "partner": "trade as China's partners report it"}
NEEDED = ("trade_world", "trade_economies", "trade_flows")
REFERS = "docs/methods/trade.md"


def can_build_base(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether a package holds what the base needs."""
    return all(name in tables and len(tables[name]) for name in NEEDED)


def build_country_base(tables: Mapping[str, pd.DataFrame], trade_base: str = "china") -> Baseline:
    """Trade of one year between the countries and groups of ``trade_economies``, balanced with their gross output.

    A pair that ``trade_flows`` has in the base asked for takes that value, so that the trade is the one the boxes of the network
    follow; other pairs take that of ``trade_world``. Sales at home are gross output, GDP times ``output_over_gdp``, less exports.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trade_world``, ``trade_economies`` and ``trade_flows`` of a checked package whose holes are filled.
    trade_base : {"china", "partner"}
        Whose count of the trade with China.

    Returns
    -------
    Baseline
        USD a year; its notes say what was done to the data.

    Raises
    ------
    InputError
        If the package lacks a table or a figure, or exports exceed output; names them all.
    """
    if trade_base not in WORLDS:
        raise InputError(f"trade base {trade_base!r} is unknown; use {' or '.join(WORLDS)}")
    lacking = [name for name in NEEDED if name not in tables or tables[name].empty]
    if lacking:
        raise InputError(
            f"trade base: the package has no rows in {', '.join(f'{name}.csv' for name in lacking)}; "
            f"add them, as {REFERS} says"
        )
    economies = tables["trade_economies"]
    year = int(economies["year"].max())
    economies = economies[economies["year"] == year].set_index("iso3")
    faults = [
        f"trade_economies.csv: {iso3}: {column} is empty; write it, or a row of assumptions that fills it"
        for iso3, row in economies.iterrows()
        for column in ("gdp_usd", "output_over_gdp")
        if not np.isfinite(row[column])
    ]
    world = tables["trade_world"]
    world = world[world["year"] == year][["exporter", "importer", "usd"]]
    own = tables["trade_flows"]
    own = own[(own[f"{trade_base}_base"] == "yes") & (own["year"] == year)][["exporter", "importer", "usd"]]
    for name, rows in (("trade_world", world), ("trade_flows", own)):
        strangers = sorted(({*rows["exporter"]} | {*rows["importer"]}) - {*economies.index})
        faults += [
            f"{name}.csv: {iso3} trades in {year} and has no row in trade_economies.csv; add its GDP"
            for iso3 in strangers
        ]
    if faults:
        raise InputError("trade base: " + "\n  ".join(faults))
    flows = pd.concat([own, world]).drop_duplicates(["exporter", "importer"])
    output = economies["gdp_usd"] * economies["output_over_gdp"]
    base = Baseline.from_flows(flows, output.to_dict())
    return Baseline.from_matrix(
        base.countries, base.flows, (*base.notes, *_notes(base, economies, trade_base, year, len(own)))
    )


def with_output(base: Baseline, factor: float) -> Baseline:
    """The same trade with gross output times a factor: what is sold at home changes, what is traded does not.

    Raises
    ------
    InputError
        If a country would then sell nothing at home.
    """
    flows = base.flows.copy()
    exports = base.output - np.diag(base.flows)
    home = base.output * factor - exports
    if not np.all(home > 0):
        raise InputError(
            "trade base: "
            + "; ".join(
                f"{base.countries[k]}: exports of {exports[k]:,.0f} exceed its output times {factor:g}"
                for k in np.flatnonzero(~(home > 0))
            )
        )
    flows[np.diag_indices(base.n)] = home
    return Baseline.from_matrix(base.countries, flows, base.notes)


def _notes(
    base: Baseline, economies: pd.DataFrame, trade_base: str, year: int, n_own: int
) -> tuple[str, ...]:
    gdp = economies["gdp_usd"].reindex(base.countries).to_numpy(float)
    imports = base.expenditure - np.diag(base.flows)
    ratio = economies["output_over_gdp"]
    notes = [
        f"Goods of {year}: {n_own} flows of the package, {WORLDS[trade_base]}; the rest of the world's from its matrix.",
        f"Gross output is GDP x {ratio.min():g} to {ratio.max():g}, an assumption: none is on record. Services stay at home.",
        "Deficits are kept as transfers, the same part of world output.",
    ]
    notes += [
        f"{base.countries[k]}: imports of {imports[k] / 1e9:.1f} bn USD exceed its GDP of {gdp[k] / 1e9:.1f}: much of it is "
        "passed on. They are kept as counted, so its gain is the most that can be its own; part is its customers'. "
        "Read the other count of trade beside it."
        for k in np.flatnonzero(imports > gdp)
    ]
    return tuple(notes)
