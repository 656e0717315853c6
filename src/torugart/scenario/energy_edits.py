"""What projects on gas, oil and power change: tables with some of them standing and others not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from torugart.errors import InputError

KEYS = {"energy_links": "link_id", "energy_nodes": "node_id", "gas_ends": "end_id"}


def energy_projects(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Projects that change something of gas, oil or power, in order of id."""
    return (
        sorted(tables["energy_edits"]["project_id"].astype(str).unique()) if "energy_edits" in tables else []
    )


OF_CRUDE = frozenset({"oil_field", "oil_terminal", "refinery"})  # kinds of energy_nodes
OF_GAS = frozenset({"gas_field", "compressor", "storage", "border", "grid", "demand"})


def projects_of(tables: Mapping[str, pd.DataFrame], commodity: str) -> list[str]:
    """Projects that change lines, places or ends of a commodity (gas or crude), in order of id."""
    edits, links, nodes = tables["energy_edits"], tables["energy_links"], tables["energy_nodes"]
    kinds = OF_CRUDE if commodity == "crude" else OF_GAS
    touched = {
        "energy_links": set(links.loc[links["commodity"] == commodity, "link_id"]),
        "energy_nodes": set(nodes.loc[nodes["kind"].isin(kinds), "node_id"]),
        "gas_ends": set(tables["gas_ends"]["end_id"]) if commodity == "gas" else set(),
    }
    mine = [row_id in touched[table] for table, row_id in zip(edits["table"], edits["row_id"], strict=True)]
    return sorted(edits.loc[mine, "project_id"].astype(str).unique())


def with_energy_projects(
    tables: Mapping[str, pd.DataFrame],
    standing: Iterable[str] = (),
    absent: Iterable[str] = (),
    *,
    new_buyers: bool = True,
) -> dict[str, pd.DataFrame]:
    """Return new tables with some projects standing and others absent, whatever their status; the tables given are left alone.

    Without ``new_buyers`` a project brings its lines and sellers alone: what it is worth to those who buy already.

    Raises
    ------
    InputError
        If a project changes nothing of gas, oil or power, or is asked to stand and to be absent.
    """
    standing, absent = list(standing), list(absent)
    known = energy_projects(tables)
    faults = [
        f"{p} changes nothing of gas, oil or power that is on record; these do: {', '.join(known)}"
        for p in (*standing, *absent)
        if p not in known
    ]
    faults += [f"{p} cannot stand and be absent at once" for p in standing if p in absent]
    if faults:
        raise InputError("\n".join(dict.fromkeys(faults)))
    edited = dict(tables)
    edits = tables["energy_edits"]
    if not new_buyers:
        buyers = set(tables["gas_ends"].loc[tables["gas_ends"]["role"] == "buyer", "end_id"])
        edits = edits[(edits["table"] != "gas_ends") | ~edits["row_id"].isin(buyers)]
    for project, column in [*((p, "before") for p in absent), *((p, "after") for p in standing)]:
        for edit in edits[edits["project_id"] == project].itertuples(index=False):
            table = edited[edit.table].copy()
            mine = table[KEYS[edit.table]] == edit.row_id
            value = getattr(edit, column)
            number = pd.api.types.is_numeric_dtype(table[edit.column])
            table.loc[mine, edit.column] = float(value) if number else value
            if column == "after" and edit.column == "status" and "opened_year" in table:
                # A line that stands for the question stands in whatever year is asked for.
                table.loc[mine, "opened_year"] = table.loc[mine, "opened_year"].where(
                    table.loc[mine, "opened_year"].isna(), 0
                )
            edited[edit.table] = table
    return edited
