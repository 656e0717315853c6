"""Series of the record side by side: trade as both sides count it, gas delivered in all, money by sector.

Nothing is filled here: a year that one side has not counted stays empty on that side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from torugart.record.dates import Span, read_date
from torugart.record.health import health_of

Tables = Mapping[str, pd.DataFrame]

CHINA, GROUP = "CHN", "CA5"
CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
BASIS_RANK = {"measured": 0, "reported": 0, "modelled": 1, "estimated": 2, "claimed": 3}
DELIVERED = ("reported", "converted", "derived")
MOST_FLOWS = 3  # flows in a row that may join two milestones
LEAST_DAYS = 60  # a rate between nearer milestones would say how they were rounded

TRADE_COLUMNS = (
    *("partner", "partner_name", "year", "china_busd", "china_how", "china_basis", "china_source_id"),
    *("partner_busd", "partner_how", "partner_basis", "partner_source_id", "gap_busd", "gap_share"),
)
GAS_COLUMNS = (
    *(
        "supplier",
        "buyer",
        "by_date",
        "bcm",
        "at_least",
        "since_date",
        "rate_bcm_per_year",
        "rate_lo",
        "rate_hi",
    ),
    *("conflict", "basis", "source_id", "milestone_id"),
)
MONEY_COLUMNS = (
    *("sector", "projects", "summed", "documented_musd", "estimated_musd", "total_musd", "share"),
    "chinese_party_musd",
)


def rank_of(row: Mapping[Any, Any], key: str, column: str) -> tuple[int, int, int, str]:
    """Return how good a row is among rows about one thing; the least is the best.

    What was measured or reported comes before what was derived, that before what was estimated; of equals the most finely
    printed figure, since the coarser ones are mostly it, rounded. A cell ``rank`` goes before everything else.
    """
    return (
        int(row.get("rank", 0)),
        BASIS_RANK[str(row["basis"])],
        -digits_of(float(row[column])),
        str(row[key]),
    )


def digits_of(value: float) -> int:
    """Return how many digits of a figure count, without the zeros at its end.

    Examples
    --------
    >>> digits_of(94_820_000_000.0), digits_of(18e9)
    (4, 2)
    """
    return len(Decimal(repr(float(value))).normalize().as_tuple().digits)


def half_digit(value: float) -> float:
    """Return half the last digit of a figure that is not zero, for its zeros never more than a tenth of it.

    Examples
    --------
    >>> half_digit(277.4), half_digit(316.0), half_digit(430.0), half_digit(300.0)
    (0.05, 0.5, 5.0, 30.0)
    """
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    half = 0.5 * 10.0**exponent
    return half if exponent <= 0 else min(half, max(0.5, 0.1 * abs(value)))


def trade_series(tables: Tables) -> pd.DataFrame:
    """Return the two-way trade of China with each of the five and with all, as both sides count it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``trade_totals``, ``trade_flows`` and ``countries``.

    Returns
    -------
    DataFrame
        One row a partner and year in which anybody counted, sorted: both counts in billion USD, each with how it was got
        (*total* as published, or *sum* of both ways), its basis and source (several with semicolons); ``gap_busd`` is
        China's count less the partner's, ``gap_share`` that as a part of China's.
    """
    names = dict(zip(tables["countries"]["iso3"], tables["countries"]["name"], strict=True))
    years = sorted({*tables["trade_totals"]["year"], *tables["trade_flows"]["year"]})
    rows = []
    for partner in (*CENTRAL_ASIA, GROUP):
        for year in years:
            china = _total(tables, partner, int(year), (CHINA,))
            other = _total(tables, partner, int(year), (partner, "partner"))
            if china is None and other is None:
                continue
            gap = china[0] - other[0] if china and other else None
            share = gap / china[0] if china and gap is not None and china[0] else None
            missing = (None, "", "", "")
            rows.append(
                (partner, names[partner], int(year), *(china or missing), *(other or missing), gap, share)
            )
    return _frame(rows, TRADE_COLUMNS, ("china_busd", "partner_busd", "gap_busd", "gap_share"))


Count = tuple[float, str, str, str]  # billion USD, how, basis, source


def _total(tables: Tables, partner: str, year: int, reporters: tuple[str, ...]) -> Count | None:
    totals = tables["trade_totals"]
    pair = totals["country_a"].isin((CHINA, partner)) & totals["country_b"].isin((CHINA, partner))
    best = _best(totals[pair & (totals["year"] == year) & totals["reporter"].isin(reporters)], "total_id")
    if best is not None:
        return round(best["usd"] / 1e9, 6), "total", str(best["basis"]), str(best["source_id"])
    flows = tables["trade_flows"]
    mine = flows[(flows["year"] == year) & flows["reporter"].isin(reporters)]
    ways = [
        _best(mine[(mine["exporter"] == a) & (mine["importer"] == b)], "flow_id")
        for a, b in ((CHINA, partner), (partner, CHINA))
    ]
    there, back = ways
    if there is None or back is None:
        return None
    weaker = max((there, back), key=lambda row: BASIS_RANK[str(row["basis"])])
    sources = dict.fromkeys(str(row["source_id"]) for row in (there, back))
    usd = float(there["usd"]) + float(back["usd"])
    return round(usd / 1e9, 6), "sum", str(weaker["basis"]), ";".join(sources)


def _best(rows: pd.DataFrame, key: str) -> dict[Any, Any] | None:
    if rows.empty:
        return None
    return min(rows.to_dict("records"), key=lambda row: rank_of(row, key, "usd"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A published volume delivered in all until a day."""

    row: Mapping[Any, Any]
    span: Span

    @property
    def bcm(self) -> float:
        """The volume."""
        return float(self.row["bcm"])

    @property
    def least(self) -> float:
        """The least it may be; of a figure given as *more than* nothing lies below."""
        return self.bcm if self.row["at_least"] == "yes" else self.bcm - half_digit(self.bcm)

    @property
    def most(self) -> float:
        """The most it may be as printed."""
        return self.bcm + half_digit(self.bcm)

    @property
    def middle(self) -> float:
        """The middle of the days it may mean, as a day number."""
        return (self.span.first.toordinal() + self.span.last.toordinal()) / 2


