"""``torugart energy flow``: pressures and flows of a gas network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.options import OUTPUT, AsCsv, AsJson, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import is_missing, number, plain_number
from torugart.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy flow my_network.m",
    "torugart energy flow my_network.m --ratio compressor_1=1.2 --slack 1=60",
    "torugart energy flow my_network.m --table nodes --csv > pressures.csv",
)
MOST_LIMITS, MOST_NODES, MOST_PIPES = 8, 8, 10
SET_POINTS = "Set points"


class GasLawName(StrEnum):
    """Which gas law."""

    cnga = "cnga"
    cnga_2023 = "cnga-2023"
    ideal = "ideal"


class FlowTable(StrEnum):
    """Which table goes to CSV."""

    nodes = "nodes"
    links = "links"
    limits = "limits"


def flow(
    network: Annotated[
        Path,
        typer.Argument(
            metavar="NETWORK",
            help="GasLib XML or JSON, or MATGAS: a file, or a folder or zip with it.",
            exists=True,
        ),
    ],
    nomination: Annotated[
        str, typer.Option(metavar="NAME", help="Which nomination, where there are several; else the first.")
    ] = "",
    law: Annotated[GasLawName, typer.Option(help="Gas law.")] = GasLawName.cnga,
    reference: Annotated[
        float,
        typer.Option(
            metavar="C", help="Temperature of the volumes printed: 0, 15 or 20 °C.", min=-50, max=50
        ),
    ] = 20.0,
    slack: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NODE=BAR",
            help="A pressure given, instead of the file's. May be repeated.",
            rich_help_panel=SET_POINTS,
        ),
    ] = None,
    ratio: Annotated[
        list[str] | None,
        typer.Option(metavar="LINK=RATIO", help="Ratio of a compressor.", rich_help_panel=SET_POINTS),
    ] = None,
    outlet: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINK=BAR",
            help="Outlet pressure of a compressor or control valve.",
            rich_help_panel=SET_POINTS,
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINK=BAR", help="Pressure drop of a control valve.", rich_help_panel=SET_POINTS
        ),
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option("--close", metavar="LINK", help="A link that is shut.", rich_help_panel=SET_POINTS),
    ] = None,
    table: Annotated[
        FlowTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = FlowTable.links,
    every: Annotated[
        bool, typer.Option("--all", metavar="", help="Show every node and link.", rich_help_panel=OUTPUT)
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Solve pressures and flows of a gas network at rest."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_flow(
        network,
        nomination=nomination,
        law=law.value,
        reference_celsius=reference,
        slack=read_pairs("--slack", slack),
        ratio=read_pairs("--ratio", ratio),
        outlet=read_pairs("--outlet", outlet),
        drop=read_pairs("--drop", drop),
        closed=closed or (),
    )
    if as_json:
        from torugart.cli.records import records_of, write_json

        tables = {name: records_of(getattr(answer, name)) for name in ("nodes", "links", "limits")}
        write_json({"summary": dict(answer.summary), **tables, "notes": answer.notes})
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(getattr(answer, table.value))
    else:
        show(*flow_page(answer, every=every, quiet=quiet))


def read_pairs(option: str, texts: Iterable[str] | None) -> dict[str, float]:
    """Read values written as NAME=NUMBER; the last equals sign parts them."""
    found: dict[str, float] = {}
    for text in texts or ():
        name, sign, value = text.rpartition("=")
        try:
            found[name] = float(value)
        except ValueError:
            sign = ""
        if not sign or not name:
            raise InputError(f"{option} {text!r}: write NAME=NUMBER, for instance {option} source_1=70")
    return found


def flow_page(answer: Any, *, every: bool, quiet: bool) -> Iterator[RenderableType]:
    """Yield what is wrong first, then the extremes of pressures and of speeds, then what stations do."""
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import Column, build_table, heading, plain

    told: Mapping[str, Any] = answer.summary
    yield heading(f"{told['name']}: {told['nodes']} nodes, {told['links']} links ({told['format']})")
    lowest, highest = number(told["pressure_lowest_bar"], 1), number(told["pressure_highest_bar"], 1)
    yield plain(
        f"{lowest} to {highest} bar absolute; bcm a year of 365 days at {told['reference_celsius']:g} °C and 101,325 Pa"
        f" ({told['reference_density_kg_per_m3']:.4g} kg/m3)"
    )
    yield ""
    limits = answer.limits
    if len(limits):
        yield heading("Limits of the file that are passed" + ("" if every else first_of(limits, MOST_LIMITS)))
        rows = [
            [
                row.element,
                row.what,
                plain_number(row.value),
                plain_number(row.limit),
                "" if row.unit == "1" else row.unit,
            ]
            for row in (limits if every else limits.head(MOST_LIMITS)).itertuples()
        ]
        yield build_table(
            [
                Column("element"),
                Column("what"),
                Column("is", numeric=True),
                Column("limit", numeric=True),
                Column(""),
            ],
            rows,
        )
        yield ""
    nodes = answer.nodes.sort_values("pressure_bar", kind="stable")
    yield heading(
        "Pressures, lowest first" if every else "Pressures, lowest and highest" + first_of(nodes, MOST_NODES)
    )
    yield node_table(nodes if every else both_ends(nodes, MOST_NODES))
    yield ""
    pipes = answer.links[answer.links["kind"] == "pipe"].sort_values(
        "velocity_m_per_s", ascending=False, kind="stable"
    )
    yield heading("Pipes, fastest first" + ("" if every else first_of(pipes, MOST_PIPES)))
    yield link_table(pipes if every else pipes.head(MOST_PIPES), speed=True)
    others = answer.links[answer.links["kind"] != "pipe"]
    acting = others if every else others[others["drop_bar"].abs() > 1e-9]
    if len(acting):
        yield ""
        yield heading("Stations, valves, resistors" + ("" if every else " that change the pressure"))
        yield link_table(acting, speed=False)
    if not quiet:
        yield ""
        yield plain(
            f"law {told['law']}, {told['temperature_k'] - 273.15:.4g} °C, {told['molar_mass_g_per_mol']:.4g} g/mol;"
            f" {told['steps']} steps, potentials within {told['gap']:.0e}, balances within {told['imbalance']:.0e}",
            "dim",
        )
        for note in answer.notes:
            yield from bullet(note)


def first_of(table: pd.DataFrame, shown: int) -> str:
    """Say how much of a table is shown; nothing where it is whole."""
    return f" ({shown} of {len(table)}; --all shows all)" if len(table) > shown else ""


def both_ends(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return three quarters of what may be shown from the top, the rest from the foot."""
    if len(table) <= most:
        return table
    top = most * 3 // 4
    return table.iloc[[*range(top), *range(len(table) - (most - top), len(table))]]


