"""A course of the year that costs the same and is even: nothing is lost by it, and what the solver may pick no longer shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.energy.test_gas_supply import closes, network

from torugart.energy.backcast import country_flows
from torugart.energy.even_output import DEARER, solve_evenly
from torugart.energy.gas_supply import GasCase, solve_balance
from torugart.tables.read import read_package
from torugart.verbs.gas_case import question_of_record

SEEDS = st.integers(0, 10_000)
TURNED = (
    "energy_links",
    "energy_nodes",
    "gas_ties",
    "gas_uses",
    "gas_months",
    "gas_ends",
    "gas_flows",
    "country_series",
)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_an_even_course_is_a_course_of_the_case_and_costs_no_more(seed) -> None:
    case = network(seed)
    even, least = solve_evenly(case), solve_balance(case)
    assert closes(case, even) < 1e-6
    assert (even.supply <= case.supply_max + 1e-6).all()
    assert even.supply.sum() <= case.group_max[0] + 1e-6
    assert least.cost - 1e-5 <= even.cost <= least.cost + DEARER * least.supply.sum() + 1e-5
    assert even.unserved.sum(axis=1) @ case.penalty == pytest.approx(
        least.unserved.sum(axis=1) @ case.penalty, abs=DEARER * (1 + least.supply.sum())
    )


def two_fields(demand: np.ndarray) -> GasCase:
    """Two fields and a demand at one node; each field may give twice its mean in a month."""
    case = network(1, months=demand.size, stores=0, contracts=0)
    return replace(
        case,
        arc_max=np.zeros_like(case.arc_max),
        supply_node=np.array([7, 7]),
        supply_group=np.array([0, 1]),
        supply_max=np.full((2, demand.size), 2.0),
        supply_cost=np.zeros(2),
        group_max=np.array([demand.sum() / 2, demand.sum() / 2]),
        demand_node=np.array([7]),
        demand=demand[None, :],
        penalty=np.array([900.0]),
    )


@pytest.mark.parametrize("demand", [np.full(4, 2.0), np.array([1.0, 2.0, 3.0, 2.0])])
def test_fields_of_equal_cost_give_alike(demand) -> None:
    even = solve_evenly(two_fields(demand))
    assert even.supply == pytest.approx(np.tile(demand / 2, (2, 1)), abs=2.0 / 40 + 1e-9)
    assert even.unserved.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024])
def test_the_order_of_rows_does_not_show_in_the_flows_of_a_month(year: int) -> None:
    package = read_package()
    tables = {**package.tables, **{n: package.tables[n].iloc[::-1].reset_index(drop=True) for n in TURNED}}
    one, other = (
        country_flows(asked.named, solve_evenly(asked.named.case))
        for asked in (question_of_record(p, year) for p in (package, replace(package, tables=tables)))
    )
    assert one.codes == other.codes
    assert one.traced == pytest.approx(other.traced, abs=0.1)
    assert one.border == pytest.approx(other.border, abs=0.1)
    assert one.traced[-1] == pytest.approx(other.traced[-1], abs=1e-3)
    assert one.netted[-1] == pytest.approx(other.netted[-1], abs=1e-3)
