"""The ways of a pair: different, none much dearer than the best, of all modes.

Every arc is tried as a *via arc*: the least way from the origin through it to the destination (Abraham, Delling,
Goldberg & Werneck 2013, with arcs in place of nodes). Candidates are taken from the cheapest up; one is kept if it
passes no place and no terminal twice, costs at most ``dearest`` times the best, and shares at most ``overlap`` of its own
generalised cost with each way already kept. Since each border gate is some via arc, no gate is missed that
the cost bound allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.network.arcs import Arcs, Star
from torugart.network.shortest_path import grow_trees

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

    def followed_by(self, other: WaySet, n_pairs: int) -> WaySet:
        """These ways, of ``n_pairs`` pairs, and after them those of further pairs."""
        return _concatenate([self, WaySet(other.pair + np.int32(n_pairs), other.first, other.arc)])

    def any_on(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a way uses any arc of ``mask``."""
        return np.asarray(_any_on(self.first, self.arc, mask))


class Trees:
    """Least-cost trees under one cost, grown when they are first asked for and kept.

    Searches under the same cost share them: several sets of pairs, several choices of via arcs.
    """

    __slots__ = ("ahead", "arcs", "back", "cost")

    def __init__(self, arcs: Arcs, cost: FloatArray) -> None:
        if np.isnan(cost).any() or (cost < 0).any():
            raise InputError("find_ways: a cost is negative or not a number")
        self.arcs, self.cost = arcs, cost
        self.ahead = Grove(arcs.out, arcs.head, arcs.tail, cost)
        self.back = Grove(arcs.into, arcs.tail, arcs.head, cost)

    def least(self, origins: NDArray[np.int32], destinations: NDArray[np.int32]) -> FloatArray:
        """Least cost of each pair of nodes; infinity where there is no way."""
        row = self.ahead.rows(origins)
        return np.asarray(self.ahead.best[row, destinations])


class Grove:
    """Trees of one direction: ``best``, ``via`` and ``order`` hold a row for each root asked for so far.

    ``order`` lists the nodes of a tree as they were settled, ``settled`` how many they are, ``depth`` the most arcs
    between one of them and the root.
    """

    __slots__ = ("best", "cost", "depth", "end", "n", "order", "row", "settled", "star", "start", "via")

    def __init__(
        self, star: Star, end: NDArray[np.int32], start: NDArray[np.int32], cost: FloatArray
    ) -> None:
        n_nodes = star.first.size - 1
        self.star, self.end, self.start, self.cost = star, end, start, cost
        self.n = 0
        self.row = np.full(n_nodes, -1, np.int32)
        self.best = np.empty((0, n_nodes), np.float64)
        self.via = np.empty((0, n_nodes), np.int32)
        self.order = np.empty((0, n_nodes), np.int32)
        self.settled = np.empty(0, np.int32)
        self.depth = np.empty(0, np.int32)

    def rows(self, roots: NDArray[np.int32]) -> NDArray[np.int32]:
        """Rows of the trees of some roots, grown where they are not yet there."""
        new = np.unique(roots)
        new = new[self.row[new] < 0].astype(np.int32)
        if new.size:
            row = np.arange(self.n, self.n + new.size, dtype=np.int32)
            self.n += new.size
            if self.n > self.settled.size:
                self._make_room(max(self.n, 2 * self.settled.size))
            grow_trees(
                new,
                row,
                self.star.first,
                self.star.arc,
                self.end,
                self.start,
                self.cost,
                self.best,
                self.via,
                self.order,
                self.settled,
                self.depth,
            )
            self.row[new] = row
        return self.row[roots]

    def _make_room(self, rows: int) -> None:
        for name in ("best", "via", "order", "settled", "depth"):
            old = getattr(self, name)
            new = np.empty((rows, *old.shape[1:]), old.dtype)
            new[: old.shape[0]] = old
            setattr(self, name, new)


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
    return find_ways_on(Trees(arcs, cost), origins, destinations, settings, via_arcs)


