"""How the report writes numbers: significant digits, thin spaces, true minus, words for units."""

from __future__ import annotations

import math
import re
from typing import Any

THIN = "\u202f"  # narrow no-break space: groups of three digits, number and unit
MINUS = "\u2212"
DASH = "\u2013"
NOTHING = "\u2013"  # what stands in a cell without a value

UNIT_WORDS = {
    "million USD/year": "million USD a year",
    "USD/FEU": "USD per FEU",
    "USD/(FEU km)": "USD per FEU-km",
    "USD/(FEU h2)": "USD per FEU and h\u00b2",
    "kg CO2e/FEU": "kg CO\u2082e per FEU",
    "t/year": "t a year",
    "1": "",
    "count": "",
    "factor": "\u00d7",
    "ratio": "",
    "1/week": "a week",
    "h/day": "h a day",
    "USD/t": "USD per t",
    "h2/km": "h\u00b2 per km",
    "g/tkm": "g per tkm",
}


def unit_words(unit: Any) -> str:
    """Return a unit in the words a reader meets in print."""
    text = "" if unit is None or unit != unit else str(unit)
    return UNIT_WORDS.get(text, text)


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds no number."""
    if value is None:
        return True
    try:
        return math.isnan(float(value))
    except (TypeError, ValueError):
        return True


def grouped(text: str) -> str:
    """Put thin spaces between groups of three digits of the whole part and set a true minus."""
    whole, dot, rest = text.partition(".")
    sign = MINUS if whole.startswith("-") else ""
    whole = whole.lstrip("-")
    if len(whole) > 3:
        head = len(whole) % 3
        parts = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
        whole = THIN.join(parts)
    return sign + whole + dot + rest


def number(value: Any, digits: int = 3, *, sign: bool = False, places: int | None = None) -> str:
    """Write a number with so many significant digits, or with so many decimal places.

    What is exactly zero is written 0; what only rounds to zero is marked as smaller than the last place.
    """
    if is_missing(value):
        return NOTHING
    x = float(value)
    if math.isinf(x):
        return (MINUS if x < 0 else "") + "\u221e"
    if x == 0:
        return "0"
    if places is None:
        size = math.floor(math.log10(abs(x)))
        rounded = round(x, digits - 1 - size)
        size = math.floor(math.log10(abs(rounded)))  # rounding may lift the size: 9.996 becomes 10.0
        decimals = max(0, digits - 1 - size)
    else:
        rounded, decimals = round(x, places), places
        if rounded == 0:
            least = f"{10.0**-places:.{places}f}"
            return f"<{THIN}{least}" if x > 0 else f">{THIN}{MINUS}{least}"
    text = grouped(f"{rounded:.{decimals}f}")
    return "+" + text if sign and rounded > 0 else text


def span(lo: Any, hi: Any, digits: int = 3, *, sign: bool = False, places: int | None = None) -> str:
    """Write an interval with an en dash, or with "to" where a sign could be misread."""
    if is_missing(lo) or is_missing(hi):
        return ""
    low, high = (number(end, digits, sign=sign, places=places) for end in (lo, hi))
    if low == high:
        return low
    joiner = " to " if float(lo) < 0 or sign or "<" in low else DASH
    return f"{low}{joiner}{high}"


def percent(value: Any) -> str:
    """Write a share as per cent: whole numbers, one place below one per cent, "<0.1" below that."""
    if is_missing(value):
        return NOTHING
    x = 100 * float(value)
    if x == 0:
        return f"0{THIN}%"
    if 0 < x < 0.1:
        return f"<{THIN}0.1{THIN}%"
    if 99.5 <= x < 100:
        return f">{THIN}99{THIN}%"
    return f"{x:.1f}{THIN}%" if x < 1 else f"{x:.0f}{THIN}%"


def percent_span(lo: Any, hi: Any) -> str:
    """Write an interval of shares as per cent."""
    if is_missing(lo) or is_missing(hi):
        return ""
    low, high = percent(lo), percent(hi)
    if low == high:
        return low
    joiner = " to " if "<" in low or ">" in high else DASH
    return low.removesuffix(f"{THIN}%") + joiner + high


def sized(value: Any, *, sign: bool = False) -> str:
    """Write a number with two places below ten, one below a hundred, none above: columns stay readable."""
    if is_missing(value):
        return NOTHING
    size = abs(float(value))
    return number(value, sign=sign, places=2 if size < 9.995 else 1 if size < 99.95 else 0)


def sized_span(lo: Any, hi: Any, *, sign: bool = False) -> str:
    """Write an interval with the places of `sized`."""
    if is_missing(lo) or is_missing(hi):
        return ""
    low, high = sized(lo, sign=sign), sized(hi, sign=sign)
    if low == high:
        return low
    return low + (" to " if sign or float(lo) < 0 or "<" in low else DASH) + high


def megatonnes(value: Any, *, sign: bool = False) -> str:
    """Write tonnes as million tonnes."""
    return NOTHING if is_missing(value) else sized(float(value) / 1e6, sign=sign)


def plain(value: Any) -> str:
    """Write a stated cell: a number with the digits it was stated with, text as it stands, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    try:
        x = float(value)
    except (TypeError, ValueError):
        return str(value)
    if math.isnan(x):
        return NOTHING
    if not math.isfinite(x) or (x and not 1e-6 <= abs(x) < 1e15):
        return number(x, 4)
    if x == int(x):
        return str(int(x)) if 1900 <= x <= 2100 else grouped(str(int(x)))
    stated = isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value)
    text = value if stated else f"{x:.8f}" if abs(x) < 0.01 else f"{x:.6g}" if abs(x) < 1e5 else f"{x:.1f}"
    return grouped(text.rstrip("0").rstrip("."))


def plain_span(lo: Any, hi: Any) -> str:
    """Write an interval of stated values as they were stated."""
    if is_missing(lo) or is_missing(hi):
        return ""
    return plain(lo) + (" to " if float(lo) < 0 else DASH) + plain(hi)


def typeset(text: str) -> str:
    """Set the numbers inside a sentence: thin spaces for commas between thousands, true minus."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", THIN, text)
    text = re.sub(r"(?<![\w\-/.\u2013])-(?=\d)", MINUS, text)
    text = re.sub(r"\b(\d+)-(\d+)(?= ?%)", rf"\1{DASH}\2", text)
    text = re.sub(r"(?<=\w)'(?=[\w\s])", "\u2019", text)
    return re.sub(r"(?<=\d) (?=%)", THIN, text)
