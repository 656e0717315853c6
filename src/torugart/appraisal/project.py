"""The main job: what one project changes, as tables ready for a bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from torugart.appraisal.accounts import add_accounts
from torugart.appraisal.benefits import (
    Benefits,
    Say,
    Watch,
    by_corridor,
    by_country,
    pairs_by_class,
    say_nothing,
    total_benefit,
    users_benefits,
)
from torugart.appraisal.drivers import group_shares, rank_drivers, with_sources
from torugart.appraisal.figures import FigureList
from torugart.appraisal.flows import FlowRecorder
from torugart.appraisal.gate_queues import (
    Queues,
    QueueWatcher,
    add_queue_figures,
    queue_table,
    season_table,
    solve_queues,
)
from torugart.appraisal.pairs import PairOutcome, appraise_pairs, describe_ways
from torugart.appraisal.switches import Switches
from torugart.appraisal.trade_changes import TradeWatcher
from torugart.appraisal.trade_section import add_trade, trade_watcher
from torugart.appraisal.worth import (
    elasticity_draws,
    missing_parameters,
    rail_relative,
    refuse_early_year,
)
from torugart.demand.freight import build_demand
from torugart.errors import InputError, UnknownName
from torugart.evaluate.class_ways import ClassWays, Searched, end_nodes, find_class_ways
from torugart.evaluate.comparison import Case, Outcome
from torugart.evaluate.emission_draws import draw_emissions
from torugart.evaluate.limits import build_limits, can_limit
from torugart.evaluate.pricing import factor_draws
from torugart.evaluate.sides import Draws, Network, State, build_network, class_vot_usd_per_h, draw_quantities
from torugart.network.arcs import LINK
from torugart.network.ways import WaySettings, find_ways
from torugart.scenario.do_minimum import (
    BASELINES,
    ProjectState,
    open_links,
    open_projects,
    read_project_state,
    season_states,
    without_dependents,
)
from torugart.scenario.edits import Edit, Scenario, apply_edits, matching_rows, project_edits

FloatArray = NDArray[np.float64]
RAIL_ONLY_CLASS = "manufactures"
BASELINE_LABELS = {
    "today": "today: only what operates",
    "do_minimum": "do-minimum: and what is under construction and due by then",
    "all_planned": "do-minimum with all planned projects",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an appraisal; everything that the tables of the answer depend on, data aside."""

    project: str
    year: int
    as_of: str
    trade_base: str = "china"
    draws: int = 400
    seed: int = 1
    baseline: str = "do_minimum"
    settings: WaySettings = field(default_factory=WaySettings)
    switches: Switches = field(default_factory=Switches)

    def importer_share(self, network: Network) -> float:
        """Part of the users' benefit that goes to importing countries."""
        asked = self.switches.importer_share
        return network.parameters["importer_share_of_benefit"] if asked is None else asked


