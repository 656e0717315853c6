"""``torugart sweep``: one question under many futures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet, show_answer
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    DataFolder,
    OutFolder,
    Overlays,
    Quiet,
    check_output,
    examples,
)
from torugart.cli.screen import progress_line, show
from torugart.cli.wording import number, per_cent, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart sweep futures.toml",
    "torugart sweep futures.toml --dry-run --csv > cases.csv",
    "torugart sweep futures.toml --workers 1",
)
MOST_AXIS_ROWS = 40


def sweep(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What to vary, in TOML: see docs/sweep.md.", dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="List the cases and compute none.")
    ] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes on this machine.", min=1, max=256)] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler that takes the place of processes, as in tcp://host:8786.",
        ),
    ] = None,
    out: OutFolder = None,
    table: Annotated[
        str, typer.Option(metavar="TABLE", help="The table --csv writes.", rich_help_panel=OUTPUT)
    ] = "cases",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Appraise many cases: every combination of what a file lists, or a sample. Stopped, it goes on where it was."""
    check_output(as_json=as_json, as_csv=as_csv)
    given: dict[str, Any] = {"data": data, "overlays": tuple(overlays or ())}
    if dry_run:
        _show_cases(torugart.sweep_cases(file, **given), as_json=as_json, as_csv=as_csv)
        return
    with progress_line("reading the plan", quiet=quiet) as progress:
        answer = torugart.sweep(
            file, workers=workers, scheduler=scheduler, out=out, progress=progress, **given
        )
    show_answer(
        answer,
        lambda: sweep_page(answer),
        table,
        as_json=as_json,
        as_csv=as_csv,
        quiet=quiet,
    )


def _show_cases(cases: Any, *, as_json: bool, as_csv: bool) -> None:
    from torugart.cli.records import records_of, write_json, write_table_csv
    from torugart.cli.screen import make_console
    from torugart.cli.tables import frame_as_text

    if as_json:
        write_json({"cases": records_of(cases)})
    elif as_csv:
        write_table_csv(cases)
    else:
        show(frame_as_text(cases.drop(columns="case_id"), make_console().width), f"{len(cases):,} cases")


def sweep_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page."""
    from torugart.cli.tables import Column, build_table, heading, plain

    cases, effects = answer.tables["cases"], answer.tables["effects"]
    yield heading(answer.manifest["title"])
    yield plain(
        f"{len(cases):,} cases, {answer.computed:,} computed now, {answer.kept:,} there already", "dim"
    )
    yield ""
    low, high = cases["musd"].min(), cases["musd"].max()
    yield from bullet(
        f"Users' benefit from {signed(low, 1)} to {signed(high, 1)} million USD a year, median {signed(cases['musd'].median(), 1)}."
    )
    losing = int((cases["musd"] < 0).sum())
    if losing:
        yield from bullet(f"Users lose in {losing:,} of {len(cases):,} cases.")
    if len(effects):
        yield ""
        yield heading("What each axis does alone: mean over all cases with that value, million USD a year")
        last = ""
        rows = []
        for e in effects.head(MOST_AXIS_ROWS).itertuples(index=False):
            name = f"{e.axis} ({per_cent(e.share)} of the variance)" if e.axis != last else ""
            last = e.axis
            rows.append(
                [
                    name,
                    e.value,
                    number(e.cases),
                    signed(e.musd, 1),
                    f"{number(e.lowest, 1)} to {number(e.highest, 1)}",
                ]
            )
        columns = [Column("axis"), Column("value")] + [
            Column(t, numeric=True) for t in ("cases", "mean", "range")
        ]
        yield build_table(columns, rows)
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""
