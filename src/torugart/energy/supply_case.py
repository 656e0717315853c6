"""Tables of fields, lines, storages and demands as a case of least-cost supply, and what its rows are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.energy.gas_supply import GasCase
from torugart.energy.outages import Element

MONTHS = 12
COST_PER_1000_KM = 1.0  # so that the shorter of two ways is taken


@dataclass(frozen=True, slots=True)
class NamedCase:
    """A case with its tables.

    Attributes
    ----------
    case : GasCase
    tables : mapping of str to DataFrame
        nodes, lines, supplies, demands, storages, contracts.
    line_of_arc : ndarray of int, shape (n_arcs,)
        Row of ``lines``.
    backwards : ndarray of bool, shape (n_arcs,)
    unit : str
        Of the amounts and in the names of their columns: bcm, or mt for crude.
    """

    case: GasCase
    tables: Mapping[str, pd.DataFrame]
    line_of_arc: NDArray[np.int64]
    backwards: NDArray[np.bool_]
    unit: str = "bcm"

    def elements(self) -> list[Element]:
        """Everything that may be lost: each line both ways, each field, each storage, each node with all that touches it.

        What only stands for something not on record (``is_made`` in a table) is nothing that could be lost.
        """
        lines, supplies, storages, nodes = (
            self.tables[n] for n in ("lines", "supplies", "storages", "nodes")
        )
        out = [
            Element(f"line {name}", arcs=tuple(np.flatnonzero(self.line_of_arc == k).tolist()))
            for k, name in _real(lines, "line")
        ]
        out += [Element(f"field {name}", supplies=(k,)) for k, name in _real(supplies, "supply")]
        out += [Element(f"storage {name}", stores=(k,)) for k, name in _real(storages, "storage")]
        case, fields = self.case, set(supplies["supply"])
        for k, name in _real(nodes, "node"):
            if name in fields:
                continue  # the field is told of under its own name
            arcs = np.flatnonzero((case.arc_from == k) | (case.arc_to == k))
            if np.unique(self.line_of_arc[arcs]).size > 1:
                out.append(
                    Element(
                        f"node {name}",
                        tuple(arcs.tolist()),
                        tuple(np.flatnonzero(case.supply_node == k).tolist()),
                        tuple(np.flatnonzero(case.store_node == k).tolist()),
                    )
                )
        return out


def element_label(named: NamedCase, element: str) -> str:
    """Call an element by the name that its row has, a line with its id beside it; by its id where there is no name."""
    kind, _, ident = element.partition(" ")
    table, key = ("lines", "line") if kind == "line" else ("nodes", "node")
    rows = named.tables[table]
    name = str(rows.set_index(key)["name"].get(ident, "")) if "name" in rows else ""
    if not name:
        return element
    return f"{name} ({ident})" if kind == "line" else name


def _real(table: pd.DataFrame, name: str) -> list[tuple[int, str]]:
    made = table["is_made"].to_numpy(bool) if "is_made" in table else np.zeros(len(table), bool)
    return [(k, str(row)) for k, row in enumerate(table[name]) if not made[k]]


def build_case(tables: Mapping[str, pd.DataFrame], steps: int = 1, unit: str = "bcm") -> NamedCase:
    """Make the arrays of a case from tables; ids and references are taken as checked.

    A year's capacity of a line or field is shared by the twelve months alike, where no month's own is given. ``steps`` as in
    ``GasCase``, ``unit`` as in ``NamedCase``.
    """
    nodes = pd.Index(tables["nodes"]["node"])
    lines, supplies, demands = (tables[n] for n in ("lines", "supplies", "demands"))
    storages, contracts = tables["storages"], tables["contracts"]
    both = np.flatnonzero((lines["both_ways"] == "yes").to_numpy())
    line_of_arc = np.concatenate([np.arange(len(lines)), both]).astype(np.int64)
    backwards = np.arange(line_of_arc.size) >= len(lines)
    first, last = (nodes.get_indexer(lines[c])[line_of_arc] for c in ("from_node", "to_node"))

    def column(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
        return table[name].astype(float).to_numpy()

    def by_month(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.repeat(values[:, None], MONTHS, axis=1)

    month_most = column(supplies, f"{unit}_per_month")
    month_most = np.where(np.isnan(month_most), column(supplies, f"{unit}_per_year") / MONTHS, month_most)
    shares = tables["profiles"].astype({"month": int, "share": float})
    profile = shares.pivot_table(index="profile", columns="month", values="share")
    demand = profile.reindex(demands["profile"]).to_numpy() * column(demands, f"{unit}_per_year")[:, None]
    case = GasCase(
        len(nodes),
        np.where(backwards, last, first).astype(np.int64),
        np.where(backwards, first, last).astype(np.int64),
        by_month(column(lines, f"{unit}_per_year")[line_of_arc] / MONTHS),
        COST_PER_1000_KM * column(lines, "length_km")[line_of_arc] / 1000,
        column(lines, "loss_share")[line_of_arc],
        nodes.get_indexer(supplies["node"]).astype(np.int64),
        np.arange(len(supplies)),
        by_month(month_most),
        column(supplies, "cost"),
        column(supplies, f"{unit}_per_year"),
        nodes.get_indexer(demands["node"]).astype(np.int64),
        demand.reshape(len(demands), MONTHS),
        column(demands, "penalty"),
        nodes.get_indexer(storages["node"]).astype(np.int64),
        column(storages, f"working_{unit}"),
        column(storages, f"in_{unit}_per_month"),
        column(storages, f"out_{unit}_per_month"),
        column(storages, f"start_{unit}"),
        pd.Index(lines["line"]).get_indexer(contracts["line"]).astype(np.int64),
        column(contracts, f"{unit}_per_year"),
        column(contracts, "penalty"),
        steps=steps,
        labels={
            "node": tuple(map(str, tables["nodes"]["node"])),
            "arc": tuple(str(lines["line"].iloc[k]) for k in line_of_arc),
            "supply": tuple(map(str, supplies["supply"])),
            "demand": tuple(map(str, demands["demand"])),
            "storage": tuple(map(str, storages["storage"])),
            "month": tuple(map(str, range(1, MONTHS + 1))),
            "unit": (unit,),
        },
    )
    return NamedCase(case, tables, line_of_arc, backwards, unit)
