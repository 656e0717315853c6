"""Every fault of the tables of a gas network, in words that say how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from torugart.energy.gas_law import Gas
from torugart.errors import nearest_names

# Bounds that no sound network passes; what lies outside is nearly always a unit mixed up.
BOUNDS: dict[str, tuple[float, float, str]] = {
    "length_km": (1e-5, 10_000.0, "lengths are in km inside; what has no length is a short_pipe"),
    "diameter_mm": (10.0, 3_000.0, "diameters are in mm inside; are these metres, or inches?"),
    "roughness_mm": (1e-5, 10.0, "roughness is in mm inside; are these metres?"),
    "friction_factor": (1e-3, 0.2, "this is Darcy's factor; Fanning's is a quarter of it"),
    "drag": (1e-4, 1e6, "a drag factor is a pure number"),
    "loss_bar": (1e-6, 100.0, "pressures are in bar inside; are these Pa or kPa?"),
    "flow_min_kg_per_s": (-20_000.0, 20_000.0, "20,000 kg/s are 900 bcm a year; is the unit right?"),
    "flow_max_kg_per_s": (-20_000.0, 20_000.0, "20,000 kg/s are 900 bcm a year; is the unit right?"),
    "ratio": (1.0, 20.0, "a compressor does not lower the pressure; a control valve does"),
    "outlet_bar": (1e-3, 400.0, "pressures are in bar inside; are these Pa or kPa?"),
    "drop_bar": (0.0, 400.0, "pressures are in bar inside; are these Pa or kPa?"),
    "pressure_min_bar": (0.0, 400.0, "pressures are in bar inside; are these Pa or kPa?"),
    "pressure_max_bar": (0.0, 400.0, "pressures are in bar inside; are these Pa or kPa?"),
    "slack_bar": (1e-3, 400.0, "pressures are in bar inside; are these Pa or kPa?"),
    "supply_kg_per_s": (-20_000.0, 20_000.0, "20,000 kg/s are 900 bcm a year; is the unit right?"),
    "height_m": (-500.0, 9_000.0, "heights are in m"),
}
GAS_BOUNDS = {
    "molar_mass_g_per_mol": (2.0, 60.0, "g/mol; natural gas has 16 to 20"),
    "temperature_k": (200.0, 400.0, "kelvin; 288 is 15 °C"),
    "norm_density_kg_per_m3": (0.05, 3.0, "kg/m3 at 0 °C; natural gas has 0.7 to 0.9"),
    "compressibility": (0.2, 2.0, "a pure number; 0.8 to 1 for natural gas"),
}
NEEDED = {"pipe": ("length_km", "diameter_mm")}


def check_gas_tables(nodes: pd.DataFrame, links: pd.DataFrame, gas: Gas, kinds: Sequence[str]) -> list[str]:
    """Return every fault of both tables and of the gas; none when they are sound.

    Parameters
    ----------
    nodes, links : DataFrame
        With all columns of `torugart.energy.gas_network`.
    gas : Gas
        The gas.
    kinds : sequence of str
        The kinds of link there are.

    Returns
    -------
    list of str
    """
    return [
        *_check_gas(gas),
        *_check_ids(nodes["node_id"], "node"),
        *_check_ids(links["link_id"], "link"),
        *(f"node {row.node_id!r}: {what}" for row in nodes.itertuples() for what in _check_node(row)),
        *(
            f"{row.kind} {row.link_id!r}: {what}"
            for row in links.itertuples()
            for what in _check_kind(row, kinds)
        ),
        *_check_ends(links, set(nodes["node_id"])),
    ]


def _check_gas(gas: Gas) -> Iterator[str]:
    for name, (lower, upper, hint) in GAS_BOUNDS.items():
        value = getattr(gas, name)
        if not lower <= value <= upper:
            yield f"gas: {name} is {value:g}; expected {lower:g} to {upper:g} ({hint})"


def _check_ids(ids: pd.Series, what: str) -> Iterator[str]:
    if not len(ids):
        yield f"there is no {what}"
    for name in dict.fromkeys(ids[ids.duplicated()]):
        yield f"{what} {name!r} stands there more than once; give each its own id"


def _check_node(row: Any) -> Iterator[str]:
    yield from _outside(
        row, ("pressure_min_bar", "pressure_max_bar", "slack_bar", "supply_kg_per_s", "height_m")
    )
    if row.pressure_min_bar > row.pressure_max_bar:
        yield (
            f"pressure_min_bar {row.pressure_min_bar:g} is above pressure_max_bar {row.pressure_max_bar:g};"
            " exchange or mend them"
        )


def _check_kind(row: Any, kinds: Sequence[str]) -> Iterator[str]:
    if row.kind not in kinds:
        yield f"there is no such kind of link; write {', '.join(kinds)}"
        return
    for name in NEEDED.get(row.kind, ()):
        if math.isnan(getattr(row, name)):
            yield f"{name} is missing; a {row.kind} needs it"
    if row.kind == "pipe":
        if math.isnan(row.friction_factor) and math.isnan(row.roughness_mm):
            yield "neither friction_factor nor roughness_mm is given; a pipe needs one of them"
        if row.roughness_mm * 20 > row.diameter_mm:
            yield (
                f"roughness_mm {row.roughness_mm:g} is more than a twentieth of the diameter {row.diameter_mm:g} mm;"
                " the friction law ends there: mend one of them"
            )
    if row.kind == "resistor":
        if math.isnan(row.drag) == math.isnan(row.loss_bar):
            yield "give either drag, with diameter_mm, or loss_bar"
        elif not math.isnan(row.drag) and math.isnan(row.diameter_mm):
            yield "diameter_mm is missing; a drag needs it"
    yield from _outside(row, [name for name in BOUNDS if hasattr(row, name)])
    yield from _check_set_points(row)


def _check_set_points(row: Any) -> Iterator[str]:
    allowed = {"compressor": ("ratio", "outlet_bar"), "control_valve": ("outlet_bar", "drop_bar")}.get(
        row.kind, ()
    )
    given = [name for name in ("ratio", "outlet_bar", "drop_bar") if not math.isnan(getattr(row, name))]
    for name in given:
        if name not in allowed:
            can = " or ".join(allowed) or "no set point"
            yield f"{name} is given; a {row.kind} takes {can}"
    if len(given) > 1:
        yield f"{' and '.join(given)} are given; one of them decides, take the others out"
    if row.flow_min_kg_per_s > row.flow_max_kg_per_s:
        yield "flow_min_kg_per_s is above flow_max_kg_per_s; exchange or mend them"
    if not (math.isnan(row.closed) or row.closed in (0, 1)):
        yield f"closed is {row.closed:g}; write 1 for closed, 0 or nothing for open"


def _check_ends(links: pd.DataFrame, known: set[str]) -> Iterator[str]:
    for row in links.itertuples():
        for end in ("node_from", "node_to"):
            node = getattr(row, end)
            if node not in known:
                near = nearest_names(node, known, 1)
                yield f"{row.kind} {row.link_id!r}: {end} {node!r} is no node" + (
                    f"; did you mean {near[0]!r}?" if near else "; add it"
                )
        if row.node_from == row.node_to:
            yield f"{row.kind} {row.link_id!r} leads from {row.node_from!r} to itself; mend an end"


def _outside(row: Any, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        value = getattr(row, name)
        lower, upper, hint = BOUNDS[name]
        if value < lower or value > upper:  # false for what is missing
            yield f"{name} is {value:g}; expected {lower:g} to {upper:g} ({hint})"
