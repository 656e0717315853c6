"""Topology only: places, links and transfers become terminals and directed arcs; no cost stands here.

A *terminal* is one (place, mode, gauge). A link gives two arcs (one, when it is one-way), a transfer one. Every
place also has an *origin* and a *destination* node, joined to its terminals by access and egress arcs, so that
no way can pass through a place's doorstep. Links of projects that are not open are arcs like the others: a
scenario closes them by a mask, so the arrays never change shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LINK, TRANSFER, ACCESS, EGRESS = 0, 1, 2, 3
KIND_NAMES = ("link", "transfer", "access", "egress")
MODES = ("rail", "road", "ferry", "sea")

IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Star:
    """Arcs sorted by the node they leave: those of node ``i`` are ``arc[first[i]:first[i + 1]]``."""

    first: IntArray
    arc: IntArray


@dataclass(frozen=True, slots=True)
class Arcs:
    """The directed graph of all modes.

    Attributes
    ----------
    tail, head : ndarray of int32, shape (n_arcs,)
        Nodes an arc leaves and enters.
    kind : ndarray of int8, shape (n_arcs,)
        LINK, TRANSFER, ACCESS or EGRESS.
    row : ndarray of int32, shape (n_arcs,)
        Row in ``links`` for a link, in ``transfers`` for a transfer, in ``places`` otherwise.
    forward : ndarray of bool, shape (n_arcs,)
        Whether a link arc runs from place_a to place_b.
    node_place, node_mode, node_gauge : ndarray, shape (n_nodes,)
        Row in ``places``, index in MODES (-1 for origin and destination nodes), gauge in mm (0 if none).
    origin, destination : ndarray of int32, shape (n_places,)
        Origin and destination node of each place; -1 where no terminal stands.
    out, into : Star
        Arcs by tail and by head.
    """

    tail: IntArray
    head: IntArray
    kind: NDArray[np.int8]
    row: IntArray
    forward: NDArray[np.bool_]
    node_place: IntArray
    node_mode: NDArray[np.int8]
    node_gauge: IntArray
    origin: IntArray
    destination: IntArray
    out: Star
    into: Star

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return self.tail.size

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.node_place.size


def build_arcs(tables: Mapping[str, pd.DataFrame]) -> Arcs:
    """Compile places, links and transfers into arcs.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``places``, ``links`` and ``transfers`` of a checked package, rows sorted by id.

    Returns
    -------
    Arcs
        Nodes are numbered along a space-filling curve, so that neighbours on the map are neighbours in memory.
    """
    places, links, transfers = tables["places"], tables["links"], tables["transfers"]
    place_row = {place: row for row, place in enumerate(places["place_id"])}
    mode_index = {mode: k for k, mode in enumerate(MODES)}

    link_mode = links["mode"].map(mode_index).to_numpy(np.int64)
    link_gauge = links["gauge_mm"].fillna(0).to_numpy(np.int64)
    a = links["place_a"].map(place_row).to_numpy(np.int64)
    b = links["place_b"].map(place_row).to_numpy(np.int64)
    terminals = sorted(
        set(zip(a, link_mode, link_gauge, strict=True)) | set(zip(b, link_mode, link_gauge, strict=True))
    )
    order = {
        row: k
        for k, row in enumerate(space_filling_order(places["lon"].to_numpy(), places["lat"].to_numpy()))
    }
    terminals.sort(key=lambda t: (order[t[0]], t[1], t[2]))

    used = sorted({t[0] for t in terminals}, key=order.__getitem__)
    node_place, node_mode, node_gauge = [], [], []
    node_of: dict[tuple[int, int, int], int] = {}
    origin = np.full(len(places), -1, np.int32)
    destination = np.full(len(places), -1, np.int32)
    by_place: dict[int, list[tuple[int, int, int]]] = {}
    for terminal in terminals:
        by_place.setdefault(terminal[0], []).append(terminal)

    def new_node(place: int, mode: int, gauge: int) -> int:
        node_place.append(place)
        node_mode.append(mode)
        node_gauge.append(gauge)
        return len(node_place) - 1

    for place in used:
        origin[place] = new_node(place, -1, 0)
        for terminal in by_place[place]:
            node_of[terminal] = new_node(*terminal)
        destination[place] = new_node(place, -1, 0)

    tail, head, kind, row, forward = [], [], [], [], []

    def new_arc(u: int, v: int, what: int, record: int, along: bool) -> None:
        tail.append(u)
        head.append(v)
        kind.append(what)
        row.append(record)
        forward.append(along)

    one_way = (links["one_way"] == "yes").to_numpy()
    for k in range(len(links)):
        u = node_of[(a[k], link_mode[k], link_gauge[k])]
        v = node_of[(b[k], link_mode[k], link_gauge[k])]
        new_arc(u, v, LINK, k, True)
        if not one_way[k]:
            new_arc(v, u, LINK, k, False)
    for k, t in enumerate(transfers.itertuples(index=False)):
        here = place_row[t.place_id]
        start = node_of.get(
            (here, mode_index[t.from_mode], 0 if pd.isna(t.from_gauge_mm) else int(t.from_gauge_mm))
        )
        end = node_of.get((here, mode_index[t.to_mode], 0 if pd.isna(t.to_gauge_mm) else int(t.to_gauge_mm)))
        if start is not None and end is not None:
            new_arc(start, end, TRANSFER, k, True)
    for place in used:
        for terminal in by_place[place]:
            new_arc(int(origin[place]), node_of[terminal], ACCESS, place, True)
            new_arc(node_of[terminal], int(destination[place]), EGRESS, place, True)

    tail_, head_ = np.array(tail, np.int32), np.array(head, np.int32)
    n_nodes = len(node_place)
    return Arcs(
        tail=tail_,
        head=head_,
        kind=np.array(kind, np.int8),
        row=np.array(row, np.int32),
        forward=np.array(forward, bool),
        node_place=np.array(node_place, np.int32),
        node_mode=np.array(node_mode, np.int8),
        node_gauge=np.array(node_gauge, np.int32),
        origin=origin,
        destination=destination,
        out=star(tail_, n_nodes),
        into=star(head_, n_nodes),
    )


def star(end: IntArray, n_nodes: int) -> Star:
    """Sort arcs by the node at one of their ends."""
    arc = np.argsort(end, kind="stable").astype(np.int32)
    first = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(end, minlength=n_nodes), out=first[1:])
    return Star(first=first, arc=arc)


def space_filling_order(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return rows in the order of a Z-curve over longitude and latitude (Morton 1966)."""
    x = np.clip((np.asarray(lon) + 180) / 360 * 65535, 0, 65535).astype(np.uint64)
    y = np.clip((np.asarray(lat) + 90) / 180 * 65535, 0, 65535).astype(np.uint64)
    code = np.zeros(x.size, np.uint64)
    for bit in range(16):
        mask = np.uint64(1 << bit)
        code |= ((x & mask) << np.uint64(bit)) | ((y & mask) << np.uint64(bit + 1))
    return np.argsort(code, kind="stable")
