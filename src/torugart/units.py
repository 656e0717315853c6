"""Units of the figures, and the factors between them, each with its definition.

A unit is written as in the data: ``USD/FEU-km`` is dollars per FEU and kilometre, ``h2/km`` hours squared per
kilometre, ``million USD`` a scale word before a unit. Two units agree when their dimensions do; the factor
converts between them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from torugart.errors import InputError, nearest_names

Dimension = tuple[tuple[str, int], ...]  # base quantities with their powers, by name; empty for pure numbers


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as its dimension and its size in the units used inside the package."""

    dimension: Dimension
    factor: float


# Inside the package: km, h, t, USD, FEU, MWh, degrees. Each factor is the size of the unit in those.
# (name, base quantity or product of base quantities, factor, definition)
ATOMS: dict[str, tuple[Dimension, float, str]] = {
    "km": ((("length", 1),), 1.0, "1,000 m"),
    "m": ((("length", 1),), 1e-3, "SI"),
    "mm": ((("length", 1),), 1e-6, "0.001 m"),
    "mi": ((("length", 1),), 1.609344, "international mile of 1959, 1,609.344 m"),
    "nmi": ((("length", 1),), 1.852, "nautical mile, 1,852 m"),
    "h": ((("time", 1),), 1.0, "3,600 s"),
    "min": ((("time", 1),), 1 / 60, "60 s"),
    "s": ((("time", 1),), 1 / 3600, "SI"),
    "day": ((("time", 1),), 24.0, "24 h"),
    "week": ((("time", 1),), 168.0, "7 days"),
    "month": ((("time", 1),), 730.0, "a twelfth of a year of 365 days"),
    "year": ((("time", 1),), 8760.0, "365 days"),
    "t": ((("mass", 1),), 1.0, "1,000 kg"),
    "kg": ((("mass", 1),), 1e-3, "SI"),
    "g": ((("mass", 1),), 1e-6, "0.001 kg"),
    "kt": ((("mass", 1),), 1e3, "1,000 t"),
    "Mt": ((("mass", 1),), 1e6, "1,000,000 t"),
    "tkm": ((("length", 1), ("mass", 1)), 1.0, "one tonne carried over one kilometre"),
    "USD": ((("money", 1),), 1.0, "United States dollar, of the year stated beside it"),
    "cent": ((("money", 1),), 0.01, "a hundredth of a dollar"),
    "FEU": ((("box", 1),), 1.0, "forty-foot equivalent unit"),
    "TEU": ((("box", 1),), 0.5, "twenty-foot equivalent unit, half an FEU"),
    "MWh": ((("energy", 1),), 1.0, "3.6e9 J"),
    "kWh": ((("energy", 1),), 1e-3, "3.6e6 J"),
    "GWh": ((("energy", 1),), 1e3, "3.6e12 J"),
    "TWh": ((("energy", 1),), 1e6, "3.6e15 J"),
    "GJ": ((("energy", 1),), 1 / 3.6, "1e9 J"),
    "MJ": ((("energy", 1),), 1 / 3600, "1e6 J"),
    "PJ": ((("energy", 1),), 1e6 / 3.6, "1e15 J"),
    "MW": ((("energy", 1), ("time", -1)), 1.0, "1e6 J/s"),
    "GW": ((("energy", 1), ("time", -1)), 1e3, "1e9 J/s"),
    "degrees": ((("angle", 1),), 1.0, "a 360th of a turn"),
    "celsius": ((("celsius", 1),), 1.0, "degree Celsius; no factor leads to kelvin, whose zero is another"),
    "l": ((("volume", 1),), 1e-3, "0.001 m3"),
    "m3": ((("volume", 1),), 1.0, "cubic metre"),
    "bcm": ((("volume", 1),), 1e9, "1e9 m3, of gas at the reference conditions of its source"),
    "mcm": ((("volume", 1),), 1e6, "1e6 m3, of gas at the reference conditions of its source"),
    "m2": ((("area", 1),), 1.0, "square metre"),
    "ha": ((("area", 1),), 1e4, "10,000 m2"),
    # Money of another country is not dollars: no rate is fixed, so each is a quantity of its own.
    "CNY": ((("money_cny", 1),), 1.0, "yuan renminbi"),
    "EUR": ((("money_eur", 1),), 1.0, "euro"),
    "KZT": ((("money_kzt", 1),), 1.0, "tenge"),
    "KGS": ((("money_kgs", 1),), 1.0, "som of Kyrgyzstan"),
    "UZS": ((("money_uzs", 1),), 1.0, "sum of Uzbekistan"),
    "TJS": ((("money_tjs", 1),), 1.0, "somoni"),
    "TMT": ((("money_tmt", 1),), 1.0, "manat of Turkmenistan"),
    "RUB": ((("money_rub", 1),), 1.0, "rouble"),
    "1": ((), 1.0, "a pure number"),
    "share": ((), 1.0, "a part of one"),
    "%": ((), 0.01, "a hundredth"),
}
AIR_G_PER_MOL = 28.9647  # molar mass of dry air, of which the specific gravity of a gas is a multiple
ZERO_CELSIUS_K = 273.15  # by definition
COLDEST_CELSIUS, WARMEST_CELSIUS = 0.0, 25.0  # between which gas is counted anywhere
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
# Things that are counted; a count has no dimension. A ton is not among them: it may be short, long or metric.
COUNTED = frozenset(
    {
        "agreement",
        "article",
        "axle",
        "block_train",
        "bridge",
        "car",
        "centre",
        "cow",
        "document",
        "dose",
        "job",
        "platform",
        "principle",
        "scholarship",
        "venture",
        "border",
        "box",
        "container",
        "count",
        "country",
        "departure",
        "factor",
        "index",
        "lane",
        "number",
        "observation",
        "pair",
        "people",
        "person",
        "place",
        "project",
        "rank",
        "ratio",
        "score",
        "ship",
        "study",
        "track",
        "train",
        "truck",
        "tunnel",
        "vehicle",
        "vessel",
        "voyage",
        "wagon",
    }
)
SAME = {
    "hour": "h",
    "hr": "h",
    "minute": "min",
    "second": "s",
    "d": "day",
    "yr": "year",
    "a": "year",
    "tonne": "t",
    "degree": "degrees",
    "percent": "%",
    "kmh": "km/h",
    "kph": "km/h",
    "usd": "USD",
    "feu": "FEU",
    "teu": "TEU",
    "musd": "million USD",
    "boxes": "box",
    "countries": "country",
}
GREENHOUSE = re.compile(r"(?<=g)\s*CO2e?\b|(?<=t)\s*CO2e?\b")  # grams of CO2e are grams
POWER = re.compile(r"([A-Za-z%]+?)\^?([23])")


