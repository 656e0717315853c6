"""Quantities of the record: meetings, commitments, projects of every sector and the money in them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.dimension import measure_of
from torugart.checks.interval import date_interval, exactly, printed_figure, shortest
from torugart.checks.quantities import cell_value
from torugart.checks.registry import quantity
from torugart.checks.value import Missing, Value, number, show_value, word
from torugart.errors import InputError, UnknownName
from torugart.record.dates import read_date
from torugart.record.health import health_of
from torugart.record.ledger import commitment_ledger

CENTRAL_ASIA = frozenset({"KAZ", "KGZ", "TJK", "TKM", "UZB"})
GREEN = "green"  # power from sun, wind, water or waste, beside the sectors of the table


@quantity(kind="record", unit="date")
def event_day(context: Context, event: str) -> Value:
    """Days on which a meeting was held or a document signed."""
    row = _row_of(context, "events", "event_id", event)
    first = read_date(str(row["date"]), f"date of {event}")
    last = read_date(str(row["date_end"]), f"date_end of {event}") if row["date_end"] else first
    made = number(date_interval(first, last), "date", "record")
    columns = ("date", "date_end") if row["date_end"] else ("date",)
    return _from_row(made, "events", event, columns, row, f"{row['name']}: {show_value(made)}")


@quantity(kind="record", unit="count")
def event_countries(context: Context, event: str, without: str = "") -> Value:
    """Number of countries that took part in a meeting, without those named (``|`` between)."""
    row = _row_of(context, "events", "event_id", event)
    left_out = without.split("|")
    there = [iso3 for iso3 in str(row["countries"]).split(";") if iso3 not in left_out]
    made = number(exactly(float(len(there))), "count", "record")
    return _from_row(made, "events", event, ("countries",), row, f"{row['name']}: {', '.join(there)}")


@quantity(kind="record", unit="count")
def event_commitments(context: Context, event: str, kind: str = "") -> Value:
    """Number of commitments of a meeting that the record holds, of all kinds or of one."""
    row = _row_of(context, "events", "event_id", event)
    commitments = context.package.tables["commitments"]
    mine = commitments[commitments["event_id"] == event].sort_values("commitment_id")
    mine = mine[mine["kind"] == kind] if kind else mine
    made = number(exactly(float(len(mine))), "count", "record")
    kinds = mine["kind"].value_counts().sort_index()
    listed = ", ".join(f"{count} of the kind {name}" for name, count in kinds.items()) or "none"
    cells = tuple(f"cell:commitments/{commitment}/text" for commitment in mine["commitment_id"])
    sources = dict.fromkeys(mine["source_id"].astype("str"))
    return replace(
        made,
        steps=(f"commitments of {row['name']} in the record: {listed}",),
        cells=cells,
        source_ids=tuple(sources),
    )


@quantity(kind="data")
def project_capacity(context: Context, project: str) -> Value | Missing:
    """Stated capacity of a project of any sector, in the unit of its row."""
    row = _row_of(context, "projects", "project_id", project)
    if not row["capacity_unit"]:
        return cell_value(context, "projects", project, "capacity_mt_per_year")
    held = cell_value(context, "projects", project, "capacity_value")
    if isinstance(held, Missing):
        return held
    return replace(held, measure=measure_of(str(row["capacity_unit"]))).because(f"in {row['capacity_unit']}")


@quantity(kind="data", unit="million USD")
def project_party_musd(context: Context, project: str, party: str, role: str) -> Value | Missing:
    """Money a party brings into a project in one role, such as a grant."""
    _row_of(context, "projects", "project_id", project)
    _row_of(context, "parties", "party_id", party)
    rows = context.package.tables["project_parties"]
    mine = rows[(rows["project_id"] == project) & (rows["party_id"] == party) & (rows["role"] == role)]
    if mine.empty or mine["amount_musd"].isna().all():
        return Missing(f"money of {party} as {role} in {project}")
    row = mine.iloc[0]
    made = number(printed_figure(shortest(float(row["amount_musd"]))), "million USD", "data")
    step = f"{party} as {role} in {project}: {show_value(made)}"
    return _from_row(made, "project_parties", f"{project}/{party}/{role}", ("amount_musd",), row, step)


@quantity(kind="record")
def commitment_amount(context: Context, commitment: str) -> Value | Missing:
    """Amount of a commitment as it was made, in the unit of its row."""
    row = _row_of(context, "commitments", "commitment_id", commitment)
    if pd.isna(row["amount"]):
        return Missing(f"commitments/{commitment}/amount: the cell is empty")
    made = number(printed_figure(shortest(float(row["amount"]))), str(row["unit"]), "record")
    return _from_row(made, "commitments", commitment, ("amount",), row, f"{row['text']}: {show_value(made)}")


@quantity(kind="record", unit="text")
def commitment_is(context: Context, commitment: str, status: str) -> Value | Missing:
    """Whether a commitment has a status, such as kept or overdue: yes or no; missing where nobody looked."""
    row = _row_of(context, "commitments", "commitment_id", commitment)
    ledger = commitment_ledger(context.package.tables, context.as_of).set_index("commitment_id")
    if commitment not in ledger.index or ledger.at[commitment, "status"] == "not reviewed":
        return Missing(f"evidence of what became of {commitment}: nobody looked")
    stands = ledger.loc[commitment]
    made = word("yes" if stands["status"] == status else "no")
    step = f"{commitment} is {stands['status']}; {stands['silence']}"
    return _from_row(made, "commitments", commitment, ("text",), row, step)


@quantity(kind="record", unit="text")
def text_names(context: Context, table: str, row: str, column: str, words: str) -> Value | Missing:
    """Whether a text of the record names all of some words, with ``|`` between: yes or no."""
    held = context.cell(table, row, column)
    if not isinstance(held.value, str) or not held.value:
        return Missing(f"{table}/{row}/{column}: a text")
    wanted = [part.strip() for part in words.split("|") if part.strip()]
    lacking = [part for part in wanted if part.casefold() not in held.value.casefold()]
    made = word("no" if lacking else "yes")
    lacks = f"; it does not name {', '.join(lacking)}" if lacking else ""
    step = f"the record says: {held.value}{lacks} ({held.source_id})"
    source = (held.source_id,) if held.source_id else ()
    return replace(made, steps=(step,), cells=(f"cell:{table}/{row}/{column}",), source_ids=source)


@quantity(kind="data", unit="share")
def project_share(
    context: Context, of: str, by: str = "money", party: str = "CHN", since: str = ""
) -> Value | Missing:
    """Share of sectors, or of green power, in the Central Asian projects of the record in which a country takes part.

    Parameters
    ----------
    context : Context
        The package.
    of : str
        Sectors, and ``green``, with ``|`` between.
    by : {"money", "number"}
        Cost, counting only projects whose cost may be summed, or number of projects.
    party : str
        Home of a party of every project counted.
    since : str
        Count only projects begun in this year or later.
    """
    if by not in ("money", "number"):
        raise InputError(f"by is {by!r}; write money or number")
    tables = context.package.tables
    home = dict(zip(tables["parties"]["party_id"], tables["parties"]["iso3"], strict=True))
    taking_part = tables["project_parties"]
    ours = set(taking_part.loc[taking_part["party_id"].map(home) == party, "project_id"])
    projects = tables["projects"].sort_values("project_id")
    here = projects["countries"].map(lambda text: bool(CENTRAL_ASIA & set(str(text).split(";"))))
    mine = projects[here & projects["project_id"].isin(ours)]
    mine = mine[mine["start"].astype("str").str[:4] >= since] if since else mine
    counted = mine
    if by == "money":
        summable = health_of(tables, "projects")["summable"]
        counted = mine[mine["project_id"].map(summable) == "yes"]
    if counted.empty:
        return Missing(f"projects with a party of {party}{' and a known cost' if by == 'money' else ''}")
    wanted = counted["sector"].isin(of.split("|")) | ((counted["green"] == "yes") & (GREEN in of.split("|")))
    size = counted["cost_musd"] if by == "money" else pd.Series(1.0, counted.index)
    part, total = float(size[wanted].sum()), float(size.sum())
    unit = "million USD" if by == "money" else "projects"
    step = (
        f"{of.replace('|', ' and ')}: {part:,.0f} of {total:,.0f} {unit}, in {int(wanted.sum())} of {len(counted)}"
        f" projects with a party of {party}{f' begun since {since}' if since else ''}"
    )
    if by == "money":
        step += f"; {len(mine) - len(counted)} more have no cost that may be summed"
    column = "cost_musd" if by == "money" else "sector"
    return replace(
        number(exactly(part / total), "share", "data"),
        steps=(step,),
        cells=tuple(f"cell:projects/{project}/{column}" for project in counted["project_id"]),
        source_ids=tuple(dict.fromkeys(counted["source_id"].astype("str"))),
    )


def _row_of(context: Context, table: str, key: str, row_id: str) -> pd.Series:
    frame = context.package.tables[table]
    mine = frame[frame[key] == row_id]
    if mine.empty:
        kind = {"parties": "party"}.get(table, table.removesuffix("s"))
        raise UnknownName(kind, row_id, frame[key])
    return mine.iloc[0]


def _from_row(
    made: Value, table: str, row_id: str, columns: tuple[str, ...], row: pd.Series, step: str
) -> Value:
    source = str(row["source_id"])
    return replace(
        made,
        steps=(f"{step} ({source})",),
        cells=tuple(f"cell:{table}/{row_id}/{column}" for column in columns),
        source_ids=(source,) if source else (),
    )
