"""Figures as intervals: what a printed figure leaves open, and arithmetic that loses none of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.record.dates import Span, parse_date

# The widest a figure may be read because of its trailing zeros: as wide as the word "about" would make it.
ABOUT = 0.10
FIGURE = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?")
RANGE = re.compile(r"\s*([+-]?[\d.,eE]+)\s*(?:-|\u2013|\u2014|to)\s*([\d.,eE]+)\s*")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the least and the greatest it may be."""

    lo: float
    mid: float
    hi: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.lo, self.mid, self.hi))):
            raise InputError("a figure is too large to compute with")
        if not self.lo <= self.mid <= self.hi:
            raise InputError(f"an interval from {self.lo!r} to {self.hi!r} does not hold {self.mid!r}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.lo + other.lo, self.mid + other.mid, self.hi + other.hi)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.lo - other.hi, self.mid - other.mid, self.hi - other.lo)

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.mid, -self.lo)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return _around(self.mid * other.mid, ends)

    def __truediv__(self, other: Interval) -> Interval:
        if other.lo <= 0 <= other.hi:
            raise ZeroDivisionError("the divisor may be zero")
        ends = [a / b for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return _around(self.mid / other.mid, ends)

    def times(self, factor: float) -> Interval:
        """The interval in a unit ``factor`` times smaller."""
        return _around(self.mid * factor, [self.lo * factor, self.hi * factor])

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share more than an end; a figure known exactly may lie on the end of the other.

        A rounding error of the last bits neither joins nor parts them.
        """
        lo, hi = max(self.lo, other.lo), min(self.hi, other.hi)
        if self.lo == self.hi or other.lo == other.hi:
            return lo <= hi + slack(hi)
        return lo < hi - slack(hi)


def exactly(value: float) -> Interval:
    """Return the interval of one figure known exactly."""
    return Interval(value, value, value)


def slack(value: float) -> float:
    """Return what two ways of computing the same end of an interval may differ by."""
    return 1e-9 * abs(value)


def printed_figure(text: str) -> Interval:
    """Return the figures that a printed figure may stand for: half its last digit to either side.

    Zeros at the end of a whole number may count or only fill, so its last digit is the last one that is not zero,
    unless a decimal point is written; they widen the figure by at most 10 %, as the word "about" would.

    Parameters
    ----------
    text : str
        ``454``, ``4.70``, ``1,187``, ``-3``, ``1.5e6`` or a range as ``10-12``.

    Returns
    -------
    Interval
        Of a range from the lower end of the first figure to the upper end of the second, both to the finer of the
        two last digits.

    Raises
    ------
    InputError
        If the text is no such figure.

    Examples
    --------
    >>> printed_figure("4.7")
    Interval(lo=4.65, mid=4.7, hi=4.75)
    >>> printed_figure("900").lo, printed_figure("900.").lo
    (850.0, 899.5)
    """
    first, last = both_ends(text)
    if last:
        return printed_range(first, last)
    number, written, significant = _read_figure(text)
    half = Decimal(10) ** significant / 2
    if significant > written:
        least = Decimal(10) ** written / 2
        half = min(half, max(least, abs(number) * Decimal(str(ABOUT))))
    return _interval(number - half, number, number + half)


def both_ends(text: str, last: str = "") -> tuple[str, str]:
    """Return both figures of a range, written as one text or as two; the second is empty when there is none.

    Examples
    --------
    >>> both_ends("10-12"), both_ends("7", "8"), both_ends("-3")
    (('10', '12'), ('7', '8'), ('-3', ''))
    """
    if last.strip() or len(text) > LONGEST or FIGURE.fullmatch(text.strip()):
        return text.strip(), last.strip()
    ends = RANGE.fullmatch(text)
    return (text, "") if ends is None else (ends[1], ends[2])


def printed_range(first: str, last: str) -> Interval:
    """Return the interval of a printed range, both ends read to the finer of their last digits."""
    lo, lo_written, lo_significant = _read_figure(first)
    hi, hi_written, hi_significant = _read_figure(last)
    if lo > hi:
        raise InputError(f"the range {first} to {last} ends below its beginning")
    place = min(lo_significant, hi_significant)
    half = Decimal(10) ** max(place, min(lo_written, hi_written)) / 2
    return _interval(lo - half, (lo + hi) / 2, hi + half)


def written_figure(text: str) -> Interval:
    """Return a figure with half its last written digit to either side, zeros counted as digits."""
    number, written, _ = _read_figure(text)
    half = Decimal(10) ** written / 2
    return _interval(number - half, number, number + half)


def written_half(value: float) -> float:
    """Return half the last digit of a number in its shortest decimal form.

    Examples
    --------
    >>> written_half(177.6), written_half(160.0)
    (0.05, 0.5)
    """
    _, written, _ = _read_figure(shortest(value))
    return float(Decimal(10) ** written / 2)


def shortest(value: float) -> str:
    """Return a number in its shortest decimal form, without an exponent.

    Examples
    --------
    >>> shortest(4700.0), shortest(0.1935), shortest(1e21)
    ('4700', '0.1935', '1000000000000000000000')
    """
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")


def from_draws(values: NDArray[np.float64]) -> Interval:
    """Return the central run (the first value) with the 5th and 95th percentile of the draws after it."""
    mid = float(values[0])
    if values.size < 2:
        return exactly(mid)
    lo, hi = (float(v) for v in np.percentile(values[1:], [5, 95]))
    return Interval(min(lo, mid), mid, max(hi, mid))


def date_interval(first: Span, last: Span | None = None) -> Interval:
    """Return the days of a date, or of a period between two dates, as day numbers."""
    end = first if last is None else last
    lo, hi = first.first.toordinal(), end.last.toordinal()
    if lo > hi:
        raise InputError("the period ends before its beginning")
    # A date without its day has no middle worth showing; the first day stands for it.
    return Interval(lo, lo, hi)


def printed_date(text: str) -> Interval:
    """Return the days a written date may mean, as day numbers."""
    span = parse_date(text)
    if span is None:
        raise InputError(f"{text!r} is no date; write 2024, 2024-12 or 2024-12-27")
    return date_interval(span)


def _read_figure(text: str) -> tuple[Decimal, int, int]:
    """Return a figure with the powers of ten of its last digit written and of its last digit that counts."""
    found = FIGURE.fullmatch(text.strip()) if len(text) <= LONGEST and text.isascii() else None
    if found is None:
        raise InputError(f"{text[:LONGEST]!r} is no figure; write it as 454, 4.7 or 10-12")
    sign, whole, fraction, exponent = found.groups()
    digits = whole.replace(",", "") + (fraction or "")
    power = int(exponent or 0)
    number = Decimal(f"{sign}{digits}e{power - len(fraction or '')}")
    written = power - len(fraction or "")
    fill = 0 if fraction is not None else len(digits) - len(digits.rstrip("0"))
    if number == 0:
        fill = 0
    return number, written, written + fill


def _interval(lo: Decimal, mid: Decimal, hi: Decimal) -> Interval:
    return Interval(float(lo), float(mid), float(hi))


def _around(mid: float, ends: Sequence[float]) -> Interval:
    # Rounding of the last bit may leave the middle outside its own ends.
    return Interval(min(*ends, mid), mid, max(*ends, mid))