def gas_series(tables: Tables) -> pd.DataFrame:
    """Return gas delivered in all by date and set of suppliers, with the yearly rates between, and what does not add up.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables ``gas_milestones`` and ``gas_flows``.

    Returns
    -------
    DataFrame
        One row a milestone, sorted by suppliers and time. The rate, in bcm a year of 365.25 days, is that since the
        milestone of ``since_date``, the latest one at least two months before; its ends hold rounding and every day meant by a date.
        ``conflict`` says with which other figures the milestone does not add up within rounding.
    """
    marks: dict[tuple[str, str], list[Mark]] = {}
    for row in tables["gas_milestones"].to_dict("records"):
        span = read_date(str(row["by_date"]), "by_date")
        marks.setdefault((str(row["supplier"]), str(row["buyer"])), []).append(Mark(row, span))
    rows = []
    for (supplier, buyer), mine in sorted(marks.items()):
        mine.sort(key=lambda m: (m.span.last, m.span.first, -digits_of(m.bcm), str(m.row["milestone_id"])))
        steps = _flows_by_day(tables["gas_flows"], supplier, buyer)
        for place, mark in enumerate(mine):
            before = [m for m in mine[:place] if mark.middle - m.middle >= LEAST_DAYS]
            rate = _rate(before[-1], mark) if before else (None, None, None)
            rows.append(
                (
                    supplier, buyer, str(mark.row["by_date"]), mark.bcm, str(mark.row["at_least"]),
                    str(before[-1].row["by_date"]) if before else "", *rate, _conflict(mark, mine[:place], steps),
                    str(mark.row["basis"]), str(mark.row["source_id"]), str(mark.row["milestone_id"]),
                )
            )  # fmt: skip
    return _frame(rows, GAS_COLUMNS, ("bcm", "rate_bcm_per_year", "rate_lo", "rate_hi"))


def _rate(before: Mark, mark: Mark) -> tuple[float, float, float]:
    days = mark.middle - before.middle
    longest = mark.span.last.toordinal() - before.span.first.toordinal()
    shortest = max(1, mark.span.first.toordinal() - before.span.last.toordinal())
    delivered = (mark.least - before.most, mark.most - before.least)
    rates = [volume / time for volume in delivered for time in (longest, shortest)]
    mean = (mark.bcm - before.bcm) / days
    return round(365.25 * mean, 3), round(365.25 * min(rates), 3), round(365.25 * max(rates), 3)


Step = tuple[date, date, float, str]  # from the morning of a day to that of another, bcm, words


