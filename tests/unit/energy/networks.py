"""Small gas networks for tests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from torugart.energy.gas_law import Gas, gas_law
from torugart.energy.gas_network import GasNetwork, build_gas_network

GAS = Gas(17.4, 288.15, 0.776)
LAWS = {name: gas_law(name, GAS) for name in ("cnga", "cnga-2023", "ideal")}


def pipe(link_id: str, node_from: str, node_to: str, **values: Any) -> dict[str, Any]:
    """Return a row of a pipe; 50 km of 800 mm where nothing else is said."""
    row = {"length_km": 50.0, "diameter_mm": 800.0, "friction_factor": 0.01}
    return {"link_id": link_id, "kind": "pipe", "node_from": node_from, "node_to": node_to, **row, **values}


def element(link_id: str, kind: str, node_from: str, node_to: str, **values: Any) -> dict[str, Any]:
    """Return a row of another element."""
    return {"link_id": link_id, "kind": kind, "node_from": node_from, "node_to": node_to, **values}


def network(
    supply: dict[str, float], slack: dict[str, float], *links: dict[str, Any], gas: Gas = GAS
) -> GasNetwork:
    """Return a network of the nodes its links name, in order of first mention."""
    names = dict.fromkeys(
        [*slack, *supply, *(link[end] for link in links for end in ("node_from", "node_to"))]
    )
    nodes = pd.DataFrame(
        {
            "node_id": list(names),
            "supply_kg_per_s": [supply.get(name, float("nan")) for name in names],
            "slack_bar": [slack.get(name, float("nan")) for name in names],
        }
    )
    return build_gas_network(nodes, pd.DataFrame(list(links)), gas, "small")
