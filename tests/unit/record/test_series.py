"""Series of the record: both counts beside each other, rates between milestones, money that may be summed."""

from __future__ import annotations

import pytest

from torugart.record.health import health_of
from torugart.record.series import gas_series, investment_series, trade_series
from torugart.tables.read import read_package

TABLES = read_package().tables


def test_both_counts_and_their_gap() -> None:
    trade = trade_series(TABLES).set_index(["partner", "year"])
    row = trade.loc["KGZ", 2024]
    assert (row["china_busd"], row["partner_busd"]) == (22.71, 5.3)
    assert row["gap_busd"] == pytest.approx(17.41)
    assert row["gap_share"] == pytest.approx(17.41 / 22.71)
    assert row["china_how"] == row["partner_how"] == "total"
    assert trade["china_source_id"].ne("")[trade["china_busd"].notna()].all()


def test_what_one_side_has_not_counted_stays_empty() -> None:
    trade = trade_series(TABLES)
    alone = trade[trade["partner_busd"].isna()]
    assert len(alone)
    assert alone["gap_busd"].isna().all()
    assert (alone["partner_source_id"] == "").all()


def test_recalled_flows_make_an_estimated_total() -> None:
    trade = trade_series(TABLES).set_index(["partner", "year"])
    assert tuple(trade.loc[("KAZ", 2014), ["china_how", "china_basis"]]) == ("sum", "estimated")
    # Of two counts of one year the published total goes before the sum of both ways.
    assert tuple(trade.loc[("KAZ", 2018), ["china_how", "china_basis"]]) == ("total", "reported")


def test_rates_are_those_between_milestones() -> None:
    gas = gas_series(TABLES).set_index(["supplier", "by_date"])
    row = gas.loc["TKM", "2025-10"]
    assert row["since_date"] == "2025-03"
    assert row["rate_bcm_per_year"] == pytest.approx(20 / 7 * 12, rel=0.02)
    known = gas[gas["rate_bcm_per_year"].notna()]
    assert (known["rate_lo"] <= known["rate_bcm_per_year"]).all()
    assert (known["rate_bcm_per_year"] <= known["rate_hi"]).all()


def test_milestones_that_do_not_add_up_are_named() -> None:
    gas = gas_series(TABLES).set_index(["supplier", "by_date"])
    told = gas.loc[("KAZ+TKM+UZB", "2019-12-31"), "conflict"]
    assert told.startswith("277.4 until 2019-06-30")
    assert told.endswith("is 302.27, 7.7 more")
    assert (gas.loc["TKM", "conflict"] == "").all()


def test_money_is_summed_once_and_only_where_it_is_known() -> None:
    money = investment_series(TABLES)
    projects = TABLES["projects"].set_index("project_id")
    summable = health_of(TABLES, "projects")["summable"] == "yes"
    assert money["total_musd"].sum() == pytest.approx(
        projects.loc[summable[summable].index, "cost_musd"].sum()
    )
    assert money["summed"].sum() == summable.sum()
    assert money["projects"].sum() == len(projects)
    assert money["share"].sum() == pytest.approx(1)
    assert (money["chinese_party_musd"] <= money["total_musd"] + 1e-9).all()
    parts = projects[(projects["part_of"] != "") & projects["cost_musd"].notna()]
    assert len(parts)
    assert not set(parts.index) & set(summable[summable].index)


def test_nothing_makes_empty_series() -> None:
    empty = {name: table.iloc[:0] for name, table in TABLES.items()}
    for series in (trade_series, gas_series, investment_series):
        frame = series(empty)
        assert len(frame) == 0
        assert list(frame.columns) == list(series(TABLES).columns)
