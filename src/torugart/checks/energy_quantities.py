"""Quantities of energy: what fields, storages, terminals, plants and lines can hold, pass or make."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.interval import from_draws, printed_figure, shortest
from torugart.checks.registry import quantity
from torugart.checks.value import Missing, Value, number, show_value
from torugart.energy.plant_record import efficiency_of, find_plant, gas_burnt, output_of
from torugart.errors import InputError, UnknownName

DRAWS, SEED = 1000, 1


@quantity(kind="data")
def energy_capacity(context: Context, node: str = "", link: str = "") -> Value | Missing:
    """Capacity of a node or a line of the energy network as stated, which is not what it carries."""
    if bool(node) == bool(link):
        raise InputError("give node or link, one of them")
    table, key, name = ("energy_nodes", "node_id", node) if node else ("energy_links", "link_id", link)
    rows = context.package.tables[table]
    mine = rows[rows[key] == name]
    if mine.empty:
        raise UnknownName(key.removesuffix("_id"), name, rows[key])
    row = mine.iloc[0]
    # Of a field the figure is its output of a year, of some borders a plan: those are no capacity.
    if pd.isna(row["capacity"]) or (node and row["measure"] != "capacity"):
        return Missing(f"capacity of {row['name']}")
    made = number(printed_figure(shortest(float(row["capacity"]))), str(row["unit"]), "data")
    step = f"{row['name']}: {show_value(made)}, {row['status']} ({row['source_id']})"
    return replace(
        made, steps=(step,), cells=(f"cell:{table}/{name}/capacity",), source_ids=(str(row["source_id"]),)
    )


@quantity(kind="data", unit="bcm/year")
def gas_saved_bcm(context: Context, plant: str, against: str) -> Value | Missing:
    """Gas that a power plant saves in a year against another for the same energy; 5 and 95 % of draws."""
    tables = context.package.tables
    mine, other = find_plant(tables, plant), find_plant(tables, against)
    if (mine.figures["variable"] == "output").sum() == 0:
        return Missing(f"electricity that {mine.name} makes in a year")
    output = output_of(mine, None)
    shares = [efficiency_of(tables, p, None) for p in (mine, other)]
    burnt = [gas_burnt(tables, output, share, SEED, DRAWS).gas_bcm for share in shares]
    made = number(from_draws(burnt[1] - burnt[0]), "bcm/year", "data")
    step = (
        f"{output.value:g} TWh ({output.lo:g} to {output.hi:g}) at {shares[0].value:.3g} ({mine.name}) and"
        f" {shares[1].value:.3g} ({other.name}): {burnt[0][0]:.2f} and {burnt[1][0]:.2f} bcm; saved {show_value(made)}"
    )
    figures = mine.figures[mine.figures["variable"].isin(("output", "efficiency"))]
    cells = [f"cell:plant_figures/{figure}/value" for figure in figures["figure_id"]]
    parameters = tables["parameters"].set_index("parameter_id")["source_id"]
    named = (f"plant_efficiency_{other.technology}", "gas_lower_heating_mj_per_m3")
    cells += [f"cell:parameters/{name}/value" for name in named]
    sources = [*figures["source_id"].astype("str"), *(str(parameters[name]) for name in named)]
    return replace(made, steps=(step,), cells=tuple(cells), source_ids=tuple(dict.fromkeys(sources)))
