"""The best way of a pair without and with a project, and how sure its change is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.trip_time import late_hours
from torugart.assignment.logit import least_cost, logsum_and_shares
from torugart.evaluate.class_ways import ClassWays
from torugart.evaluate.comparison import Case, open_in_draws
from torugart.evaluate.emission_draws import EmissionDraws, grams_by_kind
from torugart.evaluate.pricing import way_costs
from torugart.evaluate.sides import Draws, Network, State, class_vot_usd_per_h, vot_draws
from torugart.network.arcs import KIND_NAMES, LINK, MODES, TRANSFER
from torugart.network.ways import WaySet

FloatArray = NDArray[np.float64]
BELOW_RESOLUTION_USD = 0.01


# What a row of a pair holds; also the form of a table without rows.
SIDE_FACTS = ("way", "km", "days", "p95_days", "usd", "co2_kg", "gc_usd", "modes", "gates", "terminal_days")
PAIR_COLUMNS = (
    "pair_id",
    "class_id",
    "origin",
    "destination",
    *(f"{fact}_{side}" for side in ("without", "with") for fact in SIDE_FACTS),
    *("d_km", "d_days", "d_usd", "d_days_lo", "d_days_hi", "d_usd_lo", "d_usd_hi"),
    *(f"co2_kg_{side}_{end}" for side in ("without", "with") for end in ("lo", "hi")),
    *("d_co2_kg", "d_co2_kg_lo", "d_co2_kg_hi"),
    *("project_share", "project_share_lo", "project_share_hi", "prob_best", "gap_usd", "switch_h", "reason"),
)


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """Tables of one class: a row per pair, a row per way, a row per leg; and the draws of each interval, by figure id."""

    pairs: pd.DataFrame
    ways: pd.DataFrame
    legs: pd.DataFrame
    switching: pd.DataFrame
    draws: Mapping[str, FloatArray]


def appraise_pairs(
    cw: ClassWays,
    case: Case,
    emissions: EmissionDraws,
) -> PairOutcome:
    """Describe every pair of a class without and with a project.

    The best way of a draw is the open way of least generalised cost in it; the interval of a change is its 5th and
    95th percentile over the draws, in each of which both sides choose anew.
    """
    base, with_, draws, factors = case.base, case.with_, case.draws, case.factors
    network = base.network
    vot = vot_draws(network, draws, cw.class_id)
    hours_b, usd_b = way_costs(cw.ways, network, factors[0])
    hours_w, usd_w = (
        (hours_b, usd_b) if with_.network is network else way_costs(cw.ways, with_.network, factors[1])
    )
    gc_b, gc_w = usd_b + hours_b * vot, usd_w + hours_w * vot
    open_b = open_in_draws(cw.ways, cw.open_base, base, draws, case.under_way, case.year, "")
    open_w = open_in_draws(cw.ways, cw.open_with, with_, draws, case.under_way, case.year, case.opened)
    share_b, share_w = _shares(cw, gc_b, gc_w, open_b, open_w, draws)
    facts_b = describe_ways(cw.ways, network, cw.class_id, draws.seed)
    facts_w = (
        facts_b
        if with_.network is network
        else describe_ways(cw.ways, with_.network, cw.class_id, draws.seed)
    )
    vot_h = class_vot_usd_per_h(network.tables)[cw.class_id]
    co2_b = _co2_kg(cw, network, emissions)
    co2_w = co2_b if with_.network is network else _co2_kg(cw, with_.network, emissions)
    rows: list[dict[str, object]] = []
    switching: list[dict[str, object]] = []
    drawn: dict[str, FloatArray] = {}
    for p, pair in enumerate(cw.pairs.itertuples(index=False)):
        here = slice(cw.first[p], cw.first[p + 1])
        if not open_b[here, 0].any():
            continue
        best_b = here.start + np.where(open_b[here], gc_b[here], np.inf).argmin(axis=0)
        best_w = here.start + np.where(open_w[here], gc_w[here], np.inf).argmin(axis=0)
        column = np.arange(draws.n + 1)
        d_hours = hours_w[best_w, column] - hours_b[best_b, column]
        d_usd = usd_w[best_w, column] - usd_b[best_b, column]
        d_co2 = co2_w[best_w, column] - co2_b[best_b, column]
        b, w = int(best_b[0]), int(best_w[0])
        via = np.flatnonzero(cw.on_project[here] & open_w[here, 0]) + here.start
        other = np.flatnonzero(~cw.on_project[here] & open_w[here, 0]) + here.start
        project_share = share_w[here][cw.on_project[here]].sum(axis=0) if via.size else np.zeros(draws.n + 1)
        row = {
            "pair_id": pair.pair_id,
            "class_id": cw.class_id,
            "origin": pair.origin,
            "destination": pair.destination,
        }
        for side, k, facts, hours, usd, gc in (
            ("without", b, facts_b, hours_b, usd_b, gc_b),
            ("with", w, facts_w, hours_w, usd_w, gc_w),
        ):
            f = facts.iloc[k]
            row |= {
                f"way_{side}": k,
                f"km_{side}": f.km,
                f"days_{side}": hours[k, 0] / 24,
                f"p95_days_{side}": f.p95_days,
            }
            row |= {f"usd_{side}": usd[k, 0], f"co2_kg_{side}": f.co2_kg, f"gc_usd_{side}": gc[k, 0]}
            row |= {
                f"modes_{side}": f.modes,
                f"gates_{side}": f.gates,
                f"terminal_days_{side}": f.terminal_days,
            }
        row |= {"d_km": row["km_with"] - row["km_without"], "d_days": d_hours[0] / 24, "d_usd": d_usd[0]}
        row |= _interval("d_days", d_hours[1:] / 24) | _interval("d_usd", d_usd[1:])
        row |= _interval("co2_kg_without", co2_b[b, 1:]) | _interval("co2_kg_with", co2_w[w, 1:])
        row |= {"d_co2_kg": d_co2[0]} | _interval("d_co2_kg", d_co2[1:])
        row |= {"project_share": project_share[0]} | _interval("project_share", project_share[1:])
        on_project = cw.on_project[best_w]
        row["prob_best"] = float(on_project[1:].mean()) if draws.n else float(on_project[0])
        row["gap_usd"] = (
            float(gc_w[via, 0].min() - gc_w[other, 0].min()) if via.size and other.size else np.nan
        )
        row["switch_h"] = np.nan
        if via.size and other.size:
            k = int(via[gc_w[via, 0].argmin()])
            stop_h = project_stop_hours(cw.ways, k, base, with_)
            if stop_h > 0:
                rival = int(other[gc_w[other, 0].argmin()])
                row["switch_h"] = stop_h - row["gap_usd"] / vot_h
                key = {"pair_id": pair.pair_id, "class_id": cw.class_id, "unit": "h", "base": stop_h}
                switching.append(
                    key
                    | {
                        "quantity": "hours at the project's crossings for equal generalised cost",
                        "switch_value": row["switch_h"],
                        "note": _switch_note(row["switch_h"]),
                    }
                )
                equal_days = stop_h - (hours_w[k, 0] - hours_w[rival, 0])
                switching.append(
                    key
                    | {
                        "quantity": "hours at the project's crossings for equal days",
                        "switch_value": equal_days,
                        "note": _switch_note(equal_days),
                    }
                )
        row["reason"] = _reason(row, bool(via.size))
        rows.append(row)
        stem = f"pair.{pair.pair_id}.{cw.class_id}"
        drawn |= {
            f"{stem}.d_days": d_hours / 24,
            f"{stem}.d_usd": d_usd,
            f"{stem}.d_co2_kg": d_co2,
            f"{stem}.project_share": project_share,
        }
    ways = facts_w.assign(
        pair_id=cw.pairs["pair_id"].to_numpy()[cw.ways.pair],
        class_id=cw.class_id,
        gc_usd=gc_w[:, 0],
        share_without=share_b[:, 0],
        share_with=share_w[:, 0],
        uses_project=cw.on_project,
        open_without=open_b[:, 0],
    )
    keep = np.flatnonzero(open_w[:, 0] | open_b[:, 0])
    legs = legs_of_ways(cw.ways, keep, with_.network, cw.class_id)
    return PairOutcome(
        pd.DataFrame(rows, columns=None if rows else list(PAIR_COLUMNS)),
        ways,
        legs,
        pd.DataFrame(
            switching, columns=["pair_id", "class_id", "unit", "base", "quantity", "switch_value", "note"]
        ),
        drawn,
    )


def _co2_kg(cw: ClassWays, network: Network, emissions: EmissionDraws) -> FloatArray:
    """Kilogrammes CO2e of an FEU over each way in every draw, shape (n_ways, n_draws + 1)."""
    t_per_feu = float(network.tables["classes"].set_index("class_id").at[cw.class_id, "t_per_feu"])
    return grams_by_kind(cw.ways, network).T @ emissions.ratio * (t_per_feu / 1000)


def _shares(
    cw: ClassWays, gc_b: FloatArray, gc_w: FloatArray, open_b: NDArray, open_w: NDArray, draws: Draws
) -> tuple[FloatArray, FloatArray]:
    choose_b, choose_w = open_b & cw.in_choice[:, None], open_w & cw.in_choice[:, None]
    c0 = least_cost(cw.first, gc_b, choose_b)
    mu = draws.values["choice_theta"] / np.where(np.isfinite(c0), c0, 1.0)
    _, share_b = logsum_and_shares(cw.first, gc_b, choose_b, cw.size, mu)
    _, share_w = logsum_and_shares(cw.first, gc_w, choose_w, cw.size, mu)
    return share_b, share_w


def _interval(name: str, values: FloatArray) -> dict[str, float]:
    if not values.size:
        return {f"{name}_lo": np.nan, f"{name}_hi": np.nan}
    lo, hi = np.percentile(values, [5, 95])
    return {f"{name}_lo": float(lo), f"{name}_hi": float(hi)}


def _switch_note(hours: float) -> str:
    return "no stop however short is enough" if hours < 0 else "longest stop at which it still holds"


def _reason(row: Mapping[str, object], reaches: bool) -> str:
    """Why the change is what it is, in words; the figures stand beside it."""
    if not reaches:
        return "no way through the project joins these places"
    gap = float(row["gap_usd"])  # type: ignore[arg-type]
    if not np.isfinite(gap):
        return "every open way runs through the project"
    if gap > BELOW_RESOLUTION_USD:
        return f"the way through the project costs {gap:,.0f} USD per FEU more than the best other way, so the best does not change"
    return f"the way through the project costs {-gap:,.0f} USD per FEU less than the best other way"


def project_stop_hours(ways: WaySet, way: int, base: State, with_: State) -> float:
    """Hours that a way stops at crossings which only the project opens."""
    c = with_.network.components
    new_arcs = with_.network.arcs_of_links(with_.open_link & ~base.open_link)
    on = ways.arcs_of(way)
    on = on[new_arcs[on]]
    return float(c.hours[np.isin(c.arc, on) & (c.crossing >= 0)].sum())


def describe_ways(ways: WaySet, network: Network, class_id: str, seed: int) -> pd.DataFrame:
    """Central facts of each way: km, days, late days, USD, kg CO2e, modes and gates.

    ``days`` is door to door; ``terminal_days`` terminal to terminal, handling and waits at both ends included, short hauls not;
    ``transit_days`` from departure to arrival.
    """
    arcs, c, links = network.arcs, network.components, network.tables["links"]
    t_per_feu = network.tables["classes"].set_index("class_id").at[class_id, "t_per_feu"]
    is_link = arcs.kind == LINK
    km = np.where(is_link, links["length_km"].to_numpy(float)[np.where(is_link, arcs.row, 0)], 0.0)
    end = (arcs.kind != LINK) & (arcs.kind != TRANSFER)
    names = network.tables["crossings"]["name"].to_numpy(object)
    crossing_of_arc = np.full(arcs.n_arcs, -1)
    crossing_of_arc[c.arc[c.crossing >= 0]] = c.crossing[c.crossing >= 0]
    mode_of_arc = np.where(is_link, arcs.node_mode[arcs.tail], -1)
    modes, gates = [], []
    for w in range(ways.n_ways):
        on = ways.arcs_of(w)
        seen = mode_of_arc[on]
        seen = seen[seen >= 0]
        modes.append(
            " > ".join(MODES[m] for m in seen[np.concatenate([[True], np.diff(seen) != 0])])
            if seen.size
            else ""
        )
        gates.append(" > ".join(str(names[k]) for k in crossing_of_arc[on] if k >= 0))
    hours = ways.total(network.hours)
    short_haul = c.per_arc(np.where(c.time_factor == _code(c.time_factors, "first_mile"), c.hours, 0.0))
    return pd.DataFrame(
        {
            "way_id": np.arange(ways.n_ways),
            "modes": modes,
            "gates": gates,
            "km": ways.total(km),
            "days": hours / 24,
            "terminal_days": (hours - ways.total(short_haul)) / 24,
            "transit_days": (hours - ways.total(np.where(end, network.hours, 0.0))) / 24,
            "p95_days": late_hours(ways, c, seed) / 24,
            "usd": ways.total(network.usd),
            "co2_kg": ways.total(c.per_arc(c.co2_g_per_t)) * t_per_feu / 1000,
        }
    )


def _code(factors: tuple[str, ...], name: str) -> int:
    return factors.index(name) if name in factors else -1


def legs_of_ways(ways: WaySet, which: NDArray[np.int64], network: Network, class_id: str) -> pd.DataFrame:
    """Legs of some ways in order of travel: links, crossings, transfers and both ends."""
    arcs, c, tables = network.arcs, network.components, network.tables
    t_per_feu = tables["classes"].set_index("class_id").at[class_id, "t_per_feu"]
    place_id = tables["places"]["place_id"].to_numpy(object)
    iso3 = tables["places"]["iso3"].to_numpy(object)
    link_id = tables["links"]["link_id"].to_numpy(object)
    link_km = tables["links"]["length_km"].to_numpy(float)
    transfer_id = tables["transfers"]["transfer_id"].to_numpy(object)
    crossing_id = tables["crossings"]["crossing_id"].to_numpy(object)
    first = np.searchsorted(c.arc, np.arange(c.n_arcs + 1))
    running = c.crossing < 0
    run_h, run_usd = c.per_arc(np.where(running, c.hours, 0.0)), c.per_arc(np.where(running, c.usd, 0.0))
    run_co2 = c.per_arc(c.co2_g_per_t) * t_per_feu / 1000
    rows = []
    for w in which:
        seq = 0
        for a in ways.arcs_of(int(w)):
            tail, head = arcs.node_place[arcs.tail[a]], arcs.node_place[arcs.head[a]]
            node = arcs.tail[a] if arcs.node_mode[arcs.tail[a]] >= 0 else arcs.head[a]
            kind, row = int(arcs.kind[a]), int(arcs.row[a])
            record, km = place_id[tail], 0.0
            if kind == LINK:
                record, km = link_id[row], float(link_km[row])
            elif kind == TRANSFER:
                record = transfer_id[row]
            ends = (
                place_id[tail],
                place_id[head],
                MODES[arcs.node_mode[node]],
                int(arcs.node_gauge[node]),
                iso3[tail],
            )
            rows.append((int(w), seq, KIND_NAMES[kind], record, *ends, km, run_h[a], run_usd[a], run_co2[a]))
            seq += 1
            for k in range(first[a], first[a + 1]):
                if not running[k]:
                    gate = crossing_id[c.crossing[k]]
                    rows.append(
                        (int(w), seq, "crossing", gate, *ends, 0.0, float(c.hours[k]), float(c.usd[k]), 0.0)
                    )
                    seq += 1
    columns = [
        "way_id",
        "seq",
        "kind",
        "record_id",
        "place_from",
        "place_to",
        "mode",
        "gauge_mm",
        "iso3",
        "km",
        "hours",
        "usd",
        "co2_kg",
    ]
    return pd.DataFrame(rows, columns=columns)
