"""From ways and choices to changes of trade cost between countries: what the trade model is given of a network.

It watches the classes of a run go by, as the accounts do. Method: docs/methods/trade_costs.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.comparison import Case, Outcome, pairs_of
from torugart.evaluate.pricing import mean_costs
from torugart.network.arcs import LINK
from torugart.network.ways import WaySet
from torugart.trade.baseline import Baseline
from torugart.trade.trade_costs import hat_of_gain, hats_of_countries, trade_cost_hat

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
IMPROVEMENT = 0.1  # part of the hours and money of a crossing or link that the screen takes away


@dataclass(frozen=True, slots=True)
class KeptWays:
    """Ways of a class as the screen needs them: who takes them, at what cost, for what trade.

    Attributes
    ----------
    ways : WaySet
    share : ndarray, shape (n_ways,)
        In the base, central.
    scale : ndarray, shape (n_pairs,)
        Of choice, per USD.
    cost_usd : ndarray, shape (n_pairs,)
        Value of a box and what its way costs on average, USD.
    usd : ndarray, shape (n_pairs,)
        Trade of the base, USD a year.
    exporter, importer : ndarray of int, shape (n_pairs,)
    vot_usd_per_h : float
    """

    ways: WaySet
    share: FloatArray
    scale: FloatArray
    cost_usd: FloatArray
    usd: FloatArray
    exporter: IntArray
    importer: IntArray
    vot_usd_per_h: float


@dataclass(slots=True)
class TradeWatcher:
    """Keeps what a comparison, and stated changes of freight and time, do to the trade costs of countries.

    Attributes
    ----------
    case : Case
    base : Baseline
        Trade of the countries, in the count that the demand follows.
    demand : DataFrame
        exporter, importer, origin, destination, class_id, usd.
    freight_factor, time_factor : ndarray, shape (n, n)
        Stated changes, new over old.
    screen : bool
        Whether to keep what the screen of crossings and links needs.
    change : ndarray, shape (n, n, n_draws + 1)
        tau-hat less 1.
    carried_usd : ndarray, shape (n, n)
        Trade of the pairs of cities whose cost changes.
    flows_usd : ndarray, shape (n, n)
        All trade of the pair; where boxes are worth more than the trade on record, what they are worth.
    before, after : ndarray, shape (3, n, n)
        Their freight over value, value lost in time and days, weighted by trade: divide by ``carried_usd``.
    kept : list of KeptWays
    """

    case: Case
    base: Baseline
    demand: pd.DataFrame
    freight_factor: FloatArray | None = None
    time_factor: FloatArray | None = None
    screen: bool = False
    change: FloatArray = field(init=False)
    carried_usd: FloatArray = field(init=False)
    before: FloatArray = field(init=False)
    after: FloatArray = field(init=False)
    on_network: BoolArray = field(init=False)
    kept: list[KeptWays] = field(default_factory=list)
    flows_usd: FloatArray = field(init=False)
    _place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Start from no change."""
        n = self.base.n
        self.change = np.zeros((n, n, self.case.draws.n + 1))
        self.carried_usd = np.zeros((n, n))
        self.before, self.after = np.zeros((3, n, n)), np.zeros((3, n, n))
        at = {iso3: k for k, iso3 in enumerate(self.base.countries)}
        ends = [self.demand[end].map(at) for end in ("exporter", "importer")]
        known = ends[0].notna() & ends[1].notna()
        carried = np.zeros((n, n))
        np.add.at(
            carried,
            (ends[0][known].to_numpy(int), ends[1][known].to_numpy(int)),
            self.demand.loc[known, "usd"].to_numpy(float),
        )
        self.on_network = carried > 0
        # Boxes of through traffic may be worth more than the trade on record: then all of it is carried.
        self.flows_usd = np.maximum(self.base.flows, carried)
        zones = self._tables["zones"]
        self._place = {
            str(p): at[c] for p, c in zip(zones["place_id"], zones["trade_iso3"], strict=True) if c in at
        }

    @property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return dict(self.case.base.network.tables)

    @property
    def tau(self) -> FloatArray:
        """tau-hat of every draw, exporter by importer."""
        return 1 + self.change

    def watch(self, cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        """Add one class: its ways, what came of them, and its boxes of shape (n_pairs, n_draws + 1)."""
        ends = np.array(
            [
                [self._place.get(str(place), -1) for place in cw.pairs[end]]
                for end in ("origin", "destination")
            ],
            np.int64,
        ).reshape(2, -1)
        known = (ends >= 0).all(axis=0) & (ends[0] != ends[1])
        differs = cw.on_project | (cw.open_base != cw.open_with)
        use = np.zeros(len(cw.pairs), bool)
        use[cw.ways.pair[differs]] = True
        use |= self._stated(ends, known)
        use &= known & (feu[:, 0] > 0)
        if use.any():
            self._add(cw, outcome, feu, ends, use)
        if self.screen:
            self._keep(cw, outcome, feu, ends, known & (feu[:, 0] > 0))

    def _stated(self, ends: IntArray, known: BoolArray) -> BoolArray:
        """Pairs of cities that stated changes of freight or time touch."""
        touched = np.zeros(known.size, bool)
        for factor in (self.freight_factor, self.time_factor):
            if factor is not None:
                touched[known] |= factor[ends[0][known], ends[1][known]] != 1
        return touched

    def _value(self, class_id: str) -> tuple[FloatArray, FloatArray]:
        """Value of a box, USD, and part of it lost in a day, in every draw."""
        t_per_feu = float(self._tables["classes"].set_index("class_id").at[class_id, "t_per_feu"])
        drawn = self.case.draws.values
        return drawn[f"goods_value_{class_id}"] * t_per_feu, drawn[f"vot_{class_id}"]

    def _add(self, cw: ClassWays, outcome: Outcome, feu: FloatArray, ends: IntArray, use: BoolArray) -> None:
        part = pairs_of(cw, use)
        on_way = use[cw.ways.pair]
        value, per_day = self._value(cw.class_id)
        hours, usd = mean_costs(
            part.ways, part.first, outcome.share_base[on_way], self.case.base.network, self.case.factors[0]
        )
        freight, days = usd / value, hours / 24
        hat = hat_of_gain(freight, per_day, days, outcome.benefit_usd_per_feu[use] / value)
        i, j = ends[0][use], ends[1][use]
        by_freight = np.ones(i.size) if self.freight_factor is None else self.freight_factor[i, j]
        by_time = np.ones(i.size) if self.time_factor is None else self.time_factor[i, j]
        stated = (by_freight != 1) | (by_time != 1)
        if stated.any():
            hat[stated] *= trade_cost_hat(
                freight[stated],
                per_day,
                days[stated],
                freight[stated] * by_freight[stated, None],
                days[stated] * by_time[stated, None],
            )
        trade = feu[use, 0] * value[0]
        self.change += hats_of_countries(hat, trade, i, j, self.flows_usd, self.base.countries) - 1
        with_h, with_usd = mean_costs(
            part.ways,
            part.first,
            outcome.share_with[on_way],
            self.case.with_.network,
            self.case.at_central_values().factors[1],
        )
        np.add.at(self.carried_usd, (i, j), trade)
        lost = per_day[0] / 24
        for into, h, money in (
            (self.before, hours[:, 0], usd[:, 0]),
            (self.after, with_h[:, 0] * by_time, with_usd[:, 0] * by_freight),
        ):
            for k, mean in enumerate((money / value[0], h * lost, h / 24)):
                np.add.at(into[k], (i, j), trade * mean)

    def _keep(self, cw: ClassWays, outcome: Outcome, feu: FloatArray, ends: IntArray, use: BoolArray) -> None:
        if not use.any():
            return
        network, part = self.case.base.network, pairs_of(cw, use)
        on_way = use[cw.ways.pair]
        value, per_day = (float(v[0]) for v in self._value(cw.class_id))
        vot = value * per_day / 24
        arc_cost = network.usd + vot * network.hours
        cost = np.add.reduceat(arc_cost[part.ways.arc], part.ways.first[:-1])
        share, n_pairs = outcome.share_base[on_way], len(part.pairs)
        least = np.full(n_pairs, np.inf)
        may = part.open_base & part.in_choice
        np.minimum.at(least, part.ways.pair[may], cost[may])
        mean = np.bincount(part.ways.pair, weights=share * cost, minlength=n_pairs)
        theta = float(self.case.draws.values["choice_theta"][0])
        self.kept.append(
            KeptWays(
                part.ways,
                share,
                theta / least,
                np.asarray(value + mean),
                np.asarray(feu[use, 0] * value),
                ends[0][use],
                ends[1][use],
                vot,
            )
        )

    def element_costs(self, element: str, vot_usd_per_h: float) -> tuple[IntArray, FloatArray]:
        """Crossing or link of each arc, -1 where it is none, and what the element costs there, USD per FEU."""
        network = self.case.base.network
        c = network.components
        at = c.crossing >= 0
        cost = c.usd + vot_usd_per_h * c.hours
        if element == "crossings":
            row = np.full(c.n_arcs, -1, np.int64)
            row[c.arc[at]] = c.crossing[at]
            return row, np.bincount(c.arc[at], weights=cost[at], minlength=c.n_arcs).astype(np.float64)
        row = np.where(network.arcs.kind == LINK, network.arcs.row, -1).astype(np.int64)
        return row, np.bincount(c.arc[~at], weights=cost[~at], minlength=c.n_arcs).astype(np.float64)

    def screen_of(self, element: str) -> FloatArray:
        """Fall of every trade cost when a crossing or link costs less, to first order.

        By the envelope theorem the expected least cost of a pair falls by the share of its ways through the element times what
        each way saves there; ``IMPROVEMENT`` of the element's hours and money is saved.

        Parameters
        ----------
        element : {"crossings", "links"}

        Returns
        -------
        ndarray, shape (n_elements, n, n)
            d tau-hat, negative where a cost falls.
        """
        n, size = self.base.n, len(self._tables[element])
        out = np.zeros((size, n * n))
        for k in self.kept:
            row, cost = self.element_costs(element, k.vot_usd_per_h)
            part = IMPROVEMENT * k.usd / k.cost_usd / self.flows_usd[k.exporter, k.importer]
            _add_savings(
                k.ways.pair,
                k.ways.first,
                k.ways.arc,
                k.share,
                part,
                k.exporter * n + k.importer,
                row,
                cost,
                out,
            )
        return -out.reshape(size, n, n)

    def improved(self, element: str, rows: IntArray) -> FloatArray:
        """Fall of every trade cost when a crossing or link costs less, choice made anew.

        Returns
        -------
        ndarray, shape (len(rows), n, n)
            tau-hat of each of the elements asked for, improved alone.
        """
        n = self.base.n
        out = np.ones((rows.size, n, n))
        for k in self.kept:
            row, cost = self.element_costs(element, k.vot_usd_per_h)
            place = np.full(len(self._tables[element]) + 1, -1, np.int64)
            place[rows] = np.arange(rows.size)
            grown = np.zeros((rows.size, k.usd.size))
            _add_growth(
                k.ways.pair,
                k.ways.first,
                k.ways.arc,
                k.share,
                k.scale,
                place[row],
                IMPROVEMENT * cost,
                grown,
            )
            for e in range(rows.size):
                touched = np.flatnonzero(grown[e])
                fall = np.log1p(grown[e, touched]) / k.scale[touched]
                out[e] += (
                    hats_of_countries(
                        1 - fall / k.cost_usd[touched],
                        k.usd[touched],
                        k.exporter[touched],
                        k.importer[touched],
                        self.flows_usd,
                        self.base.countries,
                    )
                    - 1
                )
        return out


def tau_of_class_means(watcher: TradeWatcher) -> FloatArray:
    """The plain formula ``(1 + m' + v T') / (1 + m + v T)`` on mean ways, over the trade whose cost changes; central."""
    usd = np.where(watcher.carried_usd > 0, watcher.carried_usd, 1.0)
    before, after = (1 + (part[0] + part[1]) / usd for part in (watcher.before, watcher.after))
    return np.asarray(np.where(watcher.carried_usd > 0, after / before, 1.0))


@njit(cache=True)
def _add_savings(pair, way_first, arc, share, part, trade, row, cost, out):  # type: ignore[no-untyped-def]
    """Add what each element's saving takes off the cost of each trade: share of the way x cost there x ``part`` of the pair."""
    for w in range(pair.size):
        if share[w] > 0.0:
            p = pair[w]
            for k in range(way_first[w], way_first[w + 1]):
                e = row[arc[k]]
                if e >= 0:
                    out[e, trade[p]] += share[w] * cost[arc[k]] * part[p]


@njit(cache=True)
def _add_growth(pair, way_first, arc, share, scale, place, saved_usd, out):  # type: ignore[no-untyped-def]
    """Add ``share (exp(scale x saved) - 1)`` of every way to its pair, for each element: the growth of the sum behind the logsum.

    Ways without a share stay without: base shares hold path sizes and seasons.
    """
    saved = np.zeros(out.shape[0])
    for w in range(pair.size):
        if share[w] == 0.0:
            continue
        any_saved = False
        for k in range(way_first[w], way_first[w + 1]):
            e = place[arc[k]]
            if e >= 0:
                saved[e] += saved_usd[arc[k]]
                any_saved = True
        if any_saved:
            for e in range(saved.size):
                if saved[e] > 0.0:
                    out[e, pair[w]] += share[w] * (np.exp(scale[pair[w]] * saved[e]) - 1.0)
                    saved[e] = 0.0
