"""Which nodes of a gas network share one unknown pressure, and whether all pressures can be found.

Open elements without length give both sides one pressure; set points make the pressure behind them a function of
the one before, or give it. All nodes that hang together so are a *group*: their pressures are a_k p + b_k of the
pressure p of the group.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from torugart.energy.gas_network import (
    COMPRESSOR,
    CONTROL_VALVE,
    KINDS,
    PIPE,
    RESISTOR,
    GasNetwork,
)
from torugart.errors import InputError

MOST_NAMED = 12  # nodes or elements a message names


@dataclass(frozen=True, slots=True)
class PressureGroups:
    """Groups of nodes with one unknown pressure, or none.

    Attributes
    ----------
    group : ndarray of int, shape (n_nodes,)
        Of each node.
    scale, shift_pa : ndarray of float, shape (n_nodes,)
        Pressure of a node = scale × pressure of its group + shift.
    given_pa : ndarray of float, shape (n_groups,)
        Pressure of a group that hangs on a slack or an outlet; NaN where it is unknown.
    balance : ndarray of int, shape (n_groups,)
        The group in whose balance the gas of a group is counted: its own where the pressure is unknown, that before the
        element where an outlet gives it, -1 where a slack balances it.
    passes : ndarray of bool, shape (n_links,)
        Pipes and resistors with a drag, open: their flow follows from potentials. Other open links follow from balances.
    """

    group: np.ndarray
    scale: np.ndarray
    shift_pa: np.ndarray
    given_pa: np.ndarray
    balance: np.ndarray
    passes: np.ndarray


def group_pressures(net: GasNetwork, direction: np.ndarray) -> PressureGroups:
    """Find the groups of a network.

    Parameters
    ----------
    net : GasNetwork
        The network.
    direction : ndarray of int, shape (n_links,)
        1 where gas runs forward through a link, -1 backward, 0 where none runs; used for resistors with a fixed loss.

    Returns
    -------
    PressureGroups

    Raises
    ------
    InputError
        If a pressure is given twice or not at all; all such faults at once.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    fixed_loss = (net.kind == RESISTOR) & ~np.isnan(net.loss_pa)
    passes = net.is_open & ((net.kind == PIPE) | (net.kind == RESISTOR)) & ~fixed_loss
    has_outlet = net.is_open & ~np.isnan(net.outlet_pa)
    loses = fixed_loss & (direction != 0)
    raises = (net.kind == COMPRESSOR) & (net.ratio > 1)
    reduces = (net.kind == CONTROL_VALVE) & (net.drop_pa > 0)
    related = net.is_open & (raises | reduces | loses)
    tied = net.is_open & ~passes & ~related & ~has_outlet
    n = net.n_nodes

    def joined(links: np.ndarray) -> np.ndarray:
        ends = (net.tail[links], net.head[links])
        return connected_components(coo_matrix((np.ones(len(ends[0])), ends), shape=(n, n)), directed=False)[
            1
        ]

    group = joined(tied | related) if (tied | related).any() else np.arange(n)
    joint = joined(tied) if tied.any() else np.arange(n)
    if related.any():
        ratio = np.where(net.kind == COMPRESSOR, net.ratio, 1.0)
        drop = np.where(fixed_loss, direction * net.loss_pa, np.nan_to_num(net.drop_pa))
        scale, shift, faults = _along_set_points(
            net, np.flatnonzero(related), joint, ratio, np.where(net.kind == COMPRESSOR, 0.0, drop)
        )
    else:
        scale, shift, faults = np.ones(n), np.zeros(n), []
    given, giver, more = _given_pressures(net, group, scale, shift, np.flatnonzero(has_outlet))
    faults += more
    faults += _parts_not_fed(net, group, passes, giver)
    if faults:
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        raise InputError("\n".join([f"{net.name}: {count}", *(f"  {fault}" for fault in faults)]))
    return PressureGroups(group, scale, shift, given, _balances(net, group, giver), passes)


