"""``torugart trade``: what a change of trade costs does to trade and real income."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import asked_line, bullet, show_answer
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    DataFolder,
    OutFolder,
    Overlays,
    Quiet,
    Seed,
    TradeBase,
    TradeBaseOption,
    Year,
    check_output,
    examples,
)
from torugart.cli.screen import progress_line
from torugart.cli.trade_pages import (
    PER_CENT_TITLE,
    costs_part,
    effects_part,
    trade_part,
    valuable_part,
    valuable_title,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart trade --cost CHN,UZB:tau=-3%",
    "torugart trade --cost CHN,KGZ:time=-20% --cost KGZ,CHN:freight=-10% --csv > effects.csv",
    "torugart trade cku",
    "torugart trade --most-valuable 10 --country UZB",
)
DRAWS = 400


def trade(
    project: Annotated[
        str | None,
        typer.Argument(
            metavar="PROJECT", help="Id, name or alias of a project: its trade costs come from the network."
        ),
    ] = None,
    costs: Annotated[
        list[str] | None,
        typer.Option(
            "--cost",
            metavar="CHANGE",
            help="EXPORTER,IMPORTER:tau=-3%, or freight=, or time=. May be repeated; `all` is every country.",
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Changes from a scenario file (TOML): its trade_cost tables, and edits of the network.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    most_valuable: Annotated[
        int,
        typer.Option(
            metavar="N", help="How many crossings and links to name that real income gains most from.", min=0
        ),
    ] = 0,
    country: Annotated[
        str,
        typer.Option(metavar="COUNTRY", help="Of whose real income (default: the one that changes most)."),
    ] = "",
    elasticity: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Trade elasticity, held instead of drawn (about 5)."),
    ] = None,
    year: Year = None,
    trade_base: TradeBaseOption = TradeBase.china,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws.", min=1)] = DRAWS,
    seed: Seed = 1,
    out: OutFolder = None,
    table: Annotated[
        str,
        typer.Option(metavar="TABLE", help="The table --csv writes.", rich_help_panel=OUTPUT),
    ] = "trade_effects",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Say what a change of trade costs does to trade and real income, country by country, under both counts of trade."""
    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("starting", quiet=quiet) as progress:
        answer = torugart.trade_effects(
            project,
            costs=tuple(costs or ()),
            scenario=scenario,
            most_valuable=most_valuable,
            country=country,
            elasticity=elasticity,
            year=year,
            draws=draws,
            seed=seed,
            trade_base=trade_base.value,
            data=data,
            overlays=tuple(overlays or ()),
            out=out,
            progress=progress,
        )
    show_answer(answer, lambda: trade_page(answer), table, as_json=as_json, as_csv=as_csv, quiet=quiet)


def trade_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page."""
    from torugart.cli.tables import heading

    tables = answer.tables
    changes = len(tables["trade_costs"]) > 0
    yield heading(answer.manifest["title"])
    yield from asked_line(answer.manifest)
    yield ""
    for sentence in answer.manifest["headline"]:
        yield from bullet(sentence["text"])
    parts = []
    if changes:
        parts = [
            ("Trade costs that change most", costs_part(tables)),
            ("Real income", effects_part(tables)),
            (PER_CENT_TITLE, trade_part(tables)),
        ]
    parts += [(valuable_title(tables, kind), valuable_part(tables, kind)) for kind in ("crossing", "link")]
    for title, part in parts:
        rows = list(part)
        if rows:
            yield ""
            yield heading(title)
            yield from rows
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""
