"""``torugart energy balance`` and ``torugart energy break``: gas or crude by month, and who is short when something is lost."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.crude_page import crude_page
from torugart.cli.options import (
    OUTPUT,
    AsCsv,
    AsJson,
    DataFolder,
    Overlays,
    Quiet,
    Seed,
    check_output,
    examples,
)
from torugart.cli.screen import show
from torugart.cli.supply_words import LEAST_SHOWN, LEAST_SPREAD, MOST_ROWS, bare, remarks, worth
from torugart.cli.wording import MONTH_NAMES, number, per_cent
from torugart.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

BALANCE_EXAMPLES = examples(
    "torugart energy balance --year 2023",
    "torugart energy balance --with gas_pipeline_d --output TKM=+36",
    "torugart energy balance --year 2023 --write gas_2023",
    "torugart energy balance --commodity crude --with shymkent_refinery_expansion",
    "torugart energy balance my_gas --table lines --csv > lines.csv",
)
BREAK_EXAMPLES = examples(
    "torugart energy break --months 12,1,2",
    "torugart energy break gedaim --months 1 --with beineu_shymkent_gas_2",
    "torugart energy break --commodity crude",
    "torugart energy break my_gas north_line --months 12,1,2",
)
DRAWS = 100
BY_MONTH = (1, 3)  # columns of the page on losses that tell months apart
GasYear = Annotated[
    int | None,
    typer.Option(
        metavar="YEAR",
        help="Year of the record (default: the newest with output, use and trade of most countries; of crude with output).",
    ),
]


class Commodity(StrEnum):
    """What is supplied."""

    gas = "gas"
    crude = "crude"


WhichCommodity = Annotated[Commodity, typer.Option(help="What is supplied: gas in bcm or crude oil in Mt.")]
WithProject = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="PROJECT", help="Take a project to stand. May be repeated."),
]
WithoutProject = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="PROJECT", help="Take a project to be absent. May be repeated."),
]
MoreOutput = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ISO=+AMOUNT",
        help="bcm of gas or Mt of crude that a country makes beyond the record, a year. May be repeated.",
    ),
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
    products = "products"
    changes = "changes"
    backcast = "backcast"
    volumes = "volumes"
    intervals = "intervals"


class BreakTable(StrEnum):
    """Which table goes to CSV."""

    losses = "losses"
    shortages = "shortages"
    binding = "binding"
    mends = "mends"


def balance(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="CSV files of your own: nodes, lines, supplies, demands, ..."
        ),
    ] = None,
    commodity: WhichCommodity = Commodity.gas,
    year: GasYear = None,
    with_project: WithProject = None,
    without_project: WithoutProject = None,
    output: MoreOutput = None,
    draws: Annotated[
        int | None,
        typer.Option(metavar="N", help="Random draws behind the intervals (default 100; 0: none)."),
    ] = None,
    seed: Seed = 1,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Also write the case as CSV files, to be changed and given back.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    table: Annotated[
        BalanceTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = BalanceTable.countries,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Supply a year of gas or crude at least cost: who is short, whose gas or oil it is, which lines are full."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_balance(
        folder,
        commodity=commodity.value,
        year=year,
        with_projects=with_project or (),
        without_projects=without_project or (),
        output=output or (),
        draws=(0 if folder else DRAWS) if draws is None else draws,
        seed=seed,
        write=write,
        data=data,
        overlays=tuple(overlays or ()),
    )
    if not _written(answer, list(BalanceTable), table.value, as_json=as_json, as_csv=as_csv):
        show(*(crude_page if commodity is Commodity.crude else balance_page)(answer, quiet=quiet))


def break_(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FOLDER] [ELEMENT]...",
            help="A folder of your own, if not the record; then lines, fields, storages or nodes: all when none is named.",
        ),
    ] = None,
    months: Annotated[
        str, typer.Option(metavar="M,M", help="Months from 1 to 12, as in 12,1,2; all when not given.")
    ] = "",
    commodity: WhichCommodity = Commodity.gas,
    year: GasYear = None,
    with_project: WithProject = None,
    without_project: WithoutProject = None,
    output: MoreOutput = None,
    table: Annotated[
        BreakTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = BreakTable.losses,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Lose a line, field, storage or node for a month: who is short, by how much, what binds, and which project mends it."""
    check_output(as_json=as_json, as_csv=as_csv)
    asked = list(what or ())
    folder = asked.pop(0) if asked and _is_folder(asked[0]) else None
    answer = torugart.energy_break(
        folder,
        asked,
        commodity=commodity.value,
        months=months_of(months),
        year=year,
        with_projects=with_project or (),
        without_projects=without_project or (),
        output=output or (),
        data=data,
        overlays=tuple(overlays or ()),
    )
    if not _written(answer, list(BreakTable), table.value, as_json=as_json, as_csv=as_csv):
        show(*break_page(answer, quiet=quiet))


