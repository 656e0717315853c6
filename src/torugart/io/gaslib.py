"""GasLib XML: topology (``.net``) with a nomination (``.scn``).

Schmidt, M. et al. (2017). GasLib - A library of gas network instances. Data 2(4), 40.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pandas as pd

from torugart.errors import InputError
from torugart.io.gas_file import Faults, GasFile, chosen

KIND_OF = {
    "pipe": "pipe",
    "shortPipe": "short_pipe",
    "resistor": "resistor",
    "valve": "valve",
    "compressorStation": "compressor",
    "controlValve": "control_valve",
}
NODES = ("source", "sink", "innode")
# Factor and offset into the unit of the tables; volumes per hour become kg/s with a density.
UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "bar": {"bar": (1, 0), "barg": (1, 1.01325), "Pa": (1e-5, 0), "kPa": (1e-2, 0), "MPa": (10, 0)},
    "km": {"km": (1, 0), "m": (1e-3, 0)},
    "m": {"m": (1, 0), "meter": (1, 0), "km": (1000, 0)},
    "mm": {"mm": (1, 0), "m": (1000, 0), "cm": (10, 0)},
    "K": {"K": (1, 0), "Celsius": (1, 273.15)},
    "kg/m3": {"kg_per_m_cube": (1, 0)},
    "g/mol": {"kg_per_kmol": (1, 0), "g_per_mol": (1, 0)},
    "m3/h": {"1000m_cube_per_hour": (1000, 0), "m_cube_per_hour": (1, 0)},
    "kg/s": {"kg_per_s": (1, 0)},
}
# Where a file may leave the unit out, what is meant.
WITHOUT_UNIT = {"m": "m"}


def read_gaslib(net_name: str, net: bytes, scn_name: str, scn: bytes, nomination: str = "") -> GasFile:
    """Read a network of GasLib with its nomination.

    Parameters
    ----------
    net_name, scn_name : str
        What messages call the two files; ``scn_name`` is empty where there is no nomination.
    net, scn : bytes
        What they hold.
    nomination : str
        Id of the scenario; the first when empty.

    Returns
    -------
    GasFile
        Flows of norm volume in kg/s by the norm density of the entries.

    Raises
    ------
    InputError
        With every fault of a file.
    """
    faults = Faults(net_name)
    root = _parse(net_name, net)
    elements = [(_tag(e), e) for e in root.iter()]
    nodes = [_node(tag, e, faults) for tag, e in elements if tag in NODES]
    sources = [_gas(e, faults) for tag, e in elements if tag == "source"]
    faults.stop()
    flows, bounds, remarks = _nominated(scn_name, scn, nomination) if scn_name else ({}, {}, [])
    weights = [max(flows.get(s["node_id"], (0.0, ""))[0], 0.0) for s in sources]
    gas, more = _mean_gas(net_name, sources, weights)
    density = gas["norm_density_kg_per_m3"]
    own = {s["node_id"]: s["norm_density_kg_per_m3"] for s in sources}
    links = [_link(tag, e, density, faults) for tag, e in elements if tag in KIND_OF]
    faults.stop()
    known = {node["node_id"] for node in nodes}
    strangers = sorted(set(flows) - known)
    if strangers:
        raise InputError(
            f"{scn_name}: nodes {', '.join(strangers[:8])} are not in {net_name}; is it the scenario of another network?"
        )
    for node in nodes:
        name = node["node_id"]
        if name in flows:
            amount, unit = flows[name]
            node["supply_kg_per_s"] = amount / 3600 * own.get(name, density) if unit == "m3/h" else amount
        lower, upper = bounds.get(name, (math.nan, math.nan))
        node["pressure_min_bar"] = _tighter(node["pressure_min_bar"], lower, max)
        node["pressure_max_bar"] = _tighter(node["pressure_max_bar"], upper, min)
    losses = sum(
        any(
            _tag(part).startswith(("dragFactor", "pressureLoss")) and part.get("value") not in ("0", "0.0")
            for part in e
        )
        for tag, e in elements
        if tag in ("compressorStation", "controlValve")
    )
    if losses:
        more.append(f"entry and exit losses of {losses} stations are left out")
    if not scn_name:
        more.append("no nomination (.scn) beside the network: nothing is fed in or taken out")
    title = next((e.text for tag, e in elements if tag == "title" and e.text), None) or net_name.removesuffix(
        ".net"
    )
    return GasFile(
        title.strip(), "GasLib XML", pd.DataFrame(nodes), pd.DataFrame(links), gas, (*remarks, *more)
    )


def _parse(name: str, text: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputError(
            f"{name}: it declares a document type; GasLib files have none: take the declaration out"
        )
    try:
        return ElementTree.fromstring(text)
    # ValueError and LookupError: an encoding that Python does not know.
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise InputError(f"{name}: no sound XML ({fault}); is the file whole?") from fault


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _node(tag: str, e: ElementTree.Element, faults: Faults) -> dict:
    what = f"{tag} {e.get('id', '')!r}"
    if not e.get("id"):
        faults.add(tag, "it has no id")
    return {
        "node_id": e.get("id", ""),
        "pressure_min_bar": _value(e, "pressureMin", "bar", what, faults),
        "pressure_max_bar": _value(e, "pressureMax", "bar", what, faults),
        "height_m": _value(e, "height", "m", what, faults),
        "supply_kg_per_s": math.nan,
    }


def _gas(e: ElementTree.Element, faults: Faults) -> dict:
    what = f"source {e.get('id', '')!r}"
    return {
        "node_id": e.get("id", ""),
        "molar_mass_g_per_mol": _value(e, "molarMass", "g/mol", what, faults),
        "temperature_k": _value(e, "gasTemperature", "K", what, faults),
        "norm_density_kg_per_m3": _value(e, "normDensity", "kg/m3", what, faults),
    }


def _mean_gas(name: str, sources: list[dict], weights: list[float]) -> tuple[dict[str, float], list[str]]:
    """The one gas of the network, by what the sources feed in; equally where they feed nothing."""
    if not sources:
        raise InputError(
            f"{name}: it has no source, so its gas is not known; add one with molarMass, gasTemperature, normDensity"
        )
    if not sum(weights):
        weights = [1.0] * len(sources)
    gas, mixed = {"compressibility": 1.0}, []
    for column in ("molar_mass_g_per_mol", "temperature_k", "norm_density_kg_per_m3"):
        known = [(s[column], w) for s, w in zip(sources, weights, strict=True) if not math.isnan(s[column])]
        if not known or not sum(w for _, w in known):
            raise InputError(f"{name}: no source that feeds in states its {column}; add it")
        gas[column] = sum(value * w for value, w in known) / sum(w for _, w in known)
        if len({value for value, w in known if w}) > 1:
            mixed.append(f"{column} {gas[column]:.4g}")
    return gas, [f"sources feed in different gases; their mean is taken: {', '.join(mixed)}"] if mixed else []


def _link(tag: str, e: ElementTree.Element, density: float, faults: Faults) -> dict:
    what = f"{tag} {e.get('id', '')!r}"
    for name in ("id", "from", "to"):
        if not e.get(name):
            faults.add(what, f"it has no {name!r}")
    row = {
        "link_id": e.get("id", ""),
        "kind": KIND_OF[tag],
        "node_from": e.get("from", ""),
        "node_to": e.get("to", ""),
    }
    flow = {
        column: _value(e, name, "m3/h", what, faults) / 3600 * density
        for column, name in (("flow_min_kg_per_s", "flowMin"), ("flow_max_kg_per_s", "flowMax"))
    }
    return row | flow | {
        "length_km": _value(e, "length", "km", what, faults),
        "diameter_mm": _value(e, "diameter", "mm", what, faults),
        "roughness_mm": _value(e, "roughness", "mm", what, faults),
        "drag": _value(e, "dragFactor", "", what, faults),
        "loss_bar": _value(e, "pressureLoss", "bar", what, faults),
    }  # fmt: skip


def _value(e: ElementTree.Element, name: str, unit: str, what: str, faults: Faults) -> float:
    """The value of a part of an element in the unit of the tables; NaN where it is not there."""
    part = next((p for p in e if _tag(p) == name), None)
    if part is None:
        return math.nan
    return _in_unit(part, unit, what, name, faults)


def _in_unit(part: ElementTree.Element, unit: str, what: str, name: str, faults: Faults) -> float:
    number = faults.number(part.get("value"), what, name)
    if not unit:
        return number
    written = part.get("unit", WITHOUT_UNIT.get(unit, ""))
    if written not in UNITS[unit]:
        faults.add(what, f"{name} has the unit {written!r}; expected {', '.join(UNITS[unit])}")
        return math.nan
    factor, offset = UNITS[unit][written]
    return number * factor + offset


def _nominated(
    name: str, text: bytes, nomination: str
) -> tuple[dict[str, tuple[float, str]], dict[str, tuple[float, float]], list[str]]:
    """Inflow of each node with its unit, and bounds of its pressure in bar."""
    faults = Faults(name)
    scenarios = {e.get("id", ""): e for e in _parse(name, text).iter() if _tag(e) == "scenario"}
    which, remarks = chosen(scenarios, nomination, name, "scenario")
    flows: dict[str, tuple[float, str]] = {}
    bounds: dict[str, tuple[float, float]] = {}
    ranged = []
    for e in scenarios[which]:
        node = e.get("id", "")
        what = f"node {node!r}"
        ends = dict(_bounds(e, "flow", what, faults))
        if ends:
            low, high = ends.get("lower", ends.get("upper")), ends.get("upper", ends.get("lower"))
            assert low is not None
            assert high is not None
            if low[0] != high[0]:
                ranged.append(node)
            sign = {"entry": 1, "exit": -1}.get(e.get("type", ""), 0)
            if not sign:
                faults.add(what, f"its type is {e.get('type')!r}; write entry or exit")
            if node in flows:
                faults.add(what, "it is nominated twice; add the two")
            flows[node] = (sign * (low[0] + high[0]) / 2, low[1])
        limits = {side: value for side, (value, _) in _bounds(e, "pressure", what, faults)}
        bounds[node] = (limits.get("lower", math.nan), limits.get("upper", math.nan))
    faults.stop()
    if ranged:
        remarks.append(f"the middle of a range is taken as nomination of {', '.join(ranged[:8])}")
    return flows, bounds, remarks


def _bounds(
    e: ElementTree.Element, quantity: str, what: str, faults: Faults
) -> Iterator[tuple[str, tuple[float, str]]]:
    """Lower and upper bound of a quantity of a nomination, each with its unit."""
    for part in e:
        if _tag(part) != quantity:
            continue
        unit = "bar"
        if quantity == "flow":
            unit = "kg/s" if part.get("unit") in UNITS["kg/s"] else "m3/h"
        value = _in_unit(part, unit, what, quantity, faults)
        side = part.get("bound", "both")
        if side not in ("lower", "upper", "both"):
            faults.add(what, f"bound {side!r} of {quantity}; write lower, upper or both")
        for end in ("lower", "upper") if side == "both" else (side,):
            yield end, (value, unit)


def _tighter(one: float, other: float, choose: Callable[[list[float]], float]) -> float:
    known = [value for value in (one, other) if not math.isnan(value)]
    return choose(known) if known else math.nan
