"""``energy flow``: pressures and flows of a gas network somebody else wrote down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.energy.gas_law import (
    PA_PER_BAR,
    Gas,
    GasLaw,
    density_kg_per_m3,
    gas_law,
    norm_density_kg_per_m3,
    reference_density_kg_per_m3,
    volume_bcm_per_year,
)
from torugart.energy.gas_network import KINDS, PIPE, GasNetwork, build_gas_network
from torugart.energy.steady_flow import FlowSettings, SteadyFlow, solve_steady_flow
from torugart.errors import InputError, UnknownName
from torugart.io.gas_file import GasFile, read_gas_file

# A limit is broken when it is passed by more than what files round to.
SLACK_OF_LIMITS = 1e-6


@dataclass(frozen=True, slots=True)
class GasFlow:
    """Pressures and flows of a network.

    Attributes
    ----------
    nodes : DataFrame
        node_id, pressure_bar (absolute), pressure_min_bar, pressure_max_bar, inflow_kg_per_s, inflow_bcm_per_year, slack
        ("yes" where the pressure was given).
    links : DataFrame
        link_id, kind, node_from, node_to, flow_kg_per_s, flow_bcm_per_year, velocity_m_per_s (at the faster end), pressure_from_bar,
        pressure_to_bar, drop_bar (in the direction of the gas), split ("unknown" where only the sum over a loop of elements without
        length is known).
    limits : DataFrame
        element, what, value, limit, unit: each limit of the file that is passed, the worst first.
    summary : mapping
        name, format, law, nodes, links, reference_celsius, reference_density_kg_per_m3, steps, gap, imbalance, ...
    notes : list of str
        What was assumed or left out.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    limits: pd.DataFrame
    summary: Mapping[str, object]
    notes: list[str]


def energy_flow(
    network: Path | str,
    *,
    nomination: str = "",
    law: str = "cnga",
    reference_celsius: float = 20.0,
    slack: Mapping[str, float] | None = None,
    ratio: Mapping[str, float] | None = None,
    outlet: Mapping[str, float] | None = None,
    drop: Mapping[str, float] | None = None,
    closed: Iterable[str] = (),
) -> GasFlow:
    """Solve the steady flow of a gas network.

    Parameters
    ----------
    network : path
        GasLib XML or JSON, or MATGAS: a file, or a folder or zip with it.
    nomination : str
        Which nomination, where the file holds several; the first when empty.
    law : {"cnga", "cnga-2023", "ideal"}
        Gas law, as in `torugart.energy.gas_law.gas_law`.
    reference_celsius : float
        Temperature at which volumes are given; the pressure is 101,325 Pa.
    slack : mapping of float by str, optional
        Pressures given, bar by node; instead of the file's.
    ratio, outlet, drop : mapping of float by str, optional
        Set points by link: ratio of a compressor; outlet pressure of a compressor or control valve, bar; drop of a control valve, bar.
    closed : iterable of str
        Links that are shut.

    Returns
    -------
    GasFlow

    Raises
    ------
    InputError
        If the file is faulty, a pressure is given twice or not at all, or a node would have none above zero.
    UnknownName
        If a name is not in the network.
    NotConverged
        If the solver stops short.
    """
    if not -50 <= reference_celsius <= 50:
        raise InputError(f"reference temperature is {reference_celsius:g} °C; trade uses 0, 15 or 20")
    file = read_gas_file(Path(network), nomination)
    gas = Gas(**{**file.gas, "norm_density_kg_per_m3": _norm_density(file)})
    nodes, notes = with_slack(file.nodes, slack or {}, file.name)
    links = with_set_points(file.links, {"ratio": ratio, "outlet_bar": outlet, "drop_bar": drop}, closed)
    net = build_gas_network(nodes, links, gas, file.name)
    settled = gas_law(law, gas)
    flow = solve_steady_flow(net, settled, FlowSettings())
    density = reference_density_kg_per_m3(gas, reference_celsius)
    tables = node_table(net, flow, density), link_table(net, settled, flow, density)
    idle = int(
        np.sum(
            (net.kind > 3)
            & np.isnan(net.ratio)
            & np.isnan(net.outlet_pa)
            & np.isnan(net.drop_pa)
            & net.is_open
        )
    )
    if idle:
        notes.append(f"stations without a set point, with one pressure on both sides: {idle}")
    heights = nodes["height_m"].dropna() if "height_m" in nodes else pd.Series(dtype=float)
    if len(heights) and heights.max() > heights.min():
        notes.append(
            f"heights from {heights.min():g} to {heights.max():g} m are left out: up to"
            f" {_column_bar(settled, flow, heights.max() - heights.min()):.2g} bar"
        )
    summary = {
        "name": file.name,
        "format": file.format,
        "law": law,
        "nodes": net.n_nodes,
        "links": net.n_links,
        "molar_mass_g_per_mol": gas.molar_mass_g_per_mol,
        "temperature_k": gas.temperature_k,
        "reference_celsius": reference_celsius,
        "reference_density_kg_per_m3": density,
        "inflow_kg_per_s": float(np.maximum(tables[0]["inflow_kg_per_s"], 0).sum()),
        "slack_kg_per_s": float(flow.slack_kg_per_s.sum()),
        "pressure_lowest_bar": float(flow.pressure_pa.min() / PA_PER_BAR),
        "pressure_highest_bar": float(flow.pressure_pa.max() / PA_PER_BAR),
        "steps": flow.steps,
        "gap": flow.gap,
        "imbalance": flow.imbalance,
    }
    return GasFlow(*tables, limits_passed(net, flow), summary, [*file.remarks, *notes])