def _is_folder(text: str) -> bool:
    """Whether a word is a folder; what looks like a path is one too, so that a folder that is not there is told as that."""
    return "/" in text or "\\" in text or ("\x00" not in text and Path(text).is_dir())


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
        if not len(getattr(answer, table).columns):
            raise InputError(
                f"--table {table}: this answer has none; products, changes and backcast are of --commodity crude and of the"
                " record, volumes of the record, intervals of --draws"
            )
        write_table_csv(getattr(answer, table))
    return as_json or as_csv


def balance_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the parts of the page on a year of gas."""
    from torugart.cli.tables import Column, build_table, heading, plain

    year = answer.countries
    short = float(year["short_bcm"].sum())
    known = {(r.country, r.measure): r for r in answer.intervals.itertuples(index=False)}
    called = dict(answer.names)

    def name(iso3: str) -> str:
        return str(called.get(iso3, iso3))

    def reach(iso3: str, measure: str) -> str:
        r = known.get((iso3, measure))
        return f"{number(r.lo, 1)} to {number(r.hi, 1)}" if r is not None and r.hi >= LEAST_SPREAD else ""

    yield heading(f"Gas of {answer.title} by month, bcm" if answer.title.isdigit() else "Gas by month, bcm")
    yield plain("nobody is short" if not short else f"{number(short, 2)} bcm short in the year")
    yield ""
    spread = [Column("90 %", numeric=True)] if known else []
    titles = ("demand", "short", "of it")
    yield build_table(
        [
            Column("country"),
            *(Column(t, numeric=True) for t in titles),
            *spread,
            *(Column(t, numeric=True) for t in ("output", "arrives", "leaves", "crosses")),
        ],
        [
            [
                name(c.country),
                number(c.demand_bcm, 2),
                number(c.short_bcm, 2) if c.short_bcm else "",
                per_cent(c.short_share) if c.short_bcm else "",
                *([reach(c.country, "short_bcm")] if known else []),
                number(c.output_bcm, 2),
                number(c.arrives_bcm, 1),
                number(c.leaves_bcm, 1),
                number(c.through_bcm, 1),
            ]
            for c in year.itertuples(index=False)
        ],
    )
    lacking = answer.months[answer.months["short_bcm"] > 0]
    if len(lacking):
        yield ""
        yield heading("Who is short, by month, bcm")
        shown = lacking.pivot_table(index="country", columns="month", values="short_bcm", aggfunc="sum")
        yield build_table(
            [Column("country"), *(Column(m, numeric=True) for m in MONTH_NAMES)],
            [
                [
                    name(str(country)),
                    *(
                        number(row[m], 2) if m in row.index and row[m] > LEAST_SHOWN else ""
                        for m in range(1, 13)
                    ),
                ]
                for country, row in shown.iterrows()
            ],
        )
    yield ""
    yield heading("Whose gas is used where, bcm")
    origins = answer.origins.pivot_table(index="country", columns="origin", values="bcm", aggfunc="sum")
    yield build_table(
        [Column("used in"), *(Column(f"from {o}", numeric=True) for o in origins.columns)],
        [
            [name(str(c)), *(number(v, 2) if v > LEAST_SHOWN else "" for v in row)]
            for c, row in origins.iterrows()
        ],
    )
    used = answer.lines[(answer.lines["bcm"] > 0) & ~answer.lines["is_made"].astype(bool)]
    used = used.sort_values(["full_share", "bcm"], ascending=False)
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
    if quiet:
        return
    yield ""
    yield from remarks(answer.notes)
    if len(answer.volumes):
        yield plain("where each volume comes from: --table volumes --csv", "dim")


def break_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the parts of the page on what is missed."""
    from torugart.cli.tables import Column, build_table, heading, plain

    losses, mends = bare(answer.losses), bare(answer.mends)
    losses = losses[losses["short"] > 0]
    of = f" in {answer.title}" if answer.title.isdigit() else ""
    # The months of crude of the record are alike.
    alike = answer.commodity == "crude" and answer.title.isdigit()
    yield heading(f"Short when lost for a month{of}, {'Mt' if answer.commodity == 'crude' else 'bcm'}")
    if losses.empty:
        yield plain("nobody: whatever is lost, the rest supplies all that was supplied before")
        return
    worst = losses.drop_duplicates("element")
    rows = [_loss_row(answer, losses, r) for r in worst.head(MOST_ROWS).itertuples(index=False)]
    columns = [
        Column("lost"),
        Column("worst in"),
        Column("short", numeric=True),
        Column("least", numeric=True),
        Column("who, of their demand"),
        Column("what would relieve it"),
    ]
    kept = [k for k in range(len(columns)) if not alike or k not in BY_MONTH]
    yield build_table([columns[k] for k in kept], [[row[k] for k in kept] for row in rows])
    if len(worst) > MOST_ROWS:
        yield plain(f"and {len(worst) - MOST_ROWS} more; --csv has all, month by month", "dim")
    if len(mends):
        yield ""
        yield heading("What would mend it")
        yield build_table(
            [
                Column("lost"),
                Column("in"),
                Column("short", numeric=True),
                Column("short with", numeric=True),
                Column("project"),
            ],
            [
                [
                    m.element,
                    MONTH_NAMES[m.month - 1],
                    number(m.short, 2),
                    number(m.short_with, 2),
                    m.project_id,
                ]
                for m in mends.sort_values("short_with").itertuples(index=False)
            ],
        )
    if not quiet:
        yield ""
        if alike:
            yield plain(
                "every month is alike; exports are cut before transit, transit before refineries", "dim"
            )
        else:
            yield plain(
                "storages as the year left them the month before, no foresight; least: in the mildest month",
                "dim",
            )
        yield from remarks(answer.notes)


def _loss_row(answer: Any, losses: Any, loss: Any) -> list[str]:
    """One element at its worst month: how much is short, who, what binds, and the mildest month."""
    shortages = bare(answer.shortages)
    mine = shortages[(shortages["element"] == loss.element) & (shortages["month"] == loss.month)]
    worst = mine.sort_values("short", ascending=False).head(3)
    bound = answer.binding[
        (answer.binding["element"] == loss.element)
        & (answer.binding["month"] == loss.month)
        & answer.binding["saves_shortage"].astype(bool)
    ]["what"]
    all_months = losses.loc[losses["element"] == loss.element, "short"]
    who = [f"{w.country} {w.sector} {per_cent(w.short_share)}" for w in worst.itertuples(index=False)]
    return [
        loss.element,
        MONTH_NAMES[loss.month - 1],
        number(loss.short, 2),
        number(float(all_months.min()), 2),
        "; ".join(who),
        ", ".join(dict.fromkeys(bound.head(2))) or "nothing: no more leads there",
    ]
