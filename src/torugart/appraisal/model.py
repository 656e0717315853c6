"""What claims may ask of the network: best ways with and without a project, and what a project carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.benefits import Benefits
from torugart.appraisal.pairs import describe_ways, legs_of_ways
from torugart.appraisal.project import Question, Sides
from torugart.errors import UnknownName
from torugart.evaluate.class_ways import ClassWays, find_class_ways
from torugart.evaluate.comparison import open_in_draws
from torugart.evaluate.pricing import FactorDraws, factor_draws, way_costs
from torugart.evaluate.sides import Draws, Network, State, vot_draws
from torugart.network.arcs import MODES
from torugart.network.ways import WaySettings, select_ways

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BestWay:
    """The best way of a pair: central facts, and draws of them (column 0 is central)."""

    km: float
    hours: FloatArray
    usd: FloatArray
    modes: str
    gates: str
    legs: pd.DataFrame

    @property
    def days(self) -> FloatArray:
        """Days in every draw."""
        return self.hours / 24


class AppraisalModel:
    """The network of an appraisal, asked pair by pair; the same draws as the appraisal's own figures.

    ``volumes`` gives the yearly sums over all demand when a claim asks for tonnes; it may compute them then.
    """

    def __init__(
        self, question: Question, sides: Sides, draws: Draws, volumes: Callable[[], Benefits]
    ) -> None:
        self.network = sides.base.network
        self.project = question.project
        self.year = question.year
        self.class_ids = tuple(self.network.tables["classes"]["class_id"])
        self._places = frozenset(self.network.tables["places"]["place_id"])
        self._sides = sides
        self._draws = draws
        self._volumes = volumes
        self._factors: dict[int, FactorDraws] = {}
        self._found: dict[tuple[str, str, str, str, bool], ClassWays] = {}

    def best_way(
        self,
        origin: str,
        destination: str,
        class_id: str = "manufactures",
        with_project: bool = True,
        mode: str = "",
        through_project: bool = False,
    ) -> BestWay | None:
        """Best way by generalised cost; None when there is none.

        ``mode`` keeps to one mode of land transport (``rail``: railways only); ``through_project`` takes the best way that
        uses the project, whether or not it is the best of all.
        """
        for name in (origin, destination):
            if name not in self._places:
                raise UnknownName("place", name, self._places)
        sides = self._restricted(mode) if mode else self._sides
        cw = self._class_ways(origin, destination, class_id, mode, through_project)
        draws = self._draws
        state = sides.with_ if with_project else sides.base
        opened = self.project if with_project else ""
        central = cw.open_with if with_project else cw.open_base
        is_open = open_in_draws(cw.ways, central, state, draws, sides.state.under_way, self.year, opened)
        if through_project:
            is_open &= cw.on_project[:, None]
        if not is_open.size or not is_open[:, 0].any():
            return None
        hours, usd = way_costs(cw.ways, state.network, self._factor_draws(state.network))
        gc = np.where(is_open, usd + hours * vot_draws(self.network, draws, class_id), np.inf)
        best = gc.argmin(axis=0)
        column = np.arange(draws.n + 1)
        only = select_ways(cw.ways, np.arange(cw.ways.n_ways) == best[0])
        facts = describe_ways(only, state.network, class_id, draws.seed).iloc[0]
        legs = legs_of_ways(only, np.zeros(1, np.int64), state.network, class_id)
        return BestWay(
            float(facts.km), hours[best, column], usd[best, column], str(facts.modes), str(facts.gates), legs
        )

    def _class_ways(
        self, origin: str, destination: str, class_id: str, mode: str, through_project: bool
    ) -> ClassWays:
        """Ways of a pair, found once for both sides."""
        key = (origin, destination, class_id, mode, through_project)
        if key not in self._found:
            sides = self._restricted(mode) if mode else self._sides
            pairs = pd.DataFrame([{"origin": origin, "destination": destination}])
            self._found[key] = find_class_ways(
                class_id,
                pairs,
                sides.today,
                sides.base,
                sides.with_,
                WaySettings(),
                np.zeros(len(self.network.tables["links"]), bool),
                track_project=through_project,
            )
        return self._found[key]

    def project_volume_t(self, project: str) -> FloatArray:
        """Tonnes a year over the busiest link of the project, all draws (column 0 central).

        Only the central run keeps loads by link, so draws scale it by the project's crossings.
        """
        links = self.network.tables["links"]
        mine = (links["project_id"] == project).to_numpy(bool)
        b = self._volumes()
        central = float(b.link_t_with[mine].max()) if mine.any() else 0.0
        at = self._crossings_of(mine)
        total = b.crossing_t_with[at].max(axis=0) if at.size else np.zeros(self._draws.n + 1)
        return total * central / total[0] if at.size and total[0] > 0 else np.full(self._draws.n + 1, central)

    def _crossings_of(self, links: NDArray[np.bool_]) -> NDArray[np.int64]:
        c = self.network.components
        arcs = self.network.arcs_of_links(links)
        return np.unique(c.crossing[(c.crossing >= 0) & arcs[c.arc]]).astype(np.int64)

    def _factor_draws(self, network: Network) -> FactorDraws:
        key = id(network)
        if key not in self._factors:
            self._factors[key] = factor_draws(network, self._draws)
        return self._factors[key]

    def _restricted(self, mode: str) -> Sides:
        """The sides with only the links of one mode open."""
        if mode not in MODES:
            raise UnknownName("mode", mode, MODES)
        keep = (self.network.tables["links"]["mode"] == mode).to_numpy(bool)
        sides = self._sides

        def only(state: State) -> State:
            return replace(state, open_link=state.open_link & keep)

        return Sides(only(sides.today), only(sides.base), only(sides.with_), sides.state)
