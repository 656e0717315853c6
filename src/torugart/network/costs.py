"""What arcs cost: hours, money, spread and emissions, each tied to the quantity it hangs on.

An arc's cost is a sum of *components* (running in a country, the stop at a crossing, reloading, waiting, ...). Each
component names a *time factor* and a *money factor*: a draw of what we do not know multiplies all components of one
factor alike, never link by link, where it would average to nothing. Central costs are the sums of the components;
costs under draws are products of two matrices, ways by factors and factors by draws.

Formulas, per FEU (docs/methods/network.md gives the sources)::

    rail, ferry, sea  hours = km / speed
    road              hours = km / speed x 24 / driving hours a day
    crossing          hours and fee by the crossing model
    transfer          hours + half the headway of the service boarded
    access            first mile + handling + half the headway; egress: handling + last mile
    trip variance     variance per km x km on links; (cv x hours)^2 at stops; headway^2 / 12 for a wait
    emissions         factor x km, well to wheel, per tonne of goods
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.errors import InputError
from torugart.network.arcs import ACCESS, EGRESS, LINK, MODES, TRANSFER, Arcs
from torugart.network.emissions import EmissionFactors
from torugart.network.link_countries import link_countries

FloatArray = NDArray[np.float64]
HOURS_PER_WEEK = 168.0
HUB_POPULATION_K = 1000.0


@dataclass(frozen=True, slots=True)
class Components:
    """Costs of arcs, part by part, per FEU.

    Attributes
    ----------
    arc, time_factor, money_factor : ndarray of int32, shape (n_components,)
        Arc, and rows of ``time_factors`` and ``money_factors``.
    hours, usd, variance_h2, co2_g_per_t : ndarray of float64, shape (n_components,)
        Mean hours, USD per FEU, variance of a trip in h^2, grams CO2e per tonne of goods.
    crossing : ndarray of int32, shape (n_components,)
        Row in ``crossings`` for the stop at a crossing, -1 otherwise.
    iso3 : ndarray of str, shape (n_components,)
        Country where the part is spent.
    time_factors, money_factors : tuple of str
        Names such as ``run:rail:KAZ``, ``cross:ID``, ``wait:rail_hub``, ``rate:road:KGZ``.
    open_arc : ndarray of bool, shape (n_arcs,)
        Which arcs may be used; filled by the scenario.
    """

    arc: NDArray[np.int32]
    time_factor: NDArray[np.int32]
    money_factor: NDArray[np.int32]
    hours: FloatArray
    usd: FloatArray
    variance_h2: FloatArray
    co2_g_per_t: FloatArray
    crossing: NDArray[np.int32]
    iso3: NDArray[np.str_]
    time_factors: tuple[str, ...]
    money_factors: tuple[str, ...]
    n_arcs: int

    def per_arc(self, values: FloatArray) -> FloatArray:
        """Sum a component array over the parts of each arc."""
        return np.bincount(self.arc, weights=values, minlength=self.n_arcs).astype(np.float64)


def build_components(
    tables: Mapping[str, pd.DataFrame],
    arcs: Arcs,
    parameters: Mapping[str, float],
    crossing_model: pd.DataFrame,
) -> Components:
    """Price every arc, open or not.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A package with its assumptions filled in.
    arcs : Arcs
        Topology of the same tables.
    parameters : mapping of str to float
        Central values of the ``parameters`` table.
    crossing_model : DataFrame
        Result of ``build_crossing_model``.

    Raises
    ------
    InputError
        If a speed, a transfer time or a border link's crossing is missing, naming every row.
    """
    parts = _Parts(arcs.n_arcs)
    _price_links(parts, tables, arcs, parameters, crossing_model)
    _price_transfers(parts, tables, arcs, parameters)
    _price_ends(parts, tables, arcs, parameters)
    return parts.done()


class _Parts:
    """Collects columns of component blocks; emptied once by ``done``."""

    NUMBERS = ("hours", "usd", "variance_h2", "co2_g_per_t")

    def __init__(self, n_arcs: int) -> None:
        self.n_arcs = n_arcs
        self.blocks: dict[str, list[NDArray[np.generic]]] = {}

    def add(self, arc: NDArray[np.int32], **columns: object) -> None:
        """Add one component for each arc given; columns left out are 0, or -1 for ``crossing``."""
        block: dict[str, object] = dict.fromkeys(self.NUMBERS, 0.0)
        block |= {"crossing": -1, "time_factor": "none", "money_factor": "none", "iso3": ""} | columns
        for name, values in (("arc", arc), *block.items()):
            self.blocks.setdefault(name, []).append(np.broadcast_to(np.asarray(values), arc.shape))

    def done(self) -> Components:
        """Join the blocks, arcs in order."""
        joined = {name: np.concatenate(parts) for name, parts in self.blocks.items()}
        order = np.lexsort((joined["crossing"], joined["arc"]))
        joined = {name: values[order] for name, values in joined.items()}
        time_factors, time_factor = np.unique(joined["time_factor"], return_inverse=True)
        money_factors, money_factor = np.unique(joined["money_factor"], return_inverse=True)
        numbers = {name: joined[name].astype(np.float64) for name in self.NUMBERS}
        return Components(
            arc=joined["arc"].astype(np.int32),
            time_factor=time_factor.astype(np.int32),
            money_factor=money_factor.astype(np.int32),
            hours=numbers["hours"],
            usd=numbers["usd"],
            variance_h2=numbers["variance_h2"],
            co2_g_per_t=numbers["co2_g_per_t"],
            crossing=joined["crossing"].astype(np.int32),
            iso3=joined["iso3"].astype(np.str_),
            time_factors=tuple(str(name) for name in time_factors),
            money_factors=tuple(str(name) for name in money_factors),
            n_arcs=self.n_arcs,
        )


def _price_links(
    parts: _Parts,
    tables: Mapping[str, pd.DataFrame],
    arcs: Arcs,
    parameters: Mapping[str, float],
    crossing_model: pd.DataFrame,
) -> None:
    links = tables["links"]
    missing = links.index[links["speed_km_per_h"].isna()]
    if len(missing):
        rows = "\n".join(f"  {links.at[i, 'link_id']}: speed_km_per_h is empty" for i in missing[:20])
        raise InputError(
            f"links.csv: {len(missing)} problems\n{rows}\n  Give a speed, or add a row to assumptions.csv."
        )
    is_link = np.flatnonzero(arcs.kind == LINK).astype(np.int32)
    row = arcs.row[is_link]
    mode = links["mode"].to_numpy(str)[row]
    km = links["length_km"].to_numpy(np.float64)[row]
    hours = km / links["speed_km_per_h"].to_numpy(np.float64)[row]
    hours = np.where(mode == "road", hours * 24 / parameters["road_driving_h_per_day"], hours)
    per_km = {m: parameters[f"{m}_rate_usd_per_feu_km"] for m in MODES}
    variance = {m: parameters[f"{m}_variance_h2_per_km"] for m in MODES}
    grams = EmissionFactors.of(tables, parameters)
    ends_a, ends_b, share_in_a = link_countries(links, tables["places"])
    at_sea = (mode == "sea") | (mode == "ferry")
    for ends, share_of_link in ((ends_a, share_in_a), (ends_b, 1.0 - share_in_a)):
        iso, share = ends[row], share_of_link[row]
        use = share > 0
        where = np.where(at_sea, "", np.char.add(":", iso))[use]
        parts.add(
            is_link[use],
            time_factor=np.char.add(np.char.add("run:", mode[use]), where),
            money_factor=np.char.add(np.char.add("rate:", mode[use]), where),
            hours=(hours * share)[use],
            usd=(km * share * np.array([per_km[m] for m in mode]))[use],
            variance_h2=(km * share * np.array([variance[m] for m in mode]))[use],
            co2_g_per_t=(km * share * grams.per_tkm(links, ends)[row])[use],
            iso3=np.where(at_sea, "", iso)[use],
        )
    border = (ends_a != ends_b)[row] & ~at_sea
    _price_crossings(parts, tables, arcs, parameters, crossing_model, is_link[border], links)


def _price_crossings(
    parts: _Parts,
    tables: Mapping[str, pd.DataFrame],
    arcs: Arcs,
    parameters: Mapping[str, float],
    crossing_model: pd.DataFrame,
    arc: NDArray[np.int32],
    links: pd.DataFrame,
) -> None:
    crossings = tables["crossings"]
    row_of = {(c.mode, c.place_a, c.place_b): k for k, c in enumerate(crossings.itertuples(index=False))}
    model = {(m.crossing_id, m.direction): m for m in crossing_model.itertuples(index=False)}
    faults, found = [], []
    crossing_ids = list(crossings["crossing_id"])
    rows = list(links.itertuples(index=False))
    for k in arc:
        link = rows[arcs.row[k]]
        a, b = (link.place_a, link.place_b) if arcs.forward[k] else (link.place_b, link.place_a)
        if (link.mode, a, b) in row_of:
            found.append((k, row_of[(link.mode, a, b)], "a_to_b"))
        elif (link.mode, b, a) in row_of:
            found.append((k, row_of[(link.mode, b, a)], "b_to_a"))
        elif arcs.forward[k]:
            faults.append(
                f"  {link.link_id}: joins two countries, but no crossing has {a}, {b} and {link.mode}"
            )
    if faults:
        text = "\n".join(faults[:20])
        raise InputError(f"crossings.csv: {len(faults)} rows are missing\n{text}\n  Add a row for each.")
    for k, c, direction in found:
        m = model[(crossing_ids[c], direction)]
        cv = parameters["crossing_trip_cv"]
        parts.add(
            np.array([k], np.int32),
            time_factor=f"cross:{m.crossing_id}:{direction}",
            money_factor=f"fee:{m.fee_parameter}",
            hours=m.mean_h,
            usd=m.usd_per_feu,
            variance_h2=(cv * m.mean_h) ** 2,
            crossing=c,
        )


def _price_transfers(
    parts: _Parts, tables: Mapping[str, pd.DataFrame], arcs: Arcs, parameters: Mapping[str, float]
) -> None:
    transfers = list(tables["transfers"].itertuples(index=False))
    places = {p.place_id: p for p in tables["places"].itertuples(index=False)}
    cv = parameters["transfer_trip_cv"]
    faults = []
    for k in np.flatnonzero(arcs.kind == TRANSFER).astype(np.int32):
        t = transfers[arcs.row[k]]
        here = np.array([k], np.int32)
        iso3 = places[t.place_id].iso3
        if t.from_mode == "rail" and t.to_mode == "rail":
            hours = parameters["gauge_change_h"] if pd.isna(t.hours) else float(t.hours)
            usd = parameters["gauge_change_usd_per_feu"] if pd.isna(t.usd_per_feu) else float(t.usd_per_feu)
            time_factor, money_factor = "gauge_change", "gauge_change"
        elif pd.isna(t.hours) or pd.isna(t.usd_per_feu):
            faults.append(f"  {t.transfer_id}: hours or usd_per_feu is empty")
            continue
        else:
            hours, usd = float(t.hours), float(t.usd_per_feu)
            time_factor = money_factor = f"transfer:{t.from_mode}:{t.to_mode}"
        variance = (cv * hours) ** 2
        parts.add(
            here,
            time_factor=time_factor,
            money_factor=money_factor,
            hours=hours,
            usd=usd,
            variance_h2=variance,
            iso3=iso3,
        )
        if not (t.from_mode == "rail" and t.to_mode == "rail"):
            _add_wait(parts, here, t.to_mode, places[t.place_id], parameters)
    if faults:
        text = "\n".join(faults[:20])
        raise InputError(
            f"transfers.csv: {len(faults)} problems\n{text}\n  Fill them, or add a row to assumptions.csv."
        )


def _price_ends(
    parts: _Parts, tables: Mapping[str, pd.DataFrame], arcs: Arcs, parameters: Mapping[str, float]
) -> None:
    places = list(tables["places"].itertuples(index=False))
    loading = {"road": ("road_loading_h", "road_loading_h")}
    for k in np.flatnonzero((arcs.kind == ACCESS) | (arcs.kind == EGRESS)).astype(np.int32):
        here = np.array([k], np.int32)
        place = places[arcs.row[k]]
        leaving = arcs.kind[k] == ACCESS
        mode = MODES[arcs.node_mode[arcs.head[k] if leaving else arcs.tail[k]]]
        name = loading.get(mode, ("origin_handling_h", "destination_handling_h"))[0 if leaving else 1]
        handling = parameters[name]
        cv = parameters["transfer_trip_cv"]
        parts.add(
            here,
            time_factor=f"handling:{name}",
            hours=handling,
            variance_h2=(cv * handling) ** 2,
            iso3=place.iso3,
        )
        if mode != "road":
            # A truck loads at the door; other modes are reached by a short haul.
            parts.add(
                here,
                time_factor="first_mile",
                money_factor="first_mile",
                hours=parameters["first_mile_h"],
                usd=parameters["first_mile_usd_per_feu"],
                iso3=place.iso3,
            )
            if leaving:
                _add_wait(parts, here, mode, place, parameters)


def _add_wait(
    parts: _Parts,
    arc: NDArray[np.int32],
    mode: str,
    place: Any,
    parameters: Mapping[str, float],
) -> None:
    """Waiting for the next departure: half the headway on average, uniform over it."""
    if mode == "road":
        return
    hub = place.kind in ("dry_port", "seaport") or place.population_k >= HUB_POPULATION_K
    name = (
        f"{mode}_departures_per_week"
        if mode != "rail"
        else f"rail_departures_{'hub' if hub else 'other'}_per_week"
    )
    headway_h = HOURS_PER_WEEK / parameters[name]
    parts.add(
        arc,
        time_factor=f"wait:{name}",
        hours=headway_h / 2,
        variance_h2=headway_h**2 / 12,
        iso3=place.iso3,
    )
