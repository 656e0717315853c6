"""``torugart break``: a gate or line closed for some days."""

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
    check_output,
    examples,
)
from torugart.cli.screen import progress_line
from torugart.cli.wording import is_missing, number, per_cent, signed
from torugart.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart break dostyk --days 14",
    "torugart break dostyk --direction b_to_a --days 29 --from 2024-08-14",
    "torugart break khorgos --days 30 --with cku",
)
MOST_ROWS, MOST_RANKED = 8, 20


def break_(
    gate: Annotated[
        str | None,
        typer.Argument(
            metavar="GATE_OR_LINK", help="A crossing or link by id or name, or the place of a gate."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", metavar="", help="Close every gate in turn and rank them.")
    ] = False,
    days: Annotated[float, typer.Option(metavar="N", help="Days it is closed.")] = 14.0,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day: what is open then, which passes are shut."),
    ] = None,
    direction: Annotated[
        str, typer.Option(metavar="WAY", help="both, or a_to_b or b_to_a of the crossing's row.")
    ] = "both",
    mode: Annotated[
        str | None, typer.Option(metavar="MODE", help="rail or road, where a place has gates of both.")
    ] = None,
    with_project: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="PROJECT", help="Also with a project open: what a second way is worth."
        ),
    ] = None,
    per_year: Annotated[
        float, typer.Option(metavar="P", help="Closures a year, for the expected loss of --all.")
    ] = 1.0,
    trade_base: TradeBaseOption = TradeBase.china,
    out: OutFolder = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="TABLE",
            help="The table --csv writes (default: closure, or ranking).",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Close a gate or line for some days: who waits, where freight goes, what it costs whom, and what a project would spare."""
    check_output(as_json=as_json, as_csv=as_csv)
    if every == (gate is not None):
        raise InputError("give one gate or link, as in `torugart break dostyk --days 14`, or --all")
    with progress_line("starting", quiet=quiet) as progress:
        answer = torugart.disrupt_gate(
            gate,
            days,
            start=start,
            direction=direction,
            mode=mode,
            with_project=with_project,
            per_year=per_year,
            trade_base=trade_base.value,
            data=data,
            overlays=tuple(overlays or ()),
            out=out,
            progress=progress,
        )
    show_answer(
        answer,
        lambda: ranking_page(answer) if every else closure_page(answer),
        table or ("ranking" if every else "closure"),
        as_json=as_json,
        as_csv=as_csv,
        quiet=quiet,
    )


def closure_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the parts of the page on one closure."""
    from torugart.cli.tables import Column, build_table, heading, plain

    tables, asked = answer.tables, answer.manifest["asked"]
    yield heading(answer.manifest["title"])
    yield plain(f"from {asked['start']}; central values", "dim")
    yield ""
    closure = tables["closure"].set_index("side")
    sides = list(closure.index)
    lines = [
        ("passes in usual days, thousand t", "used_t", 1e-3, 0),
        ("waits for the reopening, thousand t", "waiting_t", 1e-3, 0),
        ("goes round, thousand t", "diverted_t", 1e-3, 0),
        ("in line at other full gates at the end, thousand t", "beyond_t", 1e-3, 0),
        ("mean wait of those who wait, days", "wait_days", 1, 1),
        ("lost, thousand box-days", "box_days", 1e-3, 1),
        ("users' loss, million USD", "loss_musd", 1, 1),
        ("days until the line has cleared", "after_days", 1, 1),
        ("wait of those who come meanwhile, million USD", "after_musd", 1, 1),
    ]
    rows = [[label, *(number(closure.at[s, c] * k, d) for s in sides)] for label, c, k, d in lines]
    rows.insert(
        4,
        ["not past the border when it reopens", *(per_cent(closure.at[s, "unserved_share"]) for s in sides)],
    )
    project = asked["with_project"]
    titles = ["without", f"with {project}"] if project else [""]
    yield build_table([Column("")] + [Column(t, numeric=True) for t in titles], rows)
    if project:
        spared = closure.at["without", "loss_musd"] - closure.at["with", "loss_musd"]
        yield plain(
            f"{project} would have spared users {number(spared, 1)} million USD in this closure", "bold"
        )
    for title, kind, column, scale in (
        ("Who loses, million USD", "country", "musd", 1.0),
        ("By class, million USD", "class", "musd", 1.0),
        ("What waits, thousand tonnes", "class", "waiting_t", 1e-3),
    ):
        yield ""
        yield heading(title)
        yield losses_part(tables["losses"], kind, column, scale, sides, titles)
    yield ""
    yield heading("Where the freight goes, thousand tonnes a day")
    yield gates_part(tables["gates"])
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""


