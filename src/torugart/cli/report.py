"""``torugart report``: pages on the whole record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import torugart
from torugart.cli.options import OUTPUT, AsJson, DataFolder, Overlays, Quiet, examples
from torugart.cli.screen import progress_line, show, write_answer

app = typer.Typer(help="Write a page on the record.", no_args_is_help=True)


@app.callback(epilog=examples("torugart report record"))
def report() -> None:
    """Write a page on the record."""


@app.command(
    "record",
    epilog=examples("torugart report record", "torugart report record --as-of 2024-12-31 --out then"),
)
def record(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Replay what would have been said then.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the bundle goes.", rich_help_panel=OUTPUT)
    ] = None,
    draws: Annotated[
        int, typer.Option(metavar="N", help="Random draws behind claims that need the network.", min=1)
    ] = 100,
    as_json: AsJson = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Write timeline, map, pledges, money, claims and mirror gaps as one page that opens offline."""
    with progress_line("writing the report on the record", quiet=quiet or as_json):
        made = torugart.report_record(
            as_of=as_of, out=out, draws=draws, data=data, overlays=tuple(overlays or ())
        )
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {
                "report": str(made.report),
                "headline": made.manifest["headline"],
                "figures": records_of(made.tables["figures"]),
            }
        )
        return
    if not quiet:
        from torugart.cli.tables import heading, plain

        show(heading(made.manifest["title"]), plain(f"as of {made.manifest['asked']['as_of']}", "dim"), "")
        for line in made.manifest["headline"]:
            show(plain(f"• {line['text']}"))
        show("")
    write_answer(f"{made.report}\n")
