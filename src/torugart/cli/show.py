"""``torugart show``: one record under any of its names, with all its values and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, check_output, examples
from torugart.cli.screen import show as show_parts
from torugart.cli.wording import is_missing, number, per_cent, plain_number

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

YEAR = re.compile(r"\d{4}")  # a start stated as a bare year is text without a unit

EXAMPLES = examples(
    "torugart show cku",
    'torugart show "Shymkent refinery"',
    "torugart show 中吉乌铁路",
    "torugart show sc_017",
)


def show(
    name: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Id, name or alias of any record, in any language.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day the status is told for.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Show a record with every value, rival value, source, milestone, party and relation."""
    check_output(as_json=as_json, as_csv=as_csv)
    record = torugart.show(" ".join(name), as_of=as_of, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {
                key: records_of(value) if hasattr(value, "columns") else value
                for key, value in {field: getattr(record, field) for field in record.__slots__}.items()
            }
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(record.values)
    else:
        show_parts(*record_page(record))


def record_page(record: Any) -> Iterator[RenderableType]:
    """Yield a record: names, status, values, milestones, parties, relations, sources."""
    from torugart.cli.tables import heading, plain

    yield heading(record.name)
    yield plain(f"{singular(record.table)} {record.record_id}", "dim")
    if len(record.aliases):
        yield plain("also " + ", ".join(record.aliases["alias"]), "dim")
    yield ""
    yield from status_lines(record)
    yield from values_part(record.values)
    yield from milestones_part(record.evidence)
    yield from parties_part(record.parties)
    yield from relations_part(record.related)
    yield from sources_part(record.sources)
    if record.next_commands:
        yield ""
        yield plain("More: " + "; ".join(record.next_commands))


def singular(table: str) -> str:
    """Return what one row of a table is called."""
    irregular = {"countries": "country", "parties": "party", "trade_totals": "two-way trade"}
    return irregular.get(table, table.removesuffix("s"))


def status_lines(record: Any) -> Iterator[RenderableType]:
    """Yield where a project or commitment stands."""
    from torugart.cli.status import STYLES
    from torugart.cli.tables import plain

    status = record.status
    if not status:
        return
    since = f" since {status['since']}" if status.get("since") else ""
    late = f", {number(status['late_days'])} days late" if not is_missing(status.get("late_days")) else ""
    word = f"{status['status']}{since}{late}"
    yield plain(f"{word} (as of {record.as_of})", STYLES.get(str(status["status"]), "bold"))
    if status.get("silence"):
        activity = status.get("activity", "")
        lead = f"{activity}: " if activity and activity != "settled" else ""
        yield plain(f"{lead}{status['silence']}")
    if status.get("stated_status"):
        yield plain(f"stated in the sources: {status['stated_status']}", "dim")
    owners = number(status["owners"])
    yield plain(
        f"health {number(status['health'])} of 100: {owners} independent owner{'' if owners == '1' else 's'} of sources, "
        f"{per_cent(status['completeness'])} complete",
        "dim",
    )
    summed = "its money may be summed into totals" if status["summable"] == "yes" else status["why_not"]
    yield plain(summed if status["summable"] == "yes" else f"not summed into totals: {summed}", "dim")
    yield ""


def values_part(values: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield every value with its source; rivals stand below the value held."""
    from torugart.cli.tables import Column, build_table, plain

    rows = []
    for row in values.itertuples():
        rival = row.chosen == "no"
        remark = ", ".join(
            part for part in (row.as_of, f"for {row.scope} alone" if row.scope else "", row.note) if part
        )
        text = with_unit(row.value, row.unit)
        shown = f"{text} ({remark})" if remark else text
        rows.append(
            [
                plain("" if rival else row.column),
                plain(f"rival: {shown}" if rival else shown, "dim" if rival else ""),
                plain(row.basis, "yellow" if row.basis == "estimated" else "dim"),
                plain(row.source_id, "dim"),
            ]
        )
    yield build_table([Column("", whole=True), Column("value"), Column("basis"), Column("source")], rows)


def with_unit(value: str, unit: str) -> str:
    """Write a value with its unit; numbers with separators, years as they are."""
    try:
        figure = float(value)
    except ValueError:
        return value
    if unit == "year" or (not unit and YEAR.fullmatch(value)):
        return value
    text = plain_number(figure) if len(value) < 12 and "." not in value else f"{figure:,}"
    return f"{text} {unit}".rstrip() if unit not in ("", "1", "count") else text


def milestones_part(evidence: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the dated milestones."""
    from torugart.cli.tables import Column, build_table, plain

    if not len(evidence):
        return
    yield ""
    yield plain("Evidence", "bold")
    rows = [
        [row.date, row.milestone.replace("_", " "), row.note, plain(row.source_id, "dim")]
        for row in evidence.itertuples()
    ]
    yield build_table([Column("date", whole=True), Column("milestone"), Column(""), Column("source")], rows)


def parties_part(parties: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield who does what."""
    from torugart.cli.tables import Column, build_table, plain

    if not len(parties):
        return
    yield ""
    yield plain("Parties", "bold")
    rows = []
    for row in parties.itertuples():
        money = [] if is_missing(row.amount_musd) else [f"{number(row.amount_musd)} million USD"]
        share = [] if is_missing(row.share) else [f"{100 * row.share:g} % of the equity"]
        country = f" ({row.iso3})" if row.iso3 else ""
        rows.append([row.role, f"{row.name}{country}", ", ".join([*share, *money])])
    yield build_table([Column("role"), Column("party"), Column("")], rows)


def relations_part(related: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the records this one belongs with."""
    from torugart.cli.status import STYLES
    from torugart.cli.tables import Column, build_table, plain

    if not len(related):
        return
    yield ""
    yield plain("Related records", "bold")
    rows = [
        [singular(row.table), row.record_id, row.name, plain(row.status, STYLES.get(row.status, ""))]
        for row in related.itertuples()
    ]
    yield build_table([Column(""), Column("id"), Column(""), Column("status")], rows)


def sources_part(sources: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield every source cited above."""
    from torugart.cli.tables import plain

    if not len(sources):
        return
    yield ""
    yield plain("Sources", "bold")
    for row in sources.itertuples():
        yield plain(f"{row.source_id}: {row.citation}", "dim")