def node_table(nodes: pd.DataFrame) -> RenderableType:
    """Return pressures with limits and inflows."""
    from torugart.cli.tables import Column, build_table

    rows = [
        [
            row.node_id + (" (slack)" if row.slack else ""),
            number(row.pressure_bar, 2),
            between(row.pressure_min_bar, row.pressure_max_bar),
            number(row.inflow_kg_per_s, 2) if row.inflow_kg_per_s else "",
            number(row.inflow_bcm_per_year, 3) if row.inflow_kg_per_s else "",
        ]
        for row in nodes.itertuples()
    ]
    numeric = [Column(title, numeric=True) for title in ("bar", "limits", "inflow kg/s", "bcm a year")]
    return build_table([Column("node"), *numeric], rows)


def link_table(links: pd.DataFrame, *, speed: bool) -> RenderableType:
    """Return flows in the direction of the gas, with pressures before and behind."""
    from torugart.cli.tables import Column, build_table

    rows = []
    for row in links.itertuples():
        ends = (row.node_from, row.node_to), (row.pressure_from_bar, row.pressure_to_bar)
        (start, end), (before, behind) = ends if row.flow_kg_per_s >= 0 else (ends[0][::-1], ends[1][::-1])
        rows.append(
            [
                row.link_id,
                f"{start} - {end}",
                number(abs(row.flow_kg_per_s), 2) + ("?" if row.split else ""),
                number(abs(row.flow_bcm_per_year), 3),
                *([number(row.velocity_m_per_s, 1)] if speed else []),
                number(before, 2),
                number(behind, 2),
            ]
        )
    titles = ["kg/s", "bcm a year", *(["m/s"] if speed else []), "bar before", "behind"]
    return build_table(
        [Column("link"), Column("way of the gas"), *(Column(t, numeric=True) for t in titles)], rows
    )


def between(lower: Any, upper: Any) -> str:
    """Write two limits, either of which may be missing."""
    ends = ["" if is_missing(end) else plain_number(end) for end in (lower, upper)]
    return (
        f"{ends[0]} to {ends[1]}"
        if all(ends)
        else f"from {ends[0]}"
        if ends[0]
        else f"to {ends[1]}"
        if ends[1]
        else ""
    )
