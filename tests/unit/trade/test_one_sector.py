"""Laws of the one-sector model, over generated worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.trade import one_sector
from torugart.trade.adjoint import real_income_slopes
from torugart.trade.baseline import Baseline
from torugart.trade.one_sector import CostChange, OneSectorSettings, solve_one_sector


@st.composite
def worlds(draw, most=8):
    """A balanced-or-not base of a few countries, more at home than abroad."""
    n = draw(st.integers(2, most))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 1.5, n)
    flows = np.outer(size, size) / size.sum() * rng.lognormal(-1.5, 1, (n, n))
    flows[np.diag_indices(n)] = size * rng.uniform(0.5, 2, n)
    return Baseline.from_matrix([f"C{k}" for k in range(n)], flows)


@st.composite
def settings(draw):
    return OneSectorSettings(
        draw(st.floats(1.5, 12)),
        supply_elasticity=draw(st.sampled_from([0.0, 0.5, 1.24])),
        closure=draw(st.sampled_from(["transfers", "proportional"])),
    )


def cost_change(base: Baseline, seed: int, low: float = 0.8, high: float = 1.2) -> CostChange:
    iceberg = np.random.default_rng(seed).uniform(low, high, (base.n, base.n))
    iceberg[np.diag_indices(base.n)] = 1.0
    return CostChange(iceberg)


@given(worlds(), settings())
def test_no_change_gives_ones(base, s):
    r = solve_one_sector(base, CostChange.none(base.n), s)
    for hat in (r.price, r.quantity, r.price_index, r.real_income):
        assert np.abs(hat - 1).max() < 1e-12
    assert np.allclose(r.flows, base.flows, rtol=1e-11)


@given(worlds(), settings(), st.integers(0, 99))
def test_what_is_sold_is_bought(base, s, seed):
    r = solve_one_sector(base, cost_change(base, seed), s)
    assert np.allclose(r.flows.sum(axis=1), r.output, rtol=1e-10)
    assert np.allclose(r.flows.sum(axis=0), r.expenditure, rtol=1e-10)
    assert r.output.sum() == pytest.approx(base.output.sum(), rel=1e-12)
    if s.closure == "transfers":
        assert np.allclose(
            r.expenditure - r.output, base.expenditure - base.output, atol=1e-9 * base.output.sum()
        )


@given(worlds(), settings(), st.integers(0, 99), st.floats(1e-6, 1e9))
def test_the_unit_of_money_is_no_matter(base, s, seed, unit):
    change = cost_change(base, seed)
    other = Baseline.from_matrix(base.countries, unit * base.flows)
    a, b = solve_one_sector(base, change, s), solve_one_sector(other, change, s)
    assert np.allclose(a.real_income, b.real_income, rtol=1e-9)


@given(worlds(), settings(), st.integers(0, 99))
def test_the_order_of_countries_is_no_matter(base, s, seed):
    change = cost_change(base, seed)
    turned = np.random.default_rng(seed).permutation(base.n)
    other = Baseline.from_matrix([base.countries[k] for k in turned], base.flows[np.ix_(turned, turned)])
    a = solve_one_sector(base, change, s)
    b = solve_one_sector(other, CostChange(change.iceberg[np.ix_(turned, turned)]), s)
    assert np.allclose(a.real_income[turned], b.real_income, rtol=1e-9)


@given(worlds(), settings(), st.integers(0, 99))
def test_newton_and_the_fixed_point_agree(base, s, seed):
    change = cost_change(base, seed)
    by_newton = solve_one_sector(base, change, s)
    small, one_sector.SMALL = one_sector.SMALL, 0
    try:
        by_steps = solve_one_sector(base, change, s)
    finally:
        one_sector.SMALL = small
    assert np.allclose(by_newton.real_income, by_steps.real_income, rtol=1e-9)


@given(worlds(), st.floats(2, 10))
def test_autarky_costs_what_the_home_share_says(base, theta):
    # Arkolakis, Costinot and Rodriguez-Clare (2012): real income falls to the home share to the power of 1 / theta.
    s = OneSectorSettings(theta, closure="balanced")
    balanced = solve_one_sector(base, CostChange.none(base.n), s)
    base = Baseline.from_matrix(base.countries, balanced.flows)
    wall = np.full((base.n, base.n), 1e6)
    wall[np.diag_indices(base.n)] = 1.0
    alone = solve_one_sector(base, CostChange(wall), s)
    assert np.allclose(alone.real_income, np.diag(base.share) ** (1 / theta), rtol=1e-6)


@given(worlds(), st.floats(2, 10), st.integers(0, 99))
def test_gains_follow_the_home_share_when_trade_balances(base, theta, seed):
    s = OneSectorSettings(theta, closure="balanced")
    base = Baseline.from_matrix(base.countries, solve_one_sector(base, CostChange.none(base.n), s).flows)
    r = solve_one_sector(base, cost_change(base, seed), s)
    home = np.diag(r.flows / r.flows.sum(axis=0)) / np.diag(base.share)
    assert np.allclose(r.real_income, home ** (-1 / theta), rtol=1e-9)


@given(worlds(6), settings(), st.integers(0, 5))
def test_the_adjoint_meets_finite_differences(base, s, k):
    country = base.countries[k % base.n]
    slopes = real_income_slopes(base, country, s)
    at = base.countries.index(country)
    step = 1e-4
    for i in range(base.n):
        for j in range(base.n):
            ends = []
            for sign in (1, -1):
                iceberg = np.ones((base.n, base.n))
                iceberg[i, j] = np.exp(sign * step)
                ends.append(np.log(solve_one_sector(base, CostChange(iceberg), s).real_income[at]))
            # A difference misses by the third derivative, which grows with a slope above 1.
            difference = (ends[0] - ends[1]) / (2 * step)
            assert slopes[i, j] == pytest.approx(difference, abs=2e-7, rel=1e-6)


@given(worlds(), settings())
def test_dearer_trade_with_oneself_and_all_is_plain_loss(base, s):
    # All costs up by one factor, home too: real income falls by it, and by the supply that the fall takes away.
    r = solve_one_sector(base, CostChange(np.full((base.n, base.n), 1.1)), s)
    assert np.allclose(r.real_income, 1.1 ** -(1 + s.supply_elasticity), rtol=1e-9)


@given(worlds(), st.floats(0, 0.5))
def test_tariff_revenue_is_what_buyers_pay_more(base, rate):
    tariff = np.zeros((base.n, base.n))
    tariff[1:, 0] = rate
    r = solve_one_sector(base, CostChange(np.ones((base.n, base.n)), tariff), OneSectorSettings(5.0))
    assert r.tariff_revenue[0] == pytest.approx(rate * r.flows[1:, 0].sum(), rel=1e-9, abs=1e-12)
    assert np.abs(r.tariff_revenue[1:]).max() < 1e-9 * base.output.sum()


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"trade_elasticity": -5.0}, "trade elasticity -5"),
        ({"trade_elasticity": float("nan")}, "trade elasticity nan"),
        ({"trade_elasticity": 5.0, "supply_elasticity": -1.0}, "supply elasticity"),
        ({"trade_elasticity": 5.0, "scale_elasticity": 0.3}, "scale elasticity"),
        ({"trade_elasticity": 5.0, "closure": "open"}, "closure 'open'"),
    ],
)
def test_elasticities_that_no_model_takes(given_, words):
    with pytest.raises(InputError, match=words):
        OneSectorSettings(**given_)


def test_every_wrong_cost_is_named():
    base = Baseline.from_matrix(["AAA", "BBB"], np.array([[2.0, 1], [1, 2]]))
    with pytest.raises(InputError, match=r"from AAA to BBB is -1.*from BBB to AAA is nan"):
        solve_one_sector(base, CostChange(np.array([[1, -1], [np.nan, 1]])), OneSectorSettings(5.0))
