"""``torugart data export``: the package in formats other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import torugart
from torugart.cli.options import DataFolder, Overlays, Quiet, examples
from torugart.cli.screen import complain, progress_line, write_answer
from torugart.cli.wording import clean

EXAMPLES = examples(
    "torugart data export my_package",
    "torugart data export my_package --format parquet",
    "torugart data export my_projects --format oc4ids",
)


class Format(StrEnum):
    """Formats of an export."""

    csv = "csv"
    parquet = "parquet"
    geojson = "geojson"
    oc4ids = "oc4ids"
    claimreview = "claimreview"


def export(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is new or empty.")],
    format: Annotated[Format, typer.Option("--format", help="Format of the files written.")] = Format.csv,
    own_use: Annotated[
        bool,
        typer.Option(
            "--own-use", metavar="", help="Keep what a source's licence does not allow to be passed on."
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Day for which statuses hold (geojson, oc4ids).",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(metavar="N", help="Random draws behind the verdicts (claimreview).", min=1)
    ] = 100,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Write the package, overlays merged, for other programs, and the licences of what is in it.

    csv: tables that can be read as a package again. parquet: typed tables with units and sources. geojson: places,
    links and projects. oc4ids: projects in the standard for infrastructure projects. claimreview: claims with verdicts.
    """
    on_top = tuple(overlays or ())
    verdicts = None
    if format is Format.claimreview:
        with progress_line("judging the claims", quiet=quiet):
            verdicts = torugart.check(draws=draws, data=data, overlays=on_top)
    done = torugart.data_export(
        target, data, on_top, format=format.value, own_use=own_use, as_of=as_of, verdicts=verdicts
    )
    if not quiet:
        for note in done.notes:
            complain(note)
    write_answer(clean(done.folder) + "\n")
