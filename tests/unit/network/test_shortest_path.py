"""The compiled least-cost trees against a plain Dijkstra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.small_network import network_of, networks
from tests.twins import dijkstra

from torugart.network.arcs import star
from torugart.network.shortest_path import least_cost_trees, path_arcs


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.data())
def test_least_costs_are_those_of_plain_dijkstra(n, data):
    ends = data.draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=40)
    )
    cost = np.array(
        data.draw(
            st.lists(
                st.one_of(st.integers(1, 9).map(float), st.just(np.inf)),
                min_size=len(ends),
                max_size=len(ends),
            )
        )
    )
    tail, head = (np.array([e[k] for e in ends], np.int32) for k in (0, 1))
    out = star(tail, n)
    best, via = least_cost_trees(np.arange(n, dtype=np.int32), out.first, out.arc, head, cost)

    class Graph:
        n_arcs = len(ends)

    Graph.tail, Graph.head = tail, head
    for root in range(n):
        plain = dijkstra(Graph, cost, root)
        for node in range(n):
            assert best[root, node] == plain.get(node, np.inf)
            path = path_arcs(via[root], tail, node)
            if node in plain:
                assert sum(cost[a] for a in path) == best[root, node]
                assert not path or tail[path[-1]] == root


@settings(max_examples=25, deadline=None)
@given(networks())
def test_trees_forward_and_backward_agree(texts):
    net = network_of(texts)
    arcs, cost = net.arcs, net.usd + net.hours
    nodes = np.arange(arcs.n_nodes, dtype=np.int32)
    ahead, _ = least_cost_trees(nodes, arcs.out.first, arcs.out.arc, arcs.head, cost)
    back, _ = least_cost_trees(nodes, arcs.into.first, arcs.into.arc, arcs.tail, cost)
    assert pytest.approx(ahead) == back.T


def test_equal_costs_go_to_the_lower_arc():
    # two arcs 0 -> 1 of equal cost, met in either order
    tail, head = np.array([0, 0], np.int32), np.array([1, 1], np.int32)
    out = star(tail, 2)
    _, via = least_cost_trees(np.array([0], np.int32), out.first, out.arc[::-1].copy(), head, np.ones(2))
    assert via[0, 1] == 0


def test_a_closed_arc_is_not_taken():
    tail, head = np.array([0, 0, 1], np.int32), np.array([2, 1, 2], np.int32)
    out = star(tail, 3)
    best, via = least_cost_trees(
        np.array([0], np.int32), out.first, out.arc, head, np.array([np.inf, 1, 1.0])
    )
    assert list(best[0]) == [0, 1, 2]
    assert path_arcs(via[0], tail, 2) == [2, 1]


def test_a_circle_that_costs_nothing_leaves_a_tree():
    # 0 -> 1 costs 1 (arc 2); 1 -> 2 (arc 1) and 2 -> 1 (arc 0) cost nothing: node 1 is reached again at the same
    # cost by the lower arc 0, but its tree must still lead back to the root.
    tail, head = np.array([2, 1, 0], np.int32), np.array([1, 2, 1], np.int32)
    out = star(tail, 3)
    best, via = least_cost_trees(np.array([0], np.int32), out.first, out.arc, head, np.array([0.0, 0.0, 1.0]))
    assert best[0].tolist() == [0, 1, 1]
    assert via[0].tolist() == [-1, 2, 1]
