"""``torugart compare``: several projects alone, together, and which of them to take."""

from __future__ import annotations

from collections.abc import Iterator
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
from torugart.cli.wording import interval, number, signed

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType
    from rich.text import Text

EXAMPLES = examples(
    "torugart compare cku ayagoz_bakhty",
    "torugart compare cku ayagoz_bakhty trans_afghan rasht_astara --budget 6e9",
    "torugart compare cku ayagoz_bakhty --csv --table interactions > interactions.csv",
)
DRAWS = 100
PAIRS_SHOWN, SETS_SHOWN = 8, 5
RELATION_STYLES = {"complements": "green", "rivals": "red"}


def compare(
    projects: Annotated[
        list[str], typer.Argument(metavar="PROJECT...", help="Two or more ids, names or aliases of projects.")
    ],
    budget: Annotated[
        float | None,
        typer.Option(metavar="USD", help="Money for capital cost: which set does most for users? As in 5e9."),
    ] = None,
    year: Year = None,
    trade_base: TradeBaseOption = TradeBase.china,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws.", min=1)] = DRAWS,
    seed: Seed = 1,
    out: OutFolder = None,
    table: Annotated[
        str,
        typer.Option(metavar="TABLE", help="The table --csv writes.", rich_help_panel=OUTPUT),
    ] = "projects",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Compare projects: each alone, all together, what each is worth among the others, and the best set under a budget."""
    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("starting", quiet=quiet) as progress:
        answer = torugart.compare(
            *projects,
            budget_usd=budget,
            year=year,
            draws=draws,
            seed=seed,
            trade_base=trade_base.value,
            data=data,
            overlays=tuple(overlays or ()),
            out=out,
            progress=progress,
        )
    show_answer(
        answer,
        lambda: compare_page(answer),
        table,
        as_json=as_json,
        as_csv=as_csv,
        quiet=quiet,
    )


def compare_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page."""
    from torugart.cli.tables import heading

    yield heading(answer.manifest["title"])
    yield from asked_line(answer.manifest)
    yield ""
    for sentence in answer.manifest["headline"]:
        yield from bullet(sentence["text"])
    for title, part in (
        ("Users' benefit, million USD a year", projects_part(answer.tables["projects"])),
        (
            "Who helps or takes from whom, million USD a year",
            interactions_part(answer.tables["interactions"]),
        ),
        ("Most benefit for the money", sets_part(answer.tables.get("sets"))),
    ):
        rows = list(part)
        if rows:
            yield ""
            yield heading(title)
            yield from rows
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""


def projects_part(projects: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield what each project brings alone, as its share, and when all the others are there."""
    from torugart.cli.tables import Column, build_table

    rows = [
        [
            f"{p.project_id}: {p.name}" + (f" ({p.note})" if p.note else ""),
            signed(p.musd_alone, 1),
            signed(p.musd_share, 1),
            interval(p.lo_share, p.hi_share, 1),
            signed(p.musd_last, 1),
            number(p.cost_musd),
        ]
        for p in projects.itertuples(index=False)
    ]
    if projects["sampling_error"].any():
        for row, error in zip(rows, projects["sampling_error"], strict=True):
            row[2] += f" ±{number(error, 1)}"
    rows.append(
        ["all", signed(projects["musd_alone"].sum(), 1), signed(projects["musd_share"].sum(), 1), "", "", ""]
    )
    columns = [Column("project")] + [
        Column(title, numeric=True) for title in ("alone", "share", "90 %", "come last", "cost, m USD")
    ]
    yield build_table(columns, rows)


def interactions_part(pairs: pd.DataFrame) -> Iterator[RenderableType]:
    """Yield the pairs that matter most to one another."""
    from torugart.cli.tables import Column, build_table, plain

    shown = pairs[pairs["relation"] != "independent"].head(PAIRS_SHOWN)
    if not len(shown):
        yield plain("none: no pair of places hangs on two of them")
        return
    rows: list[list[str | Text]] = [
        [
            f"{p.project_a} + {p.project_b}",
            plain(p.relation, RELATION_STYLES.get(p.relation, "")),
            signed(p.musd, 1),
            interval(p.lo, p.hi, 1),
            signed(p.musd_among_all, 1),
        ]
        for p in shown.itertuples(index=False)
    ]
    columns = [Column("pair"), Column("")] + [
        Column(title, numeric=True) for title in ("the two alone", "90 %", "among all")
    ]
    yield build_table(columns, rows)


def sets_part(sets: pd.DataFrame | None) -> Iterator[RenderableType]:
    """Yield the best sets that the budget pays for."""
    from torugart.cli.tables import Column, build_table

    if sets is None:
        return
    rows = [
        [
            s.projects.replace(";", ", ") or "none of them",
            number(s.cost_musd),
            signed(s.musd, 1),
            interval(s.lo, s.hi, 1),
        ]
        for s in sets.head(SETS_SHOWN).itertuples(index=False)
    ]
    columns = [Column("set")] + [Column(t, numeric=True) for t in ("cost, m USD", "m USD a year", "90 %")]
    yield build_table(columns, rows)
