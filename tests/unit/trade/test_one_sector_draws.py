"""The model under draws: what each draw is, and the laws that hold in all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trade.test_one_sector import cost_change, worlds

from torugart.errors import InputError
from torugart.trade import one_sector
from torugart.trade.baseline import Baseline
from torugart.trade.country_base import with_output
from torugart.trade.one_sector import CostChange, OneSectorSettings, solve_one_sector
from torugart.trade.one_sector_draws import solve_in_draws

SETTINGS = OneSectorSettings(5.0)


@given(worlds(5), st.integers(0, 99))
def test_every_draw_is_the_model_solved_alone(base, seed):
    rng = np.random.default_rng(seed)
    iceberg = np.stack([cost_change(base, seed + k).iceberg for k in range(3)], axis=-1)
    theta, factor = rng.uniform(3, 9, 3), np.array([1.0, 1.2, 1.5])
    drawn = solve_in_draws(base, iceberg, theta, SETTINGS, factor)
    for d in range(3):
        alone = solve_one_sector(
            with_output(base, factor[d]), CostChange(iceberg[..., d]), OneSectorSettings(theta[d])
        )
        assert np.allclose(drawn.real_income[:, d], alone.real_income, rtol=1e-11)
    assert np.all(drawn.residual < 1e-11)


@given(worlds(5))
def test_no_change_is_none_in_every_draw(base):
    drawn = solve_in_draws(
        base, np.ones((base.n, base.n, 2)), np.array([4.0, 8.0]), SETTINGS, np.array([1.0, 1.3])
    )
    assert np.all(drawn.real_income == 1)
    assert not drawn.gain_usd.any()
    assert np.abs(drawn.central.real_income - 1).max() < 1e-12


@given(worlds(5))
def test_the_world_gains_what_its_trade_saves_to_first_order(base):
    even = Baseline.from_matrix(base.countries, base.flows + base.flows.T)  # nobody has a deficit to revalue
    fall = 1e-6
    iceberg = np.full((base.n, base.n, 1), 1 - fall)
    iceberg[np.diag_indices(base.n)] = 1
    drawn = solve_in_draws(even, iceberg, np.array([5.0]), SETTINGS)
    abroad = even.flows.sum() - np.trace(even.flows)
    assert drawn.gain_usd[:, 0].sum() / fall == pytest.approx(abroad, rel=1e-4, abs=1e-6 * even.output.sum())


def test_shapes_and_signs_are_refused():
    base = Baseline.from_matrix(["A", "B"], np.array([[8.0, 2.0], [1.0, 9.0]]))
    with pytest.raises(InputError, match=r"2 countries need \(2, 2, draws\)"):
        solve_in_draws(base, np.ones((2, 2)), np.array([5.0]), SETTINGS)
    with pytest.raises(InputError, match="trade elasticity -5"):
        solve_in_draws(base, np.ones((2, 2, 1)), np.array([-5.0]), SETTINGS)
    with pytest.raises(InputError, match=r"A: exports .* exceed its output times 0\.1"):
        solve_in_draws(base, np.ones((2, 2, 1)), np.array([5.0]), SETTINGS, np.array([0.1]))


@given(worlds(7), st.integers(0, 99), st.floats(3, 9))
def test_slopes_of_the_base_lead_to_the_same_equilibrium(base, seed, theta):
    change, settings = cost_change(base, seed), OneSectorSettings(theta)
    newton = solve_one_sector(base, change, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_sector, "SMALL", 0)
        plain = solve_one_sector(base, change, settings)
        led = solve_one_sector(base, change, settings, one_sector.base_inverse(base, SETTINGS))
    assert np.allclose(led.real_income, newton.real_income, rtol=1e-10)
    assert np.allclose(plain.real_income, newton.real_income, rtol=1e-10)
