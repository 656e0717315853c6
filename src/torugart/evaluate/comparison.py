"""Choice among ways with and without, in every draw and season: benefit, shares, boxes over crossings and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from torugart.assignment.logit import compare_pairs, pair_slices
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.pricing import FactorDraws, price_ways
from torugart.evaluate.sides import Draws, Network, State, vot_draws
from torugart.network.arcs import LINK
from torugart.network.ways import WaySet, select_ways

Chosen = Callable[[int], None]
WAYS_AT_ONCE = 4000  # bounds the memory of the draws
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared, and under what: the sides, the draws they share, and what is open when.

    Attributes
    ----------
    today, base, with_ : State
        What operates now, the baseline without, and the same with the project.
    draws : Draws
        Drawn once, the same for both sides.
    factors : tuple of FactorDraws
        Of the base and of the side with the project.
    under_way : mapping of str to int
        Projects under construction and the year each is due; they may slip.
    year : int
        Year compared.
    opened : str
        The project appraised, which opens in every draw; empty when there is none.
    seasons : sequence of (frozenset of str, float)
        Seasons that are shut together, and the share of the year.
    """

    today: State
    base: State
    with_: State
    draws: Draws
    factors: tuple[FactorDraws, FactorDraws]
    under_way: Mapping[str, int]
    year: int
    opened: str
    seasons: Sequence[tuple[frozenset[str], float]]

    def at_central_values(self) -> Case:
        """The same without draws: the central run alone."""
        values = {name: drawn[:1] for name, drawn in self.draws.values.items()}
        central = Draws(self.draws.quantities, values, 0, self.draws.seed)
        return replace(self, draws=central, factors=(_central(self.factors[0]), _central(self.factors[1])))


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
    return _open_of(ways, is_open, _slips(state, draws, under_way, year, opened), draws.n + 1).T


def _slips(
    state: State, draws: Draws, under_way: Mapping[str, int], year: int, opened: str
) -> list[tuple[BoolArray, BoolArray]]:
    """Arcs of each project that may slip, and the draws in which it opens after the year."""
    project_of_link = state.network.tables["links"]["project_id"].to_numpy(object)
    found = []
    for project, opening in under_way.items():
        if project == opened or project not in state.projects or f"slip_{project}" not in draws.values:
            continue
        late = opening + draws.values[f"slip_{project}"] > year
        late[0] = False
        if late.any():
            found.append((state.network.arcs_of_links(project_of_link == project), late))
    return found


def _open_of(
    ways: WaySet, is_open: BoolArray, slips: Sequence[tuple[BoolArray, BoolArray]], n_columns: int
) -> BoolArray:
    """Whether each way may be used in each draw, draws first: shape (n_columns, n_ways)."""
    out = np.repeat(is_open[None], n_columns, axis=0)
    for arcs, late in slips:
        out[np.ix_(late, ways.any_on(arcs))] = False
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


def compare(class_ways: ClassWays, case: Case, feu: FloatArray, chosen: Chosen = lambda _: None) -> Outcome:
    """Choose among ways with and without, in every draw and season.

    ``feu`` are the boxes a year of each pair, shape (n_pairs, n_draws + 1). Pairs that have no way through what differs
    between the sides change by exactly zero in every draw; they are computed at central values only, and their boxes over
    crossings are held there. ``chosen`` is told how many pairs have chosen so far.
    """
    cw = class_ways
    moved = _moved(cw)
    still = _compare_pairs(pairs_of(cw, ~moved), case.at_central_values(), feu[~moved, :1])
    before = int((~moved).sum())
    moving = _compare_pairs(pairs_of(cw, moved), case, feu[moved], chosen=lambda n: chosen(before + n))
    way_moved = moved[cw.ways.pair]
    benefit = np.zeros((len(cw.pairs), case.draws.n + 1))
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


def gains(class_ways: ClassWays, case: Case, chosen: Chosen = lambda _: None) -> tuple[BoolArray, FloatArray]:
    """Pairs that can gain or lose, and their benefit per FEU in every draw; nothing is counted over crossings or links.

    The first array has shape (n_pairs,), the second a row for each pair that it marks. All others change by exactly zero.
    """
    moved = _moved(class_ways)
    none = np.zeros((int(moved.sum()), case.draws.n + 1))
    outcome = _compare_pairs(pairs_of(class_ways, moved), case, none, at_gates=False, chosen=chosen)
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


def pairs_of(cw: ClassWays, keep: BoolArray) -> ClassWays:
    """The ways of some pairs only; ``keep`` has shape (n_pairs,)."""
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
    cw: ClassWays, case: Case, feu: FloatArray, at_gates: bool = True, chosen: Chosen = lambda _: None
) -> Outcome:
    """Choose for some pairs, in blocks of ways, draw by draw; boxes are counted at the gates if asked for."""
    base, with_, draws, factors = case.base, case.with_, case.draws, case.factors
    n_pairs, n_cols = len(cw.pairs), draws.n + 1
    n_crossings = len(base.network.tables["crossings"]) if at_gates else 0
    benefit, least = np.zeros((n_pairs, n_cols)), np.zeros((n_pairs, n_cols))
    share_base, share_with = np.zeros(cw.ways.n_ways), np.zeros(cw.ways.n_ways)
    over_base, over_with = np.zeros((n_crossings, n_cols)), np.zeros((n_crossings, n_cols))
    unserved = np.zeros(n_pairs, bool)
    slips_b = _slips(base, draws, case.under_way, case.year, "")
    slips_w = _slips(with_, draws, case.under_way, case.year, case.opened)
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
        may = cw.in_choice[w0:w1]
        open_b = _open_of(block, cw.open_base[w0:w1] & may, slips_b, n_cols)
        open_w = _open_of(block, cw.open_with[w0:w1] & may, slips_w, n_cols)
        for closed, weight in _distinct_states(case.seasons, block, base.network):
            change, fall, served, over_b, over_w, sh_b, sh_w = compare_pairs(
                cw.first[p0 : p1 + 1] - w0,
                cost_b,
                cost_w,
                open_b if closed is None else open_b & ~closed,
                open_w if closed is None else open_w & ~closed,
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