def find_ways_on(
    trees: Trees,
    origins: NDArray[np.int32],
    destinations: NDArray[np.int32],
    settings: WaySettings,
    via_arcs: NDArray[np.int32] | None = None,
) -> WaySet:
    """Find the ways of pairs as ``find_ways`` does, on trees that other searches share."""
    arcs, cost, ahead, back = trees.arcs, trees.cost, trees.ahead, trees.back
    from_row, to_row = ahead.rows(origins), back.rows(destinations)
    via = np.arange(arcs.n_arcs, dtype=np.int32) if via_arcs is None else np.asarray(via_arcs, np.int32)
    via = via[np.isfinite(cost[via])]
    longest = int(ahead.depth[from_row].max(initial=0) + back.depth[to_row].max(initial=0)) + 1
    over = _to_arcs(
        _among(from_row, ahead.n), ahead.best, ahead.via, arcs.tail, arcs.head, arcs.node_place, via, cost
    )
    free = np.zeros_like(cost)
    onward = _to_arcs(
        _among(to_row, back.n), back.best, back.via, arcs.head, arcs.tail, arcs.node_place, via, free
    )
    sets = []
    for start in range(0, max(origins.size, 1), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        counts, lengths, flat = _ways_of_pairs(
            destinations[part].astype(np.int32),
            from_row[part],
            to_row[part],
            ahead.best,
            ahead.via,
            ahead.order,
            ahead.settled,
            back.best,
            back.via,
            back.order,
            back.settled,
            over,
            onward,
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
        pair, first, arc = _pack(counts, lengths, flat)
        sets.append(WaySet(pair + np.int32(start), first, arc))
    return _concatenate(sets)


def _among(rows: NDArray[np.int32], n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, bool)
    mask[rows] = True
    return mask


PAIRS_AT_ONCE = 1024  # bounds the memory of the search
BLOCK = 32  # pairs that one thread searches with the same scratch space


@njit(cache=True, parallel=True)
def _ways_of_pairs(  # type: ignore[no-untyped-def]
    destinations,
    from_row,
    to_row,
    ahead,
    ahead_via,
    ahead_order,
    ahead_settled,
    back,
    back_via,
    back_order,
    back_settled,
    over,
    onward,
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
    n_pairs, n_nodes = destinations.size, node_place.size
    counts = np.zeros(n_pairs, np.int32)
    lengths = np.zeros((n_pairs, most), np.int32)
    flat = np.empty((n_pairs, most, longest), np.int32)
    for block in prange((n_pairs + BLOCK - 1) // BLOCK):
        through, near = np.empty(via.size, np.float64), np.empty(via.size, np.int32)
        # Nodes near enough, parents first: their parents in the same list, the arcs from these, and where a node stands.
        parent_f, parent_b = np.empty(n_nodes, np.int32), np.empty(n_nodes, np.int32)
        arc_f, arc_b = np.empty(n_nodes, np.int32), np.empty(n_nodes, np.int32)
        at_f, at_b = np.empty(n_nodes, np.int32), np.empty(n_nodes, np.int32)
        # What the tree path to each of these nodes has in common with each kept way, USD.
        before, after = np.empty((most, n_nodes), np.float64), np.empty((most, n_nodes), np.float64)
        seen = np.empty(cost.size, np.float64)  # through-cost of the last candidate that used the arc
        kept_on = np.empty(cost.size, np.int64)  # bit w: kept way w uses the arc
        way_of = np.full(cost.size, -1, np.int64)  # last candidate that used the arc
        at_place, at_node = np.full(node_place.max() + 1, -1, np.int64), np.full(n_nodes, -1, np.int64)
        candidate = 0
        path = np.empty(longest, np.int32)
        for p in range(block * BLOCK, min((block + 1) * BLOCK, n_pairs)):
            f, f_via = ahead[from_row[p]], ahead_via[from_row[p]]
            b, b_via = back[to_row[p]], back_via[to_row[p]]
            best = f[destinations[p]]
            if not np.isfinite(best):
                continue
            limit = dearest * best * (1 + 1e-12)
            n_near = 0
            to_arc, from_arc = over[from_row[p]], onward[to_row[p]]
            for k in range(via.size):
                total = to_arc[k] + from_arc[k]
                if total <= limit:
                    through[n_near], near[n_near] = total, via[k]
                    n_near += 1
            if n_near == 0:
                continue
            order_f = ahead_order[from_row[p], : ahead_settled[from_row[p]]]
            order_b = back_order[to_row[p], : back_settled[to_row[p]]]
            n_f = _near_nodes(f, b, f_via, order_f, tail, limit, parent_f, arc_f, at_f)
            n_b = _near_nodes(b, f, b_via, order_b, head, limit, parent_b, arc_b, at_b)
            seen[:] = -1.0
            kept_on[:] = 0
            # Equal costs go to the lower arc, so that the choice hangs on nothing else.
            for place in np.argsort(through[:n_near], kind="mergesort"):
                total, a = through[place], near[place]
                i, j = at_f[tail[a]], at_b[head[a]]
                much = False
                for w in range(counts[p]):
                    shared = before[w, i] + after[w, j] + (cost[a] if kept_on[a] >> w & 1 else 0.0)
                    much |= shared > overlap * total
                if much:
                    continue
                if abs(seen[a] - total) <= 1e-9 * total:
                    continue  # the same way, met through another of its arcs
                candidate += 1
                n = _assemble(a, f_via, b_via, tail, head, path)
                for k in range(n):
                    seen[path[k]] = total
                    way_of[path[k]] = candidate
                if not _turns_back(path, n, tail, head, node_place, at_place, at_node, candidate):
                    w = counts[p]
                    for k in range(n):
                        flat[p, w, k] = path[k]
                        kept_on[path[k]] |= 1 << w
                    lengths[p, w] = n
                    counts[p] += 1
                    if counts[p] >= most:
                        break
                    _in_common(parent_f[:n_f], arc_f, cost, way_of, candidate, before[w])
                    _in_common(parent_b[:n_b], arc_b, cost, way_of, candidate, after[w])
    return counts, lengths, flat


@njit(cache=True)
def _near_nodes(best, rest, via, order, other_end, limit, parent, arc, at):  # type: ignore[no-untyped-def]
    """List the nodes that a way within the cost limit can pass, parents first; how many they are.

    ``best`` and ``rest`` are least costs from one end and to the other. The grain keeps parents of nodes that stand
    just at the limit, whatever the rounding. ``parent`` gets the place of each node's parent in the list (-1 for the
    root), ``arc`` the arc from it and ``at`` the place of the node.
    """
    n = 0
    limit *= 1 + 1e-9
    for node in order:
        if best[node] > limit:
            break
        if best[node] + rest[node] <= limit:
            at[node] = n
            arc[n] = via[node]
            parent[n] = at[other_end[via[node]]] if via[node] >= 0 else -1
            n += 1
    return n


@njit(cache=True)
def _in_common(parent, arc, cost, way_of, way, common):  # type: ignore[no-untyped-def]
    """Write the cost of the arcs that the tree path to each near node shares with a way."""
    for k in range(parent.size):
        if parent[k] < 0:
            common[k] = 0.0
        else:
            common[k] = common[parent[k]] + (cost[arc[k]] if way_of[arc[k]] == way else 0.0)


@njit(cache=True, parallel=True)
def _to_arcs(wanted, best, tree, near_end, far_end, node_place, arcs, cost):  # type: ignore[no-untyped-def]
    """Least cost from each wanted root to the near end of each arc and over it; infinity where the way turns back there.

    ``tree`` holds the last arc to each node, ``near_end`` the end of an arc that looks to the root. A way that goes back
    over the arc to the place or terminal it has just left is none. Rows that are not wanted are left unwritten.
    """
    out = np.empty((wanted.size, arcs.size), np.float64)
    for k in prange(wanted.size):
        if not wanted[k]:
            continue
        for i in range(arcs.size):
            a = arcs[i]
            node, there = near_end[a], far_end[a]
            out[k, i] = best[k, node] + cost[a]
            last = tree[k, node]
            if last >= 0:
                left = near_end[last]
                if left == there or (
                    node_place[left] == node_place[there] and node_place[left] != node_place[node]
                ):
                    out[k, i] = np.inf
    return out


@njit(cache=True)
def _assemble(a, f_via, b_via, tail, head, path):  # type: ignore[no-untyped-def]
    """Write the way through arc ``a`` into ``path``; its length."""
    n = 0
    node = tail[a]
    while f_via[node] >= 0:
        path[n] = f_via[node]
        node = tail[f_via[node]]
        n += 1
    for k in range(n // 2):
        path[k], path[n - 1 - k] = path[n - 1 - k], path[k]
    path[n] = a
    n += 1
    node = head[a]
    while b_via[node] >= 0:
        path[n] = b_via[node]
        node = head[b_via[node]]
        n += 1
    return n


@njit(cache=True)
def _turns_back(path, n, tail, head, node_place, at_place, at_node, mark):  # type: ignore[no-untyped-def]
    """Whether a way comes back to a place it has left, or to a terminal: nobody leaves a train to board it again."""
    here = node_place[tail[path[0]]]
    at_place[here] = mark
    at_node[tail[path[0]]] = mark
    for k in range(n):
        node = head[path[k]]
        there = node_place[node]
        if at_node[node] == mark or (there != here and at_place[there] == mark):
            return True
        at_node[node] = mark
        at_place[there] = mark
        here = there
    return False


def _concatenate(sets: list[WaySet]) -> WaySet:
    first = np.concatenate([[0]] + [np.diff(s.first) for s in sets]).astype(np.int64)
    return WaySet(
        pair=np.concatenate([s.pair for s in sets]),
        first=np.cumsum(first),
        arc=np.concatenate([s.arc for s in sets]),
    )


@njit(cache=True)
def _pack(counts, lengths, flat):  # type: ignore[no-untyped-def]
    """Pairs, first entries and arcs of the ways that were found, one after another."""
    n_ways = counts.sum()
    pair, first = np.empty(n_ways, np.int32), np.zeros(n_ways + 1, np.int64)
    way = 0
    for p in range(counts.size):
        for w in range(counts[p]):
            pair[way] = p
            first[way + 1] = first[way] + lengths[p, w]
            way += 1
    arc = np.empty(first[n_ways], np.int32)
    way = 0
    for p in range(counts.size):
        for w in range(counts[p]):
            arc[first[way] : first[way + 1]] = flat[p, w, : lengths[p, w]]
            way += 1
    return pair, first, arc


def select_ways(ways: WaySet, keep: NDArray[np.bool_]) -> WaySet:
    """Some ways of a set; pairs keep their numbers."""
    first = np.concatenate([[0], np.cumsum(np.diff(ways.first)[keep])]).astype(np.int64)
    return WaySet(ways.pair[keep], first, ways.arc[keep[ways.way_of_entry()]])


def ways_of_rows(ways: WaySet, rows: NDArray[np.int64]) -> WaySet:
    """The ways of some pairs, in the order of ``rows``, by which the result numbers them."""
    begin, end = np.searchsorted(ways.pair, rows), np.searchsorted(ways.pair, rows, side="right")
    way = _ranges(begin, end)
    arc = ways.arc[_ranges(ways.first[way], ways.first[way + 1])]
    first = np.concatenate([[0], np.cumsum(np.diff(ways.first)[way])]).astype(np.int64)
    return WaySet(np.repeat(np.arange(rows.size, dtype=np.int32), end - begin), first, arc)


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every whole number from each ``begin`` up to its ``end``, one range after another."""
    length = end - begin
    return np.arange(length.sum()) + np.repeat(begin - np.cumsum(length) + length, length)


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
    c = np.where(np.isfinite(cost), cost, 0.0)
    n_pairs = int(ways.pair.max(initial=-1)) + 1
    first_way = np.searchsorted(ways.pair, np.arange(n_pairs + 1))
    return np.asarray(_path_size(first_way, ways.first, ways.arc, c))


@njit(cache=True, parallel=True)
def _path_size(first_way, first, arc, cost):  # type: ignore[no-untyped-def]
    """Path-size terms; ``first_way`` says where the ways of each pair begin."""
    size = np.ones(first.size - 1)
    n_pairs = first_way.size - 1
    for block in prange((n_pairs + BLOCK - 1) // BLOCK):
        users = np.zeros(cost.size, np.int32)
        for p in range(block * BLOCK, min((block + 1) * BLOCK, n_pairs)):
            begin, end = first[first_way[p]], first[first_way[p + 1]]
            for k in range(begin, end):
                users[arc[k]] += 1
            for w in range(first_way[p], first_way[p + 1]):
                total, own = 0.0, 0.0
                for k in range(first[w], first[w + 1]):
                    total += cost[arc[k]]
                    own += cost[arc[k]] / users[arc[k]]
                if total > 0:
                    size[w] = own / total
            for k in range(begin, end):
                users[arc[k]] = 0
    return size


@njit(cache=True)
def _any_on(first, arc, mask):  # type: ignore[no-untyped-def]
    """Whether each way uses an arc of a mask."""
    out = np.zeros(first.size - 1, np.bool_)
    for w in range(first.size - 1):
        for k in range(first[w], first[w + 1]):
            if mask[arc[k]]:
                out[w] = True
                break
    return out
