"""Quantities of energy: what fields, storages, terminals, plants and lines can hold, pass or make."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from torugart.checks.context import Context
from torugart.checks.interval import printed_figure, shortest
from torugart.checks.registry import quantity
from torugart.checks.value import Missing, Value, number, show_value
from torugart.errors import InputError, UnknownName


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
