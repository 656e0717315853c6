"""Laws of steady gas flow on generated networks, and a plain second opinion.

Where they stop: pressures fall with demand only while all elements are pipes; a station set to an outlet pressure shields
what lies behind it. Demands are small enough to pass.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from tests.unit.energy.networks import GAS, LAWS

from torugart.energy.gas_law import potential_pa2
from torugart.energy.gas_network import GasNetwork, build_gas_network
from torugart.energy.steady_flow import SteadyFlow, solve_steady_flow

law_names = st.sampled_from(sorted(LAWS))


@st.composite
def tables(draw: st.DrawFn, *, only_pipes: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a tree of pipes, stations and short links, with some more pipes across; one slack at node n0."""
    n = draw(st.integers(2, 14))
    supply = [
        0.0,
        *draw(st.lists(st.sampled_from([0.0, -3.0, -11.0, -17.5, 6.0]), min_size=n - 1, max_size=n - 1)),
    ]
    links = []
    for k in range(1, n):
        kinds = (
            ["pipe"] * 6
            if only_pipes
            else ["pipe"] * 6 + ["short_pipe", "valve", "compressor", "drop", "resistor"]
        )
        links.append(_link(draw, len(links), draw(st.integers(0, k - 1)), k, draw(st.sampled_from(kinds))))
    for _ in range(draw(st.integers(0, 4))):
        a, b = draw(st.integers(0, n - 1)), draw(st.integers(0, n - 1))
        if a != b:
            links.append(_link(draw, len(links), a, b, "pipe"))
    nodes = pd.DataFrame(
        {
            "node_id": [f"n{k}" for k in range(n)],
            "supply_kg_per_s": supply,
            "slack_bar": [80.0, *[np.nan] * (n - 1)],
        }
    )
    return nodes, pd.DataFrame(links)


def _link(draw: st.DrawFn, number: int, a: int, b: int, kind: str) -> dict[str, Any]:
    row: dict[str, Any] = {"link_id": f"l{number}", "node_from": f"n{a}", "node_to": f"n{b}"}
    if kind == "pipe":
        size = {
            "length_km": draw(st.sampled_from([0.05, 3.0, 20.0, 45.0])),
            "diameter_mm": draw(st.sampled_from([600.0, 800.0, 1400.0])),
            "friction_factor": draw(st.sampled_from([0.008, 0.01, 0.013])),
        }
        return row | {"kind": "pipe"} | size
    if kind == "compressor":
        return row | {"kind": kind, "ratio": draw(st.sampled_from([1.0, 1.02, 1.1]))}
    if kind == "drop":
        return row | {"kind": "control_valve", "drop_bar": draw(st.sampled_from([0.0, 0.5, 2.0]))}
    if kind == "resistor":
        return row | {"kind": kind, "drag": 50.0, "diameter_mm": 800.0}
    return row | {"kind": kind}


def built(both: tuple[pd.DataFrame, pd.DataFrame]) -> GasNetwork:
    return build_gas_network(*both, GAS)


def by_id(net: GasNetwork, flow: SteadyFlow) -> tuple[pd.Series, pd.Series]:
    return pd.Series(flow.pressure_pa, net.node_ids), pd.Series(flow.flow_kg_per_s, net.link_ids)


def same_flow(one: pd.Series, other: pd.Series) -> None:
    # A pipe of 50 m takes so little that its share of a loop is known to its potential's tolerance only.
    np.testing.assert_allclose(one.sort_index(), other.sort_index(), rtol=1e-6, atol=0.02)


@given(tables(), law_names)
def test_every_law_holds_in_every_element(both, law_name) -> None:
    net, law = built(both), LAWS[law_name]
    flow = solve_steady_flow(net, law)
    p, f = flow.pressure_pa, flow.flow_kg_per_s
    off = net.supply_kg_per_s + flow.slack_kg_per_s
    for k in range(net.n_links):
        off[net.tail[k]] -= f[k]
        off[net.head[k]] += f[k]
    assert np.abs(off).max() <= 1e-9 * max(np.abs(f).max(), 1e-9)
    links = both[1]
    for k, row in links.iterrows():
        before, behind = p[net.tail[k]], p[net.head[k]]
        if row["kind"] in ("pipe", "resistor"):
            heads = (
                row["friction_factor"] * row["length_km"] * 1e6 / row["diameter_mm"]
                if row["kind"] == "pipe"
                else row["drag"]
            )
            area = np.pi / 4 * (row["diameter_mm"] / 1000) ** 2
            drop = law.a2_m2_per_s2 * heads / (2 * area**2) * f[k] * abs(f[k])
            assert abs(
                potential_pa2(law, before) - potential_pa2(law, behind) - drop
            ) <= 3e-12 * potential_pa2(law, 80e5)
        else:
            ratio = row.get("ratio", np.nan)
            drop = row.get("drop_bar", np.nan)
            assert np.isclose(
                behind,
                (1 if np.isnan(ratio) else ratio) * before - 1e5 * (0 if np.isnan(drop) else drop),
                rtol=1e-11,
            )


@given(tables(), st.randoms(use_true_random=False))
def test_order_and_direction_of_rows_change_nothing(both, random) -> None:
    nodes, links = both
    pressure, flow = by_id(net := built(both), solve_steady_flow(net, LAWS["cnga"]))
    mixed = links.sample(frac=1, random_state=random.randrange(2**31)).reset_index(drop=True)
    turned = (mixed["kind"].isin(["pipe", "short_pipe"])) & (np.arange(len(mixed)) % 2 == 0)
    mixed.loc[turned, ["node_from", "node_to"]] = mixed.loc[turned, ["node_to", "node_from"]].to_numpy()
    other = built((nodes.sample(frac=1, random_state=random.randrange(2**31)), mixed))
    pressure_other, flow_other = by_id(other, solve_steady_flow(other, LAWS["cnga"]))
    np.testing.assert_allclose(pressure_other[pressure.index], pressure, rtol=1e-9)
    signs = pd.Series(np.where(turned, -1.0, 1.0), mixed["link_id"])
    same_flow(flow_other * signs[flow_other.index], flow)


