"""Present values, rates and annuities against numpy-financial, textbook cases and the formulas themselves."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.accounts.discounting import (
    annuity,
    benefit_cost_ratio,
    first_year_return,
    present_value,
    rate_of_return,
    rates_of_return,
    switching_factor,
)
from torugart.errors import InputError

RATES = st.floats(0.0, 0.5)
STREAMS = st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=40)


@given(STREAMS, RATES)
def test_present_value_is_that_of_numpy_financial(stream, rate):
    assert float(present_value(stream, rate)) == pytest.approx(npf.npv(rate, stream), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("stream", "rate"),
    [
        # Brealey, Myers and Allen, Principles of Corporate Finance, chapter on rates of return.
        ([-4000.0, 2000.0, 4000.0], 0.280776),
        ([-100.0, 60.0, 60.0], 0.130662),
        ([-100.0, 110.0], 0.10),
        ([-100.0, 50.0], -0.50),
    ],
)
def test_textbook_rates_of_return(stream, rate):
    found = rate_of_return(stream)
    assert found.rate == pytest.approx(rate, abs=1e-6)
    assert found.note == ""


@given(
    st.floats(10, 1000),
    st.lists(st.floats(0.1, 500), min_size=3, max_size=35),
)
def test_one_change_of_sign_gives_the_rate_of_numpy_financial(spent, gained):
    stream = np.array([-spent, *gained])
    found = rate_of_return(stream)
    known = npf.irr(stream)
    if np.isfinite(known) and -0.9 < known < 9:
        assert found.rate == pytest.approx(known, abs=1e-7)
        assert rates_of_return(stream[None])[0] == pytest.approx(known, abs=1e-7)


def test_two_roots_are_both_told_and_neither_is_the_rate():
    found = rate_of_return([-100.0, 230.0, -132.0])
    assert np.isnan(found.rate)
    assert found.roots == pytest.approx((0.10, 0.20))
    assert "several rates" in found.note
    assert np.isnan(rates_of_return(np.array([[-100.0, 230.0, -132.0]]))).all()


@pytest.mark.parametrize("stream", [[100.0, 50.0], [-100.0, -50.0]])
def test_no_change_of_sign_has_no_rate(stream):
    assert np.isnan(rate_of_return(stream).rate)
    assert "never changes sign" in rate_of_return(stream).note


def test_nothing_has_no_rate():
    assert "nothing is spent" in rate_of_return([0.0, 0.0]).note


@given(st.floats(1, 1e4), st.just(0.0) | st.floats(1e-4, 0.3), st.integers(1, 40))
def test_annuity_is_that_of_numpy_financial_and_repays_the_loan(principal, rate, years):
    payment = annuity(principal, rate, years)
    assert payment == pytest.approx(-npf.pmt(rate, years, principal), rel=1e-9)
    left = principal
    for _ in range(years):
        left = left * (1 + rate) - payment
    assert left == pytest.approx(0, abs=1e-6 * principal)


@given(STREAMS, st.floats(0.01, 100))
def test_doubling_prices_multiplies_money_and_leaves_the_rate_alone(stream, factor):
    money = np.array(stream)
    assert float(present_value(factor * money, 0.06)) == pytest.approx(
        factor * float(present_value(money, 0.06)), rel=1e-9, abs=1e-6
    )
    before, after = rate_of_return(money), rate_of_return(factor * money)
    if money.any() and np.abs(money).max() > 1e-3:
        assert len(before.roots) == len(after.roots)


@pytest.mark.parametrize("rate", [9.0, -0.01, np.nan, np.inf])
def test_a_rate_that_is_none_is_refused_in_words(rate):
    with pytest.raises(InputError, match=r"fraction from 0 to 1"):
        present_value([1.0, 2.0], rate)


def test_a_loan_of_no_years_is_refused():
    with pytest.raises(InputError, match="cannot be repaid"):
        annuity(100.0, 0.03, 0)


def test_ratio_first_year_and_switching_by_hand():
    assert benefit_cost_ratio([0, 110.0], [50.0, 0], 0.1) == pytest.approx(2.0)
    assert first_year_return([100.0, 100.0], 21.0, 2, 0.1) == pytest.approx(21 / (121 + 110))
    factor = switching_factor([-100.0, 0.0], [0.0, 110.0], 0.1)
    assert factor == pytest.approx(1.0)
    assert np.isnan(first_year_return([0.0], 5.0, 1, 0.1))
