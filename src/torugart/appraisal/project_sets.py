"""The users' benefit of every set of several projects, from one union of ways. Method: docs/methods/compare.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.benefits import Say, say_nothing
from torugart.appraisal.project import Question, Sides, build_sides, with_projects
from torugart.appraisal.shapley import shapley_exact, shapley_sampled
from torugart.assignment.logit import pair_slices
from torugart.evaluate.class_ways import ClassWays, Searched, find_class_ways
from torugart.evaluate.comparison import Case, gains, pairs_of
from torugart.evaluate.pricing import FactorDraws, factor_draws
from torugart.evaluate.sides import (
    Draws,
    Network,
    State,
    class_vot_usd_per_h,
    demand_draws,
    draw_quantities,
)
from torugart.network.ways import WaySet, WaySettings, join_ways, path_size
from torugart.scenario.do_minimum import season_states

FloatArray = NDArray[np.float64]
MOST_EXACT = 12  # projects that one group of pairs may hang on before its shares are sampled
ORDERS = 400


@dataclass(slots=True)
class ClassGroups:
    """Pairs of one class, grouped by the projects that their gain hangs on; a set of projects is the bits of an integer.

    Attributes
    ----------
    class_ways : ClassWays
    feu : ndarray, shape (n_pairs, n_draws + 1)
    group : ndarray of int, shape (n_pairs,)
        Group of each pair.
    hangs_on : ndarray of int, shape (n_groups,)
        Projects that matter to a group, with what they require.
    known : mapping of int to ndarray
        Value of a set by group, shape (n_groups, n_draws + 1), USD a year; rows of groups that do not hang on all of the set are 0.
    """

    class_ways: ClassWays
    feu: FloatArray
    group: NDArray[np.int64]
    hangs_on: NDArray[np.int64]
    known: dict[int, FloatArray] = field(default_factory=dict)


@dataclass(slots=True)
class ProjectSets:
    """Values of sets of projects; a set is the bits of an integer over ``projects``."""

    projects: tuple[str, ...]
    requires: tuple[tuple[int, ...], ...]
    sides: Sides
    draws: Draws
    year: int
    classes: list[ClassGroups]
    states: dict[int, State] = field(default_factory=dict)
    factors: dict[int, FactorDraws] = field(default_factory=dict)

    def consistent(self, mask: int) -> int:
        """The largest part of a set in which every project has what it requires."""
        while True:
            kept = mask
            for p, needed in enumerate(self.requires):
                if mask >> p & 1 and any(not mask >> r & 1 for r in needed):
                    kept &= ~(1 << p)
            if kept == mask:
                return mask
            mask = kept

    def value(self, mask: int) -> FloatArray:
        """Users' benefit of a set against none of the projects in every draw, USD a year, shape (n_draws + 1,)."""
        mask = self.consistent(mask)
        total = np.zeros(self.draws.n + 1)
        for part in self.classes:
            for g, hangs_on in enumerate(part.hangs_on):
                total += self._of_group(part, g, mask & int(hangs_on))
        return total

    def shares(
        self, seed: int, say: Say = say_nothing, most_exact: int = MOST_EXACT, orders: int = ORDERS
    ) -> tuple[FloatArray, FloatArray]:
        """Shapley share of each project in every draw and its sampling error, shape (n_projects, n_draws + 1); 0 where exact."""
        shape = (len(self.projects), self.draws.n + 1)
        share, variance = np.zeros(shape), np.zeros(shape)
        total, done = sum(part.hangs_on.size for part in self.classes), 0
        for k, part in enumerate(self.classes):
            for g, hangs_on in enumerate(part.hangs_on):
                say("valuing sets of projects", done, total)
                done += 1
                players = np.array([p for p in range(len(self.projects)) if int(hangs_on) >> p & 1], np.int64)
                value = self._game(part, g, players)
                if players.size <= most_exact:
                    share[players] += shapley_exact(np.array([value(m) for m in range(1 << players.size)]))
                else:
                    part_share, error = shapley_sampled(
                        players.size, value, orders, np.random.default_rng([seed, k, g])
                    )
                    share[players] += part_share
                    variance[players] += error**2
        say("valuing sets of projects", total, total)
        return share, np.sqrt(variance)

    def central_values(self) -> FloatArray:
        """Central value of every set, USD a year, shape (2**n,)."""
        masks = np.array([self.consistent(m) for m in range(1 << len(self.projects))], np.int64)
        out = np.zeros(masks.size)
        for part in self.classes:
            for g, hangs_on in enumerate(part.hangs_on):
                own, at = np.unique(masks & hangs_on, return_inverse=True)
                out += np.array([self._of_group(part, g, int(m))[0] for m in own])[at]
        return out

    def _game(self, part: ClassGroups, group: int, players: NDArray[np.int64]) -> Callable[[int], FloatArray]:
        """Value of sets of a group's own players."""

        def value(own: int) -> FloatArray:
            mask = sum(1 << int(p) for k, p in enumerate(players) if own >> k & 1)
            return self._of_group(part, group, self.consistent(mask))

        return value

    def _of_group(self, part: ClassGroups, group: int, mask: int) -> FloatArray:
        if not mask:
            return np.zeros(self.draws.n + 1)
        if mask not in part.known:
            part.known[mask] = self._gains(part, mask)
        return part.known[mask][group]

    def _gains(self, part: ClassGroups, mask: int) -> FloatArray:
        """Value of a set to every group that hangs on all of it, in one comparison."""
        base, with_ = self.sides.base, self._state(mask)
        mine = (part.hangs_on & mask == mask)[part.group]
        case = Case(
            self.sides.today,
            base,
            with_,
            self.draws,
            (self._factors(0, base.network), self._factors(mask, with_.network)),
            {},
            self.year,
            "",
            season_states(base.network.tables["seasons"]),
        )
        moved, usd_per_feu = gains(_on_sides(pairs_of(part.class_ways, mine), base, with_), case)
        out = np.zeros((part.hangs_on.size, self.draws.n + 1))
        np.add.at(out, part.group[mine][moved], usd_per_feu * part.feu[mine][moved])
        return out

    def _state(self, mask: int) -> State:
        if mask not in self.states:
            ids = frozenset(p for k, p in enumerate(self.projects) if mask >> k & 1)
            self.states[mask] = with_projects(self.sides.base, ids)
        return self.states[mask]

    def _factors(self, mask: int, network: Network) -> FactorDraws:
        if network is self.sides.base.network:
            mask = 0
        if mask not in self.factors:
            self.factors[mask] = factor_draws(network, self.draws)
        return self.factors[mask]


