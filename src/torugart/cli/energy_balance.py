"""``torugart energy balance`` and ``torugart energy break``: gas by month, and who is short when something is lost."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import OUTPUT, AsCsv, AsJson, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import number, per_cent
from torugart.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

BALANCE_EXAMPLES = examples(
    "torugart energy balance my_gas",
    "torugart energy balance my_gas --table lines --csv > lines.csv",
)
BREAK_EXAMPLES = examples(
    "torugart energy break my_gas",
    "torugart energy break my_gas north_line --months 12,1,2",
)
MOST_ROWS = 12
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Folder of CSV files: nodes, lines, supplies, demands, ...")
]


class BalanceTable(StrEnum):
    """Which table goes to CSV."""

    countries = "countries"
    months = "months"
    demands = "demands"
    lines = "lines"
    origins = "origins"
    storages = "storages"
    contracts = "contracts"


class BreakTable(StrEnum):
    """Which table goes to CSV."""

    losses = "losses"
    shortages = "shortages"
    binding = "binding"


def balance(
    folder: Folder,
    table: Annotated[
        BalanceTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = BalanceTable.countries,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Supply gas month by month at least cost: who is short, whose gas it is, which lines are full."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_balance(folder)
    if not _written(answer, list(BalanceTable), table.value, as_json=as_json, as_csv=as_csv):
        show(*balance_page(answer, quiet=quiet))


def break_(
    folder: Folder,
    element: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ELEMENT]...", help="Lines, fields, storages or nodes; all when none is named."
        ),
    ] = None,
    months: Annotated[
        str, typer.Option(metavar="M,M", help="Months from 1 to 12, as in 12,1,2; all when not given.")
    ] = "",
    table: Annotated[
        BreakTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = BreakTable.losses,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Lose a line, field, storage or node for a month: who is short, by how much, and what binds."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_break(folder, element or (), months=months_of(months))
    if not _written(answer, list(BreakTable), table.value, as_json=as_json, as_csv=as_csv):
        show(*break_page(answer, quiet=quiet))


def months_of(text: str) -> tuple[int, ...]:
    """Months as they are written on the command line."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) <= 2)]
    if wrong:
        raise InputError(f"--months holds {', '.join(repr(p[:20]) for p in wrong)}; give months as in 12,1,2")
    return tuple(int(part) for part in parts)


def _written(answer: Any, tables: list[StrEnum], table: str, *, as_json: bool, as_csv: bool) -> bool:
    """Write an answer for machines, if one is asked for."""
    from torugart.cli.records import records_of, write_json, write_table_csv

    if as_json:
        write_json({t.value: records_of(getattr(answer, t.value)) for t in tables})
    elif as_csv:
        write_table_csv(getattr(answer, table))
    return as_json or as_csv


def balance_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the parts of the page on a year of gas."""
    from torugart.cli.tables import Column, build_table, heading, plain

    year = answer.countries
    short = float(year["short_bcm"].sum())
    yield heading("Gas by month, bcm")
    yield plain("nobody is short" if not short else f"{number(short, 2)} bcm short in the year")
    yield ""
    titles = ("demand", "short", "of demand", "output", "arrives", "leaves")
    yield build_table(
        [Column("country"), *(Column(t, numeric=True) for t in titles)],
        [
            [
                c.country,
                number(c.demand_bcm, 2),
                number(c.short_bcm, 2) if c.short_bcm else "",
                per_cent(c.short_share) if c.short_bcm else "",
                number(c.output_bcm, 2),
                number(c.arrives_bcm, 2),
                number(c.leaves_bcm, 2),
            ]
            for c in year.itertuples(index=False)
        ],
    )
    lacking = answer.months[answer.months["short_bcm"] > 0]
    if len(lacking):
        yield ""
        yield heading("Who is short, by month")
        yield build_table(
            [
                Column("country"),
                Column("month"),
                Column("short", numeric=True),
                Column("of demand", numeric=True),
            ],
            [
                [
                    r.country,
                    MONTH_NAMES[r.month - 1],
                    number(r.short_bcm, 3),
                    per_cent(r.short_bcm / r.demand_bcm),
                ]
                for r in lacking.sort_values(["country", "month"]).itertuples(index=False)
            ],
        )
    yield ""
    yield heading("Whose gas is used where")
    yield build_table(
        [Column("used in"), Column("from"), Column("bcm", numeric=True)],
        [[r.country, r.origin, number(r.bcm, 2)] for r in answer.origins.itertuples(index=False)],
    )
    used = answer.lines[answer.lines["bcm"] > 0].sort_values(["full_share", "bcm"], ascending=False)
    yield ""
    yield heading("The fullest lines")
    yield build_table(
        [
            Column("line"),
            Column("from - to"),
            Column("bcm", numeric=True),
            Column("full", numeric=True),
            Column("in"),
            Column("a bcm more saves", numeric=True),
        ],
        [
            [
                r.line,
                f"{r.from_node} - {r.to_node}",
                number(r.bcm, 2),
                per_cent(r.full_share),
                MONTH_NAMES[r.full_month - 1],
                worth(r.value, r.saves_shortage),
            ]
            for r in used.head(MOST_ROWS).itertuples(index=False)
        ],
    )
    late = answer.contracts[answer.contracts["lacking_bcm"] > 1e-7]
    for r in late.itertuples(index=False):
        yield plain(
            f"contract {r.contract}: {number(r.lacking_bcm, 2)} of {number(r.bcm_per_year, 2)} bcm lack"
        )
    if not quiet:
        yield ""
        yield plain("values order preferences: they are no prices; docs/methods/energy_balance.md", "dim")


def worth(value: float, saves_shortage: bool) -> str:
    """Write what more of a line would save; a penalty is shortage, never money."""
    if value <= 1e-6:
        return ""
    return "shortage" if saves_shortage else number(value, 2)


def break_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the parts of the page on what is missed."""
    from torugart.cli.tables import Column, build_table, heading, plain

    losses = answer.losses[answer.losses["short_bcm"] > 0]
    yield heading("Short when lost for a month, bcm")
    if losses.empty:
        yield plain("nobody: whatever is lost, the rest supplies all that was supplied before")
        return
    shortages, binding = answer.shortages, answer.binding
    rows = []
    for r in losses.head(MOST_ROWS).itertuples(index=False):
        mine = shortages[(shortages["element"] == r.element) & (shortages["month"] == r.month)]
        worst = mine.sort_values("short_bcm", ascending=False).head(3)
        bound = binding[(binding["element"] == r.element) & (binding["month"] == r.month)]["what"]
        rows.append(
            [
                r.element,
                MONTH_NAMES[r.month - 1],
                number(r.short_bcm, 3),
                "; ".join(
                    f"{w.country} {w.sector} {per_cent(w.short_share)}" for w in worst.itertuples(index=False)
                ),
                ", ".join(dict.fromkeys(bound.head(3))) or "nothing: no more leads there",
            ]
        )
    columns = [
        Column("lost"),
        Column("in"),
        Column("short", numeric=True),
        Column("who"),
        Column("what binds"),
    ]
    yield build_table(columns, rows)
    if len(losses) > MOST_ROWS:
        yield plain(f"and {len(losses) - MOST_ROWS} more; --csv has all", "dim")
    if not quiet:
        yield ""
        yield plain(
            "storages as the year left them the month before, no foresight; docs/methods/energy_balance.md",
            "dim",
        )
