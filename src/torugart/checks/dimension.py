"""Units of what is claimed and computed: numbers by dimension, dates, and words."""

from __future__ import annotations

from dataclasses import dataclass

from torugart.errors import InputError
from torugart.units import Dimension, parse_unit, unknown_unit

DATE, TEXT, BARE = "date", "text", ""
# How people who publish figures write units that the tables write otherwise.
WRITTEN_AS = {
    "bn USD": "billion USD",
    "m USD": "million USD",
    "USD billion": "billion USD",
    "USD million": "million USD",
    "jobs": "count",
    "Mt a year": "Mt/year",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit measures, and its size in the units used inside the package."""

    text: str
    dimension: Dimension
    factor: float

    @property
    def is_date(self) -> bool:
        """Whether it counts days of the calendar."""
        return self.text == DATE

    @property
    def is_text(self) -> bool:
        """Whether it is a word, not a number."""
        return self.text == TEXT

    @property
    def is_bare(self) -> bool:
        """Whether it is a number without a unit, which takes that of what it is added to or compared with."""
        return self.text == BARE

    @property
    def is_number(self) -> bool:
        """Whether it is a number with a unit or without."""
        return not self.is_date and not self.is_text


def measure_of(text: str) -> Measure:
    """Return what a unit measures.

    Parameters
    ----------
    text : str
        A unit as `torugart.units.parse_unit` reads it; ``date``; ``text``; empty for a bare number.

    Raises
    ------
    InputError
        If no such unit is known.
    """
    plain = WRITTEN_AS.get(text.strip(), text.strip())
    if plain in (DATE, TEXT, BARE):
        return Measure(plain, (), 1.0)
    unit = parse_unit(plain)
    if unit is None:
        raise InputError(unknown_unit(text))
    return Measure(plain, unit.dimension, unit.factor)


def factor_between(of: Measure, to: Measure) -> float:
    """Return what a number in one unit is multiplied by to stand in the other.

    Raises
    ------
    InputError
        If the two measure different things.
    """
    if of.is_bare or to.is_bare:
        return 1.0
    if of.is_date != to.is_date or of.is_text != to.is_text or of.dimension != to.dimension:
        raise InputError(f"{of.text or 'a bare number'} and {to.text} measure different things")
    return of.factor / to.factor


def product(a: Measure, b: Measure, sign: int) -> Measure:
    """Return the unit of a product (``sign`` 1) or a quotient (-1)."""
    for one in (a, b):
        if not one.is_number:
            raise InputError(f"a {one.text} cannot be multiplied or divided")
    if b.is_bare:
        return a
    if a.is_bare and sign == 1:
        return b
    powers = dict(a.dimension)
    for base, power in b.dimension:
        powers[base] = powers.get(base, 0) + sign * power
    dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    factor = a.factor * b.factor**sign
    if sign == -1 and a.text == b.text:
        return Measure("1", dimension, factor)
    return Measure(f"({a.text or '1'}) {'x' if sign == 1 else 'per'} ({b.text})", dimension, factor)
