"""``break``: a gate or line closed for some days, without and with a project."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from torugart.appraisal.disruption import Closure, Disruption, Usual, disrupt, usual_days
from torugart.appraisal.project import folded, resolve_project, trade_in_words, with_projects
from torugart.demand.freight import build_demand
from torugart.errors import InputError, UnknownName
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.limits import arcs_of_crossings, can_limit
from torugart.evaluate.sides import Network, State
from torugart.report.closure_page import write_closure_page
from torugart.scenario.do_minimum import open_links, open_projects, read_project_state
from torugart.verbs.appraise import check_arguments
from torugart.verbs.bundled import Appraisal, Say, finish, make_manifest, told_again
from torugart.verbs.prepare import Ready, prepare

METHOD = "docs/methods/break.md"
MOST_DAYS = 365
DIRECTIONS = ("both", "a_to_b", "b_to_a")
LEAST_SHARE = 1e-4  # of all tonnes; gates that carry less are not closed by --all


def disrupt_gate(
    gate: str | None,
    days: float,
    *,
    start: str | None = None,
    direction: str = "both",
    mode: str | None = None,
    with_project: str | None = None,
    per_year: float = 1.0,
    trade_base: str = "china",
    data: Path | str | None = None,
    overlays: Sequence[Path | str] = (),
    out: Path | str | None = None,
    progress: Say | None = None,
) -> Appraisal:
    """Close a gate or line for some days and say what freight does and what it costs; ``gate=None`` closes each in turn.

    Parameters
    ----------
    gate : str, optional
        A crossing or link by id, or the place a crossing stands at. None: every gate that carries something, one after another.
    days : float
        Length of the closure, above 0, at most a year.
    start : str, optional
        Day it begins, ISO: which projects are open by then, which passes are shut that month. By default the day of the data.
    direction : {"both", "a_to_b", "b_to_a"}
        From the first place of the crossing or link to the second, or back.
    mode : {"rail", "road"}, optional
        Which gate of a place that has several; railway by default.
    with_project : str, optional
        A project that is open on the other side: what it spares is what a second way is worth.
    per_year : float
        Closures a year, which losses of all gates are multiplied by.
    trade_base, data, overlays, out, progress
        As in ``appraise``.

    Returns
    -------
    Appraisal
        Tables closure, losses, gates and figures; or ranking.

    Raises
    ------
    InputError
        If the question makes no sense or the package has no capacities; all faults at once.
    UnknownName
        If no gate, link or project is called so.
    """
    say = progress or (lambda *_: None)
    started = time.perf_counter()
    _check(days, start, direction, mode, per_year, trade_base, out)
    ready = prepare(data, overlays)
    network, tables = ready.network, ready.package.tables
    if not can_limit(tables):
        raise InputError(
            "the package has no table capacities, or lacks train_net_t and its like in parameters"
        )
    day = start or ready.as_of
    project = resolve_project(tables, with_project) if with_project else ""
    base = state_on(network, day)
    sides = {"without": base}
    if project:
        sides["with"] = with_projects(base, frozenset({project}))
    demand = build_demand(tables, trade_base)
    asked = {
        "gate": gate,
        "days": days,
        "start": day,
        "direction": direction,
        "mode": mode,
        "with_project": project,
        "trade_base": trade_base,
        "per_year": per_year,
        "data": str(data) if data else "",
        "overlays": [str(o) for o in overlays],
    }
    if gate is None:
        answer, title = _rank(network, sides, demand, days, per_year, say), "Every gate, closed in turn"
        notes = [f"Users' loss of a closure of {days:g} days, times {per_year:g} a year. {METHOD}"]
    else:
        closure, where = find_closure(network, gate, days, direction, mode)
        answer = _answer(network, sides, demand, closure, project, say)
        title = f"{where} closed for {days:g} days"
        notes = _notes(network, closure, answer)
    return _written(ready, answer, title, asked, notes, out, started)


def _check(
    days: float,
    start: str | None,
    direction: str,
    mode: str | None,
    per_year: float,
    trade_base: str,
    out: Path | str | None,
) -> None:
    check_arguments(0, None, trade_base, out)
    faults = []
    if not 0 < days <= MOST_DAYS:
        faults.append(f"--days is {days}; give a number above 0, at most {MOST_DAYS}")
    if direction not in DIRECTIONS:
        faults.append(f"--direction is {direction[:40]!r}; give {', '.join(DIRECTIONS)}")
    if mode not in (None, "rail", "road"):
        faults.append(f"--mode is {str(mode)[:40]!r}; give rail or road")
    if not (np.isfinite(per_year) and per_year > 0):
        faults.append(f"--per-year is {per_year}; give closures a year, above 0")
    if start is not None:
        try:
            year = date.fromisoformat(start).year if re.fullmatch(r"\d{4}-\d{2}-\d{2}", start) else 0
        except ValueError:
            year = 0
        if not 2013 <= year <= 2100:
            faults.append(f"--from is {start[:40]!r}; give a day from 2013 on, as in 2024-08-14")
    if faults:
        raise InputError("\n".join(faults))


def state_on(network: Network, day: str) -> State:
    """What evidence shows open on a day, with the passes that are shut in its month."""
    tables = network.tables
    state = read_project_state(tables, day)
    month = str(int(day[5:7]))
    seasons = tables["seasons"]
    shut = frozenset(
        s.season_id for s in seasons.itertuples(index=False) if month in str(s.months_closed).split(";")
    )
    projects = open_projects(state, tables["projects"], "today", int(day[:4]), 0.0)
    return State(network, open_links(tables["links"], projects, shut), projects)


def find_closure(
    network: Network, name: str, days: float, direction: str = "both", mode: str | None = None
) -> tuple[Closure, str]:
    """The arcs of a crossing or link of some name, and how to call it.

    Raises
    ------
    UnknownName
        If there is none; the nearest names are offered.
    InputError
        If a place has several gates of the mode.
    """
    tables, arcs = network.tables, network.arcs
    crossings, links = tables["crossings"], tables["links"]
    wanted = folded(name)
    aliases = tables["aliases"]
    same = {wanted, *aliases.loc[aliases["alias"].str.casefold() == wanted, "entity_id"]}
    hit = crossings[crossings["crossing_id"].isin(same) | (crossings["name"].str.casefold() == wanted)]
    if hit.empty:
        places = tables["places"]
        same |= set(places.loc[places["name"].str.casefold() == wanted, "place_id"])
        hit = crossings[crossings["place_a"].isin(same) | crossings["place_b"].isin(same)]
        of_mode = hit[hit["mode"] == (mode or "rail")]
        hit = of_mode if len(of_mode) or mode else hit
    if len(hit) > 1:
        raise InputError(
            f"{name}: {len(hit)} gates stand there: {', '.join(hit['crossing_id'])}; name one of them"
        )
    mask = np.zeros(arcs.n_arcs, bool)
    if len(hit) == 1:
        row = hit.iloc[0]
        stops = arcs_of_crossings(network)
        stops = stops[stops["crossing_id"] == row["crossing_id"]]
        if direction != "both":
            stops = stops[stops["direction"] == direction]
        mask[stops["arc"].to_numpy(np.int64)] = True
        where = str(row["name"])
        ends = (row["place_a"], row["place_b"])
    elif (links["link_id"] == wanted).any():
        at = int(np.flatnonzero(links["link_id"] == wanted)[0])
        mask = network.arcs_of_links(np.arange(len(links)) == at)
        if direction != "both":
            mask &= arcs.forward == (direction == "a_to_b")
        where = wanted
        ends = (links.at[at, "place_a"], links.at[at, "place_b"])
    else:
        raise UnknownName(
            "gate or link", name, [*crossings["crossing_id"], *crossings["place_a"], *links["link_id"]]
        )
    if direction != "both":
        title = tables["places"].set_index("place_id")["name"]
        first, second = (title[e] for e in (ends if direction == "a_to_b" else ends[::-1]))
        where += f", {first} to {second}"
    on = np.zeros(len(links), bool)
    on[arcs.row[mask]] = True
    return Closure(name, mask, on, days), where


def _answer(
    network: Network,
    sides: Mapping[str, State],
    demand: pd.DataFrame,
    closure: Closure,
    project: str,
    say: Say,
) -> dict[str, pd.DataFrame]:
    found = {}
    known = Searched()
    today = None  # the hours observed belong to the loads of the first side, without the project
    for side, state in sides.items():
        usual = usual_days(
            network,
            state,
            state.projects,
            demand,
            closure.links,
            say,
            known,
            today,
        )
        today = usual.today_t_per_day
        found[side] = disrupt(usual, closure, demand)
    importer_share = network.parameters["importer_share_of_benefit"]
    names = dict(zip(network.tables["countries"]["iso3"], network.tables["countries"]["name"], strict=True))
    classes = dict(zip(network.tables["classes"]["class_id"], network.tables["classes"]["name"], strict=True))
    rows = [
        {
            "side": side,
            "kind": kind,
            "key": key,
            "name": called.get(key, key),
            "musd": usd / 1e6,
            "waiting_t": d.waiting_t.get(key, np.nan),
        }
        for side, d in found.items()
        for kind, called, sums in (
            ("country", names, _by_country(d, importer_share)),
            ("class", classes, _by_class(d)),
        )
        for key, usd in sums.items()
    ]
    losses = pd.DataFrame(rows, columns=["side", "kind", "key", "name", "musd", "waiting_t"])
    order = losses.assign(size=-losses["musd"].abs()).sort_values(
        ["side", "kind", "size", "key"], kind="stable"
    )
    gates = pd.concat([d.gates.assign(side=side) for side, d in found.items()], ignore_index=True)
    closures = pd.DataFrame([{"side": side, **_closure_row(d)} for side, d in found.items()])
    out = {"closure": closures, "losses": order.drop(columns="size").reset_index(drop=True), "gates": gates}
    out["figures"] = _figures(out)
    out["drivers"] = pd.DataFrame(
        columns=[
            "quantity",
            "kind",
            "rank",
            "label",
            "share",
            "ref",
            "value",
            "lo",
            "hi",
            "unit",
            "source_id",
            "basis",
        ]
    )
    return out


def _closure_row(d: Disruption) -> dict[str, float]:
    waiting = float(sum(d.waiting_t.values()))
    late = waiting + d.beyond_t
    return {
        "loss_musd": d.total_usd / 1e6,
        "box_days": float(sum(d.box_days.values())),
        "used_t": d.used_t,
        "waiting_t": waiting,
        "diverted_t": d.diverted_t,
        "beyond_t": d.beyond_t,
        "unserved_share": min(late / d.used_t, 1.0) if d.used_t else 0.0,
        "wait_days": d.wait_h / 24,
        "after_days": d.after_days,
        "after_musd": d.after_usd / 1e6,
    }


def _by_country(d: Disruption, importer_share: float) -> dict[str, float]:
    out: dict[str, float] = {}
    for (exporter, importer, _), usd in d.loss_usd.items():
        for iso3, share in ((exporter, 1 - importer_share), (importer, importer_share)):
            if share:
                out[iso3] = out.get(iso3, 0.0) + share * usd
    return out


def _by_class(d: Disruption) -> dict[str, float]:
    out: dict[str, float] = {}
    for (_, _, class_id), usd in d.loss_usd.items():
        out[class_id] = out.get(class_id, 0.0) + usd
    return out


def _figures(answer: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Figures for ``why``."""
    model = json.dumps(["param:choice_theta", "param:queue_variability", "param:train_net_t"])
    units = {
        "loss_musd": (
            "users' loss in the days of the closure",
            "million USD",
            "days x sum of boxes a day x rise of the logsum",
        ),
        "box_days": ("days lost", "box-days", "days x sum of boxes a day x rise of the mean hours / 24"),
        "waiting_t": (
            "goods that wait for the reopening",
            "t",
            "days x load of ways through the closed place at the equilibrium",
        ),
        "diverted_t": ("goods that go round", "t", "what used the place less what waits"),
        "beyond_t": ("goods in line at other full gates at the end", "t", "days x load above capacity"),
        "after_musd": (
            "wait of those who come while the line clears",
            "million USD",
            "v Q T / 2c x mean value of time",
        ),
    }
    rows = []
    for r in answer["closure"].to_dict("records"):
        for column, (label, unit, formula) in units.items():
            if np.isfinite(r[column]):
                rows.append(
                    (
                        f"break.{r['side']}.{column}",
                        f"{label}, {r['side']} the project",
                        r[column],
                        unit,
                        formula,
                        model,
                    )
                )
    for r in answer["losses"].itertuples(index=False):
        total = json.dumps([f"figure:break.{r.side}.loss_musd"])
        rows.append(
            (
                f"break.{r.side}.{r.kind}.{r.key}",
                f"users' loss, {r.name}",
                r.musd,
                "million USD",
                "its part of the sum",
                total,
            )
        )
    columns = ["figure_id", "label", "value", "unit", "formula", "inputs"]
    table = pd.DataFrame(rows, columns=columns).assign(lo=np.nan, hi=np.nan, section="break", note="")
    table["formula"] += f" ({METHOD})"
    return table.sort_values("figure_id", ignore_index=True)


