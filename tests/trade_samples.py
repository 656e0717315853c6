"""Small sound tables of trade, and their damage."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

NAMES = ("CHN", "KAZ", "KGZ", "UZB")
SECTORS = ("farm", "goods", "services")
CODES = {"CHN": 156, "KAZ": 398, "KGZ": 417, "UZB": 860}


def mrio_table(n: int = 3, n_sectors: int = 2, seed: int = 1) -> pd.DataFrame:
    """A table of n countries where inputs take about a third of output."""
    rng = np.random.default_rng(seed)
    rows = [
        (
            e,
            s,
            m,
            u,
            round(
                float(rng.uniform(1, 3) * (8 if e == m else 1) * (4 * n_sectors if u == "final" else 1)), 3
            ),
        )
        for e, s, m, u in itertools.product(
            NAMES[:n], SECTORS[:n_sectors], NAMES[:n], (*SECTORS[:n_sectors], "final")
        )
    ]
    return pd.DataFrame(rows, columns=["exporter", "sector", "importer", "use", "usd"])


def tariff_table(n: int = 3, n_sectors: int = 2) -> pd.DataFrame:
    """Tariffs between all of them."""
    rows = [
        (m, e, s, round(0.01 * (1 + k % 9), 2))
        for k, (m, e, s) in enumerate(itertools.product(NAMES[:n], NAMES[:n], SECTORS[:n_sectors]))
        if m != e
    ]
    return pd.DataFrame(rows, columns=["importer", "exporter", "sector", "tariff"])


def baci_table(seed: int = 1) -> pd.DataFrame:
    """Flows of a year between four countries in three products, texts as in the file, one quantity unknown."""
    rng = np.random.default_rng(seed)
    rows = [
        (
            2023,
            CODES[i],
            CODES[j],
            k,
            round(float(rng.uniform(1, 900)), 3),
            str(round(float(rng.uniform(1, 90)), 3)),
        )
        for i, j, k in itertools.product(NAMES, NAMES, ("010121", "270900", "271121"))
        if i != j
    ]
    table = pd.DataFrame(rows, columns=["t", "i", "j", "k", "v", "q"])
    table.loc[4, "q"] = "NA"
    return table


def code_table() -> pd.DataFrame:
    """The list of countries, with a column that is passed over."""
    rows = [(code, f"Country, {iso3}", iso3) for iso3, code in CODES.items()]
    return pd.DataFrame(rows, columns=["country_code", "country_name", "country_iso3"])
