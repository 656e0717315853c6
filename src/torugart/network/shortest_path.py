"""Least-cost trees (Dijkstra 1959) on the arcs, compiled, from many origins at once."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


@njit(cache=True)
def least_cost_tree(root, first, arc, end, cost, best, via):  # type: ignore[no-untyped-def]
    """Fill ``best`` with the least cost between ``root`` and every node and ``via`` with the last arc taken.

    ``first`` and ``arc`` sort the arcs by the node the search comes from, ``end`` is the node it goes to: with the
    forward star and heads this is a tree from an origin, with the backward star and tails one to a destination.
    Arcs of infinite cost are closed. Unreached nodes keep infinity and -1. Equal costs go to the lower
    arc, unless it costs nothing: a circle of free arcs must not become its own parent.
    """
    order = np.empty(first.size - 1, np.int32)
    _grow_tree(root, first, arc, end[arc], cost[arc], best, via, order)


@njit(cache=True)
def _grow_tree(root, first, arc, end, cost, best, via, order):  # type: ignore[no-untyped-def]
    """Grow one tree; how many nodes it settled.

    ``end`` and ``cost`` stand in the order of ``arc``. ``order`` gets the nodes as they are settled: parents before
    children, least costs ascending. Dead ends, as doorsteps are, are reached but never settled.
    """
    best[:] = np.inf
    via[:] = -1
    best[root] = 0.0
    queue = [(0.0, np.int32(root))]
    settled = 0
    while queue:
        so_far, node = heappop(queue)
        if so_far > best[node]:
            continue  # a cheaper way was found after this entry was queued
        order[settled] = node
        settled += 1
        for k in range(first[node], first[node + 1]):
            reached = so_far + cost[k]
            other = end[k]
            if reached < best[other]:
                best[other] = reached
                via[other] = arc[k]
                if first[other] < first[other + 1]:
                    heappush(queue, (reached, np.int32(other)))
            elif reached == best[other] and so_far < reached and reached < np.inf and arc[k] < via[other]:
                via[other] = arc[k]
    return settled


@njit(cache=True, parallel=True)
def least_cost_trees(roots, first, arc, end, cost):  # type: ignore[no-untyped-def]
    """Trees of many roots; two arrays of shape (n_roots, n_nodes): least costs and last arcs."""
    n_nodes = first.size - 1
    best = np.empty((roots.size, n_nodes), np.float64)
    via = np.empty((roots.size, n_nodes), np.int32)
    end_there, cost_there = end[arc], cost[arc]
    for k in prange(roots.size):
        order = np.empty(n_nodes, np.int32)
        _grow_tree(roots[k], first, arc, end_there, cost_there, best[k], via[k], order)
    return best, via


@njit(cache=True, parallel=True)
def grow_trees(roots, row, first, arc, end, start, cost, best, via, order, settled, depth):  # type: ignore[no-untyped-def]
    """Grow trees into the rows ``row`` of arrays that hold many.

    ``start`` is the other end of each arc than ``end``. ``order`` gets the nodes of a tree as they are settled,
    ``settled`` how many they are and ``depth`` the most arcs between one of them and the root.
    """
    n_nodes = first.size - 1
    end_there, cost_there = end[arc], cost[arc]
    for k in prange(roots.size):
        r = row[k]
        settled[r] = _grow_tree(roots[k], first, arc, end_there, cost_there, best[r], via[r], order[r])
        steps = np.zeros(n_nodes, np.int32)
        deepest = 0
        for i in range(1, settled[r]):
            node = order[r, i]
            steps[node] = steps[start[via[r, node]]] + 1
            deepest = max(deepest, steps[node])
        depth[r] = deepest


def path_arcs(via: NDArray[np.int32], start: NDArray[np.int32], node: int) -> list[int]:
    """Follow one tree from ``node`` back to its root; ``start`` is the tail (or head) of each arc."""
    arcs: list[int] = []
    while via[node] >= 0:
        a = int(via[node])
        arcs.append(a)
        node = int(start[a])
    return arcs
