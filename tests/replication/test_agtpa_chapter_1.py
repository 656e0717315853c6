"""Yotov, Piermartini, Monteiro and Larch (2016), Advanced Guide to Trade Policy Analysis, chapter 1: gravity by PPML.

The expected coefficients were estimated with an independent package on the same data, not read from the book; they are printed to a
thousandth. Its standard errors carry a further factor for the number of fixed effects, which is put to ours here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from torugart.trade.gravity import estimate_gravity

YEARS = range(1986, 2007, 4)
GRAVITY = ["ln_DIST", "CNTG", "LANG", "CLNY"]
EXPORTER, IMPORTER = ["exporter", "year"], ["importer", "year"]


@pytest.fixture(scope="module")
def data(trade_data):
    table = pd.read_csv(trade_data / "agtpa" / "chapter2application2.csv.gz")
    table = table[table["year"].isin(YEARS)].reset_index(drop=True)
    abroad = table["exporter"] != table["importer"]
    return table.assign(ln_DIST=np.log(table["DIST"]), home=table["exporter"].where(~abroad, "abroad"))


CASES = {
    "Ch.1 App.1": (GRAVITY, [EXPORTER, IMPORTER], False),
    "Ch.1 App.3 (RTA": ([*GRAVITY, "RTA"], [EXPORTER, IMPORTER], False),
    "Ch.1 App.3 col. with domestic": ([*GRAVITY, "RTA"], [EXPORTER, IMPORTER, "home"], True),
    "Ch.1 App.3 col. pair": (["RTA"], [EXPORTER, IMPORTER, "pair_id"], True),
}


@pytest.mark.parametrize("case", CASES)
def test_coefficients_and_errors(case, data, trade_data):
    variables, effects, with_home = CASES[case]
    rows = data if with_home else data[data["exporter"] != data["importer"]]
    result = estimate_gravity(rows, "trade", variables, effects, cluster="pair_id")
    expected = pd.read_csv(trade_data / "agtpa" / "expected_ppml.csv")
    expected = expected[expected["table"].str.startswith(case)].set_index("variable")
    ours = result.coefficients.loc[expected.index]
    assert ours["coefficient"].to_numpy() == pytest.approx(expected["coef"].to_numpy(), abs=6e-4)
    groups = sum(len(rows.groupby(e)) for e in effects if e != "pair_id")
    factor = np.sqrt((result.n_rows - 1) / (result.n_rows - groups - len(variables)))
    assert ours["standard_error"].to_numpy() * factor == pytest.approx(
        expected["se_clustered_by_pair_id"].to_numpy(), abs=1.1e-3
    )
    assert result.score < 1e-9
    assert result.n_rows + len(result.left_out) == len(rows)


def test_a_dense_newton_on_dummies_finds_the_same(data):
    few = sorted(data["exporter"].unique())[:12]
    abroad = data[(data["year"] == 2006) & (data["exporter"] != data["importer"])]
    rows = abroad[abroad["exporter"].isin(few) & abroad["importer"].isin(few)]
    result = estimate_gravity(rows, "trade", GRAVITY[:2], ["exporter", "importer"])
    dummies = pd.get_dummies(rows[["exporter", "importer"]], drop_first=True).to_numpy(float)
    x = np.column_stack([rows[GRAVITY[:2]], np.ones(len(rows)), dummies])
    y = rows["trade"].to_numpy()
    beta = np.linalg.lstsq(x, np.log(y + 1), rcond=None)[0]
    for _ in range(100):
        mean = np.exp(x @ beta)
        beta = beta + np.linalg.solve((x * mean[:, None]).T @ x, x.T @ (y - mean))
    assert result.coefficients["coefficient"].to_numpy() == pytest.approx(beta[:2], rel=1e-7)
