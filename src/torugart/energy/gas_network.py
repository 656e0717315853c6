"""A gas network as arrays, compiled from two tables: nodes and links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from torugart.energy.gas_checks import check_gas_tables
from torugart.energy.gas_law import PA_PER_BAR, Gas
from torugart.errors import InputError

KINDS = ("pipe", "resistor", "short_pipe", "valve", "compressor", "control_valve")
PIPE, RESISTOR, SHORT_PIPE, VALVE, COMPRESSOR, CONTROL_VALVE = range(6)

# Columns that are numbers, empty where nothing is known, and the words. A table may leave any of them out but
# the first two or four words.
NODE_WORDS = ("node_id",)
NODE_NUMBERS = ("pressure_min_bar", "pressure_max_bar", "height_m", "supply_kg_per_s", "slack_bar")
LINK_WORDS = ("link_id", "kind", "node_from", "node_to")
LINK_NUMBERS = (
    "length_km", "diameter_mm", "roughness_mm", "friction_factor", "drag", "loss_bar",
    "flow_min_kg_per_s", "flow_max_kg_per_s", "ratio_max", "ratio", "outlet_bar", "drop_bar", "closed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GasNetwork:
    """Arrays of a gas network; NaN where nothing is given.

    Nodes: ``supply_kg_per_s`` (inflow positive), ``slack_pa`` (the pressure given), ``pressure_min_pa`` and
    ``pressure_max_pa``. Links: ``kind`` (index into `KINDS`), ``tail`` and ``head`` (rows of nodes),
    ``is_open``, ``area_m2``, ``drag_per_m4`` = lambda L / (2 D A²), ``loss_pa`` of resistors with a fixed
    loss, ``flow_min`` and ``flow_max_kg_per_s``, ``ratio_max``, and the set points ``ratio``, ``outlet_pa`` and ``drop_pa``.
    """

    name: str
    gas: Gas
    node_ids: tuple[str, ...]
    supply_kg_per_s: np.ndarray
    slack_pa: np.ndarray
    pressure_min_pa: np.ndarray
    pressure_max_pa: np.ndarray
    link_ids: tuple[str, ...]
    kind: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    is_open: np.ndarray
    area_m2: np.ndarray
    drag_per_m4: np.ndarray
    loss_pa: np.ndarray
    flow_min_kg_per_s: np.ndarray
    flow_max_kg_per_s: np.ndarray
    ratio_max: np.ndarray
    ratio: np.ndarray
    outlet_pa: np.ndarray
    drop_pa: np.ndarray

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return len(self.node_ids)

    @property
    def n_links(self) -> int:
        """How many links there are."""
        return len(self.link_ids)


def build_gas_network(
    nodes: pd.DataFrame, links: pd.DataFrame, gas: Gas, name: str = "network"
) -> GasNetwork:
    """Compile a network from its tables.

    Parameters
    ----------
    nodes : DataFrame
        ``node_id``; and where known pressure_min_bar, pressure_max_bar, height_m, supply_kg_per_s (inflow positive, empty is
        none), slack_bar (a given pressure).
    links : DataFrame
        ``link_id``, ``kind`` (of `KINDS`), ``node_from``, ``node_to``; and where they apply length_km, diameter_mm,
        friction_factor or roughness_mm, drag or loss_bar (resistors), flow_min_kg_per_s, flow_max_kg_per_s, ratio_max, the
        set points ratio, outlet_bar or drop_bar, and closed (1 is closed).
    gas : Gas
        The gas.
    name : str
        What messages call the network.

    Returns
    -------
    GasNetwork

    Raises
    ------
    InputError
        With every fault of both tables.
    """
    nodes, links = (
        with_columns(nodes, NODE_WORDS, NODE_NUMBERS),
        with_columns(links, LINK_WORDS, LINK_NUMBERS),
    )
    problems = check_gas_tables(nodes, links, gas, KINDS)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise InputError("\n".join([f"{name}: {count}", *(f"  {problem}" for problem in problems)]))
    row = {node: k for k, node in enumerate(nodes["node_id"])}
    kind = np.array([KINDS.index(k) for k in links["kind"]], np.int8)
    number = {column: links[column].to_numpy(float) for column in LINK_NUMBERS}
    diameter_m = number["diameter_mm"] / 1000
    area_m2 = np.pi / 4 * diameter_m**2
    with np.errstate(invalid="ignore", divide="ignore"):
        loss_heads = np.where(
            kind == RESISTOR,
            number["drag"],
            friction_factor(number["friction_factor"], number["roughness_mm"], number["diameter_mm"])
            * number["length_km"] * 1000 / diameter_m,
        )  # fmt: skip
        drag_per_m4 = loss_heads / (2 * area_m2**2)
    return GasNetwork(
        name=name,
        gas=gas,
        node_ids=tuple(nodes["node_id"]),
        supply_kg_per_s=np.nan_to_num(nodes["supply_kg_per_s"].to_numpy(float)),
        slack_pa=nodes["slack_bar"].to_numpy(float) * PA_PER_BAR,
        pressure_min_pa=nodes["pressure_min_bar"].to_numpy(float) * PA_PER_BAR,
        pressure_max_pa=nodes["pressure_max_bar"].to_numpy(float) * PA_PER_BAR,
        link_ids=tuple(links["link_id"]),
        kind=kind,
        tail=np.array([row[node] for node in links["node_from"]], np.int64),
        head=np.array([row[node] for node in links["node_to"]], np.int64),
        is_open=~(number["closed"] == 1),
        area_m2=area_m2,
        drag_per_m4=drag_per_m4,
        loss_pa=number["loss_bar"] * PA_PER_BAR,
        flow_min_kg_per_s=number["flow_min_kg_per_s"],
        flow_max_kg_per_s=number["flow_max_kg_per_s"],
        ratio_max=number["ratio_max"],
        ratio=number["ratio"],
        outlet_pa=number["outlet_bar"] * PA_PER_BAR,
        drop_pa=number["drop_bar"] * PA_PER_BAR,
    )


def friction_factor(given: np.ndarray, roughness_mm: np.ndarray, diameter_mm: np.ndarray) -> np.ndarray:
    """Darcy friction factor: the one given, or that of fully turbulent flow in a rough pipe [1]_.

    Parameters
    ----------
    given : ndarray of float, shape (n_links,)
        Dimensionless; NaN where the roughness decides.
    roughness_mm, diameter_mm : ndarray of float, shape (n_links,)
        Of the inner wall.

    Returns
    -------
    ndarray of float, shape (n_links,)

    References
    ----------
    .. [1] Nikuradse, J. (1933); 1/sqrt(lambda) = 2 log10(D/k) + 1.138, in the form of Schmidt, M. et al. (2017).
       GasLib - A library of gas network instances. Data 2(4), 40.
    """
    rough = (2 * np.log10(diameter_mm / roughness_mm) + 1.138) ** -2.0
    return np.where(np.isnan(given), rough, given)


def with_columns(table: pd.DataFrame, words: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    """Return a table with all columns that are known, empty where it had none."""
    missing = [column for column in words if column not in table]
    if missing:
        raise InputError(f"a table of a gas network has no column {', '.join(missing)}")
    found = {column: table[column].astype(str).to_numpy() for column in words}
    found |= {
        column: table[column].to_numpy(float) if column in table else np.full(len(table), np.nan)
        for column in numbers
    }
    return pd.DataFrame(found)