@cache
def parse_unit(text: str) -> Unit | None:
    """Return the unit a text writes; None when it writes none that is known.

    Parameters
    ----------
    text : str
        For instance ``km/h``, ``USD/FEU-km``, ``million USD`` or ``1/week``.

    Returns
    -------
    Unit or None
        Dimension, and size in km, h, t, USD, FEU, MWh and degrees.

    Examples
    --------
    >>> parse_unit("km/h") == parse_unit("kph")
    True
    >>> parse_unit("TEU/week").factor == 0.5 / 168
    True
    """
    plain = GREENHOUSE.sub("", text.strip()).replace(" per ", "/")
    if not plain or len(plain) > 60:
        return None
    powers: dict[str, int] = {}
    factor = 1.0
    for place, group in enumerate(plain.split("/")):
        sign = 1 if place == 0 else -1
        for word in re.split(r"[\s\-*·]+", group.strip(" ()")):
            unit = _word(word)
            if unit is None:
                return None
            factor *= unit.factor**sign
            for base, power in unit.dimension:
                powers[base] = powers.get(base, 0) + sign * power
    return Unit(tuple(sorted((base, power) for base, power in powers.items() if power)), factor)


def _word(word: str) -> Unit | None:
    if word in ATOMS:
        dimension, factor, _ = ATOMS[word]
        return Unit(dimension, factor)
    if word in SCALES:
        return Unit((), SCALES[word])
    single = word[:-1] if len(word) > 2 and word.endswith("s") else word
    if single in COUNTED:
        return Unit((), 1.0)
    for name in (word, single):
        if name in SAME and SAME[name] != name:
            return parse_unit(SAME[name])
    if single in ATOMS and single != word:
        return _word(single)
    power = POWER.fullmatch(word)
    base = _word(power[1]) if power else None
    if power is None or base is None:
        return None
    n = int(power[2])
    return Unit(tuple((quantity, times * n) for quantity, times in base.dimension), base.factor**n)


def same_unit(a: str, b: str) -> bool | None:
    """Whether two texts write the same unit; None when one of them is not known as a unit."""
    one, other = parse_unit(a), parse_unit(b)
    if one is None or other is None:
        return True if a.strip() == b.strip() else None
    return one.dimension == other.dimension and abs(one.factor / other.factor - 1) < 1e-9


