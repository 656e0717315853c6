from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torugart.cli import wording

NAN = float("nan")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (wording.number(1234567.8), "1,234,568"),
        (wording.number(NAN), "–"),
        (wording.number(None, 1), "–"),
        (wording.number(pd.NA), "–"),
        (wording.number(-0.04, 1), "0.0"),
        (wording.number(math.inf), "never"),
        (wording.signed(0.04, 1), "0"),
        (wording.signed(-0.04, 1), "0"),
        (wording.signed(2.26, 1), "+2.3"),
        (wording.signed(-1200.2), "-1,200"),
        (wording.signed(NAN), "–"),
        (wording.interval(-1.25, 0.5, 1), "[-1.2 to 0.5]"),
        (wording.interval(NAN, 0.5, 1), ""),
        (wording.per_cent(0.425), "42 %"),
        (wording.per_cent(0.002), "<1 %"),
        (wording.per_cent(0.0), "0 %"),
        (wording.per_cent(0.9999), ">99 %"),
        (wording.before_after(5.14, 4.02, 1), "5.1 → 4.0"),
        (wording.before_after(5.14, 5.14, 1), "5.1"),
        (wording.plain_number(0.00012345), "0.0001234"),
        (wording.plain_number(12345.678), "12,346"),
        (wording.plain_number(2.50), "2.5"),
        (wording.plain_number(0), "0"),
    ],
)
def test_numbers_as_shown(shown, expected) -> None:
    assert shown == expected


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 3))
def test_a_number_reads_back(value, digits) -> None:
    assert float(wording.number(value, digits).replace(",", "")) == pytest.approx(
        value, abs=0.51 * 10**-digits
    )


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_change_never_shows_minus_zero(value) -> None:
    assert wording.signed(value, 1) not in {"-0", "-0.0", "+0", "+0.0"}
