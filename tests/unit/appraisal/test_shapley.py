"""Shares of a joint value: by all orders, their laws, and the sample against the exact."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.appraisal.shapley import shapley_exact, shapley_sampled

GAMES = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.floats(-100, 100), min_size=2**n - 1, max_size=2**n - 1).map(
        lambda v: np.array([0.0, *v])
    )
)


def by_orders(values: np.ndarray) -> np.ndarray:
    n = values.size.bit_length() - 1
    out = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        mask = 0
        for p in order:
            out[p] += values[mask | 1 << p] - values[mask]
            mask |= 1 << p
    return out / len(orders)


@given(GAMES)
def test_shares_are_the_mean_over_all_orders(values):
    assert np.allclose(shapley_exact(values), by_orders(values), atol=1e-9)


@given(GAMES)
def test_shares_sum_to_the_joint_value(values):
    assert shapley_exact(values).sum() == pytest.approx(values[-1], abs=1e-9)


@given(GAMES)
def test_who_adds_nothing_gets_nothing(values):
    with_idle = np.concatenate([values, values])  # one more player whose coming changes no set
    assert shapley_exact(with_idle)[-1] == 0
    assert np.allclose(shapley_exact(with_idle)[:-1], shapley_exact(values), atol=1e-9)


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=4))
def test_players_alike_get_alike(by_size):
    values = np.array([0.0 if m == 0 else by_size[m.bit_count() - 1] for m in range(16)])
    assert np.allclose(shapley_exact(values), values[-1] / 4, atol=1e-9)


def test_values_may_carry_draws():
    values = np.random.default_rng(1).normal(size=(8, 5))
    values[0] = 0
    each = np.column_stack([shapley_exact(values[:, k]) for k in range(5)])
    assert np.allclose(shapley_exact(values), each)


def test_the_sample_is_near_the_exact_and_knows_how_near():
    rng = np.random.default_rng(2)
    n = 7
    values = rng.normal(size=2**n) * 10 + np.array([m.bit_count() ** 2 for m in range(2**n)])
    values[0] = 0
    share, error = shapley_sampled(n, lambda m: values[m : m + 1], 400, rng)
    exact = shapley_exact(values)
    assert share.sum() == pytest.approx(values[-1], rel=1e-12)
    assert (np.abs(share[:, 0] - exact) < 4 * error[:, 0]).all()
    assert (error > 0).all()
