"""``torugart access``: what a project does to the market access of cities."""

from __future__ import annotations

from collections.abc import Iterator
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
    TradeBase,
    TradeBaseOption,
    Year,
    check_output,
    examples,
)
from torugart.cli.screen import progress_line
from torugart.cli.wording import number, signed

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart access cku",
    "torugart access cku --elasticity 8 --year 2035",
    "torugart access btk --csv --table access_countries > access.csv",
)
CITIES_UP, CITIES_DOWN, COUNTRIES_UP, COUNTRIES_DOWN = 10, 5, 10, 5
DIGITS = 3


def access(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Id, name or alias of a project.")],
    elasticity: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Trade elasticity (default: that of the package, 5.03)."),
    ] = None,
    year: Year = None,
    trade_base: TradeBaseOption = TradeBase.china,
    out: OutFolder = None,
    table: Annotated[
        str,
        typer.Option(metavar="TABLE", help="The table --csv writes.", rich_help_panel=OUTPUT),
    ] = "access_cities",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Say how much market comes within reach of which cities with a project, by city and country, losers kept."""
    check_output(as_json=as_json, as_csv=as_csv)
    with progress_line("starting", quiet=quiet) as progress:
        answer = torugart.access(
            project,
            elasticity=elasticity,
            year=year,
            trade_base=trade_base.value,
            data=data,
            overlays=tuple(overlays or ()),
            out=out,
            progress=progress,
        )
    show_answer(answer, lambda: access_page(answer), table, as_json=as_json, as_csv=as_csv, quiet=quiet)


def access_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page."""
    from torugart.cli.tables import heading, plain

    asked, tables = answer.manifest["asked"], answer.tables
    yield heading(answer.manifest["title"])
    beside = sorted(set(tables["access_cities"]["elasticity"]) - {asked["elasticity"]})
    also = f", solved at {' and '.join(f'{e:g}' for e in beside)} beside" if beside else ""
    yield plain(
        f"{asked['year']}; change in per cent at a trade elasticity of {asked['elasticity']:g}{also}", "dim"
    )
    yield ""
    for sentence in answer.manifest["headline"]:
        yield from bullet(sentence["text"])
    for title, rows in (
        ("By country, mean over people", tables["access_countries"]),
        ("By city", tables["access_cities"]),
    ):
        yield ""
        yield heading(title)
        yield changes_part(rows, asked["elasticity"])
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""


def changes_part(rows: pd.DataFrame, theta: float) -> RenderableType:
    """Return the greatest gains and losses, the other elasticities beside them."""
    from torugart.cli.tables import Column, build_table

    by_city = "place_id" in rows
    key = "place_id" if by_city else "iso3"
    main = rows[rows["elasticity"] == theta].sort_values(["d_solved", key], ascending=[False, True])
    others = [e for e in sorted(set(rows["elasticity"])) if e != theta]
    beside = {e: rows[rows["elasticity"] == e].set_index(key)["d_solved"] for e in others}
    all_row = main[main[key] == "ALL"]
    main = main[main[key] != "ALL"]
    up, down = (CITIES_UP, CITIES_DOWN) if by_city else (COUNTRIES_UP, COUNTRIES_DOWN)
    gaining, losing = main[main["d_solved"] > 0].head(up), main[main["d_solved"] < 0].tail(down)
    cells = []

    def add(row: Any, name: str) -> None:
        values = [row.d_first, row.d_solved, *(beside[e][getattr(row, key)] for e in others)]
        size = number(row.population_k) if by_city else f"{row.gain} up, {row.lose} down"
        cells.append([name, size, *(signed(100 * v, DIGITS) for v in values)])

    for row in gaining.itertuples(index=False):
        add(row, f"{row.name}, {row.iso3}" if by_city else row.name)
    left_out = len(main) - len(gaining) - len(losing)
    if left_out:
        cells.append([f"... {left_out} more", *[""] * (3 + len(others))])
    for row in losing.itertuples(index=False):
        add(row, f"{row.name}, {row.iso3}" if by_city else row.name)
    for row in all_row.itertuples(index=False):
        add(row, row.name)
    titles = ["first order", "solved", *(f"at {e:g}" for e in others)]
    columns = [
        Column("city" if by_city else "country"),
        Column("thousand people" if by_city else "cities", numeric=by_city),
        *(Column(title, numeric=True) for title in titles),
    ]
    return build_table(columns, cells)