@given(tables(only_pipes=True), st.data())
def test_splitting_a_pipe_changes_nothing(both, data) -> None:
    nodes, links = both
    pressure, _ = by_id(net := built(both), solve_steady_flow(net, LAWS["cnga"]))
    k = data.draw(st.integers(0, len(links) - 1))
    part = links.iloc[[k]].assign(link_id="new", node_from="middle", length_km=0.3 * links.at[k, "length_km"])
    first = links.copy()
    first.loc[k, ["node_to", "length_km"]] = ["middle", 0.7 * links.at[k, "length_km"]]
    middle = pd.DataFrame({"node_id": ["middle"], "supply_kg_per_s": [np.nan], "slack_bar": [np.nan]})
    split = built((pd.concat([nodes, middle]), pd.concat([first, part])))
    pressure_split, _ = by_id(split, solve_steady_flow(split, LAWS["cnga"]))
    np.testing.assert_allclose(pressure_split[pressure.index], pressure, rtol=1e-9)


@given(tables(only_pipes=True), st.floats(0.2, 5.0))
def test_an_ideal_network_scales(both, times: float) -> None:
    # Twice the flow at twice the pressure: squared pressures and squared flows grow alike.
    net = built(both)
    flow = solve_steady_flow(net, LAWS["ideal"])
    larger = dataclasses.replace(
        net, supply_kg_per_s=times * net.supply_kg_per_s, slack_pa=times * net.slack_pa
    )
    np.testing.assert_allclose(
        solve_steady_flow(larger, LAWS["ideal"]).pressure_pa, times * flow.pressure_pa, rtol=1e-9
    )


@given(tables(only_pipes=True), st.data())
def test_more_demand_raises_no_pressure_in_pipes(both, data) -> None:
    net = built(both)
    before = solve_steady_flow(net, LAWS["cnga"]).pressure_pa
    more = net.supply_kg_per_s.copy()
    more[data.draw(st.integers(1, net.n_nodes - 1))] -= 5.0
    after = solve_steady_flow(dataclasses.replace(net, supply_kg_per_s=more), LAWS["cnga"]).pressure_pa
    assert (after <= before * (1 + 1e-10)).all()


@given(tables(only_pipes=True), st.data())
def test_a_wider_pipe_lowers_no_pressure_of_the_furthest_demand(both, data) -> None:
    # Of pipes with one slack and one demand; with more demands a wider pipe may draw gas from another (Braess).
    nodes, links = both
    sink = data.draw(st.integers(1, len(nodes) - 1))
    nodes = nodes.assign(supply_kg_per_s=[-30.0 if k == sink else 0.0 for k in range(len(nodes))])
    wider = links.copy()
    k = data.draw(st.integers(0, len(links) - 1))
    wider.loc[k, "diameter_mm"] = 1.3 * links.at[k, "diameter_mm"]
    before, after = (
        solve_steady_flow(built((nodes, table)), LAWS["cnga"]).pressure_pa[sink] for table in (links, wider)
    )
    assert after >= before * (1 - 1e-10)


@given(tables(only_pipes=True))
def test_a_closed_link_is_a_link_taken_out(both) -> None:
    nodes, links = both
    assume(len(links) >= len(nodes))  # the last link lies across the tree
    shut = built((nodes, links.assign(closed=[0.0] * (len(links) - 1) + [1.0])))
    gone = built((nodes, links.iloc[:-1]))
    np.testing.assert_allclose(
        solve_steady_flow(shut, LAWS["cnga"]).pressure_pa,
        solve_steady_flow(gone, LAWS["cnga"]).pressure_pa,
        rtol=1e-9,
    )


@settings(deadline=None, max_examples=60)
@given(tables(only_pipes=True))
def test_flows_are_those_of_least_content(both) -> None:
    """Of all flows that balance, those of least sum of R |f|³ / 3 (Cherry and Millar): found over the loops by a general solver."""
    net, law = built(both), LAWS["ideal"]
    ours = solve_steady_flow(net, law).flow_kg_per_s
    n, m = net.n_nodes, net.n_links
    incidence = np.zeros((n, m))
    incidence[net.tail, np.arange(m)], incidence[net.head, np.arange(m)] = 1, -1
    assume(m > n - 1)
    one = np.linalg.lstsq(incidence[1:], net.supply_kg_per_s[1:], rcond=None)[0]
    loops = np.linalg.svd(incidence[1:])[2][n - 1 :].T
    weight = net.drag_per_m4 / net.drag_per_m4.mean()

    def content(z: np.ndarray) -> tuple[float, np.ndarray]:
        f = one + loops @ z
        return float((weight * np.abs(f) ** 3).sum() / 3), loops.T @ (weight * f * np.abs(f))

    found = minimize(
        content, np.zeros(loops.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 2000}
    )
    theirs = one + loops @ found.x
    assert content(loops.T @ (ours - one))[0] <= found.fun * (1 + 1e-9) + 1e-9
    # The content is flat where flows are small: what is compared is what they take from the potential.
    np.testing.assert_allclose(
        weight * ours * np.abs(ours),
        weight * theirs * np.abs(theirs),
        atol=1e-5 * max((weight * ours**2).max(), 1.0),
    )
