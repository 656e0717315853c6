"""Synthetic worlds for the trade cases, the same on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from torugart.trade.baseline import Baseline
from torugart.trade.many_sectors import SectorBase, SectorChange, SectorSettings, rebased, solve_many_sectors

BACI = Path(__file__).parents[1].parent / "shared" / "trade_data" / "baci2023_194"


def world_of_countries(n: int = 194, seed: int = 1) -> Baseline:
    """One sector of n countries, mostly at home."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 2, n)
    flows = np.outer(size, size) / size.sum() * rng.lognormal(-2, 1, (n, n))
    flows[np.diag_indices(n)] = size * rng.uniform(0.5, 2, n)
    return Baseline.from_matrix([f"C{k}" for k in range(n)], flows)


def world_as_traded() -> Baseline | None:
    """Goods trade of 194 countries in 2023 (BACI) with output of 1.95 times GDP, where the data lie beside the checkout."""
    if not BACI.exists():
        return None
    matrix = pd.read_csv(BACI / "trade_matrix_baci_2023.csv", index_col=0)
    gdp = pd.read_csv(BACI / "gdp.csv").set_index("iso3")["gdp_usd"]
    flows = matrix.to_numpy(float) * 1000
    exports = flows.sum(axis=1)
    # A few ports export more than they make; a tenth of their sales is then taken to be at home.
    flows[np.diag_indices(len(flows))] = np.maximum(1.95 * gdp[matrix.index] - exports, exports / 9)
    return Baseline.from_matrix(list(matrix.index), flows)


def world_of_sectors(
    n: int = 196, j: int = 133, seed: int = 1
) -> tuple[SectorBase, SectorSettings, SectorChange]:
    """Many sectors in equilibrium, with elasticities of 2 to 37 and a fall of cost among twenty countries."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 1.5, n)
    place = rng.uniform(0, 1, (n, 2))
    apart = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 0.03
    flows = np.empty((j, n, n))
    for s in range(j):
        made = size * rng.lognormal(0, 0.7, n)
        flows[s] = np.outer(size, made) / apart * rng.lognormal(0, 0.5, (n, n))
        flows[s][np.diag_indices(n)] = made * size.sum() * 2
    inputs = rng.dirichlet(np.full(j, 0.5), (n, j)).transpose(0, 2, 1)
    names = tuple(f"C{k}" for k in range(n)), tuple(f"s{k}" for k in range(j))
    base = SectorBase.from_flows(*names, flows, np.zeros_like(flows), rng.uniform(0.3, 0.7, (j, n)), inputs)
    settings = SectorSettings(rng.uniform(2, 37, j), tolerance=1e-8)
    base = rebased(solve_many_sectors(base, SectorChange.none(base), settings))
    iceberg = np.ones((1, n, n))
    iceberg[0, :20, :20] = 0.9
    iceberg[0][np.diag_indices(n)] = 1
    return base, settings, SectorChange(base.tariff, iceberg)


def gravity_panel(countries: int = 200, years: int = 20, seed: int = 0) -> pd.DataFrame:
    """Flows without home of 200 countries over 20 years: 796,000 rows, half of them zero."""
    rng = np.random.default_rng(seed)
    e, i, t = (a.ravel() for a in np.meshgrid(*map(np.arange, (countries, countries, years)), indexing="ij"))
    abroad = e != i
    e, i, t = e[abroad], i[abroad], t[abroad]
    pair = np.minimum(e, i) * countries + np.maximum(e, i)
    out, into = rng.normal(0, 1, (countries, years)), rng.normal(0, 1, (countries, years))
    tie = rng.normal(0, 1, countries**2)
    x = rng.normal(0, 1, (e.size, 4)) + 0.3 * out[e, t][:, None]
    mean = np.exp(out[e, t] + into[i, t] + tie[pair] + x @ [0.5, -0.2, 0.1, 0.3])
    flow = rng.poisson(mean * rng.gamma(1, 1, mean.size)).astype(float)
    columns = {"exporter": e, "importer": i, "year": t, "pair": pair, "flow": flow}
    return pd.DataFrame(columns | {f"x{k}": x[:, k] for k in range(4)})
