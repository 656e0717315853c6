"""``torugart report``: pages on the whole record, and on a year of gas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import torugart
from torugart.cli.appraise import show_json
from torugart.cli.energy_balance import GasYear, MoreOutput, WithoutProject, WithProject
from torugart.cli.options import OUTPUT, AsJson, DataFolder, OutFolder, Overlays, Quiet, Seed, examples
from torugart.cli.screen import progress_line, show, write_answer

app = typer.Typer(help="Write a page on the record, or on a year of gas.", no_args_is_help=True)


@app.callback(epilog=examples("torugart report record"))
def report() -> None:
    """Write a page on the record, or on a year of gas."""


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


@app.command(
    "energy",
    epilog=examples(
        "torugart report energy", "torugart report energy --year 2024 --with beineu_shymkent_gas_2"
    ),
)
def energy(
    year: GasYear = None,
    with_project: WithProject = None,
    without_project: WithoutProject = None,
    output: MoreOutput = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws behind the intervals.", min=1)] = 100,
    seed: Seed = 1,
    out: OutFolder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Write a year of gas as one page that opens offline: who is short, flows, months, losses, volumes in all, claims."""
    with progress_line("writing the report on gas", quiet=quiet or as_json) as progress:
        made = torugart.report_energy(
            year=year,
            with_projects=with_project or (),
            without_projects=without_project or (),
            output=output or (),
            draws=draws,
            seed=seed,
            out=out,
            data=data,
            overlays=tuple(overlays or ()),
            progress=progress,
        )
    if as_json:
        show_json(made)
        return
    if not quiet:
        from torugart.cli.tables import heading, plain

        show(heading(made.manifest["title"]), "")
        for line in made.manifest["headline"]:
            show(plain(f"• {line['text']}"))
        show("")
    write_answer(f"{made.report}\n")
