"""``energy oil``: crude and products by country in a year, refineries and lines, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from torugart.energy.oil_balance import oil_countries, oil_lines
from torugart.errors import InputError
from torugart.tables.read import read_package


@dataclass(frozen=True, slots=True)
class OilAnswer:
    """A year of oil.

    ``countries`` and ``lines`` as `torugart.energy.oil_balance` gives them, ``refineries`` and ``systems`` as on record.
    """

    countries: pd.DataFrame
    lines: pd.DataFrame
    refineries: pd.DataFrame
    systems: pd.DataFrame
    notes: list[str]


def energy_oil(
    year: int = 2023, *, data: Path | str | None = None, overlays: Sequence[Path | str] = ()
) -> OilAnswer:
    """Set out output, use, refineries and lines of each country in a year, with what is left over.

    Parameters
    ----------
    year : int
        Calendar year.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    OilAnswer

    Raises
    ------
    InputError
        If nothing is known of the year; the years known are named.
    """
    tables = read_package(None if data is None else Path(data), [Path(o) for o in overlays]).tables
    countries = oil_countries(tables, year)
    if countries.empty:
        series, flows = tables["country_series"], tables["oil_flows"]
        oil = series["variable"].str.startswith(("oil_output", "products_use", "oil_use", "oil_refined"))
        known = sorted({*map(int, series.loc[oil, "year"]), *map(int, flows["year"])})
        listed = ", ".join(map(str, known)) or "none"
        raise InputError(f"--year is {year}: nothing on oil is on record; known are {listed}")
    nodes, flows = tables["energy_nodes"], tables["oil_flows"]
    refineries = nodes[nodes["kind"] == "refinery"].sort_values(["iso3", "node_id"])
    columns = ["node_id", "name", "iso3", "capacity", "unit", "status", "years", "note", "source_id"]
    systems = flows[flows["year"] == year].sort_values(["system", "kind", "flow_id"])
    notes = [
        "Left is output less use, from and to its ends; barrels become tonnes by crude_bbl_per_t and products_bbl_per_t."
        " Refine, lines: capacity of those refineries and lines out that are on record; ran, sent: what refineries and systems say.",
        "Rest is output less what refineries ran less what systems say they sent abroad: exports by rail, stock and losses,"
        " less what one system hands on to another and the Russian oil in the Caspian line, which are counted twice.",
        "Empty is not known, never nothing.",
    ]
    return OilAnswer(
        countries,
        oil_lines(tables, year),
        refineries[columns].reset_index(drop=True),
        systems[["system", "iso3", "link_id", "months", "kind", "mt", "note", "source_id"]].reset_index(
            drop=True
        ),
        notes,
    )
