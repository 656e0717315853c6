"""The ways of a pair: different, none much dearer than the best, of all modes.

Every arc is tried as a *via arc*: the least way from the origin through it to the destination (Abraham, Delling,
Goldberg & Werneck 2013, with arcs in place of nodes). Candidates are taken from the cheapest up; one is kept if it
passes no place twice, costs at most ``dearest`` times the best, and shares at most ``overlap`` of its own
generalised cost with each way already kept. Since each border gate is some via arc, no gate is missed that
the cost bound allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.network.arcs import Arcs
from torugart.network.shortest_path import least_cost_trees

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WaySettings:
    """What counts as a different way (docs/methods/network.md)."""

    dearest: float = 1.3
    overlap: float = 0.7
    most: int = 12

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if not (self.dearest >= 1 and 0 <= self.overlap <= 1 and self.most >= 1):
            raise InputError(
                "way settings: dearest must be 1 or more, overlap between 0 and 1, most at least 1"
            )


@dataclass(frozen=True, slots=True)
class WaySet:
    """Ways of many pairs, one after another.

    Attributes
    ----------
    pair : ndarray of int32, shape (n_ways,)
        Pair of each way; sorted.
    first : ndarray of int64, shape (n_ways + 1,)
        Arcs of way ``w`` are ``arc[first[w]:first[w + 1]]``, in order of travel.
    arc : ndarray of int32
        Arcs.
    """

    pair: NDArray[np.int32]
    first: NDArray[np.int64]
    arc: NDArray[np.int32]

    @property
    def n_ways(self) -> int:
        """Number of ways."""
        return self.pair.size

    def arcs_of(self, way: int) -> NDArray[np.int32]:
        """Arcs of one way in order of travel."""
        return self.arc[self.first[way] : self.first[way + 1]]

    def way_of_entry(self) -> NDArray[np.int64]:
        """Way of each entry of ``arc``."""
        return np.repeat(np.arange(self.n_ways), np.diff(self.first))

    def total(self, per_arc: FloatArray) -> FloatArray:
        """Sum an arc attribute along every way."""
        total = np.bincount(self.way_of_entry(), weights=per_arc[self.arc], minlength=self.n_ways)
        return total.astype(np.float64)

    def any_on(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a way uses any arc of ``mask``."""
        return self.total(mask.astype(np.float64)) > 0


