"""Where the engines meet: a network with and without something, compared for every pair, class and draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from torugart.assignment.logit import compare_pairs, pair_slices
from torugart.demand.freight import vot_usd_per_feu_day
from torugart.draws.quantities import Quantity, draw_all
from torugart.errors import UnknownName
from torugart.network.arcs import LINK, Arcs, build_arcs
from torugart.network.costs import Components, build_components
from torugart.network.crossing_model import build_crossing_model
from torugart.network.factors import (
    build_network_quantities,
    money_factor_draws,
    parameter_quantity,
    parameter_values,
    time_factor_draws,
)
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
Chosen = Callable[[int], None]
WAYS_AT_ONCE = 4000  # bounds the memory of the draws
WAYS_PRICED_TOGETHER = 16  # one cache line of results or two


@dataclass(frozen=True, slots=True)
class Network:
    """A package's network, priced at central values, with the quantities its costs hang on."""

    tables: Mapping[str, pd.DataFrame]
    parameters: Mapping[str, float]
    arcs: Arcs
    crossing_model: pd.DataFrame
    components: Components
    hours: FloatArray
    usd: FloatArray

    def generalised_cost(self, vot_usd_per_h: float, open_link: BoolArray) -> FloatArray:
        """USD per FEU of each arc, closed links infinite."""
        cost = self.usd + vot_usd_per_h * self.hours
        is_link = self.arcs.kind == LINK
        closed = is_link & ~open_link[np.where(is_link, self.arcs.row, 0)]
        return np.where(closed, np.inf, cost)

    def arcs_of_links(self, mask: BoolArray) -> BoolArray:
        """Arcs that belong to the links of a mask."""
        is_link = self.arcs.kind == LINK
        return is_link & mask[np.where(is_link, self.arcs.row, 0)]


def build_network(tables: Mapping[str, pd.DataFrame], arcs: Arcs | None = None) -> Network:
    """Compile and price the network of a package whose assumptions are filled in.

    A topology already built from the same places, links and transfers may be given, as when a scenario only changes
    numbers.
    """
    arcs = arcs or build_arcs(tables)
    parameters = parameter_values(tables["parameters"])
    model = build_crossing_model(tables, parameters)
    components = build_components(tables, arcs, parameters, model)
    return Network(
        tables=tables,
        parameters=parameters,
        arcs=arcs,
        crossing_model=model,
        components=components,
        hours=components.per_arc(components.hours),
        usd=components.per_arc(components.usd),
    )


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison: a priced network and which of its links are open."""

    network: Network
    open_link: BoolArray
    projects: frozenset[str]

    def shut(self, closed: BoolArray) -> State:
        """The same state with some links closed."""
        return replace(self, open_link=self.open_link & ~closed)


@dataclass(frozen=True, slots=True)
class Draws:
    """All uncertain quantities, drawn once and shared by every state of a run; column 0 is the central run."""

    quantities: Mapping[str, Quantity]
    values: Mapping[str, FloatArray]
    n: int
    seed: int


def draw_quantities(network: Network, year_projects: Sequence[str], n: int, seed: int) -> Draws:
    """Draw network quantities, values of time, goods values, the choice scale and the slip of projects."""
    tables = network.tables
    quantities = build_network_quantities(tables, network.components, network.crossing_model)
    for c in tables["classes"].itertuples(index=False):
        ref = f"cell:classes/{c.class_id}/"
        quantities.append(
            Quantity(
                f"goods_value_{c.class_id}",
                f"goods value of {c.name}",
                c.value_usd_per_t,
                c.value_lo,
                c.value_hi,
                "lognormal",
                ref + "value_usd_per_t",
            )
        )
        quantities.append(
            Quantity(
                f"vot_{c.class_id}",
                f"value of a day for {c.name}",
                c.vot_share_per_day,
                c.vot_lo,
                c.vot_hi,
                "lognormal",
                ref + "vot_share_per_day",
            )
        )
    quantities.append(parameter_quantity(tables["parameters"], "choice_theta"))
    names = dict(zip(tables["projects"]["project_id"], tables["projects"]["name"], strict=True))
    for project in year_projects:
        label = f"years that {names[project]} opens late"
        quantities.append(
            parameter_quantity(tables["parameters"], "project_slip_years", f"slip_{project}", label)
        )
    quantities.sort(key=lambda q: q.quantity_id)
    drawn = draw_all(quantities, seed, n)
    values = {q.quantity_id: np.concatenate([[q.value], drawn[q.quantity_id]]) for q in quantities}
    return Draws({q.quantity_id: q for q in quantities}, values, n, seed)


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


def class_vot_usd_per_h(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Value of an hour of one FEU by class, USD."""
    return {str(c): float(v) / 24 for c, v in vot_usd_per_feu_day(tables["classes"]).items()}


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