def _flows_by_day(flows: pd.DataFrame, supplier: str, buyer: str) -> list[Step]:
    mine = flows[(flows["supplier"] == supplier) & (flows["buyer"] == buyer) & flows["bcm"].notna()]
    mine = mine[mine["kind"].isin(DELIVERED)].sort_values("flow_id")
    steps = []
    for row in mine.to_dict("records"):
        first, last = (read_date(str(row[name]), name) for name in ("first_day", "last_day"))
        words = f"{row['bcm']:g} bcm of {row['first_day']} to {row['last_day']} ({row['source_id']})"
        steps.append((first.first, last.last + timedelta(days=1), float(row["bcm"]), words))
    return steps


def _conflict(mark: Mark, earlier: Iterable[Mark], steps: list[Step]) -> str:
    """Say with which earlier milestones a milestone does not add up, by the volumes published between them."""
    found = []
    days = [other.span.last for other in earlier if other.span.last < mark.span.last]
    for other in earlier:
        if mark.most < other.least:
            found.append(f"less than {other.bcm:g} until {other.row['by_date']} ({other.row['source_id']})")
        if mark.span.first != mark.span.last or other.span.first != other.span.last:
            continue  # a month is too coarse to be added up to
        if other.span.last != max(days, default=None):
            continue  # what does not add up with the one before would be told again with all before it
        way = _way(other.span.last + timedelta(days=1), mark.span.last + timedelta(days=1), steps)
        if not way:
            continue
        between = sum(sign * bcm for sign, (_, _, bcm, _) in way)
        slack = sum(half_digit(bcm) for bcm in (mark.bcm, other.bcm, *(bcm for _, (_, _, bcm, _) in way)))
        over = other.bcm + between - mark.bcm
        if abs(over) > slack:
            told = " ".join(f"{'plus' if sign > 0 else 'less'} {step[3]}" for sign, step in way)
            found.append(
                f"{other.bcm:g} until {other.row['by_date']} {told} is {other.bcm + between:.6g},"
                f" {abs(over):.2g} {'more' if over > 0 else 'less'}"
            )
    return "; ".join(found)


def _way(start: date, end: date, steps: list[Step]) -> list[tuple[int, Step]]:
    """Return the fewest volumes, forwards or backwards in time, that lead from one day to another."""
    if start == end:
        return []
    queue: deque[tuple[date, tuple[tuple[int, Step], ...]]] = deque([(start, ())])
    seen = {start}
    while queue:
        day, way = queue.popleft()
        if len(way) == MOST_FLOWS:
            continue
        for step in steps:
            for sign, here, there in ((1, step[0], step[1]), (-1, step[1], step[0])):
                if here != day or there in seen:
                    continue
                if there == end:
                    return [*way, (sign, step)]
                seen.add(there)
                queue.append((there, (*way, (sign, step))))
    return []


def investment_series(tables: Tables) -> pd.DataFrame:
    """Return the cost of the projects of the record by sector, what stands on a document apart from what does not.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a package.

    Returns
    -------
    DataFrame
        One row a sector, the dearest first: projects in the record; how many are summed (a cost is known, and none of a
        project they are part of is counted already); cost on a document and on general knowledge, million USD, of
        various years; share of the total; what part of it lies in projects with a Chinese party. The cost of a project is
        not the money that anybody invested in it.
    """
    projects = tables["projects"].set_index("project_id").sort_index()
    summable = health_of(tables, "projects")["summable"] == "yes"
    chinese = set(tables["parties"].loc[tables["parties"]["iso3"] == CHINA, "party_id"])
    taking_part = tables["project_parties"]
    theirs = set(taking_part.loc[taking_part["party_id"].isin(chinese), "project_id"])
    summed = projects[summable.reindex(projects.index)]
    total = float(summed["cost_musd"].sum())
    rows = []
    for sector, part in projects.groupby("sector", sort=True):
        mine = summed[summed["sector"] == sector]
        estimated = float(mine.loc[mine["basis"] == "estimated", "cost_musd"].sum())
        cost = float(mine["cost_musd"].sum())
        with_china = float(mine.loc[mine.index.isin(theirs), "cost_musd"].sum())
        share = cost / total if total else None
        rows.append((sector, len(part), len(mine), cost - estimated, estimated, cost, share, with_china))
    rows.sort(key=lambda row: (-row[5], row[0]))
    return _frame(rows, MONEY_COLUMNS, MONEY_COLUMNS[3:])


def _frame(rows: list[Any], columns: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    for name in columns:
        frame[name] = frame[name].astype("float64" if name in numbers else frame[name].dtype)
    return frame
