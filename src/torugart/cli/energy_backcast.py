"""``torugart energy backcast``: past years of gas beside what sources report of them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet
from torugart.cli.options import OUTPUT, AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.supply_words import LEAST_SHOWN
from torugart.cli.wording import MONTH_NAMES, is_missing, number, per_cent, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy backcast --year 2023",
    "torugart energy backcast --year 2023 --table months --csv > months.csv",
)
TITLES = {"gas_export_bcm": "exports", "gas_import_bcm": "imports"}
SHORT_ROLES = {"beside an input": "beside"}


class BackcastTable(StrEnum):
    """Which table goes to CSV."""

    figures = "figures"
    ends = "ends"
    totals = "totals"
    borders = "borders"
    months = "months"
    left_out = "left_out"


def backcast(
    year: Annotated[
        list[int] | None,
        typer.Option(metavar="YEAR", help="Year that is past; may be repeated (default: 2021 to 2024)."),
    ] = None,
    table: Annotated[
        BackcastTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = BackcastTable.figures,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Hold the model's gas between countries against every figure that sources report of a past year."""
    check_output(as_json=as_json, as_csv=as_csv)
    asked = {"years": tuple(year)} if year else {}
    answer = torugart.energy_backcast(**asked, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {t.value: records_of(getattr(answer, t.value)) for t in BackcastTable}
            | {"notes": list(answer.notes)}
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(getattr(answer, table.value))
    else:
        show(*backcast_page(answer, quiet=quiet))


def backcast_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield each year: figures between countries, then all exports and imports of a country."""
    from torugart.cli.tables import Column, build_table, heading, plain

    numbers = [Column(t, numeric=True) for t in ("figure", "traced", "error", "netted", "error", "border")]
    for year, mine in answer.figures.groupby("year", sort=True):
        yield heading(f"Gas between countries in {year}, bcm")
        yield build_table(
            [
                Column("from"),
                Column("to"),
                Column("months", whole=True),
                *numbers,
                Column("role", whole=True),
            ],
            [
                [r.supplier, r.buyer, months_of(r.first_day, r.last_day), *beside(r)]
                for r in mine.itertuples()
            ],
        )
        yield ""
        yield heading(f"What the case of {year} was asked for, bcm")
        yield build_table(
            [
                *(Column(t, whole=True) for t in ("end", "sort", "figures of")),
                *(Column(t, numeric=True) for t in ("asked", "model", "error", "of it")),
            ],
            [
                [
                    end.end_id, end.role, str(end.of_year), number(end.asked_bcm, 2), number(end.model_bcm, 2),
                    signed(end.error_bcm, 2), per_cent(end.error_share) if abs(end.error_bcm) >= LEAST_SHOWN and end.asked_bcm else "",
                ]
                for end in answer.ends[answer.ends["year"] == year].itertuples(index=False)
            ],
        )  # fmt: skip
        totals = answer.totals[answer.totals["year"] == year]
        if len(totals):
            yield ""
            yield heading(f"With all partners in {year}, bcm")
            yield build_table(
                [Column("country"), Column(""), *numbers, Column("role", whole=True)],
                [[r.country, TITLES[r.variable], *beside(r)] for r in totals.itertuples()],
            )
        yield ""
    if answer.figures.empty:
        yield plain("no volume delivered in whole months of these years is on record")
    if quiet:
        return
    if len(answer.left_out):
        yield plain(f"{len(answer.left_out)} figures are left out: --table left_out --csv says why", "dim")
    for note in answer.notes:
        yield from bullet(note)


def months_of(first_day: str, last_day: str) -> str:
    """Write the months of a period, the whole year as nothing."""
    first, last = int(first_day[5:7]), int(last_day[5:7])
    if first == 1 and last == len(MONTH_NAMES):
        return ""
    names = [MONTH_NAMES[first - 1], MONTH_NAMES[last - 1]]
    return names[0] if first == last else "-".join(names)


def beside(row: Any) -> list[str]:
    """Write a figure, the model's beside it, and its role."""
    return [
        number(row.reported_bcm, 2),
        number(row.traced_bcm, 2),
        signed(row.traced_error_bcm, 2),
        number(row.netted_bcm, 2),
        signed(row.netted_error_bcm, 2),
        "" if is_missing(row.border_bcm) else number(row.border_bcm, 2),
        SHORT_ROLES.get(row.role, row.role),
    ]
