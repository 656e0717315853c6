"""The tables ``measures`` and ``measure_bases``: which words and units make a statement one about a quantity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from torugart.errors import InputError
from torugart.units import COUNTED, parse_unit

NEAR, LEFT = "^", "^<"
LIKE = "like"  # a group of this word asks for a figure that is likened to something
ANY_AMOUNT, ANY_CAPACITY = "any amount", "any capacity"
ANY = frozenset({ANY_AMOUNT, ANY_CAPACITY})
NO_CAPACITY = frozenset({"length", "time"})  # alone these are ways and days, with money they are prices
SLOTS = {
    "pair": ("a", "b"), "exporter": ("exporter",), "importer": ("importer",), "country": ("country",), "project": ("project",),
    "event": ("event",), "commitment": ("commitment",), "way": ("origin", "destination"), "year": ("year",), "before": ("before",),
    "by": ("by",), "latest": ("latest",), "first_announced": ("first_announced",), "today": ("today",),
    "lately": ("lately",),
}  # fmt: skip
SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Group:
    """Words of which one has to be there: anywhere in the sentence, or close to the figure."""

    anywhere: re.Pattern[str] | None
    near: re.Pattern[str] | None
    left: re.Pattern[str] | None

    def found(self, text: str, near: str, left: str) -> bool:
        """Whether one of the words stands in the sentence, in the text close by, or there before the figure."""
        return bool(self.anywhere and self.anywhere.search(text)) or self.is_close(near, left)

    def is_close(self, near: str, left: str) -> bool:
        """Whether one of the words that have to be close is."""
        return bool((self.near and self.near.search(near)) or (self.left and self.left.search(left)))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of filling in what a statement leaves open."""

    base_id: str
    args: str
    note: str
    said: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of ``measures``, its words ready to be looked for."""

    row: Mapping[str, str]
    groups: tuple[Group, ...]
    without: Group
    needs: tuple[str, ...]
    likened: bool
    readings: tuple[Reading, ...]

    @property
    def measure_id(self) -> str:
        """Its id."""
        return self.row["measure_id"]

    def allowed(self, text: str) -> bool:
        """Whether no word of a sentence forbids this measure, and none is lacking that may stand anywhere in it."""
        if self.without.anywhere is not None and self.without.anywhere.search(text):
            return False
        return all(
            group.near is not None
            or group.left is not None
            or (group.anywhere is not None and group.anywhere.search(text) is not None)
            for group in self.groups
        )

    def fits_unit(self, unit: str) -> bool:
        """Whether a figure in a unit can be a figure of this measure."""
        wanted = self.row["unit"]
        # "A population of 20 million" leaves out whom it counts.
        people = _noun(wanted) == "people" and not _noun(unit) and same_sort(unit, "million")
        if wanted == ANY_CAPACITY:
            return may_be_capacity(unit)
        return wanted in ANY or people or same_sort(wanted, unit)


def read_measures(tables: Mapping[str, pd.DataFrame]) -> tuple[Measure, ...]:
    """Return the measures of a package with their readings.

    Raises
    ------
    InputError
        If a measure asks for a slot that is not known, leaves a slot of its expression unfilled, or has a unit that
        no figure can have; every fault is listed.
    """
    bases: dict[str, list[Reading]] = {}
    for row in tables["measure_bases"].astype("str").to_dict("records"):
        said = pattern(row["words"].split("|")) if row["words"] else None
        bases.setdefault(row["measure_id"], []).append(
            Reading(row["base_id"], row["args"], row["note"], said)
        )
    measures, faults = [], []
    for row in tables["measures"].astype("str").to_dict("records"):
        faults += [f"  row {row['measure_id']!r}: {fault}" for fault in _faults(row)]
        groups = [part.strip() for part in row["words"].split(";") if part.strip()]
        measures.append(
            Measure(
                row,
                tuple(group_of(part) for part in groups if part != LIKE),
                group_of(row["without"]),
                tuple(part.strip() for part in row["needs"].split(";") if part.strip()),
                LIKE in groups,
                tuple(sorted(bases.get(row["measure_id"], []), key=lambda reading: reading.base_id)),
            )
        )
    if faults:
        raise InputError(
            "\n".join([f"measures.csv: {len(faults)} problem{'s' * (len(faults) > 1)}", *faults])
        )
    return tuple(sorted(measures, key=lambda measure: measure.measure_id))


def group_of(text: str) -> Group:
    """Return the words of a group as patterns."""
    parts = [part.strip() for part in text.split("|") if part.strip()]
    left = [part.removeprefix(LEFT) for part in parts if part.startswith(LEFT)]
    near = [part.removeprefix(NEAR) for part in parts if part.startswith(NEAR) and not part.startswith(LEFT)]
    anywhere = [part for part in parts if not part.startswith(NEAR)]
    return Group(pattern(anywhere), pattern(near), pattern(left))


def pattern(words: list[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds any of the words; a star stands for any ending."""
    said = [word.strip().casefold() for word in words if word.strip()]
    if not said:
        return None
    return re.compile("|".join(_one(word) for word in said))


def may_be_capacity(unit: str) -> bool:
    """Whether a figure in a unit may say how much a work holds, makes or carries."""
    parsed = parse_unit(unit)
    if parsed is None or not parsed.dimension:
        return parsed is not None and unit.endswith(("/year", "/day"))
    bases = {base for base, _ in parsed.dimension}
    return not bases <= NO_CAPACITY and not any(base.startswith("money") for base in bases)


@lru_cache(maxsize=8192)
def same_sort(a: str, b: str) -> bool:
    """Whether two units measure the same sort of thing; of what is counted the noun decides."""
    one, other = parse_unit(a), parse_unit(b)
    if one is None or other is None or one.dimension != other.dimension:
        return False
    return bool(one.dimension) or _noun(a) == _noun(b)


def _noun(unit: str) -> str:
    last = unit.split()[-1] if unit.split() else ""
    single = last[:-1] if last.endswith("s") else last
    if last in ("%", "share"):
        return "%"
    return next((noun for noun in (last, single) if noun in COUNTED), "")


def _one(word: str) -> str:
    plain = re.escape(word.rstrip("*")).replace(r"\*", r"\w*")
    if not re.match(r"[a-z\u0400-\u04ff]", word):
        return plain  # Chinese has no spaces
    return rf"(?<!\w){plain}" + ("" if word.endswith("*") else r"(?!\w)")


def _faults(row: Mapping[str, str]) -> list[str]:
    needs = [part.strip() for part in row["needs"].split(";") if part.strip()]
    faults = [
        f"needs: nothing fills {need!r}; write {', '.join(SLOTS)}" for need in needs if need not in SLOTS
    ]
    filled = {slot for need in needs for slot in SLOTS.get(need, ())} | {"today", "lately"}
    used = set(SLOT.findall(row["expr"])) | set(SLOT.findall(row["value"]))
    faults += [f"expr: nothing fills {{{slot}}}" for slot in sorted(used - filled)]
    if row["kind"] == "number" and row["unit"] not in ANY and parse_unit(row["unit"]) is None:
        faults.append(f"unit: no unit is written {row['unit']!r}")
    return faults
