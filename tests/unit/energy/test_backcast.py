"""Past years beside what was reported: what netting keeps, which figures are held against what, and what was an input."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from torugart.energy.backcast import (
    backcast_year,
    country_flows,
    netted_trade,
    reported_volumes,
    suppliers_counted,
)
from torugart.energy.even_output import solve_evenly
from torugart.energy.gas_supply import solve_balance
from torugart.energy.supply_case import MONTHS
from torugart.energy.year_volumes import delivered_volume
from torugart.tables.read import read_package
from torugart.verbs.energy_backcast import energy_backcast
from torugart.verbs.energy_balance import answer_of
from torugart.verbs.gas_case import GasQuestion, gas_question

Tables = Mapping[str, pd.DataFrame]
CODES = ("CHN", "IRN", "KAZ", "KGZ", "RUS", "TJK", "TKM", "UZB")
TRADE = arrays(np.float64, (5, 5), elements=st.floats(0, 50))
SWAPS = arrays(np.bool_, 5)


@pytest.fixture(scope="module")
def asked() -> GasQuestion:
    return gas_question(year=2023)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_package().tables


@given(TRADE, SWAPS)
def test_netting_keeps_what_each_makes_and_uses_and_leaves_no_trade_both_ways(traced, swaps) -> None:
    net = netted_trade(traced, swaps)
    assert (net >= 0).all()
    assert net.sum(axis=0) == pytest.approx(traced.sum(axis=0), abs=1e-8)
    assert net.sum(axis=1) == pytest.approx(traced.sum(axis=1), abs=1e-8)
    abroad = net - np.diag(np.diag(net))
    for k in np.flatnonzero(swaps):
        assert min(abroad[k].sum(), abroad[:, k].sum()) < 1e-8
    assert netted_trade(net, swaps) == pytest.approx(net, abs=1e-7)
    assert np.trace(net) >= np.trace(traced) - 1e-8


def test_netting_by_hand() -> None:
    # 4 of a's gas are used in b, and 6 of b's go to c: 4 are swapped.
    traced = np.array([[10.0, 4.0, 0.0], [0.0, 1.0, 6.0], [0.0, 0.0, 0.0]])
    net = netted_trade(traced, np.array([False, True, False]))
    assert net.tolist() == [[10.0, 0.0, 4.0], [0.0, 5.0, 2.0], [0.0, 0.0, 0.0]]
    assert netted_trade(traced, np.zeros(3, bool)).tolist() == traced.tolist()


@pytest.mark.parametrize("year", [2021, 2024])
def test_what_is_traced_is_what_is_used_and_the_year_is_that_of_the_balance(year: int) -> None:
    asked = gas_question(year=year)
    case = asked.named.case
    balance = solve_evenly(case)
    flows = country_flows(asked.named, balance)
    country = asked.named.tables["nodes"]["country"].to_numpy(str)[case.demand_node]
    used = case.demand - balance.unserved
    for k, code in enumerate(flows.codes):
        mine = used[country == code].sum(axis=0)
        assert flows.traced[:MONTHS, :, k].sum(axis=1) == pytest.approx(mine, abs=1e-6), code
        assert flows.netted[:MONTHS, :, k].sum(axis=1) == pytest.approx(mine, abs=1e-6), code
    told = answer_of(asked).origins.set_index(["country", "origin"])["bcm"]
    for (user, origin), bcm in told.items():
        i, j = flows.codes.index(origin), flows.codes.index(user)
        assert flows.traced[MONTHS, i, j] == pytest.approx(bcm, abs=1e-6)
    arrives = answer_of(asked).countries.set_index("country")["arrives_bcm"]
    assert flows.border[MONTHS].sum(axis=0) == pytest.approx(arrives[list(flows.codes)].to_numpy(), abs=1e-6)


def made_up(*rows: tuple[str, str, str, str, str, float]) -> pd.DataFrame:
    columns = ["flow_id", "supplier", "buyer", "first_day", "last_day", "bcm"]
    return pd.DataFrame(rows, columns=columns).assign(kind="reported", year=2023, reference_c=np.nan)


def test_only_whole_months_of_the_year_are_held_against_the_model(tables: Tables) -> None:
    flows = made_up(
        ("whole", "TKM", "CHN", "2023-01-01", "2023-12-31", 35.0),
        ("three", "TKM", "CHN", "2023-02-01", "2023-04-30", 7.0),
        ("written_short", "TKM", "CHN", "2023", "2023", 35.0),
        ("month", "TKM", "CHN", "2023-02", "2023-02", 2.4),
        ("half", "TKM", "CHN", "2023-02-01", "2023-04-15", 5.0),
        ("over", "KAZ", "CHN", "2022-12-01", "2023-01-31", 1.0),
        ("away", "TKM", "AZE", "2023-01-01", "2023-12-31", 1.0),
        ("other", "RUS", "CHN", "2023-01-01", "2023-12-31", 20.0),
        ("past", "TKM", "CHN", "2022-01-01", "2022-12-31", 30.0),
    )
    flows.loc[len(flows)] = flows.iloc[0].to_dict() | {"flow_id": "hoped", "kind": "plan"}
    rows, left = reported_volumes({**tables, "gas_flows": flows}, CODES, 2023)
    assert dict(zip(rows["flow_id"], rows["months"], strict=True)) == {
        "three": (2, 3, 4),
        "month": (2,),
        "written_short": tuple(range(1, 13)),
        "whole": tuple(range(1, 13)),
    }
    assert set(left["flow_id"]) == {"half", "over", "away", "other"}
    assert (rows["last_day"].str.len() == 10).all()


def test_a_period_may_be_written_as_a_year_or_a_month(tables: Tables) -> None:
    flows = made_up(("short", "TKM", "CHN", "2023", "2023-10", 30.0))
    found = delivered_volume({**tables, "gas_flows": flows}, "TKM", "CHN", 2023)
    assert found is not None
    assert found.amount == pytest.approx(30.0 / (304 / 365.25))


def test_a_volume_at_fifteen_degrees_is_more_at_twenty(tables: Tables) -> None:
    flows = made_up(("whole", "TKM", "CHN", "2023-01-01", "2023-12-31", 30.0)).assign(reference_c=15.0)
    rows, _ = reported_volumes({**tables, "gas_flows": flows}, CODES, 2023)
    assert rows["reported_bcm"].iloc[0] == pytest.approx(30.0 * 293.15 / 288.15)


def test_every_delivered_volume_of_the_record_is_held_or_left_out_with_a_reason(tables: Tables) -> None:
    for year in (2021, 2022, 2023, 2024):
        answer = energy_backcast([year])
        flows = tables["gas_flows"]
        wanted = flows[
            (flows["first_day"].astype(str).str[:4] <= str(year))
            & (flows["last_day"].astype(str).str[:4] >= str(year))
            & flows["kind"].isin(["reported", "converted", "derived"])
            & flows["bcm"].notna()
        ]
        assert {*answer.figures["flow_id"], *answer.left_out["flow_id"]} == set(wanted["flow_id"])
        assert (answer.left_out["why"] != "").all()


def test_a_role_says_whether_the_case_rests_on_the_figure(asked: GasQuestion, tables: Tables) -> None:
    balance = solve_balance(asked.named.case)
    figures = backcast_year(asked.named, balance, tables, asked.volumes, 2023).figures.set_index("flow_id")
    cells = "; ".join(asked.volumes["cells"])
    for flow, row in figures.iterrows():
        assert (row["role"] == "input") == (f"gas_flows/{flow}/bcm" in cells)
    beside = figures[figures["role"] == "beside an input"]
    inputs = figures[figures["role"] == "input"]
    pairs = set(zip(inputs["supplier"], inputs["buyer"], strict=True))
    assert set(zip(beside["supplier"], beside["buyer"], strict=True)) <= pairs
    # What was no input may be changed without any change of the model.
    outcome = figures.index[figures["role"] == "outcome"][0]
    flows = tables["gas_flows"].copy()
    flows.loc[flows["flow_id"] == outcome, "bcm"] += 1.0
    again = backcast_year(asked.named, balance, {**tables, "gas_flows": flows}, asked.volumes, 2023).figures
    again = again.set_index("flow_id")
    assert again.loc[outcome, "traced_bcm"] == figures.loc[outcome, "traced_bcm"]
    assert again.loc[outcome, "traced_error_bcm"] == pytest.approx(
        figures.loc[outcome, "traced_error_bcm"] - 1.0
    )


def test_a_buyer_gets_what_is_asked_less_what_is_short(asked: GasQuestion, tables: Tables) -> None:
    balance = solve_balance(asked.named.case)
    ends = backcast_year(asked.named, balance, tables, asked.volumes, 2023).ends.set_index("end_id")
    countries = answer_of(asked).countries.set_index("country")
    assert ends.loc["china", "error_bcm"] == pytest.approx(-countries.loc["CHN", "short_bcm"], abs=1e-6)
    assert (ends.loc[ends["role"] != "buyer", "error_bcm"] < 1e-6).all()


def test_suppliers_of_a_buyer_are_those_of_its_rule(tables: Tables) -> None:
    assert suppliers_counted(tables["gas_ends"])["CHN"] == {"KAZ", "TKM", "UZB"}


def test_kazakh_gas_of_the_west_reaches_a_buyer() -> None:
    """Ten bcm a year from Beineu to the south left 1.9 bcm of the output of 2023 unsold (docs/decisions/0050)."""
    countries = answer_of(gas_question(year=2023)).countries.set_index("country")
    assert countries.loc["KAZ", "output_bcm"] == pytest.approx(28.769, abs=1e-3)
    assert countries.loc["CHN", "short_bcm"] < 1.0