@dataclass(frozen=True, slots=True)
class Sides:
    """A network without and with a project, and what is open in each."""

    today: State
    base: State
    with_: State
    state: ProjectState

    def case(
        self, draws: Draws, year: int, opened: str = "", under_way: Mapping[str, int] | None = None
    ) -> Case:
        """What is compared under some draws: ``opened`` opens in each of them, what is ``under_way`` may slip."""
        base, with_ = self.base.network, self.with_.network
        factors = factor_draws(base, draws)
        return Case(
            self.today,
            self.base,
            self.with_,
            draws,
            (factors, factors if with_ is base else factor_draws(with_, draws)),
            under_way or {},
            year,
            opened,
            season_states(base.tables["seasons"]),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything an appraisal found, before it is written."""

    question: Question
    sides: Sides
    draws: Draws
    benefits: Benefits
    baselines: pd.DataFrame
    pair_outcomes: Mapping[str, PairOutcome]
    rail_only: pd.DataFrame
    demand: pd.DataFrame
    notes: Sequence[str]
    flows: FlowRecorder
    queues: Queues | None
    trade: TradeWatcher | None


def default_year(tables: Mapping[str, pd.DataFrame], project_id: str) -> int:
    """Year appraised when none is given: the stated opening plus the usual slip, rounded up, not before the trade."""
    row = project_row(tables, project_id)
    if pd.isna(row["open_year"]):
        return 2035
    value = tables["parameters"].set_index("parameter_id")["value"]
    opening = int(row["open_year"]) + int(np.ceil(value["project_slip_years"]))
    return max(opening, int(value.get("demand_year", opening)))


def project_row(tables: Mapping[str, pd.DataFrame], project_id: str) -> pd.Series:
    """A project's row, by its id or by an alias."""
    projects = tables["projects"].set_index("project_id")
    if project_id in projects.index:
        return projects.loc[project_id]
    raise UnknownName("project", project_id, [*projects.index, *tables["aliases"]["alias"]])


def resolve_project(tables: Mapping[str, pd.DataFrame], name: str) -> str:
    """Project id for an id, a name or an alias, whatever the case."""
    wanted = folded(name)
    projects = tables["projects"]
    for column in ("project_id", "name"):
        hit = projects[projects[column].str.casefold() == wanted]
        if len(hit):
            return str(hit.iloc[0]["project_id"])
    aliases = tables["aliases"]
    hit = aliases[
        (aliases["alias"].str.casefold() == wanted) & aliases["entity_id"].isin(projects["project_id"])
    ]
    if len(hit):
        return str(hit.iloc[0]["entity_id"])
    raise UnknownName("project", name, [*projects["project_id"], *projects["name"]])


def folded(name: str) -> str:
    """A name as it is compared: no case, no outer blanks, nothing that is not text."""
    return name.encode("utf-8", "replace").decode("utf-8").strip().casefold()


def build_sides(
    network: Network,
    project_ids: frozenset[str],
    question: Question,
    extra_edits: tuple[Edit, ...] = (),
    taken_away: frozenset[str] = frozenset(),
) -> Sides:
    """Build the states of a comparison: today, the baseline without the projects, and the same with them.

    ``taken_away`` are projects that stay in the baseline and are absent on the other side, with all that require them.
    """
    tables = network.tables
    state = read_project_state(tables, question.as_of)
    slip = network.parameters["project_slip_years"]
    projects, links = tables["projects"], tables["links"]
    today_open = open_projects(state, projects, "today", question.year, slip, project_ids)
    base_open = open_projects(state, projects, question.baseline, question.year, slip, project_ids)
    today = State(network, open_links(links, today_open), today_open)
    base = State(network, open_links(links, base_open), base_open)
    return Sides(today, base, with_projects(base, project_ids, extra_edits, taken_away), state)


def with_projects(
    base: State,
    project_ids: frozenset[str],
    extra_edits: tuple[Edit, ...] = (),
    taken_away: frozenset[str] = frozenset(),
) -> State:
    """Open projects on a state and apply what they and further edits change; ``taken_away`` goes, with all that requires it."""
    network, tables = base.network, base.network.tables
    links = tables["links"]
    with_open = (base.projects | project_ids) - without_dependents(tables["projects"], taken_away)
    edits = tuple(e for p in sorted(project_ids) for e in project_edits(tables, p)) + extra_edits
    edited = apply_edits(tables, edits)
    changes_numbers = any(edited[name] is not tables[name] for name in tables)
    priced = build_network(edited, arcs=network.arcs) if changes_numbers else network
    free = open_links(links, with_open) | links_of_edits(tables, edits, "open")
    return State(priced, free & ~links_of_edits(tables, edits, "close"), with_open)


def links_of_edits(tables: Mapping[str, pd.DataFrame], edits: tuple[Edit, ...], op: str) -> NDArray[np.bool_]:
    """Links that edits open or close, by themselves or by a crossing they pass; shape (n_links,)."""
    links, crossings = tables["links"], tables["crossings"]
    mask = np.zeros(len(links), bool)
    for edit in edits:
        if edit.op != op:
            continue
        rows = matching_rows(tables[edit.table], edit.where).to_numpy(bool)
        if edit.table == "links":
            mask |= rows
        elif edit.table == "crossings":
            shut = crossings[rows]
            ends = set(zip(shut["mode"], shut["place_a"], shut["place_b"], strict=True))
            both = zip(links["mode"], links["place_a"], links["place_b"], strict=True)
            mask |= np.array([(m, a, b) in ends or (m, b, a) in ends for m, a, b in both])
    return mask


def appraise_project(
    network: Network, question: Question, scenario: Scenario | None = None, say: Say = say_nothing
) -> Answer:
    """Compare with and without a project for the reported pairs and for all demand, under three baselines."""
    tables = network.tables
    sides, projects, extra, away = sides_asked(network, question, scenario)
    slipping = [p for p in sides.state.under_way if p in sides.base.projects]
    say(f"drawing what we do not know, {question.draws} times")
    draws = draw_quantities(network, slipping, question.draws, question.seed)
    emissions = draw_emissions(tables["parameters"], question.seed, question.draws)
    case = sides.case(draws, question.year, question.project, sides.state.under_way)
    demand = build_demand(tables, question.trade_base)
    pair_outcomes = {}
    seasonal = (tables["links"]["season_id"] != "").to_numpy(bool)
    pairs = tables["appraisal_pairs"][["pair_id", "origin", "destination"]]
    for class_id in sorted(tables["classes"]["class_id"]):
        say(f"reported pairs: {class_id.replace('_', ' ')}")
        cw = find_class_ways(
            class_id,
            pairs,
            sides.today,
            sides.base,
            sides.with_,
            question.settings,
            seasonal,
            track_project=True,
        )
        pair_outcomes[class_id] = appraise_pairs(
            cw,
            case,
            emissions,
        )
    rail_only = _rail_only(network, pairs, sides)
    known = Searched()
    elasticity = elasticity_draws(tables, question.seed, question.draws)
    flows = FlowRecorder(
        case, demand, elasticity, rail_relative(tables), emissions, question.switches.generated
    )
    watchers = [flows.watch]
    queueing = QueueWatcher(case, build_limits(network, sides.with_.projects)) if can_limit(tables) else None
    if queueing is not None:
        watchers.append(queueing.watch)
    trade, no_trade = trade_watcher(case, demand, question.trade_base)
    if trade is not None:
        watchers.append(trade.watch)
    benefits = users_benefits(
        demand,
        case,
        question.settings,
        known=known,
        say=say,
        watch=seen_by(watchers),
    )
    baselines = _baselines(network, projects, question, extra, away, demand, benefits, known, say)
    return Answer(
        question,
        sides,
        draws,
        benefits,
        baselines,
        pair_outcomes,
        rail_only,
        demand,
        [*_notes(tables, question, benefits, demand), *([no_trade] if no_trade else [])],
        flows,
        None if queueing is None else solve_queues(queueing, network.parameters["queue_variability"]),
        trade,
    )


def sides_asked(
    network: Network, question: Question, scenario: Scenario | None
) -> tuple[Sides, frozenset[str], tuple[Edit, ...], frozenset[str]]:
    """The sides of a question, with the projects it opens, its further edits and the projects it takes away.

    Raises
    ------
    InputError
        If the year is too early, or the project changes nothing of the network.
    """
    tables = network.tables
    refuse_early_year(tables, question.year)
    projects = frozenset({question.project}) if question.project else frozenset()
    extra: tuple[Edit, ...] = ()
    away: frozenset[str] = frozenset()
    if scenario is not None:
        projects |= frozenset(resolve_project(tables, p) for p in scenario.with_projects)
        extra = scenario.edits
        away = frozenset(resolve_project(tables, p) for p in scenario.without_projects)
    sides = build_sides(network, projects, question, extra, away)
    _refuse_record_only(tables, question, sides)
    return sides, projects, extra, away


def seen_by(watchers: Sequence[Watch]) -> Watch:
    """One that shows a class to several watchers."""

    def watch(cw: ClassWays, outcome: Outcome, feu: FloatArray) -> None:
        for one in watchers:
            one(cw, outcome, feu)

    return watch


def _rail_only(network: Network, pairs: pd.DataFrame, sides: Sides) -> pd.DataFrame:
    """The same pairs with every other mode shut: what a comparison of railways alone would say."""
    rail = (network.tables["links"]["mode"] == "rail").to_numpy(bool)
    vot = class_vot_usd_per_h(network.tables)[RAIL_ONLY_CLASS]
    names = network.tables["places"].set_index("place_id")["name"]
    link_ids = network.tables["links"]["link_id"].to_numpy(object)
    out = pairs.copy()
    out["class_id"] = RAIL_ONLY_CLASS
    out["origin_name"], out["destination_name"] = out["origin"].map(names), out["destination"].map(names)
    origins, destinations = end_nodes(pairs, network)
    for side, state in (("without", sides.base), ("with", sides.with_)):
        cost = state.network.generalised_cost(vot, state.open_link & rail)
        ways = find_ways(network.arcs, cost, origins, destinations, WaySettings(most=1))
        facts = (
            describe_ways(ways, state.network, RAIL_ONLY_CLASS, 1).assign(pair=ways.pair).set_index("pair")
        )
        for column in ("km", "days", "usd", "gates"):
            out[f"{column}_{side}"] = facts[column].reindex(np.arange(len(out))).to_numpy()
        used = [
            ";".join(link_ids[network.arcs.row[a]] for a in ways.arcs_of(w) if network.arcs.kind[a] == LINK)
            for w in range(ways.n_ways)
        ]
        out[f"links_{side}"] = (
            pd.Series(used, index=ways.pair, dtype=object).reindex(np.arange(len(out))).fillna("").to_numpy()
        )
    return out


def _refuse_record_only(tables: Mapping[str, pd.DataFrame], question: Question, sides: Sides) -> None:
    """Raise InputError where the project appraised changes nothing of the network."""
    same_links = bool((sides.with_.open_link == sides.base.open_link).all())
    if question.project and same_links and sides.with_.network is sides.base.network:
        edits = tables["project_edits"]
        mine = edits[edits["project_id"] == question.project]
        if mine.empty and not (tables["links"]["project_id"] == question.project).any():
            raise InputError(
                f"{question.project}: record only, no network effect modelled (project_edits has no row for it). "
                "Describe its effect in a scenario file, or add rows to project_edits."
            )


def _baselines(
    network: Network,
    projects: frozenset[str],
    question: Question,
    extra: tuple[Edit, ...],
    away: frozenset[str],
    demand: pd.DataFrame,
    main: Benefits,
    known: Searched,
    say: Say,
) -> pd.DataFrame:
    """Users' benefit at central values under each of the three baselines, with the interval of the main one."""
    by_class = pairs_by_class(demand)
    rows = []
    for baseline in BASELINES:
        if baseline == question.baseline:
            lo, hi = interval(main.total[1:])
            rows.append(_baseline_row(baseline, main.total[0], lo, hi))
            continue
        asked = Question(
            question.project, question.year, question.as_of, question.trade_base, 0, question.seed, baseline
        )
        sides = build_sides(network, projects, asked, extra, away)
        central = draw_quantities(network, [], 0, question.seed)
        total = total_benefit(
            by_class,
            sides.case(central, question.year, question.project),
            question.settings,
            known,
            say,
            f"baseline: {BASELINE_LABELS[baseline]}",
        )
        rows.append(_baseline_row(baseline, total[0], np.nan, np.nan))
    return pd.DataFrame(rows)


def _baseline_row(baseline: str, usd: float, lo: float, hi: float) -> dict[str, object]:
    return {
        "baseline": baseline,
        "label": BASELINE_LABELS[baseline],
        "musd": usd / 1e6,
        "lo": lo / 1e6,
        "hi": hi / 1e6,
    }


def interval(values: FloatArray) -> tuple[float, float]:
    """5th and 95th percentile; NaN where nothing was drawn."""
    if not values.size:
        return np.nan, np.nan
    lo, hi = np.percentile(values, [5, 95])
    return float(lo), float(hi)


def trade_in_words(parameters: Mapping[str, float] | pd.Series) -> str:
    """Say which year's trade the boxes follow, where the package says it."""
    year = parameters.get("demand_year")
    return "trade" if year is None else f"trade of {year:.0f}"


def _notes(
    tables: Mapping[str, pd.DataFrame], question: Question, benefits: Benefits, demand: pd.DataFrame
) -> list[str]:
    whose = "China" if question.trade_base == "china" else "its partners"
    trade = trade_in_words(tables["parameters"].set_index("parameter_id")["value"])
    trade = trade[:1].upper() + trade[1:]
    notes = [
        f"{trade} as {whose} reports it, held fixed; through traffic added. Tonnes follow this count; read gains by "
        "country with the other count beside them (--trade-base), because goods booked to one country may be used in another.",
        "Means of hours and money; trip variability gives late days; intervals are 5-95 % of the draws of what we do not know.",
        "Costs are fixed on both sides but for the block on queues, which alone counts what gates can carry; losses of revenue, of "
        "treasuries and of rival railways are not in users' benefit, but in the accounts.",
        "Choice is a path-size logit; the benefit is the fall of users' expected least cost, never added to a rule of half.",
    ]
    missing = missing_parameters(tables)
    if missing:
        notes.append(f"No accounts: the package lacks the parameters {', '.join(missing)}.")
    if benefits.unserved:
        shown = ", ".join(f"{o} to {d}" for o, d, _ in benefits.unserved[:5])
        notes.append(
            f"{len(benefits.unserved)} pairs and classes have no way in the base and are left out: {shown}."
        )
    return notes


def answer_tables(answer: Answer) -> tuple[dict[str, pd.DataFrame], FigureList]:
    """Turn an answer into the tables of a bundle and the figures with what each hangs on."""
    tables, q = answer.sides.base.network.tables, answer.question
    names = dict(zip(tables["countries"]["iso3"], tables["countries"]["name"], strict=True))
    class_names = dict(zip(tables["classes"]["class_id"], tables["classes"]["name"], strict=True))
    out: dict[str, pd.DataFrame] = {}
    pairs, ways, legs, switching = _joined_pairs(answer)
    out |= {"pairs": pairs, "ways": ways, "legs": legs, "switching": switching}
    out["rail_only"] = answer.rail_only
    b = answer.benefits
    share = q.importer_share(answer.sides.base.network)
    country = by_country(b, share)
    out["benefits_country"] = pd.DataFrame(
        [{"iso3": k, "name": names[k]} | musd(v) for k, v in country.items()],
        columns=["iso3", "name", "musd", "lo", "hi"],
    )
    out["benefits_class"] = pd.DataFrame(
        [{"class_id": k, "name": class_names[k]} | musd(v) for k, v in b.by_class.items()]
    )
    corridors = by_corridor(b)
    out["benefits_corridor"] = pd.DataFrame(
        [
            {"corridor": k, "name": " and ".join(names[i] for i in k.split("-"))} | musd(v)
            for k, v in corridors.items()
        ]
    )
    out["benefits_baseline"] = answer.baselines
    out["gates"] = _gates(answer)
    out["links"] = _links(answer)
    out["places"] = tables["places"][["place_id", "name", "iso3", "lon", "lat", "kind"]].copy()
    out["drivers"] = _drivers(answer)
    out["demand"] = answer.demand.groupby(["exporter", "importer", "class_id", "purpose"], as_index=False)[
        ["feu", "tonnes", "usd"]
    ].sum()
    out["conflicts"] = _conflicts(tables, q.project)
    figures = FigureList(answer, out)
    add_accounts(answer, out, figures)
    if answer.queues is not None:
        out["queues"] = queue_table(answer.queues)
        out["queues_seasons"] = season_table(answer.queues, answer.sides.base.network.tables["seasons"])
        add_queue_figures(answer.queues, out["queues"], figures)
    add_trade(answer, out, figures)
    out["figures"] = figures.table()
    out["assumptions"] = figures.assumptions()
    out["sources"] = figures.sources()
    return out, figures


def musd(usd: FloatArray) -> dict[str, float]:
    """Central value and interval of draws of USD, in millions."""
    lo, hi = interval(usd[1:])
    return {"musd": float(usd[0]) / 1e6, "lo": lo / 1e6, "hi": hi / 1e6}


def _joined_pairs(answer: Answer) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables of all classes under ways numbered through, without ways nobody could take."""
    place_names = answer.sides.base.network.tables["places"].set_index("place_id")["name"]
    pairs, ways, legs, switching = [], [], [], []
    for class_id, o in answer.pair_outcomes.items():
        label = {
            int(w): f"{p}.{class_id}.{k}"
            for w, p, k in zip(
                o.ways["way_id"], o.ways["pair_id"], o.ways.groupby("pair_id").cumcount() + 1, strict=True
            )
        }
        used = set(o.legs["way_id"])
        w = o.ways[o.ways["way_id"].isin(used)].copy()
        w["way_id"] = w["way_id"].map(label)
        w["rank"] = w.groupby("pair_id")["gc_usd"].rank(method="first").astype(int)
        ways.append(w)
        legs.append(o.legs.assign(way_id=o.legs["way_id"].map(label)))
        p = o.pairs.copy()
        for side in ("without", "with"):
            p[f"way_{side}"] = p[f"way_{side}"].map(label)
        p.insert(4, "origin_name", p["origin"].map(place_names))
        p.insert(5, "destination_name", p["destination"].map(place_names))
        pairs.append(p)
        switching.append(o.switching)
    joined = [pd.concat(t, ignore_index=True) for t in (pairs, ways, legs, switching)]
    order = (
        ["pair_id", "class_id"],
        ["pair_id", "class_id", "rank"],
        ["way_id", "seq"],
        ["pair_id", "class_id", "quantity"],
    )
    sorted_ = [
        t.sort_values(by).reset_index(drop=True) if len(t) else t for t, by in zip(joined, order, strict=True)
    ]
    return sorted_[0], sorted_[1], sorted_[2], sorted_[3]


def _gates(answer: Answer) -> pd.DataFrame:
    tables, b = answer.sides.base.network.tables, answer.benefits
    crossings = tables["crossings"]
    at = tables["places"].set_index("place_id")[["lon", "lat"]]
    change = b.crossing_t_with - b.crossing_t_base
    lo, hi = np.percentile(change[:, 1:], [5, 95], axis=1) if answer.draws.n else (np.nan, np.nan)
    table = pd.DataFrame(
        {
            "crossing_id": crossings["crossing_id"],
            "name": crossings["name"],
            "mode": crossings["mode"],
            "lon": (crossings["place_a"].map(at["lon"]) + crossings["place_b"].map(at["lon"])) / 2,
            "lat": (crossings["place_a"].map(at["lat"]) + crossings["place_b"].map(at["lat"])) / 2,
            "t_without": b.crossing_t_base[:, 0],
            "t_with": b.crossing_t_with[:, 0],
            "feu_without": b.crossing_feu_base[:, 0],
            "feu_with": b.crossing_feu_with[:, 0],
            "d_t": change[:, 0],
            "d_t_lo": lo,
            "d_t_hi": hi,
        }
    )
    carried = (table["t_without"] > 0) | (table["t_with"] > 0)
    return (
        table[carried]
        .sort_values(["t_without", "crossing_id"], ascending=[False, True])
        .reset_index(drop=True)
    )


def _links(answer: Answer) -> pd.DataFrame:
    sides, b = answer.sides, answer.benefits
    tables = sides.base.network.tables
    links, places = tables["links"], tables["places"].set_index("place_id")
    name = links["place_a"].map(places["name"]) + " – " + links["place_b"].map(places["name"])
    project_only = sides.with_.open_link & ~sides.base.open_link
    status = np.where(project_only, "project", np.where(sides.with_.open_link, "open", "closed"))
    table = links[
        ["link_id", "place_a", "place_b", "mode", "gauge_mm", "project_id", "length_km", "source_id", "basis"]
    ].copy()
    table["name"] = name
    for end in ("a", "b"):
        for axis in ("lon", "lat"):
            table[f"{axis}_{end}"] = links[f"place_{end}"].map(places[axis])
    table["status"] = status
    table["t_without"], table["t_with"] = b.link_t_base, b.link_t_with
    table["d_t"] = b.link_t_with - b.link_t_base
    return table


def _drivers(answer: Answer) -> pd.DataFrame:
    """What every interval hangs on, and what kinds of quantity the total benefit hangs on."""
    draws = answer.draws
    drawn = drawn_figures(answer)
    # Only CO2e hangs on what emissions are made of; ranking the rest on it would find chance alone.
    co2 = {name: drawn.pop(name) for name in sorted(drawn) if name.endswith(".d_co2_kg")}
    table = pd.concat(
        [rank_drivers(drawn, draws), rank_drivers(co2, answer.flows.emissions.beside(draws))],
        ignore_index=True,
    )
    groups = [
        {"quantity": "benefit.total", "kind": "group", "label": k, "share": v}
        for k, v in group_shares({"benefit.total": answer.benefits.total}, draws)["benefit.total"].items()
    ]
    total = rank_drivers({"benefit.total": answer.benefits.total}, draws, most=10)
    table = pd.concat([total, table[table["quantity"] != "benefit.total"]], ignore_index=True)
    table = pd.concat([table.assign(kind="quantity"), pd.DataFrame(groups)], ignore_index=True)
    return with_sources(table, answer.sides.base.network.tables)


def drawn_figures(answer: Answer) -> dict[str, FloatArray]:
    """Draws of every figure that has an interval, by figure id, in the figure's own unit."""
    b = answer.benefits
    share = answer.question.importer_share(answer.sides.base.network)
    out = {
        "benefit.least_cost": b.least_cost,
        "benefit.total": b.total,
        f"benefit.baseline.{answer.question.baseline}": b.total,
    }
    out |= {f"benefit.trade.{e}-{i}": v for (e, i), v in b.by_trade.items()}
    out |= {f"benefit.country.{k}": v for k, v in by_country(b, share).items()}
    out |= {f"benefit.class.{k}": v for k, v in b.by_class.items()}
    out |= {f"benefit.corridor.{k}": v for k, v in by_corridor(b).items()}
    change = b.crossing_t_with - b.crossing_t_base
    ids = answer.sides.base.network.tables["crossings"]["crossing_id"]
    out |= {f"gate.{c}.d_t": change[k] for k, c in enumerate(ids)}
    for o in answer.pair_outcomes.values():
        out |= o.draws
    return out


def _conflicts(tables: Mapping[str, pd.DataFrame], project: str) -> pd.DataFrame:
    """Rival values of the project's own cells and of those the engines use."""
    a = tables["alternatives"]
    mine = a[
        ((a["table"] == "projects") & (a["row_id"] == project))
        | a["table"].isin(["parameters", "trade_flows", "trade_totals"])
    ]
    return mine[
        ["table", "row_id", "column", "value", "unit", "as_of", "basis", "source_id", "chosen", "note"]
    ].reset_index(drop=True)


def as_json(items: Sequence[str]) -> str:
    """Compact JSON of a list."""
    return json.dumps(list(items), ensure_ascii=False, separators=(",", ":"))
