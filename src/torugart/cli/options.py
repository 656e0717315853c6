"""The options several commands share, each worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from torugart.errors import InputError

OUTPUT = "Output"
DATA = "Data"


class TradeBase(StrEnum):
    """Whose trade statistics fill the demand."""

    china = "china"
    partner = "partner"


class Course(StrEnum):
    """Which end of a range the accounts take."""

    low = "low"
    central = "central"
    high = "high"


AsJson = Annotated[
    bool,
    typer.Option(
        "--json", metavar="", help="Write the answer as JSON on standard output.", rich_help_panel=OUTPUT
    ),
]


AsCsv = Annotated[
    bool,
    typer.Option(
        "--csv", metavar="", help="Write one table as CSV on standard output.", rich_help_panel=OUTPUT
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", metavar="", help="No progress and no remarks.", rich_help_panel=OUTPUT),
]
DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help="A data package of your own instead of the built-in one.",
        exists=True,
        file_okay=False,
        rich_help_panel=DATA,
    ),
]
Overlays = Annotated[
    list[Path] | None,
    typer.Option(
        "--overlay",
        metavar="FOLDER",
        help="Tables laid over the package: rows with a known id mend it, others are added. May be repeated.",
        exists=True,
        file_okay=False,
        rich_help_panel=DATA,
    ),
]
Year = Annotated[
    int | None,
    typer.Option(metavar="YEAR", help="Year appraised; decides which projects are open.", min=1990, max=2100),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Where the result bundle goes (default: a folder of its own below torugart-out).",
        file_okay=False,
        rich_help_panel=OUTPUT,
    ),
]
TradeBaseOption = Annotated[
    TradeBase, typer.Option("--trade-base", help="Whose trade statistics: China's customs or its partners'.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="Seed of the random draws.", min=0)]
ClassId = Annotated[str, typer.Option("--class", metavar="CLASS", help="Commodity class.")]


def check_output(*, as_json: bool, as_csv: bool) -> None:
    """Refuse two formats at once."""
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other; give one of them")


def examples(*lines: str) -> str:
    """Return examples as the foot of a help page."""
    return "\n".join(["Examples:", *(f"  {line}" for line in lines)])
