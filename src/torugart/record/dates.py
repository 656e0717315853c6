"""Dates as the record writes them: a day, a month or a year, each a span of days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from torugart.errors import InputError

WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Span:
    """The days a date may mean, first and last included."""

    first: date
    last: date


def parse_date(text: str) -> Span | None:
    """Return the days a written date may mean; None when it is none.

    Parameters
    ----------
    text : str
        ``2024``, ``2024-12`` or ``2024-12-27``.

    Returns
    -------
    Span or None
        One day, a month or a year.

    Examples
    --------
    >>> parse_date("2024-02").last.isoformat()
    '2024-02-29'
    """
    found = WRITTEN.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        if month is None:
            return Span(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Span(date(year, month, day), date(year, month, day))
    except ValueError:  # the calendar's own errors for month 13 and 31 June; both say the same
        return None


def read_date(text: str, what: str) -> Span:
    """Return the days a written date may mean, or raise an InputError that names ``what``."""
    span = parse_date(text)
    if span is None:
        raise InputError(f"{what} is {text!r}; write a date as 2024, 2024-12 or 2024-12-27")
    return span
