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
    best[:] = np.inf
    via[:] = -1
    best[root] = 0.0
    queue = [(0.0, np.int64(root))]
    while queue:
        so_far, node = heappop(queue)
        if so_far > best[node]:
            continue  # a cheaper way was found after this entry was queued
        for k in range(first[node], first[node + 1]):
            a = arc[k]
            reached = so_far + cost[a]
            other = end[a]
            if reached < best[other]:
                best[other] = reached
                via[other] = a
                heappush(queue, (reached, np.int64(other)))
            elif reached == best[other] and so_far < reached and reached < np.inf and a < via[other]:
                via[other] = a


@njit(cache=True, parallel=True)
def least_cost_trees(roots, first, arc, end, cost):  # type: ignore[no-untyped-def]
    """Trees of many roots; two arrays of shape (n_roots, n_nodes): least costs and last arcs."""
    n_nodes = first.size - 1
    best = np.empty((roots.size, n_nodes), np.float64)
    via = np.empty((roots.size, n_nodes), np.int32)
    for k in prange(roots.size):
        least_cost_tree(roots[k], first, arc, end, cost, best[k], via[k])
    return best, via


def path_arcs(via: NDArray[np.int32], start: NDArray[np.int32], node: int) -> list[int]:
    """Follow one tree from ``node`` back to its root; ``start`` is the tail (or head) of each arc."""
    arcs: list[int] = []
    while via[node] >= 0:
        a = int(via[node])
        arcs.append(a)
        node = int(start[a])
    return arcs