def _rank(
    network: Network,
    sides: Mapping[str, State],
    demand: pd.DataFrame,
    days: float,
    per_year: float,
    say: Say,
) -> dict[str, pd.DataFrame]:
    """Loss of closing each gate that carries something, biggest first."""
    crossings = network.tables["crossings"]
    nothing = np.zeros(len(network.tables["links"]), bool)
    known = {side: Searched() for side in sides}
    usual = usual_days(
        network, sides["without"], sides["without"].projects, demand, nothing, known=known["without"]
    )
    idle = Closure("", np.zeros(network.arcs.n_arcs, bool), nothing, days)
    load = carried(usual, idle)
    busy = crossings[load > LEAST_SHARE * load.sum()]
    rows = []
    for k, gate in enumerate(busy.itertuples(index=False)):
        say("closing one gate after another", k, len(busy))
        closure, _ = find_closure(network, gate.crossing_id, days)
        row: dict[str, Any] = {"crossing_id": gate.crossing_id, "name": gate.name, "mode": gate.mode}
        today = None
        for side, state in sides.items():
            there = usual_days(
                network,
                state,
                state.projects,
                demand,
                closure.links,
                known=known[side],
                today_t_per_day=today,
            )
            today = there.today_t_per_day
            d = disrupt(there, closure, demand)
            row[f"musd_{side}"] = per_year * d.total_usd / 1e6
            if side == "without":
                row["t_per_day"] = d.used_t / days
                row |= {k: v for k, v in _closure_row(d).items() if k in ("unserved_share", "wait_days")}
        rows.append(row)
    return {
        "ranking": pd.DataFrame(rows).sort_values(
            ["musd_without", "crossing_id"], ascending=[False, True], ignore_index=True
        )
    }


