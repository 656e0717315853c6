"""Crude and products of a country in a year: output, use, refineries, lines, and what is left over.

Figures are million tonnes a year. Method and limits: ``docs/methods/oil_balance.md``.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from torugart.errors import InputError
from torugart.record.series import half_digit, rank_of

Tables = Mapping[str, pd.DataFrame]
# variables of country_series: what it is, and the parameter that turns barrels a day into tonnes
MEASURES = {
    "output": (("oil_output_mt", ""), ("oil_output_kbd", "crude_bbl_per_t")),
    "use": (("oil_use_mt", ""), ("products_use_kbd", "products_bbl_per_t")),
    "refined": (("oil_refined_mt", ""),),
}
COUNTRY_COLUMNS = (
    "iso3", "year", "output_mt", "output_lo", "output_hi", "use_mt", "use_lo", "use_hi", "left_mt", "left_lo",
    "left_hi", "refinery_mt", "refinery_planned_mt", "refined_mt", "run_share", "lines_out_mt", "exports_mt",
    "systems_lacking", "residual_mt", "source_ids",
)  # fmt: skip
LINE_COLUMNS = (
    "link_id", "name", "country_a", "country_b", "status", "capacity_mt", "carried_mt", "kinds", "full_share",
    "source_id",
)  # fmt: skip


def tonnes_of_barrels(kb_per_day: float, bbl_per_t: float, year: int) -> float:
    """Return thousand barrels a day as million tonnes in a year.

    Raises
    ------
    InputError
        If no oil has so many barrels to the tonne.
    """
    if not 5.5 <= bbl_per_t <= 12:
        raise InputError(
            f"{bbl_per_t:g} barrels to the tonne; oil has 5.5 to 12 (0.137 would be tonnes to the barrel)"
        )
    return kb_per_day * (366 if isleap(year) else 365) / bbl_per_t / 1000


def oil_countries(tables: Tables, year: int) -> pd.DataFrame:
    """Return one row a country for which anything on oil is known in a year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        country_series, energy_nodes, energy_links, oil_flows and parameters.
    year : int
        Calendar year.

    Returns
    -------
    DataFrame
        ``left_mt`` is output less use, what a country has to sell or, below zero, to buy, whatever its form.
        ``refined_mt`` is what refineries ran, ``run_share`` that over their capacity. ``exports_mt`` sums what systems say
        they sent abroad, ``systems_lacking`` names those on record that tell nothing of the year; ``residual_mt`` is output
        less runs less exports, where all three are known and no system lacks: stock, losses, exports by rail, and what
        systems hand on to each other. Unknown is NaN.
    """
    nodes, series = tables["energy_nodes"], tables["country_series"]
    variables = {name for parts in MEASURES.values() for name, _ in parts}
    counted = set(series.loc[series["variable"].isin(variables) & (series["year"] == year), "iso3"])
    refineries = nodes[nodes["kind"] == "refinery"]
    links, every = _crude_lines(tables), _whole_years(tables)
    # A system that tells no kinds is counted whole where its line leaves the country.
    leaving = set(links.loc[links["country_a"] != links["country_b"], "link_id"])
    abroad = every[
        (every["kind"] == "export") | ((every["kind"] == "total") & every["link_id"].isin(leaving))
    ]
    known = sorted(counted | set(every.loc[every["year"] == year, "iso3"]))
    rows = []
    for iso3 in known:
        found = {name: country_figure(tables, iso3, year, name) for name in MEASURES}
        output, use, refined = (found[name] for name in ("output", "use", "refined"))
        left = (output[0] - use[0], output[1] - use[2], output[2] - use[1])
        mine = refineries[refineries["iso3"] == iso3]
        standing = _sum(mine.loc[mine["status"] == "operating", "capacity"])
        planned = _sum(mine.loc[mine["status"].isin(("construction", "planned")), "capacity"])
        out = links[
            (links["status"] == "operating") & (links["country_a"] == iso3) & (links["country_b"] != iso3)
        ]
        theirs = abroad[abroad["iso3"] == iso3]
        now = theirs[theirs["year"] == year]
        sent, lacking = _sum(now["mt"]), sorted(set(theirs["system"]) - set(now["system"]))
        residual = float("nan") if lacking else output[0] - refined[0] - sent
        sources = {s for _, _, _, cited in found.values() for s in cited}
        rows.append(
            (
                iso3, year, *output[:3], *use[:3], *left, standing, planned, refined[0],
                refined[0] / standing if standing else np.nan, _sum(out["capacity"]), sent, ";".join(lacking), residual,
                ";".join(sorted(sources)),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COUNTRY_COLUMNS))


def oil_lines(tables: Tables, year: int) -> pd.DataFrame:
    """Return every crude line with its capacity, what it carried in a year where that is known, and how full it was."""
    flows = _whole_years(tables)
    flows = flows[(flows["year"] == year) & (flows["link_id"] != "")]
    rows = []
    for link in _crude_lines(tables).sort_values("link_id").itertuples(index=False):
        mine = flows[flows["link_id"] == link.link_id].sort_values("kind")
        carried = _sum(mine["mt"])
        kinds = "; ".join(f"{f.kind} {f.mt:g}" for f in mine.itertuples(index=False))
        capacity = float(link.capacity) if pd.notna(link.capacity) else np.nan
        rows.append(
            (
                link.link_id, link.name, link.country_a, link.country_b, link.status, capacity, carried, kinds,
                carried / capacity if capacity else np.nan, link.source_id,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def _crude_lines(tables: Tables) -> pd.DataFrame:
    country = tables["energy_nodes"].set_index("node_id")["iso3"]
    links = tables["energy_links"]
    links = links[links["commodity"] == "crude"]
    return links.assign(country_a=links["node_a"].map(country), country_b=links["node_b"].map(country))


def _whole_years(tables: Tables) -> pd.DataFrame:
    flows = tables["oil_flows"]
    return flows[flows["months"] == 12]


def _sum(values: pd.Series) -> float:
    """A sum of what is known; NaN where nothing is."""
    return float(values.sum()) if values.notna().any() else float("nan")


Figure = tuple[float, float, float, tuple[str, ...]]


def country_figure(tables: Tables, iso3: str, year: int, measure: str) -> Figure:
    """A country's figure, Mt a year, with the ends that all sources, their rounding and barrels to the tonne leave open.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        country_series and parameters.
    iso3 : str
    year : int
    measure : str
        A key of ``MEASURES``.

    Returns
    -------
    tuple of (float, float, float, tuple of str)
        Figure, lower and upper end, sources; NaN and no source where nothing is known.
    """
    series = tables["country_series"]
    mine = series[(series["iso3"] == iso3) & (series["year"] == year)]
    held: list[tuple[Any, ...]] = []
    for place, (variable, parameter) in enumerate(MEASURES[measure]):
        for row in mine[mine["variable"] == variable].assign(rank=place).to_dict("records"):
            value, lo, hi = _tonnes(tables, row, parameter, year)
            held.append((rank_of(row, "source_id", "value"), value, lo, hi, str(row["source_id"])))
    if not held:
        return (float("nan"),) * 3 + ((),)
    held.sort(key=lambda h: h[0])
    return (
        held[0][1],
        min(h[2] for h in held),
        max(h[3] for h in held),
        tuple(dict.fromkeys(h[4] for h in held)),
    )


def _tonnes(tables: Tables, row: Mapping[Any, Any], parameter: str, year: int) -> tuple[float, float, float]:
    value = float(row["value"])
    slack = half_digit(value) if value else 0.0
    if not parameter:
        return value, max(0.0, value - slack), value + slack
    rows = tables["parameters"]
    found = rows[rows["parameter_id"] == parameter]
    if found.empty:
        raise InputError(f"parameters.csv: no row {parameter}, barrels to the tonne")
    per_t, few, many = (float(found.iloc[0][name]) for name in ("value", "lo", "hi"))
    return (
        tonnes_of_barrels(value, per_t, year),
        tonnes_of_barrels(max(0.0, value - slack), many, year),
        tonnes_of_barrels(value + slack, few, year),
    )
