"""``torugart data``: what the package holds, where its sources disagree, how its holes are filled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import torugart
from torugart.cli import export, series, upkeep
from torugart.cli.data_pages import (
    assumptions_page,
    changes_page,
    conflicts_page,
    doubts_page,
    records_page,
    show_frame,
    tables_page,
    written,
)
from torugart.cli.options import OUTPUT, AsCsv, AsJson, DataFolder, Overlays, check_output, examples
from torugart.cli.screen import show
from torugart.errors import InputError

app = typer.Typer(
    name="data",
    help="Look into the data package and keep it up: tables, rival values, faults, exports, records of your own.",
    invoke_without_command=True,
    rich_markup_mode="rich",
    epilog=examples(
        "torugart data list",
        "torugart data show cku",
        "torugart data conflicts projects/cku",
        "torugart data assumptions",
    ),
)


@app.callback()
def data_commands(context: typer.Context) -> None:
    """Show the help page when no command is given."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("list", epilog=examples("torugart data list", "torugart data list --json"))
def list_tables(
    as_json: AsJson = False, as_csv: AsCsv = False, data: DataFolder = None, overlays: Overlays = None
) -> None:
    """List the tables: how many rows each has, how many of them are estimates, what a row is."""
    check_output(as_json=as_json, as_csv=as_csv)
    tables = torugart.data_tables(data, tuple(overlays or ()))
    if not written(tables, as_json=as_json, as_csv=as_csv):
        show(*tables_page(tables))


@app.command("show", epilog=examples("torugart data show cku", "torugart data show crossings --csv"))
def show_data(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A table; or an id, name or alias of a record.")
    ],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Show a table, or a record cell by cell, each with its source and the number of its rival values."""
    check_output(as_json=as_json, as_csv=as_csv)
    shown = torugart.data_show(name, data, tuple(overlays or ()))
    if written(shown, as_json=as_json, as_csv=as_csv):
        return
    if "rivals" in shown.columns:
        show(*records_page(shown))
    else:
        show_frame(shown)


@app.command("verify", epilog=examples("torugart data verify", "torugart data verify --overlay my_tables"))
def verify(
    only_faults: Annotated[
        bool,
        typer.Option(
            "--only-faults", metavar="", help="Leave out what is only doubtful.", rich_help_panel=OUTPUT
        ),
    ] = False,
    as_json: AsJson = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Check every table against the schema and the tables against each other; list all faults.

    Exit code 2 when there are any. Of a sound package, what is doubtful is listed: records that look like one
    another, evidence and statuses that disagree, sources nothing cites.
    """
    on_top = tuple(overlays or ())
    problems = torugart.data_verify(data, on_top)
    doubts = [] if problems or only_faults else torugart.data_doubts(data, on_top)
    if as_json:
        from torugart.cli.records import write_json

        fields = ("file", "row", "row_id", "column", "what", "mend")
        told = [*(("fault", problem) for problem in problems), *(("doubt", doubt) for doubt in doubts)]
        write_json([{"kind": kind, **{field: getattr(one, field) for field in fields}} for kind, one in told])
        if problems:
            raise typer.Exit(InputError.exit_code)
    elif problems:
        from torugart.verbs.data import verdict

        raise InputError(verdict(problems))
    else:
        show("no problems found", *doubts_page(doubts))


@app.command(
    "conflicts",
    epilog=examples(
        "torugart data conflicts",
        "torugart data conflicts projects/cku",
        "torugart data conflicts trade_totals --csv",
    ),
)
def conflicts(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[TABLE or TABLE/ROW]",
            help="Only these (default: the whole package).",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """List the rival values of every disputed figure, the most disputed first; the value used is marked."""
    check_output(as_json=as_json, as_csv=as_csv)
    table = None if what is None else what.split("/", 1)[0]
    rivals = torugart.data_conflicts(table, data, tuple(overlays or ()))
    if what is not None and "/" in what:
        rivals = rivals[(rivals["cell"] + "/").str.startswith(what.rstrip("/") + "/")]
    if not written(rivals, as_json=as_json, as_csv=as_csv):
        show(*conflicts_page(rivals))


@app.command("assumptions", epilog=examples("torugart data assumptions", "torugart data assumptions --csv"))
def assumptions(
    as_json: AsJson = False, as_csv: AsCsv = False, data: DataFolder = None, overlays: Overlays = None
) -> None:
    """List the rules that fill holes: value, range, reason, and how many cells each fills."""
    check_output(as_json=as_json, as_csv=as_csv)
    rules = torugart.data_assumptions(data, tuple(overlays or ()))
    if not written(rules, as_json=as_json, as_csv=as_csv):
        show(*assumptions_page(rules))


@app.command(
    "diff", epilog=examples("torugart data diff my_package", "torugart data diff old_package new_package")
)
def diff(
    before: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A data package.", exists=True, file_okay=False)
    ],
    after: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Another one; left out, the first is compared with the built-in one.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say what differs between two data packages; --json and --csv give it cell by cell."""
    check_output(as_json=as_json, as_csv=as_csv)
    old, new = (None, before) if after is None else (before, after)
    if as_json or as_csv:
        written(torugart.data_diff(old, new), as_json=as_json, as_csv=as_csv)
    else:
        show(*changes_page(torugart.data_changes(old, new)))


@app.command("import", epilog=examples("torugart data import my_tables"))
def try_import(
    overlay: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="A folder with some of the tables.", exists=True, file_okay=False
        ),
    ],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    data: DataFolder = None,
) -> None:
    """Try tables of your own on top of the package: list their faults, or what they would change.

    Nothing is written; use them with --overlay.
    """
    check_output(as_json=as_json, as_csv=as_csv)
    changes = torugart.data_import(overlay, data)
    if not written(changes, as_json=as_json, as_csv=as_csv):
        show(*changes_page(torugart.data_import_changes(overlay, data)))


app.command("export", epilog=export.EXAMPLES)(export.export)
app.command("add", epilog=upkeep.ADD_EXAMPLES)(upkeep.add)
app.command("stale", epilog=upkeep.STALE_EXAMPLES)(upkeep.stale)
app.command("series", epilog=series.EXAMPLES)(series.series)
