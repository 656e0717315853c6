"""What to say when a network would need a pressure below zero."""

from __future__ import annotations

from collections import deque

import numpy as np

from torugart.energy.gas_law import PA_PER_BAR, GasLaw, potential_pa2
from torugart.energy.gas_network import GasNetwork
from torugart.energy.pressure_groups import PressureGroups, named

MOST_NODES, MOST_LINKS = 8, 10  # named in the message


def impossible_pressures(
    net: GasNetwork, law: GasLaw, groups: PressureGroups, pressure_pa: np.ndarray, flow_kg_per_s: np.ndarray
) -> str:
    """Return the nodes without a positive pressure and the pipes on the way to the worst of them.

    Parameters
    ----------
    net, law, groups
        The network, its gas and its groups of pressures.
    pressure_pa : ndarray of float, shape (n_nodes,)
        As continued below zero.
    flow_kg_per_s : ndarray of float, shape (n_links,)
        Of each link.

    Returns
    -------
    str
        Potentials in bar² (half a squared pressure for an ideal gas) are given as squared pressures.
    """
    below = np.flatnonzero(~(pressure_pa > 0))
    worst = int(below[np.argmin(pressure_pa[below])])
    order = below[np.argsort(pressure_pa[below], kind="stable")]
    names = ", ".join(repr(net.node_ids[k]) for k in order[:MOST_NODES])
    if below.size > MOST_NODES:
        names += f" and {below.size - MOST_NODES} more"
    start, way = _way_to(net, ~np.isnan(groups.given_pa[groups.group]), worst)
    square = 2 * potential_pa2(law, pressure_pa) / PA_PER_BAR**2
    lines = []
    for link in way:
        drop = abs(square[net.tail[link]] - square[net.head[link]])
        lines.append(
            (drop, f"{named(net, link)} {abs(flow_kg_per_s[link]):,.1f} kg/s takes {drop:,.0f} bar²")
        )
    shown = sorted(lines, key=lambda line: -line[0])[:MOST_LINKS]
    nodes = "1 node" if below.size == 1 else f"{below.size} nodes"
    return "\n".join(
        [
            f"{net.name}: no positive pressure is left at {nodes}: {names}",
            f"  on the way from {net.node_ids[start]!r} ({pressure_pa[start] / PA_PER_BAR:,.1f} bar,"
            f" {square[start]:,.0f} bar²) to {net.node_ids[worst]!r}, the largest drops of {len(lines)}:",
            *(f"    {line}" for _, line in shown),
            "  Mend the demand, the diameter or length of these pipes, or give a compressor before them a ratio or outlet,"
            " or the slack more pressure.",
        ]
    )


def _way_to(net: GasNetwork, is_given: np.ndarray, node: int) -> tuple[int, list[int]]:
    """The way of fewest open links from a node with a given pressure: where it starts, and its links."""
    at: dict[int, list[tuple[int, int]]] = {}
    for k in np.flatnonzero(net.is_open):
        at.setdefault(int(net.tail[k]), []).append((int(k), int(net.head[k])))
        at.setdefault(int(net.head[k]), []).append((int(k), int(net.tail[k])))
    came: dict[int, tuple[int, int] | None] = {node: None}
    queue = deque([node])
    while queue:
        here = queue.popleft()
        if is_given[here]:
            way = []
            start = here
            while (step := came[here]) is not None:
                way.append(step[0])
                here = step[1]
            return start, way
        for link, there in at.get(here, ()):
            if there not in came:
                came[there] = (link, here)
                queue.append(there)
    return node, []
