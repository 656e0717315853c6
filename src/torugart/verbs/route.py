"""``route``: the ways between two places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from torugart.appraisal.pairs import describe_ways, legs_of_ways
from torugart.appraisal.project import folded, resolve_project
from torugart.assignment.logit import logsum_and_shares, pair_slices
from torugart.errors import InputError, UnknownName
from torugart.evaluate.emission_draws import draw_emissions, grams_by_kind
from torugart.evaluate.sides import Network, class_vot_usd_per_h
from torugart.network.ways import WaySet, WaySettings, find_ways, path_size, select_ways
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state, without_dependents
from torugart.verbs.prepare import Ready, prepare

CLOSED_SEASON_HINT = "give a month from 1 to 12, or summer or winter"
SEED, DRAWS = 1, 400  # of late days and of emissions
SEASON_MONTHS = {"winter": 1, "summer": 7}


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Ways between two places, best first, with their legs."""

    ways: pd.DataFrame
    legs: pd.DataFrame
    title: str
    notes: list[str]


def route(
    origin: str,
    destination: str,
    *,
    class_id: str = "manufactures",
    via: Sequence[str] = (),
    with_projects: Sequence[str] = (),
    without_projects: Sequence[str] = (),
    year: int | None = None,
    season: str | None = None,
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
) -> RouteAnswer:
    """Find the ways between two places: legs, km, days (mean and late), USD per FEU, kg CO2e, gates and shares.

    Parameters
    ----------
    origin, destination : str
        Ids, names or aliases of places.
    class_id : str
        Commodity class; its value of time weighs the hours.
    via : sequence of str
        Keep only ways through all of these places.
    with_projects, without_projects : sequence of str
        Projects taken as open, and as absent (with all that require them).
    year : int, optional
        Do-minimum of that year; by default the network of today.
    season : str, optional
        ``summer``, ``winter`` or a month from 1 to 12: links shut in that month are closed.
    data, overlays : path, optional
        A data package of one's own, and folders laid over it.

    Returns
    -------
    RouteAnswer
        ``days`` is door to door; ``terminal_days`` terminal to terminal, with handling and waits but without the short hauls;
        ``transit_days`` from departure to arrival; ``p95_days`` the late day that one trip in twenty exceeds;
        ``co2_kg_lo`` and ``co2_kg_hi`` the 90 % interval of the emissions (docs/methods/co2.md).

    Raises
    ------
    InputError
        If a place, class, project or season is unknown, or no way exists.
    """
    ready = prepare(data, overlays)
    tables, network = ready.package.tables, ready.network
    start, end = (resolve_place(tables, p) for p in (origin, destination))
    stops = [resolve_place(tables, p) for p in via]
    if start == end:
        raise InputError(f"origin and destination are both {start}")
    if class_id not in set(tables["classes"]["class_id"]):
        raise UnknownName("class", class_id, tables["classes"]["class_id"])
    closed = closed_seasons(tables["seasons"], season)
    open_link, projects = _open(ready, with_projects, without_projects, year, closed)
    vot = class_vot_usd_per_h(tables)[class_id]
    cost = network.generalised_cost(vot, open_link)
    ways = ways_through(network, cost, start, end, stops)
    if not ways.n_ways:
        raise InputError(_no_way(tables, start, end, stops))
    table = describe_ways(ways, network, class_id, seed=SEED)
    t_per_feu = float(tables["classes"].set_index("class_id").at[class_id, "t_per_feu"])
    drawn = draw_emissions(tables["parameters"], SEED, DRAWS).ratio[:, 1:]
    co2_kg = grams_by_kind(ways, network).T @ drawn * (t_per_feu / 1000)
    table["co2_kg_lo"], table["co2_kg_hi"] = np.percentile(co2_kg, [5, 95], axis=1)
    size = path_size(ways, cost)
    gc = ways.total(cost)
    theta = network.parameters["choice_theta"]
    everything_open = np.ones((ways.n_ways, 1), bool)
    _, share = logsum_and_shares(
        pair_slices(ways.pair, 1), gc[:, None], everything_open, size, np.array([[theta / gc.min()]])
    )
    order = np.argsort(gc, kind="stable")
    table = table.assign(gc_usd=gc, share=share[:, 0]).iloc[order].reset_index(drop=True)
    table["rank"] = np.arange(1, len(table) + 1)
    legs = legs_of_ways(ways, order, network, class_id)
    rank_of = dict(zip(table["way_id"], table["rank"], strict=True))
    legs = join_stretches(legs.assign(way_id=legs["way_id"].map(rank_of)), tables)
    table["way_id"] = table["rank"]
    names = tables["places"].set_index("place_id")["name"]
    title = f"{names[start]} to {names[end]}, {class_id.replace('_', ' ')}"
    notes = _notes(year, season, closed, projects, ready)
    asked_for = [resolve_project(tables, p) for p in with_projects]
    notes += _unused(network, asked_for, cost, ways, (start, end))
    return RouteAnswer(table, legs, title, notes)


