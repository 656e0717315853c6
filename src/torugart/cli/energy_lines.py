"""``torugart energy lines``: capacity of real lines against diameter and length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.energy_flow import GasLawName
from torugart.cli.options import AsCsv, AsJson, Quiet, check_output, examples
from torugart.cli.screen import show
from torugart.cli.wording import as_float, is_missing, number

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy lines",
    "torugart energy lines energy_links.csv",
    "torugart energy lines energy_links.csv --inlet-bar 98 --outlet-bar 65",
    "torugart energy lines energy_links.csv --csv > lines.csv",
)
ASSUMED = "Assumed"


def lines(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="CSV of lines with their diameters and capacities; the built-in ones when left out.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    inlet_bar: Annotated[
        float | None,
        typer.Option(metavar="BAR", help="Pressure behind one station.", rich_help_panel=ASSUMED),
    ] = None,
    outlet_bar: Annotated[
        float | None, typer.Option(metavar="BAR", help="Pressure before the next.", rich_help_panel=ASSUMED)
    ] = None,
    density: Annotated[
        float, typer.Option(metavar="KG", help="kg/m3 at 20 °C and 101,325 Pa.", rich_help_panel=ASSUMED)
    ] = 0.72,
    temperature: Annotated[
        float, typer.Option(metavar="C", help="°C of the gas in the pipe.", rich_help_panel=ASSUMED)
    ] = 15.0,
    roughness_mm: Annotated[
        float, typer.Option(metavar="MM", help="Roughness of the wall.", rich_help_panel=ASSUMED)
    ] = 0.05,
    law: Annotated[GasLawName, typer.Option(help="Gas law.", rich_help_panel=ASSUMED)] = GasLawName.cnga,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Hold the stated capacity of real gas lines against diameter and length; say how many can be checked."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_lines(
        file,
        law=law.value,
        density_kg_per_m3=density,
        temperature_celsius=temperature,
        roughness_mm=roughness_mm,
        inlet_bar=inlet_bar,
        outlet_bar=outlet_bar,
    )
    if as_json:
        from torugart.cli.records import records_of, write_json

        write_json(
            {"summary": dict(answer.summary), "lines": records_of(answer.lines), "notes": answer.notes}
        )
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(answer.lines)
    else:
        show(*lines_page(answer, quiet=quiet, spaced=inlet_bar is not None))


def lines_page(answer: Any, *, quiet: bool, spaced: bool) -> Iterator[RenderableType]:
    """Yield how many lines can be checked, those that need most pressure first, and why the others cannot be."""
    from torugart.cli.appraise import bullet
    from torugart.cli.tables import Column, build_table, heading, plain

    told = answer.summary
    yield heading(f"{told['checked']} of {told['gas']} gas lines can be checked")
    yield plain(
        f"{told['lines']} lines in the file: {told['gas_with_diameter']} of gas state a diameter,"
        f" {told['with_pressure']} of any kind a pressure"
    )
    yield ""
    checked = answer.lines[answer.lines["not_checked"] == ""]
    # Sections and strings of one length, diameter and capacity have one row.
    same = ["length_km", "diameter_mm", "capacity_bcm_per_year"]
    rows = []
    parts = [part for _, part in checked.groupby(same, sort=False, dropna=False)]
    for part in sorted(parts, key=lambda part: -as_float_or(part["single_inlet_bar"].iloc[0], 0.0)):
        row = part.iloc[0]
        rows.append(
            [
                ", ".join(part["link_id"]),
                blank_or_number(row["length_km"]),
                number(row["diameter_mm"]),
                number(row["capacity_bcm_per_year"], 1),
                number(row["flow_kg_per_s"]),
                number(row["speed_pressure_bar"], 1),
                blank_or_number(row["single_inlet_bar"]),
                *([number(row["spacing_km"]), number(row["speed_m_per_s"], 1)] if spaced else []),
            ]
        )
    titles = ["km", "mm", "bcm/a", "kg/s", "bar A", "bar B", *(["km C", "m/s C"] if spaced else [])]
    if rows:
        yield build_table([Column("line"), *(Column(title, numeric=True) for title in titles)], rows)
    if quiet:
        return
    meant = [
        "bar A: below it the capacity runs faster than the erosional speed of API RP 14E",
        "bar B: below it the capacity cannot pass the line in one go, without a station in between, even into vacuum",
        *(
            ["C: how far it gets from the inlet to the outlet pressure given, and its speed there"]
            if spaced
            else []
        ),
    ]
    if rows:
        for sentence in meant:
            yield from bullet(sentence)
    for reason, part in answer.lines[answer.lines["not_checked"] != ""].groupby("not_checked", sort=True):
        yield from bullet(f"not checked, {reason}: {len(part)}")
    for note in answer.notes:
        yield from bullet(note)


def blank_or_number(value: Any) -> str:
    """Write a whole number; nothing for what is missing."""
    return "" if is_missing(value) else number(value)


def as_float_or(value: Any, otherwise: float) -> float:
    """Return the number in a cell, or another where there is none."""
    found = as_float(value)
    return otherwise if found is None else found
