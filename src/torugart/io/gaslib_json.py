"""GasLib as JSON: ``network.json`` with ``nominations.json``, ``params.json`` and ``slack_nodes.json``, in SI units."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from torugart.errors import InputError
from torugart.io.gas_file import Faults, GasFile, chosen
from torugart.units import AIR_G_PER_MOL

# Group of the network -> kind of link, and number -> (column, factor into its unit).
KIND_OF = {
    "pipes": "pipe",
    "short_pipes": "short_pipe",
    "valves": "valve",
    "resistors": "resistor",
    "compressors": "compressor",
    "control_valves": "control_valve",
}
NUMBERS = {
    "length": ("length_km", 1e-3),
    "diameter": ("diameter_mm", 1e3),
    "friction_factor": ("friction_factor", 1.0),
    "drag": ("drag", 1.0),
    "min_flow": ("flow_min_kg_per_s", 1.0),
    "max_flow": ("flow_max_kg_per_s", 1.0),
    "max_c_ratio": ("ratio_max", 1.0),
}
NODE_NUMBERS = {
    "min_pressure": ("pressure_min_bar", 1e-5),
    "max_pressure": ("pressure_max_bar", 1e-5),
    "elevation": ("height_m", 1.0),
}
GRAVITY, TEMPERATURE, UNITS = "Gas specific gravity (G):", "Temperature (K):", "units (SI = 0, standard = 1)"


def read_gaslib_json(where: str, files: Mapping[str, bytes], nomination: str = "") -> GasFile:
    """Read a network of GasLib that was converted to JSON.

    Parameters
    ----------
    where : str
        What messages call the whole.
    files : mapping of bytes by str
        ``network.json``, ``params.json`` and, where there are, ``nominations.json`` and ``slack_nodes.json``.
    nomination : str
        Which one; the first when empty.

    Returns
    -------
    GasFile
        Nodes and links under their names.

    Raises
    ------
    InputError
        With every fault of a file.
    """
    network = _object(files["network.json"], f"{where}: network.json")
    faults = Faults(f"{where}: network.json")
    nodes = _nodes(_group(network, "nodes", faults), faults)
    name_of = {key: node["node_id"] for key, node in nodes.items()}
    links = [
        _link(group, key, item, name_of, faults)
        for group in KIND_OF
        for key, item in _group(network, group, faults).items()
    ]
    if _group(network, "loss_resistors", faults):
        faults.add(
            "loss_resistors",
            "resistors with a fixed loss are not read from JSON; take the network as GasLib XML",
        )
    places = {
        group: {
            key: _node_of(item, f"{group} {key!r}", "node_id", name_of, faults)
            for key, item in _group(network, group, faults).items()
        }
        for group in ("entries", "exits")
    }
    faults.stop()
    remarks: list[str] = []
    if "nominations.json" in files:
        remarks = _nominate(
            where, files, nomination, places, {n["node_id"]: n for n in nodes.values()}, name_of
        )
    else:
        remarks.append("no nominations.json beside the network: nothing is fed in or taken out")
    gas = _gas(where, files)
    title = (
        next(iter(_object(files["nominations.json"], where)))
        if "nominations.json" in files
        else where.removesuffix(".zip")
    )
    return GasFile(
        str(title),
        "GasLib JSON",
        pd.DataFrame(list(nodes.values())),
        pd.DataFrame(links),
        gas,
        tuple(remarks),
    )


def _object(text: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError(f"{where}: no sound JSON ({fault}); is the file whole?") from fault
    if not isinstance(found, dict):
        raise InputError(f"{where}: an object is expected, found {type(found).__name__}")
    return found


def _group(network: Mapping[str, Any], name: str, faults: Faults) -> dict[str, dict]:
    group = network.get(name, {})
    if not isinstance(group, dict) or not all(isinstance(item, dict) for item in group.values()):
        faults.add(name, "an object of objects is expected")
        return {}
    return group


def _nodes(group: Mapping[str, dict], faults: Faults) -> dict[str, dict]:
    names = [str(item.get("name", key)) for key, item in group.items()]
    unique = len(set(names)) == len(names)
    found = {}
    for (key, item), name in zip(group.items(), names, strict=True):
        row: dict[str, Any] = {
            "node_id": name if unique else key,
            "supply_kg_per_s": math.nan,
            "is_slack": False,
        }
        for field, (column, factor) in NODE_NUMBERS.items():
            row[column] = (
                faults.number(item[field], f"node {key!r}", field) * factor if field in item else math.nan
            )
        found[str(item.get("id", key))] = row
    if not found:
        faults.add("nodes", "there are none")
    return found


def _node_of(
    item: Mapping[str, Any], what: str, field: str, name_of: Mapping[str, str], faults: Faults
) -> str:
    node = str(item.get(field))
    if node not in name_of:
        faults.add(what, f"{field} {node!r} is no node")
    return name_of.get(node, node)


def _link(
    group: str, key: str, item: Mapping[str, Any], name_of: Mapping[str, str], faults: Faults
) -> dict[str, Any]:
    what = f"{group} {key!r}"
    row: dict[str, Any] = {
        "link_id": str(item.get("name") or f"{KIND_OF[group]}_{key}"),
        "kind": KIND_OF[group],
        "node_from": _node_of(item, what, "fr_node", name_of, faults),
        "node_to": _node_of(item, what, "to_node", name_of, faults),
    }
    for field, (column, factor) in NUMBERS.items():
        row[column] = faults.number(item[field], what, field) * factor if field in item else math.nan
    return row


def _nominate(
    where: str,
    files: Mapping[str, bytes],
    nomination: str,
    places: Mapping[str, Mapping[str, str]],
    nodes: Mapping[str, dict],
    name_of: Mapping[str, str],
) -> list[str]:
    """Write the supplies of a nomination, and its slack, into the nodes."""
    file = f"{where}: nominations.json"
    nominations = _object(files["nominations.json"], file)
    which, remarks = chosen(nominations, nomination, file, "nomination")
    faults, ranged = Faults(file), []
    nominated = nominations[which] if isinstance(nominations[which], dict) else {}
    for group, part, word, sign in (
        ("entries", "entry", "injection", 1),
        ("exits", "exit", "withdrawal", -1),
    ):
        for key, item in _group(nominated, f"{part}_nominations", faults).items():
            what = f"{part} {key!r}"
            if key not in places[group]:
                faults.add(what, f"the network has no such {part}")
                continue
            low, high = (
                faults.number(item.get(f"{side}_{word}"), what, f"{side}_{word}") for side in ("min", "max")
            )
            node = nodes[places[group][key]]
            if low != high:
                ranged.append(node["node_id"])
            before = 0.0 if math.isnan(node["supply_kg_per_s"]) else node["supply_kg_per_s"]
            node["supply_kg_per_s"] = before + sign * (low + high) / 2
    faults.stop()
    if ranged:
        remarks.append(f"the middle of a range is taken as nomination of {', '.join(ranged[:8])}")
    if "slack_nodes.json" in files:
        slack = _object(files["slack_nodes.json"], f"{where}: slack_nodes.json").get(which)
        for key in [] if slack is None else slack if isinstance(slack, list) else [slack]:
            if str(key) not in name_of:
                raise InputError(
                    f"{where}: slack_nodes.json: {which!r} names node {str(key)!r}, which is not in the network"
                )
            nodes[name_of[str(key)]]["is_slack"] = True
    return remarks


def _gas(where: str, files: Mapping[str, bytes]) -> dict[str, float]:
    if "params.json" not in files:
        raise InputError(
            f"{where}: params.json is missing; it says temperature and specific gravity of the gas"
        )
    params = _object(files["params.json"], f"{where}: params.json").get("params", {})
    faults = Faults(f"{where}: params.json")
    if not isinstance(params, dict):
        raise InputError(f"{where}: params.json: an object is expected in 'params'")
    gravity = faults.number(params.get(GRAVITY), "params", GRAVITY)
    temperature = faults.number(params.get(TEMPERATURE), "params", TEMPERATURE)
    if params.get(UNITS, 0) != 0:
        faults.add("params", "units are not SI (0); convert the network to SI")
    faults.stop()
    mass = gravity * AIR_G_PER_MOL
    return {
        "molar_mass_g_per_mol": mass,
        "temperature_k": temperature,
        "norm_density_kg_per_m3": math.nan,
        "compressibility": 1.0,
    }