def resolve_place(tables: dict[str, pd.DataFrame] | object, name: str) -> str:
    """Place id for an id, a name or an alias, whatever the case."""
    places, aliases = tables["places"], tables["aliases"]  # type: ignore[index]
    wanted = folded(name)
    for column in ("place_id", "name"):
        hit = places[places[column].str.casefold() == wanted]
        if len(hit):
            return str(hit.iloc[0]["place_id"])
    hit = aliases[(aliases["alias"].str.casefold() == wanted) & aliases["entity_id"].isin(places["place_id"])]
    if len(hit):
        return str(hit.iloc[0]["entity_id"])
    raise UnknownName("place", name, [*places["place_id"], *places["name"]])


def closed_seasons(seasons: pd.DataFrame, season: str | None) -> frozenset[str]:
    """Seasons whose links are shut in a month, or in summer or winter."""
    if season is None:
        return frozenset()
    text = season.strip().lower()
    month = SEASON_MONTHS.get(text)
    if month is None:
        if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 12):
            raise InputError(f"--season is {season[:40]!r}; {CLOSED_SEASON_HINT}")
        month = int(text)
    shut = seasons[seasons["months_closed"].map(lambda m: str(month) in str(m).split(";"))]
    return frozenset(shut["season_id"])


def _unused(
    network: Network, project_ids: Sequence[str], cost: np.ndarray, ways: WaySet, ends: tuple[str, str]
) -> list[str]:
    """Say of projects that no way shown uses how much dearer the least way by them is."""
    least = float(ways.total(cost).min())
    links = network.tables["links"]
    notes = []
    for project_id in project_ids:
        on = network.arcs_of_links((links["project_id"] == project_id).to_numpy(bool))
        if not on.any() or ways.any_on(on).any():
            continue
        by = np.flatnonzero(on & np.isfinite(cost)).astype(np.int32)
        through = WaySettings(dearest=10.0, overlap=1.0, most=1)
        row = {p: k for k, p in enumerate(network.tables["places"]["place_id"])}
        first, last = network.arcs.origin[row[ends[0]]], network.arcs.destination[row[ends[1]]]
        found = find_ways(network.arcs, cost, np.array([first]), np.array([last]), through, by)
        if found.n_ways:
            more = float(found.total(cost).min()) - least
            notes.append(
                f"No way shown runs by {project_id}: the least that does costs {more:,.0f} USD per FEU more, money and time together."
            )
        else:
            notes.append(f"No way at all runs by {project_id}.")
    return notes


def _open(
    ready: Ready, with_: Sequence[str], without: Sequence[str], year: int | None, closed: frozenset[str]
) -> tuple[np.ndarray, frozenset[str]]:
    tables = ready.package.tables
    state = read_project_state(tables, ready.as_of)
    adding = frozenset(resolve_project(tables, p) for p in with_)
    taking = frozenset(resolve_project(tables, p) for p in without)
    both = adding & taking
    if both:
        raise InputError(f"{', '.join(sorted(both))}: given with and without at once")
    slip = ready.network.parameters["project_slip_years"]
    baseline = "today" if year is None else "do_minimum"
    open_ = open_projects(state, tables["projects"], baseline, year or 0, slip, taking)
    open_ = (open_ | adding) - without_dependents(tables["projects"], taking)
    return open_links(tables["links"], open_, closed), open_


