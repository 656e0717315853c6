from __future__ import annotations

import numpy as np
import pytest

from torugart.checks.interval import (
    Interval,
    both_ends,
    date_interval,
    exactly,
    from_draws,
    printed_date,
    printed_figure,
    printed_range,
    shortest,
    written_figure,
    written_half,
)
from torugart.errors import InputError
from torugart.record.dates import read_date


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("454", 453.5, 454.5),
        ("4.7", 4.65, 4.75),
        ("4.70", 4.695, 4.705),
        ("94.8", 94.75, 94.85),
        ("532.53", 532.525, 532.535),
        ("15", 14.5, 15.5),
        ("1,187", 1186.5, 1187.5),
        ("-3", -3.5, -2.5),
        ("900", 850, 950),  # half of the last digit that is not zero
        ("900.", 899.5, 900.5),  # a decimal point says that the zeros count
        ("900.0", 899.95, 900.05),
        ("280", 275, 285),
        ("1200", 1150, 1250),
        ("4700", 4650, 4750),
        ("10", 9, 11),  # never wider than "about" for its zeros
        ("50", 45, 55),
        ("100", 90, 110),
        ("1000000", 900_000, 1_100_000),
        ("1.5e6", 1_450_000, 1_550_000),
        ("0", -0.5, 0.5),
        ("0.0", -0.05, 0.05),
    ],
)
def test_a_printed_figure_is_open_by_half_its_last_digit(text, lo, hi):
    figure = printed_figure(text)
    assert (figure.lo, figure.hi) == pytest.approx((lo, hi), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("10-12", 9.5, 12.5),  # the finer end says how the other is to be read
        ("7\u20138", 6.5, 8.5),
        ("45 - 70", 44.5, 70.5),
        ("300-500", 250, 550),
        ("2.5 to 3", 2.45, 3.05),
    ],
)
def test_a_range_is_read_to_its_finer_end(text, lo, hi):
    figure = printed_figure(text)
    assert (figure.lo, figure.hi) == pytest.approx((lo, hi))
    assert figure.lo < figure.mid < figure.hi


@pytest.mark.parametrize(
    "text", ["", "many", "1.2.3", "1e999", "--5", "12-", "5-3", "1,23", "٤٥", "9" * 60, "nan", "1 000"]
)
def test_what_is_no_figure_is_refused(text):
    with pytest.raises(InputError):
        printed_figure(text)


def test_the_ends_of_a_range_may_stand_apart():
    assert both_ends("10-12") == ("10", "12")
    assert both_ends("10", "12") == ("10", "12")
    assert both_ends("-3") == ("-3", "")
    with pytest.raises(InputError, match="ends below"):
        printed_range("12", "10")


def test_a_written_figure_counts_its_zeros():
    assert (written_figure("260").lo, written_figure("260").hi) == (259.5, 260.5)
    assert (written_half(177.6), written_half(160.0)) == (0.05, 0.5)
    assert shortest(1e21) == "1" + "0" * 21


def test_arithmetic_by_hand():
    a, b = Interval(1, 2, 3), Interval(-2, -1, 4)
    assert a + b == Interval(-1, 1, 7)
    assert a - b == Interval(-3, 3, 5)
    assert a * b == Interval(-6, -2, 12)
    assert -a == Interval(-3, -2, -1)
    assert Interval(1, 2, 4) / Interval(2, 4, 8) == Interval(0.125, 0.5, 2)
    assert a.times(-2) == Interval(-6, -4, -2)


def test_a_divisor_that_may_be_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        exactly(1) / Interval(-1, 1, 2)


def test_an_interval_holds_its_middle_and_is_finite():
    with pytest.raises(InputError, match="does not hold"):
        Interval(1, 0, 2)
    with pytest.raises(InputError, match="too large"):
        exactly(1e308) * exactly(1e308)


def test_two_intervals_must_share_more_than_an_end():
    assert Interval(0, 1, 2).overlaps(Interval(1.9, 3, 4))
    assert not Interval(0, 1, 2).overlaps(Interval(2, 3, 4))  # 110 as printed is not 120 as printed
    assert not Interval(0, 0.1, 0.1 + 0.2).overlaps(Interval(0.3, 1, 2))
    assert Interval(0, 1, 2).overlaps(exactly(2))
    assert exactly(2).overlaps(Interval(2, 3, 4))
    assert exactly(0.1 + 0.2).overlaps(exactly(0.3))
    assert not exactly(1).overlaps(exactly(1.001))


def test_draws_give_the_central_run_and_ninety_per_cent():
    draws = np.concatenate([[10.0], np.arange(101.0)])
    assert from_draws(draws) == Interval(5, 10, 95)
    assert from_draws(np.array([3.0])) == exactly(3)
    assert from_draws(np.array([9.0, 1.0, 2.0])).hi == 9  # the central run is never outside


def test_dates_are_intervals_of_days():
    year, month, day = printed_date("2024"), printed_date("2024-02"), printed_date("2024-12-27")
    assert year.hi - year.lo == 365
    assert month.hi - month.lo == 28
    assert day.lo == day.hi
    assert year.overlaps(month)
    assert not month.overlaps(day)
    period = date_interval(read_date("2025-06-16", "first"), read_date("2025-06-18", "last"))
    assert period.hi - period.lo == 2
    for fault in ("June", "2024-13"):
        with pytest.raises(InputError, match="no date"):
            printed_date(fault)
    with pytest.raises(InputError, match="before its beginning"):
        date_interval(read_date("2025", "first"), read_date("2024", "last"))