def carried(usual: Usual, idle: Closure) -> np.ndarray:
    """Tonnes a day over every crossing in usual days, shape (n_crossings,)."""
    network = usual.state.network
    total = np.zeros(len(network.tables["crossings"]))
    stops = arcs_of_crossings(network)
    at = pd.Series(np.arange(total.size), network.tables["crossings"]["crossing_id"])
    of_arc = np.full(network.arcs.n_arcs, -1, np.int64)
    of_arc[stops["arc"].to_numpy(np.int64)] = at.reindex(stops["crossing_id"]).to_numpy(np.int64)
    for cw, share, choose in zip(usual.ways, usual.found.shares, usual.choosers, strict=True):
        flow = (share * np.repeat(choose.t_per_day, np.diff(cw.first)))[cw.ways.way_of_entry()]
        gate = of_arc[cw.ways.arc]
        total += np.bincount(gate[gate >= 0], flow[gate >= 0], minlength=total.size)
    return total


def _notes(network: Network, closure: Closure, answer: Mapping[str, pd.DataFrame]) -> list[str]:
    first = answer["closure"].iloc[0]
    trade = trade_in_words(network.parameters)
    notes = [f"Central values, {trade}, demand fixed: nothing is cancelled, what waits is late."]
    if not first["used_t"]:
        notes.append("Nothing in the model uses it in usual days: closing it costs nothing.")
    elif np.isnan(first["after_days"]):
        notes.append(
            "How long the line takes to clear is not known: no capacity on record, or none left beside the usual load."
        )
    return notes


