"""MATGAS, the text format of GasModels: scalars ``mgc.name = value;`` and tables ``mgc.name = [ rows ];``."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from torugart.errors import InputError
from torugart.io.gas_file import Faults, GasFile
from torugart.units import AIR_G_PER_MOL

# Columns of each table that are read, by the order the format fixes; later columns are optional and passed over.
TABLES = {
    "junction": ("id", "p_min", "p_max", "p_nominal", "junction_type", "status"),
    "pipe": ("id", "fr_junction", "to_junction", "diameter", "length", "friction_factor", "p_min", "p_max", "status"),
    "compressor": (
        "id", "fr_junction", "to_junction", "c_ratio_min", "c_ratio_max", "power_max", "flow_min", "flow_max",
        "inlet_p_min", "inlet_p_max", "outlet_p_min", "outlet_p_max", "status",
    ),
    "short_pipe": ("id", "fr_junction", "to_junction", "status"),
    "resistor": ("id", "fr_junction", "to_junction", "drag", "diameter", "status"),
    "regulator": (
        "id", "fr_junction", "to_junction", "reduction_factor_min", "reduction_factor_max", "flow_min", "flow_max",
        "status",
    ),
    "valve": ("id", "fr_junction", "to_junction", "status"),
    "receipt": ("id", "junction_id", "injection_min", "injection_max", "injection_nominal", "is_dispatchable", "status"),
    "delivery": ("id", "junction_id", "withdrawal_min", "withdrawal_max", "withdrawal_nominal", "is_dispatchable", "status"),
    "transfer": ("id", "junction_id", "withdrawal_min", "withdrawal_max", "withdrawal_nominal", "is_dispatchable", "status"),
}  # fmt: skip
KIND_OF = {
    "pipe": "pipe",
    "short_pipe": "short_pipe",
    "valve": "valve",
    "resistor": "resistor",
    "compressor": "compressor",
    "regulator": "control_valve",
}
NUMBERS = {
    "length": ("length_km", 1e-3),
    "diameter": ("diameter_mm", 1e3),
    "friction_factor": ("friction_factor", 1.0),
    "drag": ("drag", 1.0),
    "flow_min": ("flow_min_kg_per_s", 1.0),
    "flow_max": ("flow_max_kg_per_s", 1.0),
    "c_ratio_max": ("ratio_max", 1.0),
}
SUPPLY = {
    "receipt": ("injection_nominal", 1),
    "delivery": ("withdrawal_nominal", -1),
    "transfer": ("withdrawal_nominal", -1),
}
SLACK_TYPE = 1
_CELL = re.compile(r"'[^']*'|[^\s,;']+")
Row = dict[str, float]


def read_matgas(name: str, text: bytes) -> GasFile:
    """Read a network in MATGAS.

    Parameters
    ----------
    name : str
        What messages call the file.
    text : bytes
        What it holds; SI units.

    Returns
    -------
    GasFile
        Links under the name of their table and their id, since ids repeat from table to table.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    faults = Faults(name)
    scalars, rows, passed = _parse(name, text.decode("utf-8", "replace"), faults)
    if scalars.get("units", "si").strip("'\"").lower() != "si" or scalars.get("is_per_unit", "0") not in (
        "0",
        "0.0",
    ):
        faults.add(
            "mgc",
            "units other than SI, or per unit; convert the network to SI (mgc.units = 'si', is_per_unit = 0)",
        )
    nodes, slack_named = _nodes(rows.get("junction", []), faults)
    for table, (column, sign) in SUPPLY.items():
        for row in rows.get(table, []):
            node = nodes.get(_id(row["junction_id"]))
            if node is None:
                faults.add(
                    f"{table} {_id(row['id'])}", f"junction_id {_id(row['junction_id'])} is no junction"
                )
            elif row["status"]:
                before = 0.0 if math.isnan(node["supply_kg_per_s"]) else node["supply_kg_per_s"]
                node["supply_kg_per_s"] = before + sign * row[column]
    links = [_link(table, row) for table in KIND_OF for row in rows.get(table, []) if row["status"]]
    gas = _gas(scalars, faults)
    faults.stop()
    joined = {link[end] for link in links for end in ("node_from", "node_to")}
    alone = [
        name for name, node in nodes.items() if name not in joined and math.isnan(node["supply_kg_per_s"])
    ]
    off = sum(not row["status"] for table in rows for row in rows[table])
    remarks = [f"{off} rows with status 0 are left out"] if off else []
    if passed:
        remarks.append(f"tables passed over: {', '.join(sorted(passed))}")
    if slack_named:
        remarks.append("the pressure of junctions of type 1 is their nominal one")
    if alone:
        # A1 has such, for pipes that might be built (table ne_pipe).
        remarks.append(f"junctions that nothing in use joins are left out: {', '.join(alone[:8])}")
    kept = [node for name, node in nodes.items() if name not in alone]
    return GasFile(scalars["name"], "MATGAS", pd.DataFrame(kept), pd.DataFrame(links), gas, tuple(remarks))


