"""The laws of least-cost supply: flow, cost, duals, outages and origins, on generated networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from torugart.energy.gas_supply import Balance, GasCase, demand_prices, solve_balance
from torugart.energy.origins import trace_origins
from torugart.energy.outages import Element, lose_each, month_case, without

SEEDS = st.integers(0, 10_000)
NONE = np.zeros(0)


def network(seed: int, months: int = 3, loss: float = 0.02, stores: int = 1, contracts: int = 1) -> GasCase:
    """A network of ten nodes; integer capacities so that maximum flow is exact."""
    rng = np.random.default_rng(seed)
    n, arcs = 10, 24
    start = rng.integers(0, n, arcs)
    end = (start + rng.integers(1, n, arcs)) % n
    return GasCase(
        n,
        start,
        end,
        rng.integers(0, 6, (arcs, 1)) * np.ones((1, months)),
        rng.uniform(0.5, 3, arcs),
        np.full(arcs, loss),
        np.array([0, 1]),
        np.array([0, 0]),
        rng.integers(1, 9, (2, months)).astype(float),
        np.array([1.0, 1.5]),
        np.array([12.0 * months]),
        np.array([7, 8, 9]),
        rng.integers(1, 6, (3, months)).astype(float),
        np.array([900.0, 1000.0, 1100.0]),
        np.arange(2, 2 + stores),
        np.full(stores, 6.0),
        np.full(stores, 2.0),
        np.full(stores, 2.0),
        np.full(stores, 3.0),
        np.arange(contracts),
        np.full(contracts, 1.0),
        np.full(contracts, 200.0),
    )


def dense_cost(case: GasCase) -> float:
    """The same programme written down term by term, without blocks."""
    t, names, low, high, price = case.n_months, {}, [], [], []

    def variable(name: tuple, least: float, most: float, cost: float) -> None:
        names[name] = len(low)
        low.append(least)
        high.append(most)
        price.append(cost)

    for m in range(t):
        for a in range(case.arc_from.size):
            variable(("f", a, m), 0, case.arc_max[a, m], case.arc_cost[a])
        for s in range(case.supply_node.size):
            variable(("x", s, m), 0, case.supply_max[s, m], case.supply_cost[s])
        for d in range(case.demand_node.size):
            variable(("u", d, m), 0, case.demand[d, m], case.penalty[d])
        for j in range(case.store_node.size):
            last = m == t - 1 and case.keep_level
            variable(("in", j, m), 0, case.store_in[j], 0)
            variable(("out", j, m), 0, case.store_out[j], 0)
            variable(("l", j, m), case.store_start[j] if last else 0, case.store_max[j], 0)
    for k in range(case.contract_arc.size):
        variable(("v", k), 0, np.inf, case.contract_penalty[k])
    equal, right, most, limit = [], [], [], []
    for m in range(t):
        for node in range(case.n_nodes):
            row = np.zeros(len(low))
            for a in range(case.arc_from.size):
                row[names["f", a, m]] += (1 - case.arc_loss[a]) * (case.arc_to[a] == node)
                row[names["f", a, m]] -= case.arc_from[a] == node
            for s in range(case.supply_node.size):
                row[names["x", s, m]] += case.supply_node[s] == node
            for d in range(case.demand_node.size):
                row[names["u", d, m]] += case.demand_node[d] == node
            for j in range(case.store_node.size):
                row[names["out", j, m]] += case.store_node[j] == node
                row[names["in", j, m]] -= case.store_node[j] == node
            equal.append(row)
            right.append(case.demand[case.demand_node == node, m].sum())
        for j in range(case.store_node.size):
            row = np.zeros(len(low))
            row[names["l", j, m]], row[names["in", j, m]], row[names["out", j, m]] = 1, -1, 1
            if m:
                row[names["l", j, m - 1]] = -1
            equal.append(row)
            right.append(0.0 if m else case.store_start[j])
    for g in range(case.group_max.size):
        row = np.zeros(len(low))
        for s in np.flatnonzero(case.supply_group == g):
            for m in range(t):
                row[names["x", s, m]] = 1
        most.append(row)
        limit.append(case.group_max[g])
    for k, a in enumerate(case.contract_arc):
        row = np.zeros(len(low))
        for m in range(t):
            row[names["f", a, m]] = -1
        row[names["v", k]] = -1
        most.append(row)
        limit.append(-case.contract_min[k])
    found = linprog(
        price, np.array(most) if most else None, limit or None, np.array(equal), right,
        list(zip(low, high, strict=True)), method="highs-ipm",
    )  # fmt: skip
    assert found.status == 0
    return float(found.fun)


def closes(case: GasCase, b: Balance) -> float:
    """The worst imbalance of any node in any month."""
    net = np.zeros((case.n_nodes, case.n_months))
    np.add.at(net, case.arc_to, (1 - case.arc_loss)[:, None] * b.flow)
    np.add.at(net, case.arc_from, -b.flow)
    np.add.at(net, case.supply_node, b.supply)
    np.add.at(net, case.demand_node, b.unserved - case.demand)
    np.add.at(net, case.store_node, b.taken_out - b.put_in)
    return float(np.abs(net).max())


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_cost_is_that_of_the_same_programme_written_term_by_term(seed) -> None:
    case = network(seed)
    assert solve_balance(case).cost == pytest.approx(dense_cost(case), rel=1e-6, abs=1e-5)


@given(SEEDS)
def test_what_comes_in_goes_out_is_burnt_or_lost(seed) -> None:
    case = network(seed)
    b = solve_balance(case)
    assert closes(case, b) < 1e-7
    before = np.column_stack([case.store_start, b.level[:, :-1]])
    assert b.level == pytest.approx(before + b.put_in - b.taken_out, abs=1e-7)
    assert (b.level[:, -1] >= case.store_start - 1e-7).all()
    assert b.supply.sum() <= case.group_max[0] + 1e-7


@given(SEEDS)
def test_what_can_be_supplied_is_the_maximum_flow(seed) -> None:
    case = replace(network(seed, 1, 0.0, 0, 0), group_max=np.array([1e6]))
    wide = np.zeros((case.n_nodes + 2, case.n_nodes + 2), np.int32)
    np.add.at(wide, (case.arc_from, case.arc_to), case.arc_max[:, 0].astype(np.int32))
    np.add.at(wide, (np.full(2, case.n_nodes), case.supply_node), case.supply_max[:, 0].astype(np.int32))
    np.add.at(wide, (case.demand_node, np.full(3, case.n_nodes + 1)), case.demand[:, 0].astype(np.int32))
    most = maximum_flow(csr_array(wide), case.n_nodes, case.n_nodes + 1).flow_value
    b = solve_balance(replace(case, penalty=np.full(3, 1e4)))
    assert case.demand.sum() - b.unserved.sum() == pytest.approx(most, abs=1e-6)


@given(SEEDS, st.integers(0, 23))
def test_more_capacity_never_costs_more_and_its_value_lies_between_the_differences(seed, arc) -> None:
    case = network(seed, 1, stores=0, contracts=0)
    step = 1e-3
    costs = []
    for change in (-step, 0.0, step):
        arc_max = case.arc_max.copy()
        assume(arc_max[arc, 0] > step)
        arc_max[arc] += change
        costs.append(solve_balance(replace(case, arc_max=arc_max)).cost)
    less, here, more = costs
    assert less >= here - 1e-7
    assert here >= more - 1e-7
    value = solve_balance(case).arc_value[arc, 0]
    assert (here - more) / step - 1e-3 <= value <= (less - here) / step + 1e-3


@given(SEEDS)
def test_a_balance_earns_what_its_prices_say(seed) -> None:
    case = network(seed, 1, stores=0, contracts=0)
    case = replace(case, supply_group=np.full(2, -1), group_max=NONE)
    b = solve_balance(case)
    worth = (b.price[case.demand_node] * case.demand).sum()
    rents = (b.arc_value * case.arc_max).sum()
    rents += (np.maximum(b.price[case.supply_node, 0] - case.supply_cost, 0) * case.supply_max[:, 0]).sum()
    rents += (np.maximum(b.price[case.demand_node, 0] - case.penalty, 0) * case.demand[:, 0]).sum()
    assert worth - rents == pytest.approx(b.cost, rel=1e-6, abs=1e-4)


@given(SEEDS, st.integers(0, 23))
def test_losing_an_element_never_helps(seed, arc) -> None:
    case = network(seed)
    less = solve_balance(without(case, Element("line", arcs=(arc,))))
    assert less.cost >= solve_balance(case).cost - 1e-6


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_an_outage_is_the_month_solved_again_and_what_is_idle_is_not_missed(seed) -> None:
    case = network(seed)
    usual = solve_balance(case)
    elements = [Element(f"line {a}", arcs=(a,)) for a in range(case.arc_from.size)]
    elements += [Element("field", supplies=(0,)), Element("store", stores=(0,))]
    for outage in lose_each(case, usual, elements, months=[1]):
        alone = month_case(case, usual, 1)
        lost = solve_balance(without(alone, outage.element))
        base = solve_balance(alone)
        assert outage.cost == pytest.approx(lost.cost - base.cost, rel=1e-6, abs=1e-4)
        assert outage.cost >= -1e-6


@given(SEEDS, st.randoms(use_true_random=False))
def test_order_of_rows_and_units_leave_cost_and_shortage_alone(seed, shuffle) -> None:
    case = network(seed)
    order = list(range(case.arc_from.size))
    shuffle.shuffle(order)
    at = np.argsort(order)
    mixed = replace(
        case,
        arc_from=case.arc_from[order],
        arc_to=case.arc_to[order],
        arc_max=case.arc_max[order],
        arc_cost=case.arc_cost[order],
        arc_loss=case.arc_loss[order],
        contract_arc=at[case.contract_arc],
    )
    one, other = solve_balance(case), solve_balance(mixed)
    assert other.cost == pytest.approx(one.cost, rel=1e-6, abs=1e-5)
    assert other.unserved.sum(axis=1) @ case.penalty == pytest.approx(
        one.unserved.sum(axis=1) @ case.penalty, rel=1e-4, abs=1e-2
    )


@given(SEEDS)
def test_origins_of_what_passes_sum_to_one_and_sum_to_what_was_supplied(seed) -> None:
    case = network(seed, loss=0.0, stores=0, contracts=0)
    b = solve_balance(case)
    part = trace_origins(case, b, np.array([0, 1]), 2)
    through = np.zeros(case.n_nodes)
    np.add.at(through, case.arc_to, b.flow.sum(axis=1))
    np.add.at(through, case.supply_node, b.supply.sum(axis=1))
    passes = through > 1e-6
    assert part[passes].sum(axis=1) == pytest.approx(1, abs=1e-6)
    used = (case.demand - b.unserved).sum(axis=1)
    by_origin = (part[case.demand_node] * used[:, None]).sum(axis=0)
    assert by_origin == pytest.approx(b.supply.sum(axis=1), abs=1e-5)


def test_a_month_without_demand_needs_nothing() -> None:
    case = network(1)
    b = solve_balance(replace(case, demand=np.zeros_like(case.demand), contract_min=np.zeros(1)))
    assert b.cost == pytest.approx(0, abs=1e-9)
    assert not b.flow.any()


def test_an_island_is_short_of_all_it_wants() -> None:
    case = network(1)
    alone = replace(case, arc_max=np.zeros_like(case.arc_max), contract_min=np.zeros(1))
    b = solve_balance(alone)
    assert b.unserved == pytest.approx(case.demand)
    assert demand_prices(alone, b)[0] == pytest.approx(np.full(case.n_months, 900.0))
