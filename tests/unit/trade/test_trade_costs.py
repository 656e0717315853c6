"""Laws of the change of trade cost, over generated freight, days and trade."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.errors import InputError
from torugart.trade.trade_costs import hat_of_gain, hats_of_countries, trade_cost_hat

shares = st.floats(0, 2)
days = st.floats(0, 200)
per_day = st.floats(0, 0.03)
NAMES = ("A", "B", "C", "D")


@st.composite
def rows(draw):
    """Rows of city pairs between four countries, and whole flows that hold them."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k = draw(st.integers(1, 40))
    exporter, importer = rng.integers(0, 4, k), rng.integers(0, 4, k)
    weight = rng.lognormal(15, 2, k)
    flows = np.zeros((4, 4))
    np.add.at(flows, (exporter, importer), weight)
    flows *= rng.uniform(1, 3, (4, 4))
    return rng.uniform(0.7, 1.2, k), weight, exporter, importer, flows


@given(shares, per_day, days)
def test_no_change_gives_one(m, v, t):
    assert trade_cost_hat(*map(np.array, (m, v, t, m, t))) == 1.0


@given(shares, per_day, days, st.floats(0, 1), st.floats(0, 30))
def test_dearer_or_slower_never_lowers_it(m, v, t, more_m, more_t):
    base = trade_cost_hat(*map(np.array, (m, v, t, m, t)))
    dearer = trade_cost_hat(*map(np.array, (m, v, t, m + more_m, t)))
    slower = trade_cost_hat(*map(np.array, (m, v, t, m + more_m, t + more_t)))
    assert base <= dearer <= slower


def test_a_case_by_hand():
    # 1,000 USD on goods of 10,000 and 10 days at 1 % a day: 1.2; half the freight and a day less: 1.14.
    hat = trade_cost_hat(*map(np.array, (0.1, 0.01, 10.0, 0.05, 9.0)))
    assert float(hat) == pytest.approx(1.14 / 1.2)


@given(rows(), st.floats(0.01, 1000), st.integers(0, 999))
def test_units_and_order_change_nothing(given_rows, unit, seed):
    hat, weight, e, i, flows = given_rows
    once = hats_of_countries(hat, weight, e, i, flows, NAMES)
    order = np.random.default_rng(seed).permutation(hat.size)
    again = hats_of_countries(hat[order], weight[order] * unit, e[order], i[order], flows * unit, NAMES)
    assert np.allclose(once, again, rtol=1e-12)
    assert np.all(np.diag(once) == 1)


@given(rows())
def test_splitting_a_row_changes_nothing_and_draws_are_apart(given_rows):
    hat, weight, e, i, flows = given_rows
    once = hats_of_countries(hat, weight, e, i, flows, NAMES)
    twice = hats_of_countries(*(np.concatenate([a, a]) for a in (hat, weight / 2, e, i)), flows, NAMES)
    assert np.allclose(once, twice, rtol=1e-12)
    drawn = hats_of_countries(np.stack([hat, np.ones_like(hat)], axis=1), weight, e, i, flows, NAMES)
    assert np.array_equal(drawn[..., 0], once)
    assert np.all(drawn[..., 1] == 1)


@given(rows(), st.floats(0.5, 1))
def test_it_lies_between_one_and_the_rows_and_what_is_not_carried_dilutes(given_rows, fall):
    _, weight, e, i, flows = given_rows
    got = hats_of_countries(np.full(weight.size, fall), weight, e, i, flows, NAMES)
    assert np.all((got >= fall - 1e-12) & (got <= 1))
    half = hats_of_countries(np.full(weight.size, fall), weight, e, i, 2 * flows, NAMES)
    assert np.allclose(1 - half, (1 - got) / 2, atol=1e-12)


def test_domestic_ways_count_only_when_asked():
    args = np.array([0.9]), np.array([5.0]), np.array([1]), np.array([1]), np.full((4, 4), 10.0), NAMES
    assert np.all(hats_of_countries(*args) == 1)
    assert hats_of_countries(*args, domestic=True)[1, 1] == pytest.approx(0.95)


def test_bad_cells_are_named_at_once():
    with pytest.raises(InputError, match=r"freight over goods value\[1\] is -0.1.*days after\[0\] is nan"):
        trade_cost_hat(
            np.array([0.1, -0.1]), np.array([0.01]), np.array([10.0]), np.array([0.1]), np.array([np.nan])
        )
    with pytest.raises(InputError, match=r"A to B: rows carry 5 USD of a trade of 1"):
        hats_of_countries(
            np.array([0.9]), np.array([5.0]), np.array([0]), np.array([1]), np.ones((4, 4)), NAMES
        )


@given(shares, per_day, days, st.floats(0, 0.9))
def test_a_gain_is_the_fall_of_the_cost(m, v, t, part):
    before = 1 + m + v * t
    hat = hat_of_gain(*map(np.array, (m, v, t, part * before)))
    assert float(hat) == pytest.approx(1 - part, rel=1e-12)
    assert hat_of_gain(*map(np.array, (m, v, t, 0.0))) == 1.0


def test_a_gain_of_everything_is_refused():
    with pytest.raises(InputError, match=r"gain\[1\] .* takes all"):
        hat_of_gain(np.array([0.1, 0.1]), np.array([0.01]), np.array([10.0]), np.array([0.0, 1.3]))
