"""What comparisons share must not show in what they find: trees, ways, prices and totals, shared or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from tests.small_network import network_of, networks, state_of, valley

from torugart.appraisal.benefits import pairs_by_class, total_benefit, users_benefits
from torugart.appraisal.project import Question, appraise_project, build_sides
from torugart.demand.freight import build_demand
from torugart.evaluate.class_ways import Searched
from torugart.evaluate.pricing import factor_draws, price_ways, way_costs
from torugart.evaluate.sides import draw_quantities, vot_draws
from torugart.network.shortest_path import grow_trees, least_cost_trees
from torugart.network.ways import Trees, WaySettings, find_ways, find_ways_on

some = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASKED = Question("", 2032, "2026-11-25", draws=6)
PROJECTS = ("new_line", "branch", "old_line")
VOT = 15.0


def priced(texts):
    net = network_of(texts)
    return net, net.generalised_cost(VOT, state_of(net, *PROJECTS).open_link)


def ends_of(arcs):
    at = np.flatnonzero(arcs.origin >= 0)
    pairs = [(arcs.origin[o], arcs.destination[d]) for o in at for d in at if o != d]
    return (np.array(side, np.int32) for side in zip(*pairs, strict=True))


def totals(net, known_for_each):
    """Totals of each project alone and of all together, every one with what ``known_for_each`` gives it."""
    demand = build_demand(net.tables)
    drawn = draw_quantities(net, [], ASKED.draws, ASKED.seed)
    shared, plain = [], []
    for ids in [*({p} for p in PROJECTS), set(PROJECTS)]:
        sides = build_sides(net, frozenset(ids), replace(ASKED, project=min(ids)))
        case = sides.case(drawn, ASKED.year)
        shared.append(total_benefit(pairs_by_class(demand), case, WaySettings(), known_for_each()))
        plain.append(users_benefits(demand, case, WaySettings()).total)
    return shared, plain


@some
@given(networks())
def test_totals_are_the_same_whatever_was_searched_before(texts):
    net = network_of(texts)
    known = Searched()
    shared, plain = totals(net, lambda: known)
    alone, _ = totals(net, Searched)
    for one, other, full in zip(shared, alone, plain, strict=True):
        assert one.tobytes() == other.tobytes()
        # The long account adds the zeros of pairs that nothing reaches, so sums may round otherwise.
        np.testing.assert_allclose(one, full, rtol=1e-12, atol=1e-9)


@some
@given(networks())
def test_ways_on_trees_grown_for_others_are_the_same(texts):
    net, cost = priced(texts)
    origins, destinations = ends_of(net.arcs)
    trees = Trees(net.arcs, cost)
    for k in reversed(range(origins.size)):
        one = find_ways_on(trees, origins[k : k + 1], destinations[k : k + 1], WaySettings())
        fresh = find_ways(net.arcs, cost, origins[k : k + 1], destinations[k : k + 1], WaySettings())
        assert one.arc.tobytes() == fresh.arc.tobytes()
    both = find_ways_on(trees, origins, destinations, WaySettings())
    assert both.arc.tobytes() == find_ways(net.arcs, cost, origins, destinations, WaySettings()).arc.tobytes()


@some
@given(networks())
def test_known_ways_come_in_the_order_asked(texts):
    net, cost = priced(texts)
    origins, destinations = ends_of(net.arcs)
    known = Searched()
    trees = known.trees("bulk", "today", net.arcs, cost)
    known.ways("bulk", "today", trees, origins[::2], destinations[::2], WaySettings())
    for pick in (slice(None, None, -1), slice(1, None, 2), slice(0, 0)):
        got = known.ways("bulk", "today", trees, origins[pick], destinations[pick], WaySettings())
        plain = find_ways(net.arcs, cost, origins[pick], destinations[pick], WaySettings())
        assert got.pair.tolist() == plain.pair.tolist()
        assert got.first.tolist() == plain.first.tolist()
        assert got.arc.tolist() == plain.arc.tolist()


@some
@given(networks())
def test_trees_list_their_nodes_parents_first(texts):
    net, cost = priced(texts)
    arcs = net.arcs
    roots = arcs.origin[arcs.origin >= 0].astype(np.int32)
    shape = (roots.size, arcs.n_nodes)
    best, via, order = np.empty(shape), np.empty(shape, np.int32), np.empty(shape, np.int32)
    settled, depth = np.empty(roots.size, np.int32), np.empty(roots.size, np.int32)
    row = np.arange(roots.size, dtype=np.int32)[::-1].copy()
    star = (arcs.out.first, arcs.out.arc, arcs.head, arcs.tail)
    grow_trees(roots, row, *star, cost, best, via, order, settled, depth)
    plain_best, plain_via = least_cost_trees(roots, *star[:3], cost)
    assert best[row].tobytes() == plain_best.tobytes()
    assert via[row].tobytes() == plain_via.tobytes()
    for k in range(roots.size):
        nodes = order[k, : settled[k]].tolist()
        steps = {nodes[0]: 0}
        for node in nodes[1:]:
            steps[node] = steps[int(arcs.tail[via[k, node]])] + 1  # fails where a parent comes later
        assert (np.diff(best[k, nodes]) >= 0).all()
        assert depth[k] == max(steps.values())
        reached = set(np.flatnonzero(np.isfinite(best[k])).tolist())
        assert {n for n in reached if arcs.out.first[n] < arcs.out.first[n + 1]} == set(nodes)


@some
@given(networks())
def test_prices_of_ways_are_the_products_of_their_matrices(texts):
    net, cost = priced(texts)
    ways = find_ways(net.arcs, cost, *ends_of(net.arcs), WaySettings())
    drawn = draw_quantities(net, [], ASKED.draws, ASKED.seed)
    factors = factor_draws(net, drawn)
    vot = vot_draws(net, drawn, "bulk")
    hours, usd = way_costs(ways, net, factors)
    np.testing.assert_allclose(price_ways(ways, net, factors, vot).T, usd + hours * vot, rtol=1e-12)


def test_long_stages_tell_how_much_of_them_is_done():
    # From nothing to all without going back: what the time left is estimated from.
    told: dict[str, list[tuple[float, float]]] = {}
    appraise_project(
        network_of(valley()),
        replace(ASKED, project="new_line"),
        say=lambda stage, *measure: told.setdefault(stage, []).append(measure),
    )
    measured = {stage: steps for stage, steps in told.items() if steps[0]}
    assert any(stage.startswith("ways and choice") for stage in measured)
    assert sum(stage.startswith("baseline") for stage in measured) == 2
    for steps in measured.values():
        done, total = zip(*steps, strict=True)
        assert len(set(total)) == 1
        assert (done[0], done[-1]) == (0, total[0])
        assert list(done) == sorted(done)
