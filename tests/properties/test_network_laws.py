"""Laws of the network account, on generated networks. Each says where it stops."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.small_network import network_of, networks, state_of, typed, valley

from torugart.appraisal.benefits import Benefits, by_corridor, by_country, users_benefits
from torugart.appraisal.pairs import describe_ways
from torugart.appraisal.project import Question, answer_tables, appraise_project, build_sides
from torugart.demand.freight import build_demand
from torugart.evaluate.pricing import factor_draws, way_costs
from torugart.evaluate.sides import Network, build_network, draw_quantities
from torugart.network.arcs import LINK, build_arcs
from torugart.network.shortest_path import least_cost_trees
from torugart.network.ways import WaySettings, find_ways
from torugart.scenario.edits import Edit, Scenario, apply_edits

few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASKED = Question("new_line", 2032, "2026-11-25", draws=8)
EVERYTHING = ("new_line", "branch", "old_line")
VOT = 15.0


def account(net: Network, edits: tuple[Edit, ...] = (), question: Question = ASKED) -> Benefits:
    """Users' benefit of a project or of edits, with all volumes."""
    tables = net.tables
    projects = frozenset({question.project} - {""})
    sides = build_sides(net, projects, question, edits)
    slipping = [p for p in sides.state.under_way if p in sides.base.projects]
    draws = draw_quantities(net, slipping, question.draws, question.seed)
    case = sides.case(draws, question.year, question.project, sides.state.under_way)
    return users_benefits(build_demand(tables), case, question.settings)


def least_costs(net: Network, cost: np.ndarray) -> dict[tuple[str, str], float]:
    """Least generalised cost between all places that have terminals."""
    arcs, place = net.arcs, net.tables["places"]["place_id"]
    at = np.flatnonzero(arcs.origin >= 0)
    best, _ = least_cost_trees(arcs.origin[at], arcs.out.first, arcs.out.arc, arcs.head, cost)
    return {
        (place[o], place[d]): best[k, arcs.destination[d]] for k, o in enumerate(at) for d in at if o != d
    }


def has_project(texts) -> bool:
    return any(x["project_id"] == "new_line" for x in texts["links"])


def cost_of(net: Network) -> np.ndarray:
    return net.generalised_cost(VOT, state_of(net, *EVERYTHING).open_link)


def arrays_of(benefits: Benefits) -> list[bytes]:
    return [
        *(v.tobytes() for _, v in sorted(benefits.by_trade.items())),
        *(v.tobytes() for _, v in sorted(benefits.by_class.items())),
        benefits.crossing_t_base.tobytes(),
        benefits.crossing_t_with.tobytes(),
        benefits.link_t_with.tobytes(),
    ]


def assert_exactly_nothing(b: Benefits) -> None:
    assert all((v == 0).all() for v in b.by_trade.values())
    assert (b.total == 0).all()
    assert b.crossing_t_base.tobytes() == b.crossing_t_with.tobytes()
    assert b.link_t_base.tobytes() == b.link_t_with.tobytes()


@few
@given(networks())
def test_an_empty_edit_set_changes_exactly_nothing(texts):
    net = network_of(texts)
    sides = build_sides(net, frozenset(), replace(ASKED, project=""), ())
    assert sides.with_.network is net
    assert sides.with_.open_link.tobytes() == sides.base.open_link.tobytes()
    assert_exactly_nothing(account(net, question=replace(ASKED, project="")))


@few
@given(networks(), st.data())
def test_an_edit_that_changes_nothing_gives_the_same_arrays(texts, data):
    net = network_of(texts)
    link = data.draw(st.sampled_from(texts["links"]))
    where = {"link_id": link["link_id"]}
    edits = (
        Edit("links", where, "set", "as it is", "length_km", float(link["length_km"])),
        Edit("links", where, "scale", "by one", "speed_km_per_h", 1),
        Edit("parameters", {"parameter_id": "gauge_change_h"}, "set", "as it is", "value", 20),
    )
    edited = build_network(apply_edits(net.tables, edits), arcs=net.arcs)
    for name in ("hours", "usd", "variance_h2", "time_factor", "money_factor", "arc"):
        assert getattr(edited.components, name).tobytes() == getattr(net.components, name).tobytes()
    assert_exactly_nothing(account(net, edits, replace(ASKED, project="")))


@few
@given(networks())
def test_a_project_that_is_shut_on_both_sides_is_worth_exactly_nothing(texts):
    net = network_of(texts)
    mine = (net.tables["links"]["project_id"] == "new_line").to_numpy(bool)
    shut = tuple(Edit("links", {"link_id": i}, "close", "shut") for i in net.tables["links"]["link_id"][mine])
    assert_exactly_nothing(account(net, shut))


