"""``torugart data add`` and ``torugart data stale``: records of one's own, and records nobody looked at for a while."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import torugart
from torugart.cli.data_pages import stale_page, written
from torugart.cli.options import AsCsv, AsJson, DataFolder, Overlays, Quiet, check_output, examples
from torugart.cli.screen import complain, show

ADD_EXAMPLES = examples(
    'torugart data add evidence entity_id=cku date=2026-10 milestone=works_started --source "A paper, Tunnels, 2026"',
    'torugart data add projects project_id=cku cost_musd=8000 --edit --keep-old --source "A paper, Costs, 2026"',
)
STALE_EXAMPLES = examples("torugart data stale", "torugart data stale --days 365 --table projects")


def add(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Table the record belongs to.")],
    values: Annotated[
        list[str],
        typer.Argument(metavar="COLUMN=VALUE...", help="The cells; in quotes when they hold blanks."),
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            help='Who says so: "Publisher, title, year, address", or the id of a source.',
            show_default=False,
        ),
    ] = "",
    to: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Your overlay folder; made when it is not there.")
    ] = Path("torugart-data"),
    edit: Annotated[
        bool, typer.Option("--edit", metavar="", help="Change a record that is there instead of adding one.")
    ] = False,
    keep_old: Annotated[
        bool,
        typer.Option("--keep-old", metavar="", help="With --edit: keep the former value as a rival value."),
    ] = False,
    licence: Annotated[
        str,
        typer.Option(
            metavar="LICENCE",
            help="Licence of a new source (default: single facts quoted).",
            show_default=False,
        ),
    ] = "",
    kind: Annotated[
        str,
        typer.Option(metavar="KIND", help="Kind of a new source: press, report, statistics, official, ..."),
    ] = "press",
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Add a record of your own to an overlay folder, after checking it against the whole package.

    All faults are listed at once and nothing is written while there are any. The installed package is never
    written; use the folder with --overlay.
    """
    done = torugart.data_add(
        table, values, source, to, edit=edit, keep_old=keep_old,
        licence=licence, kind=kind, folder=data, overlays=tuple(overlays or ()),
    )  # fmt: skip
    from torugart.cli.tables import plain

    what = "changed in" if edit else "added to"
    show(
        plain(
            f"{done.table}/{done.row_id} {what} {done.folder}"
            + (f", source {done.source_id}" * bool(done.source_id))
        )
    )
    for column in done.kept:
        show(plain(f"the former {column} is kept as a rival value"))
    if not quiet:
        for doubt in done.doubts:
            complain(str(doubt))


def stale(
    days: Annotated[
        int, typer.Option(metavar="N", help="How many days ago is stale.", min=0, max=36_500)
    ] = 180,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Count from this day (default: today).", show_default=False
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="Only records of this table.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """List the records nobody compared with their source, or looked for, for a while; never looked at comes first."""
    check_output(as_json=as_json, as_csv=as_csv)
    found = torugart.data_stale(days, as_of, table, data, tuple(overlays or ()))
    if not written(found, as_json=as_json, as_csv=as_csv):
        show(*stale_page(found, days))