def features(
    ways: WaySet, components: Components, factor: NDArray[np.int32], values: FloatArray, n: int
) -> FloatArray:
    """Sum component values along ways by factor, shape (n_ways, n)."""
    first = np.searchsorted(components.arc, np.arange(components.n_arcs + 1))
    count = np.diff(first)[ways.arc]
    entry_way = np.repeat(ways.way_of_entry(), count)
    start = np.repeat(first[ways.arc], count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    part = start + offset
    key = entry_way * n + factor[part]
    total = np.bincount(key, weights=values[part], minlength=ways.n_ways * n).astype(np.float64)
    return total.reshape(ways.n_ways, n)


@dataclass(frozen=True, slots=True)
class FactorDraws:
    """Draws of the time and money factors of one priced network, shape (n_factors, n_draws + 1)."""

    time: FloatArray
    money: FloatArray


def factor_draws(network: Network, draws: Draws) -> FactorDraws:
    """Draws of all factors of a network; column 0 is 1."""
    c = network.components
    return FactorDraws(
        time=time_factor_draws(network.tables, c, network.crossing_model, draws.quantities, draws.values),
        money=money_factor_draws(network.tables, c, draws.quantities, draws.values),
    )


def way_costs(ways: WaySet, network: Network, factors: FactorDraws) -> tuple[FloatArray, FloatArray]:
    """Hours and USD per FEU of ways in every draw, each of shape (n_ways, n_draws + 1)."""
    c = network.components
    hours = features(ways, c, c.time_factor, c.hours, len(c.time_factors)) @ factors.time
    usd = features(ways, c, c.money_factor, c.usd, len(c.money_factors)) @ factors.money
    return hours, usd


def open_in_draws(
    ways: WaySet,
    is_open: BoolArray,
    state: State,
    draws: Draws,
    under_way: Mapping[str, int],
    year: int,
    opened: str,
) -> BoolArray:
    """Whether each way may be used in each draw: a project under construction may slip past the year.

    ``is_open`` says it for the central run; ``opened`` is the project appraised, which opens in every draw.
    """
    out = np.repeat(is_open[:, None], draws.n + 1, axis=1)
    links = state.network.tables["links"]
    for project, opening in under_way.items():
        if project == opened or project not in state.projects or f"slip_{project}" not in draws.values:
            continue
        uses = ways.any_on(state.network.arcs_of_links((links["project_id"] == project).to_numpy(bool)))
        late = opening + draws.values[f"slip_{project}"] > year
        late[0] = False
        out[np.ix_(uses, late)] = False
    return out


@dataclass(frozen=True, slots=True)
class Outcome:
    """Change brought by ``with_`` against ``base`` for all pairs of a class.

    Attributes
    ----------
    benefit_usd_per_feu : ndarray, shape (n_pairs, n_draws + 1)
        Fall of the logsum; column 0 is the central run.
    least_usd_per_feu : ndarray, shape (n_pairs, n_draws + 1)
        Fall of the least cost alone, without the worth of a further choice.
    share_base, share_with : ndarray, shape (n_ways,)
        Central shares, averaged over the seasons.
    crossing_feu_base, crossing_feu_with : ndarray, shape (n_crossings, n_draws + 1)
        Boxes a year over each crossing, for the demand given.
    unserved : ndarray of bool, shape (n_pairs,)
        Pairs without any way in the base.
    """

    benefit_usd_per_feu: FloatArray
    least_usd_per_feu: FloatArray
    share_base: FloatArray
    share_with: FloatArray
    crossing_feu_base: FloatArray
    crossing_feu_with: FloatArray
    unserved: BoolArray


def compare(
    class_ways: ClassWays,
    base: State,
    with_: State,
    draws: Draws,
    factors: tuple[FactorDraws, FactorDraws],
    feu: FloatArray,
    under_way: Mapping[str, int],
    year: int,
    opened: str,
    seasons: Sequence[tuple[frozenset[str], float]],
    chosen: Chosen = lambda _: None,
) -> Outcome:
    """Choose among ways with and without, in every draw and season.

    ``feu`` are the boxes a year of each pair, shape (n_pairs, n_draws + 1). Pairs that have no way through what differs
    between the sides change by exactly zero in every draw; they are computed at central values only, and their boxes over
    crossings are held there. ``chosen`` is told how many pairs have chosen so far.
    """
    cw = class_ways
    moved = _moved(cw)
    central = Draws(draws.quantities, {k: v[:1] for k, v in draws.values.items()}, 0, draws.seed)
    central_factors = (_central(factors[0]), _central(factors[1]))
    rest = (under_way, year, opened, seasons)
    still = _compare_pairs(
        _pairs_of(cw, ~moved), base, with_, central, central_factors, feu[~moved, :1], *rest
    )
    before = int((~moved).sum())
    moving = _compare_pairs(
        _pairs_of(cw, moved),
        base,
        with_,
        draws,
        factors,
        feu[moved],
        *rest,
        chosen=lambda n: chosen(before + n),
    )
    way_moved = moved[cw.ways.pair]
    benefit = np.zeros((len(cw.pairs), draws.n + 1))
    benefit[moved] = moving.benefit_usd_per_feu
    least = np.zeros_like(benefit)
    least[moved] = moving.least_usd_per_feu
    return Outcome(
        benefit,
        least,
        _put(way_moved, moving.share_base, still.share_base),
        _put(way_moved, moving.share_with, still.share_with),
        moving.crossing_feu_base + still.crossing_feu_base,
        moving.crossing_feu_with + still.crossing_feu_with,
        _put(moved, moving.unserved, still.unserved),
    )


def gains(
    class_ways: ClassWays,
    base: State,
    with_: State,
    draws: Draws,
    factors: tuple[FactorDraws, FactorDraws],
    under_way: Mapping[str, int],
    year: int,
    opened: str,
    seasons: Sequence[tuple[frozenset[str], float]],
    chosen: Chosen = lambda _: None,
) -> tuple[BoolArray, FloatArray]:
    """Pairs that can gain or lose, and their benefit per FEU in every draw; nothing is counted over crossings or links.

    The first array has shape (n_pairs,), the second a row for each pair that it marks. All others change by exactly zero.
    """
    moved = _moved(class_ways)
    rest = (under_way, year, opened, seasons, False, chosen)
    none = np.zeros((int(moved.sum()), draws.n + 1))
    outcome = _compare_pairs(_pairs_of(class_ways, moved), base, with_, draws, factors, none, *rest)
    return moved, outcome.benefit_usd_per_feu


def _moved(cw: ClassWays) -> BoolArray:
    """Pairs that have a way through what differs between the sides, shape (n_pairs,)."""
    moved = np.zeros(len(cw.pairs), bool)
    moved[cw.ways.pair[cw.on_project | (cw.open_base != cw.open_with)]] = True
    return moved


def _central(factors: FactorDraws) -> FactorDraws:
    return FactorDraws(factors.time[:, :1], factors.money[:, :1])


def _put(mask: BoolArray, inside: NDArray, outside: NDArray) -> NDArray:
    out = np.empty(mask.size, inside.dtype)
    out[mask], out[~mask] = inside, outside
    return out


def _pairs_of(cw: ClassWays, keep: BoolArray) -> ClassWays:
    """The ways of some pairs only."""
    if keep.all():
        return cw
    ways_kept = keep[cw.ways.pair]
    ways = select_ways(cw.ways, ways_kept)
    ways = WaySet((np.cumsum(keep) - 1)[ways.pair].astype(np.int32), ways.first, ways.arc)
    pairs = cw.pairs[keep].reset_index(drop=True)
    return ClassWays(
        cw.class_id,
        pairs,
        ways,
        pair_slices(ways.pair, len(pairs)),
        cw.size[ways_kept],
        cw.open_base[ways_kept],
        cw.open_with[ways_kept],
        cw.on_project[ways_kept],
        cw.in_choice[ways_kept],
    )


def _compare_pairs(
    cw: ClassWays,
    base: State,
    with_: State,
    draws: Draws,
    factors: tuple[FactorDraws, FactorDraws],
    feu: FloatArray,
    under_way: Mapping[str, int],
    year: int,
    opened: str,
    seasons: Sequence[tuple[frozenset[str], float]],
    at_gates: bool = True,
    chosen: Chosen = lambda _: None,
) -> Outcome:
    """Choose for some pairs, in blocks of ways, draw by draw; boxes are counted at the gates if asked for."""
    n_pairs, n_cols = len(cw.pairs), draws.n + 1
    n_crossings = len(base.network.tables["crossings"]) if at_gates else 0
    benefit, least = np.zeros((n_pairs, n_cols)), np.zeros((n_pairs, n_cols))
    share_base, share_with = np.zeros(cw.ways.n_ways), np.zeros(cw.ways.n_ways)
    over_base, over_with = np.zeros((n_crossings, n_cols)), np.zeros((n_crossings, n_cols))
    unserved = np.zeros(n_pairs, bool)
    open_b = (
        open_in_draws(cw.ways, cw.open_base, base, draws, under_way, year, "") & cw.in_choice[:, None]
    ).T
    open_w = (
        open_in_draws(cw.ways, cw.open_with, with_, draws, under_way, year, opened) & cw.in_choice[:, None]
    ).T
    vot = vot_draws(base.network, draws, cw.class_id)
    theta = draws.values["choice_theta"]
    for p0, p1 in _blocks(cw.first):
        w0, w1 = cw.first[p0], cw.first[p1]
        block = _slice(cw.ways, w0, w1)
        cost_b = price_ways(block, base.network, factors[0], vot)
        cost_w = (
            cost_b if with_.network is base.network else price_ways(block, with_.network, factors[1], vot)
        )
        if at_gates:
            gate_first, gate = crossings_on(block, base.network)
        else:
            gate_first, gate = np.zeros(w1 - w0 + 1, np.int64), np.zeros(0, np.int64)
        boxes = np.ascontiguousarray(feu[p0:p1].T)
        for closed, weight in _distinct_states(seasons, block, base.network):
            free = np.ones(w1 - w0, bool) if closed is None else ~closed
            change, fall, served, over_b, over_w, sh_b, sh_w = compare_pairs(
                cw.first[p0 : p1 + 1] - w0,
                cost_b,
                cost_w,
                np.ascontiguousarray(open_b[:, w0:w1] & free),
                np.ascontiguousarray(open_w[:, w0:w1] & free),
                cw.size[w0:w1],
                theta,
                boxes,
                gate_first,
                gate,
                n_crossings,
            )
            benefit[p0:p1] += weight * change.T
            least[p0:p1] += weight * fall.T
            unserved[p0:p1] |= ~served
            share_base[w0:w1] += weight * sh_b
            share_with[w0:w1] += weight * sh_w
            over_base += weight * over_b.T
            over_with += weight * over_w.T
        chosen(p1)
    return Outcome(benefit, least, share_base, share_with, over_base, over_with, unserved)


def price_ways(ways: WaySet, network: Network, factors: FactorDraws, vot: FloatArray) -> FloatArray:
    """Generalised cost of ways in every draw, draws first: shape (n_draws + 1, n_ways)."""
    c = network.components
    first = np.searchsorted(c.arc, np.arange(c.n_arcs + 1))
    time, money = (np.ascontiguousarray(f) for f in (factors.time, factors.money))
    return np.asarray(
        _price_each(
            ways.first, ways.arc, first, c.time_factor, c.hours, time, c.money_factor, c.usd, money, vot
        )
    )


@njit(cache=True, parallel=True)
def _price_each(  # type: ignore[no-untyped-def]
    way_first, arc, first, time_factor, hours, time_draws, money_factor, usd, money_draws, vot
):
    """Sum the parts of each way by factor, then multiply by the draws of the few factors it meets.

    A way meets some twenty of several hundred factors, so this is far less than a product of whole matrices.
    """
    n_ways, n_draws = way_first.size - 1, vot.size
    out = np.empty((n_draws, n_ways))
    for block in prange((n_ways + WAYS_PRICED_TOGETHER - 1) // WAYS_PRICED_TOGETHER):
        w0 = block * WAYS_PRICED_TOGETHER
        w1 = min(w0 + WAYS_PRICED_TOGETHER, n_ways)
        by_time, by_money = np.zeros(time_draws.shape[0]), np.zeros(money_draws.shape[0])
        met_time, met_money = np.zeros(by_time.size, np.bool_), np.zeros(by_money.size, np.bool_)
        times, moneys = np.empty(by_time.size, np.int64), np.empty(by_money.size, np.int64)
        cost = np.empty((w1 - w0, n_draws))
        for w in range(w0, w1):
            n_times, n_moneys = 0, 0
            for k in range(way_first[w], way_first[w + 1]):
                for part in range(first[arc[k]], first[arc[k] + 1]):
                    f, g = time_factor[part], money_factor[part]
                    if not met_time[f]:
                        met_time[f] = True
                        times[n_times] = f
                        n_times += 1
                    by_time[f] += hours[part]
                    if not met_money[g]:
                        met_money[g] = True
                        moneys[n_moneys] = g
                        n_moneys += 1
                    by_money[g] += usd[part]
            row = cost[w - w0]
            row[:] = 0.0
            for i in range(n_times):
                f = times[i]
                value, drawn = by_time[f], time_draws[f]
                for d in range(n_draws):
                    row[d] += value * drawn[d]
                by_time[f], met_time[f] = 0.0, False
            for d in range(n_draws):
                row[d] *= vot[d]
            for i in range(n_moneys):
                g = moneys[i]
                value, drawn = by_money[g], money_draws[g]
                for d in range(n_draws):
                    row[d] += value * drawn[d]
                by_money[g], met_money[g] = 0.0, False
        for d in range(n_draws):
            for w in range(w0, w1):
                out[d, w] = cost[w - w0, d]
    return out


def vot_draws(network: Network, draws: Draws, class_id: str) -> FloatArray:
    """Value of an hour of one FEU of a class in every draw, USD."""
    t_per_feu = network.tables["classes"].set_index("class_id").at[class_id, "t_per_feu"]
    return draws.values[f"goods_value_{class_id}"] * t_per_feu * draws.values[f"vot_{class_id}"] / 24


def demand_draws(network: Network, draws: Draws, class_id: str, feu: FloatArray) -> FloatArray:
    """Boxes in every draw: the value traded is known, so dearer goods fill fewer boxes."""
    value = draws.values[f"goods_value_{class_id}"]
    return feu[:, None] * (value[0] / value)[None, :]


def crossings_on(ways: WaySet, network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Crossings of each way: those of way ``w`` are ``gate[first[w]:first[w + 1]]``."""
    c = network.components
    crossing_of_arc = np.full(network.arcs.n_arcs, -1, np.int64)
    at = c.crossing >= 0
    crossing_of_arc[c.arc[at]] = c.crossing[at]
    entry = crossing_of_arc[ways.arc]
    use = entry >= 0
    count = np.bincount(ways.way_of_entry()[use], minlength=ways.n_ways)
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64), entry[use]


def link_loads(ways: WaySet, network: Network, flow: FloatArray) -> FloatArray:
    """Sum the flow of ways over the links, both directions, shape (n_links,)."""
    load = np.bincount(ways.arc, weights=flow[ways.way_of_entry()], minlength=network.arcs.n_arcs)
    is_link = network.arcs.kind == LINK
    links = len(network.tables["links"])
    return np.bincount(network.arcs.row[is_link], weights=load[is_link], minlength=links).astype(np.float64)


def _slice(ways: WaySet, w0: int, w1: int) -> WaySet:
    return WaySet(
        ways.pair[w0:w1], ways.first[w0 : w1 + 1] - ways.first[w0], ways.arc[ways.first[w0] : ways.first[w1]]
    )


def _blocks(first: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Cut pairs into runs of at most about ``WAYS_AT_ONCE`` ways."""
    blocks, start = [], 0
    for p in range(1, first.size):
        if p == first.size - 1 or first[p + 1] - first[start] > WAYS_AT_ONCE:
            blocks.append((start, p))
            start = p
    return blocks


def _distinct_states(
    seasons: Sequence[tuple[frozenset[str], float]], ways: WaySet, network: Network
) -> list[tuple[BoolArray | None, float]]:
    """Ways closed in each season; seasons that close the same ways are one."""
    season_of = network.tables["links"]["season_id"]
    states: dict[bytes, tuple[BoolArray | None, float]] = {}
    for closed, weight in seasons:
        shut = ways.any_on(network.arcs_of_links(season_of.isin(closed).to_numpy(bool))) if closed else None
        if shut is not None and not shut.any():
            shut = None
        key = b"" if shut is None else shut.tobytes()
        states[key] = (shut, states.get(key, (shut, 0.0))[1] + weight)
    return list(states.values())