def _parse(name: str, text: str, faults: Faults) -> tuple[dict[str, str], dict[str, list[Row]], set[str]]:
    scalars: dict[str, str] = {"name": name.removesuffix(".m")}
    rows: dict[str, list[Row]] = {}
    passed: set[str] = set()
    table = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"%.*", "", raw).strip()
        if not line:
            continue
        if table:
            body, closing, _ = line.partition("]")
            if body.strip(" ;"):
                _add_row(table, body, number, rows, faults)
            table = "" if closing else table
            continue
        opening = re.match(r"mgc\.(\w+)\s*=\s*\[(.*)", line)
        scalar = re.match(r"mgc\.(\w+)\s*=\s*([^;]+)", line)
        if opening:
            table = opening[1]
            if table not in TABLES:
                passed.add(table)
            elif table in rows:
                faults.add(f"line {number}", f"table {table} stands there twice; put its rows together")
            else:
                rows[table] = []
            rest, closing, _ = opening[2].partition("]")
            if rest.strip(" ;"):
                _add_row(table, rest, number, rows, faults)
            table = "" if closing else table
        elif scalar:
            scalars[scalar[1]] = scalar[2].strip()
    if table:
        faults.add(table, "the table does not end; is the file whole?")
    if not rows:
        raise InputError(
            f"{name}: no table of MATGAS in it (mgc.junction = [ ... ];); is it another kind of file?"
        )
    for needed in ("junction", "pipe"):
        if needed not in rows:
            faults.add(f"mgc.{needed}", "the table is missing")
    return scalars, rows, passed


def _add_row(table: str, body: str, line: int, rows: dict[str, list[Row]], faults: Faults) -> None:
    if table not in TABLES:
        return
    cells, columns = _CELL.findall(body), TABLES[table]
    if len(cells) < len(columns):
        faults.add(
            f"line {line} ({table})", f"{len(cells)} columns; expected {len(columns)}: {', '.join(columns)}"
        )
        return
    what = f"line {line} ({table} {cells[0]})"
    rows[table].append(
        {c: faults.number(cell.strip("'"), what, c) for c, cell in zip(columns, cells, strict=False)}
    )


def _id(value: float) -> str:
    return f"{value:.0f}"


def _nodes(rows: list[Row], faults: Faults) -> tuple[dict[str, dict[str, Any]], bool]:
    found: dict[str, dict[str, Any]] = {}
    named = False
    for row in rows:
        if not row["status"]:
            continue
        node = _id(row["id"])
        if node in found:
            faults.add(f"junction {node}", "it stands there more than once; give each its own id")
        slack = row["junction_type"] == SLACK_TYPE
        named |= slack
        found[node] = {
            "node_id": node,
            "pressure_min_bar": row["p_min"] / 1e5,
            "pressure_max_bar": row["p_max"] / 1e5,
            "supply_kg_per_s": math.nan,
            "slack_bar": row["p_nominal"] / 1e5 if slack else math.nan,
            "is_slack": slack,
        }
    return found, named


def _link(table: str, row: Row) -> dict[str, Any]:
    link: dict[str, Any] = {
        "link_id": f"{table}_{_id(row['id'])}",
        "kind": KIND_OF[table],
        "node_from": _id(row["fr_junction"]),
        "node_to": _id(row["to_junction"]),
    }
    return link | {column: row[field] * factor for field, (column, factor) in NUMBERS.items() if field in row}


def _gas(scalars: dict[str, str], faults: Faults) -> dict[str, float]:
    def number(field: str) -> float:
        if field not in scalars:
            faults.add(f"mgc.{field}", "it is missing")
            return math.nan
        return faults.number(scalars[field], "mgc", field)

    mass = number("gas_specific_gravity") * AIR_G_PER_MOL
    return {
        "molar_mass_g_per_mol": mass,
        "temperature_k": number("temperature"),
        "norm_density_kg_per_m3": math.nan,
        "compressibility": number("compressibility_factor"),
    }
