"""``torugart invert``: what would have to be true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import progress_line, show
from torugart.cli.wording import is_missing, plain_number

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart invert income.cku.KGZ --to 200",
    "torugart invert cl_030",
    "torugart invert benefit.cku --to 300 --input choice_theta",
)


def invert(
    name: Annotated[
        str,
        typer.Argument(metavar="CLAIM_OR_FIGURE", help="A claim, income.PROJECT.COUNTRY or benefit.PROJECT."),
    ],
    to: Annotated[
        float | None,
        typer.Option(
            metavar="MUSD", help="What a figure should be, million USD a year; claims bring their own."
        ),
    ] = None,
    input_name: Annotated[
        str | None,
        typer.Option("--input", metavar="PARAMETER", help="Solve for this parameter of the network."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Solve for the input that would make a claim or figure true, and set it beside what is observed."""
    from torugart.cli.records import records_of, write_json, write_table_csv

    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("reading the data package", quiet=quiet) as progress:
        answer = torugart.invert(
            name, to=to, input_name=input_name, data=data, overlays=tuple(overlays or ()), progress=progress
        )
    if as_json:
        write_json({"title": answer.title, "rows": records_of(answer.rows), "notes": list(answer.notes)})
    elif as_csv:
        write_table_csv(answer.rows)
    else:
        show(*inversion_page(answer, quiet=quiet))


def inversion_page(answer: Any, *, quiet: bool = False) -> Iterator[RenderableType]:
    """Yield the answer."""
    from torugart.cli.tables import Column, build_table, heading, plain

    yield heading(answer.title)
    for statement, rows in answer.rows.groupby("statement", sort=False):
        if statement != answer.title:
            yield ""
            yield plain(statement, "bold")
        cells = [
            [
                r.reading,
                r.input,
                f"{plain_number(r.needed)} {r.unit}" if not is_missing(r.needed) else "none",
                _observed(r),
                r.finding + (f"; rival values {r.rivals}" if r.rivals else ""),
            ]
            for r in rows.itertuples(index=False)
        ]
        columns = [
            Column("reading", style="dim"),
            Column("input", whole=True),
            Column("would have to be", numeric=True),
        ]
        yield build_table([*columns, Column("on record", numeric=True), Column("finding")], cells)
    if not quiet:
        yield ""
        for note in answer.notes:
            yield from bullet(note)


def _observed(row: Any) -> str:
    if is_missing(row.now):
        return ""
    shown = plain_number(row.now)
    if not is_missing(row.lo) and not is_missing(row.hi) and row.lo != row.hi:
        shown += f" [{plain_number(row.lo)} to {plain_number(row.hi)}]"
    return shown
