"""Laws of market access, closed forms, and the equation solved a second way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import root

from torugart.errors import InputError
from torugart.trade.market_access import first_order_access, solve_market_access

LAW = settings(max_examples=200, deadline=None)
thetas = st.floats(0.5, 15)


@st.composite
def worlds(draw, most=8):
    """Symmetric costs with 1 at home, and sizes over six orders of magnitude."""
    n = draw(st.integers(1, most))
    half = draw(arrays(float, (n, n), elements=st.floats(1.0, 3.0)))
    tau = np.triu(half, 1) + np.triu(half, 1).T
    np.fill_diagonal(tau, 1.0)
    size = 10 ** draw(arrays(float, n, elements=st.floats(-3, 3)))
    return tau, size


@LAW
@given(worlds(), thetas)
def test_the_equation_holds(world, theta):
    tau, size = world
    ours = solve_market_access(tau, size, theta)
    right = tau**-theta @ (size * ours.solved ** (-(1 + theta) / theta))
    assert ours.solved == pytest.approx(right, rel=1e-10)
    assert ours.residual < 1e-10
    assert ours.first_order == pytest.approx(
        [(tau[o] ** -theta * size).sum() for o in range(len(size))], rel=1e-12
    )


@LAW
@given(worlds(5), thetas)
def test_a_root_finder_finds_the_same(world, theta):
    tau, size = world
    power = (1 + theta) / theta
    kernel = tau**-theta * size
    found = root(
        lambda x: np.log(kernel @ np.exp(-power * x)) - x, np.zeros(len(size)), method="hybr", tol=1e-12
    )
    if found.success:  # from so far away it does not always arrive
        assert solve_market_access(tau, size, theta).solved == pytest.approx(np.exp(found.x), rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    worlds(5), st.floats(0.5, 4)
)  # with larger ones cities are so far apart that this plain iteration takes for ever
def test_access_of_firms_and_of_consumers_found_apart_is_the_same(world, theta):
    """Sales and prices with incomes of people who are equally well off everywhere: both accesses are one up to a factor."""
    tau, size = world
    access = solve_market_access(tau, size, theta).solved
    kernel = tau**-theta
    income = size * access ** (-1 / theta)  # wages follow prices
    firms, consumers = np.ones_like(size), np.ones_like(size)
    for _ in range(4000):
        consumers = np.sqrt(consumers * (kernel.T @ (income / firms)))
        firms = np.sqrt(firms * (kernel @ (income / consumers)))
    assert firms / firms[0] == pytest.approx(access / access[0], rel=1e-6)
    assert consumers / consumers[0] == pytest.approx(access / access[0], rel=1e-6)


@LAW
@given(worlds(), thetas, st.floats(1e-3, 1e3))
def test_more_people_everywhere_change_no_ratio(world, theta, factor):
    tau, size = world
    one, other = solve_market_access(tau, size, theta), solve_market_access(tau, factor * size, theta)
    assert other.first_order == pytest.approx(factor * one.first_order, rel=1e-10)
    assert other.solved == pytest.approx(factor ** (theta / (1 + 2 * theta)) * one.solved, rel=1e-9)


@LAW
@given(worlds(), thetas, st.randoms())
def test_order_changes_nothing(world, theta, random):
    tau, size = world
    order = list(range(len(size)))
    random.shuffle(order)
    one, other = (
        solve_market_access(tau, size, theta),
        solve_market_access(tau[np.ix_(order, order)], size[order], theta),
    )
    assert other.first_order == pytest.approx(one.first_order[order], rel=1e-12)
    assert other.solved == pytest.approx(one.solved[order], rel=1e-9)


@LAW
@given(worlds(), thetas, st.floats(0.1, 5))
def test_a_larger_elasticity_makes_markets_more_local(world, theta, more):
    tau, size = world
    own = [size / first_order_access(tau, size, e) for e in (theta, theta + more)]
    assert (own[1] >= own[0] * (1 - 1e-12)).all()


@LAW
@given(worlds(), thetas, st.data())
def test_cheaper_ways_never_lower_access_to_first_order(world, theta, data):
    tau, size = world
    cut = data.draw(arrays(float, tau.shape, elements=st.floats(0, 1)))
    cheaper = 1 + (tau - 1) * np.maximum(cut, cut.T)
    assert (
        first_order_access(cheaper, size, theta) >= first_order_access(tau, size, theta) * (1 - 1e-12)
    ).all()


@LAW
@given(st.integers(1, 20), st.floats(1, 3), thetas, st.floats(0.1, 1e4))
def test_like_cities_have_a_closed_form(n, cost, theta, people):
    tau = np.where(np.eye(n, dtype=bool), 1.0, cost)
    ours = solve_market_access(tau, np.full(n, people), theta)
    reach = people * (1 + (n - 1) * cost**-theta)
    assert ours.first_order == pytest.approx(np.full(n, reach), rel=1e-10)
    assert ours.solved == pytest.approx(np.full(n, reach ** (theta / (1 + 2 * theta))), rel=1e-9)


def test_the_third_city_loses_when_two_come_closer():
    tau = np.array([[1, 1.4, 1.3], [1.4, 1, 1.3], [1.3, 1.3, 1]])
    closer = tau.copy()
    closer[0, 1] = closer[1, 0] = 1.2
    before, after = (solve_market_access(t, np.array([5.0, 4.0, 3.0]), 5.03) for t in (tau, closer))
    assert after.first_order[2] == before.first_order[2]
    assert after.solved[2] < before.solved[2] * 0.999
    assert (after.solved[:2] > before.solved[:2]).all()


def test_a_city_without_ways_has_its_own_market():
    tau = np.array([[1, 1.2, np.inf], [1.2, 1, np.inf], [np.inf, np.inf, 1]])
    ours = solve_market_access(tau, np.array([2.0, 3.0, 7.0]), 4)
    assert ours.first_order[2] == 7
    assert ours.solved[2] == pytest.approx(7 ** (4 / 9))


@pytest.mark.parametrize("theta", [0.5, 5.03, 8, 40])
def test_the_start_does_not_matter(theta, monkeypatch):
    """Far starts end in the same place."""
    from torugart.trade import market_access as module

    rng = np.random.default_rng(3)
    point = rng.uniform(0, 1, (40, 2))
    tau = 1 + np.hypot(*(point[:, None] - point[None]).transpose(2, 0, 1))
    size = np.exp(rng.normal(0, 2, 40))
    near = solve_market_access(tau, size, theta).solved
    search = module.find_fixed_point
    monkeypatch.setattr(
        module,
        "find_fixed_point",
        lambda step, start, *rest: search(step, start + rng.normal(0, 3, start.size), *rest),
    )
    for _ in range(5):
        assert solve_market_access(tau, size, theta).solved == pytest.approx(near, rel=1e-9)


@pytest.mark.parametrize(
    ("tau", "size", "theta", "told"),
    [
        ([[1, 0.5], [0.5, 1]], [1, 1], 5, "trade cost from 1 to 2 is 0.5; give a factor of 1 or more"),
        ([[1, np.nan], [2, 1]], [1, 1], 5, "trade cost from 1 to 2 is nan"),
        ([[1, 2], [2, 1]], [1, -1], 5, "size of 2 is -1.0; give a number above 0"),
        ([[1, 2], [2, 1]], [1, 1], -5, "trade elasticity -5: give a number above 0"),
        ([[1, 2], [3, 1]], [1, 1], 5, "trade cost differs by direction: 2 from 1 to 2 and 3 back"),
        ([[1, 2]], [1, 1], 5, "shape"),
        ([[np.inf, 2], [2, 1]], [1, 1], 5, "trade cost of 1 to itself is infinite"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tau, size, theta, told):
    with pytest.raises(InputError, match="market access") as fault:
        solve_market_access(np.array(tau, float), np.array(size, float), theta)
    assert told in str(fault.value)