def convert(value: float, unit: str, to: str) -> float:
    """Return a value in another unit of the same dimension.

    Parameters
    ----------
    value : float
        The figure, in ``unit``.
    unit, to : str
        Units as `parse_unit` reads them.

    Returns
    -------
    float
        The figure in ``to``.

    Raises
    ------
    InputError
        If a unit is not known, or the two measure different things.

    Examples
    --------
    >>> convert(2.0, "day", "h")
    48.0
    """
    units = [parse_unit(text) for text in (unit, to)]
    for text, parsed in zip((unit, to), units, strict=True):
        if parsed is None:
            raise InputError(unknown_unit(text))
    one, other = units
    assert one is not None
    assert other is not None
    if one.dimension != other.dimension:
        raise InputError(f"{unit!r} cannot be turned into {to!r}: they measure different things")
    return value * (one.factor / other.factor)


def volume_at(volume: float, from_celsius: float, to_celsius: float) -> float:
    """Return a volume of gas counted at one temperature as it is counted at another, both at 101,325 Pa.

    The gas is taken as ideal: between 15 and 20 °C the compressibility of natural gas at that pressure changes by
    less than 0.03 %. Heating value plays no part.

    Parameters
    ----------
    volume : float
        In any unit of volume.
    from_celsius, to_celsius : float
        Temperatures of the cubic metres, °C.

    Returns
    -------
    float
        In the same unit.

    Raises
    ------
    InputError
        If a temperature is none at which gas is counted, as one in kelvin.

    Examples
    --------
    >>> round(volume_at(55.0, 20.0, 15.0), 2)
    54.06
    """
    for celsius in (from_celsius, to_celsius):
        if not COLDEST_CELSIUS <= celsius <= WARMEST_CELSIUS:
            raise InputError(
                f"volumes of gas are counted at {COLDEST_CELSIUS:g} to {WARMEST_CELSIUS:g} °C, not at {celsius:g}"
            )
    return volume * ((ZERO_CELSIUS_K + to_celsius) / (ZERO_CELSIUS_K + from_celsius))


def unknown_unit(text: str) -> str:
    """Return the words that say that a unit is not known, with the nearest one that is."""
    near = nearest_names(text, known_units(), 1)
    return f"no unit is written {text!r}" + (f"; did you mean {near[0]}?" if near else "; see torugart.units")


def known_units() -> Iterable[str]:
    """Return the names of the simple units."""
    return (*ATOMS, *COUNTED)


UNIT_WORDS = {
    "usd": "USD",
    "feu": "FEU",
    "teu": "TEU",
    "h": "h",
    "h2": "h2",
    "km": "km",
    "t": "t",
    "g": "g",
    "day": "day",
    "days": "day",
    "week": "week",
    "year": "year",
    "years": "year",
    "tkm": "tkm",
    "musd": "million USD",
    "co2e": "",
    "kmh": "km/h",
    "mm": "mm",
    "mwh": "MWh",
    "kwh": "kWh",
    "kg": "kg",
    "l": "l",
    "mt": "Mt",
}


def unit_in_name(name: str) -> str:
    """Return the unit that the last words of a name state; empty when they state none.

    Examples
    --------
    >>> unit_in_name("rail_rate_usd_per_feu_km")
    'USD/FEU-km'
    >>> unit_in_name("sea_departures_per_week")
    '1/week'
    """
    groups: list[list[str]] = [[]]
    for word in _split_name(name)[1]:
        if word == "per":
            groups.append([])
        elif UNIT_WORDS[word]:
            groups[-1].append(UNIT_WORDS[word])
    if groups == [[]] or not groups[-1]:
        return ""
    return "/".join("-".join(group) or "1" for group in groups)


def name_without_unit(name: str) -> str:
    """Return a name as words, without the unit its last words state.

    Examples
    --------
    >>> name_without_unit("capacity_t_per_year")
    'capacity'
    """
    words, unit = _split_name(name)
    return " ".join(words or unit)


def _split_name(name: str) -> tuple[list[str], list[str]]:
    words = name.split("_")
    first = len(words)
    while first > 0 and (words[first - 1] in UNIT_WORDS or words[first - 1] == "per"):
        first -= 1
    return words[:first], words[first:]


EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG 1980


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the distance between two positions in degrees along a sphere of the earth's mean radius, km (haversine formula).

    Examples
    --------
    >>> round(great_circle_km(0.0, 0.0, 90.0, 0.0))
    10008
    """
    one, other = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((other - one) / 2) ** 2
    half += math.cos(one) * math.cos(other) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, max(0.0, half))))
