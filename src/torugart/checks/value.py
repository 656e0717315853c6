"""What a quantity gives back: a figure with its unit and grounds, or the name of what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from torugart.checks.dimension import BARE, DATE, TEXT, Measure, factor_between, measure_of, product
from torugart.checks.interval import Interval, exactly
from torugart.errors import InputError

Kind = Literal["arithmetic", "data", "record", "model"]
# Of a figure made of several kinds the last of these names it: what is furthest from plain arithmetic.
KINDS: tuple[Kind, ...] = ("arithmetic", "data", "record", "model")
CALENDAR = range(1800, 2200)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a quantity cannot be computed: what is missing."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Another value of a cell that was used, as it would have come out.

    Attributes
    ----------
    interval : Interval
        In the unit of the value it rivals.
    source_id, as_of, note : str
        Who gives it, when it was said, and what was remarked on it.
    """

    interval: Interval
    source_id: str
    as_of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure, a date or a word, with how it came about.

    Attributes
    ----------
    interval : Interval
        Least, central and greatest figure; of a date day numbers; meaningless for a word.
    measure : Measure
        Its unit.
    kind : str
        arithmetic, data, record or model.
    steps : tuple of str
        How it was computed, for a reader to follow.
    cells : tuple of str
        The cells it rests on, as ``cell:TABLE/ROW/COLUMN``.
    source_ids : tuple of str
        The sources of those cells.
    rivals : tuple of Rival
        What it would have been with rival values of its cells.
    text : str
        The word, when it is one.
    """

    interval: Interval
    measure: Measure
    kind: Kind = "arithmetic"
    steps: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    text: str = ""

    @property
    def lo(self) -> float:
        """Least figure."""
        return self.interval.lo

    @property
    def mid(self) -> float:
        """Central figure."""
        return self.interval.mid

    @property
    def hi(self) -> float:
        """Greatest figure."""
        return self.interval.hi

    @property
    def unit(self) -> str:
        """Unit as it is written."""
        return self.measure.text

    def because(self, *steps: str) -> Value:
        """The same with further steps."""
        return replace(self, steps=self.steps + steps)


def number(interval: Interval, unit: str, kind: Kind = "arithmetic") -> Value:
    """Return a figure in a unit; an empty unit makes a bare number."""
    return Value(interval, measure_of(unit), kind)


def word(text: str, kind: Kind = "record") -> Value:
    """Return a word, such as a status."""
    return Value(exactly(0.0), measure_of(TEXT), kind, text=text)


def combined(sign: str, a: Value, b: Value) -> Value | Missing:
    """Return the sum, difference, product or quotient of two values.

    Parameters
    ----------
    sign : str
        One of + - * /.
    a, b : Value
        A bare number takes the unit of what it is added to. Two dates have a difference, in days; days can be added
        to a date.

    Returns
    -------
    Value or Missing
        Missing when the divisor may be zero.

    Raises
    ------
    InputError
        If the units do not go together.
    """
    measure, compute = _operation(sign, a.measure, b.measure)
    try:
        interval = compute(a.interval, b.interval)
        rivals = [replace(r, interval=compute(r.interval, b.interval)) for r in a.rivals]
        rivals += [replace(r, interval=compute(a.interval, r.interval)) for r in b.rivals]
    except ZeroDivisionError as reason:
        return Missing(f"{show_value(a)} divided by {show_value(b)}: {reason}")
    made = Value(
        interval,
        measure,
        max(a.kind, b.kind, key=KINDS.index),
        cells=tuple(dict.fromkeys(a.cells + b.cells)),
        source_ids=tuple(dict.fromkeys(a.source_ids + b.source_ids)),
        rivals=tuple(rivals),
    )
    step = f"{show_figure(a)} {sign} {show_figure(b)} = {show_value(made)}"
    return replace(made, steps=a.steps + b.steps + (step,))


def negative(a: Value) -> Value:
    """Return the opposite of a number."""
    if not a.measure.is_number:
        raise InputError(f"a {a.unit} has no opposite")
    rivals = tuple(replace(r, interval=-r.interval) for r in a.rivals)
    return replace(a, interval=-a.interval, rivals=rivals)


def converted(a: Value, to: Measure) -> Value:
    """Return a value in another unit of the same dimension; a bare number takes the unit as it is."""
    factor = factor_between(a.measure, to)
    if a.measure == to:
        return a
    return replace(
        a,
        interval=a.interval.times(factor),
        measure=to,
        rivals=tuple(replace(r, interval=r.interval.times(factor)) for r in a.rivals),
    )


def show_value(a: Value) -> str:
    """Return a value as a reader would write it, with its interval when it has one."""
    if a.measure.is_text or a.measure.is_date or a.lo == a.hi:
        return show_figure(a)
    size, digits = (100 if a.unit == "share" else 1), _digits(a)
    return f"{show_figure(a)} ({show(a.lo * size, digits)} to {show(a.hi * size, digits)})"


def show_figure(a: Value) -> str:
    """Return the central figure of a value with its unit."""
    if a.measure.is_text:
        return a.text
    if a.measure.is_date:
        return show_days(a.interval)
    return with_unit(a.mid, a.unit, _digits(a))


def with_unit(figure: float, unit: str, digits: int = 6) -> str:
    """Return a number with its unit in words a reader expects.

    Examples
    --------
    >>> with_unit(0.33, "share"), with_unit(41, "count"), with_unit(7.5, "day"), with_unit(2030, "year")
    ('33 %', '41', '7.5 days', '2030')
    """
    if unit == "share":
        return f"{show(figure * 100, digits)} %"
    if unit in ("", "1", "count"):
        return show(figure, digits)
    if unit == "year" and is_calendar_year(figure):
        return f"{figure:.0f}"
    plural = "s" if unit in ("day", "month", "year") and figure != 1 else ""
    return f"{show(figure, digits)} {unit}{plural}"


def is_calendar_year(figure: float) -> bool:
    """Whether a number of years is one of the calendar's and not a length of time."""
    return figure in CALENDAR


