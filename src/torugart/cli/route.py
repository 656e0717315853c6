"""``torugart route``: the ways between two places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    ClassId,
    DataFolder,
    Overlays,
    Quiet,
    Year,
    check_output,
    examples,
)
from torugart.cli.screen import progress_line, show
from torugart.cli.wording import interval, is_missing, number, per_cent
from torugart.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.text import Text

EXAMPLES = examples(
    "torugart route xian tashkent",
    "torugart route kashgar osh --with cku --year 2032",
    "torugart route kashgar tashkent --via torugart --season 1 --legs",
    "torugart route xian duisburg --class time_sensitive --csv > ways.csv",
)


def route(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Place id, name or alias.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Place id, name or alias.")],
    class_id: ClassId = "manufactures",
    via: Annotated[
        list[str] | None, typer.Option("--via", metavar="PLACE", help="Pass through; may be repeated.")
    ] = None,
    with_projects: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="PROJECT", help="As if this project were open; may be repeated."),
    ] = None,
    without_projects: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="PROJECT", help="As if this project did not exist; may be repeated."
        ),
    ] = None,
    year: Year = None,
    season: Annotated[
        str | None,
        typer.Option(
            metavar="MONTH", help="Month of travel, 1 to 12, or summer or winter; some passes close."
        ),
    ] = None,
    legs: Annotated[
        bool,
        typer.Option(
            "--legs",
            metavar="",
            help="Show the legs of every way, not only of the best.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    table: Annotated[
        str,
        typer.Option(metavar="TABLE", help="The table --csv writes: ways or legs.", rich_help_panel=OUTPUT),
    ] = "ways",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Show the ways between two places: legs, km, days, USD per FEU, CO2e, gates, and their shares."""
    check_output(as_json=as_json, as_csv=as_csv)
    if table not in {"ways", "legs"}:
        raise InputError(f"--table is {table!r}; expected ways or legs")
    with progress_line("finding the ways", quiet=quiet):
        answer = torugart.route(
            origin,
            destination,
            class_id=class_id,
            via=tuple(via or ()),
            with_projects=tuple(with_projects or ()),
            without_projects=tuple(without_projects or ()),
            year=year,
            season=season,
            data=data,
            overlays=tuple(overlays or ()),
        )
    if as_json:
        show_json(answer)
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(getattr(answer, table))
    else:
        show(*route_page(answer, every_leg=legs, quiet=quiet))


def show_json(answer: Any) -> None:
    """Write the ways, each with its legs, as one JSON object."""
    from torugart.cli.records import records_of, write_json

    legs = records_of(answer.legs)
    ways = [
        {**way, "legs": [leg for leg in legs if leg["way_id"] == way["way_id"]]}
        for way in records_of(answer.ways)
    ]
    write_json({"title": answer.title, "notes": list(answer.notes), "ways": ways})


def route_page(answer: Any, *, every_leg: bool, quiet: bool) -> Iterator[RenderableType]:
    """Yield the ways, the legs of the best (or of each), and the remarks."""
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import heading

    yield heading(answer.title)
    yield ""
    yield ways_table(answer.ways)
    shown = answer.ways if every_leg else answer.ways.head(1)
    for way in shown.itertuples():
        yield ""
        yield heading(f"Way {number(way.rank)}, leg by leg")
        yield legs_table(answer.legs[answer.legs["way_id"] == way.way_id])
    if not quiet:
        yield ""
        for note in answer.notes:
            yield from bullet(note)


def ways_table(ways: pd.DataFrame) -> RenderableType:
    """Return the ways as a table, the best first."""
    from torugart.cli.tables import Column, build_table, two_lines

    columns = [
        Column("", numeric=True),
        Column("modes and gates"),
        Column("km", numeric=True),
        Column("days", numeric=True),
        Column("p95", numeric=True),
        Column("USD/FEU", numeric=True),
        Column("kg CO2e", numeric=True),
        Column("share", numeric=True),
    ]
    rows: list[list[str | Text]] = [
        [
            number(way.rank),
            way_in_words(way),
            number(way.km),
            number(way.days, 1),
            number(way.p95_days, 1),
            number(way.usd),
            two_lines(number(way.co2_kg), interval(way.co2_kg_lo, way.co2_kg_hi)),
            per_cent(way.share),
        ]
        for way in ways.itertuples()
    ]
    return build_table(columns, rows)


def way_in_words(way: Any) -> str:
    """Return the modes and gates of a way, marking the project appraised."""
    words = str(way.modes)
    if not is_missing(way.gates):
        words += f" by {way.gates}"
    return words


def legs_table(legs: pd.DataFrame) -> RenderableType:
    """Return the legs of one way in order."""
    from torugart.cli.tables import Column, build_table

    columns = [
        Column("leg"),
        Column("in", style="dim"),
        Column("by", style="dim"),
        Column("km", numeric=True),
        Column("hours", numeric=True),
        Column("USD", numeric=True),
    ]
    rows = [
        [
            leg_in_words(leg),
            leg.iso3,
            leg_kind(leg),
            number(leg.km) if leg.km else "",
            number(leg.hours, 1),
            number(leg.usd),
        ]
        for leg in legs.sort_values("seq", kind="stable").itertuples()
    ]
    return build_table(columns, rows)


def leg_in_words(leg: Any) -> str:
    """Return where a leg leads."""
    if is_missing(leg.place_to_name) or leg.place_from == leg.place_to:
        return str(leg.place_from_name)
    return f"{leg.place_from_name} - {leg.place_to_name}"


def leg_kind(leg: Any) -> str:
    """Return what a leg is: a mode with its gauge, or what happens there."""
    if leg.kind != "link":
        return str(leg.kind)
    gauge = "" if is_missing(leg.gauge_mm) or not leg.gauge_mm else f" {int(leg.gauge_mm)}"
    return f"{leg.mode}{gauge}"
