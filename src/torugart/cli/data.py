"""``torugart data``: what the package holds, where its sources disagree, how its holes are filled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, check_output, examples
from torugart.cli.screen import make_console, show, write_answer
from torugart.cli.wording import clean, is_missing, number, plain_number
from torugart.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

app = typer.Typer(
    name="data",
    help="Look into the data package: tables, rival values, assumptions, faults.",
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
def verify(as_json: AsJson = False, data: DataFolder = None, overlays: Overlays = None) -> None:
    """Check every table against the schema and the tables against each other; list all faults.

    Exit code 2 when there are any.
    """
    problems = torugart.data_verify(data, tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import write_json

        fields = ("file", "row", "row_id", "column", "what", "mend")
        write_json([{field: getattr(problem, field) for field in fields} for problem in problems])
        if problems:
            raise typer.Exit(InputError.exit_code)
    elif problems:
        from torugart.verbs.data import verdict

        raise InputError(verdict(problems))
    else:
        show("no problems found")


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
    """List what differs between two data packages, cell by cell."""
    check_output(as_json=as_json, as_csv=as_csv)
    changes = torugart.data_diff(None, before) if after is None else torugart.data_diff(before, after)
    if not written(changes, as_json=as_json, as_csv=as_csv):
        show(*changes_page(changes))


@app.command("export", epilog=examples("torugart data export my_package"))
def export(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is new or empty.")],
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Write the package, overlays merged, as CSV tables with a Data Package descriptor."""
    write_answer(clean(torugart.data_export(target, data, tuple(overlays or ()))) + "\n")


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
        show(*changes_page(changes))


def written(frame: pd.DataFrame, *, as_json: bool, as_csv: bool) -> bool:
    """Write a table for other programs if that was asked for, and say whether it was."""
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(records_of(frame))
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(frame)
    return as_json or as_csv


def show_frame(frame: pd.DataFrame) -> None:
    """Write a table as it is."""
    from torugart.cli.tables import frame_as_text

    show(frame_as_text(frame, make_console().width))


def tables_page(tables: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the list of tables."""
    from torugart.cli.tables import Column, build_table

    columns = [
        Column("table", whole=True),
        Column("rows", numeric=True),
        Column("estimated", numeric=True),
        Column("what a row is"),
    ]
    rows = [[row.table, number(row.rows), number(row.estimated), row.meaning] for row in tables.itertuples()]
    yield build_table(columns, rows)


def records_page(cells: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield records cell by cell."""
    from torugart.cli.tables import Column, build_table, heading

    columns = [
        Column("cell", whole=True),
        Column("value"),
        Column("source", style="dim"),
        Column("basis", style="dim", whole=True),
        Column("rivals", numeric=True),
    ]
    for (table, row_id), record in cells.groupby(["table", "row_id"], sort=False):
        yield heading(f"{table}/{row_id}")
        rows = [
            [
                cell.column,
                with_unit(cell.value, cell.unit),
                cell.assumption_id or cell.source_id,
                cell.basis,
                number(cell.rivals) if cell.rivals else "",
            ]
            for cell in record.itertuples()
        ]
        yield build_table(columns, rows)
        yield ""


def conflicts_page(rivals: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield each disputed figure with its rival values."""
    from torugart.cli.tables import Column, build_table, heading, plain

    if not len(rivals):
        yield plain("no rival values")
        return
    columns = [
        Column("used"),
        Column("value", numeric=True),
        Column("as of"),
        Column("source", style="dim"),
        Column("basis", style="dim"),
    ]
    for cell, values in rivals.groupby("cell", sort=False):
        first = values.iloc[0]
        spread = (
            "" if is_missing(first["spread"]) else f", largest over smallest {plain_number(first['spread'])}"
        )
        yield heading(first["label"])
        yield plain(f"{cell}{spread}", "dim")
        rows = [
            [
                "yes" if rival.chosen == "yes" else "",
                with_unit(rival.value, rival.unit),
                rival.as_of,
                rival.source_id,
                rival.basis,
            ]
            for rival in values.itertuples()
        ]
        yield build_table(columns, rows)
        yield ""


def assumptions_page(rules: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the rules that fill holes, table by table."""
    from torugart.cli.tables import Column, build_table, heading

    columns = [
        Column("where"),
        Column("value", numeric=True),
        Column("cells", numeric=True),
        Column("because"),
        Column("source", style="dim"),
    ]
    for (table, column), group in rules.groupby(["table", "column"], sort=False):
        yield heading(f"{table}.{column}, {group.iloc[0]['unit']}")
        rows = [
            [
                str(rule.where).replace(";", ", ") or "all",
                assumed_value(rule),
                number(rule.uses),
                rule.reason,
                rule.source_id,
            ]
            for rule in group.itertuples()
        ]
        yield build_table(columns, rows)
        yield ""


def changes_page(changes: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield what differs between two packages."""
    from torugart.cli.tables import Column, build_table, plain

    if not len(changes):
        yield plain("no difference")
        return
    rows = [
        [
            f"{change.table}/{change.row_id}" + (f"/{change.column}" if change.column else ""),
            change.change,
            change.before,
            change.after,
        ]
        for change in changes.itertuples()
    ]
    yield build_table([Column("cell"), Column("change"), Column("before"), Column("after")], rows)


def assumed_value(rule: Any) -> str:
    """Return an assumed value with its range."""
    spread = "" if is_missing(rule.lo) else f" [{plain_number(rule.lo)} to {plain_number(rule.hi)}]"
    return readable(rule.value) + spread


def with_unit(value: Any, unit: str) -> str:
    """Return the value of a cell with its unit; years are no quantities."""
    shown = str(value) if unit in {"", "year", "degrees"} else readable(value)
    return shown if unit in {"", "year"} else f"{shown} {unit}"


def readable(value: Any) -> str:
    """Return the text of a cell, with thousands separators when it is a number."""
    try:
        figure = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number(figure) if figure.is_integer() else f"{figure:,.10g}"
