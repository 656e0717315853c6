"""Gas delivered between countries year by year, as every source has it, and summed since the first year known.

Volumes are bcm at one reference temperature; every function takes what a source counts at another to it. Method and
limits: ``docs/methods/gas_volumes.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from torugart.record.dates import Span
from torugart.record.series import half_digit, rank_of
from torugart.units import volume_at

# Volumes from best to worst; a plan, contract or forecast is no delivery.
DELIVERED = ("reported", "converted", "derived")
SUMMED, INTERPOLATED = "summed", "interpolated"
MOST_PARTS = 3  # groups of suppliers that may be added up to a larger one


@dataclass(frozen=True, slots=True)
class YearVolumes:
    """Gas from a set of suppliers to a buyer, one entry a year without a gap, in order; bcm at one temperature.

    Attributes
    ----------
    year : ndarray of int, shape (n_years,)
    bcm, lo, hi : ndarray of float, shape (n_years,)
        The figure held, and the ends that all sources with their rounding, or both neighbours, leave open.
    how : tuple of str, length n_years
        ``reported``, ``converted`` from tonnes, ``derived`` by its source, ``summed`` over parts of the suppliers, or
        ``interpolated`` between the years around it.
    flow_ids : tuple of tuple of str, length n_years
        The rows of ``gas_flows`` behind it: the one held first, then its rivals; of a sum those held of every part; none of
        an interpolated year.
    """

    year: np.ndarray
    bcm: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    how: tuple[str, ...]
    flow_ids: tuple[tuple[str, ...], ...]

    @property
    def estimated(self) -> np.ndarray:
        """Which years are interpolated, ndarray of bool, shape (n_years,)."""
        return np.array([how == INTERPOLATED for how in self.how], dtype=bool)


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Gas delivered in all until a time, bcm: the sum, its ends, and the part that lies in interpolated years."""

    bcm: float
    lo: float
    hi: float
    estimated_share: float


def joined_countries(codes: str) -> str:
    """Return several countries joined by + as the tables write them: in order."""
    return "+".join(sorted(code.strip() for code in codes.split("+")))