def _along_set_points(
    net: GasNetwork, related: np.ndarray, joint: np.ndarray, ratio: np.ndarray, drop_pa: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Scale and shift of every node, walking the set points from one node of each group."""
    at: dict[int, list[tuple[int, int, float, float]]] = {}
    for k in related:
        tail, head = int(joint[net.tail[k]]), int(joint[net.head[k]])
        r, d = float(ratio[k]), float(drop_pa[k])
        at.setdefault(tail, []).append((int(k), head, r, -d))
        at.setdefault(head, []).append((int(k), tail, 1 / r, d / r))
    found: dict[int, tuple[float, float]] = {}
    used: set[int] = set()
    looped: list[int] = []
    for start in sorted(at):
        if start in found:
            continue
        found[start] = (1.0, 0.0)
        queue = deque([start])
        while queue:
            here = queue.popleft()
            a, b = found[here]
            for k, there, r, d in at[here]:
                if k in used:
                    continue
                used.add(k)
                if there in found:
                    looped.append(k)
                else:
                    found[there] = (r * a, r * b + d)
                    queue.append(there)
    scale, shift = np.ones(net.n_nodes), np.zeros(net.n_nodes)
    for k, place in enumerate(joint):
        scale[k], shift[k] = found.get(int(place), (1.0, 0.0))
    faults = [
        f"{named(net, k)}: its set point closes a loop of set points and elements without length, so the pressures are"
        " given twice; take one set point of the loop out, or close an element of it"
        for k in looped
    ]
    return scale, shift, faults


def _given_pressures(
    net: GasNetwork, group: np.ndarray, scale: np.ndarray, shift_pa: np.ndarray, outlets: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Pressure given to each group, and by what: -1 nothing, -2 a slack, else the link with the outlet."""
    n_groups = int(group.max()) + 1
    given, giver = np.full(n_groups, np.nan), np.full(n_groups, -1)
    who: dict[int, str] = {}
    faults = []
    slack = np.flatnonzero(~np.isnan(net.slack_pa))
    gifts = [(int(k), float(net.slack_pa[k]), -2, f"slack node {net.node_ids[k]!r}") for k in slack]
    gifts += [(int(net.head[k]), float(net.outlet_pa[k]), int(k), named(net, int(k))) for k in outlets]
    for node, pressure, by, words in gifts:
        g = group[node]
        if giver[g] != -1:
            faults.append(
                f"{words} and {who[int(g)]} both give the pressure of nodes that hang together without a pipe between;"
                " take one of the two out"
            )
            continue
        given[g], giver[g], who[int(g)] = (pressure - shift_pa[node]) / scale[node], by, words
    return given, giver, faults


def _parts_not_fed(net: GasNetwork, group: np.ndarray, passes: np.ndarray, giver: np.ndarray) -> list[str]:
    """Parts, joined by pipes and set points, that no slack feeds, also not through outlets."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n_groups = giver.size
    ends = (group[net.tail[passes]], group[net.head[passes]])
    n_parts, part = connected_components(
        coo_matrix((np.ones(ends[0].size), ends), shape=(n_groups, n_groups)), directed=False
    )
    fed = np.zeros(n_parts, bool)
    fed[part[giver == -2]] = True
    if fed.all():
        return []
    through = [(int(k), part[group[net.tail[k]]], part[group[net.head[k]]]) for k in giver[giver >= 0]]
    for _ in range(len(through)):
        for _, before, behind in through:
            fed[behind] |= fed[before]
    faults = []
    part_of_node = part[group]
    for p in np.flatnonzero(~fed):
        nodes = np.flatnonzero(part_of_node == p)
        names = ", ".join(net.node_ids[k] for k in nodes[:MOST_NAMED]) + (
            f" and {nodes.size - MOST_NAMED} more" if nodes.size > MOST_NAMED else ""
        )
        what = (
            "gets its gas only from itself" if any(b == p for _, _, b in through) else "has no given pressure"
        )
        faults.append(
            f"the part with {names} {what}; give the pressure of one of its nodes (slack), or open what joins it to the rest"
        )
    return faults


def _balances(net: GasNetwork, group: np.ndarray, giver: np.ndarray) -> np.ndarray:
    """Follow each group whose pressure an outlet gives to the group whose gas it takes."""
    balance = np.where(giver == -1, np.arange(giver.size), -1)
    for g in np.flatnonzero(giver >= 0):
        there, seen = int(g), set()
        while giver[there] >= 0 and there not in seen:
            seen.add(there)
            there = int(group[net.tail[giver[there]]])
        if there in seen:
            raise InputError(
                f"{net.name}: {named(net, int(giver[g]))} gets its gas only from what lies behind it; something without length"
                " joins both sides: close it, or take the outlet pressure out"
            )
        balance[g] = there if giver[there] == -1 else -1
    return balance


def named(net: GasNetwork, link: int) -> str:
    """Return what a link is, with its id."""
    return f"{KINDS[net.kind[link]].replace('_', ' ')} {net.link_ids[link]!r}"
