"""Quantities of gas between countries: in a year, in all until a day, and what was paid for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.dimension import measure_of
from torugart.checks.interval import Interval, date_interval, printed_figure, shortest
from torugart.checks.registry import quantity
from torugart.checks.series import read_year, value_of_rows
from torugart.checks.value import Missing, Rival, Value, combined, converted, number, show_value
from torugart.energy.volumes import DELIVERED, joined_countries, ranked, whole_years
from torugart.errors import InputError, UnknownName
from torugart.record.dates import Span, read_date

# A plan, contract or forecast is no delivery and has to be asked for.
KINDS = (*DELIVERED, "plan", "contract", "forecast")


@quantity(kind="data", unit="bcm")
def gas_flow_bcm(
    context: Context, supplier: str, buyer: str, year: str, kind: str = "", without: str = ""
) -> Value | Missing:
    """Gas delivered in a calendar year; ``kind=plan`` and the like ask for what was only planned."""
    if kind and kind not in KINDS:
        raise InputError(f"kind is {kind!r}; write one of {', '.join(KINDS)}")
    mine = _of_year(context, supplier, buyer, year, "bcm", without)
    what = f"gas from {supplier} to {buyer} in {year}"
    kinds = (kind,) if kind else DELIVERED
    mine = ranked(mine, kinds)
    if mine.empty:
        return Missing(f"{what}{f', {kind}' if kind else ''}")
    how = kinds[int(mine["rank"].min())]
    return value_of_rows("gas_flows", "flow_id", "bcm", mine, "bcm", f"{what}, {how}")


@quantity(kind="data", unit="billion USD")
def gas_paid_busd(context: Context, supplier: str, buyer: str, year: str) -> Value | Missing:
    """What a buyer paid for gas in a calendar year."""
    rows = _of_year(context, supplier, buyer, year, "usd", "")
    what = f"paid by {buyer} for gas from {supplier} in {year}"
    if rows.empty:
        return Missing(what)
    rows = rows.assign(usd=(rows["usd"] / 1e9).round(12))
    return value_of_rows("gas_flows", "flow_id", "usd", rows, "billion USD", what)


@quantity(kind="data", unit="bcm")
def gas_cumulative_bcm(
    context: Context, supplier: str, buyer: str, by: str, without: str = ""
) -> Value | Missing:
    """Gas delivered in all until a day, as published for it, or on a straight line between milestones around it.

    Parameters
    ----------
    context : Context
        The package.
    supplier, buyer : str
        Countries, several joined by +.
    by : str
        Day, month or year.
    without : str
        Source whose milestones, and those of its owner, do not count; several joined by ``|``.

    Returns
    -------
    Value or Missing
        A figure that is only claimed gives way to the line between reported ones, and is its rival. The interval of
        a figure on that line holds the rounding of both milestones, every day that the dates may mean, and what lies
        above a figure given as a least one. Missing when milestones do not stand on both sides.
    """
    day = read_date(by, "by")
    points = _milestones(context, supplier, buyer, without)
    # What was only claimed is no measure where others reported before and after.
    firm = [point for point in points if point.basis != "claimed"]
    what = f"gas from {supplier} to {buyer} until {by}"
    exact = [point for point in points if point.is_for(day)]
    found: Value | Missing = _at(firm, day, what)
    if isinstance(found, Missing):
        found = _at(points, day, what)
    if isinstance(found, Missing):
        but = f" by another publisher than {without}" if without else ""
        return Missing(found.reason + but)
    held = set(found.cells)
    others = [point for point in exact if not {*point.value().cells} & held]
    rivals = tuple(
        Rival(p.interval, p.source_id, p.written, p.note) for p in others if p.interval != found.interval
    )
    return replace(found, rivals=rivals)


@quantity(kind="data", unit="bcm/year")
def gas_rate_bcm_per_year(
    context: Context, supplier: str, buyer: str, since: str, until: str, without: str = ""
) -> Value | Missing:
    """Gas delivered a year, on average between two days for which the volume in all is known."""
    ends = [gas_cumulative_bcm(context, supplier, buyer, day, without) for day in (until, since)]
    last, first = ends
    if isinstance(last, Missing) or isinstance(first, Missing):
        return Missing("; ".join(end.reason for end in ends if isinstance(end, Missing)))
    delivered = combined("-", last, first)
    days = combined("-", *(number(date_interval(read_date(day, "day")), "date") for day in (until, since)))
    assert isinstance(delivered, Value)
    assert isinstance(days, Value)
    rate = combined("/", delivered, days)
    return rate if isinstance(rate, Missing) else converted(rate, measure_of("bcm/year"))


@dataclass(frozen=True, slots=True)
class Point:
    """A published volume delivered in all until a day."""

    day: Span
    written: str
    bcm: float
    interval: Interval
    source_id: str
    milestone_id: str
    note: str
    basis: str

    @property
    def middle(self) -> float:
        """The middle of the days it may mean, as a day number."""
        return (self.day.first.toordinal() + self.day.last.toordinal()) / 2

    def is_for(self, day: Span) -> bool:
        """Whether it is given for a day: that day, or a longer or shorter time that ends with it."""
        holds = self.day.first <= day.first and day.last <= self.day.last
        return holds or (day.first <= self.day.first and day.last == self.day.last)

    def value(self) -> Value:
        """The volume as a value."""
        return replace(
            number(self.interval, "bcm", "data"),
            steps=(f"{shortest(self.bcm)} bcm until {self.written} ({self.source_id})",),
            cells=(f"cell:gas_milestones/{self.milestone_id}/bcm",),
            source_ids=(self.source_id,),
        )


def _milestones(context: Context, supplier: str, buyer: str, without: str) -> list[Point]:
    rows = context.package.tables["gas_milestones"]
    mine = rows[(rows["supplier"] == joined_countries(supplier)) & (rows["buyer"] == joined_countries(buyer))]
    left_out = _same_voice(context, without)
    points = []
    for row in mine.itertuples(index=False):
        if str(row.source_id) in left_out:
            continue
        printed = printed_figure(shortest(float(row.bcm)))
        # Given as more than a figure: nothing lies below it.
        least = Interval(printed.mid, printed.mid, printed.hi) if row.at_least == "yes" else printed
        points.append(
            Point(
                read_date(str(row.by_date), "by_date"), str(row.by_date), float(row.bcm), least,
                str(row.source_id), str(row.milestone_id), str(row.note), str(row.basis),
            )
        )  # fmt: skip
    return sorted(points, key=lambda p: (p.day.last, p.day.first, -len(shortest(p.bcm)), p.milestone_id))


def _at(points: Sequence[Point], day: Span, what: str) -> Value | Missing:
    """Return the figure published for a day, or that on the line between the milestones around it."""
    exact = [point for point in points if point.is_for(day)]
    if exact:
        return exact[0].value()
    before = [point for point in points if point.day.last < day.first]
    after = [point for point in points if point.day.first > day.last]
    if not before or not after:
        sides = " and ".join(s for s, found in (("before", before), ("after", after)) if not found)
        return Missing(f"{what}: a milestone {sides} it")
    return _between(before[-1], after[0], day, what)


def _between(before: Point, after: Point, day: Span, what: str) -> Value:
    """Draw a straight line between two milestones; the ends take every rounding and every day meant."""

    def on_line(x0: float, y0: float, x1: float, y1: float, x: float) -> float:
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)

    middle = on_line(
        before.middle, before.interval.mid, after.middle, after.interval.mid,
        (day.first.toordinal() + day.last.toordinal()) / 2,
    )  # fmt: skip
    ends = [
        on_line(x0, y0, x1, y1, x)
        for x0, y0, x1, y1, x in product(
            _days(before.day),
            (before.interval.lo, before.interval.hi),
            _days(after.day),
            (after.interval.lo, after.interval.hi),
            _days(day),
        )
    ]
    made = number(Interval(min(*ends, middle), middle, max(*ends, middle)), "bcm", "data")
    years = (after.middle - before.middle) / 365.25
    rate = (after.bcm - before.bcm) / years
    one, other = before.value(), after.value()
    line = f"between them {rate:.1f} bcm a year; {what}, on a straight line: {show_value(made)}"
    return replace(
        made,
        steps=(*one.steps, *other.steps, line),
        cells=one.cells + other.cells,
        source_ids=tuple(dict.fromkeys(one.source_ids + other.source_ids)),
    )


def _days(span: Span) -> Iterable[float]:
    return float(span.first.toordinal()), float(span.last.toordinal())


def _of_year(
    context: Context, supplier: str, buyer: str, year: str, column: str, without: str
) -> pd.DataFrame:
    """Return the rows that hold a figure of the whole of a calendar year."""
    flows = whole_years(context.package.tables["gas_flows"])
    pair = (flows["supplier"] == joined_countries(supplier)) & (flows["buyer"] == joined_countries(buyer))
    mine = flows[pair & (flows["of_year"] == read_year(year)) & flows[column].notna()]
    return mine[~mine["source_id"].isin(_same_voice(context, without))]


def _same_voice(context: Context, sources: str) -> set[str]:
    """Return the sources named and all others of the same owners."""
    named = {source.strip() for source in sources.split("|") if source.strip()}
    voices = context.voices
    unknown = sorted(named - set(voices))
    if unknown:
        raise UnknownName("source", unknown[0], voices)
    owners = {voices[source] for source in named} - {""}
    return named | {source for source, voice in voices.items() if voice in owners}
