"""Quantities of data, record and arithmetic; those of routes stand in `torugart.checks.routes`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.dimension import measure_of
from torugart.checks.interval import (
    Interval,
    date_interval,
    exactly,
    from_draws,
    printed_date,
    printed_figure,
    shortest,
    written_figure,
    written_half,
)
from torugart.checks.registry import quantity
from torugart.checks.value import Missing, Rival, Value, converted, number, show, show_days, show_value, word
from torugart.errors import UnknownName
from torugart.record.dates import parse_date
from torugart.record.evidence import LADDER, MILESTONES, OFF_LADDER, RUNG
from torugart.tables.read import Cell

WHOLE = ""  # the scope of a value about the whole of a thing; any other word names a part of it


@quantity(kind="arithmetic")
def exact(context: Context, value: str) -> Value:
    """A number known exactly, such as a count or a factor; a number written bare is rounded as printed."""
    return number(exactly(written_figure(value).mid), "").because(f"{value} exactly")


@quantity(kind="arithmetic")
def figure(context: Context, value: str, unit: str, source: str = "") -> Value:
    """A printed figure with its unit, of the statement itself or of a source."""
    made = number(printed_figure(value), unit)
    if not source:
        return made.because(f"{value} {unit} as printed")
    known = context.package.tables["sources"]["source_id"]
    if source not in set(known):
        raise UnknownName("source", source, known)
    return replace(made, source_ids=(source,), steps=(f"{value} {unit} as printed ({source})",))


@quantity(kind="arithmetic", unit="date")
def day(context: Context, value: str) -> Value:
    """A day, month or year of the calendar."""
    return number(printed_date(value), "date")


@quantity(kind="data")
def data_value(context: Context, table: str, row: str, column: str, scope: str = WHOLE) -> Value | Missing:
    """The value a cell of the package holds, with its rivals."""
    return cell_value(context, table, row, column, scope)


@quantity(kind="data", unit="km")
def project_length_km(context: Context, project: str) -> Value | Missing:
    """Length of a project as published."""
    return cell_value(context, "projects", project, "length_km")


@quantity(kind="data", unit="billion USD")
def project_cost_busd(context: Context, project: str, scope: str = WHOLE) -> Value | Missing:
    """Cost of a project, or of the part of it that ``scope`` names; the one never tests the other."""
    cost = cell_value(context, "projects", project, "cost_musd", scope)
    return cost if isinstance(cost, Missing) else converted(cost, measure_of("billion USD"))


@quantity(kind="data", unit="Mt/year")
def project_capacity_mt(context: Context, project: str) -> Value | Missing:
    """Stated capacity of a project, which is not what it carries."""
    return cell_value(context, "projects", project, "capacity_mt_per_year")


@quantity(kind="data", unit="km")
def project_section_km(context: Context, project: str, iso3: str) -> Value | Missing:
    """Length of a project inside one country, summed over its links."""
    _known_project(context, project)
    tables = context.package.tables
    if iso3 not in set(tables["countries"]["iso3"]):
        raise UnknownName("country", iso3, tables["countries"]["iso3"])
    links = tables["links"]
    mine = links[links["project_id"] == project].sort_values("link_id")
    if mine.empty:
        return Missing(f"links of the project {project}: the package holds none")
    return _sum_of_links(context, mine, iso3)


@quantity(kind="record", unit="year")
def project_open_year(context: Context, project: str) -> Value | Missing:
    """Year a project opened, by evidence; before that the year stated."""
    opened = first_milestone_date(context, project, "operating")
    if isinstance(opened, Missing):
        return cell_value(context, "projects", project, "open_year")
    first, last = (float(date.fromordinal(int(end)).year) for end in (opened.lo, opened.hi))
    made = number(Interval(first, first, last), "year", "record")
    return replace(made, steps=opened.steps, cells=opened.cells, source_ids=opened.source_ids)


@quantity(kind="record", unit="date")
def project_start_date(context: Context, project: str) -> Value | Missing:
    """Day works on a project began, by evidence; without any the start stated."""
    _known_project(context, project)
    started = first_milestone_date(context, project, "works_started")
    stated = cell_value(context, "projects", project, "start")
    if isinstance(started, Missing):
        return stated
    # A day once announced is no rival of the day that came.
    plans = stated.rivals if isinstance(stated, Value) else ()
    return started.because(*(f"announced before: {show_days(r.interval)} ({r.source_id})" for r in plans))


@quantity(kind="record", unit="date")
def first_milestone_date(context: Context, entity: str, milestone: str) -> Value | Missing:
    """Day of the first evidence of a milestone of a project or pledge."""
    if milestone not in MILESTONES:
        raise UnknownName("milestone", milestone, MILESTONES)
    _known_entity(context, entity)
    found = [m for m in context.milestones if m.entity_id == entity and m.milestone == milestone]
    if not found:
        return Missing(f"evidence that {entity} was {milestone.replace('_', ' ')} by {context.as_of}")
    first = min(found, key=lambda m: (m.span.last, m.span.first, m.evidence_id))
    row = _evidence_row(context, first.evidence_id)
    made = number(date_interval(first.span), "date", "record")
    what = f"{entity}: {milestone.replace('_', ' ')} {first.written} ({row['source_id']})"
    return replace(
        made,
        steps=(f"{what}: {row['note']}" if row["note"] else what,),
        cells=(f"cell:evidence/{first.evidence_id}/date",),
        source_ids=(str(row["source_id"]),),
    )


@quantity(kind="record", unit="text")
def status_of(context: Context, entity: str, on: str = "") -> Value | Missing:
    """Status of a project or pledge that evidence adds up to, today or as it stood on a day."""
    _known_entity(context, entity)
    statuses = context.statuses_on(on or context.as_of)
    if entity not in statuses.index:
        return Missing(f"evidence about {entity} by {on or context.as_of}")
    status = statuses.loc[entity]
    row = _evidence_row(context, str(status["evidence_id"]))
    then = f"on {on} {entity} was" if on else f"{entity} is"
    step = f"{then} {status['status']} since {status['since']}, last evidence {status['last_evidence']}"
    return replace(
        word(str(status["status"])),
        steps=(f"{step} ({row['source_id']})",),
        cells=(f"cell:evidence/{status['evidence_id']}/milestone",),
        source_ids=(str(row["source_id"]),),
    )


@quantity(kind="record", unit="text")
def status_is(context: Context, entity: str, status: str, on: str = "") -> Value | Missing:
    """Whether a project or pledge has a status, or has passed it on the ladder: yes or no."""
    if status not in (*LADDER, *OFF_LADDER):
        raise UnknownName("status", status, (*LADDER, *OFF_LADDER))
    now = status_of(context, entity, on)
    if isinstance(now, Missing):
        return now
    passed = now.text in RUNG and status in RUNG and RUNG[now.text] > RUNG[status]
    answer = "yes" if now.text == status or passed else "no"
    counts = "counts" if answer == "yes" else "does not count"
    return replace(now, text=answer).because(f"{now.text} {counts} as {status}")


@quantity(kind="model", unit="Mt/year")
def project_volume_mt(context: Context, project: str) -> Value | Missing:
    """Freight on the busiest link of a project in the year appraised; a flow, not a capacity."""
    _known_project(context, project)
    model = context.model
    if model is None or model.project != project:
        return Missing(f"the network model with {project}; `torugart appraise {project}` makes it")
    made = number(from_draws(model.project_volume_t(project)), "t/year", "model")
    made = converted(made, measure_of("Mt/year"))
    return made.because(f"busiest link of {project} in {model.year}, demand held: {show_value(made)}")


def cell_value(context: Context, table: str, row: str, column: str, scope: str = WHOLE) -> Value | Missing:
    """Return a cell as a value: rounded as printed, with its source, and its rivals of the same scope.

    Parameters
    ----------
    context : Context
        The package.
    table, row, column : str
        Which cell; ``row`` is the key columns joined by a slash.
    scope : str
        Part of the thing the figure must be about; empty for the whole.

    Returns
    -------
    Value or Missing
        Missing when the cell is empty, or holds a figure of another scope.
    """
    held = context.cell(table, row, column)
    name = f"{table}/{row}/{column}"
    if held.value is None:
        return Missing(f"{name}: the cell is empty")
    rows = _in_order(held.alternatives)
    its_scope = next((_scope(r) for r in rows if r["chosen"] == "yes"), WHOLE)
    rivals = [r for r in rows if r["chosen"] != "yes"]
    if its_scope != scope:
        return Missing(_other_scope(held, name, scope, its_scope, [r for r in rivals if _scope(r) == scope]))
    made = _typed_value(held, held.value)
    step = f"{name} = {show_value(made)}, {held.basis} by {held.source_id or 'nobody named'}"
    if held.assumption_id:
        step += f", an assumption ({held.assumption_id})"
    return replace(
        made,
        steps=(step,),
        cells=(f"cell:{name}",),
        source_ids=(held.source_id,) if held.source_id else (),
        rivals=tuple(_rival(held, made, r) for r in rivals if _scope(r) == scope),
    )


def _typed_value(held: Cell, raw: float | int | str) -> Value:
    if isinstance(raw, str):
        # A cell of text may hold a date; nothing else in text is a figure.
        span = parse_date(raw)
        return (
            word(raw, "data") if span is None else replace(number(date_interval(span), "date"), kind="data")
        )
    if held.unit == "year":
        return number(exactly(float(raw)), "year", "data")
    return number(printed_figure(shortest(float(raw))), held.unit, "data")


def _rival(held: Cell, made: Value, row: pd.Series) -> Rival:
    text = str(row["value"])
    raw = text if made.measure.is_text or made.measure.is_date else float(text)
    value = _typed_value(held, raw)
    interval = converted(value, made.measure).interval if value.measure != made.measure else value.interval
    return Rival(interval, str(row["source_id"]), str(row["as_of"]), str(row["note"]))


def _in_order(alternatives: pd.DataFrame) -> list[pd.Series]:
    ordered = alternatives.sort_values(["as_of", "alternative_id"])
    return [row for _, row in ordered.iterrows()]


def _scope(row: pd.Series) -> str:
    return str(row.get("scope", WHOLE))


def _other_scope(held: Cell, name: str, scope: str, its_scope: str, rivals: list[pd.Series]) -> str:
    """Say that a cell is about another part of the thing than was asked, and who gives the part asked."""
    shown = show_value(_typed_value(held, held.value if held.value is not None else ""))
    reason = f"{name} {_about(scope)}; the figure held, {shown}, is {_about(its_scope)}"
    others = [f"{row['value']} {held.unit} ({row['source_id']})" for row in rivals]
    return f"{reason}; given {_about(scope)}, but not taken up: {', '.join(others)}" if others else reason


def _about(scope: str) -> str:
    return f"for {scope} alone" if scope else "for the whole"


def _sum_of_links(context: Context, links: pd.DataFrame, iso3: str) -> Value | Missing:
    country = context.package.tables["places"].set_index("place_id")["iso3"]
    total, half = 0.0, 0.0
    steps: list[str] = []
    cells: list[str] = []
    sources: list[str] = []
    for link in links.itertuples(index=False):
        share = _share_in(link, str(country[link.place_a]), str(country[link.place_b]), iso3)
        if share == 0:
            continue
        km = float(link.length_km)
        if pd.isna(share) or pd.isna(km):
            column = "length_km" if pd.isna(km) else "share_in_a"
            return Missing(f"links/{link.link_id}/{column}: the cell is empty")
        total += km * share
        half += written_half(km) * share
        part = f"{show(km)} km"
        if share < 1:
            half += km * written_half(float(link.share_in_a))
            assumed = context.cell("links", str(link.link_id), "share_in_a").assumption_id
            by = f", the share by the assumption {assumed}" if assumed else ""
            part = f"{show(share)} x {part} = {show(km * share)} km{by}"
            cells.append(f"cell:links/{link.link_id}/share_in_a")
        steps.append(f"{link.link_id}: {part} ({link.source_id}, {link.basis})")
        cells.append(f"cell:links/{link.link_id}/length_km")
        sources.append(str(link.source_id))
    made = number(Interval(total - half, total, total + half), "km", "data")
    return replace(
        made,
        steps=(*steps, f"together in {iso3}: {show_value(made)}"),
        cells=tuple(cells),
        source_ids=tuple(dict.fromkeys(sources)),
    )


def _share_in(link: object, a: str, b: str, iso3: str) -> float:
    if a == b:
        return 1.0 if a == iso3 else 0.0
    share_in_a = float(link.share_in_a)  # type: ignore[attr-defined]
    return share_in_a if a == iso3 else 1 - share_in_a if b == iso3 else 0.0


def _known_project(context: Context, project: str) -> None:
    projects = context.package.tables["projects"]["project_id"]
    if project not in set(projects):
        raise UnknownName("project", project, projects)


def _known_entity(context: Context, entity: str) -> None:
    tables = context.package.tables
    known = set(tables["evidence"]["entity_id"]) | set(tables["projects"]["project_id"])
    if entity not in known:
        raise UnknownName("project or pledge", entity, known)


def _evidence_row(context: Context, evidence_id: str) -> pd.Series:
    evidence = context.package.tables["evidence"]
    return evidence[evidence["evidence_id"] == evidence_id].iloc[0]