def whole_years(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``gas_flows`` that are about the whole of one calendar year, with that year as ``of_year``."""
    first, last = flows["first_day"].astype("str"), flows["last_day"].astype("str")
    year = first.str[:4]
    begins = (first == year) | (first == year + "-01") | (first == year + "-01-01")
    ends = (last == year) | (last == year + "-12") | (last == year + "-12-31")
    mine = flows[begins & ends]
    return mine.assign(of_year=year[mine.index].astype("int64"))


def ranked(rows: pd.DataFrame, kinds: Sequence[str] = DELIVERED) -> pd.DataFrame:
    """Return the rows that hold a volume of some kinds, with the place of the kind as ``rank``."""
    mine = rows[rows["kind"].isin(kinds) & rows["bcm"].notna()]
    return mine.assign(rank=mine["kind"].map({kind: place for place, kind in enumerate(kinds)}))


def reference_of(row: Mapping[Any, Any], otherwise_celsius: float) -> tuple[float, str]:
    """Return the temperature at which a row counts, and whether it is *stated* or *assumed*."""
    stated = row.get("reference_c")
    if stated is None or pd.isna(stated):
        return otherwise_celsius, "assumed"
    return float(stated), "stated"


def volumes_by_year(
    flows: pd.DataFrame, supplier: str, buyer: str, base_celsius: float, otherwise_celsius: float
) -> YearVolumes:
    """Return the yearly volumes from a set of suppliers to a buyer, with the years between filled and marked.

    Parameters
    ----------
    flows : DataFrame
        Table ``gas_flows``.
    supplier, buyer : str
        Countries, several joined by +.
    base_celsius : float
        Temperature of the cubic metres returned.
    otherwise_celsius : float
        Temperature of those rows that do not say theirs.

    Returns
    -------
    YearVolumes
        Empty where no year is known.
    """
    held = _years_held(flows, supplier, buyer, base_celsius, otherwise_celsius)
    for year, parts in _years_of_parts(flows, supplier, buyer, base_celsius, otherwise_celsius).items():
        held.setdefault(year, parts)
    known = sorted(held)
    rows = [(year, *held[year]) for year in known[:1]]
    for before, after in pairwise(known):
        rows += [
            _between(before, held[before], after, held[after], year) for year in range(before + 1, after)
        ]
        rows.append((after, *held[after]))
    bcm, lo, hi = (np.array([row[k] for row in rows], dtype=np.float64) for k in (1, 2, 3))
    return YearVolumes(
        np.array([row[0] for row in rows], dtype=np.int64),
        bcm,
        lo,
        hi,
        tuple(row[4] for row in rows),
        tuple(row[5] for row in rows),
    )


def cumulative_until(years: YearVolumes, until: Span) -> Cumulative | None:
    """Return what was delivered until a time, counted from the first year known.

    Parameters
    ----------
    years : YearVolumes
    until : Span
        The days that the time may mean; the sum is taken to the end of the day in their middle, its ends to theirs.

    Returns
    -------
    Cumulative or None
        None before the first year known and after the last. Within a year gas flows evenly.
    """
    if not years.year.size:
        return None
    start, end = int(years.year[0]), int(years.year[-1])
    if until.first.year < start or until.last.year > end:
        return None
    passed = _passed(years, _middle(until))
    bcm = float(passed @ years.bcm)
    lo, hi = float(_passed(years, until.first) @ years.lo), float(_passed(years, until.last) @ years.hi)
    estimated = float(passed @ (years.bcm * years.estimated))
    return Cumulative(bcm, min(lo, bcm), max(hi, bcm), estimated / bcm if bcm else 0.0)


def delivered_between(years: YearVolumes, first: Span, second: Span) -> tuple[float, float, float] | None:
    """Return what was delivered between two times, with its ends; None where a year of it is not known.

    Parameters
    ----------
    years : YearVolumes
    first, second : Span
        The days that either time may mean; between their middles, the ends between the days that are nearest and farthest.
    """
    known = range(int(years.year[0]), int(years.year[-1]) + 1) if years.year.size else range(0)
    if first.first.year not in known or second.last.year not in known:
        return None
    near = np.maximum(_passed(years, second.first) - _passed(years, first.last), 0)
    far = _passed(years, second.last) - _passed(years, first.first)
    middle = _passed(years, _middle(second)) - _passed(years, _middle(first))
    return float(middle @ years.bcm), float(near @ years.lo), float(far @ years.hi)


def day_reached(years: YearVolumes, bcm: float) -> date | None:
    """Return the day on which the sum since the first year known passes a volume; None where it never does."""
    total = np.cumsum(years.bcm)
    if not total.size or bcm > total[-1] or bcm < 0:
        return None
    place = int(np.searchsorted(total, bcm))
    before = total[place - 1] if place else 0.0
    share = (bcm - before) / years.bcm[place] if years.bcm[place] else 0.0
    new_year = date(int(years.year[place]), 1, 1).toordinal()
    days = date(int(years.year[place]) + 1, 1, 1).toordinal() - new_year
    return date.fromordinal(new_year + min(days - 1, max(0, int(np.ceil(share * days)) - 1)))


def at_base(
    row: Mapping[Any, Any], base_celsius: float, otherwise_celsius: float
) -> tuple[float, float, float]:
    """Return the volume of a row with the ends of its rounding, at a temperature.

    Raises
    ------
    InputError
        If the row counts at a temperature at which gas is not counted.
    """
    counted, _ = reference_of(row, otherwise_celsius)
    bcm = float(row["bcm"])
    slack = half_digit(bcm) if bcm else 0.0  # a reported nothing is nothing
    lo, mid, hi = (volume_at(v, counted, base_celsius) for v in (max(0.0, bcm - slack), bcm, bcm + slack))
    return mid, lo, hi


Held = tuple[float, float, float, str, tuple[str, ...]]


def _years_held(
    flows: pd.DataFrame, supplier: str, buyer: str, base: float, otherwise: float
) -> dict[int, Held]:
    rows = ranked(whole_years(flows))
    mine = rows[(rows["supplier"] == joined_countries(supplier)) & (rows["buyer"] == joined_countries(buyer))]
    held: dict[int, Held] = {}
    for year, part in mine.groupby("of_year"):
        ordered = sorted(part.to_dict("records"), key=lambda row: rank_of(row, "flow_id", "bcm"))
        volumes = np.array([at_base(row, base, otherwise) for row in ordered])
        flow_ids = tuple(str(row["flow_id"]) for row in ordered)
        lo, hi = float(volumes[:, 1].min()), float(volumes[:, 2].max())
        held[int(year)] = (float(volumes[0, 0]), lo, hi, str(ordered[0]["kind"]), flow_ids)
    return held


def _years_of_parts(
    flows: pd.DataFrame, supplier: str, buyer: str, base: float, otherwise: float
) -> dict[int, Held]:
    """Years in which groups that make up the suppliers, none twice, each have a figure; the fewest groups count."""
    wanted = frozenset(joined_countries(supplier).split("+"))
    groups = sorted(
        {
            text
            for text in flows.loc[flows["buyer"] == joined_countries(buyer), "supplier"]
            if frozenset(str(text).split("+")) < wanted
        }
    )
    of_group = {group: _years_held(flows, group, buyer, base, otherwise) for group in groups}
    found: dict[int, Held] = {}
    for size in range(2, min(MOST_PARTS, len(groups)) + 1):
        for parts in combinations(groups, size):
            members = [country for part in parts for country in part.split("+")]
            if len(members) != len(wanted) or set(members) != wanted:
                continue
            for year in set.intersection(*(set(of_group[part]) for part in parts)):
                figures = [of_group[part][year] for part in parts]
                bcm, lo, hi = (
                    sum(f[0] for f in figures),
                    sum(f[1] for f in figures),
                    sum(f[2] for f in figures),
                )
                flow_ids = tuple(figure[4][0] for figure in figures)
                found.setdefault(year, (bcm, lo, hi, SUMMED, flow_ids))
    return found


def _between(
    before: int, one: Held, after: int, other: Held, year: int
) -> tuple[int, float, float, float, str, tuple[str, ...]]:
    share = (year - before) / (after - before)
    bcm = one[0] + (other[0] - one[0]) * share
    return year, bcm, min(one[1], other[1]), max(one[2], other[2]), INTERPOLATED, ()


def _middle(span: Span) -> date:
    return date.fromordinal((span.first.toordinal() + span.last.toordinal()) // 2)


def _passed(years: YearVolumes, day: date) -> np.ndarray:
    """What part of every year has passed at the end of a day, shape (n_years,)."""
    new_years = np.array([date(int(y), 1, 1).toordinal() for y in (*years.year, years.year[-1] + 1)])
    share = (day.toordinal() + 1 - new_years[:-1]) / np.diff(new_years)
    return np.asarray(np.clip(share, 0.0, 1.0))