def find_ways(
    arcs: Arcs,
    cost: FloatArray,
    origins: NDArray[np.int32],
    destinations: NDArray[np.int32],
    settings: WaySettings,
    via_arcs: NDArray[np.int32] | None = None,
) -> WaySet:
    """Find the ways of pairs of nodes under one cost.

    Parameters
    ----------
    arcs : Arcs
        Topology.
    cost : ndarray, shape (n_arcs,)
        Generalised cost; infinity closes an arc, negative or NaN is an error.
    origins, destinations : ndarray of int32, shape (n_pairs,)
        Origin node and destination node of each pair.
    settings : WaySettings
        Bounds on number, cost and overlap.
    via_arcs : ndarray of int32, optional
        Try only these as via arcs (ways a project adds); by default all.

    Returns
    -------
    WaySet
        Cheapest way of a pair first. Pairs that cannot be reached have none.
    """
    if np.isnan(cost).any() or (cost < 0).any():
        raise InputError("find_ways: a cost is negative or not a number")
    froms, from_row = np.unique(origins, return_inverse=True)
    tos, to_row = np.unique(destinations, return_inverse=True)
    ahead, ahead_via = least_cost_trees(froms.astype(np.int32), arcs.out.first, arcs.out.arc, arcs.head, cost)
    back, back_via = least_cost_trees(tos.astype(np.int32), arcs.into.first, arcs.into.arc, arcs.tail, cost)
    ahead_order, ahead_depth = _by_parents(ahead, ahead_via, arcs.tail)
    back_order, back_depth = _by_parents(back, back_via, arcs.head)
    via = np.arange(arcs.n_arcs, dtype=np.int32) if via_arcs is None else np.asarray(via_arcs, np.int32)
    via = via[np.isfinite(cost[via])]
    longest = ahead_depth + back_depth + 1
    sets = []
    for start in range(0, max(origins.size, 1), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        counts, lengths, flat = _ways_of_pairs(
            origins[part].astype(np.int32),
            destinations[part].astype(np.int32),
            from_row[part].astype(np.int32),
            to_row[part].astype(np.int32),
            ahead,
            ahead_via,
            ahead_order,
            back,
            back_via,
            back_order,
            cost,
            arcs.tail,
            arcs.head,
            arcs.node_place,
            via,
            settings.dearest,
            settings.overlap,
            settings.most,
            longest,
        )
        sets.append(_gather(counts, lengths, flat, start))
    return _concatenate(sets)


PAIRS_AT_ONCE = 256  # bounds the memory of the search


def _by_parents(
    best: FloatArray, via: NDArray[np.int32], other_end: NDArray[np.int32]
) -> tuple[NDArray[np.int32], int]:
    """Nodes of each tree in an order that puts parents before children, and the depth of the deepest tree.

    Sorting by cost does it but for arcs that cost nothing; a grain of depth settles those.
    """
    depth = _depths(via, other_end)
    return np.argsort(best + 1e-9 * depth, axis=1).astype(np.int32), int(depth.max(initial=0))


@njit(cache=True, parallel=True)
def _depths(via, other_end):  # type: ignore[no-untyped-def]
    """Arcs between each node and the root of its tree, shape of ``via``."""
    depth = np.full(via.shape, -1, np.int32)
    for k in prange(via.shape[0]):
        for start in range(via.shape[1]):
            node, steps = start, 0
            while depth[k, node] < 0 and via[k, node] >= 0:
                node = other_end[via[k, node]]
                steps += 1
            known = max(depth[k, node], 0)
            depth[k, node] = known
            node = start
            while depth[k, node] < 0:
                depth[k, node] = known + steps
                steps -= 1
                node = other_end[via[k, node]]
    return depth


@njit(cache=True, parallel=True)
def _ways_of_pairs(  # type: ignore[no-untyped-def]
    origins,
    destinations,
    from_row,
    to_row,
    ahead,
    ahead_via,
    ahead_order,
    back,
    back_via,
    back_order,
    cost,
    tail,
    head,
    node_place,
    via,
    dearest,
    overlap,
    most,
    longest,
):
    n_pairs = origins.size
    counts = np.zeros(n_pairs, np.int32)
    lengths = np.zeros((n_pairs, most), np.int32)
    flat = np.empty((n_pairs, most, longest), np.int32)
    for p in prange(n_pairs):
        f, f_via = ahead[from_row[p]], ahead_via[from_row[p]]
        b, b_via = back[to_row[p]], back_via[to_row[p]]
        best = f[destinations[p]]
        if not np.isfinite(best):
            continue
        limit = dearest * best * (1 + 1e-12)
        through = np.empty(via.size, np.float64)
        for k in range(via.size):
            a = via[k]
            through[k] = f[tail[a]] + cost[a] + b[head[a]]
        near = np.flatnonzero(through <= limit)
        if near.size == 0:
            continue
        order = near[np.argsort(through[near])]
        before = np.empty((most, node_place.size), np.float64)
        after = np.empty((most, node_place.size), np.float64)
        marked = np.zeros(node_place.size, np.bool_)
        seen = np.full(cost.size, -1.0)  # through-cost of the last candidate that used the arc
        kept_on = np.zeros(cost.size, np.int64)  # bit w: kept way w uses the arc
        stamp = np.full(node_place.max() + 1, -1, np.int64)
        path = np.empty(longest, np.int32)
        shared = np.zeros(most, np.float64)
        for place in order:
            total = through[place]
            if counts[p] >= most:
                break
            a = via[place]
            if _shares_much(before, after, counts[p], tail[a], head[a], overlap * total):
                continue  # too much in common with a kept way, known without walking it
            if abs(seen[a] - total) <= 1e-9 * total:
                continue  # the same way, met through another of its arcs
            n = _assemble(a, f_via, b_via, tail, head, path)
            for k in range(n):
                seen[path[k]] = total
            if _turns_back(path, n, tail, head, node_place, stamp, place):
                continue
            shared[:] = 0.0
            for k in range(n):
                bits = kept_on[path[k]]
                w = 0
                while bits:
                    if bits & 1:
                        shared[w] += cost[path[k]]
                    bits >>= 1
                    w += 1
            if shared[: counts[p]].max() > overlap * total if counts[p] else False:
                continue
            w = counts[p]
            for k in range(n):
                kept_on[path[k]] |= 1 << w
                flat[p, w, k] = path[k]
            lengths[p, w] = n
            counts[p] += 1
            _common_part(tail[a], f, f_via, ahead_order[from_row[p]], tail, marked, before[w])
            _common_part(head[a], b, b_via, back_order[to_row[p]], head, marked, after[w])
    return counts, lengths, flat


@njit(cache=True)
def _shares_much(before, after, n, tail, head, limit):  # type: ignore[no-untyped-def]
    for w in range(n):  # noqa: SIM110 - the compiler knows no generators
        if before[w, tail] + after[w, head] > limit:
            return True
    return False


@njit(cache=True)
def _common_part(end, best, via, order, other_end, marked, common):  # type: ignore[no-untyped-def]
    """Cost that the tree path to each node has in common with the tree path to ``end``.

    Two paths of one tree share their beginning and nothing else. ``order`` sorts the nodes by least cost, so that
    parents come before children; ``marked`` is scratch space, left as it was found.
    """
    node = end
    marked[node] = True
    while via[node] >= 0:
        node = other_end[via[node]]
        marked[node] = True
    for node in order:
        if not np.isfinite(best[node]):
            break
        common[node] = (
            best[node] if marked[node] else (common[other_end[via[node]]] if via[node] >= 0 else 0.0)
        )
    node = end
    marked[node] = False
    while via[node] >= 0:
        node = other_end[via[node]]
        marked[node] = False


@njit(cache=True)
def _assemble(a, f_via, b_via, tail, head, path):  # type: ignore[no-untyped-def]
    """Write the way through arc ``a`` into ``path``; its length."""
    n = 0
    node = tail[a]
    while f_via[node] >= 0:
        path[n] = f_via[node]
        node = tail[f_via[node]]
        n += 1
    path[:n] = path[:n][::-1].copy()
    path[n] = a
    n += 1
    node = head[a]
    while b_via[node] >= 0:
        path[n] = b_via[node]
        node = head[b_via[node]]
        n += 1
    return n


@njit(cache=True)
def _turns_back(path, n, tail, head, node_place, stamp, mark):  # type: ignore[no-untyped-def]
    """Whether a way comes back to a place it has left."""
    here = node_place[tail[path[0]]]
    stamp[here] = mark
    for k in range(n):
        there = node_place[head[path[k]]]
        if there != here:
            if stamp[there] == mark:
                return True
            stamp[there] = mark
            here = there
    return False


def _concatenate(sets: list[WaySet]) -> WaySet:
    first = np.concatenate([[0]] + [np.diff(s.first) for s in sets]).astype(np.int64)
    return WaySet(
        pair=np.concatenate([s.pair for s in sets]),
        first=np.cumsum(first),
        arc=np.concatenate([s.arc for s in sets]),
    )


def _gather(
    counts: NDArray[np.int32], lengths: NDArray[np.int32], flat: NDArray[np.int32], start: int
) -> WaySet:
    pair = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
    rank = np.concatenate([np.arange(c) for c in counts]) if counts.size else np.zeros(0, int)
    rank = rank.astype(np.int64)
    n = lengths[pair, rank]
    first = np.zeros(pair.size + 1, np.int64)
    np.cumsum(n, out=first[1:])
    arc = (
        flat[pair, rank][np.arange(flat.shape[2])[None, :] < n[:, None]]
        if pair.size
        else np.zeros(0, np.int32)
    )
    return WaySet(pair=pair + np.int32(start), first=first, arc=arc.astype(np.int32))


def select_ways(ways: WaySet, keep: NDArray[np.bool_]) -> WaySet:
    """Some ways of a set; pairs keep their numbers."""
    first = np.concatenate([[0], np.cumsum(np.diff(ways.first)[keep])]).astype(np.int64)
    return WaySet(ways.pair[keep], first, ways.arc[keep[ways.way_of_entry()]])


def join_ways(sets: list[WaySet], n_pairs: int) -> WaySet:
    """Union of several sets over the same pairs: each different sequence of arcs once, in the order first met.

    Ways are compared by 64-bit sums of fixed random numbers, one for each arc; two different ways of one pair agree by
    chance once in about 10^19.
    """
    if n_pairs == 0:
        return WaySet(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    every = _concatenate(sets)
    n_arcs = int(every.arc.max(initial=0)) + 1
    token = np.random.default_rng(20_641).integers(0, 2**63, n_arcs, dtype=np.uint64)
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(token[every.arc], dtype=np.uint64)])
    name = total[every.first[1:]] - total[every.first[:-1]]
    order = np.lexsort((np.arange(every.n_ways), name, every.pair))
    pair, name = every.pair[order], name[order]
    new = np.ones(order.size, bool)
    new[1:] = (pair[1:] != pair[:-1]) | (name[1:] != name[:-1])
    kept = np.sort(order[new])
    kept = kept[np.argsort(every.pair[kept], kind="stable")]
    length = np.diff(every.first)[kept]
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    position = np.arange(first[-1]) - np.repeat(first[:-1], length)
    return WaySet(every.pair[kept], first, every.arc[np.repeat(every.first[:-1][kept], length) + position])


def path_size(ways: WaySet, cost: FloatArray) -> FloatArray:
    """Path-size term of each way within its pair (Ben-Akiva & Bierlaire 1999): 1 when it shares no arc.

    ``PS_k = sum over arcs a of k of (c_a / C_k) / number of ways of the pair that use a``. Arcs that are closed or
    cost nothing do not count.
    """
    entry_way = ways.way_of_entry()
    c = np.where(np.isfinite(cost), cost, 0.0)[ways.arc]
    key = ways.pair[entry_way].astype(np.int64) * (cost.size + 1) + ways.arc
    _, inverse, users = np.unique(key, return_inverse=True, return_counts=True)
    size = np.bincount(entry_way, weights=c / users[inverse], minlength=ways.n_ways)
    total = np.bincount(entry_way, weights=c, minlength=ways.n_ways)
    return np.where(total > 0, size / np.where(total > 0, total, 1), 1.0)