def build_project_sets(
    network: Network,
    projects: Sequence[str],
    question: Question,
    demand: Mapping[str, pd.DataFrame],
    say: Say = say_nothing,
) -> ProjectSets:
    """Search the union of ways of all projects and group the pairs by the projects they hang on.

    Parameters
    ----------
    network : Network
    projects : sequence of str
        Ids, each once.
    question : Question
        Year, day, draws and seed.
    demand : mapping of class to DataFrame
        Boxes a year by pair, as ``pairs_by_class`` gives them.
    """
    ids = tuple(projects)
    sides = build_sides(network, frozenset(ids), question)
    alone = [with_projects(sides.base, frozenset({p})) for p in ids]
    draws = draw_quantities(network, [], question.draws, question.seed)
    needed = network.tables["projects"].set_index("project_id")["requires_project"]
    requires = tuple(tuple(ids.index(r) for r in [needed.get(p, "")] if r in ids and r != p) for p in ids)
    sets = ProjectSets(ids, requires, sides, draws, question.year, [])
    known = Searched()
    for k, class_id in enumerate(demand):
        say("ways of all projects", k, len(demand))
        cw = _union(class_id, demand[class_id], sides, alone, known)
        touched = _touched(cw, sides.base, alone)
        with_needs = _with_requirements(touched, requires)
        feu = demand_draws(network, draws, class_id, cw.pairs["feu"].to_numpy(float))
        matters = with_needs > 0
        hangs_on, group = np.unique(with_needs[matters], return_inverse=True)
        sets.classes.append(ClassGroups(pairs_of(cw, matters), feu[matters], group, hangs_on))
    return sets


