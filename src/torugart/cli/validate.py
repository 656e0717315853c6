"""``torugart validate``: modelled distance and days against what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import torugart
from torugart.cli.options import OUTPUT, AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import make_console, progress_line, show

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart validate observed_routes.csv", "torugart validate observed_routes.csv --csv > compared.csv"
)


def validate(
    observed: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV of observed routes.", exists=True, dir_okay=False),
    ],
    rows: Annotated[
        bool,
        typer.Option(
            "--rows", metavar="", help="Show every route, not only the summary.", rich_help_panel=OUTPUT
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Compare modelled distance and days with published ones: errors by mode and every large miss."""
    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("modelling the observed routes", quiet=quiet):
        answer = torugart.validate(observed, data=data, overlays=tuple(overlays or ()))
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {
                "summary": records_of(answer.summary),
                "rows": records_of(answer.rows),
                "notes": list(answer.notes),
            }
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(answer.rows)
    else:
        from torugart.cli.appraise import bullet
        from torugart.cli.tables import frame_as_text

        width = make_console().width
        parts: list[RenderableType] = [frame_as_text(answer.summary, width)]
        if rows:
            parts += ["", frame_as_text(answer.rows, width)]
        show(*parts)
        for note in () if quiet else answer.notes:
            show(*bullet(note))