@few
@given(networks(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(texts, rng: random.Random):
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in texts.items()}
    # The reader sorts rows by key; what stands here is that nothing else depends on their order.
    one, two = network_of(texts), network_of(shuffled)
    assert arrays_of(account(one)) == arrays_of(account(two))


@some
@given(networks(), st.data(), st.floats(1, 10))
def test_a_slower_border_never_lowers_a_generalised_cost(texts, data, by):
    # Days may fall, when the choice flips to a dearer but quicker way; generalised cost may not.
    assume(texts["crossings"])
    net = network_of(texts)
    c = net.components
    hours = np.where(
        c.crossing == data.draw(st.integers(0, len(texts["crossings"]) - 1)), by * c.hours, c.hours
    )
    slow = replace(net, hours=c.per_arc(hours))
    before, after = least_costs(net, cost_of(net)), least_costs(net, cost_of(slow))
    assert all(after[pair] >= before[pair] for pair in before)


def split(texts, link_id: str, at: float):
    """The same texts with a link inside a country cut in two by a place where nothing begins or ends."""
    old = next(x for x in texts["links"] if x["link_id"] == link_id)
    iso3 = {p["place_id"]: p["iso3"] for p in texts["places"]}
    place = next(p for p in texts["places"] if p["place_id"] == old["place_a"])
    mid = {**place, "place_id": "zz_mid", "name": "Mid", "lon": "60.5", "iso3": iso3[old["place_a"]]}
    km = float(old["length_km"])
    halves = [
        {**old, "place_b": "zz_mid", "length_km": repr(km * at)},
        {**old, "link_id": f"{link_id}_zz", "place_a": "zz_mid", "length_km": repr(km * (1 - at))},
    ]
    return texts | {
        "places": [*texts["places"], mid],
        "links": [x for x in texts["links"] if x is not old] + halves,
    }


def inner_links(texts) -> list[str]:
    iso3 = {p["place_id"]: p["iso3"] for p in texts["places"]}
    return [x["link_id"] for x in texts["links"] if iso3[x["place_a"]] == iso3[x["place_b"]]]


@some
@given(networks(), st.data(), st.sampled_from([0.1, 0.25, 0.5]))
def test_splitting_a_link_changes_no_cost_variance_or_late_day(texts, data, at):
    # Holds when the new place lies in the country of the link and carries no demand.
    assume(inner_links(texts))
    cut = split(texts, data.draw(st.sampled_from(inner_links(texts))), at)
    facts = []
    for net in (network_of(texts), network_of(cut)):
        cost = cost_of(net)
        row = {p: k for k, p in enumerate(net.tables["places"]["place_id"])}
        names = [p["place_id"] for p in texts["places"]]
        pairs = [(o, d) for o in names for d in names if o != d]
        ends = [
            np.array([end[row[pair[k]]] for pair in pairs])
            for k, end in ((0, net.arcs.origin), (1, net.arcs.destination))
        ]
        ways = find_ways(net.arcs, cost, *ends, WaySettings(most=1))
        table = describe_ways(ways, net, "bulk", 1)
        variance = ways.total(net.components.per_arc(net.components.variance_h2))
        reached = [pairs[p] for p in ways.pair]
        columns = ["km", "days", "p95_days", "usd", "co2_kg"]
        facts.append((reached, ways.total(cost), variance, table[columns].to_numpy()))
    (pairs_a, *a), (pairs_b, *b) = facts
    assert pairs_a == pairs_b
    assert b[0] == pytest.approx(a[0], rel=1e-9), "generalised cost"
    # Equal costs may break towards another way; then only the cost is the same.
    if b[2] == pytest.approx(a[2], rel=1e-6):
        assert b[1] == pytest.approx(a[1], rel=1e-9), "variance"


@few
@given(networks(), st.data(), st.sampled_from([0.25, 0.5]))
def test_splitting_a_link_changes_no_draw_flow_or_benefit(texts, data, at):
    assume(inner_links(texts))
    cut = split(texts, data.draw(st.sampled_from(inner_links(texts))), at)
    one, two = network_of(texts), network_of(cut)
    drawn = [draw_quantities(net, ["new_line"], 8, 1).values for net in (one, two)]
    assert {k: v.tobytes() for k, v in drawn[0].items()} == {k: v.tobytes() for k, v in drawn[1].items()}
    a, b = account(one), account(two)
    assert b.total == pytest.approx(a.total, rel=1e-6, abs=1e-3)
    scale = max(1.0, float(a.crossing_t_base.max(initial=0)))
    assert b.crossing_t_base / scale == pytest.approx(a.crossing_t_base / scale, abs=1e-6)
    assert b.crossing_t_with / scale == pytest.approx(a.crossing_t_with / scale, abs=1e-6)


@some
@given(networks())
def test_links_that_open_at_fixed_costs_hurt_nobody(texts):
    # No congestion is modelled: with queues, or with rates that move, a new link may cost somebody (Braess 1968).
    b = account(network_of(texts))
    for name, usd in (*b.by_trade.items(), *b.by_class.items()):
        assert (usd >= 0).all(), name


@few
@given(networks())
def test_the_same_gain_is_counted_once_however_it_is_split(texts):
    b = account(network_of(texts))
    for share in (0.0, 0.5, 1.0):
        parts = by_country(b, share)
        assert np.sum(list(parts.values()), axis=0) == pytest.approx(b.total, rel=1e-9, abs=1e-6)
    assert np.sum(list(by_corridor(b).values()), axis=0) == pytest.approx(b.total, rel=1e-9, abs=1e-6)
    assert np.sum(list(b.by_trade.values()), axis=0) == pytest.approx(b.total, rel=1e-9, abs=1e-6)


@some
@given(networks())
def test_flow_is_conserved_at_every_node(texts):
    # What a place sends less what it receives leaves it over its links, to 1e-9 of demand.
    net = network_of(texts | {"seasons": []} | {"links": [{**x, "season_id": ""} for x in texts["links"]]})
    arcs, tables = net.arcs, net.tables
    demand = build_demand(tables)
    demand = (
        demand[demand["class_id"] == "bulk"].groupby(["origin", "destination"], as_index=False)["feu"].sum()
    )
    row = {p: k for k, p in enumerate(tables["places"]["place_id"])}
    origins, destinations = (
        arcs.origin[demand["origin"].map(row)],
        arcs.destination[demand["destination"].map(row)],
    )
    cost = cost_of(net)
    ways = find_ways(arcs, cost, origins, destinations, WaySettings())
    share = np.bincount(ways.pair, minlength=len(demand))
    flow = demand["feu"].to_numpy()[ways.pair] / share[ways.pair]
    on = np.bincount(ways.arc, weights=flow[ways.way_of_entry()], minlength=arcs.n_arcs)
    balance = np.bincount(arcs.tail, weights=on, minlength=arcs.n_nodes) - np.bincount(
        arcs.head, weights=on, minlength=arcs.n_nodes
    )
    served = share > 0
    np.subtract.at(balance, origins[served], demand["feu"].to_numpy()[served])
    np.add.at(balance, destinations[served], demand["feu"].to_numpy()[served])
    assert np.abs(balance).max() <= 1e-9 * max(1.0, demand["feu"].sum())


@few
@given(networks())
def test_through_traffic_passes_the_border_exactly_once_more_than_it_returns(texts):
    # Between two countries that share every gate, the boxes over gates are at least the boxes traded that are served.
    assume({p["iso3"] for p in texts["places"]} == {"CHN", "KGZ"})
    net = network_of(texts)
    b = account(net)
    demand = build_demand(net.tables)
    missing = {(o, d, c) for o, d, c in b.unserved}
    keys = list(zip(demand["origin"], demand["destination"], demand["class_id"], strict=True))
    served = demand[[k not in missing for k in keys]]
    for over in (b.crossing_feu_base, b.crossing_feu_with):
        assert over[:, 0].sum() >= served["feu"].sum() * (1 - 1e-9)


def test_what_one_gate_of_the_valley_gains_the_other_loses():
    # All trade of the valley passes the border once, by rail or by road: tonnes only change gates. Not in winter
    # without the railway, when nothing passes: so the road is taken as open all year.
    texts = valley()
    texts["links"] = [{**x, "season_id": ""} for x in texts["links"]]
    b = account(network_of(texts))
    change = b.crossing_t_with - b.crossing_t_base
    assert change.sum(axis=0) == pytest.approx(np.zeros(9), abs=1e-6)
    assert change[0, 0] == pytest.approx(-change[1, 0])
    assert change[0, 0] > 0, "the railway gains"
    total = build_demand(typed(texts))["tonnes"].sum()
    assert b.crossing_t_with[:, 0].sum() == pytest.approx(total)


@some
@given(networks())
def test_without_a_value_of_time_the_cheapest_way_is_taken(texts):
    net = network_of(texts)
    state = state_of(net, *EVERYTHING)
    cost = net.generalised_cost(0.0, state.open_link)
    arcs = net.arcs
    ends = np.flatnonzero(arcs.origin >= 0)[[0, -1]]
    ways = find_ways(
        arcs, cost, arcs.origin[ends[:1]], arcs.destination[ends[1:]], WaySettings(dearest=100, most=5)
    )
    usd = ways.total(net.usd)
    assert (np.diff(usd) >= -1e-9).all()
    if ways.n_ways:
        place = net.tables["places"]["place_id"]
        assert usd[0] == pytest.approx(least_costs(net, cost)[place[ends[0]], place[ends[1]]])


@some
@given(networks(), st.data())
def test_an_open_arc_never_raises_a_least_cost(texts, data):
    net = network_of(texts)
    everything = state_of(net, *EVERYTHING).open_link
    shut = everything.copy()
    shut[data.draw(st.integers(0, shut.size - 1))] = False
    fewer = least_costs(net, net.generalised_cost(VOT, shut))
    more = least_costs(net, net.generalised_cost(VOT, everything))
    assert all(more[pair] <= fewer[pair] * (1 + 1e-12) for pair in fewer if np.isfinite(fewer[pair]))


@few
@given(networks())
def test_ignorance_is_shared_by_without_and_with(texts):
    # A way that neither side changes costs the same on both in every draw, to the last bit.
    net = network_of(texts)
    edits = (Edit("links", {"mode": "rail"}, "set", "as it is", "electrified", "yes"),)
    assume(any(x["mode"] == "rail" for x in texts["links"]))
    sides = build_sides(net, frozenset({"new_line"}), ASKED, edits)
    draws = draw_quantities(net, [], 8, 1)
    cost = cost_of(net)
    at = np.flatnonzero(net.arcs.origin >= 0)[[0, -1]]
    ways = find_ways(net.arcs, cost, net.arcs.origin[at[:1]], net.arcs.destination[at[1:]], WaySettings())
    one = way_costs(ways, net, factor_draws(net, draws))
    two = way_costs(ways, sides.with_.network, factor_draws(sides.with_.network, draws))
    for here, there in zip(one, two, strict=True):
        assert here.tobytes() == there.tobytes()


@few
@given(networks())
def test_the_central_run_is_the_central_network(texts):
    net = network_of(texts)
    factors = factor_draws(net, draw_quantities(net, [], 4, 1))
    assert (factors.time[:, 0] == 1).all()
    assert (factors.money[:, 0] == 1).all()
    assert (factors.time > 0).all()
    assert (factors.money > 0).all()


@settings(max_examples=4, deadline=None)
@given(networks())
def test_each_baseline_is_what_a_run_on_it_would_say(texts):
    assume(has_project(texts))
    net = network_of(texts)
    question = replace(ASKED, draws=0)
    answer = appraise_project(net, question)
    rows = answer.baselines.set_index("baseline")["musd"]
    for baseline in ("today", "do_minimum", "all_planned"):
        alone = account(net, question=replace(question, baseline=baseline)).total[0] / 1e6
        assert rows[baseline] == pytest.approx(alone, rel=1e-9, abs=1e-9)


@settings(max_examples=6, deadline=None)
@given(networks(), st.sampled_from(["close", "slow", "gates"]))
def test_each_baseline_counts_what_a_loss_costs(texts, what):
    # Where something is shut or slowed, pairs that have no way through it afterwards lose all the same.
    net = network_of(texts)
    link = {"link_id": texts["links"][0]["link_id"]}
    edit = Edit("links", link, "close", "shut")
    if what == "slow":
        edit = Edit("links", link, "scale", "slow", "speed_km_per_h", 0.5)
    if what == "gates":
        assume(texts["crossings"])
        edit = Edit("crossings", {"crossing_id": texts["crossings"][0]["crossing_id"]}, "close", "shut")
    question = replace(ASKED, project="", draws=0)
    answer = appraise_project(net, question, Scenario("loss", edits=(edit,)))
    rows = answer.baselines.set_index("baseline")["musd"]
    for baseline in ("today", "do_minimum", "all_planned"):
        alone = account(net, (edit,), replace(question, baseline=baseline)).total[0] / 1e6
        assert rows[baseline] == pytest.approx(alone, rel=1e-9, abs=1e-9)
        assert rows[baseline] <= 0


@settings(max_examples=6, deadline=None)
@given(networks())
def test_every_figure_of_a_run_names_inputs_and_is_found_once(texts):
    assume(has_project(texts))
    answer = appraise_project(network_of(texts), ASKED)
    tables, _ = answer_tables(answer)
    figures = tables["figures"]
    assert figures["figure_id"].is_unique
    assert np.isfinite(figures["value"]).all()
    assert (figures["lo"].isna() | (figures["lo"] <= figures["hi"])).all()
    total = figures.set_index("figure_id").at["benefit.total", "value"]
    assert tables["benefits_country"]["musd"].sum() == pytest.approx(total, rel=1e-9, abs=1e-12)
    assert tables["benefits_class"]["musd"].sum() == pytest.approx(total, rel=1e-9, abs=1e-12)


def test_topology_knows_no_cost():
    # The same arcs whatever the numbers: a scenario or a draw brings new vectors, never new shapes.
    texts = valley()
    other = [{**x, "length_km": "7", "speed_km_per_h": "99"} for x in texts["links"]]
    a, b = build_arcs(typed(texts)), build_arcs(typed(texts | {"links": other}))
    for name in ("tail", "head", "kind", "row", "node_place", "origin", "destination"):
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes()
    assert (a.kind == LINK).sum() == 14
