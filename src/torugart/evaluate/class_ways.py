"""The union of ways of every pair of a class, with and without, searched once and shared between comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.assignment.logit import pair_slices
from torugart.errors import UnknownName
from torugart.evaluate.sides import Network, State, class_vot_usd_per_h
from torugart.network.arcs import Arcs
from torugart.network.ways import (
    Trees,
    WaySet,
    WaySettings,
    find_ways_on,
    join_ways,
    path_size,
    select_ways,
    ways_of_rows,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ClassWays:
    """The union of ways of every pair of one class, fixed for a run."""

    class_id: str
    pairs: pd.DataFrame
    ways: WaySet
    first: NDArray[np.int64]
    size: FloatArray
    open_base: BoolArray
    open_with: BoolArray
    on_project: BoolArray
    in_choice: BoolArray


def find_class_ways(
    class_id: str,
    pairs: pd.DataFrame,
    today: State,
    base: State,
    with_: State,
    settings: WaySettings,
    seasonal: BoolArray,
    track_project: bool = False,
    affected_only: bool = False,
    known: Searched | None = None,
) -> ClassWays:
    """Find the union of ways of pairs, with and without.

    Ways are searched today, in the base (only those through what the base adds), with the project (only those
    through what it adds or changes), and, for pairs that use seasonal links, once more with these shut.

    Parameters
    ----------
    class_id : str
        Class whose value of time prices the hours.
    pairs : DataFrame
        Columns origin and destination (place ids).
    today, base, with_ : State
        What operates now, the baseline without and the same with the project.
    settings : WaySettings
        What counts as a different way.
    seasonal : ndarray of bool, shape (n_links,)
        Links that are shut in some months.
    track_project : bool
        Add the best way through the project where none is within the cost bound; it stays out of the choice.
    affected_only : bool
        Leave out pairs that no way through the project serves: their change is exactly zero. Where something is closed or
        changed, any pair may lose, and all are kept.
    known : Searched, optional
        Remembers trees and ways between calls that share a network.
    """
    vot = class_vot_usd_per_h(base.network.tables)[class_id]
    cost_today = today.network.generalised_cost(vot, today.open_link)
    cost_base = base.network.generalised_cost(vot, base.open_link)
    cost_with = with_.network.generalised_cost(vot, with_.open_link)
    arcs = base.network.arcs
    by_base = np.flatnonzero(np.isfinite(cost_base) & (cost_base != cost_today)).astype(np.int32)
    by_project = np.flatnonzero(np.isfinite(cost_with) & (cost_with != cost_base)).astype(np.int32)
    shut_arc = base.network.arcs_of_links(seasonal)
    known = known or Searched()
    shut_base, shut_with = np.where(shut_arc, np.inf, cost_base), np.where(shut_arc, np.inf, cost_with)
    today_trees = known.trees(class_id, "today", arcs, cost_today)
    base_trees = known.trees(class_id, "base", arcs, cost_base)
    added = []
    origins, destinations = end_nodes(pairs, base.network)
    with_trees = known.trees(class_id, "", arcs, cost_with)
    if by_project.size:
        added.append(find_ways_on(with_trees, origins, destinations, settings, by_project))
        if shut_arc.any():
            shut_trees = known.trees(class_id, "", arcs, shut_with)
            differs = with_trees.least(origins, destinations) != shut_trees.least(origins, destinations)
            differs[added[0].pair[added[0].any_on(shut_arc)]] = True
            rows = np.flatnonzero(differs).astype(np.int32)
            winter = find_ways_on(shut_trees, origins[rows], destinations[rows], settings, by_project)
            added.append(WaySet(rows[winter.pair], winter.first, winter.arc))
    takes_away = bool((np.isfinite(cost_base) & (cost_with != cost_base)).any())
    if affected_only and not takes_away:
        keep = np.zeros(len(pairs), bool)
        for ways in added:
            keep[ways.pair] = True
        added = [_renumber(ways, keep) for ways in added]
        pairs = pairs[keep].reset_index(drop=True)
    origins, destinations = end_nodes(pairs, base.network)
    found = [known.ways(class_id, "today", today_trees, origins, destinations, settings)]
    if by_base.size:
        found.append(known.ways(class_id, "base", base_trees, origins, destinations, settings, by_base))
    if shut_arc.any():
        stopped = np.zeros(len(pairs), bool)
        for ways in found + added:
            stopped[ways.pair[ways.any_on(shut_arc)]] = True
        trees = known.trees(class_id, "shut", arcs, shut_base)
        detours = known.ways(class_id, "shut", trees, origins[stopped], destinations[stopped], settings)
        found.append(
            WaySet(np.flatnonzero(stopped).astype(np.int32)[detours.pair], detours.first, detours.arc)
        )
    ways = join_ways(found + added, len(pairs))
    in_choice = np.ones(ways.n_ways, bool)
    changed = np.zeros(arcs.n_arcs, bool)
    changed[by_project] = True
    if track_project and by_project.size:
        ways, in_choice = _with_tracked(ways, changed, with_trees, origins, destinations, by_project)
    return ClassWays(
        class_id=class_id,
        pairs=pairs,
        ways=ways,
        first=pair_slices(ways.pair, len(pairs)),
        size=path_size(select_ways(ways, in_choice), cost_with)[_positions(in_choice)],
        open_base=~ways.any_on(~np.isfinite(cost_base)),
        open_with=~ways.any_on(~np.isfinite(cost_with)),
        on_project=ways.any_on(changed),
        in_choice=in_choice,
    )


class Searched:
    """Trees and ways that the comparisons of a run share, searched once.

    The first network of a class that comes as ``today``, as ``base`` or as ``shut`` (the base with seasonal links shut)
    is kept, and so are the ways found on it, pair by pair. Give the comparison first that most others share its
    do-minimum with; others are searched as they come and forgotten.
    """

    def __init__(self) -> None:
        self._trees: dict[tuple[str, str], Trees] = {}
        self._ways: dict[tuple[str, str], _WaysOfPairs] = {}

    def trees(self, class_id: str, role: str, arcs: Arcs, cost: FloatArray) -> Trees:
        """Trees of a cost: those kept for it, whatever their role, or new ones, kept if they are the first in theirs."""
        for (of_class, _), trees in self._trees.items():
            if of_class == class_id and trees.arcs is arcs and np.array_equal(trees.cost, cost):
                self._trees.setdefault((class_id, role), trees)
                return trees
        trees = Trees(arcs, cost)
        if role:
            self._trees.setdefault((class_id, role), trees)
        return trees

    def ways(
        self,
        class_id: str,
        role: str,
        trees: Trees,
        origins: NDArray[np.int32],
        destinations: NDArray[np.int32],
        settings: WaySettings,
        via: NDArray[np.int32] | None = None,
    ) -> WaySet:
        """Ways of pairs of nodes: those known, the others searched now."""
        key = (class_id, role)
        if self._trees.get(key) is not trees:
            return find_ways_on(trees, origins, destinations, settings, via)
        if key not in self._ways:
            self._ways[key] = _WaysOfPairs(trees, settings, via)
        kept = self._ways[key]
        if kept.settings != settings or not _same(kept.via, via):
            return find_ways_on(trees, origins, destinations, settings, via)
        return kept.of(origins, destinations)


def _same(one: NDArray[np.int32] | None, other: NDArray[np.int32] | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


class _WaysOfPairs:
    """Ways found so far on some trees, by pair."""

    def __init__(self, trees: Trees, settings: WaySettings, via: NDArray[np.int32] | None) -> None:
        self.trees, self.settings, self.via = trees, settings, via
        self.pairs = np.zeros(0, np.int64)  # in the order in which they were searched
        self.found: WaySet | None = None

    def of(self, origins: NDArray[np.int32], destinations: NDArray[np.int32]) -> WaySet:
        pairs = origins.astype(np.int64) * self.trees.arcs.n_nodes + destinations
        new = ~np.isin(pairs, self.pairs)
        _, once = np.unique(pairs[new], return_index=True)
        new = np.flatnonzero(new)[np.sort(once)]
        if new.size or self.found is None:
            more = find_ways_on(self.trees, origins[new], destinations[new], self.settings, self.via)
            self.found = more if self.found is None else self.found.followed_by(more, self.pairs.size)
            self.pairs = np.concatenate([self.pairs, pairs[new]])
        order = np.argsort(self.pairs)
        return ways_of_rows(self.found, order[np.searchsorted(self.pairs, pairs, sorter=order)])


def end_nodes(pairs: pd.DataFrame, network: Network) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Origin and destination nodes of pairs of places."""
    places = pd.Index(network.tables["places"]["place_id"])
    rows = [places.get_indexer(pairs[end]) for end in ("origin", "destination")]
    for end, row in zip(("origin", "destination"), rows, strict=True):
        if (row < 0).any():
            raise UnknownName("place", str(pairs[end].to_numpy(object)[row < 0][0]), list(places))
    return network.arcs.origin[rows[0]], network.arcs.destination[rows[1]]


