"""Tables for people: as wide as the terminal, numbers to the right, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torugart.cli.records import rows_of
from torugart.cli.wording import UNKNOWN, clean, is_missing, number, plain_number

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from rich.text import Text

# A table with more columns than this is shown as one block of lines a row on a narrow terminal.
_NARROWEST_COLUMN = 9


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a table looks.

    Numbers stand to the right; numbers and columns to be kept whole do not wrap; ``width`` fixes a width.
    """

    title: str
    numeric: bool = False
    style: str = ""
    whole: bool = False
    width: int | None = None


def plain(text: object, style: str = "") -> Text:
    """Return text that the terminal shows letter for letter."""
    from rich.text import Text

    return Text(clean(text), style=style)


def two_lines(value: str, below: str) -> Text:
    """Return a cell with a second, fainter line."""
    text = plain(value)
    return text.append(f"\n{clean(below)}", style="dim") if below else text


def heading(text: object) -> Text:
    """Return a heading."""
    return plain(text, "bold")


def build_table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Return a table of ready-made cells; words wrap, numbers do not."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            plain(column.title),
            justify="right" if column.numeric else "left",
            no_wrap=column.numeric or column.whole,
            overflow="fold",
            style=column.style,
            width=column.width,
        )
    for row in rows:
        table.add_row(*[cell if isinstance(cell, Text) else plain(cell) for cell in row])
    return table


def is_number(value: Any) -> bool:
    """Whether a cell is shown as a number."""
    return not isinstance(value, (str, bool)) and hasattr(value, "__float__")


def cell_text(value: Any, column: str) -> str:
    """Write the value of a cell of any table."""
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not is_number(value):
        return str(value)
    if column == "year" or column.endswith("_year"):
        return str(int(value))
    return number(value) if float(value).is_integer() else plain_number(value)


def frame_as_text(frame: pd.DataFrame, width: int) -> Table | Text:
    """Return a whole table for a terminal of that width, as blocks of lines where columns do not fit."""
    columns = [str(column) for column in frame.columns]
    if not len(frame):
        return plain("nothing to show")
    rows = [
        [cell_text(value, name) for name, value in zip(columns, row, strict=True)] for row in rows_of(frame)
    ]
    if len(columns) * _NARROWEST_COLUMN > width:
        return rows_as_blocks(columns, rows)
    numeric = [_all_numbers(frame, position) for position in range(len(columns))]
    looks = [Column(name, numeric=is_numeric) for name, is_numeric in zip(columns, numeric, strict=True)]
    return build_table(looks, rows)


def rows_as_blocks(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Text:
    """Return each row as lines of ``name  value``, leaving out what is empty."""
    from rich.text import Text

    longest = max(len(name) for name in columns)
    blocks = []
    for row in rows:
        lines = [
            Text.assemble((f"{clean(name):<{longest}}  ", "dim"), clean(value))
            for name, value in zip(columns, row, strict=True)
            if value not in {"", UNKNOWN}
        ]
        blocks.append(Text("\n").join(lines))
    return Text("\n\n").join(blocks)


def _all_numbers(frame: pd.DataFrame, position: int) -> bool:
    values = [value for value in frame.iloc[:, position] if not is_missing(value)]
    return bool(values) and all(is_number(value) for value in values)
