"""How the answers of ``torugart data`` look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from torugart.cli.screen import make_console, show
from torugart.cli.wording import is_missing, number, plain_number

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.text import Text

MOST_SHOWN = 60  # rows or lines of a list on a terminal; --json and --csv give all


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
    from torugart.cli.tables import Column, build_table, heading, two_lines

    columns = [
        Column("where"),
        Column("value", numeric=True),
        Column("cells", numeric=True),
        Column("because, source"),
    ]
    for (table, column), group in rules.groupby(["table", "column"], sort=False):
        yield heading(f"{table}.{column}, {group.iloc[0]['unit']}")
        rows: list[list[str | Text]] = [
            [
                conditions_of(rule),
                assumed_value(rule),
                number(rule.uses),
                two_lines(rule.reason, rule.source_id),
            ]
            for rule in group.itertuples()
        ]
        yield build_table(columns, rows)
        yield ""


def changes_page(lines: Sequence[str]) -> Iterator[RenderableType]:
    """Yield what differs between two packages, a sentence a line."""
    from torugart.cli.tables import plain

    if not lines:
        yield plain("no difference")
        return
    for line in lines[:MOST_SHOWN]:
        yield plain(line)
    if len(lines) > MOST_SHOWN:
        yield plain(f"... and {len(lines) - MOST_SHOWN:,} more; --json and --csv give every cell", "dim")


def doubts_page(doubts: Sequence[Any]) -> Iterator[RenderableType]:
    """Yield what is doubtful in a sound package, file by file."""
    from torugart.cli.tables import heading, plain

    if not doubts:
        return
    counted = "1 doubt" if len(doubts) == 1 else f"{len(doubts):,} doubts"
    yield plain(f"{counted}; the package can be used all the same")
    file = ""
    for doubt in doubts[:MOST_SHOWN]:
        if doubt.file != file:
            file = doubt.file
            yield heading(file)
        yield plain(f"  {doubt.line()}")
    if len(doubts) > MOST_SHOWN:
        yield plain(f"... and {len(doubts) - MOST_SHOWN:,} more; --json gives all", "dim")


def stale_page(stale: pd.DataFrame, days: int) -> Iterator[RenderableType]:
    """Yield the records nobody looked at for a while: how many of each table, and the oldest."""
    from torugart.cli.tables import Column, build_table, heading, plain

    if not len(stale):
        yield plain(f"every record was looked at in the last {days:,} days")
        return
    records = "record was" if len(stale) == 1 else "records were"
    yield plain(f"{len(stale):,} {records} last looked at more than {days:,} days ago, or never")
    counted = stale.groupby("table", sort=False)["last_looked"].agg(["size", "min", "max"])
    columns = [
        Column("table", whole=True),
        Column("records", numeric=True),
        Column("oldest", whole=True),
        Column("newest", whole=True),
    ]
    yield build_table(
        columns,
        [
            [str(table), number(count), oldest or "never", newest or "never"]
            for table, count, oldest, newest in counted.itertuples(name=None)
        ],
    )
    yield ""
    yield heading("the oldest")
    shown = stale.head(MOST_SHOWN)
    looks = [
        Column("record"),
        Column("name"),
        Column("last looked", whole=True),
        Column("days", numeric=True),
    ]
    yield build_table(
        looks,
        [
            [
                f"{row.table}/{row.row_id}",
                "" if is_missing(row.name) else row.name,
                row.last_looked or "never",
                "" if is_missing(row.days) else number(row.days),
            ]
            for row in shown.itertuples(index=False)
        ],
    )
    if len(stale) > len(shown):
        yield plain(f"... and {len(stale) - len(shown):,} more; --json and --csv give all", "dim")


def conditions_of(rule: Any) -> Text:
    """Return the conditions under which a rule fills a cell, one a line."""
    from rich.text import Text

    from torugart.cli.tables import plain

    return Text("\n").join(plain(condition) for condition in (rule.where or "all").split(";"))


def assumed_value(rule: Any) -> Text:
    """Return an assumed value, its range below it."""
    from torugart.cli.tables import two_lines

    spread = "" if is_missing(rule.lo) else f"{plain_number(rule.lo)} to {plain_number(rule.hi)}"
    return two_lines(readable(rule.value), spread)


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
