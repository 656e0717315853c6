"""Users' benefit, gate volumes and loads: the pairs' changes summed over demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.evaluate.class_ways import ClassWays, Searched, find_class_ways
from torugart.evaluate.comparison import Case, Outcome, compare, gains, link_loads
from torugart.evaluate.sides import demand_draws
from torugart.network.ways import WaySettings

FloatArray = NDArray[np.float64]
Say = Callable[..., None]
Watch = Callable[[ClassWays, Outcome, FloatArray], None]


def say_nothing(*_: object) -> None:
    """Nobody is told."""


class _Steps:
    """Tells how far a sum over all pairs is: a pair counts once when its ways are found and once when it has chosen."""

    def __init__(self, stage: str, pairs: Mapping[str, pd.DataFrame], say: Say) -> None:
        self.stage, self.say = stage, say
        self.sizes = {class_id: len(rows) for class_id, rows in pairs.items()}
        self.before, self.total = 0, 2 * sum(self.sizes.values())
        say(stage, 0, self.total)

    def found(self, class_id: str) -> None:
        """The ways of a class are found."""
        self.before += self.sizes[class_id]
        self.say(self.stage, self.before, self.total)

    def chosen(self, n: int) -> None:
        """So many pairs of the class have chosen."""
        self.say(self.stage, self.before + n, self.total)

    def done(self, class_id: str) -> None:
        """A class is done, with all pairs that there was nothing to choose for."""
        self.found(class_id)


@dataclass(slots=True)
class Benefits:
    """Yearly sums over all pairs; every array ends in draws, column 0 being the central run.

    Attributes
    ----------
    by_trade : mapping of (exporter, importer) to ndarray, USD
    by_class : mapping of class to ndarray, USD
    least_cost : ndarray, USD
        The part that comes from the fall of the least cost alone.
    crossing_t_base, crossing_t_with, crossing_feu_base, crossing_feu_with : ndarray, shape (n_crossings, n_draws + 1)
    link_t_base, link_t_with : ndarray, shape (n_links,)
    unserved : list of (origin, destination, class)
    """

    by_trade: dict[tuple[str, str], FloatArray] = field(default_factory=dict)
    by_class: dict[str, FloatArray] = field(default_factory=dict)
    least_cost: FloatArray = field(default_factory=lambda: np.zeros(0))
    crossing_t_base: FloatArray = field(default_factory=lambda: np.zeros(0))
    crossing_t_with: FloatArray = field(default_factory=lambda: np.zeros(0))
    crossing_feu_base: FloatArray = field(default_factory=lambda: np.zeros(0))
    crossing_feu_with: FloatArray = field(default_factory=lambda: np.zeros(0))
    link_t_base: FloatArray = field(default_factory=lambda: np.zeros(0))
    link_t_with: FloatArray = field(default_factory=lambda: np.zeros(0))
    unserved: list[tuple[str, str, str]] = field(default_factory=list)
    n_ways: int = 0

    @property
    def total(self) -> FloatArray:
        """Benefit of all users in every draw, USD a year."""
        return np.sum(list(self.by_class.values()), axis=0)


def users_benefits(
    demand: pd.DataFrame,
    case: Case,
    settings: WaySettings,
    affected_only: bool = False,
    known: Searched | None = None,
    say: Say = say_nothing,
    watch: Watch = say_nothing,
) -> Benefits:
    """Fall of the logsum times demand for all pairs and classes, with the volumes over crossings and links.

    With ``affected_only`` the pairs that the project cannot serve are left out: benefits are the same, volumes are not.
    ``say`` is told how far it is: each pair counts once when its ways are found and once when it has chosen among them.
    ``watch`` is shown each class with what came of it and its boxes.
    """
    network, draws = case.base.network, case.draws
    n_crossings, n_links = len(network.tables["crossings"]), len(network.tables["links"])
    shape = (n_crossings, draws.n + 1)
    out = Benefits(
        least_cost=np.zeros(draws.n + 1),
        crossing_t_base=np.zeros(shape),
        crossing_t_with=np.zeros(shape),
        crossing_feu_base=np.zeros(shape),
        crossing_feu_with=np.zeros(shape),
        link_t_base=np.zeros(n_links),
        link_t_with=np.zeros(n_links),
    )
    seasonal = (network.tables["links"]["season_id"] != "").to_numpy(bool)
    t_per_feu = network.tables["classes"].set_index("class_id")["t_per_feu"]
    pairs_of = pairs_by_class(demand)
    steps = _Steps("ways and choice for all demand", pairs_of, say)
    for class_id, rows in demand.groupby("class_id", sort=True):
        pairs = pairs_of[str(class_id)]
        cw = find_class_ways(
            str(class_id),
            pairs,
            case.today,
            case.base,
            case.with_,
            settings,
            seasonal,
            affected_only=affected_only,
            known=known,
        )
        steps.found(str(class_id))
        if affected_only:
            rows = rows.merge(cw.pairs[["origin", "destination"]], on=["origin", "destination"])
            pairs = cw.pairs
        feu = demand_draws(network, draws, str(class_id), pairs["feu"].to_numpy(float))
        outcome = compare(cw, case, feu, steps.chosen)
        watch(cw, outcome, feu)
        steps.done(str(class_id))
        usd = outcome.benefit_usd_per_feu * feu
        out.by_class[str(class_id)] = usd.sum(axis=0)
        out.least_cost += (outcome.least_usd_per_feu * feu).sum(axis=0)
        at = {(o, d): k for k, (o, d) in enumerate(zip(pairs["origin"], pairs["destination"], strict=True))}
        pair_row = np.array([at[o, d] for o, d in zip(rows["origin"], rows["destination"], strict=True)], int)
        part = rows["feu"].to_numpy(float) / pairs["feu"].to_numpy(float)[pair_row]
        for key, group in rows.assign(_k=pair_row, _p=part).groupby(["exporter", "importer"], sort=True):
            gain = (usd[group["_k"].to_numpy()] * group["_p"].to_numpy()[:, None]).sum(axis=0)
            out.by_trade[key] = out.by_trade.get(key, np.zeros(draws.n + 1)) + gain
        t = float(t_per_feu[class_id])
        out.crossing_feu_base += outcome.crossing_feu_base
        out.crossing_feu_with += outcome.crossing_feu_with
        out.crossing_t_base += t * outcome.crossing_feu_base
        out.crossing_t_with += t * outcome.crossing_feu_with
        boxes = pairs["feu"].to_numpy(float)[cw.ways.pair] * t
        out.link_t_base += link_loads(cw.ways, network, outcome.share_base * boxes)
        out.link_t_with += link_loads(cw.ways, network, outcome.share_with * boxes)
        for k in np.flatnonzero(outcome.unserved):
            out.unserved.append((pairs.at[k, "origin"], pairs.at[k, "destination"], str(class_id)))
        out.n_ways += cw.ways.n_ways
    return out


def pairs_by_class(demand: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Boxes a year of each pair of places, by class."""
    return {
        str(class_id): rows.groupby(["origin", "destination"], as_index=False, sort=True)["feu"].sum()
        for class_id, rows in demand.groupby("class_id", sort=True)
    }


