"""Numbers as a careful publication prints them: thin spaces, true minus, en dash, sensible digits."""

from __future__ import annotations

import math
import re

THIN = "\u202f"  # narrow no-break space, between thousands and before a unit
MINUS = "\u2212"
DASH = "\u2013"
MISSING = "n/a"

UNIT_WORDS = {
    "million USD/year": "million USD a year",
    "million USD": "million USD",
    "USD/FEU": "USD per FEU",
    "kg CO2e/FEU": "kg CO\u2082e per FEU",
    "t/year": "t a year",
    "Mt/year": "Mt a year",
    "kt/year": "kt a year",
    "1": "",
    "factor": "\u00d7",
    "ratio": "",
    "1/week": "a week",
    "1/day": "a day",
    "h/day": "h a day",
    "USD/FEU-km": "USD per FEU-km",
    "USD/t": "USD per t",
    "h2/km": "h\u00b2 per km",
    "g/tkm": "g per tkm",
    "km/h": "km/h",
    "USD/(FEU h2)": "USD per FEU and h\u00b2",
    "degrees": "\u00b0",
}
LARGE_TONNES = ((1e6, "Mt a year"), (1e3, "kt a year"), (1.0, "t a year"))


def fixed(value: float, decimals: int = 0) -> str:
    """Return a number with so many decimals, thousands parted by thin spaces.

    Examples
    --------
    >>> fixed(-1234.56, 1) == MINUS + "1" + THIN + "234.6"
    True
    """
    if not math.isfinite(value):
        return MISSING
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN)
    return MINUS + text if value < 0 and re.search(r"[1-9]", text) else text


def significant(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, whole ones kept, closing zeros dropped.

    Examples
    --------
    >>> significant(38.7679), significant(0.0351), significant(0.30), significant(241.6)
    ('38.8', '0.0351', '0.3', '242')
    """
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    if decimals > 6:
        return f"{value:.1e}".replace("-", MINUS)
    text = fixed(value, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def signed(value: float, decimals: int = 1) -> str:
    """Return a change with its sign; exactly nothing is 0, and what rounds to nothing is marked as small.

    Examples
    --------
    >>> signed(0.61), signed(0.0), signed(0.004)
    ('+0.6', '0', '<\u202f0.1')
    """
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    smallest = 10.0**-decimals
    if abs(value) < smallest / 2:
        near = f"{smallest:.{decimals}f}"
        return f"<{THIN}{near}" if value > 0 else f">{THIN}{MINUS}{near}"
    return ("+" if value > 0 else "") + fixed(value, decimals)


def ends(lo: float, hi: float, decimals: int = 1, sign: bool = False) -> str:
    """Return an interval: an en dash between positive numbers, the word *to* where a minus could be misread."""
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return ""
    one, other = (fixed(x, decimals) if x else "0" for x in (lo, hi))
    if sign:
        one, other = (
            f"+{text}" if re.match(r"\d*[1-9]|0\.\d*[1-9]", text) else text for text in (one, other)
        )
    return f"{one} to {other}" if sign or lo < 0 or hi < 0 else f"{one}{DASH}{other}"


def ends_significant(lo: float, hi: float, digits: int = 3) -> str:
    """Return an interval with so many significant digits at each end."""
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return ""
    one, other = significant(lo, digits), significant(hi, digits)
    return f"{one} to {other}" if lo < 0 or hi < 0 else f"{one}{DASH}{other}"


def percent(share: float, sign: bool = False) -> str:
    """Return a share as a percentage, whole above 10 %, with one digit more below."""
    if not math.isfinite(share):
        return MISSING
    value = 100 * share
    decimals = 0 if abs(value) >= 10 or value == 0 or round(value, 6).is_integer() else 1
    if 0 < abs(value) < 0.05:
        return f"<{THIN}0.1{THIN}%"
    return (signed(value, decimals) if sign else fixed(value, decimals)) + f"{THIN}%"


def unit_words(unit: str) -> str:
    """Return a unit in words a reader meets in print."""
    return UNIT_WORDS.get(unit, unit)


def with_unit(value: float, unit: str, lo: float = math.nan, hi: float = math.nan) -> tuple[str, str, str]:
    """Return a figure, its interval and its unit as printed, tonnes and shares brought to a handy size."""
    if unit == "share":
        number = percent(value)
        between = f"{percent(lo)} to {percent(hi)}" if math.isfinite(lo) and math.isfinite(hi) else ""
        return number, between, ""
    if unit == "t/year":
        size, words = next(((s, w) for s, w in LARGE_TONNES if abs(value) >= s), (1.0, "t a year"))
        return significant(value / size), ends_significant(lo / size, hi / size), words
    if unit == "days":
        return fixed(value, 1) if value else "0", ends(lo, hi, 1), "days"
    return significant(value), ends_significant(lo, hi), unit_words(unit)


def typeset(text: str) -> str:
    """Set the numbers inside a sentence: thin spaces for commas, true minus, en dash between percentages."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", THIN, text)
    text = re.sub(r"(?<![\w\-/.])-(?=\d)", MINUS, text)
    text = re.sub(r"\b(\d+)-(\d+)(?= ?%)", rf"\1{DASH}\2", text)
    return re.sub(r"(?<=\d) (?=%)", THIN, text)
