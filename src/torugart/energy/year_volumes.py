"""How much gas a country made, used or sold in a year, of what is on record: one figure, its range, and how it was found.

Method: docs/methods/energy_balance.md, "A year of the record".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pandas as pd

from torugart.energy.record_amounts import Amount
from torugart.energy.volumes import DELIVERED, reference_of
from torugart.record.dates import read_date
from torugart.units import volume_at

# Years off that are tried for want of a figure: further off is none.
NEAREST = (0, -1, 1, -2, 2, -3, 3)
FIGURES = ("gas_output_bcm", "gas_use_bcm", "gas_export_bcm", "gas_import_bcm")
DAYS = 365.25
BASE_CELSIUS = 20.0  # of the cubic metres of a case; a row that does not say its own is taken as it is


def country_volume(series: pd.DataFrame, iso3: str, variable: str, year: int) -> Amount | None:
    """A country's figure of a year.

    Of several sources the one is taken that has most of output, use, exports and imports, so that they stand on one count;
    the others are the range. Where that source has them all, use is what is left of output and imports after exports, as
    statistics of use are made: its own figure of use is in the range.

    Parameters
    ----------
    series : DataFrame
        ``country_series``.
    """
    of_year = series[(series["iso3"] == iso3) & series["variable"].isin(FIGURES) & (series["year"] == year)]
    rows = of_year[of_year["variable"] == variable]
    if rows.empty:
        return None
    count = of_year.groupby("source_id")["variable"].nunique()
    best = min(rows["source_id"], key=lambda s: (-int(count[s]), str(s)))
    at_base = of_year.assign(value=[at_base_celsius(r, r["value"]) for r in of_year.to_dict("records")])
    own = at_base[at_base["source_id"] == best].groupby("variable")["value"].first().astype(float)
    values, value, how = at_base.loc[rows.index, "value"].astype(float), float(own[variable]), str(best)
    if variable == "gas_use_bcm" and {"gas_output_bcm", "gas_export_bcm"} <= set(own.index):
        value = own["gas_output_bcm"] + own.get("gas_import_bcm", 0.0) - own["gas_export_bcm"]
        how = f"{best}: output and imports less exports; it prints {own[variable]:g}"
    cells = tuple(f"country_series/{iso3}/{year}/{variable}/{s}/value" for s in sorted(rows["source_id"]))
    return Amount(value, min(values.min(), value), max(values.max(), value), year, how, cells)


def nearest_volume(find: Callable[[int], Amount | None], year: int) -> Amount | None:
    """What is found for a year, else for the nearest within three, the earlier of two as near first; said to be so."""
    for off in NEAREST:
        found = find(year + off)
        if found is not None:
            return (
                found if not off else replace(found, how=f"{found.how}, of {year + off} for want of {year}")
            )
    return None


def delivered_volume(
    tables: Mapping[str, pd.DataFrame], suppliers: str, buyer: str, year: int
) -> Amount | None:
    """What some suppliers delivered to a buyer in a year.

    In this order: the figure of the year; the sum over parts of the suppliers that have one each; a part of the year, by its
    days; the mean between the two published milestones around the middle of the year.

    Parameters
    ----------
    tables
        With ``gas_flows`` and ``gas_milestones``.
    suppliers : str
        Codes joined by +.
    """
    codes = tuple(sorted(suppliers.split("+")))
    whole = _reported(tables["gas_flows"], codes, buyer, year)
    if whole is not None:
        return whole
    for parts in _partitions(codes):
        found = [_reported(tables["gas_flows"], part, buyer, year) for part in parts]
        if len(found) > 1 and all(f is not None for f in found):
            return combined_volume([(1, f) for f in found if f is not None])
    return _between_milestones(tables["gas_milestones"], codes, buyer, year)


def combined_volume(parts: list[tuple[int, Amount]]) -> Amount:
    """Add and take off volumes, each with its sign; never below nothing, the range from the worst cases of the parts.

    Parameters
    ----------
    parts : list of (1 or -1, Amount)
    """
    if len(parts) == 1 and parts[0][0] == 1:
        return parts[0][1]
    low = sum(v.lo if sign > 0 else -v.hi for sign, v in parts)
    high = sum(v.hi if sign > 0 else -v.lo for sign, v in parts)
    how = " ".join(f"{'+' if sign > 0 else '-'} {v.amount:.2f} ({v.how})" for sign, v in parts)
    return Amount(
        max(sum(sign * v.amount for sign, v in parts), 0.0),
        max(low, 0.0),
        max(high, 0.0),
        parts[0][1].year,
        how.removeprefix("+ "),
        tuple(c for _, v in parts for c in v.cells),
    )


def _reported(flows: pd.DataFrame, codes: tuple[str, ...], buyer: str, year: int) -> Amount | None:
    mine = flows[
        (flows["supplier"] == "+".join(codes))
        & (flows["buyer"] == buyer)
        & (flows["year"] == year)
        & flows["kind"].isin(DELIVERED)
        & flows["bcm"].notna()
    ]
    rows = []
    for row in mine.itertuples(index=False):
        # Either may be a month or a year: the first means its first day, the last its last.
        first = read_date(str(row.first_day), "first_day of gas_flows").first
        last = read_date(str(row.last_day), "last_day of gas_flows").last
        part = ((last - first).days + 1) / DAYS
        # A month or a season says nothing of a year: gas is not sold evenly.
        if 0.75 <= part <= 1.01:
            scaled = part < 0.99
            bcm = at_base_celsius(row._asdict(), float(row.bcm)) / (part if scaled else 1.0)
            rows.append((scaled, DELIVERED.index(row.kind), -part, str(row.flow_id), bcm))
    if not rows:
        return None
    rows.sort()
    scaled, _, part, flow_id, value = rows[0]
    alike = [r[-1] for r in rows if r[0] == scaled]
    how = f"{flow_id}, {-part * 12:.0f} months as a year" if scaled else flow_id
    return Amount(value, min(alike), max(alike), year, how, (f"gas_flows/{flow_id}/bcm",))


def at_base_celsius(row: Mapping[Any, Any], bcm: float) -> float:
    """Return a volume of a row at the temperature of a case; a row that does not say its own is taken as it is."""
    return volume_at(float(bcm), reference_of(row, BASE_CELSIUS)[0], BASE_CELSIUS)


def _partitions(codes: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Every way to split some codes into parts, larger parts first."""
    if not codes:
        yield ()
        return
    first, rest = codes[0], codes[1:]
    for size in range(len(rest), -1, -1):
        for others in combinations(rest, size):
            left = tuple(c for c in rest if c not in others)
            for more in _partitions(left):
                yield ((first, *others), *more)


def _between_milestones(
    milestones: pd.DataFrame, codes: tuple[str, ...], buyer: str, year: int
) -> Amount | None:
    mine = milestones[
        (milestones["supplier"] == "+".join(codes))
        & (milestones["buyer"] == buyer)
        & (milestones["basis"] != "claimed")
    ]
    points = sorted(
        (_last_day(str(m.by_date)), float(m.bcm), str(m.milestone_id)) for m in mine.itertuples(index=False)
    )
    middle = date(year, 7, 1)
    before = [p for p in points if p[0] <= middle]
    after = [p for p in points if p[0] > middle]
    if not before or not after:
        return None
    one, other = before[-1], after[0]
    rate = (other[1] - one[1]) / ((other[0] - one[0]).days / DAYS)
    how = f"mean from {one[0]:%Y-%m} to {other[0]:%Y-%m} between milestones"
    cells = tuple(f"gas_milestones/{p[2]}/bcm" for p in (one, other))
    return Amount(rate, rate, rate, year, how, cells)


def _last_day(text: str) -> date:
    """The last day that a year, month or day may mean."""
    parts = [int(p) for p in text[:10].split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return date(year + month // 12, month % 12 + 1, 1) - pd.Timedelta(days=1).to_pytimedelta()
