"""Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), Making America great again?: tables 1 and 9, 194 countries.

Same trade, GDP and tariffs as theirs, read in place. Printed with one or two decimals; averages of the others weigh by spending.
The alternative with several sectors needs a sector-level matrix that is not among these data.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from torugart.trade.distribution import DistributionBase, DistributionSettings, solve_with_distribution

ELASTICITY, SCALE, LABOUR = 4.0, 0.67, 0.5
FIGURES = {
    "welfare": 0.0051,
    "deficit": 0.051,
    "exports_over_gdp": 0.051,
    "imports_over_gdp": 0.051,
    "employment": 0.0051,
    "prices": 0.051,
}


class Study:
    """The study's data and calibration."""

    def __init__(self, folder):
        trade = pd.read_csv(folder / "trade_matrix_baci_2023.csv", index_col=0).fillna(0)
        self.countries = tuple(trade.index)
        self.n, self.usa = len(self.countries), self.countries.index("USA")
        self.trade = trade.to_numpy(float)
        self.gdp = (
            pd.read_csv(folder / "gdp.csv").set_index("iso3")["gdp_usd"].reindex(trade.index).to_numpy()
            / 1000
        )
        listed = pd.read_csv(folder / "us_tariffs_2025.csv").set_index("iso3").iloc[:, 0].reindex(trade.index)
        self.tariff = np.zeros((self.n, self.n))
        self.tariff[:, self.usa] = np.maximum(0.1, listed.fillna(0.1))
        self.tariff[self.usa, self.usa] = 0
        self.base = DistributionBase.from_imports(self.countries, self.trade, self.gdp, self.distribution())
        theta = ELASTICITY / SCALE
        self.firm_pass_through = (1 + theta) / ((1 - self.base.distribution) * theta) - 1 / theta - 1

    def distribution(self):
        """Shares of distribution that give 12 and 26 % of goods in the others and the United States, as they target."""
        groups = np.zeros((2, self.n))
        groups[0], groups[0, self.usa], groups[1, self.usa] = 1, 0, 1
        x, y = groups @ self.trade @ groups.T, groups @ self.gdp

        def missed(nu):
            spent = y + (1 - nu) * (x.sum(axis=0) - x @ (1 - nu))
            a, b = spent[0] - x[1, 0], spent[1] - x[0, 1]
            home, away = a / (a + x[0, 1]), b / (b + x[1, 0])
            return np.array(
                [(1 - home) * nu[1] + home * nu[0] - 0.12, away * nu[1] + (1 - away) * nu[0] - 0.26]
            )

        nu = np.array([0.1, 0.24])
        for _ in range(50):
            step = 1e-6
            slope = np.column_stack([(missed(nu + step * e) - missed(nu)) / step for e in np.eye(2)])
            nu = nu - np.linalg.solve(slope, missed(nu))
        assert np.abs(missed(nu)).max() < 1e-12
        out = np.full(self.n, nu[0])
        out[self.usa] = nu[1]
        return out

    def optimal_tariff(self, pass_through):
        """The tariff that serves the United States best when others do nothing: their formula, at base shares."""
        b = self.base
        share = b.flows / b.spent
        net = (b.flows * (1 - b.distribution) * (1 - np.eye(self.n)) * (1 - share)).sum(axis=1)
        delta = net / ((1 - b.distribution) * (b.spent - np.diag(b.flows)))
        tariff = np.zeros((self.n, self.n))
        tariff[:, self.usa] = 1 / ((1 + delta[self.usa] * ELASTICITY) * pass_through[self.usa] - 1)
        tariff[self.usa, self.usa] = 0
        return tariff


@pytest.fixture(scope="module")
def study(trade_data):
    return Study(trade_data / "baci2023_194")


@pytest.fixture(scope="module")
def published(trade_data):
    table = pd.read_csv(trade_data / "baci2023_194" / "expected_liberation_day.csv")
    return table.set_index(["scenario", "country", "variable"])["value_percent"]


def settings(study, elasticity=ELASTICITY, firms=1.0, relief=True):
    return DistributionSettings(
        elasticity, LABOUR, SCALE / ELASTICITY, firms + study.firm_pass_through, relief
    )


def eaton_kortum(study):
    """No distribution, full pass-through, on the same flows."""
    base = DistributionBase(study.countries, study.base.flows, np.zeros(study.n))
    return base, DistributionSettings(ELASTICITY, LABOUR, SCALE / ELASTICITY, np.ones(study.n))


SCENARIOS = [
    "T1 Case 1",
    "T1 Case 2",
    "T1 Case 3",
    "T9 Alternative 2",
    "T9 Alternative 3",
    "T9 Alternative 4",
]


def solve(study, scenario):
    base, tariff = study.base, study.tariff
    if scenario == "T9 Alternative 4":
        base, chosen = eaton_kortum(study)
    elif scenario == "T9 Alternative 3":
        chosen = settings(study, elasticity=2 * ELASTICITY)
    elif scenario == "T9 Alternative 2":
        chosen = settings(study, firms=0.25)
    else:
        chosen = settings(study, relief=scenario != "T1 Case 2")
    if scenario == "T1 Case 3":
        tariff = study.optimal_tariff(chosen.pass_through)
    return base, solve_with_distribution(base, tariff, chosen)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_tables_1_and_9(study, published, scenario):
    base, ours = solve(study, scenario)
    name = next(s for s in published.index.get_level_values(0) if s.startswith(scenario))
    others = np.arange(study.n) != study.usa
    missed = {}
    for figure, tolerance in FIGURES.items():
        values = 100 * getattr(ours, figure)
        average = np.average(values[others], weights=base.spent[others])
        for country, value in (("USA", values[study.usa]), ("non-US average", average)):
            printed = published[name, country, figure]
            if abs(value - printed) > tolerance:
                missed[country, figure] = (round(float(value), 3), printed)
    assert not missed
    assert np.abs(ours.excess_demand).max() < 1e-10


def test_no_tariff_changes_nothing(study):
    ours = solve_with_distribution(study.base, np.zeros((study.n, study.n)), settings(study))
    for figure in FIGURES:
        assert np.abs(getattr(ours, figure)).max() < 1e-12
