"""Small charts: round axes, places inside the strip, words for those who do not see them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.report import strips

# Figures of a report: nothing smaller than a millionth of its unit.
finite = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6))


@given(st.lists(finite, max_size=6))
def test_an_axis_holds_zero_and_all_values(values: list[float]) -> None:
    scale = strips.scale_for(values)
    slack = 1e-6 * (scale.high - scale.low)
    assert scale.low <= 0 <= scale.high
    assert all(scale.low - slack <= v <= scale.high + slack for v in values)
    assert 2 <= len(scale.ticks) <= 9


@given(finite, finite)
def test_marks_stay_on_the_strip(one: float, other: float) -> None:
    scale = strips.scale_for([one])
    assert 1 <= scale.at(other) <= 99


def test_missing_values_are_left_out() -> None:
    scale = strips.scale_for([None, math.nan, 3.0])
    assert strips.bar(scale, None, 1.0, 2.0, "none") == ""
    assert "whisker" not in strips.bar(scale, 2.0, math.nan, math.nan, "no interval")


@pytest.mark.parametrize(("value", "kind"), [(-1.0, "better"), (0.0, "none"), (2.0, "worse")])
def test_a_change_of_cost_is_told_by_shape(value: float, kind: str) -> None:
    drawn = strips.change(strips.scale_for([-2.0, 3.0]), value, -1.5, 2.5, "a change")
    assert f'class="{kind}"' in drawn
    assert drawn.count("<circle") == (1 if kind == "better" else 0)


def test_a_loss_looks_different_from_a_gain() -> None:
    scale = strips.scale_for([-2.0, 2.0])
    assert 'class="loss"' in strips.bar(scale, -1.0, None, None, "loss")
    assert 'class="gain"' in strips.bar(scale, 1.0, None, None, "gain")


def test_nothing_is_drawn_for_zero() -> None:
    assert "<rect" not in strips.bar(strips.scale_for([5.0]), 0.0, None, None, "zero")


def test_spoken_words_are_escaped() -> None:
    drawn = strips.dot(strips.scale_for([1.0]), 1.0, 0.5, 1.5, 'a "quoted" <name>')
    assert "<name>" not in drawn
    assert re.search(r'aria-label="a &#34;quoted&#34; &lt;name&gt;"', drawn)
