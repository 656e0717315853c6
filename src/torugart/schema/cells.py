"""What may stand in one cell."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date

from torugart.errors import nearest_names
from torugart.schema.definition import Column
from torugart.schema.problems import quoted

LONGEST_TEXT = 5000
LONGEST_SLUG = 80
GROUPS = ("EU27", "CA5")  # the two groups of countries the trade figures need

SLUG = re.compile(r"[a-z0-9_]{1,80}")
ISO3 = re.compile(r"[A-Z]{3}|" + "|".join(GROUPS))
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# Control characters, line and paragraph separators, marks that turn the direction of text, and signs of
# wrong decoding.
HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ufffe\uffff]")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([, \u00a0\u2009\u202f_'][0-9]{3})+(\.[0-9]+)?")
# A spreadsheet runs a cell that begins so, in full-width form as well.
FORMULA_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
NOTHING_WORDS = frozenset(
    {"na", "n/a", "n.a.", "null", "none", "-", "--", "?", "unknown", "nan", "inf", "-inf", "infinity"}
)

Fault = tuple[str, str]  # what is wrong, how to mend it


def cell_fault(column: Column, text: str) -> Fault | None:
    """Return what is wrong with the text of a cell that is not empty, and how to mend it; None if sound."""
    hostile = HOSTILE.search(text)
    if hostile:
        return _hostile_fault(column, text, hostile[0])
    if column.choices:
        return None if text in column.choices else _choice_fault(column, text)
    match column.dtype:
        case "text":
            return _text_fault(column, text)
        case "slug":
            return None if SLUG.fullmatch(text) else _slug_fault(column, text)
        case "iso3":
            return None if ISO3.fullmatch(text) else _iso3_fault(column, text)
        case "date":
            return None if is_date(text) else _date_fault(column, text)
        case _:
            return _number_fault(column, text)


def number_in(text: str) -> float | None:
    """Return the finite number a cell holds; None when it holds none."""
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def is_date(text: str) -> bool:
    """Whether a text is a day, a month or a year of ISO 8601."""
    parts = DATE.fullmatch(text)
    if not parts:
        return False
    try:
        date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError:
        return False
    return True


def slug_of(text: str) -> str:
    """Return the slug nearest to a text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:LONGEST_SLUG]


def listed(choices: tuple[str, ...]) -> str:
    """Return choices as words: a, b or c."""
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _hostile_fault(column: Column, text: str, character: str) -> Fault:
    if character in "\r\n":
        return f"{column.name} {quoted(text)} has a line break", "write it on one line"
    if character == "\ufffd":
        return (
            f"{column.name} {quoted(text)} was decoded wrongly",
            "save the file in UTF-8 and write the text again",
        )
    return f"{column.name} {quoted(text)} has the hidden character U+{ord(character):04X}", "delete it"


def _choice_fault(column: Column, text: str) -> Fault:
    near = nearest_names(text.strip().lower(), column.choices, 1)
    hint = f"write {near[0]}" if near else f"write {listed(column.choices)}"
    if near and len(column.choices) > 1:
        hint += f" (allowed: {listed(column.choices)})"
    return f"{column.name} is {quoted(text)}", hint


def _text_fault(column: Column, text: str) -> Fault | None:
    if len(text) > LONGEST_TEXT:
        return f"{column.name} has {len(text):,} characters", f"shorten it to {LONGEST_TEXT:,}"
    bare = text.lstrip()
    if bare and bare[0] in FORMULA_STARTS and number_in(bare) is None:
        return f"{column.name} {quoted(text)} begins like a formula", f"do not begin it with {bare[0]}"
    if not bare:
        return f"{column.name} holds only blanks", "leave the cell empty"
    return None


def _slug_fault(column: Column, text: str) -> Fault:
    what = f"{column.name} {quoted(text)} is not an id"
    if any(part in text for part in ("/", "\\", "..")):
        what = f"{column.name} {quoted(text)} holds a path"
    elif len(text) > LONGEST_SLUG:
        what = f"{column.name} {quoted(text)} is {len(text)} characters long"
    suggestion = slug_of(text)
    rule = f"use a to z, 0 to 9 and _, {LONGEST_SLUG} characters at most"
    return what, f"{rule}, such as {suggestion}" if suggestion else rule


def _iso3_fault(column: Column, text: str) -> Fault:
    return (
        f"{column.name} is {quoted(text)}",
        f"write a country as three capitals, such as KGZ, or {listed(GROUPS)}",
    )


def _date_fault(column: Column, text: str) -> Fault:
    return f"{column.name} {quoted(text)} is not a date", "write 2026, 2026-11 or 2026-11-25"


def _number_fault(column: Column, text: str) -> Fault | None:
    value = number_in(text)
    if value is None:
        return _no_number_fault(column, text)
    if column.dtype == "int" and not WHOLE.fullmatch(text):
        return f"{column.name} {quoted(text)} is not a whole number", "write it without a decimal point"
    unit = f" {column.unit}" if column.unit and column.unit not in ("year", "share") else ""
    if column.lower is not None and value < column.lower:
        return f"{column.name} is {text}", f"write {column.lower:g}{unit} or more"
    if column.upper is not None and value > column.upper:
        return f"{column.name} is {text}", f"write {column.upper:g}{unit} or less"
    return None


def _no_number_fault(column: Column, text: str) -> Fault:
    what, bare = f"{column.name} {quoted(text)} is not a number", text.strip()
    if bare.lower() in NOTHING_WORDS:
        return what, "leave the cell empty when the figure is not known"
    if NUMBER.fullmatch(text):
        return (
            f"{column.name} {quoted(text)} is too large a number",
            "leave the cell empty when the figure is not known",
        )
    if bare != text and number_in(bare) is not None:
        return what, "delete the blanks around it"
    if THOUSANDS.fullmatch(bare):
        return what, f"write {re.sub('[^0-9.+-]', '', bare)}, without marks between thousands"
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", bare):
        return what, f"write {bare.replace(',', '.')}, with a decimal point"
    unit = f", in {column.unit}" if column.unit else ""
    return what, f"write the number alone{unit}"
