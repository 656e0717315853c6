"""``torugart energy plant``: gas burnt for a year of power, and what is saved against another plant."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

import torugart
from torugart.cli.appraise import bullet
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
from torugart.cli.wording import is_missing, number, per_cent

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLES = examples(
    "torugart energy plant pp_syrdarya_i --against pp_syrdarya",
    'torugart energy plant "Syrdarya II" --against pp_syrdarya --output 12',
    "torugart energy plant pp_syrdarya --csv > plant.csv",
)


class PlantTable(StrEnum):
    """Which table goes to CSV."""

    results = "results"
    plants = "plants"
    published = "published"
    inputs = "inputs"


def plant(
    plant_id: Annotated[str, typer.Argument(metavar="PLANT", help="Power plant by id or name.")],
    against: Annotated[
        str | None,
        typer.Option(metavar="PLANT", help="Plant that would otherwise have made the same energy."),
    ] = None,
    output: Annotated[
        float | None,
        typer.Option(metavar="TWH", help="Electricity of the year; by default what sources say."),
    ] = None,
    efficiency: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Efficiency of the plant, as 0.58; by default its own."),
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Draws behind the intervals.", min=1)] = 1000,
    seed: Seed = 1,
    table: Annotated[
        PlantTable, typer.Option(help="Which table --csv writes.", rich_help_panel=OUTPUT)
    ] = PlantTable.results,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
    data: DataFolder = None,
    overlays: Overlays = None,
) -> None:
    """Compute the gas and carbon of a year of power, and what a plant saves against another for the same energy."""
    check_output(as_json=as_json, as_csv=as_csv)
    answer = torugart.energy_plant(
        plant_id,
        against=against,
        output_twh=output,
        efficiency=efficiency,
        draws=draws,
        seed=seed,
        data=data,
        overlays=tuple(overlays or ()),
    )
    if as_json:
        from torugart.cli.records import records_of, write_json

        tables = {t.value: records_of(getattr(answer, t.value)) for t in PlantTable}
        write_json({**tables, "notes": answer.notes})
    elif as_csv:
        from torugart.cli.records import write_table_csv

        write_table_csv(getattr(answer, table.value))
    else:
        show(*plant_page(answer, quiet=quiet))


def plant_page(answer: Any, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the plants, what they burn and save, what was published, and what it rests on."""
    from torugart.cli.tables import Column, build_table, heading, plain

    this = answer.plants.iloc[0]
    yield heading(f"{this['name']}: {number(this['output_twh'], 1)} TWh a year")
    yield build_table(
        [
            Column("plant"),
            Column("technology"),
            Column("capacity"),
            Column("load", numeric=True),
            Column("efficiency", numeric=True),
            Column("", numeric=True),
        ],
        [
            [
                p.plant,
                p.technology.replace("_", " "),
                p.built,
                "" if is_missing(p.load_share) else per_cent(p.load_share),
                number(100 * p.efficiency, 1) + " %",
                ends(100 * p.efficiency_lo, 100 * p.efficiency_hi, 1),
            ]
            for p in answer.plants.itertuples(index=False)
        ],
    )
    roles = list(dict.fromkeys(answer.results["role"]))
    titles = {"this": "this plant", "against": "the other", "saved": "saved"}
    by_role = answer.results.set_index(["quantity", "role"])
    yield ""
    rows = []
    for quantity, label, unit in answer.results[["quantity", "label", "unit"]].drop_duplicates().to_numpy():
        found = [by_role.loc[(quantity, role)] for role in roles]
        told = [number(f["value"], 2) for f in found]
        rows.append(
            [f"{label}, {unit.replace('/year', '')}", *told, ends(found[-1]["lo"], found[-1]["hi"], 2)]
        )
    columns = [Column("in a year", whole=True), *(Column(titles[role], numeric=True) for role in roles)]
    yield build_table([*columns, Column("5-95 %", numeric=True)], rows)
    said = answer.published
    if len(said):
        yield ""
        yield heading("What sources say of it")
        bounds = {"least": "at least ", "most": "up to "}
        yield build_table(
            [
                Column("figure"),
                Column("said", numeric=True),
                Column("unit"),
                Column("ours", numeric=True),
                Column(""),
            ],
            [
                [
                    r.variable.replace("_", " "),
                    bounds.get(r.bound, "") + f"{r.said:g}",
                    r.unit,
                    "" if is_missing(r.ours) else f"{number(r.ours, 2)} {ends(r.lo, r.hi, 2)}",
                    "; ".join(part for part in (r.verdict, r.note) if part),
                ]
                for r in said.itertuples(index=False)
            ],
        )
    if not quiet:
        yield ""
        for note in answer.notes:
            yield from bullet(note)
        yield plain("inputs with their sources: --csv --table inputs", "dim")


def ends(lo: float, hi: float, digits: int) -> str:
    """Write both ends in brackets, or nothing where they print as one."""
    low, high = number(lo, digits), number(hi, digits)
    return "" if low == high else f"[{low} to {high}]"