def _renumber(ways: WaySet, keep: BoolArray) -> WaySet:
    """The same ways with pairs counted among those kept; every pair of ``ways`` is kept."""
    return WaySet((np.cumsum(keep) - 1)[ways.pair].astype(np.int32), ways.first, ways.arc)


def _positions(keep: BoolArray) -> NDArray[np.int64]:
    """Index of each kept way among the kept; ways left out point at the first and are never used."""
    return np.where(keep, np.cumsum(keep) - 1, 0)


def _with_tracked(
    ways: WaySet,
    changed: BoolArray,
    trees: Trees,
    origins: NDArray[np.int32],
    destinations: NDArray[np.int32],
    via: NDArray[np.int32],
) -> tuple[WaySet, BoolArray]:
    has = np.zeros(origins.size, bool)
    has[ways.pair[ways.any_on(changed)]] = True
    extra = find_ways_on(trees, origins, destinations, WaySettings(dearest=10.0, overlap=1.0, most=1), via)
    extra = select_ways(extra, ~has[extra.pair])
    both = join_ways([ways, extra], origins.size)
    known = {(int(ways.pair[w]), ways.arcs_of(w).tobytes()) for w in range(ways.n_ways)}
    in_choice = np.array(
        [(int(both.pair[w]), both.arcs_of(w).tobytes()) in known for w in range(both.n_ways)], bool
    )
    return both, in_choice