def _norm_density(file: GasFile) -> float:
    given = file.gas["norm_density_kg_per_m3"]
    return norm_density_kg_per_m3(file.gas["molar_mass_g_per_mol"]) if math.isnan(given) else given


def with_slack(nodes: pd.DataFrame, slack: Mapping[str, float], name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return nodes with the pressures given, and what was assumed about them.

    Without any asked for, the file's slack nodes are taken, else the node that feeds in most; at the file's pressure, else at the
    upper limit of the node.
    """
    nodes = nodes.copy()
    if "slack_bar" not in nodes:
        nodes["slack_bar"] = np.nan
    known = list(nodes["node_id"])
    if slack:
        for node in slack:
            if node not in known:
                raise UnknownName("node of this network", node, known)
        nodes["slack_bar"] = [slack.get(node, np.nan) for node in known]
        return nodes, []
    named = nodes["is_slack"].to_numpy(bool) if "is_slack" in nodes else np.zeros(len(nodes), bool)
    notes = []
    if not named.any():
        supply = np.nan_to_num(nodes["supply_kg_per_s"].to_numpy(float))
        first = int(supply.argmax()) if len(supply) else -1
        if first < 0 or supply[first] <= 0:
            raise InputError(
                f"{name}: nothing is fed in and no slack is named; give the pressure of a node with --slack NODE=BAR"
            )
        named = np.arange(len(nodes)) == first
        notes.append(f"no slack is named: {known[first]}, which feeds in most, is taken")
    upper = nodes["pressure_max_bar"].to_numpy(float)
    given = nodes["slack_bar"].to_numpy(float)
    taken = named & np.isnan(given)
    if np.isnan(upper[taken]).any():
        where = ", ".join(known[k] for k in np.flatnonzero(taken & np.isnan(upper)))
        raise InputError(
            f"{name}: slack {where} has no pressure and no upper limit; give it with --slack NODE=BAR"
        )
    nodes["slack_bar"] = np.where(taken, upper, given)
    notes += [
        f"the pressure of slack {known[k]} is its upper limit, {upper[k]:g} bar"
        for k in np.flatnonzero(taken)
    ]
    return nodes, notes


def with_set_points(
    links: pd.DataFrame, set_points: Mapping[str, Mapping[str, float] | None], closed: Iterable[str]
) -> pd.DataFrame:
    """Return links with set points and what is closed."""
    links = links.copy()
    known = list(links["link_id"])
    shut = set(closed)
    for name in [*shut, *(name for points in set_points.values() for name in points or {})]:
        if name not in known:
            raise UnknownName("link of this network", name, known)
    for column, points in set_points.items():
        if points:
            before = links[column] if column in links else pd.Series(np.nan, links.index)
            links[column] = [points.get(name, value) for name, value in zip(known, before, strict=True)]
    links["closed"] = [float(name in shut) for name in known]
    return links


def node_table(net: GasNetwork, flow: SteadyFlow, density: float) -> pd.DataFrame:
    """Pressures and inflows by node, in the order of the file."""
    inflow = net.supply_kg_per_s + flow.slack_kg_per_s
    return pd.DataFrame(
        {
            "node_id": net.node_ids,
            "pressure_bar": flow.pressure_pa / PA_PER_BAR,
            "pressure_min_bar": net.pressure_min_pa / PA_PER_BAR,
            "pressure_max_bar": net.pressure_max_pa / PA_PER_BAR,
            "inflow_kg_per_s": inflow,
            "inflow_bcm_per_year": volume_bcm_per_year(inflow, density),
            "slack": np.where(np.isnan(net.slack_pa), "", "yes"),
        }
    )


def link_table(net: GasNetwork, law: GasLaw, flow: SteadyFlow, density: float) -> pd.DataFrame:
    """Flows, speeds and drops by link, in the order of the file."""
    before, behind = flow.pressure_pa[net.tail], flow.pressure_pa[net.head]
    slower = density_kg_per_m3(law, np.minimum(before, behind))
    ahead = np.where(flow.flow_kg_per_s < 0, -1.0, 1.0)
    speed = np.abs(flow.flow_kg_per_s) / (slower * net.area_m2)
    return pd.DataFrame(
        {
            "link_id": net.link_ids,
            "kind": [KINDS[k] for k in net.kind],
            "node_from": [net.node_ids[k] for k in net.tail],
            "node_to": [net.node_ids[k] for k in net.head],
            "flow_kg_per_s": flow.flow_kg_per_s,
            "flow_bcm_per_year": volume_bcm_per_year(flow.flow_kg_per_s, density),
            "velocity_m_per_s": np.where(net.kind == PIPE, speed, np.nan),
            "pressure_from_bar": before / PA_PER_BAR,
            "pressure_to_bar": behind / PA_PER_BAR,
            "drop_bar": np.where(net.is_open, ahead * (before - behind) / PA_PER_BAR, np.nan),
            "split": np.where(flow.undetermined, "unknown", ""),
        }
    )


def limits_passed(net: GasNetwork, flow: SteadyFlow) -> pd.DataFrame:
    """Limits of pressures, flows and compressors that are passed, the worst by share of the limit first."""
    active = net.is_open & (~np.isnan(net.ratio) | ~np.isnan(net.outlet_pa) | ~np.isnan(net.drop_pa))
    reached = flow.pressure_pa[net.head] / flow.pressure_pa[net.tail]
    works = active & (net.kind == KINDS.index("compressor"))
    reduces = active & (net.kind == KINDS.index("control_valve"))
    bar = 1 / PA_PER_BAR
    tests = [
        ("pressure too low", "bar", net.node_ids, flow.pressure_pa * bar, net.pressure_min_pa * bar, -1),
        ("pressure too high", "bar", net.node_ids, flow.pressure_pa * bar, net.pressure_max_pa * bar, 1),
        ("flow too small", "kg/s", net.link_ids, flow.flow_kg_per_s, net.flow_min_kg_per_s, -1),
        ("flow too large", "kg/s", net.link_ids, flow.flow_kg_per_s, net.flow_max_kg_per_s, 1),
        ("ratio too large", "1", net.link_ids, reached, np.where(works, net.ratio_max, np.nan), 1),
        ("compressor lowers the pressure", "1", net.link_ids, reached, np.where(works, 1.0, np.nan), -1),
        (
            "compressor runs backward",
            "kg/s",
            net.link_ids,
            flow.flow_kg_per_s,
            np.where(works, 0.0, np.nan),
            -1,
        ),
        ("control valve raises the pressure", "1", net.link_ids, reached, np.where(reduces, 1.0, np.nan), 1),
    ]
    rows = []
    for what, unit, ids, value, limit, side in tests:
        over = side * (value - limit)
        # Where the limit is 0 the largest value of its kind says what is large.
        size = np.where(limit == 0, max(float(np.nanmax(np.abs(value), initial=0)), 1.0), np.abs(limit))
        rows += [
            {
                "element": ids[k],
                "what": what,
                "value": value[k],
                "limit": limit[k],
                "unit": unit,
                "by": over[k] / size[k],
            }
            for k in np.flatnonzero(over > SLACK_OF_LIMITS * size)
        ]
    table = pd.DataFrame(rows, columns=["element", "what", "value", "limit", "unit", "by"])
    return table.sort_values("by", ascending=False, kind="stable").drop(columns="by").reset_index(drop=True)


def _column_bar(law: GasLaw, flow: SteadyFlow, height_m: float) -> float:
    """Weight of a column of gas at the highest pressure, bar."""
    return float(density_kg_per_m3(law, flow.pressure_pa.max())) * 9.80665 * height_m / PA_PER_BAR