def total_benefit(
    demand: Mapping[str, pd.DataFrame],
    case: Case,
    settings: WaySettings,
    known: Searched,
    say: Say = say_nothing,
    stage: str = "ways and choice",
) -> FloatArray:
    """Benefit of all users in every draw, USD a year: the total of ``users_benefits``, and nothing else.

    ``demand`` is that of ``pairs_by_class``. Only the pairs that the project can serve or harm are looked at.
    """
    network = case.base.network
    seasonal = (network.tables["links"]["season_id"] != "").to_numpy(bool)
    total = []
    steps = _Steps(stage, demand, say)
    for class_id, pairs in demand.items():
        cw = find_class_ways(
            class_id,
            pairs,
            case.today,
            case.base,
            case.with_,
            settings,
            seasonal,
            affected_only=True,
            known=known,
        )
        steps.found(class_id)
        moved, usd_per_feu = gains(cw, case, steps.chosen)
        steps.done(class_id)
        feu = demand_draws(network, case.draws, class_id, cw.pairs["feu"].to_numpy(float)[moved])
        total.append((usd_per_feu * feu).sum(axis=0))
    return np.asarray(np.sum(total, axis=0))


def by_country(benefits: Benefits, importer_share: float) -> dict[str, FloatArray]:
    """Share each trade's benefit between its importer and its exporter."""
    return shared_by_country(benefits.by_trade, importer_share)


def shared_by_country(
    by_trade: Mapping[tuple[str, str], FloatArray], importer_share: float
) -> dict[str, FloatArray]:
    """Share amounts by trade between its importer and its exporter."""
    out: dict[str, FloatArray] = {}
    for (exporter, importer), usd in by_trade.items():
        for iso3, share in ((exporter, 1 - importer_share), (importer, importer_share)):
            out[iso3] = out.get(iso3, 0.0) + share * usd
    return dict(sorted(out.items()))


def by_corridor(benefits: Benefits) -> dict[str, FloatArray]:
    """Sum both directions of each pair of countries; keys are ``AAA-BBB`` in alphabetical order."""
    out: dict[str, FloatArray] = {}
    for (exporter, importer), usd in benefits.by_trade.items():
        key = "-".join(sorted((exporter, importer)))
        out[key] = out.get(key, 0.0) + usd
    return dict(sorted(out.items()))
