"""Numbers and names as a terminal shows them."""

from __future__ import annotations

import math
import unicodedata

UNKNOWN = "–"
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Characters that turn the direction of the text around them; a hostile name could hide behind them.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object, *, keep_lines: bool = False) -> str:
    """Return the text without terminal escapes, control characters and direction marks.

    Data packages come from anyone, and a name must not be able to move the cursor, colour the screen or
    turn the line around. Line breaks become spaces unless ``keep_lines``.
    """
    kept = []
    for character in str(text):
        if character == "\n" and keep_lines:
            kept.append(character)
        elif character in "\n\r\t\u2028\u2029":
            kept.append(" ")
        elif unicodedata.category(character) not in {"Cc", "Cs"} and character not in _DIRECTION_MARKS:
            kept.append(character)
    return "".join(kept)


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, a missing integer or an empty text."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return value == "" if isinstance(value, str) else isinstance(value, float) and math.isnan(value)


def as_float(value: object) -> float | None:
    """Return the number in a cell, or None where there is none."""
    if is_missing(value):
        return None
    return float(value)  # type: ignore[arg-type]


def number(value: object, digits: int = 0) -> str:
    """Write a number with thousands separators; what is missing is a dash, never 0."""
    figure = as_float(value)
    if figure is None:
        return UNKNOWN
    if math.isinf(figure):
        return "never" if figure > 0 else "-inf"
    shown = f"{figure:,.{digits}f}"
    return shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown


def plain_number(value: object) -> str:
    """Write a number of unknown size with four significant digits, without needless zeros."""
    figure = as_float(value)
    if figure is None:
        return UNKNOWN
    if figure == 0 or not math.isfinite(figure):
        return number(figure)
    digits = max(0, 3 - math.floor(math.log10(abs(figure))))
    shown = number(figure, min(digits, 8))
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def signed(value: object, digits: int = 0) -> str:
    """Write a change, with its sign; a change too small to print is 0."""
    shown = number(value, digits)
    if shown in {UNKNOWN, "never"} or shown.startswith("-"):
        return shown
    return "0" if float(shown.replace(",", "")) == 0 else f"+{shown}"


def interval(lo: object, hi: object, digits: int = 0) -> str:
    """Write an interval in square brackets, or nothing where it is not known."""
    if is_missing(lo) or is_missing(hi):
        return ""
    return f"[{number(lo, digits)} to {number(hi, digits)}]"


def per_cent(share: object) -> str:
    """Write a fraction as a percentage."""
    figure = as_float(share)
    if figure is None:
        return UNKNOWN
    if 0 < figure < 0.01:
        return "<1 %"
    if 0.99 < figure < 1:
        return ">99 %"
    return f"{100 * figure:.0f} %"


def before_after(before: object, after: object, digits: int = 0) -> str:
    """Write a value without and with the project."""
    first, second = number(before, digits), number(after, digits)
    return first if first == second else f"{first} → {second}"