def ways_through(network: Network, cost: np.ndarray, start: str, end: str, stops: Sequence[str]) -> WaySet:
    """Ways of a pair; with stops, the ways through the arcs that touch each of them."""
    arcs = network.arcs
    row = {p: k for k, p in enumerate(network.tables["places"]["place_id"])}
    ends = np.array([arcs.origin[row[start]]]), np.array([arcs.destination[row[end]]])
    if min(ends[0][0], ends[1][0]) < 0:
        return WaySet(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    if not stops:
        return find_ways(arcs, cost, *ends, WaySettings())
    if len(stops) > 1:
        return chained_way(network, cost, [start, *stops, end])
    at = [(arcs.node_place[arcs.tail] == row[s]) | (arcs.node_place[arcs.head] == row[s]) for s in stops]
    # A stop may lie well off the least way, so the bound on cost does not apply to ways one asks for.
    settings = WaySettings(dearest=5.0)
    ways = find_ways(arcs, cost, *ends, settings, np.flatnonzero(at[0] & np.isfinite(cost)).astype(np.int32))
    keep = np.all([ways.any_on(mask) for mask in at], axis=0)
    if not keep.any():
        # The least way to the stop may run through the destination; then only the chain finds one.
        return chained_way(network, cost, [start, *stops, end])
    return select_ways(ways, keep)


def chained_way(network: Network, cost: np.ndarray, places: Sequence[str]) -> WaySet:
    """The least way through places in the order given, without leaving the terminals in between."""
    from torugart.network.shortest_path import least_cost_trees, path_arcs

    arcs = network.arcs
    row = {p: k for k, p in enumerate(network.tables["places"]["place_id"])}
    reached: dict[int, tuple[float, list[int]]] = {int(arcs.origin[row[places[0]]]): (0.0, [])}
    for k, place in enumerate(places[1:], start=1):
        last = k == len(places) - 1
        goals = (
            [int(arcs.destination[row[place]])]
            if last
            else [int(n) for n in np.flatnonzero((arcs.node_place == row[place]) & (arcs.node_mode >= 0))]
        )
        roots = np.array(list(reached), np.int32)
        best, via = least_cost_trees(roots, arcs.out.first, arcs.out.arc, arcs.head, cost)
        step: dict[int, tuple[float, list[int]]] = {}
        for goal in goals:
            options = [(reached[int(r)][0] + best[i, goal], i) for i, r in enumerate(roots)]
            total, i = min(options)
            if np.isfinite(total):
                path = path_arcs(via[i], arcs.tail, goal)[::-1]
                step[goal] = (total, reached[int(roots[i])][1] + path)
        reached = step
        if not reached:
            return WaySet(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    _, arc = min(reached.values(), key=lambda item: item[0])
    return WaySet(np.zeros(1, np.int32), np.array([0, len(arc)], np.int64), np.array(arc, np.int32))


def join_stretches(legs: pd.DataFrame, tables: object) -> pd.DataFrame:
    """Join links that follow one another on the same mode and gauge in the same country into one leg."""
    names = tables["places"].set_index("place_id")["name"]  # type: ignore[index]
    same = (
        (legs["kind"] == "link")
        & (legs["kind"].shift() == "link")
        & (legs["way_id"] == legs["way_id"].shift())
        & (legs[["mode", "gauge_mm", "iso3"]] == legs[["mode", "gauge_mm", "iso3"]].shift()).all(axis=1)
    )
    group = (~same).cumsum()
    joined = legs.groupby(group, sort=True).agg(
        way_id=("way_id", "first"),
        kind=("kind", "first"),
        record_id=("record_id", "first"),
        n_links=("record_id", "size"),
        place_from=("place_from", "first"),
        place_to=("place_to", "last"),
        mode=("mode", "first"),
        gauge_mm=("gauge_mm", "first"),
        iso3=("iso3", "first"),
        km=("km", "sum"),
        hours=("hours", "sum"),
        usd=("usd", "sum"),
        co2_kg=("co2_kg", "sum"),
    )
    joined.insert(1, "seq", joined.groupby("way_id").cumcount())
    joined["place_from_name"], joined["place_to_name"] = (
        joined["place_from"].map(names),
        joined["place_to"].map(names),
    )
    return joined.reset_index(drop=True)


def _no_way(tables: object, start: str, end: str, stops: Sequence[str]) -> str:
    through = f" through {', '.join(stops)}" if stops else ""
    return f"no open way leads from {start} to {end}{through}; try --with a project, or another season"


def _notes(
    year: int | None, season: str | None, closed: frozenset[str], projects: frozenset[str], ready: Ready
) -> list[str]:
    state = read_project_state(ready.package.tables, ready.as_of)
    # A power plant that opens by then adds no way, so it is not named among what does.
    tables = ready.package.tables
    with_ways = set(tables["project_edits"]["project_id"]) | set(tables["links"]["project_id"])
    extra = sorted((projects - state.operating) & with_ways)
    notes = [
        f"Network of {'today' if year is None else f'{year} (do-minimum)'}, statuses as of {ready.as_of}"
        + (f"; open besides what operates: {', '.join(extra)}" if extra else "")
        + ".",
        "Days are means, door to door: waits for departure, handling and short hauls included; terminal days leave the short hauls "
        "out, transit days all three. p95: one trip in twenty takes longer.",
        "Emissions well to wheel, kg CO2e per FEU (ISO 14083 words), with 90 % interval.",
        "Ways in order of generalised cost: money, and hours at the value of time of the class. Shares by path-size logit among "
        "them: a way that overlaps others has less.",
    ]
    if season is not None:
        shut = ", ".join(sorted(closed)) if closed else "nothing"
        notes.append(f"Season {season}: {shut} shut.")
    return notes
