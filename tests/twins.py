"""Slow, plain second opinions on the kernels: dictionaries and loops, nothing shared with what they check."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence

from torugart.network.arcs import Arcs


def dijkstra(arcs: Arcs, cost: Sequence[float], root: int) -> dict[int, float]:
    """Least cost from one node to every node it reaches (Dijkstra 1959), on dictionaries."""
    out: dict[int, list[int]] = {}
    for a in range(arcs.n_arcs):
        if math.isfinite(cost[a]):
            out.setdefault(int(arcs.tail[a]), []).append(a)
    best: dict[int, float] = {}
    queue = [(0.0, root)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node in best:
            continue
        best[node] = so_far
        for a in out.get(node, []):
            heapq.heappush(queue, (so_far + float(cost[a]), int(arcs.head[a])))
    return best


def simple_ways(
    arcs: Arcs, cost: Sequence[float], start: int, goal: int
) -> list[tuple[float, tuple[int, ...]]]:
    """Every way that enters no place twice, with its cost, cheapest first; by brute force."""
    out: dict[int, list[int]] = {}
    for a in range(arcs.n_arcs):
        if math.isfinite(cost[a]):
            out.setdefault(int(arcs.tail[a]), []).append(a)
    found: list[tuple[float, tuple[int, ...]]] = []

    def walk(
        node: int, so_far: float, path: tuple[int, ...], places: frozenset[int], nodes: frozenset[int]
    ) -> None:
        if node == goal:
            found.append((so_far, path))
            return
        here = int(arcs.node_place[node])
        for a in out.get(node, []):
            to = int(arcs.head[a])
            there = int(arcs.node_place[to])
            if to not in nodes and (there == here or there not in places):
                walk(to, so_far + float(cost[a]), (*path, a), places | {there}, nodes | {to})

    walk(start, 0.0, (), frozenset({int(arcs.node_place[start])}), frozenset({start}))
    return sorted(found)


def places_entered(arcs: Arcs, way: Iterable[int]) -> list[int]:
    """Places in order of travel, one entry for each time the way comes to one."""
    way = list(way)
    out = [int(arcs.node_place[arcs.tail[way[0]]])]
    for a in way:
        place = int(arcs.node_place[arcs.head[a]])
        if place != out[-1]:
            out.append(place)
    return out


def logit(
    costs: Sequence[float], sizes: Sequence[float], is_open: Sequence[bool], mu: float
) -> tuple[float, list[float]]:
    """Expected least cost and shares of one pair, term by term."""
    terms = [s * math.exp(-mu * c) if o else 0.0 for c, s, o in zip(costs, sizes, is_open, strict=True)]
    total = math.fsum(terms)
    return -math.log(total) / mu, [t / total for t in terms]


def path_sizes(ways: Sequence[Sequence[int]], cost: Sequence[float]) -> list[float]:
    """Path-size terms of the ways of one pair."""
    out = []
    for way in ways:
        total = math.fsum(cost[a] for a in way)
        size = math.fsum(cost[a] / total / sum(a in other for other in ways) for a in way)
        out.append(size)
    return out
