"""Time the readers of trade tables: ``python benchmarks/trade_tables.py``.

A made-up year of BACI, ten million rows (226 countries, 5,600 products, 320 MB), and an input-output table of nine million cells (60
countries, 50 sectors), written to a temporary folder. Sums are checked against what was written; CPU seconds, median of three.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from torugart.io.baci import read_baci
from torugart.io.mrio import read_mrio

ROWS, COUNTRIES, PRODUCTS = 10_000_000, 226, 5_600


def write_baci(folder: Path, seed: int = 1) -> float:
    """Write flows and the list of countries; return their sum in USD."""
    rng = np.random.default_rng(seed)
    codes = np.sort(rng.choice(np.arange(4, 895), COUNTRIES, replace=False))
    products = np.char.zfill(
        np.sort(rng.choice(np.arange(10_121, 970_600), PRODUCTS, replace=False)).astype(str), 6
    )
    keys = np.sort(rng.choice(COUNTRIES * COUNTRIES * PRODUCTS, int(1.05 * ROWS), replace=False))
    pair, k = np.divmod(keys, PRODUCTS)
    i, j = np.divmod(pair, COUNTRIES)
    abroad = np.flatnonzero(i != j)[:ROWS]
    i, j, k = i[abroad], j[abroad], k[abroad]
    usd_k = np.exp(rng.normal(2, 2, i.size)).round(3)
    tonnes = pa.array(np.exp(rng.normal(1, 2, i.size)).round(3).astype(str)).take(pa.array(np.arange(i.size)))
    unknown = pa.array(rng.random(i.size) < 0.05)
    columns = {
        "t": np.full(i.size, 2023),
        "i": codes[i],
        "j": codes[j],
        "k": pa.array(products).take(pa.array(k)),
    }
    columns |= {"v": usd_k, "q": pa.compute.if_else(unknown, "NA", tonnes)}
    pa_csv.write_csv(pa.table(columns), folder / "baci.csv", pa_csv.WriteOptions(quoting_style="none"))
    listed = [f"{code},{chr(65 + n // 26)}{chr(65 + n % 26)}X" for n, code in enumerate(codes)]
    (folder / "codes.csv").write_text("\n".join(["country_code,country_iso3", *listed, ""]), encoding="utf-8")
    return 1000 * float(usd_k.sum())


def write_mrio(folder: Path, n: int = 60, n_sectors: int = 50, seed: int = 0) -> float:
    """Write a table as CSV and Parquet; return its sum in USD."""
    rng = np.random.default_rng(seed)
    e, s, m, u = (a.ravel() for a in np.indices((n, n_sectors, n, n_sectors + 1)))
    usd = (rng.lognormal(0, 1, e.size) * np.where(e == m, 50, 1) * np.where(u == n_sectors, 60, 1)).round(4)
    countries = pa.array([f"C{k:02d}" for k in range(n)])
    sectors = pa.array([*(f"sector_{k:02d}" for k in range(n_sectors)), "final"])
    table = pa.table(
        {
            "exporter": countries.take(pa.array(e)),
            "sector": sectors.take(pa.array(s)),
            "importer": countries.take(pa.array(m)),
            "use": sectors.take(pa.array(u)),
            "usd": usd,
        }
    )
    pa_csv.write_csv(table, folder / "mrio.csv", pa_csv.WriteOptions(quoting_style="none"))
    pq.write_table(table, folder / "mrio.parquet")
    return float(usd.sum())


def median_cpu_s(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        baci_usd, mrio_usd = write_baci(folder), write_mrio(folder)
        for words, sectors in (("by pair", None), ("by chapter", 2)):
            found = read_baci(folder / "baci.csv", folder / "codes.csv", sectors=sectors).flows
            np.testing.assert_allclose(found["usd"].sum(), baci_usd, rtol=1e-12)
            seconds = median_cpu_s(
                lambda s=sectors: read_baci(folder / "baci.csv", folder / "codes.csv", sectors=s)
            )
            print(f"{ROWS:,} rows of BACI {words}: {seconds:.1f} CPU s, {len(found):,} flows")
        for file in ("mrio.csv", "mrio.parquet"):
            np.testing.assert_allclose(read_mrio(folder / file).flows.sum(), mrio_usd, rtol=1e-12)
            print(
                f"input-output table, {file}: {median_cpu_s(lambda f=file: read_mrio(folder / f)):.1f} CPU s"
            )
        most_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"most memory, the writing of the tables included: {most_gb:.1f} GB")


if __name__ == "__main__":
    main()
