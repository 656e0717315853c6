"""The ways of a pair against all simple paths of small networks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.small_network import network_of, networks, state_of, valley
from tests.twins import dijkstra, path_sizes, places_entered, simple_ways

from torugart.errors import InputError
from torugart.network.arcs import LINK
from torugart.network.ways import (
    WaySet,
    WaySettings,
    find_ways,
    join_ways,
    path_size,
    select_ways,
    ways_of_rows,
)

ALL_PROJECTS = ("new_line", "branch", "old_line")


def priced(texts):
    net = network_of(texts)
    return net, net.generalised_cost(15.0, state_of(net, *ALL_PROJECTS).open_link)


def all_pairs(arcs):
    used = np.flatnonzero(arcs.origin >= 0)
    pairs = [(o, d) for o in used for d in used if o != d]
    return (
        pairs,
        arcs.origin[[o for o, _ in pairs]].astype(np.int32),
        arcs.destination[[d for _, d in pairs]].astype(np.int32),
    )


@settings(max_examples=40, deadline=None)
@given(networks())
def test_ways_are_exact_simple_bounded_and_different(texts):
    net, cost = priced(texts)
    arcs = net.arcs
    pairs, origins, destinations = all_pairs(arcs)
    ways = find_ways(arcs, cost, origins, destinations, WaySettings())
    total = ways.total(cost)
    for p in range(len(pairs)):
        mine = np.flatnonzero(ways.pair == p)
        plain = simple_ways(arcs, cost, int(origins[p]), int(destinations[p]))
        if not plain:
            # There may be a path that enters a place twice, off the train and on again; that is no way.
            assert mine.size == 0
            continue
        best = plain[0][0]
        assert 1 <= mine.size <= 12
        assert total[mine[0]] == pytest.approx(best, rel=1e-12), "the best way is exact"
        assert (np.diff(total[mine]) >= -1e-9 * best).all(), "cheapest first"
        known = {way for _, way in plain}
        kept: list[int] = []
        for w in mine:
            way = tuple(int(a) for a in ways.arcs_of(w))
            assert way in known, "joined end to end and no place entered twice"
            places = places_entered(arcs, way)
            assert len(places) == len(set(places))
            assert len(set(arcs.head[list(way)].tolist())) == len(way), "and no terminal"
            assert total[w] <= 1.3 * best * (1 + 1e-9)
            for k in kept:
                common = sum(cost[a] for a in way if a in set(ways.arcs_of(k).tolist()))
                assert common <= 0.7 * total[w] * (1 + 1e-9)
            kept.append(int(w))


@settings(max_examples=25, deadline=None)
@given(networks())
def test_no_way_of_least_cost_through_a_link_is_missed(texts):
    # With nothing said of overlap and cost, each arc that lies on a simple least way through it appears.
    net, cost = priced(texts)
    arcs = net.arcs
    _pairs, origins, destinations = all_pairs(arcs)
    loose = WaySettings(dearest=1e6, overlap=1.0, most=60)
    ways = find_ways(arcs, cost, origins[:1], destinations[:1], loose)
    met = set(ways.arc.tolist())
    ahead = dijkstra(arcs, cost, int(origins[0]))
    for total, way in simple_ways(arcs, cost, int(origins[0]), int(destinations[0]))[:1]:
        assert set(way) <= met or total == pytest.approx(ways.total(cost).min())
    for w in range(ways.n_ways):
        way = ways.arcs_of(w)
        # some arc of it is its via arc: up to there the way is a least way from the origin
        reach = np.cumsum(cost[way])
        assert any(
            reach[k] - cost[way[k]] == pytest.approx(ahead[int(arcs.tail[way[k]])]) for k in range(way.size)
        )


@settings(max_examples=25, deadline=None)
@given(networks())
def test_an_added_link_never_raises_a_least_cost(texts):
    # Holds for additive costs at fixed prices; at user equilibrium with queues it would not (Braess 1968).
    net, cost = priced(texts)
    before = net.generalised_cost(15.0, state_of(net).open_link)
    assert (cost <= before).all()
    for root in set(net.arcs.origin[net.arcs.origin >= 0].tolist()):
        fewer, more = dijkstra(net.arcs, before, root), dijkstra(net.arcs, cost, root)
        assert all(more[node] <= fewer[node] * (1 + 1e-12) for node in fewer)


def test_the_ways_of_the_valley_by_hand():
    net = network_of(valley())
    arcs = net.arcs
    row = {p: k for k, p in enumerate(net.tables["places"]["place_id"])}
    cost = net.generalised_cost(1.0, state_of(net, "new_line").open_link)
    ends = arcs.origin[[row["a"]]], arcs.destination[[row["z"]]]
    ways = find_ways(arcs, cost, *ends, WaySettings())
    names = net.tables["links"]["link_id"]
    used = [[names[arcs.row[a]] for a in ways.arcs_of(w) if arcs.kind[a] == LINK] for w in range(ways.n_ways)]
    assert used[0] == ["h_a_gate", "h_border", "h_gate_z"]
    assert ["r_a_gate", "r_border", "r_gate_mid", "r_mid_z"] in used


def test_via_arcs_limit_the_ways_to_those_that_use_one():
    net = network_of(valley())
    arcs = net.arcs
    row = {p: k for k, p in enumerate(net.tables["places"]["place_id"])}
    cost = net.generalised_cost(1.0, state_of(net, "new_line").open_link)
    ends = arcs.origin[[row["a"]]], arcs.destination[[row["z"]]]
    new = net.arcs_of_links((net.tables["links"]["project_id"] == "new_line").to_numpy(bool))
    ways = find_ways(arcs, cost, *ends, WaySettings(dearest=10), np.flatnonzero(new).astype(np.int32))
    assert ways.n_ways >= 1
    assert ways.any_on(new).all()


def test_nobody_leaves_a_train_to_board_it_again():
    # At z goods could go from the train to the road and back; cheap enough here, and little in common with the best.
    net = network_of(valley())
    cost = net.generalised_cost(1.0, state_of(net, "new_line").open_link)
    _, origins, destinations = all_pairs(net.arcs)
    ways = find_ways(net.arcs, cost, origins, destinations, WaySettings(dearest=10, overlap=1.0, most=60))
    for w in range(ways.n_ways):
        heads = net.arcs.head[ways.arcs_of(w)].tolist()
        assert len(heads) == len(set(heads))


def test_equally_dear_ways_come_in_the_order_of_their_arcs():
    # Two ways that differ in nothing but the rows they stand in: the order may not hang on what else was tried.
    net = network_of(valley())
    arcs, cost = net.arcs, np.ones(net.arcs.n_arcs)
    _, origins, destinations = all_pairs(arcs)
    loose = WaySettings(dearest=10, overlap=0.9, most=60)
    ways = find_ways(arcs, cost, origins, destinations, loose)
    for p in range(origins.size):
        mine = [ways.arcs_of(w).tolist() for w in np.flatnonzero(ways.pair == p)]
        via = np.unique(np.concatenate([np.array(m) for m in mine])).astype(np.int32)
        again = find_ways(arcs, cost, origins[p : p + 1], destinations[p : p + 1], loose, via)
        assert [again.arcs_of(w).tolist() for w in range(again.n_ways)] == mine


def test_more_pairs_than_fit_one_block_give_the_same_ways():
    net = network_of(valley())
    cost = net.generalised_cost(1.0, state_of(net, "new_line").open_link)
    _, origins, destinations = all_pairs(net.arcs)
    once = find_ways(net.arcs, cost, origins, destinations, WaySettings())
    many = 30
    again = find_ways(net.arcs, cost, np.tile(origins, many), np.tile(destinations, many), WaySettings())
    assert again.n_ways == many * once.n_ways
    assert again.arc.tobytes() == np.tile(once.arc, many).tobytes()
    assert (np.diff(again.pair) >= 0).all()


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_costs_that_mean_nothing_are_refused(bad):
    net = network_of(valley())
    cost = net.usd.copy()
    cost[3] = bad
    with pytest.raises(InputError, match="negative or not a number"):
        find_ways(net.arcs, cost, np.zeros(1, np.int32), np.ones(1, np.int32), WaySettings())


@pytest.mark.parametrize("wrong", [{"dearest": 0.9}, {"overlap": 1.1}, {"overlap": -0.1}, {"most": 0}])
def test_settings_that_mean_nothing_are_refused(wrong):
    with pytest.raises(InputError, match="way settings"):
        WaySettings(**wrong)


def way_set(*ways: tuple[int, list[int]]) -> WaySet:
    lengths = [len(arcs) for _, arcs in ways]
    return WaySet(
        np.array([pair for pair, _ in ways], np.int32),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([a for _, arcs in ways for a in arcs], np.int32),
    )


def test_path_size_of_two_overlapping_ways_by_hand():
    # Way 1 = arcs 0 (cost 60) and 1 (cost 40); way 2 = arcs 0 (60) and 2 (60); way 3 = arc 3 alone.
    # PS1 = 60/100 / 2 + 40/100 / 1 = 0.3 + 0.4 = 0.7 ; PS2 = 60/120 / 2 + 60/120 = 0.25 + 0.5 = 0.75 ; PS3 = 1.
    ways = way_set((0, [0, 1]), (0, [0, 2]), (0, [3]), (1, [0, 1]))
    size = path_size(ways, np.array([60.0, 40.0, 60.0, 130.0]))
    assert size == pytest.approx([0.7, 0.75, 1.0, 1.0])


def test_path_size_leaves_out_closed_arcs():
    # Arc 1 is closed: what is left of way 1 is arc 0, shared by two.
    ways = way_set((0, [0, 1]), (0, [0, 2]))
    assert path_size(ways, np.array([60.0, np.inf, 60.0])) == pytest.approx([0.5, 0.75])


@settings(max_examples=20, deadline=None)
@given(networks())
def test_path_sizes_are_those_of_the_plain_twin(texts):
    net, cost = priced(texts)
    pairs, origins, destinations = all_pairs(net.arcs)
    ways = find_ways(net.arcs, cost, origins, destinations, WaySettings())
    size = path_size(ways, cost)
    for p in range(len(pairs)):
        mine = np.flatnonzero(ways.pair == p)
        plain = path_sizes([ways.arcs_of(w).tolist() for w in mine], cost)
        assert size[mine] == pytest.approx(plain)
        assert (size[mine] > 0).all()
        assert (size[mine] <= 1 + 1e-12).all()


def test_join_keeps_each_different_way_once_in_the_order_first_met():
    one = way_set((0, [1, 2]), (0, [3]), (1, [4]))
    two = way_set((0, [3]), (0, [2, 5]), (2, [6, 7]))
    joined = join_ways([one, two], 3)
    got = [(int(joined.pair[w]), joined.arcs_of(w).tolist()) for w in range(joined.n_ways)]
    assert got == [(0, [1, 2]), (0, [3]), (0, [2, 5]), (1, [4]), (2, [6, 7])]


def test_join_of_no_pairs_is_empty():
    assert join_ways([], 0).n_ways == 0


def test_select_keeps_the_numbers_of_pairs():
    kept = select_ways(way_set((0, [1, 2]), (1, [3]), (2, [4, 5])), np.array([True, False, True]))
    assert kept.pair.tolist() == [0, 2]
    assert kept.arcs_of(1).tolist() == [4, 5]


def test_ways_of_some_pairs_are_numbered_by_the_pairs_asked_for():
    ways = way_set((0, [1, 2]), (0, [3]), (2, [4, 5, 6]), (3, [7]))
    some = ways_of_rows(ways, np.array([3, 1, 0, 0]))
    assert some.pair.tolist() == [0, 2, 2, 3, 3]
    assert [some.arcs_of(w).tolist() for w in range(some.n_ways)] == [[7], [1, 2], [3], [1, 2], [3]]
    assert ways_of_rows(ways, np.zeros(0, np.int64)).n_ways == 0


def test_any_on_says_which_ways_use_an_arc():
    ways = way_set((0, [1, 2]), (0, [3]), (1, [0, 3]))
    assert ways.any_on(np.array([False, True, False, False])).tolist() == [True, False, False]
    assert ways.any_on(np.array([True, False, False, True])).tolist() == [False, True, True]
