"""Caliendo, L. and F. Parro (2015), Review of Economic Studies 82(1): Table 2, welfare effects of NAFTA's tariffs.

The authors' data, read in place; figures printed with two decimals, so half a hundredth of a per cent is the tolerance. Their welfare
effect is the first-order sum of terms and volume of trade; the change of real income in the same equilibrium is another figure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.replication import nafta
from torugart.trade.many_sectors import SectorChange, SectorSettings, rebased, solve_many_sectors
from torugart.trade.welfare import split_welfare

PRINTED = 0.0051  # per cent: half the last digit


@pytest.fixture(scope="module")
def balanced(trade_data):
    return nafta.solve_nafta(trade_data / "cp2015", "balanced")


@pytest.fixture(scope="module")
def published(trade_data):
    table = pd.read_csv(trade_data / "cp2015" / "expected_table2.csv")
    return table.set_index(["table", "country_iso3", "variable"])["value_percent"]


@pytest.mark.parametrize("country", ["MEX", "CAN", "USA"])
def test_table_2(balanced, published, country):
    ours = 100 * split_welfare(balanced, hats=True).loc[country]
    theirs = published[published.index.get_level_values(0).str.startswith("CP2015 Table 2")].droplevel(0)[
        country
    ]
    assert ours["terms_of_trade"] == pytest.approx(theirs["terms_of_trade"], abs=PRINTED)
    assert ours["volume_of_trade"] == pytest.approx(theirs["volume_of_trade"], abs=PRINTED)
    assert ours["real_wage"] == pytest.approx(theirs["real_wage"], abs=PRINTED)
    assert ours["terms_of_trade"] + ours["volume_of_trade"] == pytest.approx(theirs["welfare"], abs=PRINTED)


def test_the_change_of_real_income_is_not_the_published_sum(balanced):
    split = 100 * split_welfare(balanced)
    assert split.loc["MEX", "real_income"] == pytest.approx(0.007, abs=0.001)
    parts = split.drop(columns=["real_income", "real_wage"])
    assert np.allclose(parts.sum(axis=1), 100 * np.log1p(split["real_income"] / 100), atol=1e-12)


def test_going_back_to_the_old_tariffs_undoes_all(balanced, trade_data):
    settings = SectorSettings(nafta.elasticities(trade_data / "cp2015"), "balanced")
    after = rebased(balanced)
    back = solve_many_sectors(after, SectorChange(balanced.base.tariff), settings)
    assert np.abs(back.real_income * balanced.real_income - 1).max() < 1e-9
    assert np.abs(back.wage * balanced.wage - 1).max() < 1e-9


def test_with_deficits_as_in_the_other_package(published, trade_data):
    split = 100 * split_welfare(nafta.solve_nafta(trade_data / "cp2015", "transfers"), hats=True)
    theirs = published[published.index.get_level_values(0).str.startswith("cp2015 R")].droplevel(0)
    for country in ("MEX", "CAN", "USA"):
        for part in ("terms_of_trade", "volume_of_trade", "real_wage"):
            assert split.loc[country, part] == pytest.approx(theirs[country][part], abs=0.02), (country, part)
