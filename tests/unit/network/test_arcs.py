"""Topology: terminals, arcs and their stars."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from tests.small_network import network_of, networks, typed, valley

from torugart.network.arcs import ACCESS, EGRESS, LINK, TRANSFER, build_arcs


@settings(max_examples=30, deadline=None)
@given(networks())
def test_arcs_join_terminals_of_one_mode_and_gauge(texts):
    net = network_of(texts)
    arcs, links = net.arcs, net.tables["links"]
    is_link, is_transfer = arcs.kind == LINK, arcs.kind == TRANSFER
    assert (arcs.node_mode[arcs.tail[is_link]] == arcs.node_mode[arcs.head[is_link]]).all()
    assert (arcs.node_gauge[arcs.tail[is_link]] == arcs.node_gauge[arcs.head[is_link]]).all()
    assert (arcs.node_place[arcs.tail[~is_link]] == arcs.node_place[arcs.head[~is_link]]).all()
    assert is_link.sum() == 2 * len(links) - (links["one_way"] == "yes").sum()
    assert is_transfer.sum() == len(net.tables["transfers"])
    assert (arcs.node_mode[arcs.tail[arcs.kind == ACCESS]] == -1).all()
    assert (arcs.node_mode[arcs.head[arcs.kind == EGRESS]] == -1).all()


@settings(max_examples=30, deadline=None)
@given(networks())
def test_no_way_leads_through_a_doorstep(texts):
    arcs = network_of(texts).arcs
    assert not np.isin(arcs.head, arcs.origin).any()
    assert not np.isin(arcs.tail, arcs.destination[arcs.destination >= 0]).any()


@settings(max_examples=20, deadline=None)
@given(networks())
def test_stars_hold_every_arc_once(texts):
    arcs = network_of(texts).arcs
    for star, end in ((arcs.out, arcs.tail), (arcs.into, arcs.head)):
        assert sorted(star.arc.tolist()) == list(range(arcs.n_arcs))
        for node in range(arcs.n_nodes):
            assert (end[star.arc[star.first[node] : star.first[node + 1]]] == node).all()


def test_a_place_without_links_has_no_doorstep():
    texts = valley()
    texts["places"] = [*texts["places"], {**texts["places"][0], "place_id": "lonely", "name": "Lonely"}]
    arcs = build_arcs(typed(texts))
    at = typed(texts)["places"]["place_id"].tolist().index("lonely")
    assert arcs.origin[at] == arcs.destination[at] == -1
    assert (arcs.origin >= 0).sum() == len(texts["places"]) - 1


def test_a_one_way_link_is_one_arc():
    texts = valley()
    texts["links"] = [dict(r) for r in texts["links"]]
    texts["links"][0]["one_way"] = "yes"
    assert build_arcs(typed(texts)).n_arcs == build_arcs(typed(valley())).n_arcs - 1