def losses_part(
    losses: pd.DataFrame, kind: str, column: str, scale: float, sides: list[str], titles: list[str]
) -> RenderableType:
    """Return the biggest of one kind: what they lose, or what of theirs waits."""
    from torugart.cli.tables import Column, build_table

    mine = losses[losses["kind"] == kind]
    wide = scale * mine.pivot_table(
        index="name", columns="side", values=column, aggfunc="sum", fill_value=0.0
    )
    wide = wide.reindex(columns=sides, fill_value=0.0)
    order = wide["without"].abs().sort_values(ascending=False, kind="stable").index
    rows = [[name, *(number(wide.at[name, s], 2) for s in sides)] for name in order[:MOST_ROWS]]
    if len(order) > MOST_ROWS:
        rest = wide.loc[order[MOST_ROWS:]]
        rows.append([f"{len(rest)} others", *(number(rest[s].sum(), 2) for s in sides)])
    return build_table([Column("")] + [Column(t, numeric=True) for t in titles], rows)


def gates_part(gates: pd.DataFrame) -> RenderableType:
    """Return the gates whose traffic changes most, without the project."""
    from torugart.cli.tables import Column, build_table

    shown = gates[gates["side"] == "without"].head(MOST_ROWS)
    rows = [
        [
            g.name,
            number(g.t_per_day_before / 1000, 1),
            number(g.t_per_day_in / 1000, 1),
            signed((g.t_per_day_in - g.t_per_day_before) / 1000, 1),
            "" if is_missing(g.hours_added) else signed(g.hours_added, 1),
        ]
        for g in shown.itertuples(index=False)
    ]
    columns = [Column("gate")] + [
        Column(t, numeric=True) for t in ("usual", "in the closure", "change", "hours added")
    ]
    return build_table(columns, rows)


def ranking_page(answer: Any) -> Iterator[RenderableType]:
    """Yield the page on all gates."""
    from torugart.cli.tables import Column, build_table, heading, plain

    ranking, asked = answer.tables["ranking"], answer.manifest["asked"]
    yield heading(answer.manifest["title"])
    yield plain(
        f"{asked['days']:g} days each, from {asked['start']}; users' loss in million USD; central values",
        "dim",
    )
    yield ""
    has_with = "musd_with" in ranking
    rows = [
        [
            g.name,
            number(g.t_per_day / 1000, 1),
            number(g.musd_without, 1),
            *([number(g.musd_with, 1)] if has_with else []),
            per_cent(g.unserved_share),
            number(g.wait_days, 1),
        ]
        for g in ranking.head(MOST_RANKED).itertuples(index=False)
    ]
    columns = [Column("gate"), Column("thousand t a day", numeric=True), Column("loss", numeric=True)]
    columns += [Column(f"with {asked['with_project']}", numeric=True)] if has_with else []
    columns += [Column("not past", numeric=True), Column("wait, days", numeric=True)]
    yield build_table(columns, rows)
    if len(ranking) > MOST_RANKED:
        yield plain(f"and {len(ranking) - MOST_RANKED} more in the bundle", "dim")
    yield ""
    for note in answer.manifest["notes"]:
        yield from bullet(note)
    yield ""
