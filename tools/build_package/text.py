"""Slugs, numbers and cells: how a value is written so that the same facts always give the same bytes."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SLUG_LENGTH = 80
FORMULA_WORDS = {"=": "equals ", "+": "plus ", "-": "minus ", "@": "at "}


def slug(text: str, length: int = SLUG_LENGTH) -> str:
    """Return ``text`` as a lower-case slug of letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:length].strip("_")


def short_hash(*parts: str, digits: int = 6) -> str:
    """Return the first hexadecimal digits of a digest over ``parts``."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:digits]


def hashed_slug(readable: str, *parts: str, length: int = SLUG_LENGTH) -> str:
    """Return a slug that starts readably and ends in a digest of ``parts``."""
    return f"{slug(readable, length - 7)}_{short_hash(*parts)}"


def number(value: float | int | str | None) -> str:
    """Write a number in the shortest form that reads back the same; empty for a missing one."""
    if value is None or value == "":
        return ""
    as_float = float(value)
    if as_float != as_float:
        return ""
    if as_float == int(as_float) and abs(as_float) < 1e15:
        return str(int(as_float))
    return repr(round(as_float, 10))


def is_number(text: str) -> bool:
    """Tell whether ``text`` reads as one number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def safe_text(text: str) -> str:
    """Return ``text`` on one line, and never looking like a spreadsheet formula."""
    line = " ".join(str(text).split())
    if line and line[0] in FORMULA_WORDS and not is_number(line):
        return FORMULA_WORDS[line[0]] + line[1:].lstrip()
    return line


def joined(*notes: str) -> str:
    """Join the notes that are not empty by semicolons, each one once."""
    kept: list[str] = []
    for note in notes:
        note = note.strip().strip(";").strip()
        if note and note not in kept:
            kept.append(note)
    return "; ".join(kept)
