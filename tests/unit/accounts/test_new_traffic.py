"""Demand that answers to its cost: the integral against quadrature, the rule of half, the line integral of the logsum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from torugart.accounts.new_traffic import MOST_FALL, demand_factor, demand_integral
from torugart.assignment.logit import logsum_and_shares

falls = st.floats(-2.0, 0.95)
elasticities = st.floats(0.0, 3.0)
ways = st.lists(
    st.tuples(st.floats(500, 5000), st.floats(-400, 400), st.floats(0.1, 1.0)), min_size=1, max_size=6
)


def logit(cost: np.ndarray, size: np.ndarray, mu: float) -> tuple[float, np.ndarray]:
    """Logsum and shares of one pair under one draw."""
    first, is_open = np.array([0, cost.size]), np.ones((cost.size, 1), bool)
    logsum, share = logsum_and_shares(first, cost[:, None], is_open, size, np.array([[mu]]))
    return float(logsum[0, 0]), share[:, 0]


@given(falls, elasticities)
def test_the_benefit_is_the_area_left_of_demand(fall, elasticity):
    area, _ = quad(
        lambda f: float(demand_factor(f, elasticity)),
        0,
        fall,
        points=[MOST_FALL] if fall > MOST_FALL else None,
    )
    assert float(demand_integral(fall, elasticity)) == pytest.approx(area, rel=1e-8, abs=1e-10)


@given(falls, st.floats(-1e-7, 1e-7))
def test_an_elasticity_of_one_is_no_special_case(fall, off):
    assert float(demand_integral(fall, 1 + off)) == pytest.approx(float(demand_integral(fall, 1.0)), rel=1e-6)


@given(falls)
def test_demand_held_fixed_leaves_the_change_of_logsum(fall):
    assert float(demand_factor(fall, 0.0)) == 1.0
    assert float(demand_integral(fall, 0.0)) == pytest.approx(fall, rel=1e-12, abs=1e-15)


@given(falls, elasticities, elasticities)
def test_more_answer_never_lowers_the_benefit(fall, one, other):
    low, high = sorted((one, other))
    assert demand_integral(fall, high) >= demand_integral(fall, low) - 1e-12
    assert demand_integral(fall, high) >= fall - 1e-12  # fixed demand is the least users can have


@given(st.floats(1e-4, 0.02), elasticities)
def test_the_rule_of_half_is_near_where_the_fall_is_small(fall, elasticity):
    half = fall * (1 + float(demand_factor(fall, elasticity))) / 2
    # the error of a trapezium: fall^3 / 12 times the greatest curvature of demand
    curved = elasticity * (elasticity + 1) * (1 - fall) ** (-elasticity - 2)
    assert abs(half - float(demand_integral(fall, elasticity))) <= fall**3 / 12 * curved + 1e-15


@given(ways, st.floats(4.0, 20.0))
def test_the_fall_of_the_logsum_is_the_line_integral_of_demand(rows, theta):
    """Along any change of costs, the fall of the logsum is the integral of shares over the fall of each way's cost."""
    cost, change, size = (np.array(column) for column in zip(*rows, strict=True))
    mu = theta / cost.min()
    whole, _ = quad(lambda t: float(logit(cost - t * change, size, mu)[1] @ change), 0, 1, epsabs=1e-10)
    fall = logit(cost, size, mu)[0] - logit(cost - change, size, mu)[0]
    assert whole == pytest.approx(fall, rel=1e-7, abs=1e-7)


@given(ways, st.floats(4.0, 20.0))
def test_the_rule_of_half_meets_the_logsum_as_changes_shrink(rows, theta):
    """The rule of half over shares is a trapezium: its error falls with the cube of the step."""
    cost, change, size = (np.array(column) for column in zip(*rows, strict=True))
    mu = theta / cost.min()

    def error(step: float) -> float:
        before, shares = logit(cost, size, mu)
        after, then = logit(cost - step * change, size, mu)
        return abs(step * float((shares + then) @ change) / 2 - (before - after))

    spread = float(np.ptp(change))
    for step in (1.0, 0.1, 0.01):
        # the third derivative of the logsum is mu^2 times a third central moment of changes, below spread^3
        assert error(step) <= (step * spread) ** 3 * mu**2 / 12 + 1e-8
