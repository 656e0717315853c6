"""Amounts of a year as the record has them, and the nodes that a case made of them uses: shared by gas and crude."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Amount:
    """What a country made, used, sold or carried in a year, in the unit of its commodity.

    Attributes
    ----------
    amount, lo, hi : float
        The figure taken, and the least and greatest on record for the same thing.
    year : int
        Year the figure is of.
    how : str
        How it was found, in words.
    cells : tuple of str
        Cells it rests on, as ``table/row/column``.
    """

    amount: float
    lo: float
    hi: float
    year: int
    how: str
    cells: tuple[str, ...]


def amounts_table(amounts: Mapping[str, Amount], unit: str) -> pd.DataFrame:
    """Return amounts by item as a table; the column of the amount is called by its unit."""
    return pd.DataFrame(
        [(k, a.amount, a.lo, a.hi, a.year, a.how, "; ".join(a.cells)) for k, a in amounts.items()],
        columns=["item", unit, "lo", "hi", "year", "how", "cells"],
    )


def used_nodes(nodes: pd.DataFrame, used: set[str]) -> pd.DataFrame:
    """Return those of ``energy_nodes`` that a case uses, as its table of nodes; grids stand for lines that are not on record."""
    mine = nodes[nodes["node_id"].isin(used)]
    return pd.DataFrame(
        {
            "node": mine["node_id"].to_numpy(str),
            "name": mine["name"].to_numpy(str),
            "country": mine["iso3"].to_numpy(str),
            "lon": mine["lon"].to_numpy(float),
            "lat": mine["lat"].to_numpy(float),
            "is_made": (mine["kind"] == "grid").to_numpy(),
        }
    )
