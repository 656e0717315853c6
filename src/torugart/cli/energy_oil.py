"""``torugart energy oil``: crude and products by country in a year."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet
from torugart.cli.options import OUTPUT, AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import is_missing, number, per_cent

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy oil --year 2023",
    "torugart energy oil --year 2024 --table lines --csv > lines.csv",
)


class OilTable(StrEnum):
    """Which table goes to CSV."""

    countries = "countries"
    lines = "lines"
    refineries = "refineries"
    systems = "systems"


def oil(
    year: Annotated[int, typer.Option(metavar="YEAR", help="Calendar year.")] = 2023,
    table: Annotated[
        OilTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = OilTable.countries,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Set out oil output, use, refineries and crude lines of each country in a year, with what is left over."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_oil(year, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {t.value: records_of(getattr(answer, t.value)) for t in OilTable} | {"notes": answer.notes}
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(getattr(answer, table.value))
    else:
        show(*oil_page(answer, year, quiet=quiet))


def oil_page(answer: Any, year: int, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield countries, the lines of which something is known, and what systems say they carried."""
    from torugart.cli.tables import Column, build_table, heading, plain

    yield heading(f"Oil in {year}, Mt")
    titles = ("output", "use", "left", "from", "to", "refine", "ran", "lines", "sent", "rest")
    yield build_table(
        [Column("", whole=True), *(Column(title, numeric=True) for title in titles)],
        [
            [
                c.iso3,
                known(c.output_mt, 1),
                known(c.use_mt, 1),
                known(c.left_mt, 1),
                known(c.left_lo, 1),
                known(c.left_hi, 1),
                known(c.refinery_mt, 1),
                known(c.refined_mt, 1),
                known(c.lines_out_mt, 1),
                known(c.exports_mt, 1) + ("+" if c.systems_lacking and not is_missing(c.exports_mt) else ""),
                known(c.residual_mt, 1),
            ]
            for c in answer.countries.itertuples(index=False)
        ],
    )
    for c in answer.countries[answer.countries["systems_lacking"] != ""].itertuples(index=False):
        yield plain(f"{c.iso3}: nothing told of {year} by {c.systems_lacking.replace(';', ', ')}")
    planned = answer.countries[answer.countries["refinery_planned_mt"].notna()]
    for c in planned.itertuples(index=False):
        yield plain(
            f"{c.iso3}: refineries of {number(c.refinery_planned_mt, 1)} Mt more planned or being built"
        )
    lines = answer.lines[answer.lines["capacity_mt"].notna() | answer.lines["carried_mt"].notna()]
    if len(lines):
        yield ""
        yield heading("Crude lines, Mt a year")
        yield build_table(
            [
                Column("line"),
                Column("between"),
                Column("capacity", numeric=True),
                Column("carried", numeric=True),
                Column("full", numeric=True),
                Column("of it"),
            ],
            [
                [
                    line.link_id if line.status == "operating" else f"{line.link_id} ({line.status})",
                    f"{line.country_a}-{line.country_b}",
                    known(line.capacity_mt, 1),
                    known(line.carried_mt, 1),
                    "" if is_missing(line.full_share) else per_cent(line.full_share),
                    line.kinds,
                ]
                for line in lines.itertuples(index=False)
            ],
        )
    if len(answer.systems):
        yield ""
        yield heading("What systems say they carried, Mt")
        yield build_table(
            [Column("system"), Column("kind"), Column("Mt", numeric=True)],
            [
                [s.system, s.kind if s.months == 12 else f"{s.kind}, {s.months} months", number(s.mt, 2)]
                for s in answer.systems.itertuples(index=False)
            ],
        )
    if not quiet:
        yield ""
        for note in answer.notes:
            yield from bullet(note)


def known(value: Any, digits: int) -> str:
    """Write a number; nothing where it is not known."""
    return "" if is_missing(value) else number(value, digits)
