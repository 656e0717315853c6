"""Waits and the equilibrium: against closed forms, from different starts, and what more capacity does."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torugart.assignment.equilibrium import Choosers, solve_equilibrium
from torugart.assignment.queues import STEEPEST, clearing, mean_wait_h
from torugart.errors import NotConverged

BATCH, CAPACITY = np.array([1000.0]), np.array([10_000.0])


def wait(load: float, days: float = 0.0) -> float:
    return float(mean_wait_h(np.array([load]), CAPACITY, BATCH, 1.0, days)[0])


def test_waits_by_hand():
    # Ten trains a day: 2.4 h each. Half full: as long again; nine tenths: nine times.
    assert wait(0) == 0
    assert wait(5_000) == pytest.approx(2.4)
    assert wait(9_000) == pytest.approx(9 * 2.4)
    # A week at 120 % of capacity: the last waits 1.4 days, the mean half of it, and the chance part beside.
    assert wait(12_000, days=7) - wait(12_000) == pytest.approx(0.2 * 7 * 24 / 2)


def test_a_gate_that_was_too_full_before_gets_no_line_from_a_closure_elsewhere():
    load = np.array([12_000.0])
    same = mean_wait_h(load, CAPACITY, BATCH, 1.0, 7, usual_t_per_day=load)
    assert same[0] == wait(12_000)
    more = mean_wait_h(load + 1_000, CAPACITY, BATCH, 1.0, 7, usual_t_per_day=load)
    assert more[0] - wait(13_000) == pytest.approx(0.1 * 7 * 24 / 2)


@given(st.floats(1, 1e6), st.floats(0, 0.95), st.floats(100, 1e5))
def test_a_line_clears_as_if_stepped_through(line, full, capacity):
    load = full * capacity
    days, tonne_days = clearing(line, load, capacity)
    # Who comes at time t stands behind the line of that time; the middle of each step.
    step = days / 1000
    left = line + (load - capacity) * step * (np.arange(1000) + 0.5)
    assert left[-1] == pytest.approx(0, abs=line / 1000)
    assert tonne_days == pytest.approx(float((load * step * left / capacity).sum()), rel=1e-6)


@given(st.floats(0, 2), st.floats(0, 0.5), st.floats(0, 30))
def test_more_load_never_waits_less(load, more, days):
    low, high = wait(load * 1e4, days), wait((load + more) * 1e4, days)
    assert high >= low - 1e-12


def test_the_tangent_is_smooth():
    at = STEEPEST * 1e4
    left, right = (wait(at) - wait(at - 1)), (wait(at + 1) - wait(at))
    assert left == pytest.approx(right, rel=3e-3)


def world(seed: int, n_pairs: int = 6, n_gates: int = 3, one_gate: bool = False) -> list[Choosers]:
    rng = np.random.default_rng(seed)
    ways = rng.integers(1, 5, n_pairs)
    first = np.concatenate([[0], np.cumsum(ways)]).astype(np.int64)
    n = int(first[-1])
    # Each way meets up to two gates, or one at most.
    meets = rng.integers(0, 2 if one_gate else 3, n)
    gate_first = np.concatenate([[0], np.cumsum(meets)]).astype(np.int64)
    gate = np.concatenate([rng.choice(n_gates, m, replace=False) for m in meets] + [np.zeros(0, int)]).astype(
        np.int64
    )
    cost = rng.uniform(3000, 5000, n)
    low = np.minimum.reduceat(cost, first[:-1])
    boxes = rng.uniform(1, 60, n_pairs)
    return [Choosers(first, cost, rng.uniform(0.3, 1, n), 11 / low, 14 * boxes, boxes, 3.0, gate_first, gate)]


def hours_of(capacity):
    capacity = np.asarray(capacity, float)
    return lambda x: mean_wait_h(x, capacity, np.full(capacity.size, 200.0), 1.0)


def test_two_ways_against_bisection():
    c = Choosers(
        np.array([0, 2]), np.array([4000.0, 4100.0]), np.ones(2), np.array([0.003]), np.array([900.0]), np.array([60.0]), 5.0,
        np.array([0, 1, 1]), np.array([0]),
    )  # fmt: skip
    found = solve_equilibrium([c], hours_of([800.0]), 1, target=1e-9)
    low, high = 0.0, 900.0
    for _ in range(200):
        x = (low + high) / 2
        extra = 5.0 * mean_wait_h(np.array([x]), np.array([800.0]), np.array([200.0]), 1.0)[0]
        share = 1 / (1 + np.exp(-0.003 * (4100 - 4000 - extra)))
        low, high = (x, high) if 900 * share > x else (low, x)
    assert found.load_t_per_day[0] == pytest.approx(x, rel=1e-7)
    assert found.shares[0].sum() == pytest.approx(1, abs=1e-12)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 3000), st.floats(0.3, 3))
def test_the_equilibrium_does_not_hang_on_the_start(seed, tight):
    classes = world(seed)
    total = classes[0].t_per_day.sum()
    capacity = np.array([0.4, 0.5, 0.6]) * total * tight
    a = solve_equilibrium(classes, hours_of(capacity), 3, target=1e-8)
    b = solve_equilibrium(classes, hours_of(capacity), 3, start=np.full(3, total), target=1e-8)
    assert np.allclose(a.load_t_per_day, b.load_t_per_day, atol=1e-6 * total)


@given(st.integers(0, 3000))
def test_every_box_is_on_one_way(seed):
    classes = world(seed)
    found = solve_equilibrium(classes, hours_of(np.full(3, classes[0].t_per_day.sum())), 3)
    sums = np.add.reduceat(found.shares[0], classes[0].first[:-1])
    assert np.allclose(sums, 1, atol=1e-12)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 3000), st.integers(0, 2), st.floats(1, 3))
def test_more_capacity_never_lowers_the_benefit_where_ways_meet_one_gate(seed, gate, more):
    classes = world(seed, one_gate=True)
    capacity = np.array([0.3, 0.4, 0.5]) * classes[0].t_per_day.sum()
    wider = capacity.copy()
    wider[gate] *= more
    before = solve_equilibrium(classes, hours_of(capacity), 3, target=1e-9)
    after = solve_equilibrium(classes, hours_of(wider), 3, target=1e-9)
    gain = classes[0].boxes_per_day @ (before.logsum[0] - after.logsum[0])
    assert gain >= -1e-5 * (classes[0].boxes_per_day @ before.logsum[0])


@given(st.integers(0, 3000))
def test_gates_nobody_uses_cost_nothing(seed):
    classes = world(seed, n_gates=3)
    wide = solve_equilibrium(classes, hours_of([1e12] * 3), 3)
    free = [c.choose(np.zeros(3), 3) for c in classes]
    assert np.allclose(wide.logsum[0], free[0][1], rtol=1e-9)


def test_threads_do_not_matter():
    classes = world(7, n_pairs=400)
    capacity = np.array([0.3, 0.4, 0.5]) * classes[0].t_per_day.sum()
    threads = numba.get_num_threads()
    found = []
    for n in (1, threads):
        numba.set_num_threads(n)
        found.append(solve_equilibrium(classes, hours_of(capacity), 3).load_t_per_day)
    numba.set_num_threads(threads)
    assert np.array_equal(*found)


def test_a_search_that_stops_short_says_so():
    classes = world(7)
    with pytest.raises(NotConverged, match="gap"):
        solve_equilibrium(classes, hours_of([50.0] * 3), 3, target=1e-14, most=3)