def _union(
    class_id: str, pairs: pd.DataFrame, sides: Sides, alone: Sequence[State], known: Searched
) -> ClassWays:
    """Ways of every pair in the base, with each project alone and with all, each once, with one path size."""
    settings = WaySettings()
    seasonal = (sides.base.network.tables["links"]["season_id"] != "").to_numpy(bool)
    row = pd.Series(
        np.arange(len(pairs), dtype=np.int32), pd.MultiIndex.from_frame(pairs[["origin", "destination"]])
    )
    found = []
    for side in (sides.with_, *alone):
        cw = find_class_ways(
            class_id,
            pairs,
            sides.today,
            sides.base,
            side,
            settings,
            seasonal,
            affected_only=True,
            known=known,
        )
        at = row.reindex(pd.MultiIndex.from_frame(cw.pairs[["origin", "destination"]])).to_numpy(np.int32)
        found.append(WaySet(at[cw.ways.pair], cw.ways.first, cw.ways.arc))
    ways = join_ways(found, len(pairs))
    vot = class_vot_usd_per_h(sides.base.network.tables)[class_id]
    cost = sides.with_.network.generalised_cost(vot, sides.with_.open_link)
    cw = ClassWays(
        class_id,
        pairs,
        ways,
        pair_slices(ways.pair, len(pairs)),
        path_size(
            ways,
            np.where(np.isfinite(cost), cost, sides.base.network.generalised_cost(vot, sides.base.open_link)),
        ),
        np.ones(ways.n_ways, bool),
        np.ones(ways.n_ways, bool),
        np.zeros(ways.n_ways, bool),
        np.ones(ways.n_ways, bool),
    )
    return _on_sides(cw, sides.base, sides.with_)


def _on_sides(cw: ClassWays, base: State, with_: State) -> ClassWays:
    """The same ways, open and changed as two states have them."""
    vot = class_vot_usd_per_h(base.network.tables)[cw.class_id]
    cost_base = base.network.generalised_cost(vot, base.open_link)
    cost_with = with_.network.generalised_cost(vot, with_.open_link)
    return replace(
        cw,
        open_base=~cw.ways.any_on(~np.isfinite(cost_base)),
        open_with=~cw.ways.any_on(~np.isfinite(cost_with)),
        on_project=cw.ways.any_on(np.isfinite(cost_with) & (cost_with != cost_base)),
    )


def _touched(cw: ClassWays, base: State, alone: Sequence[State]) -> NDArray[np.int64]:
    """Bits of the projects that change an arc of any way of each pair, shape (n_pairs,)."""
    vot = class_vot_usd_per_h(base.network.tables)[cw.class_id]
    cost_base = base.network.generalised_cost(vot, base.open_link)
    out = np.zeros(len(cw.pairs), np.int64)
    for k, side in enumerate(alone):
        cost = side.network.generalised_cost(vot, side.open_link)
        changed = cw.ways.any_on(cost != cost_base)
        out[np.unique(cw.ways.pair[changed])] |= 1 << k
    return out


def _with_requirements(masks: NDArray[np.int64], requires: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Masks with all that their projects require, however far."""
    out = masks.copy()
    while True:
        more = out.copy()
        for p, needed in enumerate(requires):
            for r in needed:
                more |= np.where(out >> p & 1, 1 << r, 0)
        if np.array_equal(more, out):
            return out
        out = more
