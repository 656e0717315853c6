"""The search for an input: it finds what is there, says what is not, and tells a leap from a meeting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.checks.inversion import solve_between, solve_scaled


@given(st.floats(0.01, 1e6), st.floats(0.01, 100), st.floats(0.3, 3))
def test_a_power_is_inverted(now, factor, power):
    target = (factor * now) ** power
    found = solve_scaled(lambda x: x**power, now, target)
    assert found.value == pytest.approx(factor * now, rel=1e-9)
    assert not found.jumps


@given(st.floats(0.01, 1e6), st.floats(0.02, 50))
def test_a_falling_figure_is_inverted_too(now, factor):
    found = solve_scaled(lambda x: 1 / x, now, 1 / (factor * now))
    assert found.value == pytest.approx(factor * now, rel=1e-9)


def test_what_is_out_of_reach_says_how_near_it_gets():
    found = solve_scaled(lambda x: min(x, 3.0), 1.0, 5.0)
    assert math.isnan(found.value)
    assert found.reached == 3.0


def test_what_cannot_be_computed_is_passed_over():
    found = solve_scaled(lambda x: math.nan if x < 4 else x, 1.0, 20.0)
    assert found.value == pytest.approx(20)


def test_a_leap_is_told_from_a_meeting():
    leap = solve_between(lambda x: 0.0 if x < 3 else 10.0, 0.1, 100, 4.0)
    assert leap.value == pytest.approx(3, rel=0.02)
    assert leap.jumps
    smooth = solve_between(lambda x: x, 0.1, 100, 4.0)
    assert smooth.value == pytest.approx(4, rel=0.02)
    assert not smooth.jumps


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_line_with_an_offset(offset, target):
    found = solve_scaled(lambda x: offset + x, 1.0, target)
    wanted = target - offset
    if 2**-10 < wanted < 2**10:
        assert found.value == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    else:
        assert np.isnan(found.value) or found.value == pytest.approx(wanted, rel=1e-6, abs=1e-9)