def _digits(a: Value) -> int:
    # What a model gives is not known to six digits, and should not look so.
    return 3 if a.kind == "model" else 6


def show_days(interval: Interval) -> str:
    """Return a date, or the period it may lie in."""
    first, last = day_of(interval.lo), day_of(interval.hi)
    return first if first == last else f"{first} to {last}"


def day_of(day_number: float) -> str:
    """Return a day number as an ISO date; what lies outside the calendar as the number."""
    if not 1 <= day_number <= date.max.toordinal():
        return f"day {day_number:.0f}"
    return date.fromordinal(int(day_number)).isoformat()


def show(figure: float, digits: int = 6) -> str:
    """Return a number to some significant digits but never coarser than whole, thousands separated.

    Examples
    --------
    >>> show(532.53), show(-2380000.0), show(0.000123456789), show(4503.2, 3)
    ('532.53', '-2,380,000', '0.000123457', '4,503')
    """
    if figure == 0:
        return "0"
    decimals = min(15, max(0, digits - 1 - math.floor(math.log10(abs(figure)))))
    text = f"{figure:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _operation(sign: str, a: Measure, b: Measure) -> tuple[Measure, Callable[[Interval, Interval], Interval]]:
    if a.is_text or b.is_text:
        raise InputError("nothing can be computed with a word")
    if sign == "*":
        return product(a, b, 1), lambda x, y: x * y
    if sign == "/":
        return product(a, b, -1), lambda x, y: x / y
    if a.is_date or b.is_date:
        return _with_date(sign, a, b)
    to = b if a.is_bare else a
    left, right = factor_between(a, to), factor_between(b, to)
    if sign == "+":
        return to, lambda x, y: x.times(left) + y.times(right)
    return to, lambda x, y: x.times(left) - y.times(right)


def _with_date(sign: str, a: Measure, b: Measure) -> tuple[Measure, Callable[[Interval, Interval], Interval]]:
    day = measure_of("day")
    if a.is_date and b.is_date and sign == "-":
        return day, lambda x, y: x - y
    if a.is_date and not b.is_date and not b.is_bare:
        days = factor_between(b, day)
        if sign == "+":
            return measure_of(DATE), lambda x, y: x + y.times(days)
        return measure_of(DATE), lambda x, y: x - y.times(days)
    raise InputError("to a date only a time with its unit can be added, and only dates have a difference")


def bare(interval: Interval) -> Value:
    """Return a number without a unit."""
    return number(interval, BARE)