def _written(
    ready: Ready,
    answer: dict[str, pd.DataFrame],
    title: str,
    asked: dict[str, Any],
    notes: list[str],
    out: Path | str | None,
    started: float,
) -> Appraisal:
    manifest = make_manifest(
        "break", title, asked, ready.package, _command(asked), _headline(answer, asked), notes
    )
    return finish(out, "break", manifest, answer, write_closure_page(answer, manifest), started)


def _headline(answer: Mapping[str, pd.DataFrame], asked: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the page says first."""
    days, project = f"{asked['days']:g} days", asked["with_project"]
    if "ranking" in answer:
        ranking = answer["ranking"]
        if ranking.empty:
            return [{"text": "No gate carries anything."}]
        first = ranking.iloc[0]
        loss = f"{first['musd_without']:,.1f} million USD"
        text = f"Of {len(ranking)} gates, {first['name']} costs users most if closed for {days}: {loss}."
        return [{"text": text}]
    closure = answer["closure"].set_index("side")
    lost = closure.at["without", "loss_musd"]
    lines = [
        {"text": f"Users lose {lost:,.1f} million USD in {days}.", "figure_id": "break.without.loss_musd"},
        {
            "text": f"Of {closure.at['without', 'used_t'] / 1000:,.0f} thousand tonnes that would have passed, "
            f"{closure.at['without', 'waiting_t'] / 1000:,.0f} wait for the reopening and "
            f"{closure.at['without', 'diverted_t'] / 1000:,.0f} go round.",
            "figure_id": "break.without.waiting_t",
        },
    ]
    if project:
        spared = lost - closure.at["with", "loss_musd"]
        text = f"With {project} they would lose {closure.at['with', 'loss_musd']:,.1f}: {spared:,.1f} million USD spared."
        lines.insert(1, {"text": text, "figure_id": "break.with.loss_musd"})
    return lines


def _command(asked: Mapping[str, Any]) -> str:
    """The command line that asks the same."""
    parts = ["torugart break", str(asked["gate"]) if asked["gate"] else "--all"]
    parts += [f"--days {asked['days']:g}", f"--from {asked['start']}", f"--trade-base {asked['trade_base']}"]
    parts += [f"--direction {asked['direction']}"] if asked["direction"] != "both" else []
    parts += [f"--mode {asked['mode']}"] if asked["mode"] else []
    parts += [f"--with {asked['with_project']}"] if asked["with_project"] else []
    parts += [f"--per-year {asked['per_year']:g}"] if asked["per_year"] != 1 else []
    return " ".join([*parts, *told_again(asked)])
