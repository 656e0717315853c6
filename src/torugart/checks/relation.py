"""How a computed value must stand to the claimed one, and with what tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torugart.checks.dimension import Measure
from torugart.checks.interval import ABOUT, Interval, both_ends, exactly, printed_figure, printed_range, slack
from torugart.checks.value import Value, converted, is_calendar_year, show, with_unit
from torugart.errors import InputError
from torugart.record.dates import parse_date

RELATIONS = ("=", ">=", "<=", "~", "before", "is", "first")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim says: a figure, a date or a word, and how the truth must stand to it.

    Attributes
    ----------
    relation : str
        One of ``RELATIONS``.
    printed : Interval
        What the printed figure may stand for.
    named : Interval
        The figure itself, or both ends of a range: what ``at least``, ``up to`` and ``about`` are measured from.
    measure : Measure
        Its unit.
    written : str
        The value as it was written.
    """

    relation: str
    printed: Interval
    named: Interval
    measure: Measure
    written: str = ""


def read_claimed(relation: str, value: str, value_hi: str, measure: Measure) -> Claimed:
    """Return what a claim says as figures.

    Parameters
    ----------
    relation : str
        One of ``RELATIONS``.
    value, value_hi : str
        As printed; ``value_hi`` ends a range.
    measure : Measure
        Unit of both; ``date`` for dates.

    Raises
    ------
    InputError
        If the relation is not known, or the value cannot be read.
    """
    if relation not in RELATIONS:
        raise InputError(f"relation is {relation!r}; write one of {' '.join(RELATIONS)}")
    if relation == "is":
        if not value.strip():
            raise InputError("value is empty; write what it is said to be")
        return Claimed(relation, exactly(0.0), exactly(0.0), measure, value.strip())
    if relation == "first" and not value.strip():
        return Claimed(relation, exactly(1.0), exactly(1.0), measure)
    if not value.strip():
        raise InputError("value is empty; write the figure claimed")
    if measure.is_date:
        days = _days(value, value_hi)
        return Claimed(relation, days, days, measure, _written(value, value_hi))
    if says_calendar_year(value, measure):
        years = [float(text) for text in (value, value_hi) if text.strip()]
        span = Interval(min(years), years[0], max(years))
        return Claimed(relation, span, span, measure, _written(value, value_hi))
    value, value_hi = both_ends(value, value_hi)
    printed = printed_range(value, value_hi) if value_hi else printed_figure(value)
    named = _named(value, value_hi, printed)
    return Claimed(relation, printed, named, measure, _written(value, value_hi))


def says_calendar_year(value: str, measure: Measure) -> bool:
    """Whether a value is a year of the calendar, and not a number of years."""
    text = value.strip()
    return measure.text == "year" and text.isascii() and text.isdigit() and is_calendar_year(float(text))


def passes(claimed: Claimed, computed: Value, about: float = ABOUT) -> bool:
    """Whether a computed value stands to the claimed one as claimed.

    Parameters
    ----------
    claimed : Claimed
        What was said.
    computed : Value
        What was computed, in any unit of the same dimension.
    about : float
        Share by which ``~`` allows the figure to be missed.

    Returns
    -------
    bool
        Whether the two intervals overlap in the sense of the relation.
    """
    if claimed.relation == "is":
        return computed.text.strip().casefold() == claimed.written.casefold()
    x, c = converted(computed, claimed.measure).interval, claimed.named
    match claimed.relation:
        case "=":
            return x.overlaps(claimed.printed)
        case "~":
            return x.overlaps(widened(claimed, about))
        case ">=":
            return x.hi >= c.lo - slack(c.lo)
        case "<=":
            return x.lo <= c.hi + slack(c.hi)
        case "before":
            return x.lo < c.lo
        case _:  # first: the computed value is a rank
            return x.lo <= 1 <= x.hi


def widened(claimed: Claimed, about: float) -> Interval:
    """Return the printed interval, widened to a share of the figure to either side."""
    c, p = claimed.named, claimed.printed
    lo, hi = min(p.lo, c.lo - about * abs(c.lo)), max(p.hi, c.hi + about * abs(c.hi))
    return Interval(lo, p.mid, hi)


NUMBER_WORDS = {"=": "", "~": "about ", ">=": "at least ", "<=": "at most ", "before": "before ", "first": ""}
DATE_WORDS = {**NUMBER_WORDS, ">=": "not before ", "<=": "not after "}


def show_claimed(claimed: Claimed) -> str:
    """Return what was claimed, with what its printing leaves open, for a reader."""
    if claimed.relation == "is" or (claimed.relation == "first" and not claimed.written):
        return claimed.written or "first"
    if claimed.measure.is_date or says_calendar_year(claimed.written, claimed.measure):
        return DATE_WORDS[claimed.relation] + claimed.written
    c, unit = claimed.named, claimed.measure.text
    figure = with_unit(c.hi, unit)
    if c.lo < c.hi:
        figure = f"{show(c.lo * (100 if unit == 'share' else 1))} to {figure}"
    allowed, size = _allowed(claimed), 100 if unit == "share" else 1
    open_ = f" ({show(allowed.lo * size)} to {show(allowed.hi * size)})" if allowed is not None else ""
    return f"{NUMBER_WORDS[claimed.relation]}{figure}{open_}"


def _allowed(claimed: Claimed) -> Interval | None:
    if claimed.relation == "~":
        return widened(claimed, ABOUT)
    exact = claimed.printed.lo == claimed.named.lo and claimed.printed.hi == claimed.named.hi
    return claimed.printed if claimed.relation == "=" and not exact else None


def _named(value: str, value_hi: str, printed: Interval) -> Interval:
    lo = printed_figure(value).mid
    return Interval(lo, printed.mid, printed_figure(value_hi).mid) if value_hi else exactly(lo)


def _written(value: str, value_hi: str) -> str:
    return f"{value.strip()} to {value_hi.strip()}" if value_hi.strip() else value.strip()


def _days(value: str, value_hi: str) -> Interval:
    ends: Sequence[str] = [text for text in (value, value_hi) if text.strip()]
    spans = [parse_date(text) for text in ends]
    for text, span in zip(ends, spans, strict=True):
        if span is None:
            raise InputError(f"value is {text!r}; write a date as 2024, 2024-12 or 2024-12-27")
    known = [span for span in spans if span is not None]
    lo, hi = known[0].first.toordinal(), known[-1].last.toordinal()
    if lo > hi:
        raise InputError(f"the period {value} to {value_hi} ends before its beginning")
    return Interval(lo, lo, hi)
